"""The shapes in force follow the ontology: lists, classes of items, and what pySHACL says of the same items."""

from __future__ import annotations

import warnings
from collections import defaultdict

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from penchant.errors import OntologyError
from penchant.ontology import terms as t
from penchant.ontology.files import FOLDER, ontology_path, read_triples, shapes_path
from penchant.ontology.items.schema import item_schema
from penchant.ontology.items.shape_build import build_shapes, shapes_turtle, unenforced
from penchant.ontology.shapes import read_shapes, shapes_of

SHOP = "https://shop.example/ontology#"
PREFIXES = (
    "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in t.PREFIXES.items())
    + f"@prefix shop: <{SHOP}> . @base <https://shop.example/> .\n"
)
COFFEE = """
<https://shop.example/ontology> a owl:Ontology .
shop:Drink a owl:Class ; rdfs:label "drink"@en , "饮料"@zh ; rdfs:subClassOf pen:Item ,
    [ a owl:Restriction ; owl:onProperty shop:price ; owl:cardinality 1 ] ,
    [ a owl:Restriction ; owl:onProperty shop:unit ; owl:allValuesFrom
        [ a rdfs:Datatype ; owl:oneOf ( "cup" "bag" ) ] ] .
shop:Coffee a owl:Class ; rdfs:label "coffee"@en , "咖啡"@zh ; rdfs:subClassOf shop:Drink ,
    [ a owl:Restriction ; owl:onProperty shop:roastLevel ; owl:qualifiedCardinality 1 ; owl:onDataRange xsd:integer ] ,
    [ a owl:Restriction ; owl:onProperty shop:origin ; owl:maxQualifiedCardinality 1 ; owl:onClass owl:Thing ] ,
    [ a owl:Restriction ; owl:onProperty shop:tastes ; owl:minCardinality 2 ] ,
    [ a owl:Restriction ; owl:onProperty shop:maker ; owl:someValuesFrom shop:Maker ] ,
    [ a owl:Restriction ; owl:onProperty shop:state ; owl:hasValue shop:Roasted ] .
shop:Tea a owl:Class ; rdfs:label "tea"@en , "茶"@zh ; rdfs:subClassOf shop:Drink .
shop:Maker a owl:Class .
shop:State a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:oneOf ( shop:Raw shop:Roasted ) ] .
shop:Raw a owl:NamedIndividual ; rdfs:label "raw"@en , "生"@zh .
shop:Roasted a owl:NamedIndividual ; rdfs:label "roasted"@en , "烘焙"@zh .
shop:roastLevel a owl:DatatypeProperty ; rdfs:label "roast level"@en , "烘焙度"@zh ; rdfs:domain shop:Coffee ;
    rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:integer ; owl:withRestrictions (
        [ xsd:minInclusive 1 ] [ xsd:maxExclusive 6 ] ) ] .
shop:price a owl:DatatypeProperty ; rdfs:domain shop:Drink ; rdfs:range [ a rdfs:Datatype ;
    owl:onDatatype xsd:decimal ; owl:withRestrictions ( [ xsd:minExclusive 0.0 ] ) ] .
shop:code a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:domain shop:Drink ; rdfs:range [ a rdfs:Datatype ;
    owl:onDatatype xsd:string ; owl:withRestrictions ( [ xsd:pattern "[A-Z]{2}|[0-9]{3}" ] [ xsd:maxLength 3 ] ) ] .
shop:harvested a owl:DatatypeProperty ; rdfs:domain pen:Item ; rdfs:range xsd:dateTimeStamp .
shop:stock a owl:DatatypeProperty ; rdfs:domain pen:Item ; rdfs:range xsd:nonNegativeInteger .
shop:unit a owl:DatatypeProperty .
shop:tastes a owl:ObjectProperty ; rdfs:domain shop:Coffee .
shop:maker a owl:ObjectProperty ; rdfs:domain shop:Coffee ; rdfs:range shop:Maker .
shop:state a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:domain shop:Coffee ; rdfs:range shop:State .
shop:origin a owl:ObjectProperty ; rdfs:subPropertyOf pen:hasConcept ; rdfs:domain shop:Coffee .
"""
GOOD = """a pen:Item , shop:Coffee ; rdfs:label "House blend"@en ; shop:price 4.5 ; shop:unit "bag" ;
    shop:roastLevel 5 ;
    shop:origin shop:Huila ; shop:tastes shop:Nuts , shop:Plum ; shop:maker shop:Ana ; shop:state shop:Roasted ;
    shop:code "AB" ; shop:stock 0 ; shop:harvested "2026-03-01T09:30:00Z"^^xsd:dateTime"""
