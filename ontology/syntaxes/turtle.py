"""Triples as Turtle for people: the same triples give the same bytes, whatever their blank nodes are called."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import RdfFormat

from penchant.ontology.files import Triples
from penchant.ontology.terms import PREFIXES, SH


def turtle(triples: Triples) -> str:
    """Turtle of ``triples``, sorted, with nested blank nodes (rdflib's writer; RDF Dataset Canonicalization inside)."""
    import rdflib
    from rdflib.compare import to_canonical_graph

    lines = pyoxigraph.serialize(
        (t if isinstance(t, pyoxigraph.Triple) else t.triple for t in triples), format=RdfFormat.N_TRIPLES
    )
    graph = rdflib.Graph().parse(data=lines, format="nt")
    named = rdflib.Graph()
    for prefix, namespace in {**PREFIXES, "sh": SH}.items():
        named.bind(prefix, namespace, replace=True)
    for triple in to_canonical_graph(graph):
        named.add(triple)
    return str(named.serialize(format="turtle"))
