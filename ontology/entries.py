"""What is said of one individual, read strictly: a missing or wrong number is an error that names its term."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from pyoxigraph import Literal, NamedNode

from penchant.errors import OntologyError
from penchant.ontology.files import Node
from penchant.ontology.terms import LABEL, TYPE, XSD

_NUMBERS = frozenset(XSD + name for name in ("decimal", "integer", "double", "float", "nonNegativeInteger", "int"))


def local_name(iri: NamedNode) -> str:
    """What follows the last ``#`` or ``/`` of an IRI."""
    return min(iri.value.rpartition("#")[2], iri.value.rpartition("/")[2], key=len)


@dataclass(slots=True)
class Entry:
    """One individual and everything the ontology says of it; ``where`` names the file in errors."""

    iri: NamedNode
    where: str
    _values: dict[NamedNode, list[Node]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The local name: what follows the last ``#`` or ``/``."""
        return local_name(self.iri)

    def add(self, predicate: NamedNode, value: Node) -> None:
        """Note one statement; a second time it changes nothing."""
        values = self._values.setdefault(predicate, [])
        if value not in values:
            values.append(value)

    def has(self, predicate: NamedNode) -> bool:
        """Whether anything is said with ``predicate``."""
        return predicate in self._values

    def is_a(self, kind: NamedNode) -> bool:
        """Whether ``kind`` is among its types."""
        return kind in self._values.get(TYPE, ())

    def labels(self) -> tuple[str, str]:
        """English and Chinese label; where one is missing the other, or else the local name, stands in."""
        given = {v.language: v.value for v in self._values.get(LABEL, ()) if isinstance(v, Literal)}
        return given.get("en") or given.get("zh") or self.name, given.get("zh") or given.get("en") or self.name

    def texts(self, predicate: NamedNode) -> tuple[tuple[str, str], ...]:
        """All texts under ``predicate`` as (language, text), sorted."""
        values = self._values.get(predicate, ())
        return tuple(sorted((v.language or "", v.value) for v in values if isinstance(v, Literal)))

    def named(self, predicate: NamedNode) -> NamedNode:
        """The one IRI under ``predicate``."""
        value = self._one(predicate)
        if not isinstance(value, NamedNode):
            raise self.error(predicate, str(value), "an IRI")
        return value

    def text(self, predicate: NamedNode) -> str:
        """The one text under ``predicate``; not empty."""
        value = self._one(predicate)
        if not isinstance(value, Literal) or not value.value.strip():
            raise self.error(predicate, str(value), "a text")
        return value.value

    def truth(self, predicate: NamedNode) -> bool:
        """The one boolean under ``predicate``; false where nothing is said."""
        if not self.has(predicate):
            return False
        value = self._one(predicate)
        if not isinstance(value, Literal) or value.value not in {"true", "false", "1", "0"}:
            raise self.error(predicate, str(value), "true or false")
        return value.value in {"true", "1"}

    def number(self, predicate: NamedNode, low: float | None, high: float | None, *, open_ends: bool = False) -> float:
        """The one number under ``predicate``, from ``low`` to ``high``; ``open_ends`` leaves the ends out."""
        value = self._one(predicate)
        ends = f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
        expected = f"a number, {ends}{', ends left out' if open_ends else ''}"
        if not isinstance(value, Literal) or value.datatype.value not in _NUMBERS:
            raise self.error(predicate, str(value), expected)
        try:
            number = float(value.value)
        except ValueError as error:
            raise self.error(predicate, str(value), expected) from error
        inside = (low is None or number > low or (number == low and not open_ends)) and (
            high is None or number < high or (number == high and not open_ends)
        )
        if not inside or not isfinite(number):
            raise self.error(predicate, value.value, expected)
        return number

    def error(self, predicate: NamedNode, found: str, expected: str) -> OntologyError:
        """An error about what is said of this individual with ``predicate``."""
        short = predicate.value.rpartition("#")[2]
        return OntologyError(
            f"{self.name} has {found} for {short}",
            expected=expected,
            where=self.where,
            remedy=f"Set {short} of <{self.iri.value}> in the ontology",
        )

    def _one(self, predicate: NamedNode) -> Node:
        values = self._values.get(predicate, [])
        if len(values) != 1:
            raise self.error(predicate, f"{len(values)} values" if values else "nothing", "exactly one value")
        return values[0]
