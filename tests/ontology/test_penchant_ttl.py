"""The shipped ontology: sound, OWL 2 DL, bilingual, and readable by the libraries around Protégé."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import pytest
from pyoxigraph import NamedNode, RdfFormat, serialize

from penchant.ontology import terms as t
from penchant.ontology.checking.check import check
from penchant.ontology.checking.reasoner import consistent, has_java
from penchant.ontology.declared import declarations, is_builtin
from penchant.ontology.files import FOLDER, ontology_path, read_triples

IRI = "https://w3id.org/penchant/ontology"
needs_java = pytest.mark.skipif(not has_java(), reason="HermiT needs Java, which is not on the path")


@pytest.fixture(scope="module")
def declared():
    return declarations(read_triples(ontology_path()))


@pytest.fixture(scope="module")
def rdf_xml() -> str:
    import rdflib

    return rdflib.Graph().parse(ontology_path()).serialize(format="xml")


def test_nothing_is_wrong_with_it():
    assert check() == []


def test_it_starts_with_its_header():
    text = ontology_path().read_text(encoding="utf-8")
    body = re.sub(r"(?m)^@(prefix|base).*\n", "", text).lstrip()
    assert body.startswith(f"<{IRI}> rdf:type owl:Ontology ;")
    assert f"owl:versionIRI <{IRI}/0.1.0>" in text
    assert "owl:imports" not in text


@pytest.mark.parametrize("name", sorted(n for n, v in vars(t).items() if isinstance(v, NamedNode)))
def test_every_constant_is_declared(declared, name):
    iri = getattr(t, name)
    assert is_builtin(iri) or declared.has(iri)


def test_every_own_property_and_class_has_a_constant(declared):
    constants = {v for v in vars(t).values() if isinstance(v, NamedNode)}
    own = {n for n in declared.named() if n.value.startswith(t.PEN) and "individual" not in declared.kinds[n]}
    assert own - constants == set()


def test_stances_are_shown_by_example(declared):
    for stance in t.STANCE_WORDS.values():
        languages = [v.language for v in declared.objects(stance, NamedNode(t.SKOS + "example"))]
        assert languages.count("en") >= 5
        assert languages.count("zh") >= 5


def test_every_kind_says_why_its_numbers_are_so(declared):
    for kind in declared.individuals(t.BEHAVIOUR_KIND):
        comments = declared.objects(kind, NamedNode(t.RDFS + "comment"))
        assert {c.language for c in comments} == {"en", "zh"}


def test_shortcuts_are_ordered_as_the_house_plan_says(declared):
    sub = set(declared.pairs(NamedNode(t.RDFS + "subPropertyOf")))
    assert {(t.LIKES, t.INTERESTED_IN), (t.WANTS, t.INTERESTED_IN)} <= sub
    assert (t.DISLIKES, t.INTERESTED_IN) not in sub
    assert (t.DISLIKES, t.LIKES) in declared.pairs(NamedNode(t.OWL + "propertyDisjointWith"))


def test_borrowed_terms_say_where_they_come_from(declared):
    defined = NamedNode(t.RDFS + "isDefinedBy")
    assert [n.value for n in declared.named() if len(declared.objects(n, defined)) != 1] == []


def test_rdf_xml_and_back_is_the_same_graph(rdf_xml):
    import rdflib
    from rdflib.compare import isomorphic

    first = rdflib.Graph().parse(ontology_path())
    there = rdflib.Graph().parse(data=rdf_xml, format="xml")
    back = rdflib.Graph().parse(data=there.serialize(format="turtle"), format="turtle")
    assert isomorphic(first, back)
    assert len(first) > 1000


def test_both_turtle_readers_see_the_same_graph():
    import rdflib
    from rdflib.compare import isomorphic

    lines = serialize(read_triples(ontology_path()), format=RdfFormat.N_TRIPLES)
    assert isomorphic(rdflib.Graph().parse(ontology_path()), rdflib.Graph().parse(data=lines, format="nt"))


def test_horned_owl_reads_every_axiom(declared, rdf_xml):
    import pyhornedowl

    ontology = pyhornedowl.open_ontology_from_string(rdf_xml, "rdf")
    assert set(map(str, ontology.get_classes())) == {n.value for n in declared.of(t.OWL + "Class") if _named(n)}
    assert set(map(str, ontology.get_object_properties())) == {n.value for n in declared.of(t.OWL + "ObjectProperty")}
    assert set(map(str, ontology.get_data_properties())) == {n.value for n in declared.of(t.OWL + "DatatypeProperty")}
    assert set(map(str, ontology.get_named_individuals())) == {n.value for n in declared.of(t.OWL + "NamedIndividual")}
    assert str(ontology.get_version_iri()) == f"{IRI}/0.1.0"
    kinds = [type(a.component).__name__ for a in ontology.get_axioms()]
    assert kinds.count("DisjointClasses") == 6 + 44 + 10 + 9
    assert kinds.count("DifferentIndividuals") == 5
    restrictions = declared.of(t.OWL + "Restriction")
    subclass_of = len(declared.pairs(NamedNode(t.RDFS + "subClassOf")))
    assert kinds.count("SubClassOf") == subclass_of > len(restrictions) > 30


@pytest.mark.parametrize("form", ["ofn", "owx", "omn"])
def test_owl_syntaxes_keep_every_axiom(rdf_xml, form):
    import pyhornedowl

    ontology = pyhornedowl.open_ontology_from_string(rdf_xml, "rdf")
    again = pyhornedowl.open_ontology_from_string(ontology.save_to_string(form), form)
    assert {str(a) for a in again.get_axioms()} == {str(a) for a in ontology.get_axioms()}


def test_owlready_reads_it(declared, rdf_xml):
    import owlready2

    world = owlready2.World()
    ontology = world.get_ontology(IRI).load(fileobj=io.BytesIO(rdf_xml.encode()))
    assert {c.iri for c in ontology.classes()} == {n.value for n in declared.of(t.OWL + "Class") if _named(n)}
    assert world[t.PEN + "View"].label.en == ["view"]
    assert world[t.PEN + "View"].halfLifeDays == [30]
    assert world[t.PEN + "LikesStance"].shortcut == [world[t.PEN + "likes"]]


@needs_java
def test_hermit_finds_it_sound():
    verdict = consistent()
    assert verdict.consistent
    assert verdict.unsatisfiable == ()


def test_the_catalogue_maps_both_iris_to_the_file_beside_it():
    entries = ET.parse(FOLDER / "catalog-v001.xml").getroot()
    mapped = {e.get("name"): e.get("uri") for e in entries if e.get("uri") == "penchant.ttl"}
    assert mapped == {IRI: "penchant.ttl", f"{IRI}/0.1.0": "penchant.ttl"}


def _named(node) -> bool:
    return isinstance(node, NamedNode)
