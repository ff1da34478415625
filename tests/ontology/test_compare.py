"""Comparing ontologies: terms that come, go and change their name, and axioms of those that stay."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from penchant.ontology import terms as t
from penchant.ontology.comparing.axioms import axioms
from penchant.ontology.comparing.compare import Comparison, compare
from penchant.ontology.files import ontology_path, read_triples

PREFIXES = f"""@prefix : <{t.PEN}> . @prefix owl: <{t.OWL}> . @prefix rdfs: <{t.RDFS}> .
@prefix skos: <{t.SKOS}> . @prefix dcterms: <{t.DCTERMS}> .
<https://x.example/o> a owl:Ontology .
"""
SHOP = """
:Item a owl:Class ; rdfs:label "item"@en . :stance a owl:ObjectProperty .
:Coffee a owl:Class ; rdfs:subClassOf :Item ; rdfs:label "coffee"@en , "咖啡"@zh .
:Mug a owl:Class ; rdfs:subClassOf :Item ; rdfs:label "mug"@en ; owl:disjointWith :Coffee .
:espresso a :Coffee .
"""


def read(turtle: str) -> list[Triple]:
    return [q.triple for q in parse(PREFIXES + turtle, RdfFormat.TURTLE)]


def pen(*names: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(t.PEN + n) for n in names)


def told(comparison: Comparison) -> list[str]:
    """What the comparison says of terms that stay, one line each."""
    return [
        f"{sign} {axiom.text}"
        for change in comparison.changed
        for sign, part in (("-", change.removed), ("+", change.added))
        for axiom in part
    ]


def test_the_same_in_another_order_is_unchanged():
    lines = read(SHOP)
    comparison = compare(lines, [*lines[::-1], *lines])
    assert comparison == Comparison()
    assert comparison.unchanged


def test_new_and_lost_terms_are_named_and_their_own_axioms_are_not_listed():
    comparison = compare(read(SHOP), read(SHOP.replace(":Mug", ":Cup").replace('"mug"', '"cup"')))
    assert comparison.added == pen("Cup")
    assert comparison.removed == pen("Mug")
    assert comparison.changed == ()
    assert not comparison.unchanged


def test_an_individual_without_a_declaration_is_a_term_too():
    assert compare(read(SHOP), read(SHOP.replace(":espresso a :Coffee .", ""))).removed == pen("espresso")


def test_a_pair_goes_with_either_of_its_terms():
    old = "[] a owl:AllDifferent ; owl:members ( :i :j :k ) . :i a :A . :j a :A . :k a :A ."
    new = "[] a owl:AllDifferent ; owl:members ( :i :j ) . :i a :A . :j a :A ."
    comparison = compare(read(old), read(new))
    assert comparison.removed == pen("k")
    assert comparison.changed == ()
    apart = compare(read(new), read(new.replace("[] a owl:AllDifferent ; owl:members ( :i :j ) .", "")))
    assert told(apart) == ["- DifferentIndividuals(pen:i pen:j)"]


def test_changed_axioms_are_told_by_term():
    new = SHOP.replace('"mug"@en', '"beaker"@en').replace(
        ":Mug a owl:Class ; rdfs:subClassOf :Item", ":Mug a owl:Class"
    )
    comparison = compare(read(SHOP), read(new))
    assert [c.term for c in comparison.changed] == list(pen("Mug"))
    assert told(comparison) == [
        '- AnnotationAssertion(rdfs:label pen:Mug "mug"@en)',
        "- SubClassOf(pen:Mug pen:Item)",
        '+ AnnotationAssertion(rdfs:label pen:Mug "beaker"@en)',
    ]
    assert (comparison.added, comparison.removed, comparison.header) == ((), (), ())


@pytest.mark.parametrize("how", ["the same label", "dcterms:replaces", "both"])
def test_a_mere_rename_shows_no_changed_axiom(how):
    new = SHOP.replace(":Coffee", ":CoffeeBeans")
    if how == "dcterms:replaces":
        new = new.replace('"coffee"@en , "咖啡"@zh', '"coffee beans"@en , "咖啡豆"@zh')
    if how != "the same label":
        new += ":CoffeeBeans dcterms:replaces :Coffee ."
    comparison = compare(read(SHOP), read(new))
    assert comparison.renames == dict([pen("Coffee", "CoffeeBeans")])
    assert (comparison.added, comparison.removed) == ((), ())
    if how == "dcterms:replaces":
        assert told(comparison)[0] == '- AnnotationAssertion(rdfs:label pen:CoffeeBeans "coffee"@en)'
        assert len(told(comparison)) == 4
    else:
        assert told(comparison) == []
    assert not comparison.unchanged


def test_properties_and_individuals_are_found_by_their_label_too():
    old = ':d a owl:DatatypeProperty ; rdfs:label "price"@en . :i a :A ; skos:prefLabel "苹果"@zh . :i :d 3 .'
    comparison = compare(read(old), read(old.replace(":d ", ":price ").replace(":i ", ":apple ")))
    assert comparison == Comparison(renames=dict([pen("d", "price"), pen("i", "apple")]))


def test_a_rename_can_be_taken_back():
    new = SHOP.replace(":Coffee", ":CoffeeBeans").replace('"coffee"@en , "咖啡"@zh', '"beans"@en')
    new += ":CoffeeBeans dcterms:replaces :Coffee ."
    unaided = compare(read(new), read(SHOP))
    assert unaided.renames == {}
    back = compare(read(new), read(SHOP), renames=dict([pen("CoffeeBeans", "Coffee")]))
    assert back.renames == dict([pen("CoffeeBeans", "Coffee")])
    assert told(back) == [
        '- AnnotationAssertion(rdfs:label pen:Coffee "beans"@en)',
        '+ AnnotationAssertion(rdfs:label pen:Coffee "coffee"@en)',
        '+ AnnotationAssertion(rdfs:label pen:Coffee "咖啡"@zh)',
    ]


NO_RENAME = {
    "the old term stays": SHOP + ':Beans a owl:Class ; rdfs:label "coffee"@en ; dcterms:replaces :Coffee .',
    "the new term was there before": SHOP.replace(":Coffee", ":Mug") + ":Mug dcterms:replaces :Coffee .",
    "another kind of term": SHOP.replace(":Coffee a owl:Class ; rdfs:subClassOf :Item", ":Beans a owl:ObjectProperty"),
    "another language": SHOP.replace(":Coffee", ":Beans").replace('"coffee"@en , "咖啡"@zh', '"coffee"@fr'),
    "two new terms with the label": SHOP.replace(":Coffee", ":Beans") + ':Grounds a owl:Class ; rdfs:label "咖啡"@zh .',
}


@pytest.mark.parametrize("why", NO_RENAME)
def test_no_rename_where(why):
    assert compare(read(SHOP), read(NO_RENAME[why])).renames == {}


def test_a_known_rename_that_does_not_fit_is_passed_over():
    assert compare(read(SHOP), read(SHOP), renames=dict([pen("Coffee", "Beans")])).unchanged


def test_two_removed_terms_do_not_become_one():
    new = SHOP.replace(":Coffee", ":Drink").replace(":Mug", ":Item").replace('"coffee"@en , "咖啡"@zh', '"drink"@en')
    comparison = compare(read(SHOP), read(new + ":Drink dcterms:replaces :Coffee , :Mug ."))
    assert comparison.renames == {}
    assert comparison.removed == pen("Coffee", "Mug")


def test_the_header_is_told_apart_from_the_axioms():
    header = "<https://x.example/o> owl:versionInfo '{0}' ; owl:versionIRI <https://x.example/o/{0}> ."
    comparison = compare(read(SHOP + header.format(1)), read(SHOP + header.format(2)))
    assert comparison.changed == ()
    assert comparison.header == (
        '- OntologyAnnotation(<https://x.example/o> owl:versionInfo "1")',
        "- VersionIRI(<https://x.example/o> <https://x.example/o/1>)",
        '+ OntologyAnnotation(<https://x.example/o> owl:versionInfo "2")',
        "+ VersionIRI(<https://x.example/o> <https://x.example/o/2>)",
    )
    assert not comparison.unchanged


def test_axioms_about_no_single_term_are_told():
    general = SHOP + "[ a owl:Class ; owl:unionOf ( :Coffee :Mug ) ] rdfs:subClassOf :Item ."
    assert [a.text for a in compare(read(SHOP), read(general)).general_added] == [
        "SubClassOf(ObjectUnionOf(pen:Coffee pen:Mug) pen:Item)"
    ]
    assert len(compare(read(general), read(SHOP)).general_removed) == 1
    assert not compare(read(general), read(SHOP)).unchanged


def test_every_triple_of_the_shipped_ontology_matters():
    """Taking any one statement about a named term away is noticed."""
    whole = read_triples(ontology_path())
    known = axioms(whole)
    plain = [x for x in whole if isinstance(x.subject, NamedNode) and isinstance(x.object, NamedNode)]
    for triple in plain[:: len(plain) // 25]:
        assert axioms(x for x in whole if x != triple) != known, triple
