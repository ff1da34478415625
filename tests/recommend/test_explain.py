from __future__ import annotations

from datetime import timedelta

import pytest
from pyoxigraph import Literal, NamedNode

from penchant.errors import SettingError, UnknownError
from penchant.kg.literals import date_time
from penchant.ontology import terms
from penchant.recommend.explain import explain
from penchant.recommend.paths import Step, evidence, inferred
from penchant.recommend.rank import recommend
from penchant.recommend.reading import read_graph
from penchant.recommend.training import train

from .conftest import BASE, DIRECTOR, GENRE, GRAPHS, START, entity


def holds(town, step):
    return bool(list(town.store._store.quads_for_pattern(step.subject, step.predicate, step.object, None)))


def test_every_step_of_every_path_is_in_the_store(town, model):
    for using in (model, None):
        for n in range(20):
            person = town.person(f"p{n}")
            top = recommend(town.store, using, person, 5)
            for shown in top:
                explanation = explain(town.store, using, person, NamedNode(shown.item), ranking=top.ranking)
                assert explanation.steps
                assert all(holds(town, step) for step in explanation.steps)


def test_the_path_starts_at_the_largest_share_that_leads_on(town, model):
    person = town.person("p0")
    for shown in recommend(town.store, model, person, 5):
        explanation = explain(town.store, model, person, NamedNode(shown.item))
        shares = list(explanation.attribution.interests.items())
        assert shares[explanation.share_rank - 1] == (explanation.thing, explanation.share)
        assert explanation.attribution.total == pytest.approx(explanation.score, abs=1e-4)
        assert explanation.rank == [r.item for r in recommend(town.store, model, person, 5)].index(shown.item) + 1


def test_a_ranking_at_hand_gives_the_same_explanation(town, model):
    top = recommend(town.store, model, town.person("p0"), 5)
    for shown in top:
        item = NamedNode(shown.item)
        at_hand = explain(town.store, model, town.person("p0"), item, ranking=top.ranking)
        assert at_hand == explain(town.store, model, town.person("p0"), item)


def test_a_ranking_of_somebody_else_is_not_used(town, model):
    top = recommend(town.store, model, town.person("p0"), 5)
    found = explain(town.store, model, town.person("p1"), NamedNode(top[0].item), ranking=top.ranking)
    assert found.person == town.person("p1").value
    assert found == explain(town.store, model, town.person("p1"), NamedNode(top[0].item))


def test_ends_in_the_persons_own_words(town, model):
    observation = town.says("new", "likes", town.concept_of(1), "ghost stories", start=9)
    item = recommend(town.store, model, town.person("new"), 1)[0]
    found = explain(town.store, model, town.person("new"), NamedNode(item.item))
    assert found.evidence is not None
    assert (found.evidence.iri, found.evidence.quote) == (observation.value, "ghost stories")
    assert (found.evidence.start, found.evidence.end) == (9, 22)
    assert found.evidence.at.startswith("2026-03-01T")
    assert found.evidence.text is not None
    assert found.road is not None
    assert (found.road.kind, found.road.relation) == ("direct", GENRE.value)
    assert found.text("en") == (
        f"On 2026-03-01 you wrote “ghost stories” (likes: ghost story). {item.label} – genre – ghost story."
    )
    assert found.text("zh") == (
        f"您在 2026-03-01 写道“ghost stories”（喜欢：鬼故事）。“{item.label}”——类型——“鬼故事”。"
    )


def test_what_the_words_point_at_is_said(town, model):
    observation = town.says("new", "likes", town.concept_of(1), "it", start=9)
    graph = GRAPHS.user(town.person("new"))
    town.add(graph, (observation, terms.ANTECEDENT, Literal("ghost stories")))
    item = recommend(town.store, model, town.person("new"), 1)[0]
    found = explain(town.store, model, town.person("new"), NamedNode(item.item))
    assert found.evidence is not None
    assert (found.evidence.quote, found.evidence.antecedent) == ("it", "ghost stories")
    assert found.text("en").startswith("On 2026-03-01 you wrote “it”, meaning “ghost stories” (likes: ghost story).")
    assert found.text("zh").startswith("您在 2026-03-01 写道“it”，指“ghost stories”（喜欢：鬼故事）。")
    assert all(holds(town, step) for step in found.evidence.steps)


