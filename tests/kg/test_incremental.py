"""Whatever happens in whatever order, the stored interests are those that all evidence fuses to, byte for byte."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad

from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.fusion import fuse
from penchant.kg.interests import evidence_of, rewrite_interests
from penchant.kg.merges import whole_person
from penchant.kg.proposal import EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.records import Correction, interest_quads, person_quads
from penchant.kg.store import Change
from penchant.kg.workspace import create
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t
from penchant.ontology.behaviour import Vocabulary, read_vocabulary

START = datetime(2024, 1, 1, tzinfo=UTC)
ITEMS = [f"f{n}" for n in range(4)]
QUOTES = {f"film {n}": f"https://shop.example/item/f{n}" for n in range(4)} | {"own idea": None}
PEOPLE = ("ana", "bo")

moments = st.integers(0, 2_000).map(lambda days: START + timedelta(days=days, seconds=days * 7, microseconds=days))
unit = st.floats(0, 1)
mentions = st.tuples(
    st.sampled_from(sorted(QUOTES)),
    st.sampled_from(["likes", "dislikes", "wants", "interested", "neutral", ""]),
    *(unit, unit, unit),
    st.sampled_from(["", "", "Seen", "Own"]),
    st.sampled_from(["", "", "", "my son"]),
    st.none() | moments,
)
texts = st.tuples(
    st.just("text"),
    st.sampled_from(PEOPLE),
    st.integers(0, 3),
    moments,
    st.lists(mentions, max_size=3),
    st.integers(1, 3),
)
events = st.tuples(
    st.just("events"),
    st.lists(
        st.tuples(
            *(st.sampled_from(PEOPLE), st.sampled_from(ITEMS), st.sampled_from(["View", "Buy", "Rate", "Skip"])),
            *(moments, st.integers(1, 5)),
        ),
        max_size=4,
    ),
)
corrections = st.tuples(
    st.just("correct"),
    st.sampled_from(PEOPLE),
    st.sampled_from(ITEMS),
    st.sampled_from(["likes", "dislikes"]),
    unit,
    moments,
)
merges = st.tuples(st.just("merge"), st.booleans())
histories = st.lists(st.one_of(texts, texts, events, corrections, merges), min_size=1, max_size=8)
numbers = st.lists(st.floats(0.5, 2_000), min_size=30, max_size=30)


def write_text(w, person, number, at, said, model):
    text = "film 0, film 1, film 2, film 3, own idea, all for my son."
    proposals = []
    for quote, stance, strength, sure, link_sure, experience, beneficiary, when in said:
        link = QUOTES[quote]
        if not stance and not (experience and link):
            continue
        start = text.index(quote)
        candidates = (LinkCandidate(link, quote, 0.9),) if link else ()
        proposals.append(
            Proposal(
                *(quote, start, start + len(quote), stance, strength, sure, candidates, link, link_sure),
                *(experience, beneficiary, when),
            )
        )
    record = TextRecord(person, text, at, "t", 1, id=str(number))
    reading = Reading(record, (Window(0, len(text), "decoded", ""),), tuple(proposals))
    write_readings(w, w.ledger.begin("texts", "t"), f"model {model}", [reading])


def add_events(w, rows):
    run = w.ledger.begin("events", "e")
    records = [
        EventRecord(person, item, kind, at, float(value) if kind == "Rate" else None, "e", n)
        for n, (person, item, kind, at, value) in enumerate(rows, 1)
    ]
    log_events(w, run, records)
    write_engagements(w, run, {r.person for r in records})


def correct(w, id, item, stance, strength, at):
    person = w.namer.person(id)
    chosen = w.vocabulary.stance(stance)
    about = w.namer.item(item)
    iri = w.namer.correction(person, about, chosen.facet)
    row = Correction(iri, person, about, chosen.iri, strength, at)
    present = {q for q in w.store.dump(w.graphs.user(person)) if q.subject == iri}
    wanted = {*row.quads(w.graphs.user(person)), *person_quads(person, w.graphs.user(person))}
    w.store.apply(Change(tuple(present - wanted), tuple(wanted - present)))
    w.store.apply(rewrite_interests(w, person).change)


def merge(w, together):
    ana, bo = (w.namer.person(id) for id in PEOPLE)
    quad = Quad(bo, t.MERGED_INTO, ana, w.graphs.links)
    w.store.apply(Change(insert=(quad,)) if together else Change(delete=(quad,)))
    for person in (ana, bo):
        w.store.apply(rewrite_interests(w, person).change)


ACTIONS = {"text": write_text, "events": add_events, "correct": correct, "merge": merge}


def with_numbers(vocabulary, half_lives):
    """The vocabulary with other half-lives."""
    stances = {s.iri: replace(s, half_life_days=half_lives[n]) for n, s in enumerate(vocabulary.all_stances())}
    kinds = {k.iri: replace(k, half_life_days=half_lives[10 + n]) for n, k in enumerate(vocabulary.all_kinds())}
    return Vocabulary(
        {key: stances[s.iri] for key, s in vocabulary.stances.items()},
        {key: kinds[k.iri] for key, k in vocabulary.kinds.items()},
    )


def new(folder, half_lives):
    w = create(folder, base_iri="https://shop.example/", plain_ids=True)
    w.ontology.__dict__["vocabulary"] = with_numbers(read_vocabulary(), half_lives)
    write_items(w, w.ledger.begin("items", "i"), [ItemRecord(id, f"Film {id}") for id in ITEMS])
    return w


def interests(w):
    """Stored interests and shortcuts of everybody."""
    shortcuts = {t.LIKES, t.DISLIKES, t.WANTS, t.INTERESTED_IN}
    nodes = {q.subject for q in w.store.quads(predicate=t.TYPE, object=t.INTEREST)}
    return {q for q in w.store.dump() if q.subject in nodes or (q.predicate in shortcuts)} - set(
        w.store.dump(w.graphs.ontology)
    )


def from_scratch(w):
    """The same, worked out anew from the evidence alone."""
    found = set()
    for id in PEOPLE:
        person = w.namer.person(id)
        if whole_person(w, person) == person:
            for fused in fuse(evidence_of(w, person), w.vocabulary):
                iri = w.namer.interest(person, fused.about, fused.facet)
                found.update(interest_quads(iri, person, fused, w.vocabulary, w.graphs.user(person)))
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories, numbers)
def test_incremental_equals_rebuild(tmp_path_factory, history, half_lives):
    with new(tmp_path_factory.mktemp("h") / "w", half_lives) as w:
        for name, *arguments in history:
            ACTIONS[name](w, *arguments)
            assert interests(w) == from_scratch(w)
        assert check(w) == []


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(texts, min_size=2, max_size=6, unique_by=lambda x: (x[1], x[2])), events, numbers, st.randoms())
def test_order_does_not_matter(tmp_path_factory, some_texts, some_events, half_lives, random):
    actions = [*some_texts, some_events]
    shuffled = list(actions)
    random.shuffle(shuffled)
    graphs = []
    for order in (actions, shuffled):
        with new(tmp_path_factory.mktemp("h") / "w", half_lives) as w:
            for name, *arguments in order:
                ACTIONS[name](w, *arguments)
            graphs.append({q for q in w.store.dump() if q.predicate != t.WAS_GENERATED_BY})
    assert graphs[0] == graphs[1]


def test_merging_and_taking_it_back_restores_every_byte(tmp_path):
    with new(tmp_path / "w", [100.0] * 30) as w:
        write_text(w, "ana", 1, START, [("film 1", "likes", 0.9, 0.8, 1.0, "Seen", "", None)], 1)
        write_text(w, "bo", 1, START, [("film 1", "dislikes", 0.9, 0.8, 1.0, "", "", None)], 1)
        apart = set(w.store.dump())
        merge(w, True)
        (about,) = {q.object for q in interests(w) if q.predicate == t.ABOUT and q.subject in attitudes(w)}
        assert about == w.namer.item("f1")
        assert len(attitudes(w)) == 1
        (conflict,) = [q.object.value for q in interests(w) if q.predicate == t.CONFLICT and q.subject in attitudes(w)]
        assert float(conflict) == pytest.approx(1.0)
        merge(w, False)
        assert set(w.store.dump()) == apart


def attitudes(w):
    return {q.subject for q in interests(w) if q.predicate == t.HAS_FACET and q.object == t.ATTITUDE}
