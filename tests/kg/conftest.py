"""Edits of the shipped ontology, as an ontologist would save them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from penchant.ontology.files import ontology_path

SHOP = "https://shop.example/ontology#"
PREFIX = f"@prefix shop: <{SHOP}> .\n"

GAZE = """
shop:Gaze a owl:NamedIndividual , pen:BehaviourKind ; pen:stance pen:InterestedStance ;
    pen:intensity 0.5 ; pen:reliability 0.4 ; pen:halfLifeDays 90.0 ;
    rdfs:label "gaze"@en , "凝视"@zh ;
    skos:definition "The item was looked at for long."@en , "长时间注视该物品。"@zh .
"""
COFFEE = """
shop:Coffee a owl:Class ; rdfs:subClassOf pen:Item ,
        [ a owl:Restriction ; owl:onProperty shop:roastLevel ; owl:cardinality "1"^^xsd:nonNegativeInteger ] ,
        [ a owl:Restriction ; owl:onProperty shop:origin ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] ;
    rdfs:label "coffee"@en , "咖啡"@zh ; skos:definition "Roasted beans."@en , "烘焙的咖啡豆。"@zh .
shop:roastLevel a owl:DatatypeProperty ; rdfs:domain shop:Coffee ; rdfs:range xsd:integer ;
    rdfs:label "roast level"@en , "烘焙度"@zh ;
    skos:definition "From 1, light, to 5, dark."@en , "从 1（浅）到 5（深）。"@zh .
shop:origin a owl:ObjectProperty ; rdfs:subPropertyOf pen:hasConcept ; rdfs:domain shop:Coffee ;
    rdfs:label "origin"@en , "产地"@zh ; skos:definition "Where it grew."@en , "生长之地。"@zh .
"""
TASTES = """
shop:Tastes a owl:NamedIndividual , skos:ConceptScheme ; rdfs:label "tastes"@en , "口味"@zh ;
    skos:definition "How things taste."@en , "事物的味道。"@zh .
shop:Fruity a owl:NamedIndividual , pen:Concept ; skos:inScheme shop:Tastes ; skos:prefLabel "fruity"@en , "果香"@zh .
shop:Berry a owl:NamedIndividual , pen:Concept ; skos:inScheme shop:Tastes ; skos:broader shop:Fruity ;
    skos:prefLabel "berry notes"@en , "莓果香"@zh ; skos:altLabel "hints of berry"@en .
"""


@pytest.fixture
def edits(tmp_path) -> SimpleNamespace:
    """Turtle of some edits, and ``edited``, which makes a file of them."""
    return SimpleNamespace(GAZE=GAZE, COFFEE=COFFEE, TASTES=TASTES, edited=partial(_edited, tmp_path))


def _edited(folder: Path, *more: str, change: tuple[str, str] | None = None, without: str = "") -> Path:
    """A file in ``folder``: the shipped ontology with ``more`` Turtle, one text changed, or one term's block gone."""
    text = ontology_path().read_text(encoding="utf-8")
    if change:
        assert text.count(change[0]) == 1, change[0]
        text = text.replace(*change)
    if without:
        before, found, after = text.partition(f"###  {without}\n")
        assert found, without
        text = before + "### " + after.partition("###")[2]
        text = text.replace(f"pen:{without.rpartition('#')[2]}\n", "\n")
    path = folder / "edited.ttl"
    path.write_text(PREFIX + text + "".join(more), encoding="utf-8")
    return path
