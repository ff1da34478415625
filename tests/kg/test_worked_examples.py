"""The worked examples of docs/fusion.md, number for number."""

from datetime import UTC, datetime, timedelta

import pytest

from penchant.kg.catalogue import write_items
from penchant.kg.fusion import fuse
from penchant.kg.interests import evidence_of
from penchant.kg.literals import as_float
from penchant.kg.proposal import EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def shop(workspace):
    items = [
        ItemRecord("kettle", "Kettle"),
        ItemRecord("lost", "Lost"),
        ItemRecord("bike", "Bike"),
        ItemRecord("mag", "Mag"),
    ]
    write_items(workspace, workspace.ledger.begin("items", "x"), items)
    return workspace


def says(shop, text, *mentions, at=NOW):
    """One text; a mention is (quote, stance, intensity, more fields of the proposal)."""
    proposals = []
    for quote, stance, strength, more in mentions:
        start = text.index(quote)
        link = shop.namer.item(quote.split()[-1].lower()).value
        candidates = (LinkCandidate(link, quote, 1.0),)
        proposals.append(
            Proposal(quote, start, start + len(quote), stance, strength, 0.8, candidates, link, 1.0, **more)
        )
    record = TextRecord("ana", text, at, "x", 1)
    reading = Reading(record, (Window(0, len(text), "decoded", ""),), tuple(proposals))
    return write_readings(shop, shop.ledger.begin("texts", "x"), "m", [reading])


def interests(shop):
    """Facet → (shortcut or None, weight, confidence, conflict)."""
    ana = shop.namer.person("ana")
    graph = shop.graphs.user(ana)
    shortcuts = {q.predicate.value.partition("#")[2] for q in shop.store.quads(subject=ana, graph=graph)} - {"", "type"}
    found = {}
    for node in [q.subject for q in shop.store.quads(predicate=t.TYPE, object=t.INTEREST, graph=graph)]:
        values = {q.predicate: q.object for q in shop.store.quads(subject=node, graph=graph)}
        facet = values[t.HAS_FACET].value.partition("#")[2]
        found[facet] = tuple(as_float(values.get(p)) for p in (t.WEIGHT, t.CONFIDENCE, t.CONFLICT))
    return found, shortcuts


def test_bought_it_but_hated_it(shop):
    says(shop, "I bought the Kettle but hated it.", ("Kettle", "dislikes", 0.9, {"experience": "Buy"}))
    found, shortcuts = interests(shop)
    # Attitude: one sentence, q .8. Attention: Buy has intensity .8 and reliability .7.
    assert found == {
        "Attitude": pytest.approx((-0.9, 0.8 / 2.8, 0.0), abs=5e-5),
        "Attention": pytest.approx((0.8, 0.7 / 2.7, 0.0), abs=5e-5),
    }
    assert shortcuts == {"dislikes", "interestedIn"}


def test_loved_it_in_2019_now_bored(shop):
    text = "I loved Lost in 2019, now Lost bores me."
    then = datetime(2019, 7, 2, tzinfo=UTC)
    says(
        shop,
        text,
        ("Lost", "likes", 0.9, {"at": then}),
        ("now Lost", "dislikes", 0.6, {}),
    )
    # 2,526.5 days are 3.461 half-lives of 730 days: .8 counts .0726 still.
    old = 0.8 * 2 ** (-2526.5 / 730)
    weight = (0.9 * old - 0.6 * 0.8) / (old + 0.8)
    found, shortcuts = interests(shop)
    conflict = 1 - (0.8 - old) / (0.8 + old)
    assert found == {"Attitude": pytest.approx((weight, (old + 0.8) / (old + 2.8), conflict), abs=5e-5)}
    assert weight == pytest.approx(-0.475, abs=1e-3)
    assert shortcuts == {"dislikes"}
    # Looking back: in 2019 there was nothing but love.
    (back,) = fuse(evidence_of(shop, shop.namer.person("ana")), shop.vocabulary, as_of=then + timedelta(days=1))
    assert (back.stance, back.weight) == (t.LIKES_STANCE, pytest.approx(0.9))


def test_for_my_daughter(shop):
    written = says(shop, "I need a Bike for my daughter.", ("Bike", "wants", 0.8, {"beneficiary": "my daughter"}))
    assert interests(shop) == ({}, set())
    values = {q.predicate: q.object for q in written.change.insert}
    assert values[t.QUOTE].value == "Bike"
    (label,) = [q.object.value for q in written.change.insert if q.predicate == t.LABEL]
    assert label == "my daughter"


def test_says_he_loves_it_but_never_opens_it(shop):
    says(shop, "I love the Mag.", ("Mag", "likes", 0.9, {}))
    run = shop.ledger.begin("events", "x")
    days = [NOW - timedelta(days=n) for n in range(5)]
    records = [EventRecord("ana", "mag", "Skip", at, None, "x", n) for n, at in enumerate(days)]
    log_events(shop, run, records)
    write_engagements(shop, run, {"ana"})
    found, shortcuts = interests(shop)
    # Skipped in five sittings: Skip has intensity .3 and reliability .15, so q = 1 − .85⁵ = .556.
    skipped = 1 - 0.85**5
    weight = (0.8 * 0.9 - skipped * 0.3) / (0.8 + skipped)
    conflict = 1 - (0.8 - skipped) / (0.8 + skipped)
    total = 0.8 + skipped
    assert found == {"Attitude": pytest.approx((weight, total / (total + 2), conflict), abs=5e-5)}
    assert (weight, conflict) == (pytest.approx(0.408, abs=1e-3), pytest.approx(0.820, abs=1e-3))
    assert shortcuts == {"likes"}


def test_a_rating_counts_from_what_the_person_usually_gives(shop):
    run = shop.ledger.begin("items", "x")
    write_items(shop, run, [ItemRecord(f"f{n}", f"Film {n}") for n in range(5)])
    ratings = [5.0, 5.0, 4.0, 5.0, 3.0]
    records = [EventRecord("ana", f"f{n}", "Rate", NOW, value, "x", n) for n, value in enumerate(ratings)]
    log_events(shop, run, records)
    write_engagements(shop, run, {"ana"})
    rated = {e.about.value[-2:]: e.intensity for e in evidence_of(shop, shop.namer.person("ana"))}
    usual = (sum(ratings) + 4 * 3) / 9
    assert usual == pytest.approx(3.78, abs=5e-3)
    assert rated["f2"] == pytest.approx((4 - usual) / (5 - usual)) == pytest.approx(0.18, abs=5e-3)
    assert rated["f4"] == pytest.approx((3 - usual) / (usual - 1)) == pytest.approx(-0.28, abs=5e-3)
    assert rated["f0"] == 1.0
