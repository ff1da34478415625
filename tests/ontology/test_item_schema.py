"""What the ontology says items can be and carry, and by which names it answers."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from penchant.ontology import terms as t
from penchant.ontology.files import ontology_path, read_triples
from penchant.ontology.items.schema import ItemSchema, item_schema

SHOP = "https://shop.example/ontology#"
PREFIXES = (
    "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in t.PREFIXES.items())
    + f"@prefix shop: <{SHOP}> .\n@prefix bar: <https://bar.example/terms/> .\n"
)
COFFEE = """
<https://shop.example/ontology> a owl:Ontology .
shop:Drink a owl:Class ; rdfs:subClassOf pen:Item ; rdfs:label "drink"@en , "饮料"@zh .
shop:Coffee a owl:Class ; rdfs:label "coffee"@en , "咖啡"@zh ;
    owl:equivalentClass [ owl:intersectionOf ( shop:Drink schema:Product
        [ a owl:Restriction ; owl:onProperty shop:grind ; owl:maxCardinality 1 ] ) ] .
schema:Product a owl:Class .
shop:Cup a owl:Class .
shop:roastLevel a owl:DatatypeProperty ; rdfs:domain shop:Coffee ; rdfs:range xsd:int ;
    rdfs:label "roast level"@en , "烘焙度"@zh .
shop:grind a owl:DatatypeProperty ; rdfs:label "grind"@en .
shop:price a owl:DatatypeProperty ; rdfs:domain [ owl:unionOf ( shop:Cup shop:Drink ) ] ;
    rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:decimal ; owl:withRestrictions ( [ xsd:minInclusive 0 ] ) ] .
shop:salePrice a owl:DatatypeProperty ; rdfs:subPropertyOf shop:price .
shop:origin a owl:ObjectProperty ; rdfs:subPropertyOf pen:hasConcept ; rdfs:label "origin"@en , "产地"@zh .
shop:region a owl:ObjectProperty ; rdfs:subPropertyOf shop:origin .
shop:handle a owl:ObjectProperty ; rdfs:domain shop:Cup .
shop:note a owl:AnnotationProperty ; rdfs:domain shop:Coffee .
"""


def schema(text: str = COFFEE) -> ItemSchema:
    return item_schema([*read_triples(ontology_path()), *(q.triple for q in parse(PREFIXES + text, RdfFormat.TURTLE))])


def shop(name: str) -> NamedNode:
    return NamedNode(SHOP + name)


def test_the_shipped_core_has_items_and_no_properties_beyond_the_format():
    core = item_schema(read_triples(ontology_path()))
    assert [c.iri for c in core.all_classes()] == [t.ITEM]
    assert core.all_properties() == ()
    assert core.property("available") is None
    assert core.property("has concept") is None


def test_properties_are_found_by_domain_restriction_and_concept():
    found = {p.name: p for p in schema().all_properties()}
    assert list(found) == ["grind", "origin", "price", "region", "roastLevel", "salePrice"]
    assert {name for name, p in found.items() if p.is_object} == {"origin", "region"}


def test_datatypes_are_those_that_literals_are_written_with():
    found = {p.name: p.datatype for p in schema().all_properties()}
    assert found == {
        "grind": None,
        "origin": None,
        "price": NamedNode(t.XSD + "decimal"),
        "region": None,
        "roastLevel": NamedNode(t.XSD + "integer"),  # a store keeps every whole number as xsd:integer
        "salePrice": NamedNode(t.XSD + "decimal"),
    }


def test_a_datatype_may_stand_in_a_restriction_only():
    text = """shop:Tea a owl:Class ; rdfs:subClassOf pen:Item , [ owl:onProperty shop:minutes ;
        owl:qualifiedCardinality 1 ; owl:onDataRange xsd:nonNegativeInteger ] .
        shop:minutes a owl:DatatypeProperty ."""
    assert schema(text).property("minutes").datatype == NamedNode(t.XSD + "integer")


def test_classes_are_those_below_the_item():
    assert {c.name for c in schema().all_classes()} == {"Coffee", "Drink", "Item"}


def test_a_circle_of_classes_ends():
    text = """shop:A a owl:Class ; rdfs:subClassOf shop:B , pen:Item . shop:B a owl:Class ; rdfs:subClassOf shop:A ."""
    assert {c.name for c in schema(text).all_classes()} == {"A", "B", "Item"}


@pytest.mark.parametrize(
    "name",
    [
        *("roastLevel", "roast level", "Roast_Level", "ROAST-LEVEL", "烘焙度", SHOP + "roastLevel"),
        "ontology:roastLevel",
    ],
)
def test_a_property_answers_to_each_of_its_names(name):
    assert schema().property(name).iri == shop("roastLevel")
    assert schema().property(name).label_zh == "烘焙度"


@pytest.mark.parametrize("name", ["Coffee", "coffee", "咖啡", SHOP + "Coffee"])
def test_a_class_answers_to_each_of_its_names(name):
    assert schema().item_class(name).iri == shop("Coffee")


def test_the_core_answers_to_prefixed_names():
    assert schema().item_class("pen:Item").iri == t.ITEM
    assert schema().item_class("pen:Person") is None


def test_what_two_would_answer_to_answers_for_neither():
    text = (
        COFFEE
        + """bar:origin a owl:DatatypeProperty ; rdfs:domain pen:Item ; rdfs:label "made in"@en .
        bar:made a owl:DatatypeProperty ; rdfs:domain pen:Item ; rdfs:label "roast-level"@en ."""
    )
    both = schema(text)
    assert both.property("origin") is None
    assert both.property("roast level") is None
    assert both.property("https://bar.example/terms/origin").name == "origin"
    assert both.property("made in").name == "origin"
    assert both.property(SHOP + "origin").is_object


def test_the_order_of_triples_does_not_matter():
    triples = [*read_triples(ontology_path()), *(q.triple for q in parse(PREFIXES + COFFEE, RdfFormat.TURTLE))]
    assert item_schema(reversed(triples)) == item_schema(triples)
