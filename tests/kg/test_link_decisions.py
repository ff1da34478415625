"""What a decision makes of what the linker said: which one counts, what is left, and nothing else touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pyoxigraph import NamedNode

from penchant.kg.check import check
from penchant.kg.decided_links import LEAST_SHARE, decide_mention, decide_reading
from penchant.kg.link_decisions import ACCEPT, REJECT, Decision, Decisions, key_of
from penchant.kg.proposal import (
    NAMES_NOTHING,
    Decided,
    LinkCandidate,
    Named,
    Proposal,
    Reading,
    Statement,
    TextRecord,
    Window,
)
from penchant.kg.relink import decide, undo
from penchant.kg.stored_reading import from_fields, stored_text
from penchant.kg.workspace import create
from penchant.kg.write_texts import write_readings
from penchant.ontology.terms import RELATIONS

ANA, BO = NamedNode("https://shop.example/u/ana"), NamedNode("https://shop.example/u/bo")
TEXT, OTHER = NamedNode("https://shop.example/text/1"), NamedNode("https://shop.example/text/2")
A, B, C = (f"https://shop.example/item/{name}" for name in "abc")
RANKED = (LinkCandidate(A, "Heat (1995)", 0.5), LinkCandidate(B, "Heat (1986)", 0.3), LinkCandidate(C, "Heat", 0.08))


def mention(words="Heat", link=A, confidence=0.5, candidates=RANKED, start=7, **more):
    return Proposal(words, start, start + len(words), "likes", 0.8, 0.9, candidates, link, confidence, **more)


def accept(thing, id=1, words="heat", **where):
    return Decision(id, ACCEPT, words, thing, "its name", **where)


def reject(thing=None, id=1, words="heat", **where):
    return Decision(id, REJECT, words, thing, **where)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A workspace that nothing is written to."""
    with create(tmp_path_factory.mktemp("house") / "data", base_iri="https://shop.example/", plain_ids=True) as made:
        yield made


def linked(workspace, *decisions, of=None, reason="", person=ANA, text=TEXT):
    return decide_mention(Decisions(workspace, decisions), person, text, of or mention(), reason)


@pytest.mark.parametrize(
    ("decisions", "link"),
    [
        ([], A),
        ([accept(B)], B),
        ([reject()], None),
        ([accept(B, 1), reject(None, 2)], None),
        ([reject(None, 1), accept(B, 2)], B),
        ([accept(B, 1), accept(C, 2)], C),
        ([accept(B, 2), accept(C, 1)], B),
        ([accept(B, 1, person=ANA), accept(C, 2)], B),
        ([accept(B, 1, text=TEXT, start=7), accept(C, 2, person=ANA), reject(None, 3)], B),
        ([accept(B, 1, person=BO)], A),
        ([accept(B, 1, text=TEXT, start=8)], A),
        ([accept(B, 1, text=OTHER, start=7)], A),
        ([accept(B, 1, words="heats")], A),
        ([accept(B, 1, words="The HEAT!")], B),
        ([reject(B)], A),
        ([reject(A)], B),
        ([reject(A, 1), reject(B, 2)], None),
        ([reject(A, 1), accept(A, 2)], A),
        ([accept(A, 1), reject(A, 2)], B),
        ([accept(A, 1), reject(A, 2, person=ANA)], B),
        ([reject(A, 1), accept(A, 2, person=ANA)], A),
    ],
)
def test_the_closest_and_newest_decision_counts(house, decisions, link):
    found, reason = linked(house, *decisions)
    assert (found.link, reason) == (link, "")
    assert found.link is None or found.link in {c.iri for c in found.candidates}


def test_a_decided_link_is_certain_and_keeps_what_the_linker_said(house):
    found, _ = linked(house, accept(B, 7))
    assert found.link_confidence == 1.0
    assert found.decided == Decided(7, A, 0.5, RANKED)
    assert found.candidates == RANKED
    new = "https://shop.example/item/new"
    found, _ = linked(house, accept(new, 7))
    assert found.candidates == (LinkCandidate(new, "its name", 1.0), *RANKED)
    assert linked(house, of=found) == (mention(), "")


