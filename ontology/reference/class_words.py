"""Class expressions, data ranges and cardinalities in plain words, with links."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from penchant.ontology.declared import is_builtin
from penchant.ontology.entries import local_name
from penchant.ontology.files import Node
from penchant.ontology.items.data_range import data_range
from penchant.ontology.items.hierarchy import Hierarchy
from penchant.ontology.items.shape_words import count_words, datatype_words, limits_words
from penchant.ontology.reference.words import Lang, words
from penchant.ontology.terms import OWL, RDFS

_LOW: Final = ("cardinality", "minCardinality", "qualifiedCardinality", "minQualifiedCardinality")
_HIGH: Final = ("cardinality", "maxCardinality", "qualifiedCardinality", "maxQualifiedCardinality")
_RANGE: Final = NamedNode(RDFS + "range")


@dataclass(frozen=True, slots=True)
class ClassWords:
    """Says things of an ontology in one language; ``name`` writes a named term, with its link."""

    order: Hierarchy
    lang: Lang
    name: Callable[[NamedNode], str]

    def expression(self, node: Node) -> str:
        """A class, class expression, individual or literal."""
        if isinstance(node, NamedNode):
            return words("anything", self.lang) if node.value == OWL + "Thing" else self.name(node)
        if isinstance(node, Literal):
            return f"“{node.value}”"
        for operator, joint in (("unionOf", "or"), ("intersectionOf", "and"), ("oneOf", "or")):
            for head in self._said(node, operator):
                return self._joined(joint, (self.expression(m) for m in self.order.declared.list_items(head)))
        for other in self._said(node, "complementOf"):
            return words("not", self.lang).format(self.expression(other))
        return self._restriction(node)

    def values(self, path: NamedNode, owner: NamedNode | None = None) -> str:
        """What values a property has: its range, and what ``owner`` says of all of them."""
        line = () if owner is None else (owner, *self.order.classes_above(owner))
        only = [n for part in self._parts(line, path) for n in self._said(part, "allValuesFrom")]
        if "object property" in self.order.declared.kinds.get(path, ()):
            found = (self.expression(n) for n in (*only, *self._ranges(path)))
            return self._joined("and", found) or words("anything", self.lang)
        fillers = [n for part in self._parts(line, path) for n in self._said(part, "onDataRange")]
        ranges = [*only, *self._ranges(path), *fillers][:1]
        return self._data(ranges[0]) if ranges else words("any literal", self.lang)

    def values_of(self, datatype: NamedNode) -> str:
        """What a datatype with a name of its own allows."""
        return self._data(datatype)

    def number(self, path: NamedNode, owner: NamedNode) -> str:
        """How many values a property has in members of ``owner``, and what is said of some of them."""
        lows, highs, besides = [0], [], []
        if path in self.order.declared.of(OWL + "FunctionalProperty"):
            highs.append(1)
        for part in self._parts((owner, *self.order.classes_above(owner)), path):
            low, high = self._numbers(part, _LOW), self._numbers(part, _HIGH)
            filler = self._filler(part)
            if filler is None:
                lows, highs = lows + low, highs + high
            else:
                besides += [f"{self._count(max(low, default=0), min(high, default=None))}{filler}"]
            for node in self._said(part, "someValuesFrom"):
                lows.append(1)
                besides += [words("some", self.lang).format(self._any(node))] if not self._is_all(node, path) else []
            for node in self._said(part, "hasValue"):
                besides.append(words("is", self.lang).format(self.expression(node)))
        said = self._count(max(lows), min(highs, default=None))
        return words("comma", self.lang).join([said] * bool(said) + sorted(set(besides))) or words(
            "any number", self.lang
        )

    def properties(self, owner: NamedNode) -> list[NamedNode]:
        """Properties that ``owner`` itself has by domain or restriction, sorted by IRI; not those it inherits."""
        declared = self.order.declared
        found = {p for part in self.order.parts.get(owner, ()) for p in self._on(part)}
        for term, kinds in declared.kinds.items():
            domains = self.order.domains(term)
            if kinds & {"object property", "data property"} and domains:
                line = {owner, *self.order.classes_above(owner)}
                if any(owner in d for d in domains) and all(d & line for d in domains):
                    found.add(term)
        return sorted((p for p in found if not is_builtin(p)), key=lambda p: p.value)

    def domain(self, path: NamedNode) -> str:
        """What a property belongs to."""
        nodes = self.order.declared.objects(path, NamedNode(RDFS + "domain"))
        return self._joined("and", (self.expression(n) for n in nodes)) or words("anything", self.lang)

    def _restriction(self, node: Node) -> str:
        paths = self._on(node)
        if not paths:
            return words("other", self.lang)
        said = [words("only", self.lang).format(self._any(n)) for n in self._said(node, "allValuesFrom")]
        said += [words("some", self.lang).format(self._any(n)) for n in self._said(node, "someValuesFrom")]
        said += [words("is", self.lang).format(self.expression(n)) for n in self._said(node, "hasValue")]
        low, high = self._numbers(node, _LOW), self._numbers(node, _HIGH)
        if low or high:
            said.append(f"{self._count(max(low, default=0), min(high, default=None))}{self._filler(node) or ''}")
        phrase = words("comma", self.lang).join(said) or words("other", self.lang)
        return words("of which", self.lang).format(self.name(paths[0]), phrase)

    def _joined(self, joint: str, said: Iterable[str]) -> str:
        """In an order that does not depend on the file: OWL keeps sets, and editors reorder them."""
        return words(joint, self.lang).join(sorted(set(said)))

    def _any(self, node: Node) -> str:
        return self._data(node) if self._is_data(node) else self.expression(node)

    def _is_data(self, node: Node) -> bool:
        if isinstance(node, NamedNode):
            own = "datatype" in self.order.declared.kinds.get(node, ())
            return own or (is_builtin(node) and not node.value.startswith(OWL))
        heads = self._said(node, "oneOf")
        members = [m for head in heads for m in self.order.declared.list_items(head)]
        return bool(self._said(node, "onDatatype")) or any(isinstance(m, Literal) for m in members)

    def _data(self, node: Node) -> str:
        found = data_range(node, self.order.declared)
        said = [self._pick(datatype_words(found.datatype))] if found.datatype else []
        if found.members is not None:
            said = [words("or", self.lang).join(f"“{m.value}”" for m in found.members)]
        said += [self._pick(pair) for pair in limits_words(dict(found.asks))]
        name = local_name(node) if isinstance(node, NamedNode) and not is_builtin(node) else ""
        text = ("，" if self.lang == "zh" else ", ").join(said) or words("any literal", self.lang)
        return f"{name}{words('open', self.lang)}{text}{words('close', self.lang)}" if name else text

    def _filler(self, part: Node) -> str | None:
        """The class or data range that a cardinality counts, if it does not count all values."""
        for node in (*self._said(part, "onClass"), *self._said(part, "onDataRange")):
            if not any(self._is_all(node, path) for path in self._on(part)):
                return f"{words('colon', self.lang)}{self._any(node)}"
        return None

    def _is_all(self, node: Node, path: NamedNode) -> bool:
        if node in (NamedNode(OWL + "Thing"), NamedNode(RDFS + "Literal")):
            return True
        ranges = self._ranges(path)
        if node in ranges or not self._is_data(node):
            return node in ranges
        filler = data_range(node, self.order.declared)
        known = {data_range(r, self.order.declared).datatype for r in ranges} or {filler.datatype}
        return filler.datatype in known and not filler.asks and filler.members is None

    def _count(self, low: int, high: int | None) -> str:
        return self._pick(count_words(low, high))

    def _pick(self, pair: tuple[str, str]) -> str:
        return pair[0 if self.lang == "en" else 1]

    def _parts(self, line: tuple[NamedNode, ...], path: NamedNode) -> list[Node]:
        return [p for owner in line for p in self.order.parts.get(owner, ()) if path in self._on(p)]

    def _on(self, part: Node) -> list[NamedNode]:
        if not isinstance(part, BlankNode):
            return []
        return [p for p in self._said(part, "onProperty") if isinstance(p, NamedNode)]

    def _ranges(self, path: NamedNode) -> list[Node]:
        return self.order.declared.objects(path, _RANGE)

    def _numbers(self, part: Node, names: tuple[str, ...]) -> list[int]:
        values = [v for name in names for v in self._said(part, name) if isinstance(v, Literal)]
        return [int(v.value) for v in values if v.value.isdecimal()]

    def _said(self, node: Node, name: str) -> list[Node]:
        return self.order.declared.objects(node, NamedNode(OWL + name))
