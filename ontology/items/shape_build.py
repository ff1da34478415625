"""The shapes in force: the hand-written ones, made to follow the ontology.

Lists of stances, behaviour kinds and facets become those that the ontology declares; every class of items gets a node
shape from its restrictions and those of its ancestors, because the gate looks at direct types only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from penchant.errors import OntologyError
from penchant.ontology import terms
from penchant.ontology.checking.finding import Finding
from penchant.ontology.declared import Declarations, declarations
from penchant.ontology.files import Node, Triples
from penchant.ontology.items.constraints import Constraints, Wanted, other_axioms
from penchant.ontology.items.hierarchy import Hierarchy, hierarchy
from penchant.ontology.items.schema import item_classes, known_prefixes, label_of
from penchant.ontology.items.shape_text import turtle
from penchant.ontology.items.shape_words import message
from penchant.ontology.shapes import Value, shapes_of

#: Properties of evidence and interests whose values are individuals of one class: their lists follow the ontology.
_LISTED: Final = {terms.HAS_STANCE: terms.STANCE, terms.KIND: terms.BEHAVIOUR_KIND, terms.HAS_FACET: terms.FACET}
_FIRST, _REST, _NIL = (NamedNode(terms.RDF + name) for name in ("first", "rest", "nil"))
_HEADER: Final = """\
# What may be written into the live graphs, made from the ontology in force and the shapes of Penchant.
# Made anew with every edition of the ontology: change the ontology, not this file.
"""


def build_shapes(ontology: Triples, base: Triples) -> list[Triple]:
    """The shapes in force for an ontology.

    Args:
        ontology: core and modules together.
        base: the hand-written shapes.

    Returns:
        SHACL that :func:`penchant.ontology.shapes.shapes_of` reads; the same for the same input.

    Raises:
        OntologyError: the base is not of the kind that the gate knows, or a list would be empty.
    """
    hand_written = declarations(base).triples
    order = hierarchy(declarations(ontology))
    writer = _Writer()
    written = _follow(hand_written, order.declared, writer)
    stood = shapes_of(hand_written)
    asked: dict[NamedNode, set[tuple[NamedNode, str, str]]] = {}
    names: dict[NamedNode, NamedNode] = {}
    for shape in stood:
        asked.setdefault(shape.target_class, set()).add((shape.path, shape.kind, str(shape.value)))
        names.setdefault(shape.target_class, shape.shape)
    constraints = Constraints(order)
    for cls in item_classes(order):
        known = asked.get(terms.ITEM, set()) | asked.get(cls, set())
        parts = [p for path, wanted in constraints.of(cls).items() for p in _parts(cls, path, wanted, known, order)]
        if parts:
            node = names.get(cls, NamedNode(cls.value + "Shape"))
            written += _node_shape(node, cls, parts, writer, extends=cls in names)
    return written


def shapes_turtle(ontology: Triples, base: Triples) -> str:
    """As :func:`build_shapes`, as a Turtle file for people and for :func:`penchant.ontology.shapes.read_shapes`."""
    declared = declarations(ontology)
    return _HEADER + turtle(build_shapes(declared.triples, base), known_prefixes(declared))


def unenforced(ontology: Triples) -> list[Finding]:
    """What the ontology asks of items that no shape holds, sorted: warnings, nothing is wrong with it.

    Rules: ``not enforced``, and ``range not enforced`` for classes of values, which the gate never looks at.
    """
    order = hierarchy(declarations(ontology))
    constraints = Constraints(order)
    classes = item_classes(order)
    for cls in classes:
        constraints.of(cls)
    found = constraints.notes | set(other_axioms(order, frozenset(classes)))
    return sorted(found, key=lambda f: (f.term, f.rule, f.found))


class _Writer:
    """Makes blank nodes whose names follow the order of writing."""

    def __init__(self) -> None:
        self._count = 0

    def node(self) -> BlankNode:
        self._count += 1
        return BlankNode(f"s{self._count}")

    def list_of(self, members: Iterable[NamedNode | Literal]) -> tuple[BlankNode | NamedNode, list[Triple]]:
        """An RDF list: its head and its triples."""
        members = list(members)
        nodes: list[BlankNode | NamedNode] = [*(self.node() for _ in members), _NIL]
        triples = []
        for at, member in enumerate(members):
            node = nodes[at]
            triples += [Triple(node, _FIRST, member), Triple(node, _REST, nodes[at + 1])]
        return nodes[0], triples


def _follow(base: Iterable[Triple], declared: Declarations, writer: _Writer) -> list[Triple]:
    """The base, with its lists brought to the individuals of the ontology."""
    said: dict[Node, list[tuple[NamedNode, Node]]] = {}
    for triple in base:
        said.setdefault(triple.subject, []).append((triple.predicate, triple.object))

    def copy(old: Node, new: NamedNode | BlankNode) -> Iterator[Triple]:
        path = next((o for p, o in said.get(old, ()) if p.value == terms.SH + "path"), None)
        for predicate, value in said.get(old, ()):
            if predicate.value == terms.SH + "in" and path in _LISTED:
                members = _members(value, _LISTED[path], said, declared)  # type: ignore[index]
                head, rest = writer.list_of(members)
                yield Triple(new, predicate, head)
                yield from rest
            elif isinstance(value, BlankNode):
                node = writer.node()
                yield Triple(new, predicate, node)
                yield from copy(value, node)
            else:
                yield Triple(new, predicate, value)

    return [t for subject in said if isinstance(subject, NamedNode) for t in copy(subject, subject)]


def _members(
    head: Node, cls: NamedNode, said: Mapping[Node, list[tuple[NamedNode, Node]]], declared: Declarations
) -> list[NamedNode]:
    """Individuals of ``cls``: those of the old list in their order, then new ones by IRI."""
    listed = []
    while isinstance(head, BlankNode):
        values = dict(said.get(head, ()))
        listed.append(values.get(_FIRST))
        head = values.get(_REST, _NIL)
    there = {i for i in declared.individuals(cls) if isinstance(i, NamedNode)}
    if not there:
        raise OntologyError(
            f"no individual of {cls.value.rpartition('#')[2]}",
            expected="at least one",
            where=cls.value,
            remedy="Declare those that evidence and interests use",
        )
    kept = [i for i in listed if i in there]
    return [*kept, *sorted(there - set(kept), key=lambda i: i.value)]  # type: ignore[list-item]


def _parts(
    cls: NamedNode, path: NamedNode, wanted: Wanted, known: set[tuple[NamedNode, str, str]], order: Hierarchy
) -> Iterator[tuple[NamedNode, dict[str, Value], tuple[str, str]]]:
    """Property shapes for one property: one, or several where it is given two bounds of one kind."""
    layers: list[dict[str, Value]] = [_main(wanted)]
    for kind, value in sorted(wanted.asks, key=lambda ask: (ask[0], str(ask[1]))):
        layer = next((one for one in layers if kind not in one), None)
        if layer is None:
            layers.append(layer := {})
        layer[kind] = value
    for layer in layers:
        left = {kind: value for kind, value in layer.items() if (path, kind, str(value)) not in known}
        if left:
            members = left.get("in", ())
            listed = [m for m in members if isinstance(m, NamedNode)] if isinstance(members, tuple) else []
            words = {m: _labels(m, order.declared) for m in listed}
            yield path, left, message(left, _labels(cls, order.declared), _labels(path, order.declared), words)


def _main(wanted: Wanted) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if wanted.minimum:
        found["minCount"] = wanted.minimum
    if wanted.maximum is not None:
        found["maxCount"] = wanted.maximum
    if wanted.datatype:
        found["datatype"] = wanted.datatype
    elif wanted.node_kind:
        found["nodeKind"] = wanted.node_kind
    if wanted.members:
        found["in"] = tuple(sorted(wanted.members, key=str))
    return found


def _labels(term: NamedNode, declared: Declarations) -> tuple[str, str]:
    return label_of(term, declared, "en"), label_of(term, declared, "zh")


def _node_shape(
    node: NamedNode,
    cls: NamedNode,
    parts: Iterable[tuple[NamedNode, dict[str, Value], tuple[str, str]]],
    writer: _Writer,
    *,
    extends: bool,
) -> Iterator[Triple]:
    if not extends:
        yield Triple(node, terms.TYPE, NamedNode(terms.SH + "NodeShape"))
        yield Triple(node, NamedNode(terms.SH + "targetClass"), cls)
    for path, constraints, (english, chinese) in parts:
        part = writer.node()
        yield Triple(node, NamedNode(terms.SH + "property"), part)
        yield Triple(part, NamedNode(terms.SH + "path"), path)
        for kind, value in constraints.items():
            predicate = NamedNode(terms.SH + kind)
            if isinstance(value, tuple):
                head, members = writer.list_of(value)
                yield Triple(part, predicate, head)
                yield from members
            elif isinstance(value, int):
                yield Triple(part, predicate, Literal(str(value), datatype=NamedNode(terms.XSD + "integer")))
            else:
                yield Triple(part, predicate, Literal(value) if isinstance(value, str) else value)
        for lang, text in (("en", english), ("zh", chinese)):
            yield Triple(part, NamedNode(terms.SH + "message"), Literal(text, language=lang))
