from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from penchant.errors import QueryError, UnknownError
from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.derive import derivation_change
from penchant.kg.infer import MOST_GROUNDS, infer
from penchant.kg.interests import evidence_of
from penchant.kg.literals import as_float
from penchant.kg.proposal import EventRecord, ItemRecord
from penchant.kg.rules import parse_rule, rules
from penchant.kg.store import Change
from penchant.kg.write_events import log_events, write_engagements
from penchant.ontology import terms as t
from penchant.queries import loader

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIRECTOR, P279 = NamedNode(t.WDT + "P57"), NamedNode(t.WDT + "P279")


def c(name):
    return NamedNode(f"https://shop.example/c/{name}")


#: Concept → the films that have it, of twelve.
FILMS = {"heist": (0, 1, 2, 6), "film": range(12), "noir": (0, 1, 2, 7, 8, 9), "rain": (0, 1)}
MADE = {"vidal": (0, 1, 5), "kim": (2, 3)}


@pytest.fixture
def shop(workspace):
    """Twelve films and some kinds of music."""
    films = [
        ItemRecord(f"f{n}", f"Film {n}", concepts=tuple(c(name).value for name, of in FILMS.items() if n in of))
        for n in range(12)
    ]
    kinds = [ItemRecord(name, name, iri=c(name).value, type=t.CONCEPT.value) for name in ("jazz", "blues", "music")]
    write_items(workspace, workspace.ledger.begin("items", "x"), [*films, *kinds])
    facts = [(workspace.namer.item(f"f{n}"), DIRECTOR, c(name)) for name, of in MADE.items() for n in of]
    facts += [(c("jazz"), t.BROADER, c("music")), (c("blues"), P279, c("music")), (c("music"), P279, c("art"))]
    world = workspace.graphs.world("wikidata")
    workspace.store.apply(Change(insert=tuple(Quad(*fact, world) for fact in facts)))
    workspace.commit(workspace.ledger.begin("derive", "x"), derivation_change(workspace))
    return workspace


def does(workspace, person, kind, *things, day=0):
    run = workspace.ledger.begin("events", "x")
    at = DAY + timedelta(days=day)
    rows = [EventRecord(person, thing, kind, at, id=f"{person}{kind}{thing}{day}") for thing in things]
    assert log_events(workspace, run, rows).rejected == 0
    write_engagements(workspace, run)


def drawn(workspace, person="ana"):
    """(rule, thing) → confidence, time and grounds of the person's inferences."""
    graph = workspace.graphs.user(workspace.namer.person(person))
    nodes = {}
    for quad in workspace.store.dump(graph):
        nodes.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
    return {
        (node[t.HAS_RULE][0].value.rpartition("/")[2], node[t.ABOUT][0]): (
            as_float(node[t.CONFIDENCE][0]),
            node[t.OBSERVED_AT][0].value,
            {nodes[ground][t.ABOUT][0].value.rpartition("/")[2] for ground in node[t.WAS_DERIVED_FROM]},
        )
        for node in nodes.values()
        if t.INFERENCE in node.get(t.TYPE, [])
    }


def interests(workspace, thing, person="ana"):
    rows = workspace.store.rows("recommend/interests", {"person": workspace.namer.person(person)})
    return {
        row["stance"]: (as_float(row["weight"]), as_float(row["confidence"])) for row in rows if row["thing"] == thing
    }


def test_who_made_two_liked_films_is_inferred_and_a_disliked_one_takes_away(shop):
    does(shop, "ana", "Like", "f0")
    does(shop, "ana", "Like", "f1", "f3", day=10)
    does(shop, "ana", "Dislike", "f5", day=190)
    report = infer(shop)
    # Vidal: two for, one against: strength 1/3 of the rule's weight .4.  Kim made one film that she likes.
    assert drawn(shop) == {("shared_maker", c("vidal")): (0.1333, "2026-03-11T12:00:00Z", {"f0", "f1"})}
    assert (report.people, report.drawn) == (1, {"narrower_of": 0, "shared_concept": 0, "shared_maker": 1})
    # Seen from her newest evidence, 180 days later, an interest of the stance "interested" counts half.
    n = 0.1333 / 2
    assert interests(shop, c("vidal")) == {t.INTERESTED_STANCE: (0.6, pytest.approx(n / (n + 2), abs=1e-4))}
    assert check(shop) == []


def test_more_disliked_than_liked_concludes_nothing(shop):
    shop.store.apply(Change(insert=(Quad(shop.namer.item("f8"), DIRECTOR, c("vidal"), shop.graphs.world("wikidata")),)))
    does(shop, "ana", "Like", "f0", "f1")
    does(shop, "ana", "Dislike", "f5", "f8")
    assert infer(shop).drawn["shared_maker"] == 0


