"""An edited ontology takes effect, or changes nothing and says why."""

from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.errors import UnknownError
from penchant.extract.items import read_items
from penchant.kg.apply_ontology import apply_ontology, remove_module, undo_ontology
from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.derive import derivation_change
from penchant.kg.proposal import EventRecord, ItemRecord
from penchant.kg.store import Change
from penchant.kg.workspace import open_workspace
from penchant.kg.write_events import log_events, write_engagements
from penchant.ontology import terms as t
from penchant.ontology.modules import ontology_file

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SHOP = "https://shop.example/ontology#"


@pytest.fixture
def shop(workspace):
    items = [ItemRecord(f"f{i}", f"Film {i}") for i in range(3)]
    write_items(workspace, workspace.ledger.begin("items", "x"), items)
    workspace.store.apply(derivation_change(workspace))
    workspace.checkpoint()
    return workspace


def event(item="f0", kind="View", days=0, person="ana", value=None):
    return EventRecord(person, item, kind, NOW - timedelta(days=days), value, "file", 1, None)


def add_events(shop, *events):
    run = shop.ledger.begin("events", "x")
    logged = log_events(shop, run, events)
    write_engagements(shop, run)
    return logged.rejected


def add_items(shop, *records):
    return write_items(shop, shop.ledger.begin("items", "y"), records)


def interests(shop, person="ana"):
    """(thing, stance) → (weight, confidence)."""
    rows = shop.store.rows("recommend/interests", {"person": shop.namer.person(person)})
    return {
        (r["thing"].value, r["stance"].value.partition("#")[2]): (
            float(r["weight"].value),
            float(r["confidence"].value),
        )
        for r in rows
    }


def state(shop):
    """Everything stored, as text."""
    return sorted(map(str, shop.store.dump()))


def applied(shop, path):
    report = apply_ontology(shop, path)
    assert report.refusals == ()
    assert report.edition is not None
    return report


# A new behaviour kind


def test_a_new_kind_weighs_what_its_numbers_say(shop, edits):
    assert add_events(shop, event(kind="Gaze")) == 1  # unknown so far
    applied(shop, edits.edited(edits.GAZE))
    assert add_events(shop, event(kind="Gaze"), event(kind="View", days=90)) == 0
    # Gaze today: n = .4, i = .5.  View 90 days ago: n = .1 · 2^(−90/30) = .0125, i = .2.
    n, weight = 0.4 + 0.0125, (0.4 * 0.5 + 0.0125 * 0.2) / 0.4125
    found = interests(shop)[shop.namer.item("f0").value, "InterestedStance"]
    assert found == (round(weight, 4), round(n / (n + 2), 4))
    # 90 days later the gaze counts half: a view on that day is the newest evidence.
    add_events(shop, event(kind="View", days=-90, item="f1"))
    n = 0.4 * 0.5 + 0.1 * 2 ** (-180 / 30)
    assert interests(shop)[shop.namer.item("f0").value, "InterestedStance"][1] == round(n / (n + 2), 4)
    assert check(shop) == []


def test_changed_numbers_change_stored_interests_and_undo_restores_them(shop, edits):
    add_events(shop, event(days=30), event(item="f1"), event(item="f2", kind="Like"), event(person="bo"))
    before = state(shop)
    key = (shop.namer.item("f0").value, "InterestedStance")
    assert interests(shop)[key][1] == round(0.05 / 2.05, 4)  # .1 · 2^(−30/30)
    text = "pen:halfLifeDays 30.0 ;\n         pen:intensity 0.2 ;"
    path = edits.edited(change=(text, text.replace("30.0", "15.0")))
    report = applied(shop, path)
    assert [change.term.value.partition("#")[2] for change in report.comparison.changed] == ["View"]
    assert report.people == 2
    [touched] = report.touched
    assert (touched.triples, touched.interests, touched.people) == (3, 3, 2)
    assert interests(shop)[key][1] == round(0.025 / 2.025, 4)  # .1 · 2^(−30/15)
    assert check(shop) == []
    assert undo_ontology(shop).refusals == ()
    assert state(shop) == before
    with pytest.raises(UnknownError):
        undo_ontology(shop)


