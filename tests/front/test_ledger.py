"""What was refused is looked at, mended and tried again: on the command line, and from Python with a known reader."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penchant.errors import InputError
from penchant.extract.events import read_events
from penchant.extract.items import read_items
from penchant.extract.rows import Given, Row
from penchant.kg.check import check
from penchant.kg.ledger import raw_of
from penchant.kg.proposal import EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.rejected_records import as_source, record_of
from penchant.kg.workspace import create, open_workspace
from penchant.kg.write_texts import write_readings
from penchant.ledger_door import LedgerDoor
from penchant.ledger_entry import Row as Made
from penchant.loaded import Loaded
from penchant.ontology import terms as t
from penchant.settings import ReadingSettings

ITEMS = "id,label,concepts\nf1,Alien,Horror\nf2,Airplane!,Comedy\nf3,,Horror\n"
EVENTS = """\
person,item,kind,at,rating
ana,f1,like,2026-01-01T00:00:00Z,
bo,f9,view,2026-01-02,
bo,f2,rate,soon,8
bo,f2,view
"""
TEXTS = """\
{"person": "ana", "text": "I love Alien.", "at": "2026-01-01"}
{"person": "ana", "text": "🔥🔥", "at": "2026-01-02"}
{"person": "ana", "text": "I like tea."
{"text": "I like tea.", "at": "2026-01-03"}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory, call):
    """A workspace in which files were read that are partly broken."""
    folder = tmp_path_factory.mktemp("ledger")
    for name, content in (("items.csv", ITEMS), ("events.csv", EVENTS), ("texts.jsonl", TEXTS)):
        (folder / name).write_text(content, encoding="utf-8")
    call(folder, "init", "--plain-ids")
    call(folder, "add", "items", "items.csv")
    call(folder, "add", "events", "events.csv", "--scale", "0:10")
    call(folder, *RULES, "add", "texts", "texts.jsonl")
    return folder


RULES = ("--model", "rules", "--no-encoder")


