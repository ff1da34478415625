"""Structural comparison of ontologies, axiom by axiom."""
