"""One engagement per person, item and kind, from rows of the log and from what texts tell."""

from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import NamedNode

from penchant.kg import event_log
from penchant.kg.catalogue import write_items
from penchant.kg.engagements import engagements, recorded
from penchant.kg.evidence import of_engagements, usual_rating
from penchant.kg.ledger_entries import Experience
from penchant.kg.proposal import EventRecord, ItemRecord

NOW = datetime(2026, 6, 1, 20, tzinfo=UTC)
TEXT = NamedNode("https://shop.example/text/1")


@pytest.fixture
def shop(workspace):
    films = [ItemRecord(f"f{n}", f"Film {n}") for n in range(9)]
    write_items(workspace, workspace.ledger.begin("items", "x"), films)
    return workspace


def done(shop, *rows, told=()):
    """(item, kind) → engagement of ana."""
    event_log.append(shop.folder / "events", [EventRecord("ana", *row) for row in rows])
    ana = shop.namer.person("ana")
    sums = dict(recorded(shop, ["ana"])).get("ana", [])
    found = engagements(shop, ana, sums, told)
    assert [e.iri.value for e in found] == sorted(e.iri.value for e in found)
    return {(e.about.value.rpartition("/")[2], e.kind.value.rpartition("#")[2]): e for e in found}


def test_the_worked_example_of_the_sittings(shop):
    def minute(n):
        return NOW + timedelta(minutes=n)

    rows = [*(("f7", "View", minute(n)) for n in (0, 10, 35, 80)), ("f8", "View", minute(55))]
    found = done(shop, *rows)
    assert (found["f7", "View"].count, found["f7", "View"].sessions) == (4, 1)
    taken_back = EventRecord("ana", "f8", "View", minute(55), retracted=True)
    event_log.append(shop.folder / "events", [taken_back])
    found = done(shop)
    assert set(found) == {("f7", "View")}
    assert (found["f7", "View"].count, found["f7", "View"].sessions) == (4, 2)


def test_names_of_one_item_are_one_engagement(shop):
    rows = [("f1", "View", NOW), ("https://shop.example/item/f1", "View", NOW + timedelta(days=1))]
    assert [(e.count, e.sessions) for e in done(shop, *rows).values()] == [(2, 2)]
    # The same moment under two names is one event.
    again = ("https://shop.example/item/f1", "View", NOW)
    assert [(e.count, e.sessions) for e in done(shop, again).values()] == [(2, 2)]


def test_what_is_no_item_any_more_is_left_out(shop):
    assert set(done(shop, ("f1", "View", NOW), ("gone", "View", NOW))) == {("f1", "View")}


def test_what_a_text_tells_is_one_event_in_a_sitting_of_its_own(shop):
    told = [Experience(TEXT, shop.namer.item("f1"), "Watch", NOW - timedelta(days=400))]
    rows = [("f1", "Watch", NOW), ("f1", "Watch", NOW + timedelta(minutes=5))]
    both = done(shop, *rows, told=told)["f1", "Watch"]
    assert (both.count, both.sessions, both.texts) == (3, 2, (TEXT,))
    assert (both.first, both.last) == (NOW - timedelta(days=400), NOW + timedelta(minutes=5))
    other = done(shop, told=[Experience(TEXT, shop.namer.item("f2"), "Own", NOW)])["f2", "Own"]
    assert (other.count, other.sessions, other.value) == (1, 1, None)


def test_times_are_kept_to_the_second_and_ratings_to_four_places(shop):
    found = done(shop, ("f1", "Rate", NOW + timedelta(microseconds=999_999), 10 / 3))["f1", "Rate"]
    assert (found.last, found.value) == (NOW, 3.3333)


def test_the_worked_example_of_the_ratings(shop):
    assert usual_rating([5, 5, 4, 5, 3], 1, 5) == pytest.approx(34 / 9)
    rows = [(f"f{n}", "Rate", NOW, value) for n, value in enumerate([5.0, 5.0, 4.0, 5.0, 3.0])]
    kind = shop.vocabulary.kind("Rate")
    found = {
        e.about.value[-2:]: e.intensity / kind.intensity
        for e in of_engagements(done(shop, *rows).values(), shop.vocabulary)
    }
    assert [round(found[f"f{n}"], 2) for n in (0, 2, 4)] == [1.0, 0.18, -0.28]
    alone = of_engagements([done(shop)["f2", "Rate"]], shop.vocabulary)
    assert alone[0].intensity / kind.intensity == pytest.approx(0.8 / 1.8)