#: What breaks, and how: part of a good item → what stands there instead.
BROKEN = [
    ("price minCount", "shop:price 4.5 ;", ""),
    ("price maxCount", "shop:price 4.5", "shop:price 4.5 , 4.6"),
    ("price datatype", "shop:price 4.5", 'shop:price "much"'),
    ("price minExclusive", "shop:price 4.5", "shop:price 0.0"),
    ("unit in", '"bag"', '"sack"'),
    ("roastLevel minCount", "shop:roastLevel 5 ;", ""),
    ("roastLevel maxCount", "shop:roastLevel 5", "shop:roastLevel 5 , 4"),
    ("roastLevel datatype", "shop:roastLevel 5", 'shop:roastLevel "dark"'),
    ("roastLevel minInclusive", "shop:roastLevel 5", "shop:roastLevel 0"),
    ("roastLevel maxExclusive", "shop:roastLevel 5", "shop:roastLevel 6"),
    ("origin maxCount", "shop:Huila", "shop:Huila , shop:Kona"),
    ("origin nodeKind", "shop:Huila", '"Huila"'),
    ("tastes minCount", ", shop:Plum", ""),
    ("maker minCount", "shop:maker shop:Ana ;", ""),
    ("maker nodeKind", "shop:Ana", '"Ana"'),
    ("state in", "shop:state shop:Roasted", "shop:state shop:Raw"),
    ("state minCount", "shop:state shop:Roasted ;", ""),
    ("state maxCount", "shop:state shop:Roasted", "shop:state shop:Roasted , shop:Raw"),
    ("code maxCount", '"AB"', '"AB" , "123"'),
    ("code pattern", '"AB"', '"ABC"'),
    ("code maxLength", '"AB"', '"1234"'),
    ("stock datatype", "shop:stock 0", "shop:stock 0.5"),
    ("stock minInclusive", "shop:stock 0", "shop:stock -1"),
    ("harvested pattern", "09:30:00Z", "09:30:00"),
    ("label minCount", 'rdfs:label "House blend"@en ;', ""),
]
FINE = [
    *(
        ("as it is", "", ""),
        ("without a code", 'shop:code "AB" ;', ""),
        ("without an origin", "shop:origin shop:Huila ;", ""),
    ),
    ("the lowest roast", "shop:roastLevel 5", "shop:roastLevel 1"),
    ("three tastes", "shop:Plum", "shop:Plum , shop:Smoke"),
    ("another code", '"AB"', '"123"'),
    ("a tea asks for less", "shop:Coffee", "shop:Tea"),
    ("without a unit", 'shop:unit "bag" ;', ""),
]


def read(text: str) -> list[Triple]:
    return [q.triple for q in parse(PREFIXES + text, RdfFormat.TURTLE)]


def with_core(text: str) -> list[Triple]:
    return [*read_triples(ontology_path()), *read(text)]


def base() -> list[Triple]:
    return read_triples(shapes_path())


def built(text: str):
    return shapes_of(build_shapes(with_core(text), base()))


def asked(text: str, cls: str, path: str) -> dict[str, object]:
    """What the shapes of a class ask of a property: kind → value."""
    shapes = [s for s in built(text) if s.target_class.value == SHOP + cls and s.path.value == SHOP + path]
    return {s.kind: s.value.value if isinstance(s.value, Literal | NamedNode) else s.value for s in shapes}


