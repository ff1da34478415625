"""Read the SHACL shapes as plain constraints, for the gate to compile into queries.

Only a small part of SHACL Core is known here, because every kind must mean the same in the gate's queries and in
pySHACL.  Anything else in the file is refused: a constraint that nobody enforces must not look like one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from penchant.errors import OntologyError
from penchant.ontology.files import Node, Triples, read_triples, shapes_path
from penchant.ontology.terms import RDF, SH

#: What a constraint may hold: a count or length, a regular expression, a property, datatype or node kind, a bound,
#: or the allowed terms.
Value = int | str | NamedNode | Literal | tuple[NamedNode | Literal, ...]

_COUNTS: Final = frozenset({"minCount", "maxCount", "minLength", "maxLength"})
_BOUNDS: Final = frozenset({"minInclusive", "maxInclusive", "minExclusive", "maxExclusive"})
_IRIS: Final = frozenset({"datatype", "nodeKind", "lessThan", "lessThanOrEquals"})
#: The constraint kinds a shape may use: local names of SHACL parameters.
KINDS: Final = _COUNTS | _BOUNDS | _IRIS | {"in", "pattern"}

Graph = dict[Node, dict[str, list[Node]]]

_NODE_SHAPE: Final = NamedNode(SH + "NodeShape")
_NODE_KINDS: Final = frozenset(
    SH + name for name in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
)
_SEVERITIES: Final = {SH + name: name for name in ("Violation", "Warning", "Info")}
_NODE_SHAPE_KEYS: Final = frozenset({RDF + "type", SH + "targetClass", SH + "property", SH + "severity"})
_OTHER_KEYS: Final = frozenset({RDF + "type", SH + "path", SH + "message", SH + "severity"})


@dataclass(frozen=True, slots=True)
class Shape:
    """One constraint on one property of one class.

    Args:
        shape: IRI of the node shape it stands in.
        target_class: every instance of this class is held to it.
        path: the property whose values are looked at.
        kind: one of ``KINDS``: the SHACL parameter without its prefix.
        value: the parameter's value.  ``minCount``, ``maxCount``, ``minLength``, ``maxLength``: an int.
            ``pattern``: a SPARQL regular expression.  ``in``: the allowed terms.  Bounds: a literal.
            ``datatype``, ``nodeKind``, ``lessThan``, ``lessThanOrEquals``: an IRI.
        severity: ``Violation`` (refuse), ``Warning`` (keep and flag) or ``Info``.
        message_en: what the property shape asks for, in English.  Constraints of one property share it.
        message_zh: the same in Chinese.
    """

    shape: NamedNode
    target_class: NamedNode
    path: NamedNode
    kind: str
    value: Value
    severity: str
    message_en: str
    message_zh: str


def read_shapes(path: Path | None = None) -> tuple[Shape, ...]:
    """Constraints of the shapes file, sorted by class, property and kind.

    Args:
        path: a Turtle (or other RDF) file; the shipped shapes if None.

    Raises:
        OntologyError: the file is no RDF, or uses SHACL that the gate does not know.
    """
    path = path or shapes_path()
    return shapes_of(read_triples(path), where=path.name)


def shapes_of(triples: Triples, *, where: str = "shapes") -> tuple[Shape, ...]:
    """Constraints in ``triples``; ``where`` names them in errors.  See :func:`read_shapes`."""
    graph: Graph = {}
    for triple in triples:
        graph.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
    typed = {n for n in graph if _NODE_SHAPE in _at(graph, n, RDF + "type") or _at(graph, n, SH + "targetClass")}
    found: list[Shape] = []
    reached: set[Node] = set()
    for node in typed:
        found += _node_shape(node, graph, reached, where)
    if stray := {n for n, keys in graph.items() if SH + "path" in keys} - reached:
        raise OntologyError(
            f"{len(stray)} property shape(s) belong to no node shape",
            expected="each under sh:property of a node shape with sh:targetClass",
            where=where,
        )
    return tuple(sorted(found, key=lambda s: (s.target_class.value, s.path.value, s.kind, str(s.value))))


def _node_shape(node: Node, graph: Graph, reached: set[Node], where: str) -> list[Shape]:
    if not isinstance(node, NamedNode):
        raise OntologyError("a node shape without an IRI", expected="a named node shape", where=where)
    where = f"{where}, {_short(node.value)}"
    _refuse(graph[node].keys() - _NODE_SHAPE_KEYS, expected="sh:targetClass and sh:property only", where=where)
    targets = [t for t in _at(graph, node, SH + "targetClass") if isinstance(t, NamedNode)]
    if not targets:
        raise OntologyError("no target class", expected="sh:targetClass", where=where)
    found = []
    for part in _at(graph, node, SH + "property"):
        reached.add(part)
        for target in targets:
            found += _property_shape(node, target, part, graph, where)
    return found


def _property_shape(shape: NamedNode, target: NamedNode, node: Node, graph: Graph, where: str) -> list[Shape]:
    keys = graph.get(node, {})
    paths = keys.get(SH + "path", [])
    if len(paths) != 1 or not isinstance(paths[0], NamedNode):
        raise OntologyError("a path that is no plain property", expected="one IRI under sh:path", where=where)
    where = f"{where}, {_short(paths[0].value)}"
    kinds = keys.keys() - _OTHER_KEYS
    _refuse({k for k in kinds if not (k.startswith(SH) and k.removeprefix(SH) in KINDS)}, _known(), where=where)
    severity = _severity([*_at(graph, node, SH + "severity"), *_at(graph, shape, SH + "severity")][:1], where)
    english, chinese = (_message(_at(graph, node, SH + "message"), lang, where) for lang in ("en", "zh"))
    found = []
    for key in sorted(kinds):
        kind = key.removeprefix(SH)
        if len(keys[key]) != 1:
            raise OntologyError(f"sh:{kind} is given {len(keys[key])} times", expected="once", where=where)
        value = _value(kind, keys[key][0], graph, where)
        found.append(Shape(shape, target, paths[0], kind, value, severity, english, chinese))
    if not found:
        raise OntologyError("a property shape that asks for nothing", expected=_known(), where=where)
    return found


def _value(kind: str, node: Node, graph: Graph, where: str) -> Value:
    where = f"{where}, sh:{kind}"
    if kind == "in":
        return _list(node, graph, where)
    if kind in _IRIS:
        if not isinstance(node, NamedNode) or (kind == "nodeKind" and node.value not in _NODE_KINDS):
            raise OntologyError(
                f"{node}", expected="a SHACL node kind" if kind == "nodeKind" else "an IRI", where=where
            )
        return node
    if not isinstance(node, Literal):
        raise OntologyError(f"{node}", expected="a literal", where=where)
    if kind in _COUNTS:
        if not node.value.isdecimal():
            raise OntologyError(f"{node}", expected="a whole number, 0 or more", where=where)
        return int(node.value)
    return node.value if kind == "pattern" else node


def _list(head: Node, graph: Graph, where: str) -> tuple[NamedNode | Literal, ...]:
    terms: list[NamedNode | Literal] = []
    seen: set[Node] = set()
    while head != NamedNode(RDF + "nil"):
        first, rest = _at(graph, head, RDF + "first"), _at(graph, head, RDF + "rest")
        if head in seen or len(first) != 1 or len(rest) != 1 or not isinstance(first[0], NamedNode | Literal):
            raise OntologyError("a broken list", expected="IRIs or literals in round brackets", where=where)
        seen.add(head)
        terms.append(first[0])
        head = rest[0]
    if not terms:
        raise OntologyError("an empty list, which nothing can satisfy", expected="at least one term", where=where)
    return tuple(terms)


def _severity(given: list[Node], where: str) -> str:
    if not given:
        return "Violation"
    if isinstance(given[0], NamedNode) and given[0].value in _SEVERITIES:
        return _SEVERITIES[given[0].value]
    raise OntologyError(f"severity {given[0]}", expected="sh:Violation, sh:Warning or sh:Info", where=where)


def _message(given: list[Node], lang: str, where: str) -> str:
    texts = [m.value for m in given if isinstance(m, Literal) and m.language == lang]
    if len(texts) != 1:
        raise OntologyError(f"{len(texts)} messages in @{lang}", expected="exactly one sh:message", where=where)
    return texts[0]


def _refuse(keys: Iterable[str], expected: str, *, where: str) -> None:
    if unknown := sorted(keys):
        raise OntologyError(
            f"the gate does not know {', '.join(map(_short, unknown))}",
            expected=expected,
            where=where,
            remedy="Say it with the known kinds, or teach kg/gate.py the new one first",
        )


def _at(graph: Graph, node: Node, key: str) -> list[Node]:
    return graph.get(node, {}).get(key, [])


def _known() -> str:
    return ", ".join(f"sh:{k}" for k in sorted(KINDS))


def _short(iri: str) -> str:
    return iri.replace(SH, "sh:").rpartition("#")[2] or iri
