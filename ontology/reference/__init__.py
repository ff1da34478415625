"""The readable reference of an ontology, in English and Chinese."""