def test_a_concept_counts_if_its_lift_exceeds_two(shop):
    does(shop, "ana", "Like", "f0", "f1", "f2")
    infer(shop)
    found = drawn(shop)
    # heist: 3 of 3 liked, 4 of 12 films: lift 3, strength 1 − 1/3.  noir: 6 of 12, lift 2 is not above 2.
    # film: lift 1.  rain: two films only.
    assert {key for key in found if key[0] == "shared_concept"} == {("shared_concept", c("heist"))}
    assert found["shared_concept", c("heist")] == (0.2667, "2026-03-01T12:00:00Z", {"f0", "f1", "f2"})


def test_films_liked_without_the_concept_lower_its_lift(shop):
    does(shop, "ana", "Like", "f0", "f1", "f2", "f3", "f4")
    infer(shop)
    # heist: 3 of 5 liked, lift .6/(1/3) = 1.8
    assert [key for key in drawn(shop) if key[0] == "shared_concept"] == []


def test_what_is_one_step_broader_than_two_liked_concepts(shop):
    does(shop, "ana", "Like", c("jazz").value)
    assert infer(shop).drawn["narrower_of"] == 0
    does(shop, "ana", "Like", c("blues").value, day=1)
    infer(shop)
    assert drawn(shop) == {("narrower_of", c("music")): (0.3, "2026-03-02T12:00:00Z", {"jazz", "blues"})}
    assert interests(shop, c("music")) == {t.INTERESTED_STANCE: (0.5, pytest.approx(0.3 / 2.3, abs=1e-4))}


@pytest.mark.parametrize(("kind", "stance"), [("Dislike", t.DISLIKES_STANCE), ("View", t.INTERESTED_STANCE)])
@pytest.mark.parametrize("before", [True, False])
def test_nothing_is_inferred_of_what_the_person_has_shown_themselves(shop, kind, stance, before):
    does(shop, "ana", "Like", c("jazz").value, c("blues").value)
    if not before:
        infer(shop)
        assert len(drawn(shop)) == 1
    does(shop, "ana", kind, c("music").value, day=1)
    own = interests(shop, c("music"))[stance]
    infer(shop)
    assert drawn(shop) == {}
    assert interests(shop, c("music")) == {stance: own}
    assert check(shop) == []


def test_running_twice_changes_nothing(shop):
    does(shop, "ana", "Like", "f0", "f1", "f2", c("jazz").value, c("blues").value)
    does(shop, "bob", "Like", "f0", "f1")
    first = infer(shop)
    assert (first.people, first.removed) == (2, 0)
    assert first.added > 0
    before = sorted(map(str, shop.store.dump()))
    again = infer(shop)
    assert (again.drawn, again.added, again.removed) == (first.drawn, 0, 0)
    assert sorted(map(str, shop.store.dump())) == before
    assert derivation_change(shop).delete == ()


def test_new_evidence_elsewhere_keeps_what_was_inferred(shop):
    does(shop, "ana", "Like", c("jazz").value, c("blues").value)
    infer(shop)
    does(shop, "ana", "View", "f11")
    assert drawn(shop) != {}
    assert interests(shop, c("music")) == {t.INTERESTED_STANCE: (0.5, pytest.approx(0.3 / 2.3, abs=1e-4))}


def test_an_inference_goes_with_its_ground(shop):
    does(shop, "ana", "Like", "f0", "f1")
    infer(shop)
    assert set(drawn(shop)) == {("shared_maker", c("vidal"))}
    does(shop, "ana", "Dislike", "f1")  # as much for as against: neutral
    report = infer(shop)
    assert drawn(shop) == {}
    assert interests(shop, c("vidal")) == {}
    assert report.removed > 0
    assert check(shop) == []


def test_only_the_people_asked_for(shop):
    for person in ("ana", "bob"):
        does(shop, person, "Like", "f0", "f1")
    assert infer(shop, [shop.namer.person("bob")]).people == 1
    assert drawn(shop, "ana") == {}
    assert set(drawn(shop, "bob")) == {("shared_maker", c("vidal"))}


def test_the_strongest_grounds_are_named(shop):
    films = [f"f{n}" for n in range(6, 6 + MOST_GROUNDS + 1)]
    world = shop.graphs.world("wikidata")
    shop.store.apply(Change(insert=tuple(Quad(shop.namer.item(film), DIRECTOR, c("lee"), world) for film in films)))
    does(shop, "ana", "Like", *films)
    does(shop, "ana", "Watch", films[0])  # another facet: no ground of its own
    does(shop, "ana", "Like", *films[1:], day=1)  # said twice, and newer: surer
    infer(shop)
    confidence, _, grounds = drawn(shop)["shared_maker", c("lee")]
    assert (confidence, grounds) == (0.4, set(films[1:]))


def with_rule(monkeypatch, text):
    """Put ``rules/mine`` into the folder."""
    query = loader.parse("rules/mine", text)
    names, load = loader.names, loader.load
    monkeypatch.setattr(loader, "names", lambda under="": sorted([*names(under), query.name]))
    monkeypatch.setattr(loader, "load", lambda name: query if name == query.name else load(name))


