from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import NamedNode

from penchant.errors import ConsentError, InputError
from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.compact import is_due
from penchant.kg.consent import Consent, consent_of, demand, refuses, set_consent
from penchant.kg.interests import rewrite_interests
from penchant.kg.person_correct import correct
from penchant.kg.person_merge import merge, unmerge
from penchant.kg.proposal import EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.retention import expire
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t
from penchant.recommend.candidates import find
from penchant.recommend.paths import road
from penchant.recommend.reading import read_graph

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HORROR = t.WD + "Q200092"


@pytest.fixture
def shop(workspace):
    items = [ItemRecord(f"f{i}", f"Film {i}") for i in range(5)]
    write_items(workspace, workspace.ledger.begin("items", "x"), items)
    return workspace


def like(shop, person, *items, days=0):
    run = shop.ledger.begin("events", "file")
    rows = [EventRecord(person, item, "Like", NOW - timedelta(days=days)) for item in items]
    logged = log_events(shop, run, rows)
    write_engagements(shop, run, logged.people)
    return logged


def say(shop, person, text, quote, link=HORROR, days=0, **more):
    start = text.index(quote)
    candidates = (LinkCandidate(link, quote, 1.0),) if link else ()
    proposal = Proposal(quote, start, start + len(quote), "likes", 0.9, 0.9, candidates, link, 0.9, **more)
    record = TextRecord(person, text, NOW - timedelta(days=days), "file", 1)
    run = shop.ledger.begin("texts", "file", "by hand")
    write_readings(shop, run, "by hand", [Reading(record, (Window(0, len(text), "decoded", text),), (proposal,))])


def test_what_is_refused_and_for_how_long_is_kept_is_written_down_and_read_back(shop):
    ana = shop.namer.person("ana")
    like(shop, "ana", "f0")
    set_consent(shop, ana, [t.TRAINING, t.RECOMMENDATION], 30)
    assert consent_of(shop, ana) == Consent((t.RECOMMENDATION, t.TRAINING), 30)
    assert refuses(shop, ana, t.TRAINING)
    assert not refuses(shop, ana, t.EXTRACTION)
    assert check(shop) == []
    with pytest.raises(ConsentError, match="the person refuses this"):
        demand(shop, ana, t.RECOMMENDATION)
    demand(shop, ana, t.EXTRACTION)
    assert not set_consent(shop, ana, [t.TRAINING, t.RECOMMENDATION], 30)
    set_consent(shop, ana, [], None)
    assert consent_of(shop, ana) == Consent()
    with pytest.raises(InputError, match="1 day or more"):
        set_consent(shop, ana, [], 0)


def test_it_holds_for_all_identifiers_of_a_human_being_also_when_they_are_separated(shop):
    ana, work = shop.namer.person("ana"), shop.namer.person("ana@work")
    like(shop, "ana", "f0")
    like(shop, "ana@work", "f1")
    merge(shop, work, ana)
    set_consent(shop, ana, [t.TRAINING], 30)
    assert consent_of(shop, work) == Consent((t.TRAINING,), 30)
    unmerge(shop, work)
    assert consent_of(shop, work) == consent_of(shop, ana) == Consent((t.TRAINING,), 30)
    assert check(shop) == []


def test_somebody_who_refuses_extraction_leaves_no_event_behind(shop):
    ana = shop.namer.person("ana")
    set_consent(shop, ana, [t.EXTRACTION], None)
    assert like(shop, "ana", "f0").withheld == 1
    assert not list((shop.folder / "events").glob("*.parquet"))


def test_training_and_other_peoples_recommendations_rest_on_nobody_who_refuses(shop):
    ana, bo, work = (shop.namer.person(name) for name in ("ana", "bo", "ana@work"))
    like(shop, "ana", "f0", "f1", "f2")
    like(shop, "ana@work", "f4")
    like(shop, "bo", "f0", "f3")
    for n in range(6):
        like(shop, f"other {n}", "f0", "f1")
    film = [shop.namer.item(f"f{n}").value for n in range(5)]
    assert set(read_graph(shop.store).persons) >= {ana.value, bo.value}
    before = find(shop.store, bo)
    assert film[2] in before["similar_people"]
    assert before["popular"][film[0]] == 8
    assert road(shop.store, bo, film[0], film[1]).people == 7

    merge(shop, work, ana)
    set_consent(shop, ana, [t.TRAINING], None)
    assert bo.value in read_graph(shop.store).persons
    assert ana.value not in read_graph(shop.store).persons
    after = find(shop.store, bo)
    assert film[2] not in after["similar_people"]
    assert film[4] not in after["popular"]
    assert after["popular"][film[0]] == 7
    assert road(shop.store, bo, film[0], film[1]).people == 6
    assert find(shop.store, ana)["similar_people"]  # what others show may still serve them


def test_what_is_older_than_a_person_lets_it_be_kept_is_erased_and_interests_follow(shop):
    ana = shop.namer.person("ana")
    say(shop, "ana", "I love horror.", "horror", days=100)
    say(shop, "ana", "Gloomwood nights!", "Gloomwood nights", link=None, days=100)
    say(shop, "ana", "Film 3 was a fine one.", "Film 3", shop.namer.item("f3").value, days=90, experience="Watch")
    say(shop, "ana", "Horror again.", "Horror", days=1)
    like(shop, "ana", "f0", days=80)
    like(shop, "ana", "f1", days=2)
    like(shop, "ana", "nothing", days=80)
    correct(shop, ana, shop.namer.item("f2"), "likes", 1.0, NOW - timedelta(days=70))
    say(shop, "bo", "I love horror too.", "horror", days=100)
    others = sorted(map(str, shop.store.dump(shop.graphs.user(shop.namer.person("bo")))))
    assert expire(shop, now=NOW).people == 0  # nobody has set a limit
    set_consent(shop, ana, [], 30)
    report = expire(shop, now=NOW)
    assert (report.people, report.evidence, report.texts, report.events, report.rejected) == (1, 4, 3, 1, 1)
    assert report.rewritten
    assert not is_due(shop)
    likes = {q.object for q in shop.store.quads(subject=ana, predicate=t.LIKES)}
    assert likes == {NamedNode(HORROR), shop.namer.item("f1")}
    said = "".join(map(str, shop.store.dump(shop.graphs.user(ana))))
    assert "Gloomwood" not in said
    assert "Horror" in said
    assert not rewrite_interests(shop, ana).change
    assert sorted(map(str, shop.store.dump(shop.graphs.user(shop.namer.person("bo"))))) == others
    assert shop.ledger.account().imbalances() == []
    assert check(shop) == []
    assert expire(shop, now=NOW).people == 0  # once is enough
