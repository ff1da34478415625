"""Which classes and properties stand above which, as an ontology says it outright.

Read from ``rdfs:subClassOf``, ``owl:equivalentClass``, ``owl:intersectionOf``, ``owl:unionOf`` and
``rdfs:subPropertyOf``, ``owl:equivalentProperty``.  A reasoner may find more; nothing here is wrong without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from penchant.ontology.declared import Declarations, is_builtin
from penchant.ontology.files import Node
from penchant.ontology.terms import OWL, RDFS

_SUB_CLASS = NamedNode(RDFS + "subClassOf")
_SUB_PROPERTY = NamedNode(RDFS + "subPropertyOf")
_DOMAIN = NamedNode(RDFS + "domain")
_EQUIVALENT_CLASS = NamedNode(OWL + "equivalentClass")
_EQUIVALENT_PROPERTY = NamedNode(OWL + "equivalentProperty")
_INTERSECTION = NamedNode(OWL + "intersectionOf")
_UNION = NamedNode(OWL + "unionOf")
_DISJOINT_UNION = NamedNode(OWL + "disjointUnionOf")


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """What holds of every member of a class, and what stands above each class and property.

    Args:
        declared: the ontology.
        parts: class → what it is said to be: named classes and class expressions, in document order.
        classes: class → the named classes straight above it.
        properties: property → the properties straight above it.
    """

    declared: Declarations
    parts: Mapping[NamedNode, tuple[Node, ...]]
    classes: Mapping[NamedNode, tuple[NamedNode, ...]]
    properties: Mapping[NamedNode, tuple[NamedNode, ...]]

    def classes_above(self, term: NamedNode) -> tuple[NamedNode, ...]:
        """Every named class above ``term``, nearest first, then by IRI; without ``term`` itself."""
        return _above(term, self.classes)

    def properties_above(self, term: NamedNode) -> tuple[NamedNode, ...]:
        """Every property above ``term``, nearest first, then by IRI; without ``term`` itself."""
        return _above(term, self.properties)

    def classes_below(self, top: NamedNode) -> tuple[NamedNode, ...]:
        """Every declared class below ``top``, sorted; without ``top`` itself."""
        named = (t for t in self.declared.named() if "class" in self.declared.kinds[t] and t != top)
        return tuple(t for t in named if top in self.classes_above(t))

    def properties_below(self, top: NamedNode) -> tuple[NamedNode, ...]:
        """Every property below ``top``, sorted; without ``top`` itself."""
        return tuple(
            sorted((p for p in self.properties if p != top and top in self.properties_above(p)), key=lambda p: p.value)
        )

    def domains(self, term: NamedNode) -> tuple[frozenset[NamedNode], ...]:
        """For each domain of a property or of one above it: the named classes that it allows."""
        nodes = [d for p in (term, *self.properties_above(term)) for d in self.declared.objects(p, _DOMAIN)]
        return tuple(frozenset(self._named(node)) for node in nodes)

    def _named(self, node: Node) -> Iterator[NamedNode]:
        if isinstance(node, NamedNode):
            yield node
            return
        for operator in (_UNION, _INTERSECTION):
            for head in self.declared.objects(node, operator):
                for member in self.declared.list_items(head):
                    yield from self._named(member)


def hierarchy(declared: Declarations) -> Hierarchy:
    """Collect what stands above what."""
    parts: dict[NamedNode, list[Node]] = {}
    for lower, upper in _class_links(declared):
        if isinstance(lower, NamedNode):
            parts.setdefault(lower, []).extend(_conjuncts(upper, declared))
    properties: dict[NamedNode, list[NamedNode]] = {}
    for lower, upper in _property_links(declared):
        if isinstance(lower, NamedNode) and isinstance(upper, NamedNode):
            properties.setdefault(lower, []).append(upper)
    unique = {c: tuple(dict.fromkeys(p for p in found if p != c)) for c, found in parts.items()}
    return Hierarchy(
        declared,
        unique,
        {c: tuple(p for p in found if isinstance(p, NamedNode) and not is_builtin(p)) for c, found in unique.items()},
        {p: tuple(dict.fromkeys(found)) for p, found in properties.items()},
    )


def _class_links(declared: Declarations) -> Iterator[tuple[Node, Node]]:
    yield from declared.pairs(_SUB_CLASS)
    for left, right in declared.pairs(_EQUIVALENT_CLASS):
        yield left, right
        if isinstance(right, NamedNode):
            yield right, left
        else:
            yield from _members(left, right, _UNION, declared)
    for left, _ in declared.pairs(_INTERSECTION):
        if isinstance(left, NamedNode):
            yield from ((left, part) for part in _conjuncts(left, declared, itself=False))
    for operator in (_UNION, _DISJOINT_UNION):
        for left, _ in declared.pairs(operator):
            if isinstance(left, NamedNode):
                yield from _members(left, left, operator, declared)


def _members(upper: Node, union: Node, operator: NamedNode, declared: Declarations) -> Iterator[tuple[Node, Node]]:
    for head in declared.objects(union, operator):
        yield from ((member, upper) for member in declared.list_items(head))


def _conjuncts(node: Node, declared: Declarations, *, itself: bool = True) -> Iterator[Node]:
    heads = [] if itself and isinstance(node, NamedNode) else declared.objects(node, _INTERSECTION)
    if not heads and itself:
        yield node
    for head in heads:
        for part in declared.list_items(head):
            yield from _conjuncts(part, declared)


def _property_links(declared: Declarations) -> Iterator[tuple[Node, Node]]:
    yield from declared.pairs(_SUB_PROPERTY)
    for left, right in declared.pairs(_EQUIVALENT_PROPERTY):
        yield from ((left, right), (right, left))


def _above(term: NamedNode, links: Mapping[NamedNode, tuple[NamedNode, ...]]) -> tuple[NamedNode, ...]:
    found: dict[NamedNode, None] = {}
    level = [term]
    while level:
        level = sorted({u for t in level for u in links.get(t, ())} - found.keys() - {term}, key=lambda u: u.value)
        found.update(dict.fromkeys(level))
    return tuple(found)