def items() -> dict[str, list[Triple]]:
    found = {}
    for at, (_, old, new) in enumerate([*FINE, *BROKEN]):
        assert old in GOOD
        found[f"https://shop.example/item/{at}"] = read(f"<item/{at}> {GOOD.replace(old, new) if old else GOOD} .")
    return found


@pytest.fixture(scope="module")
def report() -> dict[str, set[str]]:
    """pySHACL on all items at once: node → "path constraint"."""
    import pyshacl
    import rdflib

    rules = rdflib.Graph().parse(data=shapes_turtle(with_core(COFFEE), base()), format="turtle")
    triples = [triple for item in items().values() for triple in item]
    with warnings.catch_warnings(action="ignore"):
        data = rdflib.Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    _, results, _ = pyshacl.validate(data, shacl_graph=rules, meta_shacl=True, inference="none")
    sh = rdflib.Namespace(t.SH)
    found: dict[str, set[str]] = defaultdict(set)
    for result in results.subjects(rdflib.RDF.type, sh.ValidationResult):
        component = str(results.value(result, sh.sourceConstraintComponent)).removeprefix(t.SH)
        path = str(results.value(result, sh.resultPath)).replace("/", "#").rpartition("#")[2]
        kind = component[0].lower() + component.removesuffix("ConstraintComponent")[1:]
        found[str(results.value(result, sh.focusNode))].add(f"{path} {kind}")
    return found


def test_good_items_pass_and_broken_ones_are_refused_for_their_reason(report):
    for at, (name, _, _) in enumerate([*FINE, *BROKEN]):
        found = report[f"https://shop.example/item/{at}"]
        assert (name in found) if at >= len(FINE) else (found == set()), (name, found)


def test_the_gate_agrees_with_pyshacl(report):
    from penchant.kg.gate import Gate

    gate = Gate(built(COFFEE))
    quads = [Quad(*triple, NamedNode("urn:g")) for item in items().values() for triple in item]
    refused = gate.refused(quads)
    assert set(refused) == {node for node, found in report.items() if found}
    assert "roastLevel: maxExclusive 6, found '6'" in refused[f"https://shop.example/item/{len(FINE) + 9}"]


def test_a_class_asks_for_what_its_ancestors_ask():
    assert asked(COFFEE, "Coffee", "price") == {
        "minCount": 1,
        "maxCount": 1,
        "datatype": t.XSD + "decimal",
        "minExclusive": "0.0",
    }
    assert asked(COFFEE, "Tea", "price") == asked(COFFEE, "Drink", "price") == asked(COFFEE, "Coffee", "price")
    assert asked(COFFEE, "Tea", "roastLevel") == asked(COFFEE, "Tea", "origin") == {}


def test_what_holds_of_a_property_holds_of_every_item():
    shapes = [s for s in built(COFFEE) if s.target_class == t.ITEM and s.path.value == SHOP + "roastLevel"]
    assert {s.kind for s in shapes} == {"datatype", "minInclusive", "maxExclusive"}
    assert {s.shape for s in built(COFFEE) if s.target_class == t.ITEM} == {NamedNode(t.PEN + "ItemShape")}


def test_messages_are_made_from_labels():
    [shape] = [s for s in built(COFFEE) if s.target_class.value == SHOP + "Coffee" and s.path.value.endswith("Level")][
        :1
    ]
    assert shape.message_en == "“roast level” of “coffee”: exactly one value, a whole number, at least 1, below 6."
    assert shape.message_zh == "“咖啡”的“烘焙度”：恰好一个值，整数，不小于 1，小于 6。"
    [state] = {s.message_zh for s in built(COFFEE) if s.path.value.endswith("#state") and s.target_class != t.ITEM}
    assert state == "“咖啡”的“state”：恰好一个值，用 IRI 表示，只能为烘焙。"


def test_the_shipped_ontology_needs_no_shape_beyond_the_shipped_ones():
    assert built("") == read_shapes()
    assert unenforced(read_triples(ontology_path())) == []


