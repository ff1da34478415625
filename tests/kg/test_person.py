import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.errors import InputError, UnknownError
from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.infer import infer
from penchant.kg.interests import rewrite_interests
from penchant.kg.person_bundle import write_bundle
from penchant.kg.person_correct import correct, disown, uncorrect
from penchant.kg.person_history import history
from penchant.kg.person_view import view
from penchant.kg.proposal import EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.store import Change
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HORROR = NamedNode(t.WD + "Q200092")


def say(workspace, text, quote, stance, link=HORROR, days=0, person="ana", **more):
    start = text.index(quote)
    candidates = (LinkCandidate(link.value, quote, 1.0),)
    intensity, confidence = more.pop("intensity", 0.9), more.pop("confidence", 0.8)
    proposal = Proposal(
        quote, start, start + len(quote), stance, intensity, confidence, candidates, link.value, 1.0, **more
    )
    run = workspace.ledger.begin("texts", "file", "by hand")
    record = TextRecord(person, text, NOW - timedelta(days=days), "mail", 1)
    write_readings(workspace, run, "by hand", [Reading(record, (Window(0, len(text), "decoded", ""),), (proposal,))])


def do(workspace, *events):
    run = workspace.ledger.begin("events", "file")
    write_engagements(workspace, run, log_events(workspace, run, events).people)


def event(item, kind, days=0.0, value=None, person="ana", **more):
    return EventRecord(person, item, kind, NOW - timedelta(days=days), value, "clicks", 1, **more)


@pytest.fixture
def shop(workspace):
    items = [ItemRecord(f"f{i}", f"Film {i}", concepts=("noir",)) for i in range(6)]
    items.append(ItemRecord("noir", "film noir", type="pen:Concept"))
    write_items(workspace, workspace.ledger.begin("items", "x"), items)
    workspace.store.apply(
        Change(
            insert=(Quad(HORROR, t.LABEL, Literal("horror film", language="en"), workspace.graphs.world("wikidata")),)
        )
    )
    return workspace


@pytest.fixture
def ana(shop):
    return shop.namer.person("ana")


def interest(known, about, facet=t.ATTITUDE):
    (found,) = [one for one in known.interests if one.about == about and one.facet == facet]
    return found


def test_numbers_are_those_that_are_stored_and_evidence_says_what_it_counts(shop, ana):
    """The worked example of docs/fusion.md."""
    say(shop, "I love horror.", "horror", "likes")
    say(shop, "Horror bores me a bit.", "Horror", "dislikes", days=730, intensity=0.5, confidence=0.6)
    (horror,) = view(shop, ana).interests
    assert (horror.stance, horror.weight, horror.confidence, horror.conflict) == (
        t.LIKES_STANCE,
        0.5182,
        0.3548,
        0.5455,
    )
    new, old = horror.evidence
    assert (new.sort, new.quote, new.source, new.intensity, new.counts) == ("said", "horror", "mail", 0.9, 0.8)
    assert (old.intensity, old.counts) == (-0.5, pytest.approx(0.3))


def test_behaviour_tells_sittings_ratings_what_is_usual_and_texts(shop, ana):
    do(shop, event("f0", "View", 2), event("f0", "View", 2.001), event("f0", "View", 1))
    do(shop, event("f1", "Rate", 3, 5.0), event("f2", "Rate", 2, 2.0))
    say(shop, "I have seen Film 3.", "Film 3", "likes", shop.namer.item("f3"), experience="Watch")
    known = view(shop, ana)
    (seen,) = interest(known, shop.namer.item("f0"), t.ATTENTION).evidence
    assert (seen.sort, seen.count, seen.sessions) == ("did", 3, 2)
    (rated,) = interest(known, shop.namer.item("f2")).evidence
    # usual = (5 + 2 + 4 · 3) / 6, on a scale from 1 to 5
    assert (rated.value, rated.usual, rated.scale) == (2.0, 3.1667, (1.0, 5.0))
    told = [p for one in known.interests for p in one.evidence if p.about == shop.namer.item("f3") and p.sort == "did"]
    assert [len(piece.told_in) for piece in told] == [1]


def test_wishes_for_others_are_listed_apart(shop, ana):
    text = "My daughter wants horror."
    say(shop, text, "horror", "wants", beneficiary="My daughter")
    known = view(shop, ana)
    assert known.interests == ()
    (wish,) = known.wishes
    assert (wish.words, wish.about, wish.stance, wish.quote) == ("My daughter", HORROR, t.WANTS_STANCE, "horror")


