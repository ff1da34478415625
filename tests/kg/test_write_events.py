import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, Quad

from penchant.kg import write_events
from penchant.kg.catalogue import item_iri, write_items
from penchant.kg.check import check
from penchant.kg.interests import rewrite_interests
from penchant.kg.literals import integer
from penchant.kg.proposal import EventRecord, ItemRecord
from penchant.kg.records import person_quads
from penchant.kg.store import Change
from penchant.kg.workspace import create, open_workspace
from penchant.kg.write_events import Logged, log_events, rebuild, write_engagements
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
    logged = log_events(shop, run, events)
    return write_engagements(shop, run), logged.rejected


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
    (refusal,) = shop.ledger.refusals()
    assert reason in refusal.reason
    assert '"person": "ana"' in refusal.raw


def test_looking_an_item_up_by_its_id_does_not_scan_the_catalogue(shop):
    import time

    items = [ItemRecord(f"many{i}", f"Film {i}") for i in range(20_000)]
    write_items(shop, shop.ledger.begin("items", "x"), items)
    started = time.perf_counter()
    for i in range(100):
        assert shop.store.rows("catalogue/by_id", {"id": Literal(f"many{i}")})
        assert item_iri(shop, f"many{i}") == shop.namer.item(f"many{i}")
    # A scan of 20,000 items takes 80 ms each time; a look-up 0.1 ms.
    assert time.perf_counter() - started < 2.0


def state(shop):
    """Everything that is said of people, as bytes."""
    return sorted(map(str, user_quads(shop)))


def undo(item="f0", kind="Like", days=0, person="ana", id=None):
    return replace(event(item, kind, days, None, person, id), retracted=True)


def engaged(shop, person="ana"):
    """(item, kind) → (count, sessions)."""
    graph = shop.graphs.user(shop.namer.person(person))
    nodes = defaultdict(dict)
    for quad in shop.store.dump(graph):
        nodes[quad.subject][quad.predicate] = quad.object
    return {
        (n[t.ABOUT].value.rpartition("/")[2], n[t.KIND].value.rpartition("#")[2]): (
            int(n[t.COUNT].value),
            int(n.get(t.SESSIONS, n[t.COUNT]).value),
        )
        for n in nodes.values()
        if n.get(t.TYPE) == t.ENGAGEMENT
    }


def test_repeated_views_in_one_sitting_are_one_session(shop):
    add(shop, *(event(kind="View", days=d) for d in (3, 3 - 0.01, 1)))
    assert engaged(shop) == {("f0", "View"): (3, 2)}
    assert check(shop) == []


def test_what_is_taken_back_goes_with_its_interest(shop):
    add(shop, event(days=3), event("f1", days=2))
    both = state(shop)
    add(shop, undo(days=1))
    assert engaged(shop) == {("f1", "Like"): (1, 1)}
    assert [q.object for q in shop.store.quads(predicate=t.LIKES)] == [shop.namer.item("f1")]
    add(shop, undo("f1", days=1))
    assert state(shop) == [
        str(q) for q in person_quads(shop.namer.person("ana"), shop.graphs.user(shop.namer.person("ana")))
    ]
    add(shop, event(days=0), event("f1", days=0))
    assert engaged(shop) == {("f0", "Like"): (1, 1), ("f1", "Like"): (1, 1)}
    assert len(state(shop)) == len(both)


def test_an_undo_that_names_only_an_id(shop):
    add(shop, event(id="a1"), event("f1", id="a2"), undo("", "", id="a1"))
    assert engaged(shop) == {("f1", "Like"): (1, 1)}


def test_an_undo_by_another_name_of_the_item(shop):
    add(shop, event("f1", days=2), undo("https://shop.example/item/f1"))
    assert engaged(shop) == {}


def test_an_undo_of_nothing_that_is_named_is_rejected(shop):
    assert add(shop, undo("f0", ""))[1] == 1
    (refusal,) = shop.ledger.refusals()
    assert "takes back something that it does not name" in refusal.reason


