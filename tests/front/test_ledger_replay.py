"""Mentions, texts and lines that were refused: mended and tried again through Python, and killed in the middle."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from penchant.errors import InputError
from penchant.kg.check import check
from penchant.kg.proposal import EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.workspace import create, open_workspace
from penchant.kg.write_texts import write_readings
from penchant.ledger_door import LedgerDoor
from penchant.ledger_entry import Row as Made
from penchant.loaded import Loaded
from penchant.ontology import terms as t
from penchant.settings import ReadingSettings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TEXT = "I love horror, but musicals bore me. Horror for ever!"
HORROR = "http://www.wikidata.org/entity/Q200092"


class Reader:
    """Reads "film …" as liked; fails on poison."""

    fingerprint = "model"

    def __init__(self):
        self.asked = 0

    def read(self, records):
        self.asked += len(records)
        return [self._reading(record) for record in records]

    def _reading(self, record):
        if "poison" in record.text:
            return Reading(record, failed="the model failed")
        start = record.text.index("film")
        quote = record.text[start:]
        windows = (Window(0, len(record.text), "decoded", "reply"),)
        return Reading(record, windows, (Proposal(quote, start, len(record.text), "likes", 0.8, 0.9),))


class Known(Loaded):
    """A workspace whose reader is known."""

    __slots__ = ()
    reader = Reader()

    def extractor(self):
        return self.reader, None


def door(workspace):
    return LedgerDoor(Known(workspace, ReadingSettings(batch=1)))


def rows(workspace):
    """Everything that the ledger holds."""
    db = workspace.ledger.connection
    tables = ("runs", "bad_lines", "texts", "windows", "mentions", "rejected", "people")
    return {table: db.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() for table in tables}


def said(quote, stance, link=None, start=None, confidence=0.9):
    at = TEXT.index(quote) if start is None else start
    candidates = (LinkCandidate(HORROR, "horror film", 0.7), LinkCandidate("http://x.example/other", "other", 0.2))
    return Proposal(quote, at, at + len(quote), stance, 0.9, confidence, candidates, link, 0.8)


def interests(workspace, person="ana"):
    graph = workspace.graphs.user(workspace.namer.person(person))
    return {
        (q.predicate.value.rpartition("#")[2], q.object.value)
        for q in workspace.store.dump(graph)
        if q.predicate in t.SHORTCUTS
    }


@pytest.fixture
def mentioned(workspace):
    """One text with mentions that were accepted (1), rejected (2: musicals) and held back (3: Horror, 4: nowhere)."""
    reading = Reading(
        TextRecord("ana", TEXT, NOW, "texts.jsonl", 1, id="t1"),
        (Window(0, len(TEXT), "decoded", "raw reply"),),
        (said("horror", "likes", HORROR), said("musicals", "adores")),
        (
            (said("Horror", "likes", confidence=0.1), "the model is not sure enough"),
            (Proposal("romance", 53, 53, "likes", 0.0, 0.0), "the quote is not in the text"),
        ),
    )
    write_readings(workspace, workspace.ledger.begin("texts", "texts.jsonl", "model"), "model", [reading])
    return workspace


def test_a_mention_is_shown_with_its_text_reply_and_candidates(mentioned):
    entry = door(mentioned).show("mention:2")
    assert entry.text == TEXT
    assert TEXT[entry.refusal.start : entry.refusal.end] == "musicals"
    assert entry.windows[0].reply == "raw reply"
    assert [(c.label, c.score) for c in entry.proposal.candidates] == [("horror film", 0.7), ("other", 0.2)]
    assert "'adores' is no stance" in entry.refusal.reason
    assert entry.run["extractor"] == "model"


def test_a_mended_mention_is_written_without_the_model_and_the_rest_stays(mentioned):
    ledger = door(mentioned)
    Known.reader.asked = 0
    ledger.mend("mention:2", {"stance": "dislikes", "intensity": "0.7"})
    report = ledger.replay("mention:2")
    assert [(one.id, one.fate) for one in report.outcomes] == [("mention:2", "accepted")]
    assert Known.reader.asked == 0
    concept = mentioned.namer.concept(mentioned.namer.person("ana"), "musicals")
    assert interests(mentioned) == {("likes", HORROR), ("dislikes", concept.value)}
    assert ledger.show("mention:2").outcome[0].fate == "accepted"
    [quad] = [
        q
        for q in mentioned.store.quads(predicate=t.CONFIDENCE)
        if any(mentioned.store.quads(subject=q.subject, predicate=t.ABOUT, object=concept))
        and any(mentioned.store.quads(subject=q.subject, predicate=t.TYPE, object=t.OBSERVATION))
    ]
    assert float(quad.object.value) == 1  # a person is sure of what they say
    # what was not mended was copied, and waits in the new reading
    assert [one.reason for one in ledger.list()] == [
        "abstained: the model is not sure enough",
        "abstained: the quote is not in the text",
    ]
    assert mentioned.ledger.account(report.runs[0]).mentions == {"abstained": 2, "accepted": 2}
    assert check(mentioned) == []


def test_mends_survive_later_replays_of_the_same_text(mentioned):
    ledger = door(mentioned)
    ledger.mend("mention:2", {"stance": "dislikes"})
    ledger.replay("mention:2")
    before = interests(mentioned)
    other = ledger.list(reason="not in the text")[0]
    ledger.mend(other.id, {"quote": "ever", "stance": "wants"})
    ledger.replay(other.id)
    assert interests(mentioned) > before
    assert {one[0] for one in interests(mentioned)} == {"likes", "dislikes", "wants"}
    assert check(mentioned) == []


def test_all_that_is_mended_in_a_text_is_written_together(mentioned):
    ledger = door(mentioned)
    ledger.mend("mention:2", {"stance": "dislikes"})
    ledger.mend("mention:3", {"link": HORROR})
    report = ledger.replay("mention:2")
    assert {(one.id, one.fate) for one in report.outcomes} == {("mention:2", "accepted"), ("mention:3", "accepted")}
    assert len(report.runs) == 1


def test_tried_again_twice_changes_nothing(mentioned):
    ledger = door(mentioned)
    ledger.mend("mention:2", {"stance": "dislikes"})
    ledger.replay(everything=True)
    graph, kept = set(mentioned.store.dump()), rows(mentioned)
    report = ledger.replay(everything=True)
    assert report.counts == {"unchanged": 2}
    assert ledger.replay("mention:2").counts == {"skipped": 1}
    assert (set(mentioned.store.dump()), rows(mentioned)) == (graph, kept)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stance": "adores"}, "would be refused again: 'adores' is no stance"),
        ({"quote": "operas"}, "'operas' does not stand in the text"),
        ({"quote": "musicals", "start": "0", "stance": "likes"}, "the quote does not stand at 0–8"),
        ({"stance": "likes", "intensity": "2"}, "from 0 to 1"),
        ({"stance": "likes", "intensity": "much"}, "is no number"),
        ({"stance": "likes", "confidence": "-1"}, "from 0 to 1"),
        ({"stance": "likes", "link": "f99"}, "is no item or concept"),
        ({"stance": "likes", "beneficiary": "my aunt"}, "does not stand in the text"),
        ({"stance": "likes", "experience": "Danced"}, "Danced"),
        ({"stance": "likes", "at": "soon"}, "is no time"),
        ({"stance": ""}, "is no stance"),
        ({"tense": "past"}, "a mention has no field 'tense'"),
        ({}, "nothing is changed"),
    ],
)
def test_a_mend_that_would_be_refused_is_refused_now(mentioned, fields, said):
    with pytest.raises(InputError) as error:
        door(mentioned).mend("mention:2", fields)
    assert said in str(error.value)
    assert door(mentioned).show("mention:2").refusal.state == "open"


def test_a_mention_can_be_linked_moved_and_told_as_an_experience(mentioned):
    from penchant.kg.catalogue import write_items

    write_items(mentioned, mentioned.ledger.begin("items", "x"), [ItemRecord("m1", "Musicals")])
    ledger = door(mentioned)
    entry = ledger.mend("mention:2", {"stance": "", "experience": "Seen", "link": "m1", "at": "2020-05-01"})
    assert entry.refusal.mended["candidates"][0][1] == "Musicals"
    assert ledger.replay("mention:2").counts == {"accepted": 1}
    engaged = {q.object.value for q in mentioned.store.quads(predicate=t.KIND)}
    assert engaged == {"https://w3id.org/penchant/ontology#Seen"}
    assert {q.object.value for q in mentioned.store.quads(predicate=t.LAST_SEEN)} >= {"2020-05-01T00:00:00Z"}
    assert check(mentioned) == []


def test_the_nearest_of_several_places_is_meant(workspace):
    text = "tea, tea and tea"
    quotes = (Proposal("coffee", 5, 5, "likes", 0.5, 0.1), "the quote is not in the text")
    reading = Reading(TextRecord("ana", text, NOW), (Window(0, 16, "decoded", ""),), (), (quotes,))
    write_readings(workspace, workspace.ledger.begin("texts", "x", "model"), "model", [reading])
    ledger = door(workspace)
    assert ledger.mend("mention:1", {"quote": "tea"}).refusal.mended["start"] == 5
    assert ledger.mend("mention:1", {"quote": "tea", "start": "13"}).refusal.mended["start"] == 13


def test_a_mention_whose_text_was_read_anew_is_not_mended_any_more(mentioned):
    ledger = door(mentioned)
    ledger.mend("mention:2", {"stance": "dislikes"})
    newer = Reading(
        TextRecord("ana", TEXT, NOW, "texts.jsonl", 1, id="t1"),
        (Window(0, 53, "decoded", ""),),
        (said("horror", "likes"),),
    )
    write_readings(mentioned, mentioned.ledger.begin("texts", "x", "newer"), "newer", [newer])
    kept = rows(mentioned)
    assert ledger.replay("mention:2").outcomes[0].fate == "skipped"
    with pytest.raises(InputError, match="read anew"):
        ledger.mend("mention:4", {"link": HORROR})
    assert rows(mentioned) == kept


def test_a_text_that_failed_is_read_when_the_reader_can(workspace):
    ledger = door(workspace)
    failed = [
        Reading(TextRecord("ana", words, NOW, "t", line), failed="the model timed out")
        for line, words in enumerate(("I saw film 1", "poison"), start=1)
    ]
    write_readings(workspace, workspace.ledger.begin("texts", "t", "model"), "model", failed)
    report = ledger.replay(everything=True)
    assert [(one.fate, one.reason) for one in report.outcomes] == [("accepted", ""), ("refused", "the model failed")]
    assert ledger.show("text:2").outcome[0] == Made("text:4", "refused", "the model failed")
    kept = rows(workspace)
    assert ledger.replay(everything=True).counts == {"unchanged": 1}
    assert rows(workspace) == kept
    assert workspace.ledger.account().texts == {"failed": 3, "read": 1}
    assert check(workspace) == []


def test_who_does_not_let_it_be_learnt_from_is_not_read(workspace):
    from pyoxigraph import Quad

    from penchant.kg.store import Change

    failed = Reading(TextRecord("ana", "I saw film 1", NOW, "t", 1), failed="the model timed out")
    write_readings(workspace, workspace.ledger.begin("texts", "t", "model"), "model", [failed])
    ana = workspace.namer.person("ana")
    refusing = Quad(ana, t.REFUSES, t.EXTRACTION, workspace.graphs.user(ana))
    workspace.store.apply(Change(insert=(refusing,)))
    Known.reader.asked = 0
    outcome = door(workspace).replay(everything=True).outcomes[0]
    assert (outcome.fate, Known.reader.asked) == ("unchanged", 0)
    assert "refuses" in outcome.reason


def test_a_broken_line_of_a_dump_is_not_read_by_itself(workspace):
    from penchant.kg.proposal import BadLine

    workspace.ledger.bad_line(workspace.ledger.begin("world", "dump.nt"), BadLine("dump.nt", 3, "no triple", "<a"))
    outcome = door(workspace).replay("line:1").outcomes[0]
    assert (outcome.fate, "load it again" in outcome.reason) == ("skipped", True)
    with pytest.raises(InputError, match="not read by itself"):
        door(workspace).mend("line:1", {"a": "b"}, whole=True)


# Killed at any moment

REPLAY = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_ledger_replay import door
from penchant.kg.workspace import open_workspace
w = open_workspace(Path(sys.argv[1]))
print("started", flush=True)
door(w).replay(everything=True)
w.close()
print("ended", flush=True)
"""
MANY = 60