def test_applying_twice_or_a_mere_rewording_of_nothing_changes_nothing(shop, edits):
    path = edits.edited(edits.GAZE)
    applied(shop, path)
    before = state(shop)
    report = apply_ontology(shop, path)
    assert report.comparison.unchanged
    assert (report.edition, report.quads, state(shop)) == (None, 0, before)


def test_a_dry_run_says_what_would_be_done(shop, edits):
    add_events(shop, event())
    before = state(shop)
    text = "pen:halfLifeDays 30.0 ;\n         pen:intensity 0.2 ;"
    path = edits.edited(change=(text, text.replace("0.2", "0.6")))
    report = apply_ontology(shop, path, dry_run=True)
    assert (report.edition, report.people) == (None, 1)
    assert report.quads > 2
    assert state(shop) == before
    assert not list((shop.folder / "ontology").iterdir())


def test_it_is_still_in_force_when_the_workspace_is_opened_again(shop, edits):
    applied(shop, edits.edited(edits.GAZE))
    before = state(shop)
    shop.close()
    again = open_workspace(shop.folder)
    try:
        assert again.vocabulary.kind("Gaze").half_life_days == 90
        assert state(again) == before
    finally:
        again.close()
    shop.store, shop.ledger = (w := open_workspace(shop.folder)).store, w.ledger  # for the fixture to close


# A new item class


def coffee(id="c1", **properties):
    said = tuple((name, (value,)) for name, value in properties.items())
    return ItemRecord(id, f"Coffee {id}", type="Coffee", properties=said)


def test_a_new_item_class_brings_its_shape(shop, edits):
    assert add_items(shop, coffee(roastLevel="3")) == (0, 1)  # no such class yet
    applied(shop, edits.edited(edits.COFFEE))
    good = coffee("c1", **{"roast level": "3", "origin": "Ethiopia"})
    assert add_items(shop, good, coffee("c2"), coffee("c3", roastLevel="dark")) == (1, 2)
    reasons = [refusal.reason for refusal in shop.ledger.refusals()]
    assert any("roastLevel: minCount 1, found '0'" in reason for reason in reasons)
    assert any("roastLevel: datatype" in reason and "'dark'" in reason for reason in reasons)
    [level] = [q.object for q in shop.store.quads(predicate=NamedNode(SHOP + "roastLevel"))]
    assert level == Literal("3", datatype=NamedNode(t.XSD + "integer"))
    many = ItemRecord("c4", "Blend", type="Coffee", properties=(("roastLevel", ("3",)), ("origin", ("Peru", "Brazil"))))
    assert add_items(shop, many) == (0, 1)


def test_the_names_of_the_ontology_come_before_usual_words_for_concepts(shop, tmp_path):
    applied(shop, ontology_file("video"))
    path = tmp_path / "films.jsonl"
    path.write_text('{"id": "v1", "label": "Heat", "type": "Video", "genre": "heist film", "tags": "night"}')
    [item] = read_items(path, is_property=lambda name: shop.ontology.schema.property(name) is not None)
    assert (item.concepts, item.properties) == (("night",), (("genre", ("heist film",)),))
    assert add_items(shop, item) == (1, 0)
    [genre] = [q.object.value for q in shop.store.quads(predicate=NamedNode("https://w3id.org/penchant/video#genre"))]
    assert genre == "https://shop.example/concept/shop/heist-film"


def test_candidate_queries_find_items_by_the_new_property(shop, edits):
    applied(shop, edits.edited(edits.COFFEE))
    beans = [coffee(id, roastLevel="3", origin="Ethiopia") for id in ("c1", "c2")]
    add_items(shop, *beans, coffee("c3", roastLevel="3", origin="Peru"))
    shop.store.apply(derivation_change(shop))
    add_events(shop, event(item="c1", kind="Like"))
    found = {r["item"] for r in shop.store.rows("candidates/shared_concept", {"person": shop.namer.person("ana")})}
    assert shop.namer.item("c2") in found
    assert shop.namer.item("c3") not in found
    assert check(shop) == []