def test_the_share_of_what_was_rejected_goes_to_the_rest(house):
    found, _ = linked(house, reject(A))
    assert (found.link, found.link_confidence) == (B, 0.6)
    less = (replace(RANKED[0], score=0.55), replace(RANKED[1], score=0.2))
    found, _ = linked(house, reject(A), of=mention(candidates=less))
    assert LEAST_SHARE == 0.5
    assert (found.link, found.link_confidence) == (None, round(1 - 0.2 / 0.45, 4))
    assert linked(house, reject(A), of=mention(candidates=RANKED[:1]))[0].link is None


def test_what_no_decision_speaks_of_is_the_very_same_object(house):
    own = mention()
    assert linked(house, accept(B, words="cold"), of=own)[0] is own
    once, _ = linked(house, accept(B, 3), of=own)
    assert linked(house, accept(B, 3), of=once)[0] is once
    record = TextRecord("ana", "I like Heat.", datetime(2026, 1, 1, tzinfo=UTC))
    reading = Reading(record, (), (own,), ((mention("it", None), "unsure"),))
    assert decide_reading(Decisions(house, [reject(C)]), ANA, TEXT, reading) is reading


def test_general_words_are_held_back_as_long_as_they_mean_nothing(house):
    it = mention("that movie", None, 1.0, ())
    found, reason = linked(house, accept(A, 1, "that movie"), of=it, reason=NAMES_NOTHING)
    assert (found.link, reason) == (A, "")
    assert linked(house, of=found) == (it, NAMES_NOTHING)
    found, reason = linked(house, reject(A, 1, "it"), of=mention("it", A, candidates=RANKED[:1]))
    assert (found.link, reason) == (None, NAMES_NOTHING)
    assert linked(house, of=found, reason=reason) == (mention("it", A, candidates=RANKED[:1]), "")
    assert linked(house, accept(B), reason="the model is not sure enough")[1] == "the model is not sure enough"


def test_what_stands_nowhere_in_the_text_means_nothing(house):
    nowhere = Proposal("Heat", 0, 0, "likes", 0.0, 0.0)
    assert linked(house, accept(B), of=nowhere, reason="not in the text") == (nowhere, "not in the text")


def test_a_mended_mention_yields_only_to_a_decision_about_itself(house):
    mended = mention(link=C, confidence=1.0, decided=Decided(None, C, 1.0, RANKED, mended=True))
    assert linked(house, accept(B), of=mended)[0] is mended
    assert linked(house, accept(B, person=ANA), of=mended)[0] is mended
    found, _ = linked(house, accept(B, text=TEXT, start=7), of=mended)
    assert found.link == B
    assert linked(house, accept(A, 9), of=found)[0] == mended


def test_words_that_are_only_signs_are_compared_as_they_are():
    assert key_of("???") == "???"
    assert key_of("The Café") == key_of("cafe")
    assert key_of("盗梦空间") == key_of("盗梦空间 ")
    assert key_of("Heat (1995)") != key_of("Heat (1986)")


# In a workspace


def write(workspace, *proposals, person="ana", text="I like Heat and it.", context=None, said=(), abstained=()):
    run = workspace.ledger.begin("texts", "file", "by hand")
    record = TextRecord(person, text, datetime(2026, 6, 1, tzinfo=UTC), "mail", 1, context=context)
    window = (Window(0, len(text), "decoded", ""),)
    written = write_readings(
        workspace, run, "by hand", [Reading(record, window, proposals, tuple(abstained), statements=tuple(said))]
    )
    return written.entries[0]


