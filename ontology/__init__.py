"""The words everyone uses: the ontology, its shapes, and their Python constants."""