def test_an_event_before_its_item_is_rejected_and_counts_once_the_item_is_there(shop):
    assert add(shop, event("new"), event("f0"))[1] == 1
    (refusal,) = shop.ledger.refusals()
    assert "unknown item 'new'" in refusal.reason
    write_items(shop, shop.ledger.begin("items", "x"), [ItemRecord("new", "New film")])
    assert add(shop, event("new"), event("f0"))[1] == 0
    assert engaged(shop) == {("new", "Like"): (1, 1), ("f0", "Like"): (1, 1)}


names = st.sampled_from(["f0", "f1", "https://shop.example/item/f1", "gone"])
some = st.builds(
    lambda person, item, kind, step, value, id, back: EventRecord(
        person,
        "" if back and id and step % 2 else item,
        "" if back and id and step % 2 else kind,
        NOW + timedelta(minutes=20 * step, milliseconds=step),
        value if kind == "Rate" and not back else None,
        "file",
        1,
        id,
        back,
    ),
    *(st.sampled_from(["ana", "ana", "bo"]), names, st.sampled_from(["View", "Rate", "Buy"]), st.integers(0, 8)),
    *(st.sampled_from([1.0, 4.0, 5.0]), st.sampled_from([None, None, "a", "b"]), st.sampled_from([False] * 3 + [True])),
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(some, min_size=1, max_size=12), st.randoms(), st.integers(1, 4))
def test_any_order_in_any_files_gives_the_same_graph(tmp_path_factory, rows, chance, parts):
    shuffled = [*rows, *rows[:3]]
    chance.shuffle(shuffled)
    graphs = []
    for order, number in ((rows, 1), (shuffled, parts)):
        with create(tmp_path_factory.mktemp("w") / "w", base_iri="https://shop.example/", plain_ids=True) as shop:
            write_items(shop, shop.ledger.begin("items", "x"), [ItemRecord(f"f{i}", f"F {i}") for i in range(2)])
            for part in range(number):
                add(shop, *order[part::number])
            graphs.append(state(shop))
            people = {shop.namer.person(id) for id in ("ana", "bo")}
            assert not any(rewrite.change for rewrite in rebuild(shop, people))
            assert len(list(shop.ledger.refusals())) == sum(r.item == "gone" for r in order)
    assert graphs[0] == graphs[1]


def test_events_that_were_logged_and_not_written_are_written_on_opening(tmp_path):
    folders = tmp_path / "killed", tmp_path / "whole"
    graphs = []
    for folder in folders:
        with create(folder, base_iri="https://shop.example/", plain_ids=True) as shop:
            write_items(shop, shop.ledger.begin("items", "x"), [ItemRecord(f"f{i}", f"F {i}") for i in range(2)])
            add(shop, event())
            run = shop.ledger.begin("events", "x")
            log_events(shop, run, [event("f1"), event(days=1), event("f1", person="bo"), undo("f1", person="bo")])
            if folder == folders[1]:
                write_engagements(shop, run)
        with open_workspace(folder) as shop:
            assert shop.ledger.stale_people() == []
            assert check(shop) == []
            graphs.append(state(shop))
    assert graphs[0] == graphs[1]
    assert len(graphs[0]) > 20


def test_people_named_stale_whose_rows_never_appeared_stay_as_they_are(tmp_path):
    with create(tmp_path / "w", base_iri="https://shop.example/", plain_ids=True) as shop:
        write_items(shop, shop.ledger.begin("items", "x"), [ItemRecord("f0", "F")])
        add(shop, event())
        before = state(shop)
        shop.ledger.stale(["ana", "nobody"])
    with open_workspace(tmp_path / "w") as shop:
        assert shop.ledger.stale_people() == []
        assert state(shop) == before


