"""What was refused is listed by id, reason, state and person."""

from datetime import UTC, datetime

import pytest
from pyoxigraph import NamedNode, Quad

from penchant.errors import InputError, UnknownError
from penchant.kg.mending import keep_mended, mark_replayed
from penchant.kg.proposal import BadLine, EventRecord, ItemRecord, Proposal, Reading, TextRecord, Window
from penchant.kg.refusals import Wanted, refusal, refusals
from penchant.kg.store import Change
from penchant.kg.stored_reading import as_fields, from_fields, reading_of, stored_text
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TEXT = "我喜欢恐怖片, but musicals bore me."


def reading(person="ana", text=TEXT, line=1):
    quote = text.index("musicals")
    return Reading(
        TextRecord(person, text, NOW, "texts.jsonl", line, id=f"{person}{line}", context="And you?"),
        (Window(0, len(text), "decoded", "raw reply"),),
        (Proposal("恐怖片", 3, 6, "likes", 0.9, 0.9), Proposal("musicals", quote, quote + 8, "adores", 0.9, 0.9)),
        ((Proposal("me", len(text) - 3, len(text) - 1, "likes", 0.5, 0.2), "too unsure"),),
    )


@pytest.fixture
def db(workspace):
    """The ledger of a workspace with two runs in which everything was refused that can be."""
    ledger = workspace.ledger
    one = ledger.begin("texts", "texts.jsonl", "model")
    failed = Reading(TextRecord("bo", "…", NOW, "texts.jsonl", 2), failed="the text has no letters")
    write_readings(workspace, one, "model", [reading(), failed])
    ledger.bad_line(one, BadLine("texts.jsonl", 3, "No time; expected a field 'at'", '{"person": "bo", "text": "x"}'))
    two = ledger.begin("events", "events.csv")
    ledger.reject(two, EventRecord("ana", "gone", "Like", NOW, None, "events.csv", 2), "unknown item 'gone'")
    ledger.reject(two, ItemRecord("i", "", source="events.csv", line=3), "no label")
    ledger.bad_line(two, BadLine("events.csv", 10, "has 2 fields where the header has 3", "cy,f1"))
    return ledger.connection


def ids(db, **wanted):
    return [one.id for one in refusals(db, Wanted(**wanted), None)]


ALL = ["mention:2", "mention:3", "text:2", "line:1", "event:1", "item:2", "line:2"]


def test_everything_is_listed_by_run_source_and_line(db):
    assert ids(db) == ALL
    assert [one.id for one in refusals(db, Wanted(), 2)] == ALL[:2]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"run": 2}, ALL[:4]),
        ({"run": 99}, []),
        ({"kind": "mention"}, ALL[:2]),
        ({"kind": "line", "run": 3}, ["line:2"]),
        ({"reason": "NO TIME"}, ["line:1"]),
        ({"reason": "%"}, []),
        ({"reason": "' OR 1=1 --"}, []),
        ({"people": ("ana",)}, ["mention:2", "mention:3", "event:1"]),
        ({"people": ("bo",)}, ["text:2", "line:1"]),
        ({"people": ("cy", "nobody")}, ["line:2"]),
        ({"states": ("mended", "replayed")}, []),
    ],
)
def test_chosen_by_run_kind_reason_and_person(db, wanted, found):
    assert ids(db, **wanted) == found


def test_a_refusal_says_all_that_belongs_to_it(db):
    mention = refusal(db, "mention:3")
    assert (mention.kind, mention.number, mention.person) == ("mention", 3, "ana")
    assert TEXT[mention.start : mention.end] == "me"
    assert (mention.reason, mention.raw) == ("abstained: too unsure", "me = likes")
    line = refusal(db, " line:2 ")
    assert (line.source, line.line, line.raw, line.state) == ("events.csv", 10, "cy,f1", "open")


@pytest.mark.parametrize(
    "id", ["", "line", "line:", "line:x", "line:-1", "run:1", "1", "line:1; DROP", "line:²", "x" * 99]
)
def test_what_is_no_id_is_told(db, id):
    with pytest.raises(InputError, match="is no id of a refusal"):
        refusal(db, id)