def everything(workspace):
    tables = ("texts", "mentions", "statements", "decided_mentions")
    rows = [
        row
        for table in tables
        for row in workspace.ledger.connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
    ]
    return sorted(str(quad) for quad in workspace.store.dump()), [r[1:] if len(r) == 6 else r for r in rows]


def test_what_a_word_points_at_is_what_is_decided(workspace):
    write(workspace, mention("it", None, 1.0, (), start=16, antecedent="heat"), context="Have you seen heat?")
    before = everything(workspace)
    done = decide(workspace, accept(A, words="HEAT", at="2026-06-02T00:00:00+00:00"))
    assert done.mentions == {"accepted": 1}
    assert stored_text(workspace.ledger.connection, 1).mentions[0].proposal.link == A
    assert check(workspace) == []
    undo(workspace, done.decision)
    assert everything(workspace) == before


def test_what_is_stated_of_a_thing_follows(workspace):
    said = Statement(next(iter(RELATIONS)), Named("Heat", 7, 11), Named("Mann", 15, 19), "Heat by Mann", 7, 19, 0.9)
    text = "I like Heat by Mann."
    write(workspace, text=text, said=[said])
    before = everything(workspace)
    done = decide(workspace, accept(A, words="heat", at="2026-06-02T00:00:00+00:00"))
    assert (done.statements, done.mentions, done.texts) == (1, {}, 1)
    (stated,) = stored_text(workspace.ledger.connection, 1).statements
    assert stated.subject.link == A
    assert stated.object.link is None
    assert any(A in str(quad) for quad in workspace.store.dump())
    assert check(workspace) == []
    undo(workspace, done.decision)
    assert everything(workspace) == before


def test_two_mentions_that_become_one_thing_are_merged_and_parted_again(workspace):
    text = "I like Heat and Collateral."
    write(
        workspace,
        mention(),
        mention("Collateral", None, 1.0, (), start=16),
        text=text,
    )
    before = everything(workspace)
    done = decide(workspace, accept(A, words="Collateral", at="2026-06-02T00:00:00+00:00"))
    assert done.mentions == {"merged": 1}
    fates = [m.status for m in stored_text(workspace.ledger.connection, 1).mentions]
    assert sorted(fates) == ["accepted", "merged"]
    assert workspace.ledger.unbalanced() == []
    undo(workspace, done.decision)
    assert everything(workspace) == before


def test_a_beneficiary_of_what_was_held_back_goes_with_it(workspace):
    text = "I like that movie for my daughter."
    held = mention("that movie", None, 1.0, (), beneficiary="my daughter")
    write(workspace, text=text, abstained=[(held, NAMES_NOTHING)])
    before = everything(workspace)
    done = decide(workspace, accept(A, words="that movie", at="2026-06-02T00:00:00+00:00"))
    assert done.mentions == {"accepted": 1}
    assert any("my daughter" in str(quad) for quad in workspace.store.dump())
    undo(workspace, done.decision)
    assert everything(workspace) == before


def test_a_concept_that_others_still_name_stays(workspace):
    write(workspace, mention("noir", None, 1.0, ()), text="I like noir so much.")
    write(workspace, mention("noir", None, 1.0, ()), text="I like noir a lot.")
    concept = workspace.namer.concept(ANA, "noir")
    first = next(iter(workspace.ledger.connection.execute("SELECT iri FROM texts ORDER BY id")))[0]
    here = accept(A, words="noir", text=NamedNode(first), start=7, at="2026-06-02T00:00:00+00:00")
    decide(workspace, here)
    assert list(workspace.store.quads(subject=concept))
    decide(workspace, accept(A, words="noir", at="2026-06-02T00:00:00+00:00"))
    assert not list(workspace.store.quads(subject=concept))
    assert check(workspace) == []


def test_mentions_kept_before_there_were_decisions_can_still_be_read():
    old = {"quote": "x", "start": 0, "end": 1, "stance": "likes", "intensity": 1, "confidence": 1, "candidates": []}
    assert from_fields({**old, "at": None}).decided is None
