"""What :mod:`benchmarks.crash` kills: each operation acknowledges every call that has returned.

An operation can be run again from any state that it was killed in, and ends in the same graph.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from penchant import api
from penchant.kg.own_graph import own_graph
from penchant.kg.proposal import LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.store import Change
from penchant.kg.write_texts import text_iri, write_readings
from penchant.ledger_door import LedgerDoor
from penchant.ontology.files import ontology_path

Acknowledge = Callable[[str], None]
Operation = Callable[[api.Penchant, Acknowledge], None]

BASE: Final = "https://shop.example/"
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE: Final = 60
ITEMS: Final = 25
TEXTS: Final = 60
FILES: Final = 3
ROWS: Final = 250
FORGOTTEN: Final = ("p3", "p5", "p11", "p17")
STANCES: Final = ("likes", "likes", "dislikes", "wants", "interested")


def prepare(folder: Path) -> None:
    """A workspace with a little of everything, and the runs that the operations write in."""
    inputs = folder.parent / "inputs"
    inputs.mkdir(exist_ok=True)
    _write(inputs / "items.csv", ["id", "label", "concepts"], [[f"f{n}", f"Film {n}", "Horror"] for n in range(ITEMS)])
    for number in range(FILES + 1):
        _write(inputs / f"events{number}.csv", ["person", "item", "kind", "at", "value"], _events(number))
    _write(inputs / "late.csv", ["id", "label"], [["late", "A film that came late"]])
    refused = [[f"p{n}", "late", "like", START.isoformat()] for n in range(8)]
    _write(inputs / "refused.csv", ["person", "item", "kind", "at"], refused)
    text = ontology_path().read_text(encoding="utf-8")
    head, found, tail = text.partition("###  https://w3id.org/penchant/ontology#View\n")
    before, number_found, after = tail.partition("pen:reliability ")
    assert found
    assert number_found
    edited = f"{head}{found}{before}{number_found}0.37{after[after.index(' ;') :]}"
    (inputs / "edited.ttl").write_text(edited, encoding="utf-8")
    with api.create(folder, base_iri=BASE, plain_ids=True) as p:
        p.add_items(inputs / "items.csv")
        p.add_events(inputs / "events0.csv")
        run = p.workspace.ledger.begin("texts", "texts", "model 1")
        write_readings(p.workspace, run, "model 1", [reading(n) for n in range(TEXTS)])
        p.add_events(inputs / "refused.csv")
        p.add_items(inputs / "late.csv")
        for refusal in LedgerDoor(p._loaded).list(kind="mention", limit=None):
            LedgerDoor(p._loaded).mend(refusal.id, {"stance": "likes"})


def without_interests(folder: Path) -> None:
    """Take everybody's interests away, so that fusing anew has something to do."""
    with api.open(folder) as p:
        w = p.workspace
        for id in people():
            w.store.apply(Change(delete=tuple(own_graph(w, w.namer.person(id)).derived())))


def people() -> list[str]:
    """Everybody, as sources call them."""
    return [f"p{n}" for n in range(PEOPLE)]


def reading(number: int) -> Reading:
    """A made-up reading of text ``number``; one in five tells of something done."""
    rng = random.Random(number)
    item = rng.randrange(ITEMS)
    text = f"I have seen film {item}, what a film, and I love odd thing {number % 7}."
    film, odd = f"film {item}", f"odd thing {number % 7}"
    link = f"{BASE}item/f{item}"
    told = "Seen" if number % 5 == 0 else ""
    proposals = (
        Proposal(
            *(film, text.index(film), text.index(film) + len(film), rng.choice(STANCES), rng.random(), 0.9),
            *((LinkCandidate(link, film, 0.9),), link, 0.8, told),
        ),
        Proposal(odd, text.index(odd), text.index(odd) + len(odd), rng.choice(STANCES), rng.random(), 0.8),
    )
    if number % 8 == 1:
        proposals = (*proposals, Proposal("what a film", text.index("what"), text.index(", and"), "adores", 0.5, 0.7))
    at = START + timedelta(hours=rng.randrange(9_000))
    record = TextRecord(f"p{number % PEOPLE}", text, at, "texts", number + 1, id=str(number))
    return Reading(record, (Window(0, len(text), "decoded", "reply"),), proposals)


def add_texts(p: api.Penchant, acknowledge: Acknowledge) -> None:
    """New texts and, by a newer extractor, old ones again."""
    w = p.workspace
    run = next(int(str(row["id"])) for row in w.ledger.runs() if row["kind"] == "texts")
    for first in range(0, 2 * TEXTS, 4):
        several = [reading(n) for n in range(first, first + 4)]
        if not all(w.ledger.knows_text(text_iri(w, each.record), "model 2") for each in several):
            write_readings(w, run, "model 2", several)
        acknowledge(f"text {first}")
        if first % 20 == 0:
            w.checkpoint()


def add_events(p: api.Penchant, acknowledge: Acknowledge) -> None:
    """Several files of events."""
    for number in range(1, FILES + 1):
        p.add_events(_inputs(p) / f"events{number}.csv")
        acknowledge(f"events {number}")


def fuse(p: api.Penchant, acknowledge: Acknowledge) -> None:
    """Everybody's interests anew."""
    p.fuse()
    acknowledge("fused")


def apply(p: api.Penchant, acknowledge: Acknowledge) -> None:
    """An edit of the ontology that changes everybody's numbers."""
    p.ontology.apply(_inputs(p) / "edited.ttl")
    acknowledge("applied")


def forget(p: api.Penchant, acknowledge: Acknowledge) -> None:
    """Several people, one after the other; the store is rewritten for each second one."""
    from penchant.kg import forget as kg_forget

    w = p.workspace
    for number, id in enumerate(FORGOTTEN):
        if kg_forget.knows(w, w.namer.person(id), id):
            kg_forget.forget(w, [w.namer.person(id)], [id], rewrite=number % 2 == 1)
        acknowledge(f"forgot {id}")


def replay(p: api.Penchant, acknowledge: Acknowledge) -> None:
    """Events whose item came late, and mentions that were mended, tried again one by one."""
    door = LedgerDoor(p._loaded)
    for refusal in [*door.list(kind="event", limit=None), *door.list(kind="mention", state="mended", limit=None)]:
        door.replay(refusal.id)
        acknowledge(f"replayed {refusal.id}")


def back_up(p: api.Penchant, acknowledge: Acknowledge) -> None:
    """A snapshot inside the workspace."""
    from penchant.kg.backup import backup

    acknowledge(f"backup {backup(p.workspace)}")


OPERATIONS: Final[dict[str, Operation]] = {
    "texts": add_texts,
    "events": add_events,
    "fuse": fuse,
    "apply": apply,
    "forget": forget,
    "replay": replay,
    "backup": back_up,
}


def _inputs(p: api.Penchant) -> Path:
    return p.workspace.folder.parent / "inputs"


def _events(number: int) -> list[list[object]]:
    rng = random.Random(1_000 + number)
    rows: list[list[object]] = []
    for _ in range(ROWS):
        kind = rng.choice(["view", "view", "like", "rate", "buy"])
        at = START + timedelta(minutes=rng.randrange(500_000))
        value = rng.randint(1, 5) if kind == "rate" else ""
        rows.append([f"p{rng.randrange(PEOPLE)}", f"f{rng.randrange(ITEMS)}", kind, at.isoformat(), value])
    return rows


def _write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