@pytest.fixture
def shop(made, tmp_path, run):
    """That workspace, to do with as one likes; whatever reads texts is the rule baseline."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)

    def called(*words, **more):
        return run(*RULES, *words, **more)

    return called


def test_what_was_refused_is_listed_with_ids(shop):
    listed = shop("ledger", "list").splitlines()
    assert [line.split("  ")[:2] for line in listed] == [
        ["line:1", "items.csv:4"],
        ["event:1", "events.csv:3"],
        ["line:2", "events.csv:4"],
        ["line:3", "events.csv:5"],
        ["text:2", "texts.jsonl:2"],
        ["line:4", "texts.jsonl:3"],
        ["line:5", "texts.jsonl:4"],
    ]
    assert [r["id"] for r in json.loads(shop("ledger", "list", "--kind", "line", "--run", "3", "--json"))] == [
        "line:2",
        "line:3",
    ]
    assert "line:5" in shop("ledger", "list", "--reason", "no PERSON")
    assert "There are more" in shop("ledger", "list", "--limit", "2")
    assert {r["id"] for r in json.loads(shop("ledger", "list", "--person", "bo", "--json"))} == {
        "event:1",
        "line:2",
        "line:3",
    }


def test_rows_of_tables_are_kept_with_the_names_of_their_fields(shop):
    kept = {r["id"]: r["raw"] for r in json.loads(shop("ledger", "list", "--json"))}
    assert json.loads(kept["line:1"]) == {"id": "f3", "label": "", "concepts": "Horror"}
    assert kept["line:3"] == "bo,f2,view"
    assert "(person, item, kind, at, rating)" in shop("ledger", "show", "line:3")


def test_mended_and_tried_again_everything_is_used(shop):
    shop("ledger", "mend", "line:1", "--set", "label=Life")
    shop("ledger", "mend", "event:1", "--set", "item=f3")
    shop("ledger", "mend", "line:2", "--set", "at=2026-01-04")
    record = {"person": "bo", "item": "f2", "kind": "view", "at": "2026-01-03"}
    shop("ledger", "mend", "line:3", "--record", json.dumps(record))
    shop("ledger", "mend", "text:2", "--set", "text=I like thrillers.")
    shop("ledger", "mend", "line:4", "--record", '{"person": "ana", "text": "I like tea."}')
    assert "mended    " in shop("ledger", "mend", "line:5", "--set", "person=bo")
    assert shop("ledger", "list") == ""
    said = shop("ledger", "replay", "--all")
    assert "7 tried again = 7 accepted" in said
    assert "line:1: accepted (run 5)" in said
    # the rating stood on the source's scale from 0 to 10
    rows = json.loads(shop("query", "person/engagements", "--set", "person=bo", "--json"))["results"]["bindings"]
    done = {(r["kind"]["value"].rpartition("#")[2], r["about"]["value"].rpartition("/")[2]) for r in rows}
    assert done == {("View", "f3"), ("View", "f2"), ("Rate", "f2")}
    assert next(r["value"]["value"] for r in rows if "value" in r) == "4.2"
    assert "replayed  run 6: used" in shop("ledger", "show", "line:2")
    assert "replayed  run 7: read text:" in shop("ledger", "show", "text:2")
    account = shop("ledger", "account")
    assert "events: 7 lines = 4 events + 1 rejected + 0 withheld + 2 bad lines" in account
    assert "items: 4 lines = 3 items + 0 rejected + 0 withheld + 1 bad lines" in account
    assert "texts: 7 lines = 5 texts + 2 bad lines" in account
    assert "It balances." in account
    assert "3 lines = 3 events + 0 rejected" in shop("ledger", "account", "--run", "6").replace("events: ", "")
    assert "sound" in shop("check")
    again = shop("ledger", "replay", "--all")
    assert "0 tried again" in again
    assert "skipped (run 5): tried again before" in shop("ledger", "replay", "line:1")
    assert len(shop("ledger", "runs").splitlines()) == 7


def test_what_nobody_has_changed_is_refused_as_before_and_leaves_no_trace(shop, made, tmp_path):
    before = shop("ledger", "runs"), shop("ledger", "list", "--state", "all", "--json")
    said = shop("ledger", "replay", "--all")
    assert "7 tried again = 7 unchanged" in said
    assert "text:2: unchanged: the text has no letters" in said
    assert (shop("ledger", "runs"), shop("ledger", "list", "--state", "all", "--json")) == before


def test_an_event_finds_an_item_that_has_come_since(shop, tmp_path):
    (tmp_path / "more.csv").write_text("id,label\nf9,Solaris\n")
    shop("add", "items", "more.csv")
    assert "event:1: accepted" in shop("ledger", "replay", "--reason", "unknown item")
    assert "f9" in shop("query", "person/engagements", "--set", "person=bo")


def test_what_is_refused_for_another_reason_waits_under_another_id(shop):
    shop("ledger", "mend", "event:1", "--set", "item=f8")
    assert "event:1: refused (run 5): unknown item 'f8'" in shop("ledger", "replay", "event:1")
    assert "run 5: refused event:2 unknown item 'f8'" in shop("ledger", "show", "event:1")
    assert [r["id"] for r in json.loads(shop("ledger", "list", "--kind", "event", "--json"))] == ["event:2"]
    shop("ledger", "mend", "event:2", "--set", "item=f2")
    assert "event:2: accepted" in shop("ledger", "replay", "event:2")
    assert "sound" in shop("check")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mend", "line:2", "--set", "at=2026-01-04", "--set", "rating=11"], "rating 11 is off the scale"),
        (["mend", "line:2", "--set", "kind=dance"], "would be refused again: unknown kind"),
        (["mend", "line:3", "--set", "kind=like"], "--record"),
        (["mend", "line:3", "--record", "{"], "not JSON"),
        (["mend", "line:3", "--record", "[]"], "not an object"),
        (["mend", "line:3", "--record", "{}"], "nothing is changed"),
        (["mend", "line:3", "--set", "kind"], "NAME=VALUE"),
        (["mend", "line:3"], "nothing says what to change"),
        (["mend", "line:3", "--set", "a=b", "--record", "{}"], "nothing says what to change"),
        (["mend", "text:2", "--set", "at=soon"], "is no time"),
        (["show", "line:99"], "nothing that was refused is called 'line:99'"),
        (["show", "x' OR 1"], "is no id of a refusal"),
        (["replay"], "nothing says what to try again"),
        (["replay", "text:99"], "nothing that was refused"),
        (["list", "--kind", "person"], "expected one of line"),
        (["list", "--state", "closed"], "expected one of open"),
    ],
)
def test_mistakes_get_a_sentence_and_status_2(shop, words, said):
    assert said in shop("ledger", *words, status=2)


def test_an_account_that_does_not_balance_ends_with_status_1(shop, tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "data" / "ledger.sqlite") as db:
        db.execute("DELETE FROM rejected")
    db.close()
    assert "It does not balance: 4 lines, but 1 events used, 0 rejected" in shop("ledger", "account", status=1)
    assert "run 3: breaks “the ledger balances”" in shop("check", status=1)


def test_options_of_the_source_are_used_again(run, tmp_path):
    (tmp_path / "notes.jsonl").write_text('{"text": "I like tea.", "at": "soon"}\n', encoding="utf-8")
    run("init", "--plain-ids")
    run(*RULES, "add", "texts", "notes.jsonl", "--person", '李 "四"')
    assert "read with" in run("ledger", "mend", "line:1", "--set", "at=2026-01-04")
    assert "1 accepted" in run(*RULES, "ledger", "replay", "--all")
    rows = json.loads(run("query", "person/observations", "--set", 'person=李 "四"', "--json"))
    assert len(rows["results"]["bindings"]) == 1


def test_a_line_of_a_megabyte_is_kept_whole_and_a_longer_one_says_that_it_is_cut(tmp_path):
    from penchant.extract.sources import read_texts

    lines = ["{" + "x" * 900_000, "{" + "y" * 1_500_000]
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    whole, cut = read_texts(tmp_path / "t.jsonl")
    assert whole.raw == lines[0]
    assert cut.raw == lines[1][:1_000_000]
    assert "kept: the first 1,000,000 of its 1,500,001 characters" in cut.reason


# Records that were rejected, as fields and back

NAME = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1, max_size=12).filter(str.strip)
PLAIN = st.from_regex(r"[a-z][a-z0-9 ]{0,8}[a-z]", fullmatch=True)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(
    st.builds(
        EventRecord,
        person=NAME,
        item=NAME,
        kind=st.sampled_from(["View", "Like", "Buy", "Seen"]),
        at=TIMES,
        source=st.just("events.csv"),
        line=st.integers(1, 10**6),
        id=st.none() | NAME,
        retracted=st.booleans(),
    )
)
@settings(max_examples=150, deadline=None)
def test_an_event_is_the_same_read_from_its_fields(event):
    assert record_of("event", raw_of(event)) == event
    (again,) = read_events(Given("events.csv", [Row(event.line, "", as_source(event))]))
    assert again == event


@given(
    st.builds(
        ItemRecord,
        id=NAME,
        label=PLAIN,
        type=st.none() | st.just("https://shop.example/Coffee"),
        concepts=st.lists(PLAIN, max_size=3, unique=True).map(tuple),
        alt_labels=st.lists(PLAIN, max_size=3, unique=True).map(tuple),
        lang=st.sampled_from(["en", "zh-Hans"]),
        available=st.booleans(),
        source=st.just("items.csv"),
        line=st.integers(1, 10**6),
        same_as=st.lists(st.sampled_from(["https://x.example/1", "https://x.example/2"]), unique=True).map(tuple),
        properties=st.sampled_from([(), (("roast level", ("3",)),), (("origin", ("Kenya", "Peru")),)]),
    )
)
@settings(max_examples=150, deadline=None)
def test_an_item_is_the_same_read_from_its_fields(item):
    assert record_of("item", raw_of(item)) == item
    (again,) = read_items(Given("items.csv", [Row(item.line, "", as_source(item))]))
    assert again == item


# Mentions and texts, with a reader whose answers are known

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
from test_ledger import door
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
