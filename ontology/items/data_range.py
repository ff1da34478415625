"""What an OWL data range allows, in the few terms that the gate can follow.

Literals are kept with the datatypes that every store keeps apart: a whole number of any kind is an ``xsd:integer``
with bounds (Oxigraph stores them all as such), a token an ``xsd:string`` of a certain form.

Source: OWL 2 Structural Specification, sections 4, 7 and 9.4; XML Schema 1.1 part 2, section 3 and appendix G.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from penchant.ontology.declared import Declarations, is_builtin
from penchant.ontology.files import Node
from penchant.ontology.terms import OWL, RDF, RDFS, XSD

#: A SHACL parameter (local name) with its value.
Ask = tuple[str, int | str | Literal]

INTEGER: Final = NamedNode(XSD + "integer")
STRING: Final = NamedNode(XSD + "string")
DATE_TIME: Final = NamedNode(XSD + "dateTime")
DECIMAL: Final = NamedNode(XSD + "decimal")
#: Datatypes whose literals the gate can judge.
JUDGED: Final = frozenset(NamedNode(XSD + n) for n in ("boolean", "decimal", "double", "float")) | {
    *(INTEGER, STRING, DATE_TIME)
}

_UNSIGNED: Final = {"unsignedLong": 64, "unsignedInt": 32, "unsignedShort": 16, "unsignedByte": 8}
_SIGNED: Final = {"long": 64, "int": 32, "short": 16, "byte": 8}
_HALF_OPEN: Final = {
    "nonNegativeInteger": ("minInclusive", 0),
    "positiveInteger": ("minInclusive", 1),
    "nonPositiveInteger": ("maxInclusive", 0),
    "negativeInteger": ("maxInclusive", -1),
}
_FORMS: Final = {
    "normalizedString": r"^[^\t\n\r]*$",
    "token": r"^([^ \t\n\r]+( [^ \t\n\r]+)*)?$",
    "language": r"^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$",
    "Name": r"^\S+$",
    "NCName": r"^[^\s:]+$",
    "NMTOKEN": r"^\S+$",
}
_LENGTHS: Final = {"length": ("minLength", "maxLength"), "minLength": ("minLength",), "maxLength": ("maxLength",)}
_BOUNDS: Final = frozenset({"minInclusive", "maxInclusive", "minExclusive", "maxExclusive"})
_FACETS: Final = (*(XSD + name for name in (*sorted(_BOUNDS), *_LENGTHS, "pattern")), RDF + "langRange")


@dataclass(frozen=True, slots=True)
class DataRange:
    """What a data range allows.

    Args:
        datatype: the one its literals are written with; None if there is none, or more than one.
        asks: bounds, lengths and forms.
        members: the literals allowed, sorted; None if it is no list.
        notes: what it says besides, that cannot be followed.
    """

    datatype: NamedNode | None = None
    asks: tuple[Ask, ...] = ()
    members: tuple[Literal, ...] | None = None
    notes: tuple[str, ...] = ()


def data_range(node: Node, declared: Declarations) -> DataRange:
    """Read a datatype, a restricted one, or a list of literals."""
    return _range(node, declared, frozenset())


def written(literal: Literal) -> Literal:
    """``literal`` with the datatype that it is stored with."""
    return Literal(literal.value, datatype=INTEGER) if literal.datatype.value in _whole() else literal


def _whole() -> frozenset[str]:
    return frozenset(XSD + name for name in (*_UNSIGNED, *_SIGNED, *_HALF_OPEN))


def _range(node: Node, declared: Declarations, seen: frozenset[Node]) -> DataRange:
    if node in seen:
        return DataRange(notes=("a datatype that is defined by itself",))
    seen |= {node}
    if isinstance(node, NamedNode):
        return _builtin(node) if is_builtin(node) else _defined(node, declared, seen)
    base = declared.objects(node, NamedNode(OWL + "onDatatype"))
    if base:
        return _restricted(_range(base[0], declared, seen), list(_facets(node, declared)))
    for head in declared.objects(node, NamedNode(OWL + "oneOf")):
        members = {written(m) for m in declared.list_items(head) if isinstance(m, Literal)}
        kinds = {m.datatype for m in members}
        return DataRange(datatype=kinds.pop() if len(kinds) == 1 else None, members=tuple(sorted(members, key=str)))
    for head in declared.objects(node, NamedNode(OWL + "unionOf")):
        kinds_of = {_range(m, declared, seen).datatype for m in declared.list_items(head)}
        return DataRange(kinds_of.pop() if len(kinds_of) == 1 else None, notes=("one of several data ranges",))
    return DataRange(notes=("a data range that is no datatype, restriction or list",))


def _builtin(node: NamedNode) -> DataRange:
    name = node.value.removeprefix(XSD)
    if name in _UNSIGNED:
        return DataRange(INTEGER, (_bound("minInclusive", 0), _bound("maxInclusive", 2 ** _UNSIGNED[name] - 1)))
    if name in _SIGNED:
        half = 2 ** (_SIGNED[name] - 1)
        return DataRange(INTEGER, (_bound("minInclusive", -half), _bound("maxInclusive", half - 1)))
    if name in _HALF_OPEN:
        return DataRange(INTEGER, (_bound(*_HALF_OPEN[name]),))
    if name in _FORMS:
        return DataRange(STRING, (("pattern", _FORMS[name]),))
    if name == "dateTimeStamp":
        return DataRange(DATE_TIME, (("pattern", "(Z|[+-][0-9][0-9]:[0-9][0-9])$"),))
    if node.value == OWL + "real":
        return DataRange(DECIMAL)
    if node.value in {RDFS + "Literal", RDF + "PlainLiteral"}:
        return DataRange()
    return DataRange(node, notes=() if node in JUDGED else (f"that a literal is a well-formed {_short(node)}",))


def _bound(kind: str, number: int) -> Ask:
    return kind, Literal(str(number), datatype=INTEGER)


def _defined(node: NamedNode, declared: Declarations, seen: frozenset[Node]) -> DataRange:
    """A datatype with a name of its own: what ``owl:equivalentClass`` says it is."""
    for definition in declared.objects(node, NamedNode(OWL + "equivalentClass")):
        return _range(definition, declared, seen)
    return DataRange(notes=(f"the datatype {_short(node)}, which nobody defines",))


def _facets(node: Node, declared: Declarations) -> Iterator[tuple[str, Literal]]:
    for head in declared.objects(node, NamedNode(OWL + "withRestrictions")):
        for part in declared.list_items(head):
            for facet in _FACETS:
                for value in declared.objects(part, NamedNode(facet)):
                    if isinstance(value, Literal):
                        yield facet.removeprefix(XSD), value


def _restricted(base: DataRange, facets: list[tuple[str, Literal]]) -> DataRange:
    asks, notes = list(base.asks), list(base.notes)
    for facet, value in sorted(facets, key=lambda pair: (pair[0], str(pair[1]))):
        if facet in _LENGTHS and value.value.isdecimal():
            asks += [(kind, int(value.value)) for kind in _LENGTHS[facet]]
        elif facet in _BOUNDS and written(value).datatype in JUDGED - {STRING}:
            asks.append((facet, written(value)))
        elif facet == "pattern" and (form := _pattern(value.value)):
            asks.append(("pattern", form))
        else:
            notes.append(f"{facet} {value.value!r}")
    return DataRange(base.datatype, tuple(dict.fromkeys(asks)), base.members, tuple(notes))


def _pattern(form: str) -> str | None:
    r"""A pattern of XML Schema as one of SPARQL; None where it means something else there, or nothing.

    XML Schema matches the whole value, takes ``^`` and ``$`` literally, and knows ``\i``, ``\c``, ``\p{…}`` and
    the subtraction of character classes.
    """
    bare = re.sub(r"\\.", "", form)
    if "$" in bare or re.search(r"(?<!\[)\^", bare) or "-[" in bare or "(?" in bare or re.search(r"\\[pPicIC]", form):
        return None
    with warnings.catch_warnings(action="error"):
        try:
            re.compile(form)
        except (re.error, FutureWarning):
            return None
    return f"^({form})$"


def _short(node: NamedNode) -> str:
    return re.split("[#/]", node.value)[-1]
