"""What the ontology says items can carry, and the shapes that follow from it."""
