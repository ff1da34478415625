"""The modules: small, sound together with the core, bilingual, and (behaviour kinds) as the page says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, serialize

from penchant.ontology import terms as t
from penchant.ontology.behaviour import read_vocabulary
from penchant.ontology.checking.dl import dl_findings
from penchant.ontology.checking.reasoner import consistent, has_java
from penchant.ontology.declared import declarations
from penchant.ontology.files import FOLDER, ontology_path, read_triples
from penchant.queries import loader

HOME = "https://w3id.org/penchant/"
MODULES = ("goods", "news", "sensitive", "video")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "ontology.md"
SUB_CLASS, SUB_PROPERTY = NamedNode(t.RDFS + "subClassOf"), NamedNode(t.RDFS + "subPropertyOf")
DOMAIN, RANGE, COMMENT = (NamedNode(t.RDFS + name) for name in ("domain", "range", "comment"))
IMPORTS, VERSION, CORE = NamedNode(t.OWL + "imports"), NamedNode(t.OWL + "versionIRI"), NamedNode(t.PEN[:-1])
needs_java = pytest.mark.skipif(not has_java(), reason="HermiT needs Java, which is not on the path")


def triples(module: str):
    return read_triples(FOLDER / f"{module}.ttl")


def with_core(*modules: str):
    return [*read_triples(ontology_path()), *(triple for module in modules for triple in triples(module))]


def own(module: str) -> dict[str, str]:
    """Local name → kind of the terms that a module coins."""
    space = f"{HOME}{module}#"
    kinds = declarations(triples(module)).kinds
    return {term.value.removeprefix(space): "+".join(sorted(k)) for term, k in kinds.items() if space in term.value}


@pytest.mark.parametrize("module", MODULES)
def test_the_header_imports_the_core_alone(module):
    said = declarations(triples(module))
    iri = NamedNode(HOME + module)
    assert said.of(t.OWL + "Ontology") == {iri}
    assert said.objects(iri, IMPORTS) == [CORE]
    assert said.objects(iri, VERSION) == [NamedNode(f"{HOME}{module}/0.1.0")]


def test_the_catalogue_finds_every_file():
    mapped = {e.get("name"): e.get("uri") for e in ET.parse(FOLDER / "catalog-v001.xml").getroot()}
    for module in MODULES:
        assert mapped[HOME + module] == mapped[f"{HOME}{module}/0.1.0"] == f"{module}.ttl"


@pytest.mark.parametrize("module", MODULES)
def test_it_is_owl_2_dl_together_with_the_core(module):
    assert list(dl_findings(declarations(with_core(module)))) == []


@pytest.mark.parametrize("module", MODULES)
def test_every_term_has_a_name_and_a_definition_in_both_languages(module):
    said = declarations(triples(module))
    for term in said.named():
        languages = [v.language for v in said.objects(term, t.LABEL) if isinstance(v, Literal)]
        assert sorted(languages) == ["en", "zh"], term
        if term.value.startswith(HOME):
            languages = [v.language for v in said.objects(term, t.DEFINITION) if isinstance(v, Literal)]
            assert sorted(languages) == ["en", "zh"], term
    for kind in said.individuals(t.BEHAVIOUR_KIND):
        assert sorted(v.language for v in said.objects(kind, COMMENT)) == ["en", "zh"], kind


def test_no_local_name_is_used_twice():
    core = {term.value.removeprefix(t.PEN) for term in declarations(read_triples(ontology_path())).kinds}
    names = [name for module in MODULES for name in own(module)]
    assert len(names) == len(set(names)) == 37
    assert set(names) & core == set()


@pytest.mark.parametrize("module", MODULES)
def test_items_and_their_properties(module):
    said = declarations(with_core(module))
    space = NamedNode(HOME + module).value + "#"
    for name, kind in own(module).items():
        term = NamedNode(space + name)
        if kind == "class":
            above, seen = said.objects(term, SUB_CLASS), set()
            while above:
                seen.update(above)
                above = [upper for one in above if isinstance(one, NamedNode) for upper in said.objects(one, SUB_CLASS)]
            assert t.ITEM in seen, term
        elif kind != "individual":
            (domain,) = said.objects(term, DOMAIN)
            assert isinstance(domain, NamedNode)
            assert domain.value.startswith(space), term
            assert len(said.objects(term, RANGE)) == 1, term
            assert said.objects(term, SUB_PROPERTY) == ([t.HAS_CONCEPT] if kind == "object property" else []), term


CARDINALITIES = {
    "goods": {("Product", "brand", "max 1"), ("Product", "currency", "max 1"), ("Product", "price", "max 1")},
    "news": {
        ("Article", "publishedAt", "1"),
        ("Article", "section", "max 1"),
        ("Article", "wordCount", "max 1"),
        ("OpinionPiece", "author", "min 1"),
    },
    "sensitive": set(),
    "video": {("Episode", "series", "1"), ("Video", "durationMinutes", "max 1"), ("Video", "releaseYear", "max 1")},
}


@pytest.mark.parametrize("module", MODULES)
def test_cardinalities(module):
    said = declarations(triples(module))
    found = set()
    for word in ("cardinality", "minCardinality", "maxCardinality"):
        for restriction, number in said.pairs(NamedNode(t.OWL + word)):
            (of,) = said.objects(restriction, NamedNode(t.OWL + "onProperty"))
            for one, upper in said.pairs(SUB_CLASS):
                if upper == restriction:
                    count = f"{word.removesuffix('ardinality').removesuffix('C').rstrip('c')} {number.value}".strip()
                    found.add((one.value.rpartition("#")[2], of.value.rpartition("#")[2], count))
    assert found == CARDINALITIES[module]


@needs_java
def test_hermit_finds_all_of_them_sound_together(tmp_path):
    merged = tmp_path / "merged.nt"
    merged.write_bytes(
        serialize([x for x in with_core(*MODULES) if x.predicate != IMPORTS], format=RdfFormat.N_TRIPLES) or b""
    )
    assert consistent(merged).sound


@pytest.mark.parametrize("module", MODULES)
def test_horned_owl_reads_every_class_and_property(module):
    import pyhornedowl
    import rdflib

    text = rdflib.Graph().parse(FOLDER / f"{module}.ttl").serialize(format="xml")
    ontology = pyhornedowl.open_ontology_from_string(text, "rdf")
    said = declarations(triples(module))
    properties = {str(x) for x in (*ontology.get_object_properties(), *ontology.get_data_properties())}
    wanted = said.of(t.OWL + "ObjectProperty") | said.of(t.OWL + "DatatypeProperty")
    assert {p for p in properties if p.startswith(HOME + module)} == {p.value for p in wanted}
    assert {c.value for c in said.of(t.OWL + "Class")} <= set(map(str, ontology.get_classes()))


def test_the_kinds_have_the_numbers_that_the_page_gives():
    vocabulary = read_vocabulary(with_core(*MODULES))
    shipped = {kind.iri for kind in read_vocabulary().all_kinds()}
    table = PAGE.read_text(encoding="utf-8").split("\n| Kind of a module |")[1].split("\n\n")[0]
    said = {row[0].strip("` "): [cell.strip() for cell in row[1:]] for row in _rows(table)}
    assert said == {
        f"{kind.iri.value.removeprefix(HOME).replace('#', ':')}": [
            vocabulary.stance(kind.stance).word,
            f"{kind.intensity}",
            f"{kind.reliability}",
            f"{kind.half_life_days:g}",
            "yes" if kind.marks_known else "",
        ]
        for kind in vocabulary.all_kinds()
        if kind.iri not in shipped
    }
    assert len(said) == 9


def _rows(table: str) -> list[list[str]]:
    return [line.split("|")[1:-1] for line in table.splitlines()[2:]]


def test_queries_name_only_words_that_the_modules_have():
    named = {
        (module, name)
        for query in loader.names()
        for line in loader.load(query).text.splitlines()
        if not line.startswith(("#", "PREFIX"))
        for module, name in re.findall(r"\b(goods|news|video):(\w+)", line)
    }
    assert named == {("goods", "brand"), ("news", "author"), ("video", "director")}
    assert all(own(module)[name] == "object property" for module, name in named)
