"""Ontology files: any syntax under any name, and errors that say where."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from penchant.errors import OntologyError
from penchant.ontology import terms as t
from penchant.ontology.comparing.axioms import axioms
from penchant.ontology.files import read_triples

EX = "https://shop.example/ontology#"
COFFEE_IS_A_CLASS = Triple(NamedNode(EX + "Coffee"), t.TYPE, NamedNode(t.OWL + "Class"))
LABEL = Triple(NamedNode(EX + "Coffee"), t.LABEL, Literal("“咖啡” & <tea>", language="zh"))

TURTLE = f"""# a comment
@prefix : <{EX}> . @prefix owl: <{t.OWL}> . @prefix rdfs: <{t.RDFS}> .
<https://shop.example/ontology> a owl:Ontology . :Coffee a owl:Class ; rdfs:label "“咖啡” & <tea>"@zh .
"""
SPARQL_TURTLE = TURTLE.replace("@prefix", "PREFIX").replace("> .", ">", 3)
LINES = f"""<{EX}Coffee> <{t.RDF}type> <{t.OWL}Class> .
<{EX}Coffee> <{t.RDFS}label> "“咖啡” & <tea>"@zh .
"""
BLANK_FIRST = f"[ a <{t.OWL}Thing> ] .\n{LINES}"
RDF_XML = f"""<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY owl "{t.OWL}" > ]>
<!-- made by hand -->
<rdf:RDF xmlns:rdf="{t.RDF}" xmlns:rdfs="{t.RDFS}" xmlns="{t.OWL}">
<Ontology rdf:about="https://shop.example/ontology"/>
<rdf:Description rdf:about="{EX}Coffee"><rdf:type rdf:resource="&owl;Class"/>
<rdfs:label xml:lang="zh">“咖啡” &amp; &lt;tea&gt;</rdfs:label></rdf:Description></rdf:RDF>
"""
ONE_NODE = f"""<owl:Class xmlns:owl="{t.OWL}" xmlns:rdf="{t.RDF}" xmlns:rdfs="{t.RDFS}" rdf:about="{EX}Coffee">
<rdfs:label xml:lang="zh">“咖啡” &amp; &lt;tea&gt;</rdfs:label></owl:Class>"""
JSON_LD = f"""[{{"@id": "{EX}Coffee", "@type": "{t.OWL}Class",
"{t.RDFS}label": {{"@value": "“咖啡” & <tea>", "@language": "zh"}}}}]"""
OWL_XML = f"""<?xml version="1.0"?>
<Ontology xmlns="{t.OWL}" xml:base="https://shop.example/ontology" ontologyIRI="https://shop.example/ontology">
<Prefix name="" IRI="{EX}"/><Prefix name="rdfs" IRI="{t.RDFS}"/>
<Declaration><Class IRI="#Coffee"/></Declaration>
<AnnotationAssertion><AnnotationProperty abbreviatedIRI="rdfs:label"/><AbbreviatedIRI>:Coffee</AbbreviatedIRI>
<Literal xml:lang="zh">“咖啡” &amp; &lt;tea&gt;</Literal></AnnotationAssertion></Ontology>
"""
FUNCTIONAL = f"""# a comment
Prefix(:=<{EX}>) Prefix(rdfs:=<{t.RDFS}>)
Ontology(<https://shop.example/ontology>
Declaration(Class(:Coffee)) AnnotationAssertion(rdfs:label :Coffee "“咖啡” & <tea>"@zh))
"""
MANCHESTER = f"""Prefix: : <{EX}>
Prefix: rdfs: <{t.RDFS}>
Ontology: <https://shop.example/ontology>
Class: Coffee
    Annotations: rdfs:label "“咖啡” & <tea>"@zh
