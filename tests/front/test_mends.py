"""What a mend takes, and what it refuses before anything is written."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.errors import InputError, SourceError, UnknownError
from penchant.kg.proposal import BadLine, EventRecord, Proposal, Reading, TextRecord, Window
from penchant.kg.store import Change
from penchant.kg.write_texts import write_readings
from penchant.ledger_door import LedgerDoor
from penchant.loaded import Loaded
from penchant.mended_fields import with_changes
from penchant.ontology import terms as t
from penchant.settings import ReadingSettings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
THING = NamedNode("https://nowhere.example/x")


@pytest.fixture
def ledger(workspace):
    """The ledger of a workspace with a line, an event and a mention that were refused."""
    run = workspace.ledger.begin("texts", "notes.jsonl", "model")
    workspace.ledger.bad_line(run, BadLine("notes.jsonl", 1, "no time", '{"user": "ana", "text": "I like tea."}'))
    workspace.ledger.count_lines(run, 1)
    window = (Window(0, 11, "decoded", ""),)
    held = (Proposal("tea", 7, 10, "likes", 0.5, 0.1), "too unsure")
    reading = Reading(TextRecord("ana", "I like tea.", NOW, "notes.jsonl", 2), window, (), (held,))
    write_readings(workspace, run, "model", [reading])
    events = workspace.ledger.begin("events", "events.csv")
    rated = EventRecord("ana", "gone", "Rate", NOW, 4.0, "events.csv", 2)
    workspace.ledger.reject(events, rated, "unknown item 'gone'")
    return LedgerDoor(Loaded(workspace, ReadingSettings()))


@pytest.mark.parametrize(
    ("kind", "old", "changes", "new"),
    [
        ("events", {"person": "ana", "item": "f1"}, {"user": "bo"}, {"item": "f1", "user": "bo"}),
        ("events", {"value": 4, "Score": 3}, {"rating": 5}, {"rating": 5}),
        ("events", {"at": "x", "Time Stamp": "y", "id": "e"}, {"timestamp": "z"}, {"id": "e", "timestamp": "z"}),
        ("texts", {"author": "ana", "body": "a"}, {"text": "b"}, {"author": "ana", "text": "b"}),
        (
            "items",
            {"title": "a", "genres": "b"},
            {"label": "c", "tags": "d"},
            {"genres": "b", "label": "c", "tags": "d"},
        ),
        ("items", {"Roast-Level": 3, "id": "c"}, {"roast level": 4}, {"id": "c", "roast level": 4}),
    ],
)
def test_another_name_of_a_field_takes_its_place(kind, old, changes, new):
    assert with_changes(kind, old, changes) == new


def test_one_field_has_one_new_value():
    with pytest.raises(SourceError, match="'user' and 'Person' are one field"):
        with_changes("events", {}, {"user": "bo", "Person": "cy"})


def test_a_field_is_set_by_any_of_its_names(ledger):
    assert ledger.mend("event:1", {"user": "bobby", "rating": "2"}).refusal.mended == {
        "item": "gone",
        "kind": "Rate",
        "at": "2026-06-01T12:00:00+00:00",
        "user": "bobby",
        "rating": "2",
    }
    mended = ledger.mend("line:1", {"person": "bo", "date": "2026-01-01"}).refusal.mended
    assert mended == {"text": "I like tea.", "person": "bo", "date": "2026-01-01"}
    with pytest.raises(InputError, match="are one field"):
        ledger.mend("line:1", {"at": "2026-01-01", "date": "2026-01-02"})


@pytest.mark.parametrize(
    ("id", "fields", "whole", "name"),
    [
        ("line:1", {"foo": "\ud800", "person": "a", "text": "b", "at": "2026-01-01"}, True, "foo"),
        ("line:1", {"foo\ud800": "x", "person": "a", "text": "b", "at": "2026-01-01"}, True, r"foo\\ud800"),
        ("line:1", {"at": "2026-01-01", "foo": ["\udce9"]}, False, "foo"),
        ("event:1", {"item": "\ud800"}, False, "item"),
        ("mention:1", {"link": "\ud800"}, False, "link"),
    ],
)
def test_what_cannot_be_stored_is_refused_before_it_is_written(ledger, id, fields, whole, name):
    with pytest.raises(InputError, match=f"{name} holds half a surrogate pair"):
        ledger.mend(id, fields, whole=whole)
    assert ledger.show(id).refusal.state == "open"


def test_escapes_in_a_field_that_nobody_reads_are_refused_too(workspace, ledger):
    run = workspace.ledger.begin("texts", "t.csv", "model")
    raw = json.dumps({"person": "ana", "text": "I like tea.", "note": "caf\udce9"})
    workspace.ledger.bad_line(run, BadLine("t.csv", 2, "not valid UTF-8", raw))
    with pytest.raises(InputError, match="note holds half a surrogate pair"):
        ledger.mend("line:2", {"at": "2026-01-01"})
    assert ledger.mend("line:2", {"at": "2026-01-01", "note": "café"}).refusal.state == "mended"


def put(workspace, graph, predicate, object):
    workspace.store.apply(Change(insert=(Quad(THING, predicate, object, graph),)))


def test_a_mention_is_not_linked_to_what_nobody_knows(workspace, ledger):
    bo = workspace.graphs.user(workspace.namer.person("bo"))
    put(workspace, bo, t.TYPE, t.CONCEPT)
    put(workspace, bo, t.PREF_LABEL, Literal("tea", language="en"))
    for link in (THING.value, "wd:Q6097", t.TYPE.value, workspace.vocabulary.stance("likes").iri.value):
        with pytest.raises(UnknownError, match="nothing is known of"):
            ledger.mend("mention:1", {"link": link})
    assert ledger.show("mention:1").refusal.state == "open"


@pytest.mark.parametrize(
    ("graph", "predicate", "object"),
    [
        ("world/wikidata", t.LABEL, Literal("tea", language="en")),
        ("catalogue", t.TYPE, t.ITEM),
        ("catalogue", t.PREF_LABEL, Literal("tea", language="en")),
        ("ontology", t.TYPE, t.SKOS_CONCEPT),
        ("user/ana", t.TYPE, t.CONCEPT),
        ("user/annie", t.TYPE, t.CONCEPT),
    ],
)
def test_a_mention_is_linked_to_what_somebody_knows(workspace, ledger, graph, predicate, object):
    annie, ana = workspace.namer.person("annie"), workspace.namer.person("ana")
    workspace.store.apply(Change(insert=(Quad(annie, t.MERGED_INTO, ana, workspace.graphs.links),)))
    put(workspace, NamedNode(workspace.graphs.base + graph), predicate, object)
    assert ledger.mend("mention:1", {"link": THING.value}).refusal.mended["link"] == THING.value
