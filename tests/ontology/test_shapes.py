"""The shapes: read as constraints, refused where the gate could not follow, and true to pySHACL."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from penchant.errors import OntologyError
from penchant.ontology import terms as t
from penchant.ontology.files import shapes_path
from penchant.ontology.shapes import KINDS, read_shapes, shapes_of

HEAD = f"""@prefix pen: <{t.PEN}> . @prefix sh: <{t.SH}> . @prefix xsd: <{t.XSD}> . @prefix rdf: <{t.RDF}> .
@prefix ex: <https://example.org/> .
"""
SHAPE = """ex:S a sh:NodeShape ; sh:targetClass pen:Item ; sh:property [ sh:path pen:count ; %s ;
  sh:message "one"@en , "一"@zh ] ."""


def shapes(text: str):
    return shapes_of(q.triple for q in parse(HEAD + text, RdfFormat.TURTLE))


def test_every_class_that_is_written_has_a_shape():
    classes = {s.target_class for s in read_shapes()}
    assert classes == {
        *(t.PERSON, t.ITEM, t.CONCEPT, t.TEXT),
        *(t.OBSERVATION, t.ENGAGEMENT, t.CORRECTION, t.INFERENCE, t.INTEREST, t.CLAIM),
    }


def test_constraints_carry_everything_the_gate_needs():
    [found] = [s for s in read_shapes() if (s.target_class, s.path, s.kind) == (t.INTEREST, t.WEIGHT, "minInclusive")]
    assert found.shape == NamedNode(t.PEN + "InterestShape")
    assert found.value == Literal("-1.0", datatype=NamedNode(t.XSD + "decimal"))
    assert found.severity == "Violation"
    assert found.message_en == "An interest has one weight, a decimal from -1 to 1."
    assert found.message_zh == "兴趣有一个权重，是 -1 到 1 之间的小数。"


def test_values_have_the_type_of_their_kind():
    one = {s.kind: s.value for s in read_shapes()}
    assert {k for k in KINDS if k not in one} == {"maxExclusive"}
    assert all(isinstance(one[k], int) for k in ("minCount", "maxCount", "minLength", "maxLength"))
    assert isinstance(one["pattern"], str)
    assert one["lessThan"] == t.END
    assert one["lessThanOrEquals"] == t.LAST_SEEN
    assert isinstance(one["in"], tuple)


def test_allowed_terms_keep_the_order_of_the_file():
    [facets] = [s.value for s in read_shapes() if s.path == t.HAS_FACET and s.kind == "in"]
    assert facets == (t.ATTITUDE, t.ATTENTION, t.INTENT)


def test_reading_twice_gives_the_same():
    assert read_shapes() == read_shapes()


def test_lists_name_all_stances_and_kinds_of_the_ontology():
    from penchant.ontology.behaviour import read_vocabulary

    vocabulary = read_vocabulary()
    for shape in read_shapes():
        if shape.kind == "in" and shape.path == t.HAS_STANCE:
            assert set(shape.value) == {s.iri for s in vocabulary.all_stances()}
        if shape.kind == "in" and shape.path == t.KIND:
            assert set(shape.value) == {k.iri for k in vocabulary.all_kinds()}


def test_severity_of_a_property_shape_wins():
    [found] = shapes(
        SHAPE.replace("a sh:NodeShape ;", "a sh:NodeShape ; sh:severity sh:Info ;")
        % "sh:minCount 1 ; sh:severity sh:Warning"
    )
    assert found.severity == "Warning"
    [found] = shapes(SHAPE.replace("a sh:NodeShape ;", "a sh:NodeShape ; sh:severity sh:Info ;") % "sh:minCount 1")
    assert found.severity == "Info"


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        ("sh:class pen:Person", "does not know sh:class"),
        ("sh:minCount 1 ; sh:flags 'i'", "does not know sh:flags"),
        ("sh:minCount 1 ; sh:deactivated true", "does not know sh:deactivated"),
        ("sh:or ( [ sh:minCount 1 ] )", "does not know sh:or"),
        ("pen:minCount 1", "does not know minCount"),
        ("sh:minCount 1 ; sh:minCount 2", "given 2 times"),
        ("sh:minCount -1", "whole number"),
        ("sh:minCount 'x'", "whole number"),
        ("sh:datatype 'decimal'", "expected an IRI"),
        ("sh:nodeKind sh:Iri", "a SHACL node kind"),
        ("sh:minInclusive pen:Item", "expected a literal"),
        ("sh:in ()", "empty list"),
        ("sh:in pen:View", "broken list"),
        ("sh:in ( [] )", "broken list"),
        ("sh:severity sh:Fatal ; sh:minCount 1", "severity"),
        ("sh:message 'once more'@en ; sh:minCount 1", "2 messages in @en"),
        ("sh:severity sh:Info", "asks for nothing"),
    ],
)
def test_what_the_gate_cannot_follow_is_refused(part, complaint):
    with pytest.raises(OntologyError, match=re.escape(complaint)) as caught:
        shapes(SHAPE % part)
    assert "S, count" in caught.value.where


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ex:S a sh:NodeShape ; sh:property [ sh:path pen:count ; sh:minCount 1 ] .", "no target class"),
        ("ex:S sh:targetClass pen:Item ; sh:closed true .", "does not know sh:closed"),
        ("ex:S sh:targetClass pen:Item ; sh:nodeKind sh:IRI .", "does not know sh:nodeKind"),
        ("ex:S sh:targetNode pen:Item ; a sh:NodeShape .", "does not know sh:targetNode"),
        ("[] sh:targetClass pen:Item .", "without an IRI"),
        ("ex:P a sh:PropertyShape ; sh:path pen:count ; sh:minCount 1 .", "belong to no node shape"),
        (
            "ex:S sh:targetClass pen:Item ; sh:property [ sh:path ( pen:about pen:count ) ; sh:minCount 1 ] .",
            "no plain",
        ),
        ("ex:S sh:targetClass pen:Item ; sh:property [ sh:minCount 1 ] .", "no plain property"),
        ("ex:S sh:targetClass pen:Item ; sh:property ex:Nowhere .", "no plain property"),
    ],
)
def test_shapes_of_another_build_are_refused(text, complaint):
    with pytest.raises(OntologyError, match=complaint):
        shapes(text)


def test_a_file_that_is_no_turtle_is_refused(tmp_path):
    broken = tmp_path / "broken.ttl"
    broken.write_text(shapes_path().read_text(encoding="utf-8")[:-5], encoding="utf-8")
    with pytest.raises(OntologyError, match="cannot be read"):
        read_shapes(broken)
