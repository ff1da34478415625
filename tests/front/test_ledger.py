"""What was refused, on the command line: listed, shown, mended, tried again; and records that keep what they say."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penchant.extract.events import read_events
from penchant.extract.items import read_items
from penchant.extract.rows import Given, Row
from penchant.kg.ledger import raw_of
from penchant.kg.proposal import EventRecord, ItemRecord
from penchant.kg.rejected_records import as_source, record_of

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
