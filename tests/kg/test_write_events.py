import random
from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import Literal

from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.interests import rewrite_interests
from penchant.kg.proposal import EventRecord, ItemRecord
from penchant.kg.write_events import log_events, write_engagements
from penchant.ontology import terms as t

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def shop(workspace):
    items = [ItemRecord(f"f{i}", f"Film {i}") for i in range(5)]
    write_items(workspace, workspace.ledger.begin("items", "x"), items)
    return workspace


def event(item="f0", kind="Like", days=0, value=None, person="ana", id=None):
    return EventRecord(person, item, kind, NOW - timedelta(days=days), value, "file", 1, id)


def add(shop, *events):
    run = shop.ledger.begin("events", "x")
    people, rejected = log_events(shop, run, events)
    return write_engagements(shop, run, people), rejected


def user_quads(shop):
    return {q for q in shop.store.dump() if q.graph_name.value.startswith(shop.graphs.users)}


def test_events_become_sums_and_interests(shop):
    add(shop, event(days=3), event(days=1), event(kind="Rate", value=1.0, item="f1"))
    rows = shop.store.rows("person/engagements", {"person": shop.namer.person("ana")})
    assert sorted((r["kind"].value.split("#")[1], r["count"].value, "first" in r) for r in rows) == [
        ("Like", "2", True),
        ("Rate", "1", False),
    ]
    likes = {q.object for q in shop.store.quads(predicate=t.LIKES)}
    dislikes = {q.object for q in shop.store.quads(predicate=t.DISLIKES)}
    assert (likes, dislikes) == ({shop.namer.item("f0")}, {shop.namer.item("f1")})
    assert check(shop) == []


def test_budget_of_an_engaged_item_with_its_interest_is_18_quads(shop):
    add(shop, event(kind="Like"), event(kind="View", item="f1"), event(kind="Rate", value=4.0, item="f2"))
    for item in ("f0", "f1", "f2"):
        iri = shop.namer.item(item)
        about = {q.subject for q in user_quads(shop) if q.object == iri}
        person = shop.namer.person("ana")
        quads = [q for q in user_quads(shop) if q.subject in about - {person} or (q.subject, q.object) == (person, iri)]
        assert 0 < len(quads) <= 18


def test_the_same_file_twice_changes_nothing(shop):
    events = [event(days=3), event(kind="View"), event("f1", "Rate", 2, 4.0)]
    add(shop, *events)
    before = user_quads(shop)
    assert add(shop, *events) == (0, 0)
    assert user_quads(shop) == before


def test_order_and_batches_do_not_matter(tmp_path):
    from penchant.kg.workspace import create

    random.seed(7)
    events = [
        event(f"f{i % 5}", kind, days=i, value=float(1 + i % 5) if kind == "Rate" else None, id=f"e{i}-{kind}")
        for i in range(12)
        for kind in ("View", "Like", "Rate", "Skip")
    ]
    graphs = []
    for number, chunks in enumerate((1, 3, 8)):
        with create(tmp_path / str(number), base_iri="https://shop.example/", plain_ids=True) as shop:
            write_items(shop, shop.ledger.begin("items", "x"), [ItemRecord(f"f{i}", f"F {i}") for i in range(5)])
            random.shuffle(events)
            for i in range(chunks):
                add(shop, *events[i::chunks])
            graphs.append(user_quads(shop))
            person = shop.namer.person("ana")
            assert not rewrite_interests(shop, person).change
    assert graphs[0] == graphs[1] == graphs[2]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (event("nowhere"), "unknown item 'nowhere'"),
        (event("x'> } DROP"), "unknown item"),
        (event(kind="Teleport"), "unknown kind 'Teleport'"),
        (event(kind="Rate"), "without a value"),
    ],
)
def test_events_that_cannot_be_used_are_kept_with_a_reason(shop, bad, reason):
    assert add(shop, bad, event()) == (18, 1)
    ((_, _, why, raw),) = shop.ledger.refusals()
    assert reason in why
    assert '"person": "ana"' in raw


def test_looking_an_item_up_by_its_id_does_not_scan_the_catalogue(shop):
    import time

    items = [ItemRecord(f"many{i}", f"Film {i}") for i in range(20_000)]
    write_items(shop, shop.ledger.begin("items", "x"), items)
    started = time.perf_counter()
    for i in range(100):
        assert shop.store.rows("catalogue/by_id", {"id": Literal(f"many{i}")})
    # A scan of 20,000 items takes 80 ms each time; a look-up 0.1 ms.
    assert time.perf_counter() - started < 2.0
