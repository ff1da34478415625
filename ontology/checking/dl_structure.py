"""Conditions of OWL 2 DL on whole ontologies: chains of properties that lead in a circle, and anonymous individuals.

Source: OWL 2 Structural Specification, sections 5.6.2 and 11.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from penchant.ontology.checking.finding import Finding
from penchant.ontology.declared import Declarations
from penchant.ontology.files import Node
from penchant.ontology.terms import OWL, RDFS

_Edges = dict[Node, set[Node]]

#: Places where only named individuals may stand: predicate → how its object is read.
_NAMED_ONLY: Final = ("sameAs", "differentFrom")
_NAMED_LISTS: Final = ("oneOf", "distinctMembers")
_NAMED_OBJECTS: Final = ("hasValue", "sourceIndividual", "targetIndividual")


def chain_findings(declared: Declarations) -> Iterator[Finding]:
    """Rule ``circular chain``: no strict order of the object properties puts the parts of each chain before its head.

    ``P P → P``, ``P Q → P`` and ``Q P → P`` are fine where Q comes before P.
    """
    before = _closure(_parts_of_chains(declared))
    above = _closure(_above(declared))
    for head, parts in sorted(before.items(), key=lambda pair: str(pair[0])):
        # head is above part too: then neither may come first
        if isinstance(head, NamedNode) and any(part == head or part in above.get(head, ()) for part in parts):
            yield Finding(
                head.value,
                "circular chain",
                "a property chain that it follows from leads back to it",
                "Take one of its chains or super-properties away",
            )


def anonymous_findings(declared: Declarations) -> Iterator[Finding]:
    """Rule ``anonymous``: individuals without an IRI where OWL 2 DL wants named ones."""
    for name in _NAMED_ONLY:
        for pair in declared.pairs(NamedNode(OWL + name)):
            yield from (_anonymous(name, pair) for node in pair if isinstance(node, BlankNode))
    for name in _NAMED_OBJECTS:
        for pair in declared.pairs(NamedNode(OWL + name)):
            if isinstance(pair[1], BlankNode):
                yield _anonymous(name, pair)
    for name in _NAMED_LISTS:
        for pair in declared.pairs(NamedNode(OWL + name)):
            if any(isinstance(member, BlankNode) for member in declared.list_items(pair[1])):
                yield _anonymous(name, pair)


def _anonymous(name: str, pair: tuple[Node, Node]) -> Finding:
    term = next((n.value for n in pair if isinstance(n, NamedNode)), "")
    return Finding(term, "anonymous", f"an individual without an IRI under owl:{name}", "Give it an IRI")


def _parts_of_chains(declared: Declarations) -> _Edges:
    """Head → properties that must come before it."""
    edges: _Edges = {}
    for head, chain in declared.pairs(NamedNode(OWL + "propertyChainAxiom")):
        parts = list(declared.list_items(chain))
        if parts == [head, head]:
            continue
        if parts and parts[0] == head:
            parts = parts[1:]
        elif parts and parts[-1] == head:
            parts = parts[:-1]
        edges.setdefault(head, set()).update(p for p in parts if not isinstance(p, Literal))
    return edges


def _above(declared: Declarations) -> _Edges:
    edges: _Edges = {}
    for lower, upper in declared.pairs(NamedNode(RDFS + "subPropertyOf")):
        edges.setdefault(lower, set()).add(upper)
    for left, right in declared.pairs(NamedNode(OWL + "equivalentProperty")):
        edges.setdefault(left, set()).add(right)
        edges.setdefault(right, set()).add(left)
    return edges


def _closure(edges: _Edges) -> _Edges:
    whole = {node: set(reached) for node, reached in edges.items()}
    while True:
        grown = {n: r | {far for near in r for far in whole.get(near, ())} for n, r in whole.items()}
        if grown == whole:
            return whole
        whole = grown