def prepared(folder):
    """Events of an item that has come since, failed texts, and mended mentions: so many of each."""
    from penchant.kg.catalogue import write_items
    from penchant.kg.write_events import log_events

    with create(folder, base_iri="https://shop.example/", plain_ids=True) as w:
        events = [EventRecord(f"p{n % 7}", "f1", "Like", NOW.replace(minute=n % 60), None, "e", n) for n in range(MANY)]
        log_events(w, w.ledger.begin("events", "e"), events)
        items = w.ledger.begin("items", "i")
        write_items(w, items, [ItemRecord("f1", "Film")])
        w.ledger.count_lines(items, 1, used=1)
        run = w.ledger.begin("texts", "t", "model")
        readings = [
            Reading(TextRecord(f"p{n % 7}", f"I saw film {n}", NOW, "t", n), failed="the model timed out")
            for n in range(MANY)
        ]
        for n in range(MANY):
            text = f"The film {n} again"
            held = Proposal(f"film {n}", 4, 9 + len(str(n)), "likes", 0.8, 0.1)
            windows = (Window(0, len(text), "decoded", ""),)
            readings.append(
                Reading(TextRecord(f"p{n % 7}", text, NOW, "t", MANY + n), windows, (), ((held, "unsure"),))
            )
        write_readings(w, run, "model", readings)
        ledger = door(w)
        for one in ledger.list(kind="mention", limit=None):
            ledger.mend(one.id, {"stance": "wants"})
        assert len(ledger.list(state="open", limit=None)) == 2 * MANY