def test_words_come_before_newer_behaviour(town, model):
    town.says("new", "likes", entity(0), "the first one")
    town.does("new", "Watch", entity(0))
    found = explain(town.store, model, town.person("new"), entity(1))
    assert found.evidence is not None
    assert found.evidence.quote == "the first one"


def test_behaviour_is_the_evidence_where_there_are_no_words(town, model):
    town.does("new", "Watch", entity(0))
    found = explain(town.store, model, town.person("new"), entity(1))
    assert found.evidence is not None
    assert found.evidence.kind == terms.PEN + "Watch"
    assert found.text("en").startswith("Your last “watch” of Film 0 was on 2026-03-01.")
    assert found.text("zh").startswith("您在 2026-03-01 对“Film 0”有过“观看”。")


def test_two_items_are_tied_by_their_rarest_concept(town):
    town.does("new", "Watch", entity(0))
    found = explain(town.store, None, town.person("new"), entity(1))
    assert found.road is not None
    assert (found.road.kind, found.road.concept) == ("shared", town.concept_of(10).value)  # 4 films, the genre has 12
    assert found.road.relation == DIRECTOR.value
    assert [s.subject for s in found.road.steps] == [entity(0), entity(1)]


def test_own_words_follow_where_behaviour_weighs_more(town):
    town.does("new", "Watch", entity(0), confidence=0.9)
    said = town.says("new", "likes", town.concept_of(0), "ghost stories", confidence=0.05)
    found = explain(town.store, None, town.person("new"), entity(1))
    assert found.evidence is not None
    assert found.evidence.kind == terms.PEN + "Watch"
    assert found.words is not None
    assert (found.words.evidence.iri, found.words.evidence.quote) == (said.value, "ghost stories")
    assert found.words.share < found.share
    assert "you wrote “ghost stories”" in found.text("en")
    assert all(holds(town, step) for step in found.steps)


def test_a_broader_concept_leads_through_the_items_own(town, model):
    broad = entity(500)
    town.name(broad, "crime film")
    town.add(GRAPHS.world("wikidata"), (town.concept_of(0), terms.BROADER, broad))
    town.says("new", "likes", broad, "crime")
    town.says("p1", "likes", broad, "crime")
    model = train(read_graph(town.store), None)
    found = explain(town.store, model, town.person("new"), entity(6))
    if found.thing is not None:  # the model may have learned that nothing speaks for it
        assert found.road is not None
        assert found.road.kind == "related"
        assert all(holds(town, step) for step in found.steps)


def test_asking_again_finds_the_same(town, model):
    person = town.person("p0")
    item = NamedNode(recommend(town.store, model, person, 1)[0].item)
    found = explain(town.store, model, person, item)
    evidence, road = found.asked
    assert found.evidence is not None
    rows = town.store.rows(evidence.query, {k: NamedNode(v) for k, v in evidence.terms.items()})
    assert found.evidence.iri in {row["evidence"].value for row in rows}
    assert town.store.rows(road.query, {k: NamedNode(v) for k, v in road.terms.items()})


def test_an_item_that_is_left_out_says_why(town, model):
    town.says("p0", "dislikes", town.concept_of(12), "her films")
    found = explain(town.store, model, town.person("p0"), entity(9))
    assert (found.rank, found.excluded) == (None, "disliked concept")
    assert found.text("en").startswith("Film 9 is not recommended: it belongs to something you dislike.")
    assert found.text("zh").startswith("不会推荐“Film 9”：它属于您不喜欢的事物。")


