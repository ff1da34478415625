"""Repairs: what is suggested mends the node, and nothing is made up."""

from __future__ import annotations

from collections import Counter

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from penchant.kg.check import check
from penchant.kg.gate import Gate, Violation
from penchant.kg.gate_repairs import Repair, suggest
from penchant.kg.store import Change
from penchant.kg.workspace import create
from penchant.ontology import terms as t
from penchant.ontology.shapes import KINDS, Shape, Value, read_shapes
from tests.kg.fault_injection import GRAPH, NODE, cases

OTHER = NamedNode("https://shop.example/user/bo")
STANCES = (t.LIKES_STANCE, t.DISLIKES_STANCE, t.WANTS_STANCE)


def xsd(form: str, name: str) -> Literal:
    return Literal(form, datatype=NamedNode(t.XSD + name))


def shape(kind: str, value: Value, path: NamedNode = t.WEIGHT) -> Shape:
    return Shape(NamedNode(t.PEN + "Shape"), t.INTEREST, path, kind, value, "Violation", "a", "b")


def node(*values: object, path: NamedNode = t.WEIGHT, graph: NamedNode = GRAPH) -> list[Quad]:
    return [Quad(NODE, t.TYPE, t.INTEREST, graph), *(Quad(NODE, path, value, graph) for value in values)]


def repaired(constraint: Shape, quads: list[Quad]) -> tuple[Repair, list[Quad]]:
    """The one repair of the one thing that is wrong, and the quads after it."""
    (violation,) = Gate([constraint]).check(quads)
    repair = suggest(violation, quads)
    assert repair is not None
    assert set(repair.delete) <= set(quads)
    return repair, [*(q for q in quads if q not in repair.delete), *repair.insert]


SAFE = {
    "text that is a number": (shape("datatype", NamedNode(t.XSD + "decimal")), Literal("0.5"), xsd("0.5", "decimal")),
    "spaces": (shape("datatype", NamedNode(t.XSD + "decimal")), Literal(" 0.5\n"), xsd("0.5", "decimal")),
    "double": (shape("datatype", NamedNode(t.XSD + "decimal")), xsd("1.5E-3", "double"), xsd("0.0015", "decimal")),
    "whole": (shape("datatype", NamedNode(t.XSD + "integer")), xsd("30.00", "decimal"), xsd("30", "integer")),
    "round": (shape("datatype", NamedNode(t.XSD + "integer")), xsd("-1E2", "double"), xsd("-100", "integer")),
    "time": (
        shape("datatype", NamedNode(t.XSD + "dateTime")),
        Literal("2026-06-01T10:00:00Z"),
        xsd("2026-06-01T10:00:00Z", "dateTime"),
    ),
    "language": (shape("datatype", NamedNode(t.XSD + "string")), Literal(" 好 ", language="zh"), Literal(" 好 ")),
    "text that is an IRI": (shape("nodeKind", NamedNode(t.SH + "IRI")), Literal(NODE.value), NODE),
    "least": (shape("minInclusive", xsd("0.0", "decimal")), xsd("-0.0001", "decimal"), xsd("0.0", "decimal")),
    "most": (shape("maxInclusive", xsd("1.0", "decimal")), xsd("7", "integer"), xsd("1", "integer")),
    "above": (shape("minExclusive", xsd("0", "integer")), xsd("0", "integer"), xsd("1", "integer")),
    "below": (shape("maxExclusive", xsd("10.0", "decimal")), xsd("12", "integer"), xsd("9", "integer")),
    "latest": (
        shape("maxInclusive", xsd("2026-06-01T10:00:00Z", "dateTime")),
        xsd("2026-06-01T10:00:01Z", "dateTime"),
        xsd("2026-06-01T10:00:00Z", "dateTime"),
    ),
    "long label": (shape("maxLength", 5, t.LABEL), Literal("tall tale", language="en"), Literal("tall", language="en")),
    "slip": (shape("in", STANCES), NamedNode(t.PEN + "LikeStance"), t.LIKES_STANCE),
    "slip of another": (shape("in", STANCES), NamedNode(t.PEN + "dislikesStance"), t.DISLIKES_STANCE),
    "other namespace": (shape("in", STANCES), NamedNode("https://x.example/WantsStance"), t.WANTS_STANCE),
    "text of a list": (shape("in", STANCES), Literal("WantsStance"), t.WANTS_STANCE),
    "spaces around": (shape("pattern", "^[a-z]+$"), Literal(" abc "), Literal("abc")),
}


@pytest.mark.parametrize("name", SAFE)
def test_a_safe_mend_is_given_as_data_and_the_node_passes(name):
    constraint, found, mended = SAFE[name]
    quads = node(found, path=constraint.path)
    repair, after = repaired(constraint, quads)
    assert repair.delete == (Quad(NODE, constraint.path, found, GRAPH),)
    assert repair.insert == (Quad(NODE, constraint.path, mended, GRAPH),)
    assert Gate([constraint]).check(after) == []


