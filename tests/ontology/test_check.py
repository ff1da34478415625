"""The check: every rule finds what it is there for, and nothing in what is right."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from penchant.errors import OntologyError
from penchant.ontology import terms as t
from penchant.ontology.checking.check import check, check_triples
from penchant.ontology.checking.reasoner import Verdict, consistent, has_java
from penchant.ontology.files import ontology_path, read_triples, shapes_path
from penchant.ontology.shapes import read_shapes

PREFIXES = (
    "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in t.PREFIXES.items()) + "@prefix ex: <https://example.org/> .\n"
)
TWO_LABELS = 'rdfs:label "x"@en , "某"@zh'
needs_java = pytest.mark.skipif(not has_java(), reason="HermiT needs Java, which is not on the path")


def rules(text: str, term: str | None = None) -> set[str]:
    """Rules that break when ``text`` is added to the shipped ontology."""
    more = [q.triple for q in parse(PREFIXES + text, RdfFormat.TURTLE)]
    found = check_triples([*read_triples(ontology_path()), *more], read_shapes())
    return {f.rule for f in found if term is None or f.term == term}


def thing(kind: str, rest: str = "") -> str:
    return f"ex:thing {TWO_LABELS} ; a owl:{kind} {rest} .\n"


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (thing("Class", "; rdfs:subClassOf pen:Item"), set()),
        (thing("Class", "; rdfs:subClassOf ex:Nothing"), {"undeclared"}),
        (thing("ObjectProperty", "; rdfs:range ex:Nothing"), {"undeclared"}),
        (thing("NamedIndividual", "; ex:colour 1"), {"undeclared"}),
        ("ex:thing a pen:Facet .", {"undeclared"}),
        ("ex:thing pen:facet pen:Attitude .", {"undeclared"}),
        (thing("Class", "; rdfs:seeAlso ex:Elsewhere"), set()),
        (thing("Class", "; owl:subClassOf pen:Item"), {"reserved"}),
        (thing("Class", "; rdfs:subClassOf rdfs:Resource"), {"reserved"}),
        (thing("ObjectProperty", ", owl:DatatypeProperty"), {"punning"}),
        (thing("ObjectProperty", ", owl:AnnotationProperty"), {"punning"}),
        (thing("Class", ", owl:NamedIndividual"), {"punning"}),
        (thing("DatatypeProperty", "; rdfs:range xsd:date"), {"datatype"}),
        (thing("DatatypeProperty", "; rdfs:range xsd:gYear"), {"datatype"}),
        (thing("DatatypeProperty", "; rdfs:range xsd:dateTime"), set()),
        (thing("Class", '; rdfs:comment "2026-01-01"^^xsd:date'), {"datatype"}),
        (thing("Class", '; rdfs:comment "2026-01-01"^^ex:date'), {"datatype"}),
        (thing("Class", '; rdfs:comment "much"^^xsd:decimal'), {"literal"}),
        (thing("Class", '; rdfs:comment "2026-13-01T00:00:00Z"^^xsd:dateTime'), {"literal"}),
        (thing("Class", '; rdfs:comment "2026-12-01T00:00:00Z"^^xsd:dateTime'), set()),
        (thing("ObjectProperty", ", owl:TransitiveProperty"), set()),
        (thing("ObjectProperty", ", owl:TransitiveProperty , owl:FunctionalProperty"), {"non-simple"}),
        (thing("ObjectProperty", ", owl:TransitiveProperty ; rdfs:subPropertyOf pen:holder"), {"non-simple"}),
        (thing("ObjectProperty", ", owl:TransitiveProperty ; owl:inverseOf pen:likes"), {"non-simple"}),
        (thing("ObjectProperty", "; owl:propertyChainAxiom ( pen:about pen:about )"), set()),
        (
            thing("ObjectProperty", ", owl:IrreflexiveProperty ; owl:propertyChainAxiom ( pen:about pen:about )"),
            {"non-simple"},
        ),
        (
            thing("ObjectProperty", ", owl:TransitiveProperty")
            + "[] a owl:AllDisjointProperties ; owl:members ( pen:kind ex:thing ) .",
            {"non-simple"},
        ),
        (
            "ex:thing a owl:TransitiveProperty . pen:Item rdfs:subClassOf "
            "[ a owl:Restriction ; owl:onProperty ex:thing ; owl:maxCardinality 1 ] .",
            {"non-simple", "label"},
        ),
        ("ex:thing a owl:Class .", {"label"}),
        ('ex:thing a owl:Class ; rdfs:label "x"@en .', {"label"}),
        (thing("Class", '; rdfs:label "loose"'), {"label"}),
        (thing("Class", '; rdfs:label "y"@en'), {"label"}),
        (f"pen:thing a owl:Class ; {TWO_LABELS} .", {"definition"}),
        (f'pen:thing a owl:Class ; {TWO_LABELS} ; skos:definition "x"@en .', {"definition"}),
        ("pen:NeutralStance pen:shortcut pen:weight .", {"shortcut"}),
        ("pen:View pen:intensity 0.3 .", {"numbers"}),
        ("ex:other a owl:Ontology ; owl:versionIRI <https://example.org/1> .", {"header"}),
        ("<https://w3id.org/penchant/ontology> owl:imports <https://schema.org/> .", {"import"}),
        (thing("ObjectProperty", "; owl:propertyChainAxiom ( ex:thing ex:thing )"), set()),
        (thing("ObjectProperty", "; owl:propertyChainAxiom ( pen:about ex:thing )"), set()),
        (thing("ObjectProperty", "; owl:propertyChainAxiom ( pen:about ex:thing pen:about )"), {"circular chain"}),
        (
            thing(
                "ObjectProperty",
                "; owl:propertyChainAxiom ( pen:about skos:exactMatch ) ; rdfs:subPropertyOf skos:exactMatch",
            ),
            {"circular chain"},
        ),
        (thing("NamedIndividual", "; owl:sameAs []"), {"anonymous"}),
        (thing("Class", "; owl:equivalentClass [ a owl:Class ; owl:oneOf ( [] pen:Click ) ]"), {"anonymous"}),
        (thing("Class", "; owl:equivalentClass [ a owl:Class ; owl:oneOf ( pen:View pen:Click ) ]"), set()),
        (thing("AnnotationProperty", "; rdfs:domain pen:Item"), set()),
        (thing("Class", '; rdfs:comment "1.x"^^xsd:double , "-1"^^xsd:unsignedInt'), {"literal"}),
        ("ex:thing a owl:Class ; skos:prefLabel 'x'@en , '某'@zh .", {"label"}),
        ("ex:thing a owl:NamedIndividual , pen:Concept ; skos:prefLabel 'x'@en , '某'@zh .", set()),
        ("ex:thing a owl:NamedIndividual , pen:Concept ; skos:prefLabel 'x'@en , 'y'@en , '某'@zh .", {"label"}),
        ("ex:thing a owl:NamedIndividual , skos:ConceptScheme ; skos:prefLabel 'x'@en , '某'@zh .", set()),
        ("pen:thing a owl:NamedIndividual , pen:Concept ; skos:prefLabel 'x'@en , '某'@zh .", set()),
        (
            thing("NamedIndividual", ", ex:Kind")
            + f"ex:Kind a owl:Class ; {TWO_LABELS} ; rdfs:subClassOf pen:BehaviourKind .",
            {"numbers"},
        ),
        ("ex:thing rdfs:comment <<( pen:likes rdfs:label 'x' )>> .", {"triple term"}),
    ],
)
def test_an_addition_breaks_just_these_rules(text, broken):
    assert rules(text) == broken


def without(term: NamedNode) -> set[tuple[str, str]]:
    kept = [x for x in read_triples(ontology_path()) if x.subject != term]
    return {(f.rule, f.term) for f in check_triples(kept, read_shapes())}


def test_a_term_that_code_and_shapes_use_may_not_go():
    found = without(t.INTENSITY)
    assert {rule for rule, term in found if term == t.INTENSITY.value} == {
        "used in code",
        "used in shapes",
        "undeclared",
    }


def test_a_borrowed_term_that_shapes_use_may_not_go():
    assert ("used in shapes", t.WAS_GENERATED_BY.value) in without(t.WAS_GENERATED_BY)


def test_a_stance_in_a_list_may_not_go():
    assert ("used in shapes", t.WANTS_STANCE.value) in without(t.WANTS_STANCE)


def test_findings_say_what_to_do_and_come_in_order():
    more = [q.triple for q in parse(PREFIXES + "ex:b a owl:Class . ex:a a owl:Class .", RdfFormat.TURTLE)]
    found = check_triples([*read_triples(ontology_path()), *more])
    assert [(f.term[-1], f.found, f.remedy) for f in found] == [
        (name, f"no label in @{lang}", f"Add a label in @{lang}") for name in "ab" for lang in ("en", "zh")
    ]


def test_a_file_is_read_by_its_ending(tmp_path):
    import rdflib

    saved = tmp_path / "saved.owl"
    rdflib.Graph().parse(ontology_path()).serialize(saved, format="xml")
    assert check(saved) == []
    assert check(str(saved), shapes_path()) == []


def test_a_file_that_is_not_there():
    with pytest.raises(OntologyError, match="no such file"):
        check("gone.ttl")


def write(tmp_path, text):
    path = tmp_path / "edited.ttl"
    path.write_text(ontology_path().read_text(encoding="utf-8") + PREFIXES + text, encoding="utf-8")
    return path


@needs_java
@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("ex:Odd a owl:Class ; rdfs:subClassOf pen:Observation , pen:Engagement .", (True, "https://example.org/Odd")),
        ("ex:a a pen:Observation , pen:Engagement .", (False,)),
        ("ex:a pen:likes ex:b ; pen:dislikes ex:b .", (False,)),
        ("ex:a a pen:Interest ; pen:facet pen:Attitude , pen:Intent .", (False,)),
        ("ex:a a pen:Person ; pen:likes ex:b ; pen:dislikes ex:c .", (True,)),
    ],
)
def test_hermit_sees_contradictions(tmp_path, text, verdict):
    assert consistent(write(tmp_path, text)) == Verdict(verdict[0], verdict[1:])


@needs_java
def test_a_datatype_that_hermit_refuses_is_an_error(tmp_path):
    with pytest.raises(OntologyError, match=r"HermiT refuses it: .*UnsupportedDatatype"):
        consistent(write(tmp_path, "ex:on a owl:DatatypeProperty ; rdfs:range xsd:date ."))


def test_without_java_it_says_so(monkeypatch):
    monkeypatch.setattr("penchant.ontology.checking.reasoner.has_java", lambda: False)
    with pytest.raises(OntologyError, match="Java was not found"):
        consistent()
