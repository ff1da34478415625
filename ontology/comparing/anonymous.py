"""Names for anonymous individuals that follow from what is said of them, not from their blank node names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from pyoxigraph import BlankNode, Triple

from penchant.ontology.comparing.expressions import Expressions
from penchant.ontology.files import Node
from penchant.ontology.short import short


def name_anonymous(statements: Iterable[Triple], expressions: Expressions, given: Mapping[Node, str]) -> None:
    """Set ``expressions.labels`` for every blank node in ``statements`` that is no expression; ``given`` ones are kept.

    Colours are refined from neighbour to neighbour until no more nodes can be told apart.  Individuals of which
    exactly the same is said share a name, and so count as one.
    """
    said: dict[BlankNode, list[Triple]] = {}
    for triple in statements:
        for node in (triple.subject, triple.object):
            if isinstance(node, BlankNode) and node not in given and not expressions.is_expression(node):
                said.setdefault(node, []).append(triple)
    kept = {node: name for node, name in given.items() if isinstance(node, BlankNode)}
    labels = dict.fromkeys(said, "_:")
    colours = 0
    while len(set(labels.values())) > colours:
        colours = len(set(labels.values()))
        expressions.labels = {**labels, **kept}
        expressions.forget()
        labels = {node: f"_:{_digest(node, triples, expressions)}" for node, triples in said.items()}
    expressions.labels = {**labels, **kept}
    expressions.forget()


def _digest(node: BlankNode, triples: list[Triple], expressions: Expressions) -> str:
    before = expressions.labels[node]
    lines = sorted(
        f"{'.' if t.subject == node else expressions.text(t.subject)} {short(t.predicate)} "
        f"{'.' if t.object == node else expressions.text(t.object)}"
        for t in triples
    )
    return sha256("\n".join((before, *lines)).encode()).hexdigest()[:12]
