from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import NamedNode

from penchant.errors import InputError
from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.infer import infer
from penchant.kg.interests import rewrite_interests
from penchant.kg.person_correct import correct
from penchant.kg.person_merge import merge, unmerge
from penchant.kg.person_view import view
from penchant.kg.proposal import EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t
from penchant.recommend.exclusions import excluded

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HORROR = t.WD + "Q200092"


def say(workspace, person, text, quote, stance, at=NOW):
    start = text.index(quote)
    proposal = Proposal(
        quote, start, start + len(quote), stance, 1.0, 1.0, (LinkCandidate(HORROR, quote, 1.0),), HORROR, 0.5
    )
    run = workspace.ledger.begin("texts", "file", "by hand")
    record = TextRecord(person, text, at, "file", 1)
    write_readings(workspace, run, "by hand", [Reading(record, (Window(0, len(text), "decoded", ""),), (proposal,))])


def do(workspace, *events):
    run = workspace.ledger.begin("events", "file")
    write_engagements(workspace, run, log_events(workspace, run, events).people)


@pytest.fixture
def two(workspace):
    """Ana likes horror; ana@work, who is the same, does not, and has bought a film."""
    items = [ItemRecord(f"f{i}", f"Film {i}") for i in range(3)]
    write_items(workspace, workspace.ledger.begin("items", "x"), items)
    say(workspace, "ana", "I love horror.", "horror", "likes")
    say(workspace, "ana@work", "Horror? Never.", "Horror", "dislikes")
    do(workspace, EventRecord("ana@work", "f0", "Buy", NOW))
    say(workspace, "bo", "Horror for me.", "Horror", "likes")
    return workspace


def people(workspace):
    return workspace.namer.person("ana"), workspace.namer.person("ana@work")


def everything(workspace):
    return sorted(str(quad) for quad in workspace.store.dump())


def test_interests_of_both_become_one_and_evidence_stays_where_it_is(two):
    ana, work = people(two)
    before = {q for q in two.store.dump(two.graphs.user(work)) if q.predicate in (t.QUOTE, t.KIND)}
    merge(two, work, ana)
    assert list(two.store.dump(two.graphs.links)) == list(
        two.store.quads(subject=work, predicate=t.MERGED_INTO, object=ana)
    )
    assert before <= set(two.store.dump(two.graphs.user(work)))
    assert not list(two.store.quads(predicate=t.TYPE, object=t.INTEREST, graph=two.graphs.user(work)))
    known = view(two, work)
    assert known.identifiers == ((ana, "ana"), (work, "ana@work"))
    (horror,) = [one for one in known.interests if one.about.value == HORROR]
    # n = .5 for and .5 against: weight 0, confidence 1/3, conflict 1
    assert (horror.weight, horror.confidence, horror.conflict) == (0.0, 0.3333, 1.0)
    assert {piece.holder for piece in horror.evidence} == {ana, work}
    assert check(two) == []


def test_undone_the_graph_is_what_it_was_to_the_byte(two):
    ana, work = people(two)
    before = everything(two)
    merge(two, work, ana)
    assert everything(two) != before
    unmerge(two, work)
    assert everything(two) == before
    assert check(two) == []


def test_chains_separate_link_by_link(two):
    ana, work = people(two)
    bo = two.namer.person("bo")
    alone = everything(two)
    merge(two, work, ana)
    merged = everything(two)
    merge(two, ana, bo)
    assert [iri for iri, _ in view(two, work).identifiers] == [bo, ana, work]
    unmerge(two, ana)
    assert everything(two) == merged
    unmerge(two, work)
    assert everything(two) == alone


def test_what_comes_in_later_counts_for_the_whole_person_and_goes_back_with_its_identifier(two):
    ana, work = people(two)
    merge(two, work, ana)
    do(two, EventRecord("ana@work", "f1", "Like", NOW + timedelta(days=1)))
    say(two, "ana@work", "More horror!", "horror", "likes", NOW + timedelta(days=2))
    assert {q.object for q in two.store.quads(subject=ana, predicate=t.LIKES)} >= {two.namer.item("f1")}
    assert not rewrite_interests(two, work).change
    unmerge(two, work)
    assert not list(two.store.quads(subject=ana, predicate=t.LIKES, object=two.namer.item("f1")))
    assert list(two.store.quads(subject=work, predicate=t.LIKES, object=two.namer.item("f1")))
    assert check(two) == []


def test_what_was_bought_under_the_other_identifier_is_known(two):
    ana, work = people(two)
    item = two.namer.item("f0").value
    assert excluded(two.store, ana).get(item) is None
    merge(two, work, ana)
    assert excluded(two.store, ana)[item] == "known"


def test_a_correction_holds_for_the_whole_person(two):
    ana, work = people(two)
    merge(two, work, ana)
    correct(two, work, two.namer.item("f0"), "dislikes", 0.7, NOW + timedelta(days=3))
    assert list(two.store.quads(subject=ana, predicate=t.DISLIKES, object=two.namer.item("f0")))
    assert check(two) == []


def test_what_rules_concluded_about_the_other_identifier_is_nothing_stated(two):
    ana, work = people(two)
    concept = ItemRecord("noir", "film noir", type="pen:Concept")
    films = [ItemRecord(f"n{i}", f"Noir {i}", concepts=("noir",)) for i in range(4)]
    write_items(two, two.ledger.begin("items", "x"), [concept, *films, *(ItemRecord(f"x{i}", "X") for i in range(20))])
    do(two, *(EventRecord("ana@work", f"n{i}", "Like", NOW) for i in range(4)))
    infer(two, [work])

    def stated(person):
        return {row["interest"] for row in two.store.rows("person/stated_interests", {"person": person})}

    noir = NamedNode("https://shop.example/concept/shop/noir")
    assert list(two.store.quads(subject=work, predicate=t.INTERESTED_IN, object=noir))
    assert two.namer.interest(work, noir, t.ATTENTION) not in stated(work)
    merge(two, work, ana)
    assert list(two.store.quads(subject=ana, predicate=t.INTERESTED_IN, object=noir))
    assert two.namer.interest(ana, noir, t.ATTENTION) not in stated(ana)
    assert len(stated(ana)) > 4


def test_mistakes_are_told(two):
    ana, work = people(two)
    with pytest.raises(InputError, match="merged into themselves"):
        merge(two, ana, ana)
    with pytest.raises(InputError, match="was merged into nobody"):
        unmerge(two, work)
    merge(two, work, ana)
    with pytest.raises(InputError, match="merged already"):
        merge(two, work, two.namer.person("bo"))
    with pytest.raises(InputError, match="one already"):
        merge(two, ana, work)
