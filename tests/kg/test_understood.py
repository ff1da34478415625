"""What is understood beyond stance and link, in graph and ledger: antecedents, conditions, opinions, claims."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.backup import backup
from penchant.kg.check import check
from penchant.kg.consent import set_consent
from penchant.kg.forget import forget
from penchant.kg.interests import rewrite_interests
from penchant.kg.label_build import build
from penchant.kg.label_index import LabelIndex
from penchant.kg.person_bundle import write_bundle
from penchant.kg.person_correct import correct
from penchant.kg.person_view import view
from penchant.kg.proposal import LinkCandidate, Named, Proposal, Reading, Statement, TextRecord, Window
from penchant.kg.records import concept_quads
from penchant.kg.restore import restore
from penchant.kg.retention import expire
from penchant.kg.store import Change
from penchant.kg.stored_reading import as_fields, from_fields, reading_of, stored_text
from penchant.kg.workspace import open_workspace
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROMA = NamedNode(t.WD + "Q30899561")
CONTEXT = "Have you seen Roma by Cuarón?"


def point(link=ROMA, **more):
    candidates = (LinkCandidate(link.value, "Roma", 1.0),) if link else ()
    said = {"antecedent": "Roma", **more}
    return Proposal("it", 10, 12, "likes", 0.9, 0.8, candidates, link.value if link else None, 1.0, **said)


def write(workspace, *readings, extractor="model 1"):
    run = workspace.ledger.begin("texts", "file", extractor)
    return write_readings(workspace, run, extractor, readings).entries


def read(text="Yes, loved it.", *proposals, context=CONTEXT, person="ana", at=NOW, statements=(), id=None):
    record = TextRecord(person, text, at, "mail", 1, id, context)
    return Reading(record, (Window(0, len(text), "decoded", ""),), proposals, statements=statements)


def values(workspace, kind, predicate):
    nodes = [quad.subject for quad in workspace.store.quads(predicate=t.TYPE, object=kind)]
    return sorted(q.object.value for node in nodes for q in workspace.store.quads(subject=node, predicate=predicate))


POINTING = "Loved it: it is great."
WANT = "I want a camera under 100 euros, the zoom is superb."


def want(**more):
    said = {"condition": "under 100 euros", "aspect": "zoom", "opinion": "superb", "opinion_start": 45, **more}
    return Proposal("camera", 9, 15, "wants", 0.7, 0.9, **said)


STATED = "Coraline by Selick is a horror film."


def named(quote, link=None, sure=1.0):
    at = STATED.index(quote)
    return Named(quote, at, at + len(quote), link, sure)


def made(subject="Coraline", object="Selick", relation="made by", quote="Coraline by Selick", link=None, sure=0.9):
    at = STATED.index(quote)
    return Statement(relation, named(subject, link, 0.5), named(object), quote, at, at + len(quote), sure)


def kind():
    return made("Coraline", "horror film", "kind of", "Coraline by Selick is a horror film")


def test_an_observation_says_what_its_quote_points_at(workspace):
    write(workspace, read("Yes, I do it", point()))
    assert values(workspace, t.OBSERVATION, t.ANTECEDENT) == ["Roma"]
    assert values(workspace, t.OBSERVATION, t.QUOTE) == ["it"]
    assert values(workspace, t.OBSERVATION, t.ABOUT) == [ROMA.value]
    assert check(workspace) == []


def test_something_unknown_that_is_pointed_at_becomes_a_concept_of_its_own_name(workspace):
    write(workspace, read("Yes, I do it", point(None)))
    assert values(workspace, t.CONCEPT, t.PREF_LABEL) == ["Roma"]
    named_later = "I love roma."
    write(workspace, read(named_later, Proposal("roma", 7, 11, "likes", 0.9, 0.8), context=None))
    assert len(set(values(workspace, t.OBSERVATION, t.ABOUT))) == 1  # the name itself means the same


@pytest.mark.parametrize("context", [None, "", "Have you seen it?"])
def test_nothing_can_be_pointed_at_that_was_not_said(workspace, context):
    (entry,) = write(workspace, read("Yes, I do it", point(), context=context))
    (verdict,) = entry.verdicts
    assert (verdict.status, verdict.reason) == ("rejected", "'Roma' does not stand in what was said before")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"condition": "under 90 euros"}, "'under 90 euros' does not stand in the text"),
        ({"aspect": "lens"}, "'lens' does not stand in the text"),
        ({"opinion_start": 44}, "'superb' does not stand at 44 of the text"),
        ({"opinion": "bad"}, "'bad' does not stand at 45 of the text"),
    ],
)
def test_what_is_quoted_stands_in_the_text(workspace, wrong, reason):
    (entry,) = write(workspace, read(WANT, want(**wrong)))
    assert [(v.status, v.reason) for v in entry.verdicts] == [("rejected", reason)]


def test_conditions_aspects_and_opinions_stand_in_the_graph(workspace):
    write(workspace, read(WANT, want()))
    assert values(workspace, t.OBSERVATION, t.CONDITION) == ["under 100 euros"]
    assert values(workspace, t.OBSERVATION, t.ASPECT) == ["zoom"]
    (opinion,) = values(workspace, t.OBSERVATION, t.OPINION)
    (start,), (end,) = (values(workspace, t.OBSERVATION, one) for one in (t.OPINION_START, t.OPINION_END))
    assert WANT[int(start) : int(end)] == opinion == "superb"


def test_what_is_not_said_costs_no_quad(workspace):
    write(workspace, read("I want a camera", Proposal("camera", 9, 15, "wants", 0.7, 0.9)))
    new = {t.ANTECEDENT, t.CONDITION, t.ASPECT, t.OPINION, t.OPINION_START, t.OPINION_END}
    assert not [
        quad
        for quad in workspace.store.dump()
        if quad.predicate in new and quad.subject != t.OBSERVATION and quad.graph_name != workspace.graphs.ontology
    ]


def test_the_ledger_gives_the_reading_back_as_it_was(workspace):
    readings = [read("Yes, I do it", point()), read(WANT, want()), read(STATED, statements=(made(), kind()))]
    write(workspace, *readings)
    for n, reading in enumerate(readings, 1):
        assert reading_of(stored_text(workspace.ledger.connection, n), {}) == reading
    for proposal in (point(), want()):
        assert from_fields(json.loads(json.dumps(as_fields(proposal)))) == proposal
    without = {
        k: v for k, v in as_fields(want()).items() if k not in ("condition", "aspect", "opinion", "opinion_start")
    }
    assert from_fields({**without, "antecedent": ""}).condition == ""  # mended by an older program


def test_the_view_shows_what_was_understood(workspace):
    write(workspace, read("Yes, I do it", point()), read(WANT, want()))
    known = view(workspace, workspace.namer.person("ana"))
    pieces = {piece.quote: piece for one in known.interests for piece in one.evidence}
    assert pieces["it"].antecedent == "Roma"
    camera = pieces["camera"]
    assert (camera.condition, camera.aspect, camera.opinion) == ("under 100 euros", "zoom", "superb")


def test_a_statement_becomes_a_claim_of_its_person(workspace):
    (entry,) = write(workspace, read(STATED, statements=(made(), kind())))
    assert [v.status for v in entry.statements] == ["accepted", "accepted"]
    person = workspace.namer.person("ana")
    stated = {s.quote: s for s in view(workspace, person).stated}
    claim = stated["Coraline by Selick"]
    assert claim.relation == t.MADE_BY
    assert claim.subject == workspace.namer.concept(person, "Coraline")
    assert claim.object == workspace.namer.concept(person, "Selick")
    assert stated[STATED[:-1]].relation == t.KIND_OF
    assert values(workspace, t.CONCEPT, t.PREF_LABEL) == ["Coraline", "Selick", "horror film"]
    own = workspace.graphs.user(person)
    assert {q.graph_name for q in workspace.store.quads(predicate=t.HAS_RELATION)} == {own}
    assert view(workspace, person).interests == ()  # a claim says nothing of how somebody stands to it
    assert check(workspace) == []


def test_a_claim_costs_twelve_quads_and_two_for_each_thing_that_nobody_knows(workspace):
    before = set(workspace.store.dump())
    write(workspace, read(STATED, statements=(made(link=ROMA.value),)))
    new = {q for q in set(workspace.store.dump()) - before if q.object != t.PERSON}
    assert len(new) == 12 + 2 + 3  # and the text


def test_a_claim_is_as_sure_as_its_weaker_link(workspace):
    write(workspace, read(STATED, statements=(made(link=ROMA.value),)))
    (claim,) = view(workspace, workspace.namer.person("ana")).stated
    assert (claim.subject, claim.confidence) == (ROMA, 0.45)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (made(relation="near"), "'near' is no relation"),
        (made(object="Coraline"), "it relates a thing to itself"),
        (Statement("made by", named("Coraline"), Named("Selig", 12, 18), STATED[:18], 0, 18, 0.9), "'Selig' does not"),
        (made(sure=1.5), "confidence: maxInclusive"),
    ],
)
def test_what_is_no_statement_is_kept_with_its_reason(workspace, statement, reason):
    (entry,) = write(workspace, read(STATED, statements=(statement,)))
    (verdict,) = entry.statements
    assert verdict.status == "rejected"
    assert reason in verdict.reason
    assert view(workspace, workspace.namer.person("ana")).stated == ()
    rows = workspace.ledger.connection.execute("SELECT status, claim FROM statements").fetchall()
    assert rows == [("rejected", None)]


def test_what_is_stated_twice_in_one_text_is_one_claim(workspace):
    again = Statement("made by", named("Coraline"), named("Selick"), STATED[:18], 0, 18, 0.4)
    (entry,) = write(workspace, read(STATED, statements=(again, made())))
    assert sorted(v.status for v in entry.statements) == ["accepted", "merged"]
    assert len(view(workspace, workspace.namer.person("ana")).stated) == 1


def test_a_newer_reading_takes_the_place_of_claims(workspace):
    write(workspace, read(STATED, statements=(made(), kind()), id="1"))
    write(workspace, read(STATED, statements=(kind(),), id="1"), extractor="model 2")
    (claim,) = view(workspace, workspace.namer.person("ana")).stated
    assert claim.relation == t.KIND_OF
    before = {quad for quad in workspace.store.dump() if quad.predicate != t.WAS_GENERATED_BY}
    write(workspace, read(STATED, statements=(kind(),), id="1"), extractor="model 3")
    assert {quad for quad in workspace.store.dump() if quad.predicate != t.WAS_GENERATED_BY} == before


def test_claims_survive_corrections_backup_and_upgrades(workspace, tmp_path):
    write(workspace, read("Yes, I do it", point()), read(STATED, statements=(made(),)))
    person = workspace.namer.person("ana")
    correct(workspace, person, ROMA, "dislikes", 0.6, NOW)
    known = view(workspace, person)
    assert [claim.quote for claim in known.stated] == ["Coraline by Selick"]
    snapshot = backup(workspace, tmp_path / "kept")
    restore(snapshot, tmp_path / "again")
    with open_workspace(tmp_path / "again") as again:
        assert view(again, person) == known
        assert reading_of(stored_text(again.ledger.connection, 2), {}).statements == (made(),)


def test_the_bundle_tells_of_claims_and_of_what_was_understood(workspace, tmp_path):
    write(workspace, read("Yes, I do it", point()), read(WANT, want()), read(STATED, statements=(made(),)))
    bundle = write_bundle(workspace, workspace.namer.person("ana"), tmp_path / "out")
    assert bundle.rows["claims.csv"] == 1
    with (tmp_path / "out" / "claims.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["relation"], row["quote"]) == ("MadeBy", "Coraline by Selick")
    with (tmp_path / "out" / "evidence.csv").open(newline="") as file:
        rows = {row["quote"]: row for row in csv.DictReader(file)}
    assert rows["it"]["antecedent"] == "Roma"
    assert [rows["camera"][name] for name in ("aspect", "opinion", "condition")] == [
        "zoom",
        "superb",
        "under 100 euros",
    ]
    assert t.CLAIM.value in (tmp_path / "out" / "graph.jsonld").read_text()


def test_who_is_forgotten_leaves_no_claim(workspace):
    write(workspace, read(STATED, statements=(made(),)), read(STATED, statements=(kind(),), person="bo"))
    forget(workspace, [workspace.namer.person("ana")])
    assert len(list(workspace.store.quads(predicate=t.TYPE, object=t.CLAIM))) == 1
    assert workspace.ledger.connection.execute("SELECT count(*) FROM statements").fetchone() == (1,)
    assert len(view(workspace, workspace.namer.person("bo")).stated) == 1
    assert not [
        path for path in workspace.folder.rglob("*") if path.is_file() and b"Coraline by Selick</" in path.read_bytes()
    ]


def test_words_of_the_forgotten_are_pointed_at_no_more(workspace):
    said = "I rather watch Gloomwood Manor."
    quote = Proposal("Gloomwood Manor", 15, 30, "likes", 0.9, 0.8)
    write(workspace, read(said, quote, person="bo", context=None))
    write(workspace, read("Yes, I do it", point(antecedent="Gloomwood Manor"), context=said))
    forget(workspace, [workspace.namer.person("bo")])
    (text,) = (stored_text(workspace.ledger.connection, 2),)
    assert (text.record.context, text.mentions[0].proposal.antecedent) == (None, "")
    assert values(workspace, t.OBSERVATION, t.ANTECEDENT) == []
    assert not [p for p in workspace.folder.rglob("*") if p.is_file() and b"Gloomwood" in p.read_bytes()]


def test_what_was_kept_for_long_enough_goes_with_its_claims(workspace):
    person = workspace.namer.person("ana")
    write(workspace, read(STATED, statements=(made(),), at=NOW - timedelta(days=50)))
    write(workspace, read(STATED, statements=(kind(),), at=NOW))
    set_consent(workspace, person, (), 20)
    expire(workspace, person, NOW)
    assert [claim.relation for claim in view(workspace, person).stated] == [t.KIND_OF]
    assert values(workspace, t.CONCEPT, t.PREF_LABEL) == ["Coraline", "horror film"]


def test_the_index_of_names_never_sees_a_claim(workspace, tmp_path):
    write(workspace, read(STATED, statements=(made(),)))
    world = workspace.graphs.world("wikidata")
    workspace.store.apply(Change(insert=(Quad(ROMA, t.LABEL, Literal("Roma", language="en"), world),)))
    build(workspace.store, tmp_path / "labels.sqlite", workspace.graphs.base)
    index = LabelIndex.open(tmp_path / "labels.sqlite")
    assert index.exact("Roma")
    assert not index.exact("Coraline")
    assert not index.exact("Selick")


def test_interests_made_anew_are_the_same(workspace):
    write(workspace, read("Yes, I do it", point()), read(WANT, want()), read(STATED, statements=(made(),)))
    assert not rewrite_interests(workspace, workspace.namer.person("ana")).change


def test_a_concept_keeps_the_label_it_has(workspace):
    person = workspace.namer.person("ana")
    graph = workspace.graphs.user(person)
    label = concept_quads(workspace.namer.concept(person, "coraline"), "coraline", graph)
    workspace.store.apply(Change(insert=tuple(label)))
    write(workspace, read(STATED, statements=(made(),)))
    assert values(workspace, t.CONCEPT, t.PREF_LABEL) == ["Selick", "coraline"]
