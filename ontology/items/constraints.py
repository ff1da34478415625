"""What the OWL axioms on classes of items ask of a single item, as far as the gate can hold it.

OWL says what follows, SHACL what may be written: a restriction becomes a constraint only where every item that breaks
the constraint would be wrong by the ontology too, read with what is written down and nothing more.  What cannot be
held is reported, so that nothing looks enforced that is not.

Source: OWL 2 Structural Specification, sections 8 and 9; SHACL, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import Literal, NamedNode

from penchant.ontology import terms
from penchant.ontology.checking.finding import WARNING, Finding
from penchant.ontology.entries import local_name
from penchant.ontology.files import Node
from penchant.ontology.items.data_range import JUDGED, Ask, DataRange, data_range, written
from penchant.ontology.items.hierarchy import Hierarchy
from penchant.ontology.items.schema import item_properties, restricted_properties

_CARDINALITIES: Final = {
    "cardinality": (True, True),
    "minCardinality": (True, False),
    "maxCardinality": (False, True),
    "qualifiedCardinality": (True, True),
    "minQualifiedCardinality": (True, False),
    "maxQualifiedCardinality": (False, True),
}
_EVERYTHING: Final = frozenset({NamedNode(terms.OWL + "Thing"), NamedNode(terms.RDFS + "Literal")})
_FUNCTIONAL: Final = NamedNode(terms.OWL + "FunctionalProperty")
_RANGE: Final = NamedNode(terms.RDFS + "range")
IRI_KIND: Final = NamedNode(terms.SH + "IRI")
LITERAL_KIND: Final = NamedNode(terms.SH + "Literal")


@dataclass(slots=True)
class Wanted:
    """What is asked of the values of one property of one class.

    Args:
        minimum: at least so many.
        maximum: at most so many.
        datatype: of every value.
        node_kind: of every value, where no datatype is asked.
        members: the terms allowed, if they are listed.
        asks: bounds, lengths and forms of every value.
        one_of_them: terms that must be among the values.
    """

    minimum: int = 0
    maximum: int | None = None
    datatype: NamedNode | None = None
    node_kind: NamedNode | None = None
    members: frozenset[NamedNode | Literal] | None = None
    asks: set[Ask] = field(default_factory=set)
    one_of_them: set[NamedNode | Literal] = field(default_factory=set)

    def at_most(self, number: int) -> None:
        """Allow no more than ``number`` values."""
        self.maximum = number if self.maximum is None else min(self.maximum, number)

    def among(self, members: frozenset[NamedNode | Literal]) -> None:
        """Allow none but ``members``."""
        self.members = members if self.members is None else self.members & members
        if not self.members:
            self.at_most(0)


class Constraints:
    """Reads what is asked of the items of a class; ``notes`` collects what cannot be held."""

    def __init__(self, order: Hierarchy) -> None:
        self._order = order
        self._declared = order.declared
        self._items = item_properties(order)
        self.notes: set[Finding] = set()

    def of(self, cls: NamedNode) -> dict[NamedNode, Wanted]:
        """Property → what is asked of its values in items of ``cls``, with all that its ancestors ask.

        For ``pen:Item`` this holds what is true of every property wherever it stands: range and functionality.
        """
        line = (cls, *self._order.classes_above(cls))
        parts = [(owner, part) for owner in line for part in self._order.parts.get(owner, ())]
        paths = {p for _, part in parts for p in restricted_properties(part, self._order)}
        paths |= {p for p in self._items if cls == terms.ITEM or self._carries(line, p)}
        found = {path: self._everywhere(path) for path in sorted(paths, key=lambda p: p.value)}
        for owner, part in parts:
            self._part(owner, part, found)
        return {path: self._settled(cls, path, wanted) for path, wanted in found.items()}

    def _carries(self, line: tuple[NamedNode, ...], path: NamedNode) -> bool:
        domains = self._order.domains(path)
        return bool(domains) and all(domain & set(line) for domain in domains)

    def _everywhere(self, path: NamedNode) -> Wanted:
        """What holds of a property whatever carries it."""
        line = (path, *self._order.properties_above(path))
        wanted = Wanted(node_kind=IRI_KIND if self._is_object(path) else LITERAL_KIND)
        if any(p in self._declared.of(_FUNCTIONAL.value) for p in line):
            wanted.at_most(1)
        for p in line:
            for node in self._declared.objects(p, _RANGE):
                self._every_value(p, node, wanted, "range not enforced", path)
        return wanted

    def _part(self, owner: NamedNode, part: Node, found: dict[NamedNode, Wanted]) -> None:
        if isinstance(part, NamedNode):
            return
        if not (paths := restricted_properties(part, self._order)):
            self._note(owner, "a class expression that is no restriction of a named property")
            return
        wanted, path = found[paths[0]], paths[0]
        for name, (low, high) in _CARDINALITIES.items():
            for number in (
                int(v.value) for v in self._said(part, name) if isinstance(v, Literal) and v.value.isdecimal()
            ):
                if low:
                    self._at_least(owner, path, number, self._filler(part), wanted)
                if high:
                    self._at_most(owner, path, number, self._filler(part), wanted)
        for node in self._said(part, "someValuesFrom"):
            self._at_least(owner, path, 1, node, wanted)
        for node in self._said(part, "allValuesFrom"):
            if node == NamedNode(terms.OWL + "Nothing"):
                wanted.at_most(0)
            else:
                self._every_value(owner, node, wanted, "not enforced", path)
        for node in self._said(part, "hasValue"):
            if isinstance(node, NamedNode | Literal):
                self._at_least(owner, path, 1, None, wanted)
                wanted.one_of_them.add(written(node) if isinstance(node, Literal) else node)
        if self._said(part, "hasSelf"):
            self._note(owner, f"{local_name(path)} of itself")

    def _at_least(self, owner: NamedNode, path: NamedNode, number: int, filler: Node | None, wanted: Wanted) -> None:
        if number == 0:
            return
        if self._order.properties_below(path):
            self._note(owner, f"at least {number} {local_name(path)}: a property below it may say it", _ASK_LOWEST)
            return
        wanted.minimum = max(wanted.minimum, number)
        if not self._covers(filler, path):
            self._note(owner, f"that {number} of its {local_name(path)} is {self._named(filler)}")

    def _at_most(self, owner: NamedNode, path: NamedNode, number: int, filler: Node | None, wanted: Wanted) -> None:
        if not self._covers(filler, path):
            self._note(
                owner,
                f"at most {number} {local_name(path)} that is {self._named(filler)}",
                f"Give {local_name(path)} this range, or say it of all its values",
            )
            return
        wanted.at_most(number)
        if self._order.properties_below(path):
            self._note(owner, f"at most {number} {local_name(path)}, with properties below it", _ASK_LOWEST)

    def _every_value(self, owner: NamedNode, node: Node, wanted: Wanted, rule: str, path: NamedNode) -> None:
        if not self._is_object(path):
            self._literals(owner, data_range(node, self._declared), wanted, rule, path)
        elif individuals := self._individuals(node):
            wanted.among(frozenset(individuals))
        elif node not in _EVERYTHING:
            self._note(owner, f"that every {local_name(path)} is {self._named(node)}", rule=rule)

    def _literals(self, owner: NamedNode, allowed: DataRange, wanted: Wanted, rule: str, path: NamedNode) -> None:
        if wanted.datatype and allowed.datatype not in (None, wanted.datatype):
            self._note(owner, f"a second datatype of {local_name(path)}", rule=rule)
            return
        if allowed.datatype in JUDGED:
            wanted.datatype = allowed.datatype
        if allowed.members is not None:
            wanted.among(frozenset(allowed.members))
        wanted.asks |= set(allowed.asks)
        for note in allowed.notes:
            self._note(owner, f"{note} ({local_name(path)})", rule=rule)

    def _settled(self, cls: NamedNode, path: NamedNode, wanted: Wanted) -> Wanted:
        if wanted.one_of_them and wanted.maximum == 1 and len(wanted.one_of_them) == 1:
            wanted.among(frozenset(wanted.one_of_them))
        elif wanted.one_of_them:
            names = ", ".join(sorted(self._named(v) for v in wanted.one_of_them))
            self._note(cls, f"that {names} is among its {local_name(path)}", "Allow at most one value")
        return wanted

    def _covers(self, filler: Node | None, path: NamedNode) -> bool:
        """Whether every value of ``path`` is in ``filler`` anyhow."""
        if filler is None or filler in _EVERYTHING:
            return True
        ranges = [
            node for p in (path, *self._order.properties_above(path)) for node in self._declared.objects(p, _RANGE)
        ]
        if self._is_object(path):
            return any(
                filler == node or (isinstance(node, NamedNode) and filler in self._order.classes_above(node))
                for node in ranges
            )
        allowed = data_range(filler, self._declared)
        if allowed.notes:
            return False
        known = [data_range(node, self._declared) for node in ranges]
        return any(allowed in (one, replace(DataRange(), datatype=one.datatype)) for one in known)

    def _individuals(self, node: Node) -> set[NamedNode]:
        """Members of a class that is a plain list of individuals."""
        nodes = [node, *(self._order.parts.get(node, ()) if isinstance(node, NamedNode) else ())]
        heads = [head for n in nodes for head in self._declared.objects(n, NamedNode(terms.OWL + "oneOf"))]
        members = {m for head in heads[:1] for m in self._declared.list_items(head)}
        return {m for m in members if isinstance(m, NamedNode)}

    def _filler(self, part: Node) -> Node | None:
        return next(iter([*self._said(part, "onClass"), *self._said(part, "onDataRange")]), None)

    def _said(self, part: Node, name: str) -> list[Node]:
        return self._declared.objects(part, NamedNode(terms.OWL + name))

    def _is_object(self, path: NamedNode) -> bool:
        return "object property" in self._declared.kinds.get(path, ())

    def _named(self, node: Node | None) -> str:
        if isinstance(node, NamedNode):
            return local_name(node)
        return node.value if isinstance(node, Literal) else "of a certain kind"

    def _note(self, owner: NamedNode, found: str, remedy: str = "", rule: str = "not enforced") -> None:
        self.notes.add(Finding(owner.value, rule, found, remedy or _KEEP, WARNING))


_KEEP: Final = "Leave it for reasoners; the gate does not look at it"
_ASK_LOWEST: Final = "Ask it of the properties that items carry"


def other_axioms(order: Hierarchy, classes: frozenset[NamedNode]) -> Iterator[Finding]:
    """Axioms on classes and properties of items that no constraint of a single property can hold."""
    declared, properties = order.declared, set(item_properties(order))
    for name in ("disjointWith", "hasKey", "disjointUnionOf"):
        for subject, _ in declared.pairs(NamedNode(terms.OWL + name)):
            if subject in classes:
                yield _loose(subject, f"owl:{name}")
    for node in declared.of(terms.OWL + "AllDisjointClasses"):
        for head in declared.objects(node, NamedNode(terms.OWL + "members")):
            for member in classes.intersection(declared.list_items(head)):  # type: ignore[arg-type]
                yield _loose(member, "owl:AllDisjointClasses")
    for name in ("InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty", "ReflexiveProperty"):
        for subject in properties & declared.of(terms.OWL + name):
            yield _loose(subject, f"owl:{name}")
    for pair in declared.pairs(NamedNode(terms.OWL + "propertyDisjointWith")):
        for subject in properties.intersection(pair):  # type: ignore[arg-type]
            yield _loose(subject, "owl:propertyDisjointWith")


def _loose(term: Node, what: str) -> Finding:
    return Finding(term.value if isinstance(term, NamedNode) else str(term), "not enforced", what, _KEEP, WARNING)
