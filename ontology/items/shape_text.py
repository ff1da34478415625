"""Shapes as Turtle that people can read: one block a node shape, one bracket a property, lists in a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from penchant.ontology.files import Node
from penchant.ontology.terms import PREFIXES, RDF, SH, XSD

_FIRST: Final = (
    *("type", "targetClass", "path", "minCount", "maxCount", "datatype", "nodeKind", "in"),
    *("minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "minLength", "maxLength", "pattern"),
)
_LAST: Final = ("message", "property")
_BARE: Final = {"integer": r"[+-]?\d+", "decimal": r"[+-]?\d*\.\d+", "boolean": r"true|false"}

_Said = Mapping[Node, Mapping[NamedNode, list[Node]]]


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Turtle of shapes; subjects and values in the order given.

    Args:
        triples: shapes whose blank nodes hang on one node each.
        prefixes: namespace → prefix, for IRIs that are not of a well-known namespace.
    """
    said: dict[Node, dict[NamedNode, list[Node]]] = {}
    for t in triples:
        said.setdefault(t.subject, {}).setdefault(t.predicate, []).append(t.object)
    spaces = {**prefixes, **{iri: p for p, iri in PREFIXES.items()}, SH: "sh"}
    writer = _Turtle(said, spaces)
    blocks = [writer.block(subject) for subject in said if isinstance(subject, NamedNode)]
    head = "".join(f"@prefix {spaces[space]}: <{space}> .\n" for space in sorted(writer.used, key=lambda s: spaces[s]))
    return f"{head}\n" + "\n".join(blocks)


class _Turtle:
    """Writes nodes; ``used`` collects the namespaces that need a prefix."""

    def __init__(self, said: _Said, spaces: Mapping[str, str]) -> None:
        self._said = said
        self._spaces = spaces
        self.used: set[str] = set()

    def block(self, subject: NamedNode) -> str:
        lines = [f"{self._name(p)} {self._values(values, p)}" for p, values in self._ordered(subject)]
        return f"{self._name(subject)} " + " ;\n    ".join(lines) + " .\n"

    def _ordered(self, subject: Node) -> list[tuple[NamedNode, list[Node]]]:
        def place(pair: tuple[NamedNode, list[Node]]) -> tuple[int, str]:
            name = pair[0].value.removeprefix(SH).removeprefix(RDF)
            if name in _FIRST:
                return _FIRST.index(name), ""
            return len(_FIRST) + (1 + _LAST.index(name) if name in _LAST else 0), name

        return sorted(self._said[subject].items(), key=place)

    def _values(self, values: list[Node], predicate: NamedNode) -> str:
        if predicate.value == SH + "property":
            return " , ".join(self._bracket(v) for v in values)
        return " , ".join(self._node(v) for v in values)

    def _bracket(self, node: Node) -> str:
        if not isinstance(node, BlankNode):
            return self._node(node)
        parts = [f"{self._name(p)} {self._values(values, p)}" for p, values in self._ordered(node)]
        messages = 1 if any(p.value == SH + "message" for p in self._said[node]) else 0
        plain = " ; ".join(parts[: len(parts) - messages])
        return "[\n        " + " ;\n        ".join([plain, *parts[len(parts) - messages :]]) + "\n    ]"

    def _node(self, node: Node) -> str:
        if isinstance(node, NamedNode):
            return self._name(node)
        if isinstance(node, Literal):
            return self._literal(node)
        members = []
        while isinstance(node, BlankNode):
            values = self._said[node]
            members.append(self._node(values[NamedNode(RDF + "first")][0]))
            node = values[NamedNode(RDF + "rest")][0]
        return f"( {' '.join(members)} )"

    def _literal(self, literal: Literal) -> str:
        kind = literal.datatype.value.removeprefix(XSD)
        if kind in _BARE and re.fullmatch(_BARE[kind], literal.value):
            return literal.value
        if literal.language or kind == "string":
            return str(literal)
        return f"{Literal(literal.value)}^^{self._name(literal.datatype)}"

    def _name(self, node: NamedNode) -> str:
        if node.value == RDF + "type":
            return "a"
        local = re.search(r"[A-Za-z_][A-Za-z0-9_-]*$", node.value)
        space = node.value[: local.start()] if local else ""
        if local and re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", self._spaces.get(space, "")):
            self.used.add(space)
            return f"{self._spaces[space]}:{local[0]}"
        return str(node)