def test_a_person_without_interests(town, model):
    found = explain(town.store, model, town.person("nobody"), entity(0))
    assert found.thing is None
    assert found.steps == ()
    assert found.text("en") == "Nothing that is known of you speaks for Film 0; it is liked by many."


def test_few_people_are_not_mentioned(town, model):
    """Where only people tie two things, they are named from five on, and never one by one."""
    lone = town.item(entity(800), "Lone film")
    for n in range(4):
        town.does(f"p{n}", "Like", lone)
    thing = town.item(entity(801), "Other film")
    for n in range(4):
        town.does(f"p{n}", "Like", thing)
    town.does("new", "Watch", thing)
    model = train(read_graph(town.store))
    four = explain(town.store, model, town.person("new"), lone)
    assert four.road is None
    town.does("p4", "Like", lone)
    town.does("p4", "Like", thing)
    five = explain(town.store, model, town.person("new"), lone)
    assert five.road is not None
    assert (five.road.kind, five.road.people) == ("people", 5)
    assert five.text("en").endswith("5 other people care about both Other film and Lone film.")


def test_what_is_disliked_speaks_by_being_unlike(town, model):
    """A person with one dislike only: what speaks for an item is its distance."""
    town.says("new", "dislikes", town.concept_of(1), "ghost stories")
    shown = [r for r in recommend(town.store, model, town.person("new"), 20) if r.shares]
    found = explain(town.store, model, town.person("new"), NamedNode(shown[0].item))
    assert (found.thing, found.liked, found.road) == (town.concept_of(1).value, False, None)
    assert found.text("en") == (
        f"On 2026-03-01 you wrote “ghost stories” (dislikes: ghost story). "
        f"The model places {shown[0].label} far from ghost story."
    )


def test_the_evidence_is_of_the_same_sign(town, model):
    """Newer words against a thing are no reason to recommend something like it."""
    town.says("new", "interested", entity(0), "still watching it", confidence=0.6)
    town.says("new", "dislikes", entity(0), "that ending", confidence=0.1)
    found = explain(town.store, model, town.person("new"), entity(1))
    assert found.evidence is not None
    assert (found.thing, found.evidence.quote) == (entity(0).value, "still watching it")


def infer_director(town):
    """Eva likes three films of one director, so the rule shared_maker infers the director; and one of another's."""
    person, director = town.person("eva"), town.concept_of(10)
    for film in (0, 1, 3, 4):
        town.does("eva", "Like", entity(film))
    grounds = [NamedNode(f"{BASE}interest/eva-Q{film}-likes") for film in (0, 1, 3)]
    drawn = NamedNode(f"{BASE}inference/1")
    town._interest(person, "interested", director, 0.6, drawn, 0.9)
    town.add(
        GRAPHS.user(person),
        (drawn, terms.TYPE, terms.INFERENCE),
        (drawn, terms.HOLDER, person),
        (drawn, terms.ABOUT, director),
        (drawn, terms.HAS_RULE, NamedNode(f"{BASE}rule/shared_maker")),
        (drawn, terms.OBSERVED_AT, date_time(START + timedelta(days=30))),
        *((drawn, terms.WAS_DERIVED_FROM, ground) for ground in grounds),
    )
    town.name(director, "Ana Vidal", "安娜·维达尔")
    town.name(DIRECTOR, "director", "导演")
    town.add(GRAPHS.ontology, *_labels(terms.INTERESTED_STANCE, "interested in", "感兴趣"))
    return person, director, drawn, grounds


def _labels(iri, en, zh):
    return [(iri, terms.LABEL, Literal(en, language="en")), (iri, terms.LABEL, Literal(zh, language="zh"))]


