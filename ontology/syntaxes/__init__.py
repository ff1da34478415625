"""OWL and RDF syntaxes, read and written."""
