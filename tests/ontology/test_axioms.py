"""Axioms out of triples: the same from every way to write them, and different where the meaning is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from penchant.errors import OntologyError
from penchant.ontology import terms as t
from penchant.ontology.comparing.axioms import Axiom, axioms
from penchant.ontology.files import ontology_path, read_triples

DATA = Path(__file__).with_name("data")
PREFIXES = f"""@prefix : <{t.PEN}> . @prefix owl: <{t.OWL}> . @prefix rdf: <{t.RDF}> .
@prefix rdfs: <{t.RDFS}> . @prefix xsd: <{t.XSD}> .
:p a owl:ObjectProperty . :q a owl:ObjectProperty . :d a owl:DatatypeProperty . :e a owl:DatatypeProperty .
"""
DECLARED = {
    "Declaration(ObjectProperty(pen:p))",
    "Declaration(ObjectProperty(pen:q))",
    "Declaration(DataProperty(pen:d))",
    "Declaration(DataProperty(pen:e))",
}


def read(turtle: str) -> frozenset[Axiom]:
    return axioms(q.triple for q in parse(PREFIXES + turtle, RdfFormat.TURTLE))


def texts(turtle: str) -> set[str]:
    return {a.text for a in read(turtle)} - DECLARED


AXIOM_OF = {
    ":A a owl:Class .": "Declaration(Class(pen:A))",
    ":dt a rdfs:Datatype .": "Declaration(Datatype(pen:dt))",
    ":A rdfs:subClassOf :B .": "SubClassOf(pen:A pen:B)",
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .": (
        "SubClassOf(pen:A ObjectSomeValuesFrom(pen:p pen:B))"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :undeclared ; owl:allValuesFrom xsd:date ] .": (
        "SubClassOf(pen:A DataAllValuesFrom(pen:undeclared xsd:date))"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty [ owl:inverseOf :p ] ; owl:hasValue :i ] .": (
        "SubClassOf(pen:A ObjectHasValue(ObjectInverseOf(pen:p) pen:i))"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:minCardinality 01 ] .": (
        "SubClassOf(pen:A DataMinCardinality(1 pen:d))"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:maxQualifiedCardinality 0 ;"
    " owl:onDataRange xsd:date ] .": "SubClassOf(pen:A DataMaxCardinality(0 pen:d xsd:date))",
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasSelf true ] .": (
        "SubClassOf(pen:A ObjectHasSelf(pen:p))"
    ),
    ":A owl:equivalentClass [ a owl:Class ; owl:complementOf [ owl:unionOf ( :C :B ) ] ] .": (
        "EquivalentClasses(pen:A ObjectComplementOf(ObjectUnionOf(pen:B pen:C)))"
    ),
    ":d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:integer ; owl:withRestrictions"
    " ( [ xsd:minInclusive 1 ] [ xsd:maxExclusive 10 ] ) ] .": (
        'DataPropertyRange(pen:d DatatypeRestriction(xsd:integer xsd:maxExclusive "10"^^xsd:integer'
        ' xsd:minInclusive "1"^^xsd:integer))'
    ),
    ':d rdfs:range [ a rdfs:Datatype ; owl:oneOf ( "b" "a"@EN ) ] .': 'DataPropertyRange(pen:d DataOneOf("a"@en "b"))',
    ":p rdfs:domain :A .": "ObjectPropertyDomain(pen:p pen:A)",
    ":d rdfs:subPropertyOf :e .": "SubDataPropertyOf(pen:d pen:e)",
    "rdfs:label rdfs:subPropertyOf :note .": "SubAnnotationPropertyOf(rdfs:label pen:note)",
    ":p a owl:TransitiveProperty .": "TransitiveObjectProperty(pen:p)",
    ":d a owl:FunctionalProperty .": "FunctionalDataProperty(pen:d)",
    ":r owl:propertyChainAxiom ( :q :p :q ) .": "SubObjectPropertyOf(ObjectPropertyChain(pen:q pen:p pen:q) pen:r)",
    ":A owl:hasKey ( :p :d ) .": "HasKey(pen:A (pen:d pen:p))",
    ":A owl:disjointUnionOf ( :C :B ) .": "DisjointUnion(pen:A pen:B pen:C)",
    ":q owl:propertyDisjointWith :p .": "DisjointObjectProperties(pen:p pen:q)",
    ":e owl:propertyDisjointWith :d .": "DisjointDataProperties(pen:d pen:e)",
    ":i :p :j .": "ObjectPropertyAssertion(pen:p pen:i pen:j)",
    ":i :d 0.5 .": 'DataPropertyAssertion(pen:d pen:i "0.5"^^xsd:decimal)',
    r':i rdfs:comment "a \"b\"\n\\c" .': r'AnnotationAssertion(rdfs:comment pen:i "a \"b\"\n\\c")',
    ":i a :A .": "ClassAssertion(pen:A pen:i)",
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :i ; owl:assertionProperty :d ; owl:targetValue 3 .": (
        'NegativeDataPropertyAssertion(pen:d pen:i "3"^^xsd:integer)'
    ),
    "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] rdfs:subClassOf :A .": (
        "SubClassOf(ObjectSomeValuesFrom(pen:p pen:B) pen:A)"
    ),
    "<https://x.example/o> owl:imports <https://y.example/o> ; a owl:Ontology .": (
        "Import(<https://x.example/o> <https://y.example/o>)"
    ),
    "[] a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget :B ;"
    ' rdfs:comment "why" . :A rdfs:subClassOf :B .': 'SubClassOf(Annotation(rdfs:comment "why") pen:A pen:B)',
    "_:n a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget :B ;"
    ' rdfs:comment "why" , "where" . [] a owl:Annotation ; owl:annotatedSource _:n ; owl:annotatedTarget "why" ;'
    ' owl:annotatedProperty rdfs:comment ; rdfs:label "in brief" . :A rdfs:subClassOf :B .': (
        'SubClassOf(Annotation(Annotation(rdfs:label "in brief") rdfs:comment "why") Annotation(rdfs:comment "where")'
        " pen:A pen:B)"
    ),
}


@pytest.mark.parametrize("turtle", AXIOM_OF)
def test_each_mapping_of_the_specification(turtle):
    assert texts(turtle) - {"Ontology(<https://x.example/o>)"} == {AXIOM_OF[turtle]}


SAME = [
    (":A owl:disjointWith :B .", ":B owl:disjointWith :A ."),
    (
        "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .",
        ":A owl:disjointWith :B , :C . :C owl:disjointWith :B .",
    ),
    (
        "[] a owl:AllDisjointProperties ; owl:members ( :p :q ) .",
        ":q owl:propertyDisjointWith :p .",
    ),
    (
        "[] a owl:AllDifferent ; owl:members ( :i :j :k ) .",
        "[] a owl:AllDifferent ; owl:distinctMembers ( :k :i :j ) .",
    ),
    (
        '[] a owl:AllDifferent ; owl:members ( :i :j ) ; rdfs:comment "why" .',
        ":j owl:differentFrom :i . [] a owl:Axiom ; owl:annotatedSource :j ; owl:annotatedTarget :i ;"
        ' owl:annotatedProperty owl:differentFrom ; rdfs:comment "why" .',
    ),
    (
        ":A owl:equivalentClass :B . :B owl:equivalentClass :C .",
        ":C owl:equivalentClass :A . :A owl:equivalentClass :B .",
    ),
    (":i owl:sameAs :j . :k owl:sameAs :j .", ":i owl:sameAs :j , :k ."),
    (
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:cardinality 1 ; a owl:Restriction ] .",
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:qualifiedCardinality 1 ; owl:onClass owl:Thing ] .",
    ),
    (
        ":A rdfs:subClassOf [ owl:onProperty :d ; owl:maxCardinality 1 ; a owl:Restriction ] .",
        ":A rdfs:subClassOf [ owl:onProperty :d ; owl:maxQualifiedCardinality 1 ; owl:onDataRange rdfs:Literal ] .",
    ),
    (":A a owl:Class .", ":A a owl:Class , rdfs:Class . owl:Thing a owl:Class . xsd:date a rdfs:Datatype ."),
    (':A rdfs:label "x" .', ':A rdfs:label "x"^^xsd:string .'),
    (":A owl:unionOf ( :B :C ) .", ":A owl:equivalentClass [ a owl:Class ; owl:unionOf ( :C :B :C ) ] ."),
    (
        "_:x a :A . _:x :p _:y . _:y :d 1 . :i :p _:y .",
        "_:b a :A . _:b :p _:a . :i :p _:a . _:a :d 1 .",
    ),
    (
        '[] a owl:Ontology ; rdfs:comment "x" .',
        '_:other rdfs:comment "x" ; a owl:Ontology .',
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_ways_to_write_the_same(one, other):
    assert read(one) == read(other)
    assert texts(one)


DIFFERENT = [
    (":A rdfs:subClassOf :B .", ":B rdfs:subClassOf :A ."),
    (":r owl:propertyChainAxiom ( :p :q ) .", ":r owl:propertyChainAxiom ( :q :p ) ."),
    ("[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .", ":A owl:disjointWith :B , :C ."),
    (':A rdfs:label "x" .', ':A rdfs:label "x"@en .'),
    (':A rdfs:label "x\\ny" .', ':A rdfs:label "x\\\\ny" .'),
    (":i :d 1 .", ":i :d 1.0 ."),
    (
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:cardinality 1 ] .",
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:qualifiedCardinality 1 ; owl:onClass :B ] .",
    ),
    ("_:x a :A . _:x :p _:y . _:y :d 1 .", "_:x a :A . _:y :p _:x . _:y :d 1 ."),
    ("_:x :p _:y . _:y :p _:z . _:z :d 1 .", "_:x :p _:y . _:y :p _:z . _:y :d 1 ."),
    (
        "_:h a :A ; :p _:m . _:m :p _:t . _:t :d 1 . _:i a :B ; :p _:n . _:n :p _:u . _:u :d 2 .",
        "_:h a :A ; :p _:m . _:m :p _:t . _:t :d 2 . _:i a :B ; :p _:n . _:n :p _:u . _:u :d 1 .",
    ),
    (
        ":A rdfs:subClassOf :B .",
        ":A rdfs:subClassOf :B . [] a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedTarget :B ;"
        ' owl:annotatedProperty rdfs:subClassOf ; rdfs:comment "why" .',
    ),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_means_something_else_is_not_the_same(one, other):
    assert read(one) != read(other)


def test_an_axiom_names_its_subject_and_what_else_it_is_about():
    (axiom,) = (a for a in read(":B owl:disjointWith :A .") if a.kind == "DisjointClasses")
    assert axiom.subject.value == t.PEN + "A"
    assert [o.value for o in axiom.others] == [t.PEN + "B"]
    (general,) = (a for a in read("[ owl:unionOf ( :A :B ) ] rdfs:subClassOf :C .") if a.kind == "SubClassOf")
    assert general.subject is None


def test_one_axiom_may_carry_two_sets_of_annotations():
    note = "[] a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget :B ;"
    assert texts(f':A rdfs:subClassOf :B . {note} rdfs:comment "1" . {note} rdfs:comment "2" ; rdfs:label "3" .') == {
        'SubClassOf(Annotation(rdfs:comment "1") pen:A pen:B)',
        'SubClassOf(Annotation(rdfs:comment "2") Annotation(rdfs:label "3") pen:A pen:B)',
    }


MALFORMED = {
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ] .": "0 class expressions",
    ":A rdfs:subClassOf [ owl:unionOf ( :B ) ; owl:complementOf :C ] .": "2 class expressions",
    "_:x owl:complementOf _:x . :A rdfs:subClassOf _:x .": "part of itself",
    "[] a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty rdfs:subClassOf .": "does not name it once",
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :i ; owl:targetIndividual :j .": "does not name it once",
}


@pytest.mark.parametrize("turtle", MALFORMED)
def test_malformed_owl_is_an_error(turtle):
    with pytest.raises(OntologyError, match=MALFORMED[turtle]):
        read(turtle)


def test_every_kind_of_axiom_is_read():
    found = axioms(read_triples(DATA / "every_axiom.ofn"))
    kinds = Counter(a.kind for a in found)
    assert len(kinds) == 40
    # by hand, from the file: pairs of (3 + 3 + 1) classes, (3) properties, (3 + 1) individuals; F ≡ G ≡ 咖啡 is two
    assert kinds["DisjointClasses"] == 7
    assert kinds["DisjointObjectProperties"] == 3
    assert kinds["DifferentIndividuals"] == 4
    assert kinds["EquivalentClasses"] == 4
    assert kinds["SubClassOf"] == 15
    assert kinds["Declaration"] == 27


def test_the_shipped_ontology_in_numbers():
    kinds = Counter(a.kind for a in axioms(read_triples(ontology_path())))
    text = ontology_path().read_text(encoding="utf-8")
    assert kinds["SubClassOf"] > 60
    assert kinds["Declaration"] == text.count("\n###  ")
    assert kinds["DifferentIndividuals"] == 14 * 13 // 2 + 2 * (3 * 2 // 2) + 5 * 4 // 2 + 4 * 3 // 2