@pytest.mark.parametrize("id", ["line:99", "event:2", "item:1", "text:1", "mention:1"])
def test_what_was_not_refused_has_no_id(db, id):
    with pytest.raises(UnknownError, match="nothing that was refused"):
        refusal(db, id)


def test_words_that_are_no_text_are_told():
    with pytest.raises(InputError, match="is no text"):
        Wanted(reason="caf\udce9")


@pytest.mark.parametrize("wanted", [{"kind": "person"}, {"states": ("closed",)}])
def test_unknown_kinds_and_states_are_told(wanted):
    with pytest.raises(InputError, match="expected one of"):
        Wanted(**wanted)


@pytest.mark.parametrize("id", ["line:1", "event:1", "item:2", "text:2", "mention:2"])
def test_states_change_beside_the_original(workspace, db, id):
    before = refusal(db, id)
    keep_mended(workspace.ledger, before, {"b": "李", "a": 1})
    now = refusal(db, id)
    assert (now.state, now.mended, now.raw) == ("mended", {"a": 1, "b": "李"}, before.raw)
    assert id not in ids(db)
    assert ids(db, states=("mended",)) == [id]
    mark_replayed(workspace.ledger, [now], 3)
    assert (refusal(db, id).state, refusal(db, id).replayed) == ("replayed", 3)
    keep_mended(workspace.ledger, now, {})
    assert refusal(db, id).mended == {"a": 1, "b": "李"}


def test_what_was_refused_in_a_reading_that_another_has_replaced_waits_no_more(workspace, db):
    write_readings(workspace, workspace.ledger.begin("texts", "x", "newer"), "newer", [reading()])
    assert [one.id for one in refusals(db, Wanted(kind="mention"))] == ["mention:5", "mention:6"]
    assert refusal(db, "mention:2").past
    assert "mention:2" in ids(db, states=("open", "mended", "replayed"))


def test_a_person_is_found_under_all_their_identifiers(workspace, db):
    from penchant.kg.merges import identifiers

    namer, links = workspace.namer, workspace.graphs.links
    workspace.store.apply(Change(insert=(Quad(namer.person("bo"), t.MERGED_INTO, namer.person("ana"), links),)))
    people = tuple(
        workspace.ledger.called(iri) for iri in identifiers(workspace, namer.person("bo")) if isinstance(iri, NamedNode)
    )
    assert ids(db, people=people) == ["mention:2", "mention:3", "text:2", "line:1", "event:1"]


def test_a_reading_comes_out_of_the_ledger_as_it_went_in(workspace, db):
    text = stored_text(db, 1)
    again = reading_of(text, {})
    assert again.record == reading().record
    assert again.windows == reading().windows
    assert set(again.proposals) == set(reading().proposals)
    assert again.abstained == reading().abstained
    assert (text.extractor, text.superseded, text.status) == ("model", False, "read")


def test_a_mention_can_be_read_in_another_way(workspace, db):
    instead = Proposal("me", 8, 10, "likes", 0.5, 1.0, experience="Seen", beneficiary="me", at=NOW)
    assert from_fields(as_fields(instead)) == instead
    again = reading_of(stored_text(db, 1), {3: instead})
    assert again.abstained == ()
    assert instead in again.proposals
    assert len(again.proposals) == 3


def test_a_line_of_a_source_that_was_read_as_somebodys_is_theirs_unless_it_names_another(workspace, db):
    run = workspace.ledger.begin("texts", "diary.txt", "model", read_with={"person": "dee"})
    for line, raw in enumerate(("caf\\udce9s", '{"text": "x"}', '{"person": "ana", "text": "x"}'), start=1):
        workspace.ledger.bad_line(run, BadLine("diary.txt", line, "no time", raw))
    assert ids(db, people=("dee",)) == ["line:3", "line:4"]
    assert ids(db, people=("ana",)) == ["mention:2", "mention:3", "event:1", "line:5"]
    keep_mended(workspace.ledger, refusal(db, "line:1"), {"person": "dee", "text": "x"})
    assert ids(db, people=("dee",), states=("mended",)) == ["line:1"]
