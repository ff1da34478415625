"""The demo: one story with its own data, through every room of the house."""