def test_stored_items_that_the_new_shape_refuses_stop_the_edit(shop, edits):
    applied(shop, edits.edited(edits.COFFEE))
    add_items(shop, coffee("c1", roastLevel="3"))
    before = state(shop)
    strict = edits.COFFEE.replace("shop:origin ; owl:maxCardinality", "shop:origin ; owl:cardinality")
    report = apply_ontology(shop, edits.edited(strict))
    assert report.edition is None
    assert report.refusals == (
        "stored item https://shop.example/item/c1 would be refused: origin: minCount 1, found '0'",
    )
    assert state(shop) == before


def test_a_renamed_class_takes_its_items_along(shop, edits):
    applied(shop, edits.edited(edits.COFFEE))
    add_items(shop, coffee("c1", roastLevel="3"))
    before = state(shop)
    renamed = edits.COFFEE.replace("shop:Coffee", "shop:Beans").replace(
        "shop:Beans a owl:Class ;", "shop:Beans a owl:Class ; dcterms:replaces shop:Coffee ;"
    )
    report = applied(shop, edits.edited(renamed))
    assert report.comparison.renames == {NamedNode(SHOP + "Coffee"): NamedNode(SHOP + "Beans")}
    classes = {q.object for q in shop.store.quads(subject=shop.namer.item("c1"), predicate=t.TYPE)}
    assert classes == {t.ITEM, NamedNode(SHOP + "Beans")}
    assert check(shop) == []
    assert undo_ontology(shop).refusals == ()
    assert state(shop) == before


def test_a_renamed_kind_still_reads_the_old_events(shop, edits):
    applied(shop, edits.edited(edits.GAZE))
    add_events(shop, event(kind="Gaze", days=1))
    stared = edits.GAZE.replace("shop:Gaze a", "shop:Stare dcterms:replaces shop:Gaze ; a")
    applied(shop, edits.edited(stared))
    [kind] = {q.object for q in shop.store.quads(predicate=t.KIND)}
    assert kind == NamedNode(SHOP + "Stare")
    before = state(shop)
    write_engagements(shop, shop.ledger.begin("events", "x"), {"ana"})
    assert state(shop) == before  # rebuilt from events that say "Gaze"
    assert add_events(shop, event(kind="Stare"), event(kind="Gaze", days=2)) == 0
    [count] = [q.object.value for q in shop.store.quads(predicate=t.COUNT)]
    assert count == "3"


def test_a_kind_that_is_renamed_twice_still_reads_the_oldest_events(shop, edits):
    applied(shop, edits.edited(edits.GAZE))
    add_events(shop, event(kind="Gaze", days=1))
    applied(shop, edits.edited(edits.GAZE.replace("shop:Gaze a", "shop:Stare dcterms:replaces shop:Gaze ; a")))
    applied(shop, edits.edited(edits.GAZE.replace("shop:Gaze a", "shop:Look dcterms:replaces shop:Stare ; a")))
    assert shop.vocabulary.kind("Gaze") == shop.vocabulary.kind("Look")
    assert {q.object.value for q in shop.store.quads(predicate=t.KIND)} == {SHOP + "Look"}


def test_a_property_that_comes_to_be_about_concepts_is_followed_at_once(shop, edits):
    applied(shop, edits.edited(edits.COFFEE.replace("rdfs:subPropertyOf pen:hasConcept ;", "")))
    add_items(shop, coffee("c1", roastLevel="3", origin="Ethiopia"))
    assert not list(shop.store.quads(predicate=t.HAS_CONCEPT))
    applied(shop, edits.edited(edits.COFFEE))
    [quad] = shop.store.quads(predicate=t.HAS_CONCEPT)
    assert quad.object.value == "https://shop.example/concept/shop/ethiopia"


# A new concept scheme


def test_items_name_the_concepts_of_a_scheme(shop, edits):
    applied(shop, edits.edited(edits.TASTES))
    add_items(
        shop, ItemRecord("c1", "Guji", concepts=("Hints of  berry",)), ItemRecord("c2", "Yirga", concepts=("莓果香",))
    )
    targets = {q.object for q in shop.store.quads(predicate=t.HAS_CONCEPT)}
    assert targets == {NamedNode(SHOP + "Berry")}
    shop.store.apply(derivation_change(shop))
    broader = {q.object for q in shop.store.quads(subject=NamedNode(SHOP + "Berry"), predicate=t.BROADER_TRANSITIVE)}
    assert broader == {NamedNode(SHOP + "Fruity")}
    assert check(shop) == []


