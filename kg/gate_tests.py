"""Constraint kinds of SHACL Core as tests of one value, or of two.

They mean what the recommendation says (W3C, SHACL, 2017, §4): values are compared as SPARQL compares them, and what
cannot be compared breaks the constraint.  Where plain Python cannot tell (dates before Christ, regular expressions that
Python writes otherwise, datatypes that are seldom met), Oxigraph is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Final

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from penchant.errors import OntologyError
from penchant.kg.store import Term as Bound
from penchant.ontology.shapes import Shape
from penchant.ontology.terms import SH, XSD
from penchant.queries import loader

Term = NamedNode | Literal | BlankNode | Triple
ValueTest = Callable[[Term], bool]
PairTest = Callable[[Term, Term], bool]

_COMPARE: Final = {
    "minInclusive": ge,
    "maxInclusive": le,
    "minExclusive": gt,
    "maxExclusive": lt,
    "lessThan": lt,
    "lessThanOrEquals": le,
}
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+\Z")
#: Times that Python reads as XML Schema does: four digits of the year, a zone, no 24:00 and no second 60.
_TIME: Final = re.compile(
    r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)\Z"
)
_BOOLEANS: Final = frozenset({"true", "false", "1", "0"})
#: Oxigraph also takes ``inf``, ``infinity`` and ``nan``.
_DOUBLE: Final = re.compile(r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|INF)\Z|NaN\Z")
#: Datatypes of XML Schema whose forms can be told; a store keeps literals of most others as one of these.
_KNOWN: Final = frozenset(
    XSD + name
    for name in (
        *("boolean", "decimal", "integer", "double", "float", "string", "dateTime", "date", "time"),
        *("duration", "dayTimeDuration", "yearMonthDuration"),
        *("gYear", "gYearMonth", "gMonthDay", "gDay", "gMonth"),
    )
)
_NODE_KINDS: Final[dict[str, tuple[type, ...]]] = {
    SH + "IRI": (NamedNode,),
    SH + "BlankNode": (BlankNode,),
    SH + "Literal": (Literal,),
    SH + "BlankNodeOrIRI": (BlankNode, NamedNode),
    SH + "BlankNodeOrLiteral": (BlankNode, Literal),
    SH + "IRIOrLiteral": (NamedNode, Literal),
}
_EMPTY: Final = ox.Store()


def value_test(shape: Shape) -> ValueTest:
    """Whether a value holds to ``shape``, whose kind looks at each value by itself.

    Raises:
        OntologyError: nobody here can tell the forms of the datatype that it asks for, or it is no regular expression.
    """
    kind, wanted = shape.kind, shape.value
    if kind == "datatype":
        assert isinstance(wanted, NamedNode)
        return _datatype(wanted, shape)
    if kind == "nodeKind":
        assert isinstance(wanted, NamedNode)
        classes = _NODE_KINDS[wanted.value]
        return lambda value: isinstance(value, classes)
    if kind == "in":
        assert isinstance(wanted, tuple)
        allowed = frozenset(wanted)
        return lambda value: value in allowed
    if kind == "minLength":
        assert isinstance(wanted, int)
        return lambda value: isinstance(value, Literal | NamedNode) and len(value.value) >= wanted
    if kind == "maxLength":
        assert isinstance(wanted, int)
        return lambda value: isinstance(value, Literal | NamedNode) and len(value.value) <= wanted
    if kind == "pattern":
        assert isinstance(wanted, str)
        return _pattern(wanted, shape)
    assert isinstance(wanted, Literal)
    return lambda value: isinstance(value, Literal) and _holds(kind, value, wanted)


def pair_test(shape: Shape) -> PairTest:
    """Whether a value stands to a value of another property as ``shape`` asks."""
    kind = shape.kind
    return lambda one, other: isinstance(one, Literal) and isinstance(other, Literal) and _holds(kind, one, other)


def _datatype(wanted: NamedNode, shape: Shape) -> ValueTest:
    if wanted.value == XSD + "string":  # every text is one; long quotes are not remembered for nothing
        return lambda value: isinstance(value, Literal) and value.datatype == wanted
    if wanted.value.startswith(XSD) and wanted.value not in _KNOWN:
        raise _unknown(shape, f"datatype {wanted.value}", "one that a store keeps apart: xsd:integer, xsd:string …")
    return lambda value: isinstance(value, Literal) and value.datatype == wanted and _is_form(value)


def _unknown(shape: Shape, found: str, expected: str) -> OntologyError:
    return OntologyError(
        f"the gate cannot hold the {found}", expected=expected, where=f"{shape.shape.value}, {shape.path.value}"
    )


def _holds(kind: str, one: Literal, other: Literal) -> bool:
    left, right = _comparable(one), _comparable(other)
    if left is None or right is None or type(left) is not type(right):
        return _is_form(one) and _is_form(other) and _asked(f"gate/{_SNAKE[kind]}", one=one, other=other)
    return bool(_COMPARE[kind](left, right))


_SNAKE: Final = {kind: re.sub("([A-Z])", lambda m: "_" + m[1].lower(), kind) for kind in _COMPARE}


@lru_cache(maxsize=65_536)
def _comparable(value: Literal) -> Decimal | datetime | None:
    """A number or a time with a zone; None where Oxigraph must be asked."""
    datatype, form = value.datatype.value, value.value
    if datatype == XSD + "decimal":
        return Decimal(form) if _NUMBER.match(form) else None
    if datatype == XSD + "integer":
        return Decimal(form) if _INTEGER.match(form) else None
    if datatype == XSD + "dateTime" and _TIME.match(form):
        try:
            return datetime.fromisoformat(form.replace("Z", "+00:00"))
        except ValueError:
            return None
    return None


@lru_cache(maxsize=65_536)
def _is_form(value: Literal) -> bool:
    """Whether the lexical form belongs to the datatype (an ill-typed literal breaks ``sh:datatype``)."""
    datatype, form = value.datatype.value, value.value
    if value.language is not None or datatype == XSD + "string":
        return True
    if datatype == XSD + "decimal":
        return _NUMBER.match(form) is not None
    if datatype == XSD + "integer":
        return _INTEGER.match(form) is not None
    if datatype == XSD + "boolean":
        return form in _BOOLEANS
    if datatype in (XSD + "double", XSD + "float"):
        return _DOUBLE.match(form) is not None
    if datatype == XSD + "dateTime" and _comparable(value) is not None:
        return True
    if datatype not in _KNOWN:
        return True  # nobody here knows what its forms are
    return _asked("gate/datatype", form=Literal(form), datatype=value.datatype)


def _pattern(pattern: str, shape: Shape) -> ValueTest:
    """SPARQL's REGEX; Python's where both mean the same: no escapes, and ``$`` at the end alone."""
    body = pattern.removesuffix("$")
    if "\\" not in body and "$" not in body and "(?" not in body and "[^" not in body and "-[" not in body:
        try:
            search = re.compile(body + (r"\Z" if body != pattern else "")).search
        except re.error as error:
            raise _unknown(shape, f"pattern {pattern!r} ({error})", "a regular expression of SPARQL") from error
        return lambda value: isinstance(value, Literal | NamedNode) and search(value.value) is not None

    def test(value: Term) -> bool:
        return isinstance(value, Literal | NamedNode) and _matches(value.value, pattern)

    return test


@lru_cache(maxsize=65_536)
def _matches(text: str, pattern: str) -> bool:
    return _asked("gate/pattern", text=Literal(text), pattern=Literal(pattern))


def _asked(query: str, **terms: Bound) -> bool:
    """Oxigraph's answer to ``queries/<query>.rq``; no where it cannot say."""
    return bool(_EMPTY.query(loader.bind(loader.load(query), terms)))