"""
TEXTS = {
    "Turtle": (TURTLE, ".ttl"),
    "Turtle in the way of SPARQL": (SPARQL_TURTLE, ".ttl"),
    "Turtle with a blank node first": (BLANK_FIRST, ".ttl"),
    "N-Triples": (LINES, ".nt"),
    "RDF/XML": (RDF_XML, ".rdf"),
    "RDF/XML of one node": (ONE_NODE, ".xml"),
    "JSON-LD": (JSON_LD, ".jsonld"),
    "OWL/XML": (OWL_XML, ".owx"),
    "functional": (FUNCTIONAL, ".ofn"),
    "Manchester": (MANCHESTER, ".omn"),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("ending", ["its own", ".owl", ".OWL", ".ttl", ".owx", ".txt", "", "with a byte order mark"])
def test_content_tells_the_syntax_whatever_the_file_is_called(tmp_path, name, ending):
    text, own = TEXTS[name]
    mark = b"\xef\xbb\xbf" if ending.startswith("with") else b""
    path = tmp_path / f"coffee{own if ending.startswith(('its', 'with')) else ending}"
    path.write_bytes(mark + text.encode())
    found = read_triples(path)
    assert {COFFEE_IS_A_CLASS, LABEL} <= set(found)


def test_an_empty_file_is_what_its_ending_says(tmp_path):
    (tmp_path / "empty.ttl").write_text("# nothing yet\n")
    (tmp_path / "empty.dat").write_text("")
    assert read_triples(tmp_path / "empty.ttl") == []
    with pytest.raises(OntologyError, match=r"'\.dat' and a content that tell no syntax; expected one of Turtle"):
        read_triples(tmp_path / "empty.dat")


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(OntologyError, match=r"no such file") as error:
        read_triples(tmp_path / "gone.owl")
    assert error.value.where == str(tmp_path / "gone.owl")
    with pytest.raises(OntologyError, match="directory"):
        read_triples(tmp_path)


BROKEN = {
    "Turtle": (TURTLE.replace("rdfs:label", "unknown:label"), "Turtle", "line 3"),
    "RDF/XML": (RDF_XML.replace("</rdf:Description>", ""), "RDF/XML", "rdf:Description"),
    "JSON-LD": (JSON_LD[:-1], "JSON-LD", "cannot be read"),
    "OWL/XML": (OWL_XML.replace("</AnnotationAssertion>", ""), "OWL/XML", "line 6"),
    "OWL/XML, prefix": (OWL_XML.replace(">:Coffee<", ">x:Coffee<"), "OWL/XML", "prefix of 'x:Coffee' is not declared"),
    "OWL/XML, element": (OWL_XML.replace("Declaration", "Proclamation"), "OWL/XML", "Proclamation"),
    "functional": (FUNCTIONAL.replace("rdfs:label :", "label :"), "OWL functional syntax", "line 4, column"),
    "functional, cut": (FUNCTIONAL[:-3], "OWL functional syntax", "line 4, column"),
    "Manchester": (MANCHESTER.replace("Annotations:", "Anotations:"), "Manchester syntax", "line 5, column"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_an_error_with_syntax_place_and_remedy(tmp_path, name):
    text, syntax, place = BROKEN[name]
    path = tmp_path / "broken.owl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OntologyError) as error:
        read_triples(path)
    assert error.value.expected == f"well-formed {syntax}"
    assert place in error.value.found
    assert error.value.where == str(path)
    assert error.value.remedy
    assert len(error.value.found) < 300


def test_a_file_in_another_encoding_is_an_error(tmp_path):
    (tmp_path / "latin.ofn").write_bytes(FUNCTIONAL.encode("utf-16"))
    with pytest.raises(OntologyError, match="cannot be read"):
        read_triples(tmp_path / "latin.ofn")


def test_relative_and_empty_iris_of_owl_xml_follow_its_base(tmp_path):
    text = OWL_XML.replace(
        "</Ontology>",
        "<AnnotationAssertion><AnnotationProperty abbreviatedIRI='rdfs:seeAlso'/><IRI>#Coffee</IRI><IRI></IRI>"
        "</AnnotationAssertion></Ontology>",
    )
    (tmp_path / "coffee.owx").write_text(text, encoding="utf-8")
    see = Triple(NamedNode(EX + "Coffee"), NamedNode(t.RDFS + "seeAlso"), NamedNode("https://shop.example/ontology"))
    assert see in read_triples(tmp_path / "coffee.owx")


def test_every_pair_of_three_disjoint_classes_is_kept(tmp_path):
    names = ("A", "B", "C")
    declared = "".join(f"Declaration(Class(:{n}))" for n in names)
    (tmp_path / "x.ofn").write_text(f"Prefix(:=<{EX}>)\nOntology({declared} DisjointClasses(:A :B :C))")
    disjoint = {a.text for a in axioms(read_triples(tmp_path / "x.ofn")) if a.kind == "DisjointClasses"}
    assert disjoint == {
        f"DisjointClasses(<{EX}{one}> <{EX}{other}>)" for one, other in (("A", "B"), ("A", "C"), ("B", "C"))
    }


def test_triples_of_owl_syntaxes_come_sorted(tmp_path):
    names = [f"{i * 7919 % 100:02}" for i in range(40)]
    declared = " ".join(f"Declaration(Class(:C{n}))" for n in names)
    key = f'HasKey(Annotation(<{t.RDFS}comment> "why") :A (:p) ())'
    (tmp_path / "x.ofn").write_text(f"Prefix(:=<{EX}>)\nOntology({declared} {key})")
    found = [str(x) for x in read_triples(tmp_path / "x.ofn") if isinstance(x.subject, NamedNode)]
    assert len(found) == 41
    assert found == sorted(found)


def test_rdf_xml_may_have_the_ontology_as_its_only_node(tmp_path):
    text = (
        f'<o:Ontology xmlns:o="{t.OWL}" xmlns:r="{t.RDF}" r:about="{EX}"><o:versionInfo>1</o:versionInfo></o:Ontology>'
    )
    (tmp_path / "x.owl").write_text(text)
    assert Triple(NamedNode(EX), NamedNode(t.OWL + "versionInfo"), Literal("1")) in read_triples(tmp_path / "x.owl")
