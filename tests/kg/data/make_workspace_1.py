"""Makes ``workspace-1.tar.xz``: workspaces of data-model version 1, by the code of that time.

Run it with the commit "Say what a change of a number costs" checked out in FOLDER::

    PYTHONPATH=FOLDER python make_workspace_1.py workspace-1.tar.xz

``plain`` has readable identifiers, an edited core and the module ``goods``; ``hmac`` has hashed ones and the shipped
ontology.  Everything in them is made up.
"""

from __future__ import annotations

import sys
import tarfile
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from penchant.kg.apply_ontology import apply_ontology
from penchant.kg.catalogue import write_items
from penchant.kg.ledger_entries import TextEntry
from penchant.kg.proposal import BadLine, EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.workspace import Workspace, create
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import text_iri, write_readings
from penchant.ontology.files import ontology_path
from penchant.ontology.modules import ontology_file

START = datetime(2025, 3, 1, 12, tzinfo=UTC)
HORROR = "http://www.wikidata.org/entity/Q200092"


def fill(w: Workspace) -> None:
    """Items, events and texts of three people."""
    items = [ItemRecord(f"f{n}", f"Film {n}", concepts=("Horror",) if n % 2 else ("Comedy",)) for n in range(6)]
    write_items(w, w.ledger.begin("items", "films.csv"), items)
    run = w.ledger.begin("events", "events.csv")
    events = [
        EventRecord(
            person, f"f{n}", kind, START + timedelta(days=n, hours=turn), float(value) if kind == "Rate" else None,
            "events.csv", 10 * turn + n, id,
        )
        for turn, (person, kind, value, id) in enumerate(
            [("ana", "View", 0, None), ("ana", "Rate", 5, None), ("bo", "Rate", 2, "r1"), ("bo", "Buy", 0, None)]
        )
        for n in range(turn % 2, 5)
    ]  # fmt: skip
    events.append(EventRecord("eve", "unknown", "View", START, None, "events.csv", 90))
    people, _ = log_events(w, run, events)
    write_engagements(w, run, people)
    w.ledger.finish(run)
    texts(w)
    w.checkpoint()


def texts(w: Workspace) -> None:
    """A read text, one read again by a newer extractor, one without a time, a duplicate, a failure, a bad line."""
    run = w.ledger.begin("texts", "texts.jsonl", "model 1")
    said = "I love horror, but musicals bore me."
    first = TextRecord("ana", said, START, "texts.jsonl", 1, id="t1")
    undated = TextRecord("cy", said, START + timedelta(days=9), "texts.jsonl", 2, dated=False)
    failed = TextRecord("bo", "???", START, "texts.jsonl", 3)
    write_readings(
        w, run, "model 1",
        [reading(first, 0.6), reading(undated, 0.9), Reading(failed, failed="the model gave no answer")],
    )  # fmt: skip
    w.ledger.text(run, "model 1", TextEntry(first, text_iri(w, first), "duplicate", "read before"))
    w.ledger.bad_line(run, BadLine("texts.jsonl", 4, "no JSON", "{"))
    w.ledger.count_lines(run, 2)
    w.ledger.finish(run)
    again = w.ledger.begin("texts", "texts.jsonl", "model 2")
    write_readings(w, again, "model 2", [reading(first, 0.9)])
    w.ledger.finish(again)


def reading(record: TextRecord, strength: float) -> Reading:
    """A made-up reading."""
    horror = record.text.index("horror")
    musicals = record.text.index("musicals")
    candidates = (LinkCandidate(HORROR, "horror", 0.9),)
    return Reading(
        record,
        (Window(0, len(record.text), "decoded", "reply"),),
        (
            Proposal("horror", horror, horror + 6, "likes", strength, 0.9, candidates, HORROR, 0.8),
            Proposal("musicals", musicals, musicals + 8, "dislikes", 0.5, 0.7),
            Proposal("bore", musicals + 9, musicals + 13, "adores", 0.5, 0.7),
        ),
    )


def edited_core(folder: Path) -> Path:
    """The core with views that count for more."""
    text = ontology_path().read_text(encoding="utf-8")
    head, found, tail = text.partition("###  https://w3id.org/penchant/ontology#View\n")
    assert found
    before, number, after = tail.partition("pen:reliability ")
    value, end, rest = after.partition(" ;")
    assert number
    assert end
    path = folder / "edited.ttl"
    path.write_text(f"{head}{found}{before}{number}0.33{end}{rest}", encoding="utf-8")
    assert value.strip() != "0.33"
    return path


def main(target: Path) -> None:
    """Make both and pack them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with create(folder / "plain", base_iri="https://shop.example/", plain_ids=True) as w:
            fill(w)
            for path in (edited_core(folder), ontology_file("goods")):
                report = apply_ontology(w, path)
                assert not report.refusals, report.refusals
        with create(folder / "hmac", base_iri="https://shop.example/") as w:
            fill(w)
        with tarfile.open(target, "w:xz", preset=9) as packed:
            for each in ("plain", "hmac"):
                packed.add(folder / each, each)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