def graph_of(workspace):
    return {q for q in workspace.store.dump() if q.predicate != t.WAS_GENERATED_BY}


def one_each(workspace):
    """Each refusal is waiting, and nothing came of it, or was tried again, and one thing did."""
    db = workspace.ledger.connection
    ledger = door(workspace)
    for one in ledger.list(state="all", limit=None):
        if one.past and one.state == "open":
            continue
        made = db.execute(
            "SELECT count(*) FROM texts WHERE source = ? AND line = ? AND status = 'read' AND superseded = 0"
            " AND run IN (SELECT id FROM runs WHERE source LIKE 'replay of run %')",
            (one.source, one.line),
        ).fetchone()[0]
        if one.kind in ("text", "mention"):
            assert made == (one.state == "replayed"), one
    again = db.execute("SELECT count(*) FROM texts GROUP BY iri HAVING sum(status = 'read') > 2").fetchall()
    assert again == []


@pytest.mark.slow
def test_sigkill_while_trying_again(tmp_path):
    whole, folder = tmp_path / "whole", tmp_path / "w"
    prepared(whole)
    shutil.copytree(whole, folder)
    here = os.path.dirname(__file__)
    started = time.monotonic()
    with open_workspace(whole) as w:
        assert door(w).replay(everything=True).counts == {"accepted": 3 * MANY}
        wanted = graph_of(w)
    length = time.monotonic() - started
    cut_short = 0
    for share in (0.03, 0.15, 0.3, 0.5, 0.7):
        process = subprocess.Popen(
            [sys.executable, "-c", REPLAY, str(folder), here], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout.readline().strip() == "started", process.stderr.read()
        time.sleep(share * length)
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        cut_short += "ended" not in rest
        with open_workspace(folder) as w:
            assert check(w) == []
            one_each(w)
    assert cut_short, "every run ended before it was killed: nothing was shown"
    with open_workspace(folder) as w:
        door(w).replay(everything=True)
        assert door(w).list(state="open") == door(w).list(state="mended") == []
        one_each(w)
        assert check(w) == []
        assert graph_of(w) == wanted