def test_an_inferred_interest_gives_its_rules_reason(town):
    person, director, drawn, grounds = infer_director(town)
    found = explain(town.store, None, person, entity(2))
    assert next(iter(found.attribution.interests)) == director.value
    assert (found.thing, found.share_rank) == (entity(0).value, 2)  # what she has shown comes first, with less
    for film in (0, 1, 3, 4):  # now nothing of her own leads to the item
        for concept in (town.concept_of(0), town.concept_of(10), town.concept_of(11)):
            town.remove(GRAPHS.derived, (entity(film), terms.HAS_CONCEPT, concept))
    found = explain(town.store, None, person, entity(2))
    assert (found.thing, found.evidence.iri, found.evidence.quote) == (director.value, drawn.value, "")
    assert found.evidence.reason.support == 3
    assert found.text("en") == (
        "Inferred, not said by you (interested in: Ana Vidal): you like 3 things made by Ana Vidal. "
        "Film 2 – director – Ana Vidal."
    )
    assert found.text("zh") == (
        "这是推断，并非您亲口所说（感兴趣：安娜·维达尔）：您喜欢“安娜·维达尔”的 3 件作品。"
        "“Film 2”——导演——“安娜·维达尔”。"
    )
    assert Step(drawn, terms.HAS_RULE, NamedNode(f"{BASE}rule/shared_maker")) in found.steps
    for ground, film in zip(grounds, (0, 1, 3), strict=True):
        assert Step(drawn, terms.WAS_DERIVED_FROM, ground) in found.steps
        assert Step(ground, terms.ABOUT, entity(film)) in found.steps
    assert all(holds(town, step) for step in found.steps)
    assert [asked.query for asked in found.asked] == [
        *("recommend/inference", "rules/shared_maker", "recommend/path_direct")
    ]
    again = town.store.rows("rules/shared_maker", {k: NamedNode(v) for k, v in found.asked[1].terms.items()})
    assert director in {row["about"] for row in again}


def test_what_was_shown_counts_more_than_a_newer_inference_about_the_same_thing(town):
    person, director, _, _ = infer_director(town)
    assert inferred(town.store, person) == {director.value}
    shown = town.does("eva", "Like", director, confidence=0.1)
    proof, _ = evidence(town.store, person, director.value)
    assert (proof.iri, proof.reason) == (shown.value, None)
    assert inferred(town.store, person) == frozenset()


def test_a_rule_whose_file_is_gone_is_not_named_and_stops_nothing(town):
    person, director, drawn, _ = infer_director(town)
    town.remove(GRAPHS.user(person), (drawn, terms.HAS_RULE, NamedNode(f"{BASE}rule/shared_maker")))
    town.add(GRAPHS.user(person), (drawn, terms.HAS_RULE, NamedNode(f"{BASE}rule/gone")))
    found, _ = evidence(town.store, person, director.value)
    assert found is None


def test_the_closure_leads_to_what_is_broader(town):
    crime, fiction = entity(500), entity(501)
    town.name(crime, "crime film", "犯罪片")
    town.name(fiction, "fiction", "虚构作品")
    subclass = NamedNode(terms.WDT + "P279")
    town.add(GRAPHS.world("wikidata"), (town.concept_of(0), subclass, crime), (crime, subclass, fiction))
    closure = ((town.concept_of(0), crime), (town.concept_of(0), fiction), (crime, fiction))
    town.add(GRAPHS.derived, *((one, terms.BROADER_TRANSITIVE, other) for one, other in closure))
    said = town.says("new", "likes", fiction, "fiction")
    town.says("other", "likes", crime, "crime")
    found = explain(town.store, None, town.person("new"), entity(6))
    assert (found.thing, found.evidence.iri) == (fiction.value, said.value)
    assert (found.road.kind, found.road.relation) == ("related", terms.BROADER_TRANSITIVE.value)
    assert all(holds(town, step) for step in found.steps)
    nearer = explain(town.store, None, town.person("other"), entity(6))
    assert nearer.road.relation == subclass.value  # the world's own word before the closure


def test_no_such_item(town, model):
    with pytest.raises(UnknownError, match="no such item"):
        explain(town.store, model, town.person("p0"), entity(999))


def test_no_such_language(town, model):
    with pytest.raises(SettingError, match="'fr'"):
        explain(town.store, model, town.person("p0"), entity(9)).text("fr")