def test_what_the_ontology_says_itself_is_taken_out_of_the_world(shop, edits):
    fruity = NamedNode(SHOP + "Fruity")
    double = Quad(fruity, t.PREF_LABEL, Literal("fruity", language="en"), shop.graphs.world("wikidata"))
    shop.store.apply(Change(insert=(double,)))
    applied(shop, edits.edited(edits.TASTES))
    assert {q.graph_name for q in shop.store.same_triple(double)} == {shop.graphs.ontology}
    assert check(shop) == []


def test_a_graph_that_says_something_else_than_the_edition_is_found(shop):
    quad = next(shop.store.dump(shop.graphs.ontology))
    shop.store.apply(Change(delete=(quad,)))
    [finding] = check(shop)
    assert (finding.rule, finding.found) == ("the graph holds the ontology in force", "0 quads too many, 1 missing")


# Broken edits


@pytest.mark.parametrize(
    ("more", "change", "without", "word"),
    [
        ("ex:Odd a owl:Class ; rdfs:subClassOf pen:Interest , pen:Person .", None, "", "unsatisfiable"),
        ("", ("pen:intensity 0.2 ;", 'pen:intensity "strong" ;'), "", "strong"),
        ("", ("pen:halfLifeDays 60.0 ;\n                pen:polarity 1", "pen:polarity 1"), "", "halfLifeDays"),
        ("", None, "https://w3id.org/penchant/ontology#View", "pen:View: 3 stored triples name it"),
        ("", None, "https://w3id.org/penchant/ontology#likes", "likes"),
    ],
    ids=["unsatisfiable class", "wrong datatype", "missing number", "removed kind in use", "removed term of the code"],
)
def test_a_broken_edit_changes_nothing_and_says_why(shop, edits, more, change, without, word):
    add_events(shop, event(), event(item="f1"), event(person="bo"))
    before = state(shop)
    path = edits.edited("@prefix ex: <https://ex.example/> .\n" + more, change=change, without=without)
    report = apply_ontology(shop, path)
    assert report.edition is None
    assert any(word in reason for reason in report.refusals), report.refusals
    assert state(shop) == before
    assert shop.ontology.number == 0
    assert not (shop.folder / "ontology").exists() or not list((shop.folder / "ontology").iterdir())


# Modules


def test_a_module_comes_and_goes(shop):
    before = state(shop)
    report = applied(shop, ontology_file("goods"))
    assert list(shop.ontology.files) == ["https://w3id.org/penchant/ontology", "https://w3id.org/penchant/goods"]
    assert report.comparison.removed == ()
    assert (shop.folder / "ontology" / "0001" / "w3id.org-penchant-goods.ttl").exists()
    assert remove_module(shop, "https://w3id.org/penchant/goods").refusals == ()
    assert state(shop) == before
    with pytest.raises(UnknownError):
        remove_module(shop, "https://w3id.org/penchant/goods")


def test_a_crash_between_ledger_and_store_is_carried_out_on_opening(shop, edits, monkeypatch):
    add_events(shop, event(days=30), event(item="f1"))
    shop.checkpoint()
    text = "pen:halfLifeDays 30.0 ;\n         pen:intensity 0.2 ;"
    path = edits.edited(change=(text, text.replace("30.0", "15.0")))

    class KilledError(Exception):
        pass

    def killed(change):
        raise KilledError

    apply = shop.store.apply
    monkeypatch.setattr(
        type(shop.store),
        "apply",
        lambda self, change: killed(change) if self is shop.store else apply.__func__(self, change),
    )
    with pytest.raises(KilledError):
        apply_ontology(shop, path)
    monkeypatch.undo()
    shop.store.close()
    shop.ledger.close()
    again = open_workspace(shop.folder)
    assert again.redone == 1
    assert again.ontology.number == 1
    assert interests(again)[again.namer.item("f0").value, "InterestedStance"][1] == round(0.025 / 2.025, 4)
    assert check(again) == []
    shop.store, shop.ledger = again.store, again.ledger  # for the fixture to close
