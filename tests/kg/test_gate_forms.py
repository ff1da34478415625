"""Lexical forms as XML Schema 1.1 part 2 has them: where an engine is more lenient, the gate is not."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.errors import OntologyError
from penchant.kg.gate import Gate
from penchant.ontology import terms as t
from penchant.ontology.shapes import Shape, Value
from tests.kg.fault_injection import GRAPH, NODE

FORMS = {
    "dateTime": {
        "2026-06-01T10:00:00+14:00": True,
        "2026-06-01T10:00:00-13:59": True,
        "2026-06-01T10:00:00+14:01": False,
        "2026-06-01T10:00:00+15:00": False,
        "2026-06-01T10:00:00+13:60": False,
        "2026-06-01T10:00:00.123456789Z": True,
        "2026-06-30T23:59:60Z": False,
        "2026-06-30T24:00:00Z": True,
        "2026-06-30T24:00:01Z": False,
        "2026-02-29T00:00:00Z": False,
        "-0044-03-15T12:00:00Z": True,
        "12026-03-15T12:00:00Z": True,
        "02026-03-15T12:00:00Z": False,
        "2026-06-01t10:00:00z": False,
        "2026-06-01T10:00:00Z\n": False,
    },
    "decimal": {"5.": True, ".5": True, ".": False, "1e3": False, "٣": False, "1" * 50: True, "5\n": False},
    "integer": {"-0": True, "007": True, "5.0": False, "9" * 40: True},
    "boolean": {"1": True, "TRUE": False},
    "double": {"1E5": True, ".5e-3": True, "INF": True, "-INF": True, "NaN": True, "1e400": True}
    | dict.fromkeys(("inf", "infinity", "nan", "1e", "+NaN", "1e5\n"), False),
    "date": {"2026-02-28": True, "2026-02-30": False},
}


def shape(kind: str, value: Value) -> Shape:
    return Shape(NamedNode(t.PEN + "S"), t.INTEREST, t.WEIGHT, kind, value, "Violation", "a", "b")


def xsd(form: str, name: str) -> Literal:
    return Literal(form, datatype=NamedNode(t.XSD + name))


def passes(constraint: Shape, value: Literal) -> bool:
    return not Gate([constraint]).check([Quad(NODE, t.TYPE, t.INTEREST, GRAPH), Quad(NODE, t.WEIGHT, value, GRAPH)])


@pytest.mark.parametrize(("name", "form"), [(name, form) for name, forms in FORMS.items() for form in forms])
def test_a_form_belongs_to_its_datatype_or_not(name, form):
    assert passes(shape("datatype", NamedNode(t.XSD + name)), xsd(form, name)) == FORMS[name][form]


@pytest.mark.parametrize(
    ("bound", "value", "holds"),
    [
        (xsd("0", "integer"), xsd("INF", "double"), True),
        (xsd("0", "integer"), xsd("inf", "double"), False),
        (xsd("0", "integer"), xsd("5", "int"), True),
        (xsd("0", "integer"), xsd("five", "int"), False),
        (xsd("2026-01-01T00:00:00Z", "dateTime"), xsd("2026-06-30T24:00:00Z", "dateTime"), True),
        (xsd("2026-01-01T00:00:00Z", "dateTime"), xsd("2026-06-01T00:00:00+15:00", "dateTime"), False),
        (xsd("2026-01-01", "date"), xsd("2026-06-01", "date"), True),
    ],
)
def test_what_is_no_value_compares_with_nothing(bound, value, holds):
    assert passes(shape("minInclusive", bound), value) == holds


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [("datatype", NamedNode(t.XSD + "int"), "XMLSchema#int"), ("pattern", "^[a", "pattern '\\^\\[a'")],
)
def test_what_nobody_could_hold_is_refused_before_any_data_come(kind, value, found):
    with pytest.raises(OntologyError, match=found):
        Gate([shape(kind, value)])


def test_a_datatype_of_another_vocabulary_is_held_by_its_name_alone():
    own = NamedNode("https://shop.example/ontology#colour")
    assert passes(shape("datatype", own), Literal("#ff0000", datatype=own))
    assert not passes(shape("datatype", own), Literal("#ff0000"))
