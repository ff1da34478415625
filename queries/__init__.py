"""The questions everyone asks: SPARQL files, loaded by name, bound by value."""
