"""Values in and out of RDF literals: one place for rounding and time zones."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from penchant.ontology.terms import XSD

_DECIMAL = NamedNode(XSD + "decimal")
_INTEGER = NamedNode(XSD + "integer")
_DATE_TIME = NamedNode(XSD + "dateTime")
_FOUR_PLACES = Decimal("0.0001")


def decimal(value: float) -> Literal:
    """``value`` as xsd:decimal with at most four places, in the form that Oxigraph gives back (``0.5``, ``1``)."""
    rounded = Decimal(repr(float(value))).quantize(_FOUR_PLACES, ROUND_HALF_EVEN).normalize()
    text = f"{rounded:f}"
    return Literal("0" if text == "-0" else text, datatype=_DECIMAL)


def kept(value: float) -> float:
    """``value`` as the store gives it back: what is weighed before it is written must weigh the same afterwards."""
    return float(decimal(value).value)


def integer(value: int) -> Literal:
    """``value`` as xsd:integer."""
    return Literal(str(value), datatype=_INTEGER)


def date_time(value: datetime) -> Literal:
    """``value`` as xsd:dateTime in UTC, to the second; a time without a zone counts as UTC."""
    return Literal(utc(value).strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=_DATE_TIME)


def utc(value: datetime) -> datetime:
    """``value`` in UTC, to the second."""
    zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).replace(microsecond=0)


def as_float(term: NamedNode | Literal | BlankNode | Triple | None, default: float = 0.0) -> float:
    """The number in ``term``, or ``default`` where there is none."""
    return float(term.value) if isinstance(term, Literal) else default


def as_time(term: NamedNode | Literal | BlankNode | Triple) -> datetime:
    """The time in an xsd:dateTime literal."""
    assert isinstance(term, Literal)
    return utc(datetime.fromisoformat(term.value.replace("Z", "+00:00")))
