"""What is said of things: from catalogue, world and schemes, and never from a person's graph."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant import api
from penchant.kg.proposal import Proposal, Reading, TextRecord, Window
from penchant.kg.store import Change
from penchant.kg.thing_texts import MOST_OF_A_RELATION, MOST_WORDS, VIEWS, read_texts
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

FILM, STRANGER, DIRECTOR, GENRE = (NamedNode(t.WD + name) for name in ("Q1", "Q2", "Q3", "Q4"))
P57, P136 = NamedNode(t.WDT + "P57"), NamedNode(t.WDT + "P136")


@pytest.fixture
def door(tmp_path):
    """A shop with two films, one of which the world knows, and two people."""
    items = [
        {"id": "a", "label": "The Long Night", "type": "https://schema.org/Movie", "same_as": [FILM.value]},
        {"id": "b", "label": "Tea House", "alt_labels": ["House of Tea"], "concepts": ["green tea"]},
    ]
    (tmp_path / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
    with api.create(tmp_path / "w", plain_ids=True) as door:
        door.add_items(tmp_path / "items.jsonl")
        world = door.workspace.graphs.world("wikidata")
        said = [
            (FILM, t.LABEL, Literal("Long Night, The", language="en")),
            (FILM, P57, DIRECTOR),
            (FILM, P136, GENRE),
            (STRANGER, P57, DIRECTOR),
            (STRANGER, t.LABEL, Literal("Another film", language="en")),
            (STRANGER, NamedNode(t.WDT + "P577"), Literal("1994-05-01", datatype=NamedNode(t.XSD + "date"))),
            (STRANGER, NamedNode(t.SCHEMA + "description"), Literal("A  night in a\nlighthouse.", language="en")),
            (STRANGER, NamedNode(t.SCHEMA + "description"), Literal("Eine Nacht", language="de")),
            (DIRECTOR, t.LABEL, Literal("Ada Quist", language="en")),
            (DIRECTOR, t.LABEL, Literal("阿达", language="zh")),
            (GENRE, t.LABEL, Literal("恐怖片", language="zh")),
            (P57, t.LABEL, Literal("director", language="en")),
            (DIRECTOR, P57, P57),
        ]
        door.workspace.store.apply(Change(insert=tuple(Quad(*triple, world) for triple in said)))
        yield door


def texts_of(door):
    found = read_texts(door.workspace.store, door.workspace.graphs.base)
    return found, {iri: {v: found.views[v][n] for v in VIEWS} for n, iri in enumerate(found.things)}


def test_items_come_first_then_what_has_a_name_but_no_relations(door):
    found, texts = texts_of(door)
    base = door.workspace.graphs.base
    assert found.things[: found.n_items] == (base + "item/a", base + "item/b")
    assert {STRANGER.value, DIRECTOR.value, GENRE.value, base + "concept/shop/green-tea"} <= set(texts)
    assert FILM.value not in texts  # it is item a
    assert P57.value not in texts
    concepts = found.things[found.n_items :]
    assert list(concepts) == sorted(concepts)


def test_an_item_has_names_and_facts_of_what_it_is_the_same_as(door):
    _, texts = texts_of(door)
    a = texts[door.workspace.graphs.base + "item/a"]
    assert a["names"] == "The Long Night; Long Night, The"
    assert a["facts"].startswith("The Long Night: movie, ")
    assert "Ada Quist" in a["facts"]
    assert "恐怖片" in a["facts"]  # it has no English name
    assert a["description"] == ""


def test_names_facts_descriptions_and_years_of_concepts(door):
    _, texts = texts_of(door)
    assert texts[DIRECTOR.value]["names"] == "Ada Quist"
    assert texts[GENRE.value]["names"] == "恐怖片"
    assert texts[STRANGER.value] == {
        "names": "Another film",
        "facts": "Another film: Ada Quist, 1994",
        "description": "A night in a lighthouse.",
    }
    # A director is known by the films; the shop's name of one comes before the world's.
    assert set(texts[DIRECTOR.value]["facts"].removeprefix("Ada Quist: ").split(", ")) >= {
        "Another film",
        "The Long Night",
    }
    b = texts[door.workspace.graphs.base + "item/b"]
    assert (b["names"], b["facts"]) == ("Tea House; House of Tea", "Tea House: green tea")


def test_what_people_say_is_in_no_text(door):
    """A person's own concept, their claims and their graph's names stay where they are."""
    before, _ = texts_of(door)
    text = "I love moonwake, and Tea House is by Mara."
    record = TextRecord("ana", text, datetime(2026, 1, 1, tzinfo=UTC), "test", 1)
    proposal = Proposal("moonwake", 7, 15, "likes", 0.9, 0.9)
    run = door.workspace.ledger.begin("texts", "test", "by hand")
    write_readings(
        door.workspace, run, "by hand", [Reading(record, (Window(0, len(text), "decoded", "-"),), (proposal,))]
    )
    graph = door.workspace.graphs.user(door.workspace.namer.person("ana"))
    item = NamedNode(door.workspace.graphs.base + "item/b")
    claims = ((item, P57, DIRECTOR), (item, t.ALT_LABEL, Literal("my secret place")))
    door.workspace.store.apply(Change(insert=tuple(Quad(*triple, graph) for triple in claims)))
    assert any("moonwake" in str(q.object) for q in door.workspace.store.dump(graph))
    assert texts_of(door)[0] == before


def test_long_lists_are_cut_and_the_order_is_fixed(door):
    world = door.workspace.graphs.world("wikidata")
    cast = [NamedNode(f"{t.WD}Q{n}") for n in range(100, 400)]
    quads = [Quad(STRANGER, NamedNode(f"{t.WDT}P{161 + n % 60}"), one, world) for n, one in enumerate(cast)]
    quads += [Quad(STRANGER, NamedNode(t.WDT + "P161"), one, world) for one in cast]
    quads += [Quad(one, t.LABEL, Literal(f"Actor Number {n}", language="en"), world) for n, one in enumerate(cast)]
    door.workspace.store.apply(Change(insert=tuple(quads)))
    found, texts = texts_of(door)
    facts = texts[STRANGER.value]["facts"]
    assert facts.startswith("Another film: Ada Quist, ")  # relations with few values come first
    assert len(facts.split()) <= MOST_WORDS
    assert texts_of(door)[0] == found
    assert MOST_OF_A_RELATION < 300


def test_an_empty_workspace_has_nothing_to_say_but_the_schemes(tmp_path):
    with api.create(tmp_path / "w") as door:
        found = read_texts(door.workspace.store, door.workspace.graphs.base)
    assert found.n_items == 0
    assert all(len(of) == len(found.things) for of in found.views.values())
