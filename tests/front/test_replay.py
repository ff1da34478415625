"""What a replay leaves alone, and what it lets through."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from pyoxigraph import Quad

from penchant.extract.sources import read_texts
from penchant.kg.catalogue import write_items
from penchant.kg.ledger_entries import TextEntry
from penchant.kg.proposal import BadLine, EventRecord, ItemRecord, Reading, TextRecord, Window
from penchant.kg.store import Change
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import text_iri
from penchant.ledger_door import LedgerDoor
from penchant.loaded import Loaded
from penchant.ontology import terms as t
from penchant.reading import TimedLinker, _Flow, read_into
from penchant.rows import add_rows
from penchant.settings import ReadingSettings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Reader:
    """Finds nothing in any text, or fails."""

    def __init__(self, fingerprint="model", failed=""):
        self.fingerprint = fingerprint
        self.failed = failed
        self.texts = []

    def read(self, records):
        self.texts += [record.text for record in records]
        return [
            Reading(record, (Window(0, len(record.text), "decoded", ""),), failed=self.failed) for record in records
        ]


class Known(Loaded):
    """A workspace whose reader is known."""

    __slots__ = ("reader",)

    def extractor(self):
        return self.reader, None


def door(workspace, reader=None):
    loaded = Known(workspace, ReadingSettings())
    loaded.reader = reader or Reader()
    return LedgerDoor(loaded)


def read(workspace, reader, records, **read_with):
    return read_into(workspace, reader, TimedLinker(None), "notes.txt", records, read_with=read_with)


def test_bytes_that_are_no_text_never_become_words(workspace, tmp_path):
    path, reader = tmp_path / "notes.txt", Reader()
    path.write_bytes(b"I like tea.\ncaf\xe9s\n")
    options = {"person": "ana", "at": NOW.isoformat()}
    read(workspace, reader, read_texts(path, default_person="ana", at=NOW), **options)
    ledger = door(workspace, reader)
    (line,) = ledger.list()
    assert (line.reason, line.raw) == ("not valid UTF-8", "caf\\udce9s")
    (outcome,) = ledger.replay(everything=True).outcomes
    assert (outcome.fate, outcome.reason, reader.texts) == ("unchanged", "not valid UTF-8", ["I like tea."])
    ledger.mend("line:1", {"text": "cafés"}, whole=True)
    assert ledger.replay("line:1").counts == {"accepted": 1}
    assert reader.texts == ["I like tea.", "cafés"]


@pytest.mark.parametrize(
    ("source", "raw", "reason"),
    [
        ("t.jsonl", '{"person": "a", "text": "\\\\udce9"}', "not valid UTF-8"),
        ("t.txt.gz", "", "truncated or damaged after line 1: ended"),
    ],
)
def test_what_is_not_there_is_not_read(workspace, source, raw, reason):
    run = workspace.ledger.begin("texts", source, read_with={"person": "ana", "at": NOW.isoformat()})
    workspace.ledger.bad_line(run, BadLine(source, 2, reason, raw))
    assert door(workspace).replay("line:1").counts == {"unchanged": 1}


def test_what_takes_an_event_back_is_let_through_whatever_its_person_refuses(workspace):
    run = workspace.ledger.begin("events", "e")
    write_items(workspace, workspace.ledger.begin("items", "i"), [ItemRecord("f1", "Film")])
    log_events(workspace, run, [EventRecord("ana", "f1", "Like", NOW)])
    write_engagements(workspace, run)
    ana = workspace.namer.person("ana")
    refused = Quad(ana, t.REFUSES, t.EXTRACTION, workspace.graphs.user(ana))
    workspace.store.apply(Change(insert=(refused,)))
    gone = EventRecord("ana", "f9", "Like", NOW.replace(hour=13), source="e", line=2, retracted=True)
    log_events(workspace, run, [gone])
    ledger = door(workspace)
    assert ledger.list()[0].reason.startswith("unknown item 'f9'")
    ledger.mend("event:1", {"item": "f1"})
    assert any(workspace.store.quads(predicate=t.TYPE, object=t.ENGAGEMENT))
    assert ledger.replay("event:1").counts == {"accepted": 1}
    assert not any(workspace.store.quads(predicate=t.TYPE, object=t.ENGAGEMENT))


def test_a_text_that_failed_and_was_read_since_waits_no_more(workspace):
    records = [TextRecord("ana", f"I like tea {n}.", NOW, "notes.txt", n) for n in (1, 2)]
    read(workspace, Reader(failed="the model timed out"), records)
    ledger = door(workspace)
    assert [one.id for one in ledger.list()] == ["text:1", "text:2"]
    ledger.mend("text:2", {"text": "I like coffee."})
    read(workspace, Reader(), records)
    assert ledger.list() == []
    assert [one.id for one in ledger.list(state="all")] == ["text:1", "text:2"]
    # what was mended is another text, and still to be read
    assert [one.id for one in ledger.list(state="mended")] == ["text:2"]
    reader = Reader()
    assert [one.id for one in door(workspace, reader).replay(everything=True).outcomes] == ["text:2"]
    assert reader.texts == ["I like coffee."]


def test_a_text_that_failed_after_it_was_read_waits(workspace):
    record = TextRecord("ana", "I like tea.", NOW, "notes.txt", 1)
    read(workspace, Reader(), [record])
    read(workspace, Reader("newer", failed="the model timed out"), [record])
    assert [one.id for one in door(workspace).list()] == ["text:2"]


@pytest.mark.parametrize("way", ["duplicate", "bad line", "not kept", "rows"])
def test_what_comes_in_on_another_thread_does_not_end_our_change(workspace, way):
    ledger = workspace.ledger
    run = ledger.begin("texts", "t", "model")
    flow = _Flow(workspace, Reader(), TimedLinker(None), run, 1, lambda _: None)
    record, bad = TextRecord("ana", "I like tea.", NOW, "t", 1), BadLine("t", 1, "no time", "{}")
    iri = text_iri(workspace, record)
    ways = {
        "duplicate": lambda: flow.duplicate(TextEntry(record, iri, "duplicate", "read before")),
        "bad line": lambda: flow.bad_line(bad),
        "not kept": lambda: flow.not_kept(record, iri, "withheld"),
        "rows": lambda: add_rows(workspace, run, [bad], lambda _: (0, 0)),
    }
    acted = []
    other = threading.Thread(target=ways[way])
    with workspace.writing, ledger.along(lambda: acted.append(threading.current_thread())):
        other.start()
        other.join(0.2)
        assert acted == []
        with ledger.transaction():
            pass
    other.join(10)
    assert acted == [threading.main_thread()]
    assert ledger.connection.execute("SELECT lines FROM runs WHERE id = ?", (run,)).fetchone() == (1,)