KIND = """shop:Gaze a owl:NamedIndividual , pen:BehaviourKind . shop:Akin a owl:NamedIndividual , pen:BehaviourKind .
    shop:Nostalgic a owl:NamedIndividual , pen:Stance ; pen:refines pen:LikesStance ."""


def test_a_new_kind_and_a_new_stance_join_the_lists_behind_the_old_ones():
    before, after = (
        {(s.target_class, s.path): s.value for s in x if s.kind == "in"} for x in (read_shapes(), built(KIND))
    )
    kinds = after[t.ENGAGEMENT, t.KIND]
    assert kinds == (*before[t.ENGAGEMENT, t.KIND], NamedNode(SHOP + "Akin"), NamedNode(SHOP + "Gaze"))
    for cls in (t.OBSERVATION, t.CORRECTION, t.INFERENCE, t.INTEREST):
        assert after[cls, t.HAS_STANCE] == (*before[cls, t.HAS_STANCE], NamedNode(SHOP + "Nostalgic"))
    assert after[t.INTEREST, t.HAS_FACET] == before[t.INTEREST, t.HAS_FACET]


def test_a_kind_that_is_gone_passes_no_longer():
    click = NamedNode(t.PEN + "Click")
    core = [x for x in read_triples(ontology_path()) if x.subject != click]
    [kinds] = [s.value for s in shapes_of(build_shapes(core, base())) if s.path == t.KIND and s.kind == "in"]
    assert click not in kinds
    assert len(kinds) == 13


def test_every_shipped_module_gets_shapes_that_pyshacl_takes():
    import pyshacl
    import rdflib

    files = sorted(path for path in FOLDER.glob("*.ttl") if path.name != "shapes.ttl")
    triples = [triple for path in files for triple in read_triples(path)]
    text = shapes_turtle(triples, base())
    classes = {s.target_class for s in shapes_of(q.triple for q in parse(text, RdfFormat.TURTLE))}
    items = {c.iri for c in item_schema(triples).all_classes()}
    assert items <= classes
    assert len(items) > 1
    rules = rdflib.Graph().parse(data=text, format="turtle")
    conforms, _, said = pyshacl.validate(rdflib.Graph(), shacl_graph=rules, meta_shacl=True)
    assert conforms, said


def test_without_any_stance_nothing_is_built():
    core = [x for x in read_triples(ontology_path()) if x.object != t.STANCE]
    with pytest.raises(OntologyError, match="no individual of Stance"):
        build_shapes(core, base())


def test_the_same_input_gives_the_same_text_whatever_the_order():
    triples = with_core(COFFEE + KIND)
    text = shapes_turtle(triples, base())
    assert shapes_turtle(with_core(COFFEE + KIND), base()) == text
    assert shapes_turtle(list(reversed(triples)), base()).split("\n\n")[1:] == text.split("\n\n")[1:]


def test_the_text_says_what_was_built(tmp_path):
    file = tmp_path / "shapes.ttl"
    file.write_text(shapes_turtle(with_core(COFFEE), base()), encoding="utf-8")
    assert read_shapes(file) == built(COFFEE)


CLASS = "shop:Thing a owl:Class ; rdfs:subClassOf pen:Item , [ a owl:Restriction ; owl:onProperty shop:p ; %s ] . "
DATA = "shop:p a owl:DatatypeProperty . "
OBJECT = "shop:p a owl:ObjectProperty . shop:Big a owl:Class ; rdfs:subClassOf shop:Huge . shop:Huge a owl:Class . "