def test_all_identifiers_of_one_human_are_written_in_one_change(shop, monkeypatch):
    ana, bo = (shop.namer.person(id) for id in ("ana", "bo"))
    shop.store.apply(Change(insert=(Quad(bo, t.MERGED_INTO, ana, shop.graphs.links),)))
    monkeypatch.setattr(write_events, "QUADS_PER_CHANGE", 1)
    changes = []
    monkeypatch.setattr(
        shop.store, "apply", lambda change, real=shop.store.apply: (changes.append(change), real(change))
    )
    add(shop, event(kind="Rate", value=5.0), event(kind="Rate", value=1.0, person="bo"), event("f1", person="cy"))
    assert [len({q.graph_name for q in c.insert}) for c in changes] == [1, 2]
    holders = {q.object for q in shop.store.quads(predicate=t.HOLDER) if q.subject in interests(shop)}
    assert holders == {ana, shop.namer.person("cy")}
    add(shop, event("f2", person="bo"))
    assert len(interests(shop)) == 3
    assert not any(rewrite.change for rewrite in rebuild(shop, {ana, bo, shop.namer.person("cy")}))
    unheard_of = shop.namer.person("an identifier that no source has used")
    shop.store.apply(Change(insert=(Quad(unheard_of, t.MERGED_INTO, ana, shop.graphs.links),)))
    assert len(list(rebuild(shop, {ana, bo, shop.namer.person("cy"), unheard_of}))) == 2
    assert check(shop) == []


def interests(shop):
    return {q.subject for q in shop.store.quads(predicate=t.TYPE, object=t.INTEREST)}


def test_rebuild_mends_what_is_wrong_and_names_nobody_new(shop):
    add(shop, event(days=2), event("f1", "View"), event("f1", person="bo"))
    before = state(shop)
    ana = shop.namer.person("ana")
    wrong = [q for q in shop.store.dump(shop.graphs.user(ana)) if q.predicate in (t.COUNT, t.WEIGHT, t.LIKES)]
    shop.store.apply(Change(delete=tuple(wrong)))
    rewrites = list(rebuild(shop, {ana, shop.namer.person("bo"), shop.namer.person("nobody")}))
    assert [bool(r.change) for r in rewrites] == [True, False, False]
    shop.store.apply(rewrites[0].change)
    assert state(shop) == before


def test_many_idle_people_and_one_busy_one_make_equal_changes(shop, monkeypatch):
    monkeypatch.setattr(write_events, "QUADS_PER_CHANGE", 200)
    sizes = []
    real = shop.store.apply
    monkeypatch.setattr(shop.store, "apply", lambda change: (sizes.append(len(change.insert)), real(change)))
    busy = [event(f"f{i}", kind, person="busy") for i in range(5) for kind in ("View", "Like", "Buy")]
    add(shop, *busy, *(event(person=f"p{n:02}") for n in range(40)))
    assert sum(sizes) == len(user_quads(shop))
    assert all(200 <= size <= 250 for size in sizes[:-1])


def test_events_of_people_who_refuse_are_not_kept(shop):
    def says(id, predicate, object):
        person = shop.namer.person(id)
        graph = shop.graphs.user(person)
        shop.store.apply(Change(insert=(*person_quads(person, graph), Quad(person, predicate, object, graph))))

    add(shop, event(days=1, person="ana"), event(days=1, person="bo"))
    says("ana", t.REFUSES, t.EXTRACTION)
    says("bo", t.RETENTION_DAYS, integer(30))
    says("cy", t.REFUSES, t.TRAINING)
    now = datetime.now(UTC)
    rows = [
        EventRecord("ana", "f2", "Like", now),
        EventRecord("bo", "f2", "Like", now - timedelta(days=31)),
        EventRecord("bo", "f3", "Like", now - timedelta(days=29)),
        EventRecord("cy", "f2", "Like", now - timedelta(days=3000)),
        EventRecord("ana", "f0", "Like", now, retracted=True),
        EventRecord("ana", "nowhere", "Like", now),
    ]
    run = shop.ledger.begin("events", "x")
    assert log_events(shop, run, rows) == Logged(frozenset({"ana", "bo", "cy"}), rejected=0, withheld=3)
    write_engagements(shop, run)
    assert engaged(shop) == {}
    assert set(engaged(shop, "bo")) == {("f0", "Like"), ("f3", "Like")}
    assert set(engaged(shop, "cy")) == {("f2", "Like")}
    assert not list(shop.ledger.refusals())
