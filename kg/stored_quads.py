"""Quads of the store that a query with ``?s ?p ?o`` picks out, so that a change can be compared with them."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import BlankNode, NamedNode, Quad

from penchant.kg.store import Store, Term


def stored_quads(store: Store, query: str, terms: Mapping[str, Term], graph: NamedNode) -> set[Quad]:
    """Rows of ``queries/<query>.rq`` as quads of ``graph``, which they are known to stand in."""
    found = set()
    for row in store.rows(query, terms):
        subject, predicate, object = row["s"], row["p"], row["o"]
        assert isinstance(subject, NamedNode)
        assert isinstance(predicate, NamedNode)
        assert not isinstance(object, BlankNode)
        found.add(Quad(subject, predicate, object, graph))
    return found