HEAD = """# label@en: next
# label@zh: 下一个
# reason@en: {thing} follows {support}
# reason@zh: {thing}
# weight: 0.5
# intensity: 0.8
"""
NEXT = f"""PREFIX pen: <{t.PEN}>
SELECT ?about (COUNT(?i) AS ?support) (GROUP_CONCAT(STR(?i); separator=" ") AS ?grounds) {{
  ?i pen:holder $person ; pen:facet pen:Attitude ; pen:about ?thing . ?thing <urn:next> ?about
}} GROUP BY ?about"""


def test_no_guess_rests_on_a_guess(shop, monkeypatch):
    with_rule(monkeypatch, HEAD + "# stance: LikesStance\n" + NEXT)
    steps = [(c("jazz"), c("swing")), (c("swing"), c("bebop"))]
    links = tuple(Quad(a, NamedNode("urn:next"), b, shop.graphs.world("wikidata")) for a, b in steps)
    shop.store.apply(Change(insert=links))
    does(shop, "ana", "Like", c("jazz").value)
    for _ in range(3):
        infer(shop)
        assert set(drawn(shop)) == {("mine", c("swing"))}
        assert set(interests(shop, c("swing"))) == {t.LIKES_STANCE}


def test_a_rule_with_a_stance_that_is_not_in_force_is_refused(shop, monkeypatch):
    with_rule(monkeypatch, HEAD + "# stance: Adores\n" + NEXT)
    link = Quad(c("jazz"), NamedNode("urn:next"), c("swing"), shop.graphs.world("wikidata"))
    shop.store.apply(Change(insert=(link,)))
    does(shop, "ana", "Like", c("jazz").value)
    with pytest.raises(UnknownError, match="no stance 'Adores'"):
        infer(shop)
    assert drawn(shop) == {}


def test_a_rule_that_concludes_nothing_is_refused(shop, monkeypatch):
    with_rule(monkeypatch, HEAD + "SELECT ?item { $person ?p ?item }")
    does(shop, "ana", "View", "f0")
    with pytest.raises(QueryError, match=r"rules/mine: it concludes nothing; expected SELECT \?about"):
        infer(shop)


def test_stored_inferences_are_evidence_that_says_so(shop):
    does(shop, "ana", "Like", "f0", "f1")
    infer(shop)
    (found,) = (e for e in evidence_of(shop, shop.namer.person("ana")) if e.inferred)
    assert (found.about, found.facet, found.intensity, found.quality) == (c("vidal"), t.ATTENTION, 0.6, 0.4)
    assert (found.inferred, found.stance, found.half_life_days) == (True, t.INTERESTED_STANCE, 180.0)


def test_the_shipped_rules():
    assert [(rule.name, rule.weight, rule.stance, rule.intensity) for rule in rules()] == [
        ("narrower_of", 0.3, "InterestedStance", 0.5),
        ("shared_concept", 0.4, "InterestedStance", 0.6),
        ("shared_maker", 0.4, "InterestedStance", 0.6),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# label@zh: 下一个\n", "", "label@zh as 'nothing'"),
        ("{support}", "{count}", "reason@en as '{thing} follows {count}'"),
        ("{support}", "{", "expected text with {thing} and {support} only"),
        ("0.5", "much", "weight as 'much'; expected a number above 0"),
        ("0.5", "1", "no rule is certain"),
        ("0.8", "0", "intensity as '0'"),
        ("0.8", "1.5", "at most 1"),
    ],
)
def test_a_broken_header_is_refused(old, new, message):
    parse_rule(loader.parse("rules/mine", HEAD + NEXT))
    with pytest.raises(QueryError) as error:
        parse_rule(loader.parse("rules/mine", HEAD.replace(old, new) + NEXT))
    assert message in str(error.value)


PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def test_the_example_of_the_page_is_a_rule(shop, monkeypatch):
    text = PAGE.read_text(encoding="utf-8").split("```sparql\n")[1].split("```")[0]
    with_rule(monkeypatch, text)
    brand = NamedNode("https://w3id.org/penchant/goods#brand")
    facts = (Quad(shop.namer.item(f"f{n}"), brand, c("lumen"), shop.graphs.catalogue) for n in (10, 11))
    shop.store.apply(Change(insert=tuple(facts)))
    does(shop, "ana", "Save", "f10", "f11")
    infer(shop)
    assert drawn(shop) == {("mine", c("lumen")): (0.3, "2026-03-01T12:00:00Z", {"f10", "f11"})}


def test_the_page_has_the_numbers_of_the_rules():
    table = PAGE.read_text(encoding="utf-8").split("\n| Rule |")[1].split("\n\n")[0]
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    assert {(row[0], row[3], row[5]) for row in rows} == {(r.name, str(r.weight), str(r.intensity)) for r in rules()}
