"""Make the adapter that ships: build examples from allowed data, train, account for both."""
