"""Candidates by SPARQL, ranking by embeddings and counts, explanations from exact shares."""
