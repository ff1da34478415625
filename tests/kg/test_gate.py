"""The compiled gate and pySHACL must agree: one good node a class, then one fault at a time."""

from datetime import UTC, datetime

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from penchant.errors import GateError
from penchant.kg.fusion import Fused
from penchant.kg.gate import Gate
from penchant.kg.literals import decimal, integer
from penchant.kg.records import Engagement, Observation, interest_quads
from penchant.ontology import terms as t
from penchant.ontology.behaviour import read_vocabulary
from penchant.ontology.files import shapes_path

G = NamedNode("https://shop.example/user/ana")
ANA = NamedNode("https://shop.example/u/ana")
HORROR = NamedNode("https://shop.example/horror")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
OBSERVATION = NamedNode("https://shop.example/observation/1")
ENGAGEMENT = NamedNode("https://shop.example/engagement/1")
INTEREST = NamedNode("https://shop.example/interest/1")


def good_nodes():
    text, run = NamedNode("https://shop.example/text/1"), NamedNode("https://shop.example/run/1")
    view = read_vocabulary().kind("View").iri
    fused = Fused(HORROR, t.ATTITUDE, t.LIKES_STANCE, 0.9, 0.4, 0.0, 1, NOW, NOW, (OBSERVATION,), True)
    return [
        *Observation(OBSERVATION, ANA, HORROR, t.LIKES_STANCE, 0.9, 0.8, NOW, run, text, "horror", 7, 13).quads(G),
        *Engagement(ENGAGEMENT, ANA, HORROR, view, 2, NOW, NOW).quads(G),
        *interest_quads(INTEREST, ANA, fused, read_vocabulary(), G),
    ]


def without(node, predicate):
    return [q for q in good_nodes() if not (q.subject == node and q.predicate == predicate)]


def replaced(node, predicate, value):
    return [*without(node, predicate), Quad(node, predicate, value, G)]


def doubled(node, predicate, value):
    return [*good_nodes(), Quad(node, predicate, value, G)]


STRING = Literal("many")
BAD_TIME = Literal("yesterday", datatype=NamedNode(t.XSD + "dateTime"))
NEEDED = {
    OBSERVATION: (
        *(t.HOLDER, t.ABOUT, t.HAS_STANCE, t.INTENSITY, t.CONFIDENCE, t.OBSERVED_AT),
        *(t.WAS_GENERATED_BY, t.IN_TEXT, t.QUOTE, t.START, t.END),
    ),
    ENGAGEMENT: (t.HOLDER, t.ABOUT, t.KIND, t.COUNT, t.LAST_SEEN),
    INTEREST: (
        *(t.HOLDER, t.ABOUT, t.HAS_FACET, t.HAS_STANCE, t.WEIGHT, t.CONFIDENCE),
        *(t.SUPPORT, t.LAST_SEEN, t.WAS_DERIVED_FROM),
    ),
}
FAULTS = {
    **{
        f"{node.value.split('/')[-2]} without {p.value.split('#')[-1]}": without(node, p)
        for node, needed in NEEDED.items()
        for p in needed
    },
    "two holders": doubled(OBSERVATION, t.HOLDER, HORROR),
    "two weights": doubled(INTEREST, t.WEIGHT, decimal(0.1)),
    "holder is text": replaced(OBSERVATION, t.HOLDER, STRING),
    "weight above 1": replaced(INTEREST, t.WEIGHT, decimal(1.5)),
    "weight below -1": replaced(INTEREST, t.WEIGHT, decimal(-1.5)),
    "confidence above 1": replaced(OBSERVATION, t.CONFIDENCE, decimal(1.01)),
    "confidence below 0": replaced(OBSERVATION, t.CONFIDENCE, decimal(-0.01)),
    "count 0": replaced(ENGAGEMENT, t.COUNT, integer(0)),
    "count is text": replaced(ENGAGEMENT, t.COUNT, STRING),
    "weight is a whole number": replaced(INTEREST, t.WEIGHT, integer(1)),
    "start after end": replaced(OBSERVATION, t.START, integer(99)),
    "start below 0": replaced(OBSERVATION, t.START, integer(-1)),
    "empty quote": replaced(OBSERVATION, t.QUOTE, Literal("")),
    "endless quote": replaced(OBSERVATION, t.QUOTE, Literal("x" * 2001)),
    "no such stance": replaced(OBSERVATION, t.HAS_STANCE, HORROR),
    "no such kind": replaced(ENGAGEMENT, t.KIND, HORROR),
    "no such facet": replaced(INTEREST, t.HAS_FACET, HORROR),
    "time is no time": replaced(OBSERVATION, t.OBSERVED_AT, BAD_TIME),
    "seen first after seen last": doubled(
        ENGAGEMENT, t.FIRST_SEEN, Literal("2027-01-01T00:00:00Z", datatype=NamedNode(t.XSD + "dateTime"))
    ),
}


@pytest.fixture(scope="module")
def gate():
    return Gate()


@pytest.fixture(scope="module")
def referee():
    import pyshacl
    import rdflib

    shapes = rdflib.Graph().parse(shapes_path())
    target = rdflib.URIRef("http://www.w3.org/ns/shacl#focusNode")

    def focus_nodes(quads):
        data = rdflib.Graph().parse(data=serialize([q.triple for q in quads], format=RdfFormat.N_TRIPLES), format="nt")
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
        return {str(node) for node in report.objects(None, target)}

    return focus_nodes


def test_good_nodes_pass(gate, referee):
    assert gate.check(good_nodes()) == []
    assert referee(good_nodes()) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_gate_and_pyshacl_refuse_the_same_nodes(gate, referee, fault):
    refused = set(gate.refused(FAULTS[fault]))
    assert refused, f"the gate let through: {fault}"
    assert refused == referee(FAULTS[fault])


def test_a_defect_of_our_own_is_an_error_not_a_ledger_entry(gate):
    with pytest.raises(GateError, match="weight"):
        gate.demand(FAULTS["weight above 1"])
