"""The sample: four people, four items and a slice of the world, small enough to work every answer out by hand.

Everything a person shows happens at one moment, except Ana's first text, 730 days (one half-life) before, and Bo's
first view: so *n* is the quality itself, or half of it, and the numbers follow from docs/fusion.md in one's head.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pyoxigraph import NamedNode, Quad

from penchant import api
from penchant.kg.interests import rewrite_interests
from penchant.kg.literals import date_time, decimal
from penchant.kg.proposal import LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.store import Change
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

HORROR, SCIENCE_FICTION, MUSICAL, FILM_GENRE, SLASHER = (
    t.WD + name for name in ("Q200092", "Q24925", "Q842256", "Q201658", "Q853630")
)
ITEMS = [
    {"id": "alien", "label": "Alien", "concepts": [HORROR, SCIENCE_FICTION]},
    {"id": "solaris", "label": "Solaris", "concepts": [SCIENCE_FICTION]},
    {"id": "hairspray", "label": "Hairspray", "concepts": [MUSICAL]},
    {"id": "teapot", "label": "Brown teapot"},
]
NAMES = {
    HORROR: {"en": "horror film", "zh": "恐怖片"},
    SCIENCE_FICTION: {"en": "science fiction", "zh": "科幻"},
    MUSICAL: {"en": "musical"},
    FILM_GENRE: {"en": "film genre"},
    SLASHER: {"en": "slasher film"},
}
BROADER = [(HORROR, FILM_GENRE), (SLASHER, HORROR)]
EVENTS = """person,item,kind,at,value
ana,alien,Rate,2026-06-01T12:00:00Z,1
bo,solaris,Like,2026-05-02T12:00:00Z,
bo,alien,View,2026-04-02T12:00:00Z,
bo,alien,View,2026-05-02T12:00:00Z,
"""
#: person, time, text, mentions: quote, stance, intensity, confidence, link
TEXTS = [
    ("ana", datetime(2024, 6, 1, 12), "Horror bores me a bit.", [("Horror", "dislikes", 0.5, 0.6, HORROR)]),
    (
        "ana",
        datetime(2026, 6, 1, 12),
        "I love horror, and I want to see Alien.",
        [("horror", "likes", 0.9, 0.8, HORROR), ("Alien", "wants", 0.7, 0.5, api.DEFAULT_BASE + "item/alien")],
    ),
    ("bo", datetime(2026, 5, 2, 12), "Horror is my thing.", [("Horror", "likes", 1.0, 0.75, HORROR)]),
    (
        "chen",
        datetime(2026, 5, 20, 12),
        "恐怖片很精彩，鬼片之夜也好看。",
        [("恐怖片", "likes", 0.8, 0.5, HORROR), ("鬼片之夜", "likes", 0.6, 0.9, None)],
    ),
    ("dan", datetime(2026, 5, 1, 12), "Nothing much today.", []),
]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[api.Penchant]:
    """The sample, with identifiers that can be read."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in ITEMS), "utf-8")
    (folder / "events.csv").write_text(EVENTS, "utf-8")
    (folder / "world.nt").write_text("".join(sorted(_world())), "utf-8")
    with api.create(folder / "workspace", plain_ids=True) as door:
        door.add_items(folder / "items.jsonl")
        door.load_world(folder / "world.nt")
        run = door.workspace.ledger.begin("texts", "sample", "by hand")
        write_readings(door.workspace, run, "by hand", [_reading(*row) for row in TEXTS])
        door.add_events(folder / "events.csv")
        _correct(door, "chen", NamedNode(MUSICAL), t.DISLIKES_STANCE, datetime(2026, 5, 20, 12))
        yield door


def _world() -> Iterator[str]:
    for thing, names in NAMES.items():
        for language, name in names.items():
            yield f'<{thing}> {t.LABEL} "{name}"@{language} .\n'
    for narrower, broader in BROADER:
        yield f"<{narrower}> {t.BROADER} <{broader}> .\n"


def _reading(person: str, at: datetime, text: str, mentions: list) -> Reading:
    proposals = []
    for quote, stance, intensity, confidence, link in mentions:
        start = text.index(quote)
        candidates = (LinkCandidate(link, quote, 1.0),) if link else ()
        proposals.append(
            Proposal(quote, start, start + len(quote), stance, intensity, confidence, candidates, link, 1.0)
        )
    record = TextRecord(person, text, at.replace(tzinfo=UTC), "sample", 1)
    return Reading(record, (Window(0, len(text), "decoded", "by hand"),), tuple(proposals))


def _correct(door: api.Penchant, person: str, about: NamedNode, stance: NamedNode, at: datetime) -> None:
    """A correction as a person would make it, and their interests brought up to date."""
    workspace, holder = door.workspace, door.workspace.namer.person(person)
    graph = workspace.graphs.user(holder)
    correction = NamedNode(f"{workspace.graphs.base}correction/{person}-1")
    pairs = [
        (t.TYPE, t.CORRECTION),
        (t.HOLDER, holder),
        (t.ABOUT, about),
        (t.HAS_STANCE, stance),
        (t.INTENSITY, decimal(1.0)),
        (t.OBSERVED_AT, date_time(at)),
    ]
    run = workspace.ledger.begin("correction", person)
    workspace.commit(run, Change(insert=tuple(Quad(correction, p, o, graph) for p, o in pairs)))
    workspace.commit(run, rewrite_interests(workspace, holder).change)