@pytest.mark.parametrize(
    ("text", "kinds", "note"),
    [
        (OBJECT + CLASS % "owl:maxQualifiedCardinality 1 ; owl:onClass shop:Big", set(), "at most 1 p that is Big"),
        (
            OBJECT + CLASS % "owl:minQualifiedCardinality 1 ; owl:onClass shop:Big",
            {"minCount"},
            "that 1 of its p is Big",
        ),
        (OBJECT + CLASS % "owl:someValuesFrom shop:Big", {"minCount"}, "that 1 of its p is Big"),
        (OBJECT + CLASS % "owl:allValuesFrom shop:Big", set(), "that every p is Big"),
        (OBJECT + CLASS % "owl:allValuesFrom owl:Nothing", {"maxCount"}, None),
        (OBJECT + CLASS % "owl:cardinality 0", {"maxCount"}, None),
        (OBJECT + CLASS % "owl:hasSelf true", set(), "p of itself"),
        (OBJECT + CLASS % "owl:hasValue shop:Big", {"minCount"}, "that Big is among its p"),
        (OBJECT + CLASS % "owl:minCardinality 1" + "shop:q rdfs:subPropertyOf shop:p .", set(), "a property below it"),
        (OBJECT + CLASS % "owl:maxCardinality 1" + "shop:q rdfs:subPropertyOf shop:p .", {"maxCount"}, "below it"),
        (
            OBJECT + CLASS % "owl:maxQualifiedCardinality 1 ; owl:onClass shop:Huge" + "shop:p rdfs:range shop:Big .",
            {"maxCount"},
            "that every p is Big",
        ),
        (DATA + CLASS % "owl:qualifiedCardinality 1 ; owl:onDataRange xsd:string", {"minCount"}, "at most 1 p"),
        (DATA + CLASS % "owl:allValuesFrom xsd:anyURI", set(), "well-formed anyURI"),
        (DATA + CLASS % 'owl:hasValue "x" , "y"', {"minCount"}, "that x, y is among"),
        (
            DATA
            + CLASS
            % "owl:allValuesFrom [ owl:onDatatype xsd:string ; owl:withRestrictions ( [ xsd:pattern '^a$' ] ) ]",
            {"datatype"},
            "pattern '^a$'",
        ),
        (
            DATA + CLASS % "owl:allValuesFrom [ owl:unionOf ( xsd:integer xsd:string ) ]",
            set(),
            "one of several data ranges",
        ),
        ("shop:Thing rdfs:subClassOf pen:Item , [ owl:unionOf ( shop:A shop:B ) ] .", set(), "no restriction"),
        ("shop:Thing a owl:Class ; rdfs:subClassOf pen:Item ; owl:disjointWith pen:Text .", set(), "owl:disjointWith"),
    ],
)
def test_what_the_gate_cannot_hold_is_reported(text, kinds, note):
    text = text.replace("shop:Thing rdfs:subClassOf", "shop:Thing a owl:Class ; rdfs:subClassOf")
    assert set(asked(text, "Thing", "p")) - {"nodeKind"} == kinds
    notes = [f.found for f in unenforced(with_core(text))]
    assert any(note in found for found in notes) if note else notes == [], notes
    assert all(f.severity == "warning" for f in unenforced(with_core(text)))


@pytest.mark.parametrize(
    ("datatype", "expected"),
    [
        ("xsd:int", {"datatype": t.XSD + "integer", "minInclusive": str(-(2**31)), "maxInclusive": str(2**31 - 1)}),
        ("xsd:unsignedByte", {"datatype": t.XSD + "integer", "minInclusive": "0", "maxInclusive": "255"}),
        ("xsd:negativeInteger", {"datatype": t.XSD + "integer", "maxInclusive": "-1"}),
        ("xsd:language", {"datatype": t.XSD + "string", "pattern": "^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$"}),
        ("rdfs:Literal", {"nodeKind": t.SH + "Literal"}),
        ("rdf:langString", {"nodeKind": t.SH + "Literal"}),
        ("shop:grade", {"datatype": t.XSD + "integer", "in": ("1", "2")}),
    ],
)
def test_datatypes_are_asked_for_as_the_gate_knows_them(datatype, expected):
    text = f"""shop:p a owl:DatatypeProperty ; rdfs:domain shop:Thing ; rdfs:range {datatype} .
        shop:Thing a owl:Class ; rdfs:subClassOf pen:Item .
        shop:grade a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; owl:oneOf ( 2 1 ) ] ."""
    found = asked(text, "Thing", "p")
    if "in" in found:
        found["in"] = tuple(m.value for m in found["in"])
    assert found == expected
