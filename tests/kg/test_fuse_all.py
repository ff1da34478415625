"""Fusing anew finds and repairs what does not follow from the evidence, and only that."""

from datetime import UTC, datetime

import pytest

from penchant.kg.catalogue import write_items
from penchant.kg.fuse_all import FuseReport, fuse_all
from penchant.kg.proposal import EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.store import Change
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TEXT = "I have seen Alien."


@pytest.fixture
def shop(workspace):
    write_items(workspace, workspace.ledger.begin("items", "x"), [ItemRecord("f1", "Alien"), ItemRecord("f2", "Life")])
    run = workspace.ledger.begin("events", "x")
    log_events(workspace, run, [EventRecord(person, "f1", "Like", NOW) for person in ("ana", "bo")])
    write_engagements(workspace, run)
    return workspace


def told(shop, model, **more):
    link = shop.namer.item("f1").value
    seen = Proposal("Alien", 12, 17, "likes", 0.9, 0.9, (LinkCandidate(link, "Alien", 1.0),), link, 1.0, **more)
    record = TextRecord("ana", TEXT, NOW, "x", 1, id="t1")
    reading = Reading(record, (Window(0, len(TEXT), "decoded", ""),), (seen,))
    write_readings(shop, shop.ledger.begin("texts", "x", model), model, [reading])


def kinds(shop):
    graph = shop.graphs.user(shop.namer.person("ana"))
    return sorted(q.object.value.partition("#")[2] for q in shop.store.quads(predicate=t.KIND, graph=graph))


def test_what_is_wrong_is_counted_repaired_and_then_right(shop):
    assert fuse_all(shop, dry_run=True) == FuseReport(people=2, changed=0, added=0, removed=0)
    ana = shop.namer.person("ana")
    before = set(shop.store.dump())
    weights = list(shop.store.quads(predicate=t.WEIGHT, graph=shop.graphs.user(ana)))
    shop.store.apply(Change(delete=tuple(weights)))
    wrong = fuse_all(shop, dry_run=True)
    assert (wrong.people, wrong.changed, wrong.added) == (2, 1, 1)
    assert set(shop.store.dump()) != before
    assert fuse_all(shop, [ana]).changed == 1
    assert set(shop.store.dump()) == before


def test_behaviour_told_in_a_reading_that_was_superseded_counts_no_more(shop):
    told(shop, "model 1", experience="Seen")
    assert kinds(shop) == ["Like", "Seen"]
    told(shop, "model 2")
    run = shop.ledger.begin("events", "x")
    log_events(shop, run, [EventRecord("ana", "f2", "View", NOW)])
    write_engagements(shop, run)
    assert kinds(shop) == ["Like", "View"]
    assert shop.ledger.experiences("ana") == []
    assert fuse_all(shop, dry_run=True).changed == 0


def test_what_was_done_for_somebody_else_is_no_behaviour_of_the_writer(shop):
    told(shop, "model 1", experience="Seen", beneficiary="I")
    assert kinds(shop) == ["Like"]