def test_as_of_a_moment_it_is_what_it_was_then(shop, ana):
    say(shop, "I love horror.", "horror", "likes", days=730)
    do(shop, event("f0", "View", 10), event("f0", "View", 0.5))
    before = sorted(map(str, shop.store.dump()))
    known = view(shop, ana, NOW - timedelta(days=9))
    assert interest(known, HORROR).confidence == pytest.approx(view(shop, ana).interests[0].confidence, abs=0.01)
    (seen,) = interest(known, shop.namer.item("f0"), t.ATTENTION).evidence
    assert (seen.count, seen.at) == (1, NOW - timedelta(days=10))
    assert view(shop, ana, NOW - timedelta(days=800)).interests == ()
    assert view(shop, ana, NOW) == view(shop, ana, NOW + timedelta(0))
    assert sorted(map(str, shop.store.dump())) == before


def test_today_seen_as_the_past_is_today(shop, ana):
    say(shop, "I love horror.", "horror", "likes", days=3)
    say(shop, "I have seen Film 3.", "Film 3", "likes", shop.namer.item("f3"), days=1, experience="Watch")
    do(shop, event("f0", "View", 2), event("f1", "Rate", 3, 5.0), event("f2", "Rate", 2, 2.0), event("f4", "Like", 2))
    do(shop, event("f4", "Like", 1, retracted=True))
    known = view(shop, ana)
    assert view(shop, ana, known.as_of) == known
    assert not [one for one in known.interests if one.about == shop.namer.item("f4")]
    for course in history(shop, ana):
        for point in course.points:
            then = interest(view(shop, ana, point.at), course.about, course.facet)
            assert (then.weight, then.confidence, then.conflict) == (point.weight, point.confidence, point.conflict)


def test_history_says_what_moved_an_interest(shop, ana):
    say(shop, "Horror bores me a bit.", "Horror", "dislikes", days=730, intensity=0.5, confidence=0.6)
    do(shop, event("f0", "View", 2), event("f0", "View", 1))
    say(shop, "I love horror.", "horror", "likes")
    seen, horror = sorted(history(shop, ana), key=lambda course: course.about.value, reverse=True)
    assert (horror.about, horror.facet) == (HORROR, t.ATTITUDE)
    first, last = horror.points
    assert (first.weight, first.confidence, first.stance) == (-0.5, 0.2308, t.DISLIKES_STANCE)
    assert (last.weight, last.confidence, last.conflict, last.stance) == (0.5182, 0.3548, 0.5455, t.LIKES_STANCE)
    assert [piece.quote for piece in last.moved_by] == ["horror"]
    assert [point.moved_by[0].count for point in seen.points] == [1, 2]
    assert history(shop, ana, HORROR) == [horror]


def test_a_correction_outranks_survives_and_is_taken_back(shop, ana):
    say(shop, "I love horror.", "horror", "likes", days=3)
    before = sorted(map(str, shop.store.dump()))
    correct(shop, ana, HORROR, "dislikes", 0.6, NOW)
    assert interest(view(shop, ana), HORROR).weight == -0.6
    say(shop, "Horror for ever!", "Horror", "likes")
    horror = interest(view(shop, ana), HORROR)
    assert (horror.weight, horror.confidence, horror.corrected) == (-0.6, 1.0, True)
    assert not rewrite_interests(shop, ana).change
    correct(shop, ana, HORROR, "dislikes", 0.3, NOW)
    assert interest(view(shop, ana), HORROR).weight == -0.3
    assert len(list(shop.store.quads(predicate=t.TYPE, object=t.CORRECTION))) == 1
    uncorrect(shop, ana, HORROR)
    assert interest(view(shop, ana), HORROR).weight > 0
    assert check(shop) == []
    with pytest.raises(InputError, match="no correction to take back"):
        uncorrect(shop, ana, HORROR)
    assert before


def test_undone_the_graph_is_what_it_was(shop, ana):
    say(shop, "I love horror.", "horror", "likes", days=3)
    do(shop, event("f0", "View", 2))
    before = sorted(map(str, shop.store.dump()))
    correct(shop, ana, HORROR, "dislikes")
    uncorrect(shop, ana, HORROR)
    assert sorted(map(str, shop.store.dump())) == before


