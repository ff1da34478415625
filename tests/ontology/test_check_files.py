"""Files judged together: what they import, what HermiT and the shapes say, what is only a warning."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from penchant.errors import OntologyError
from penchant.ontology import terms as t
from penchant.ontology.checking.check import check_files, check_triples
from penchant.ontology.checking.reasoner import consistent, has_java
from penchant.ontology.files import FOLDER, ontology_path, read_triples, shapes_path
from penchant.ontology.shapes import read_shapes

PREFIXES = (
    "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in t.PREFIXES.items()) + "@prefix ex: <https://example.org/> .\n"
)
TWO_LABELS = 'rdfs:label "x"@en , "某"@zh'
needs_java = pytest.mark.skipif(not has_java(), reason="HermiT needs Java, which is not on the path")


SHOP = "https://shop.example/ontology"
STANCE = """shop:Nostalgic a owl:NamedIndividual , pen:Stance ; pen:refines pen:LikesStance ; pen:word "nostalgic" ;
    rdfs:label "nostalgic"@en , "怀旧"@zh ; skos:definition "x"@en , "某"@zh ; skos:example
    "a"@en , "b"@en , "c"@en , "d"@en , "e"@en , "甲"@zh , "乙"@zh , "丙"@zh , "丁"@zh , "戊"@zh ."""


def shop(tmp_path, text, imports="<https://w3id.org/penchant/ontology>", name="shop.ttl", iri=SHOP):
    path = tmp_path / name
    header = f"<{iri}> a owl:Ontology ; owl:versionIRI <{iri}/1> {f'; owl:imports {imports}' if imports else ''} .\n"
    path.write_text(f"@prefix shop: <{SHOP}#> .\n{PREFIXES}{header}{text}", encoding="utf-8")
    return path


def found(*paths, **more):
    """Rule, local name, severity and file of every finding."""
    more.setdefault("reason", False)
    return [(f.rule, f.term.rpartition("#")[2], f.severity, f.where) for f in check_files(paths, **more)]


def test_every_shipped_file_is_sound():
    files = [path for path in sorted(FOLDER.glob("*.ttl")) if path.name != "shapes.ttl"]
    assert [(f.rule, f.term) for path in files for f in check_files([path], reason=False)] == []


def test_what_is_missing_in_a_name_is_a_warning_and_the_rest_an_error(tmp_path):
    path = shop(tmp_path, 'shop:A a owl:Class ; rdfs:label "a"@en , "b"@en , "甲"@zh ; skos:definition "x"@en .')
    assert found(path) == [
        ("definition", "A", "warning", "shop.ttl"),
        ("label", "A", "error", "shop.ttl"),
    ]


def test_a_module_sees_what_it_imports_and_answers_for_itself_only(tmp_path):
    text = f"shop:A a owl:Class ; rdfs:subClassOf pen:Item , shop:B ; {TWO_LABELS} ; skos:definition 'x'@en , '某'@zh ."
    assert found(shop(tmp_path, text)) == [("undeclared", "B", "error", "shop.ttl")]


def test_without_the_import_the_core_is_not_at_hand(tmp_path):
    path = shop(tmp_path, f"shop:A a owl:Class ; rdfs:subClassOf pen:Item ; {TWO_LABELS} .", imports="")
    [finding] = [f for f in check_files([path], reason=False) if f.severity == "error"]
    assert (finding.rule, finding.term) == ("undeclared", t.ITEM.value)
    assert finding.remedy == "Add owl:imports <https://w3id.org/penchant/ontology>, or declare it"


def test_an_import_may_be_given_as_well_and_nothing_is_fetched(tmp_path):
    other = "https://other.example/o"
    path = shop(tmp_path, "", imports=f"<https://w3id.org/penchant/ontology> , <{other}>")
    [finding] = check_files([path], reason=False)
    assert (finding.rule, finding.where) == ("import", "shop.ttl")
    assert finding.found == f"it imports <{other}>, which is not at hand"
    assert found(path, shop(tmp_path, "", name="other.ttl", iri=other)) == []


def test_files_are_judged_together_each_under_its_name(tmp_path):
    first = shop(tmp_path, f"shop:A a owl:Class ; rdfs:subClassOf shop:B ; {TWO_LABELS} .", name="a.ttl")
    second = shop(tmp_path, "shop:B a owl:Class .", name="b.ttl", iri="https://shop.example/more")
    assert {f for f in found(first, second) if f[0] == "label"} == {("label", "B", "warning", "b.ttl")}
    twice = [f for f in found(first, shop(tmp_path, "", name="c.ttl")) if f[0] == "header"]
    assert twice == [("header", SHOP, "error", "c.ttl")]


def test_blank_nodes_of_two_files_stay_apart(tmp_path):
    from penchant.ontology.checking.imports import together

    text = "shop:A rdfs:subClassOf _:b . _:b a owl:Restriction ; owl:onProperty pen:about ; owl:maxCardinality 1 ."
    files = [shop(tmp_path, text, name=name) for name in ("a.ttl", "b.ttl")]
    whole = together([(p.name, read_triples(p)) for p in files]).whole
    restrictions = [o for s, o in whole.pairs(NamedNode(t.RDFS + "subClassOf")) if s == NamedNode(f"{SHOP}#A")]
    assert len(set(restrictions)) == 2


def test_an_edited_core_takes_the_place_of_the_shipped_one(tmp_path):
    core = tmp_path / "core.ttl"
    text = ontology_path().read_text(encoding="utf-8")
    core.write_text(text + "pen:Gone a owl:Class .", encoding="utf-8")
    module = shop(tmp_path, "")
    assert {f[3] for f in found(module, core)} == {"core.ttl"}


def test_an_edited_core_does_so_under_a_new_version_too(tmp_path):
    click = NamedNode(t.PEN + "Click")
    core = tmp_path / "core.nt"
    kept = [x for x in read_triples(ontology_path()) if click not in (x.subject, x.object)]
    lines = serialize(kept, format=RdfFormat.N_TRIPLES).decode()
    core.write_text(lines.replace("ontology/0.1.0>", "ontology/0.2.0>"), encoding="utf-8")
    labels = f"{TWO_LABELS} ; skos:definition 'x'@en , '某'@zh"
    text = f"shop:A a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:oneOf ( pen:Click ) ] ; {labels} ."
    module = shop(tmp_path, text, imports="<https://w3id.org/penchant/ontology/0.1.0>")
    assert ("undeclared", "Click", "error", "shop.ttl") in found(core, module)
    assert found(module) == []


def test_what_is_wrong_with_an_imported_file_is_not_said_again(tmp_path, monkeypatch):
    broken = shop(tmp_path, "shop:Odd a owl:Class ; rdfs:subClassOf shop:Nowhere .", name="broken.ttl", iri=f"{SHOP}/b")
    monkeypatch.setattr("penchant.ontology.checking.imports.catalogue", lambda: {f"{SHOP}/b": broken})
    assert found(shop(tmp_path, "", imports=f"<{SHOP}/b>")) == []
    assert "undeclared" in {rule for rule, *_ in found(broken)}


def edited_core(tmp_path, *, gone=(), text=""):
    kept = [x for x in read_triples(ontology_path()) if x.subject not in gone and x.object not in gone]
    path = tmp_path / "core.nt"
    more = [q.triple for q in parse(PREFIXES + text, RdfFormat.TURTLE)]
    path.write_bytes(serialize([*kept, *more], format=RdfFormat.N_TRIPLES))
    return path


def test_a_kind_may_go_and_a_stance_may_not(tmp_path):
    assert found(edited_core(tmp_path, gone=[NamedNode(t.PEN + "Click")])) == []
    rules_broken = {(rule, where) for rule, *_, where in found(edited_core(tmp_path, gone=[t.NEUTRAL_STANCE]))}
    assert rules_broken == {("used in code", "ontology/terms.py")}


def test_the_word_that_the_model_writes_may_not_change():
    changed = [
        Triple(x.subject, x.predicate, Literal("loves")) if x.object == Literal("likes") else x
        for x in read_triples(ontology_path())
    ]
    [finding] = check_triples(changed, read_shapes())
    assert (finding.term, finding.rule) == (t.LIKES_STANCE.value, "used in code")
    assert finding.found == "its word is 'loves'; the language model writes 'likes'"


def test_a_term_that_a_query_names_may_not_go(tmp_path):
    gone = NamedNode(t.PEN + "Click")
    used = {"some/query": [gone, t.LIKES, NamedNode("https://elsewhere.example/x")]}
    path = edited_core(tmp_path, gone=[gone])
    assert found(path, used=used) == [("used in queries", "Click", "error", "some/query")]
    assert found(ontology_path(), used=used) == []


def test_shapes_that_cannot_be_followed_are_a_finding(tmp_path):
    broken = tmp_path / "shapes.ttl"
    broken.write_text(shapes_path().read_text(encoding="utf-8").replace("sh:minLength", "sh:flags"), encoding="utf-8")
    [finding] = check_files([ontology_path()], shapes=broken, reason=False)
    assert finding.rule == "shapes"
    assert "does not know sh:flags" in finding.found


def test_what_no_shape_can_hold_is_a_warning(tmp_path):
    text = f"""shop:A a owl:Class ; rdfs:subClassOf pen:Item ; owl:disjointWith pen:Text ; {TWO_LABELS} ;
        skos:definition 'x'@en , '某'@zh ."""
    assert found(shop(tmp_path, text)) == [("not enforced", "A", "warning", "shop.ttl")]


def test_a_stance_that_refines_a_shipped_one_is_sound(tmp_path):
    assert found(shop(tmp_path, STANCE)) == []


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ("pen:LikesStance", "shop:Other", {"refines", "undeclared"}),
        ("pen:LikesStance", "pen:LikesStance , pen:WantsStance", {"refines"}),
        ("pen:LikesStance", "shop:Nostalgic", {"refines"}),
        (" , pen:Stance", "", {"refines"}),
        ('pen:word "nostalgic"', "pen:facet pen:Intent", {"refines"}),
        ('pen:word "nostalgic"', 'pen:word "nostalgic" ; pen:facet pen:Intent', {"refines"}),
        ('pen:word "nostalgic"', 'pen:word "nostalgic" ; pen:facet pen:Attitude ; pen:polarity 1', set()),
        ('pen:word "nostalgic"', 'pen:word "nostalgic" ; pen:polarity -1', {"refines"}),
        ('pen:word "nostalgic"', 'pen:word "nostalgic" ; pen:shortcut pen:wants', {"refines"}),
        ('pen:word "nostalgic"', 'pen:word "likes"', {"refines"}),
        ('pen:word "nostalgic"', 'pen:word "nostalgic" ; pen:halfLifeDays "long"', {"numbers"}),
        ('"e"@en , ', "", {"example"}),
        ('"戊"@zh', '"x"@de', {"example"}),
    ],
)
def test_a_special_case_of_a_stance_keeps_to_its_stance(tmp_path, old, new, broken):
    assert old in STANCE
    findings = found(shop(tmp_path, STANCE.replace(old, new)))
    assert {rule for rule, *_ in findings} == broken
    assert {severity for rule, _, severity, _ in findings if rule == "example"} <= {"warning"}


def test_every_kind_with_wrong_numbers_is_named(tmp_path):
    core = edited_core(tmp_path, text="pen:View pen:intensity 0.3 . pen:Click pen:reliability 0.3 .")
    assert [f[:2] for f in found(core)] == [("numbers", "Click"), ("numbers", "View")]


@needs_java
def test_hermit_speaks_of_all_files_together(tmp_path):
    labels = f"{TWO_LABELS} ; skos:definition 'x'@en , '某'@zh"
    first = shop(tmp_path, f"shop:A a owl:Class ; rdfs:subClassOf pen:Interest ; {labels} .", name="a.ttl")
    second = shop(tmp_path, "shop:A rdfs:subClassOf pen:Person .", name="b.ttl", iri="https://shop.example/more")
    assert found(first, second, reason=True) == [("unsatisfiable", "A", "error", "a.ttl")]
    third = shop(tmp_path, f"shop:a a owl:NamedIndividual , shop:A ; {labels} .", name="c.ttl", iri=f"{SHOP}/c")
    assert [f[0] for f in found(first, second, third, reason=True)] == ["inconsistent"]


def test_without_java_the_rest_is_checked_all_the_same(monkeypatch):
    monkeypatch.setattr("penchant.ontology.checking.check.has_java", lambda: False)
    assert found(ontology_path(), reason=True) == [("reasoner", "", "warning", "penchant.ttl")]


def test_hermit_is_not_asked_where_it_would_stumble(tmp_path):
    text = f"shop:on a owl:DatatypeProperty ; rdfs:range xsd:date ; {TWO_LABELS} ; skos:definition 'x'@en , '某'@zh ."
    assert [f[0] for f in found(shop(tmp_path, text), reason=True)] == ["reasoner", "datatype"]


@needs_java
def test_what_owlready_cannot_read_is_an_error_of_ours(monkeypatch):
    import owlready2

    def fail(*_, **__):
        raise RecursionError("too deep")

    monkeypatch.setattr(owlready2, "sync_reasoner_hermit", fail)
    with pytest.raises(OntologyError, match="HermiT refuses it: RecursionError: too deep"):
        consistent()


def test_each_side_of_a_facet_has_one_stance(tmp_path):
    def changed(stance, value):
        path = tmp_path / "core.nt"
        polarity = NamedNode(t.PEN + "polarity")
        kept = [x for x in read_triples(ontology_path()) if (x.subject, x.predicate) != (stance, polarity)]
        kept.append(Triple(stance, polarity, Literal(value)))
        path.write_bytes(serialize(kept, format=RdfFormat.N_TRIPLES))
        return {(rule, term) for rule, term, *_ in found(path) if rule == "numbers"}

    assert changed(t.WANTS_STANCE, 0) == {("numbers", "Intent")}
    assert changed(t.NEUTRAL_STANCE, 1) == {("numbers", "NeutralStance")}


def test_a_term_named_after_the_place_of_its_file_is_refused(tmp_path):
    path = tmp_path / "core.ttl"
    text = ontology_path().read_text(encoding="utf-8")
    path.write_text(text + f"@base <file:///tmp/x> . <#Here> a owl:Class ; {TWO_LABELS} .", encoding="utf-8")
    assert {(rule, term) for rule, term, *_ in found(path)} == {("relative", "Here")}
