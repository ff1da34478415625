"""Small cases for every constraint of the shapes, made from the shapes themselves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from penchant.ontology import terms as t
from penchant.ontology.shapes import Shape, read_shapes

BASE = "https://example.org/"
GOOD = """
class         path               values
pen:Person       pen:likes              <thing/1> | <thing/2>
pen:Person       pen:dislikes           <thing/3>
pen:Person       pen:interestedIn       <thing/4>
pen:Person       pen:wants              <thing/5>
pen:Item         rdfs:label             "Lamp"@en | "灯"@zh
pen:Item         skos:altLabel          "Desk lamp"@en
pen:Item         pen:available          "false"^^boolean
pen:Item         pen:hasConcept         <thing/6> | <thing/7>
pen:Item         dcterms:identifier     "lamp 1"
pen:Concept      skos:prefLabel         "brass"@en
pen:Concept      skos:altLabel          "brassware"@en
pen:Text         pen:holder             <u/ana>
pen:Text         pen:source             "reviews.jsonl"
pen:Observation  pen:holder             <u/ana>
pen:Observation  pen:about              <thing/1>
pen:Observation  pen:stance             pen:LikesStance
pen:Observation  pen:intensity          "0.9"^^decimal
pen:Observation  pen:confidence         "1.0"^^decimal
pen:Observation  pen:observedAt         "2026-03-01T09:30:00Z"^^dateTime
pen:Observation  prov:wasGeneratedBy    <run/1>
pen:Observation  pen:inText             <text/1>
pen:Observation  pen:quote              "brass lamps"
pen:Observation  pen:start              "0"^^integer
pen:Observation  pen:end                "11"^^integer
pen:Observation  pen:aspect             "colour"
pen:Observation  pen:condition          "under 40 euros"
pen:Observation  pen:beneficiary        <u/bo>
pen:Engagement   pen:holder             <u/ana>
pen:Engagement   pen:about              <thing/1>
pen:Engagement   pen:kind               pen:Rate
pen:Engagement   pen:count              "3"^^integer
pen:Engagement   pen:firstSeen          "2026-02-01T09:30:00Z"^^dateTime
pen:Engagement   pen:lastSeen           "2026-03-01T10:30:00+01:00"^^dateTime
pen:Engagement   pen:value              "4.5"^^decimal
pen:Correction   pen:holder             <u/ana>
pen:Correction   pen:about              <thing/1>
pen:Correction   pen:stance             pen:NeutralStance
pen:Correction   pen:intensity          "0.0"^^decimal
pen:Correction   pen:observedAt         "2026-03-01T09:30:00.5Z"^^dateTime
pen:Inference    pen:holder             <u/ana>
pen:Inference    pen:about              <thing/1>
pen:Inference    pen:stance             pen:InterestedStance
pen:Inference    pen:intensity          "0.6"^^decimal
pen:Inference    pen:confidence         "0.45"^^decimal
pen:Inference    pen:observedAt         "2026-03-01T09:30:00Z"^^dateTime
pen:Inference    pen:rule               <rule/1>
pen:Inference    prov:wasDerivedFrom    <interest/1> | <interest/2>
pen:Interest     pen:holder             <u/ana>
pen:Interest     pen:about              <thing/1>
pen:Interest     pen:facet              pen:Attitude
pen:Interest     pen:stance             pen:DislikesStance
pen:Interest     pen:weight             "-1.0"^^decimal
pen:Interest     pen:confidence         "0.0"^^decimal
pen:Interest     pen:conflict           "0.25"^^decimal
pen:Interest     pen:support            "1"^^integer
pen:Interest     pen:firstSeen          "2026-03-01T09:30:00Z"^^dateTime
pen:Interest     pen:lastSeen           "2026-03-01T09:30:00Z"^^dateTime
pen:Interest     prov:wasDerivedFrom    <observation/1> | <engagement/1>
"""
SECOND = {"boolean": "true", "string": "more", "decimal": "0.5", "integer": "7", "dateTime": "2026-03-01T00:00:00Z"}
STEP = Decimal("0.0001")
Node = dict[NamedNode, list[NamedNode | Literal]]


@dataclass(frozen=True)
class Case:
    """A node that breaks one constraint (or none: ``shape`` is None), and its triples.

    ``referee`` is false where pySHACL stops with a TypeError: an ill-typed value in a property pair.
    """

    name: str
    node: NamedNode
    shape: Shape | None
    triples: tuple[Triple, ...]
    referee: bool = True


def _term(text: str) -> NamedNode | Literal:
    if text.startswith("<"):
        return NamedNode(BASE + text[1:-1])
    if not text.startswith('"'):
        return _name(text)
    value, _, rest = text[1:].partition('"')
    if rest.startswith("@"):
        return Literal(value, language=rest[1:])
    return Literal(value, datatype=NamedNode(t.XSD + (rest[2:] or "string")))


def _name(text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    return NamedNode(t.PREFIXES[prefix] + local)


def good_nodes() -> dict[NamedNode, Node]:
    """One full, good node for each class."""
    nodes: dict[NamedNode, Node] = {}
    for line in GOOD.strip().splitlines()[1:]:
        kind, path, values = line.split(maxsplit=2)
        nodes.setdefault(_name(kind), {})[_name(path)] = [_term(v.strip()) for v in values.split(" | ")]
    return nodes


def _broken(shape: Shape, good: Node) -> list[tuple[str, Node]]:
    """Ways to break just what ``shape`` asks for (other constraints of the property may break with it)."""

    def put(*values: NamedNode | Literal) -> Node:
        return {**good, shape.path: list(values)}

    def number(value: Decimal | int) -> Literal:
        return Literal(str(value), datatype=good[shape.path][0].datatype)

    old, value = good[shape.path][0], shape.value
    other = NamedNode(BASE + "thing/other")
    match shape.kind:
        case "minCount":
            return [("nothing", {p: v for p, v in good.items() if p != shape.path})]
        case "maxCount":
            if isinstance(old, NamedNode):
                return [("two", put(old, NamedNode(old.value + "x")))]
            return [("two", put(old, Literal(SECOND[old.datatype.value.removeprefix(t.XSD)], datatype=old.datatype)))]
        case "datatype":
            ways = [("an IRI", put(other)), ("a tagged text", put(Literal("x", language="en")))]
            if value != NamedNode(t.XSD + "string"):
                ways.append(("ill-typed", put(Literal("x", datatype=value))))
                ways.append(("a string", put(Literal(old.value))))
                ways.append(("a double", put(Literal("1e0", datatype=NamedNode(t.XSD + "double")))))
            return ways
        case "nodeKind":
            iri = value == NamedNode(t.SH + "IRI")
            return [("wrong node kind", put(*good[shape.path], Literal("x") if iri else other))]
        case "in":
            return [("not in the list", put(other)), ("a literal", put(Literal("likes")))]
        case "minInclusive":
            step = 1 if "integer" in old.datatype.value else STEP
            return [("just below", put(number(Decimal(value.value) - step))), ("far below", put(number(-1000)))]
        case "maxInclusive":
            return [("just above", put(number(Decimal(value.value) + STEP))), ("far above", put(number(1000)))]
        case "minExclusive":
            return [("the bound", put(number(int(value.value))))]
        case "minLength":
            return [("empty", put(Literal("", language=old.language) if old.language else Literal("")))]
        case "maxLength":
            long = "灯" * (int(value) + 1)
            return [("one too long", put(Literal(long, language=old.language) if old.language else Literal(long)))]
        case "pattern":
            return [("no time zone", put(Literal("2026-01-01T00:00:00", datatype=old.datatype)))]
        case "lessThan":
            end = good[value][0]
            return [("equal", put(end)), ("greater", put(number(int(end.value) + 1)))]
        case "lessThanOrEquals":
            return [("later", put(Literal("2026-03-01T10:30:00Z", datatype=old.datatype)))]
    raise AssertionError(shape.kind)


def _triples(node: NamedNode, kind: NamedNode, said: Node) -> tuple[Triple, ...]:
    return (Triple(node, t.TYPE, kind), *(Triple(node, p, v) for p, values in said.items() for v in values))


def _good_cases() -> list[Case]:
    cases = []
    for kind, good in good_nodes().items():
        local = kind.value.rpartition("#")[2]
        node = NamedNode(f"{BASE}good/{local}")
        cases.append(Case(f"{local}: full", node, None, _triples(node, kind, good)))
        wanted = {s.path for s in read_shapes() if s.target_class == kind and s.kind == "minCount"}
        least = NamedNode(f"{BASE}least/{local}")
        few = {p: v for p, v in good.items() if p in wanted}
        cases.append(Case(f"{local}: least", least, None, _triples(least, kind, few)))
    for bound in ("minInclusive", "maxInclusive", "minLength", "maxLength"):
        for shape in (s for s in read_shapes() if s.kind == bound):
            good = good_nodes()[shape.target_class]
            old = good[shape.path][0]
            if isinstance(shape.value, int):
                text = "灯" * shape.value
                at = Literal(text, language=old.language) if old.language else Literal(text)
            else:
                at = Literal(shape.value.value, datatype=old.datatype)
            local, path = (n.value.replace("/", "#").rpartition("#")[2] for n in (shape.target_class, shape.path))
            node = NamedNode(f"{BASE}bound/{local}/{path}/{bound}")
            cases.append(
                Case(
                    f"{local} {path}: at {bound}",
                    node,
                    None,
                    _triples(node, shape.target_class, {**good, shape.path: [at]}),
                )
            )
    return cases


def _bad_cases() -> list[Case]:
    cases = []
    pairs = [s for s in read_shapes() if s.kind.startswith("lessThan")]
    paired = {(s.target_class, path) for s in pairs for path in (s.path, s.value)}
    for shape in read_shapes():
        for way, said in _broken(shape, good_nodes()[shape.target_class]):
            node = NamedNode(f"{BASE}bad/{len(cases)}")
            local, path = (n.value.replace("/", "#").rpartition("#")[2] for n in (shape.target_class, shape.path))
            triples = _triples(node, shape.target_class, said)
            referee = way != "ill-typed" or (shape.target_class, shape.path) not in paired
            cases.append(Case(f"{local} {path} {shape.kind}: {way}", node, shape, triples, referee))
    return cases


@pytest.fixture(scope="session")
def good_cases() -> list[Case]:
    return _good_cases()


@pytest.fixture(scope="session")
def bad_cases() -> list[Case]:
    return _bad_cases()