def test_what_is_no_interest_has_no_shortcut_left_in_any_facet(shop, ana):
    film = shop.namer.item("f0")
    say(shop, "I want to see Film 0.", "Film 0", "wants", film)
    do(shop, event("f0", "View"), event("f0", "Like"))
    assert len([one for one in view(shop, ana).interests if one.about == film]) == 3
    disown(shop, ana, film)
    left = [one for one in view(shop, ana).interests if one.about == film]
    assert [(one.weight, one.corrected) for one in left] == [(0.0, True)] * 3
    assert not [q for q in shop.store.quads(subject=ana, object=film) if q.predicate in t.SHORTCUTS]
    assert check(shop) == []
    with pytest.raises(InputError, match="no interest to take back"):
        disown(shop, ana, HORROR)


def test_mistakes_in_a_correction_are_told(shop, ana):
    say(shop, "I love horror.", "horror", "likes")
    with pytest.raises(InputError, match="from 0 to 1"):
        correct(shop, ana, HORROR, "likes", 1.5)
    with pytest.raises(UnknownError):
        correct(shop, ana, HORROR, "adores")


def test_an_inference_says_what_it_was_drawn_from(shop, ana):
    items = [ItemRecord(f"g{i}", f"Plain {i}") for i in range(20)]
    write_items(shop, shop.ledger.begin("items", "x"), items)
    do(shop, *(event(f"f{i}", "Like") for i in range(4)))
    infer(shop, [ana])
    (noir,) = [one for one in view(shop, ana).interests if one.evidence[0].sort == "inferred"]
    (piece,) = noir.evidence
    assert piece.rule == shop.namer.rule("shared_concept")
    assert (piece.support, len(piece.grounds)) == (4, 4)


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_a_bundle_holds_everything_twice_the_same(shop, ana, tmp_path):
    say(shop, "I love horror, “all” of it.\nAnd more.", "horror", "likes")
    say(shop, "My daughter wants horror.", "horror", "wants", beneficiary="My daughter")
    say(shop, "He adores horror.", "horror", "adores")
    do(shop, event("f0", "View"), event("nothing", "View"), event("f0", "View", 1, person="bo"))
    bundle = write_bundle(shop, ana, tmp_path / "ana.zip")
    assert bundle.rows == {
        "interests.csv": 2,
        "evidence.csv": 3,
        "claims.csv": 0,
        "events.csv": 1,
        "texts.csv": 3,
        "refused.csv": 2,
    }
    again = write_bundle(shop, ana, tmp_path / "again.zip")
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (bundle.path, again.path)]
    assert digests[0] == digests[1]
    write_bundle(shop, ana, tmp_path / "folder")
    with zipfile.ZipFile(bundle.path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "folder").iterdir()} == files
    (horror,) = [row for row in rows(files["interests.csv"]) if row["thing"] == HORROR.value]
    assert (horror["name_en"], horror["facet"], horror["weight"]) == ("horror film", "Attitude", "0.9")
    assert [row["sort"] for row in rows(files["evidence.csv"])] == ["said", "did", "wish"]
    assert rows(files["evidence.csv"])[2]["for_whom"] == "My daughter"
    assert rows(files["texts.csv"])[0]["words"] == "I love horror, “all” of it.\nAnd more."
    assert {row["sort"] for row in rows(files["refused.csv"])} == {"event", "mention"}
    assert json.loads(files["consent.json"])["identifiers"] == ["ana"]
    graph = {quad.triple for quad in ox.parse(files["graph.jsonld"], format=ox.RdfFormat.JSON_LD)}
    assert {quad.triple for quad in shop.store.dump(shop.graphs.user(ana))} <= graph
    assert any(one.subject == t.LIKES_STANCE and one.predicate == t.DEFINITION for one in graph)
    columns = [line.split()[0].rstrip(",") for line in files["README.txt"].decode().splitlines() if line[:2] == "  "]
    assert set(rows(files["interests.csv"])[0]) <= set(columns)
    with pytest.raises(InputError, match="there already"):
        write_bundle(shop, ana, bundle.path)
    with pytest.raises(InputError, match="belongs to the workspace"):
        write_bundle(shop, ana, shop.folder / "store" / "bundle")


def test_somebody_without_anything_is_shown_as_such(shop):
    from penchant.kg.consent import set_consent

    dora = shop.namer.person("dora")
    set_consent(shop, dora, [t.EXTRACTION], None)
    known = view(shop, dora)
    assert (known.as_of, known.interests, known.wishes) == (None, (), ())
    assert known.consent.refused == (t.EXTRACTION,)
    assert history(shop, dora) == []
