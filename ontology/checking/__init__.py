"""Everything that can be wrong with an ontology."""