WORDS = {
    "missing": (shape("minCount", 2), (xsd("1", "decimal"),), "weight: say it; 1 more to come"),
    "too many": (shape("maxCount", 1), (Literal("b"), Literal("a")), "weight: keep 1 of 2 and drop the rest: a, b"),
    "no number": (
        shape("datatype", NamedNode(t.XSD + "decimal")),
        (Literal("many"),),
        "weight: 'many' is no xsd:decimal",
    ),
    "broken number": (shape("datatype", NamedNode(t.XSD + "integer")), (xsd("1_000", "double"),), "is no xsd:integer"),
    "vast number": (shape("datatype", NamedNode(t.XSD + "integer")), (xsd("1E99999", "double"),), "is no xsd:integer"),
    "half": (shape("datatype", NamedNode(t.XSD + "integer")), (xsd("0.5", "decimal"),), "'0.5' is no xsd:integer"),
    "a day is no time": (
        shape("datatype", NamedNode(t.XSD + "dateTime")),
        (xsd("2026-06-01", "date"),),
        "'2026-06-01' is no xsd:dateTime",
    ),
    "an IRI for a number": (shape("datatype", NamedNode(t.XSD + "decimal")), (NODE,), "is no xsd:decimal"),
    "words for an IRI": (shape("nodeKind", NamedNode(t.SH + "IRI")), (Literal("ana"),), "'ana' is no sh:IRI"),
    "blank": (shape("nodeKind", NamedNode(t.SH + "IRIOrLiteral")), (BlankNode("b"),), "'b' is no sh:IRIOrLiteral"),
    "not comparable": (shape("minInclusive", xsd("0", "decimal")), (Literal("x"),), "write a value that is at least 0"),
    "not a number": (shape("maxInclusive", xsd("1", "decimal")), (xsd("NaN", "double"),), "a value that is at most 1"),
    "no next decimal": (shape("minExclusive", xsd("0", "decimal")), (xsd("0", "decimal"),), "a value that is above 0"),
    "short": (shape("minLength", 1, t.LABEL), (Literal(""),), "label: write at least 1 character(s)"),
    "long quote": (shape("maxLength", 3, t.QUOTE), (Literal("abcd"),), "quote: write at most 3 character(s)"),
    "of no list": (shape("in", STANCES), (NODE,), "write one of LikesStance, Dis"),
    "no zone": (
        shape("pattern", "(Z|[+-][0-9][0-9]:[0-9][0-9])$"),
        (xsd("2026-06-01T10:00:00", "dateTime"),),
        "2026-06-01T10:00:00 has no time zone; say which, for it cannot be guessed (Z is UTC)",
    ),
    "other pattern": (shape("pattern", "^[a-z]+$"), (Literal("A"),), "weight: 'A' is not written as ^[a-z]+$"),
}


@pytest.mark.parametrize("name", WORDS)
def test_what_has_no_safe_mend_is_said_in_words(name):
    constraint, found, words = WORDS[name]
    repair, _ = repaired(constraint, node(*found, path=constraint.path))
    assert words in repair.description_en
    assert not repair.is_safe
    assert (repair.delete, repair.insert) == ((), ())


@pytest.mark.parametrize(("kind", "than"), [("lessThan", "less than"), ("lessThanOrEquals", "at most")])
def test_of_two_values_in_the_wrong_order_neither_is_touched(kind, than):
    constraint = shape(kind, t.END, t.START)
    quads = [*node(xsd("9", "integer"), path=t.START), Quad(NODE, t.END, xsd("8", "integer"), GRAPH)]
    repair, _ = repaired(constraint, quads)
    assert repair.description_en == f"start: 9 must be {than} end; see which of the two is wrong"
    assert not repair.is_safe


def test_a_value_in_two_graphs_is_mended_in_both_and_others_are_left_alone():
    constraint = shape("maxInclusive", xsd("1.0", "decimal"))
    quads = [*node(xsd("2", "decimal"), xsd("0.5", "decimal")), *node(xsd("2", "decimal"), graph=OTHER)]
    repair, after = repaired(constraint, quads)
    assert {q.graph_name for q in repair.delete} == {q.graph_name for q in repair.insert} == {GRAPH, OTHER}
    assert Quad(NODE, t.WEIGHT, xsd("0.5", "decimal"), GRAPH) in after
    assert Gate([constraint]).check(after) == []


def test_a_value_that_is_gone_needs_no_repair():
    constraint = shape("maxInclusive", xsd("1.0", "decimal"))
    (violation,) = Gate([constraint]).check(node(xsd("2", "decimal")))
    assert suggest(violation, node(xsd("0.5", "decimal"))) is None


def test_every_constraint_of_the_shapes_has_a_repair_and_the_safe_ones_mend_the_node():
    gate = Gate()
    counts: Counter[tuple[str, bool]] = Counter()
    for case in cases(read_shapes()):
        for violation in gate.check(case.quads) if case.breaks else ():
            repair = suggest(violation, case.quads)
            assert repair is not None, case
            assert violation.shape.path.value.endswith(repair.description_en.partition(":")[0]), case
            assert any("\u4e00" <= c <= "\u9fff" for c in repair.description_zh), case
            if repair.is_safe:
                after = [*(q for q in case.quads if q not in repair.delete), *repair.insert]
                assert _same(violation, gate.check(after)) == [], case
            counts[violation.shape.kind, repair.is_safe] += 1
    safe = {kind for kind, is_safe in counts if is_safe}
    assert safe == {"datatype", "maxLength", "minInclusive", "maxInclusive", "minExclusive"}
    assert {kind for kind, _ in counts} == {s.kind for s in read_shapes()} <= KINDS


def test_check_tells_the_severity_and_what_to_do(tmp_path):
    person = NamedNode("https://data.penchant.example/u/ana")
    with create(tmp_path / "w", plain_ids=True) as workspace:
        graph = workspace.graphs.user(person)
        quads = (Quad(person, t.TYPE, t.PERSON, graph), Quad(person, t.RETENTION_DAYS, xsd("0", "integer"), graph))
        workspace.store.apply(Change(insert=quads))
        (finding,) = [f for f in check(workspace) if f.where == person.value]
    assert finding.rule == "the shapes hold (Violation)"
    assert finding.found == ("retentionDays: minInclusive 1, found '0' (retentionDays: 0 must be at least 1; write 1)")


def _same(violation: Violation, found: list[Violation]) -> list[Violation]:
    return [v for v in found if v.shape == violation.shape]
