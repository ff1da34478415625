"""docs/ontology.md says what the files say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from penchant.ontology import terms as t
from penchant.ontology.behaviour import read_vocabulary
from penchant.ontology.declared import declarations
from penchant.ontology.files import ontology_path, read_triples, shapes_path
from penchant.ontology.shapes import KINDS, read_shapes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ontology.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def rows(page: str, first: str) -> list[list[str]]:
    """Cells of the table whose header starts with ``first``."""
    table = page.split(f"\n| {first} |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def test_it_names_every_term_and_no_other(page):
    named = {NamedNode(t.PEN + name) for name in re.findall(r"pen:(\w+)", page)}
    own = {n for n in declarations(read_triples(ontology_path())).named() if n.value.startswith(t.PEN)}
    assert named == own


def test_the_kinds_have_the_numbers_of_the_ontology(page):
    vocabulary = read_vocabulary()
    said = {row[0].strip("`").removeprefix("pen:"): row[1:] for row in rows(page, "Kind")}
    assert said == {
        k.name: [
            vocabulary.stance(k.stance).label_en if vocabulary.stance(k.stance).word != "interested" else "interested",
            f"{k.intensity}",
            f"{k.reliability}",
            f"{k.half_life_days:g}",
            "yes" if k.marks_known else "",
        ]
        for k in vocabulary.all_kinds()
    }


def test_the_stances_have_the_values_of_the_ontology(page):
    def short(iri):
        return f"`pen:{iri.value.removeprefix(t.PEN)}`" if iri else "none"

    said = {row[0]: row[1:5] for row in rows(page, "Stance")}
    assert said == {
        short(s.iri): [
            short(s.facet),
            str(s.polarity).replace("-", "−"),
            short(s.shortcut),
            f"{s.half_life_days:g} days",
        ]
        for s in read_vocabulary().all_stances()
    }


def test_the_constraint_kinds_are_all_named(page):
    assert set(re.findall(r"`sh:(\w+)`", page)) == KINDS


def test_the_example_passes_the_shapes(page):
    import pyshacl
    import rdflib

    example = page.split("```turtle\n")[1].split("```")[0]
    data = rdflib.Graph().parse(data=example, format="turtle")
    conforms, _, report = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(shapes_path()))
    assert conforms, report
    shown = {q.object for q in parse(example, RdfFormat.TURTLE) if q.predicate == t.TYPE}
    assert {s.target_class for s in read_shapes()} - shown == {t.CORRECTION, t.INFERENCE}


def test_the_quote_of_the_example_stands_where_it_says():
    text = "I adore brass lamps by Jieldé"
    assert text[8:19] == "brass lamps"
    assert text[8:29] == "brass lamps by Jieldé"
