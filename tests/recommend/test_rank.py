from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pyoxigraph import NamedNode

from penchant.errors import QueryError
from penchant.ontology import terms
from penchant.queries import loader
from penchant.recommend import candidates, rank
from penchant.recommend.attribution import SPLIT, query_shares
from penchant.recommend.blend import BlendWeights, blend
from penchant.recommend.exclusions import excluded
from penchant.recommend.rank import NO_INTERESTS, NO_MODEL, NOTHING, STRANGE_MODEL, recommend

from .conftest import GRAPHS, entity


def labels(recommendations):
    return [r.label for r in recommendations]


def camp(recommendation):
    return int(recommendation.item.rsplit("Q", 1)[1]) // 12


def test_ranks_the_own_camp_first(town, model):
    for person, expected in (("p0", 0), ("p13", 1)):
        top = recommend(town.store, model, town.person(person), 5)
        assert [camp(r) for r in top] == [expected] * 5
        assert top.notes == ()
        assert all("embedding" in r.found_by for r in top)


def test_never_shows_what_is_known_disliked_or_unavailable(town, model):
    town.says("p0", "dislikes", entity(2), "that one")
    town.does("p0", "Watch", entity(9))
    town.does("p0", "View", entity(10))
    town.add(GRAPHS.catalogue, (entity(11), terms.AVAILABLE, _false()))
    shown = recommend(town.store, model, town.person("p0"), 100)
    items = {r.item for r in shown}
    assert items.isdisjoint(entity(n).value for n in (0, 1, 3, 4, 2, 9, 11))
    assert entity(10).value in items  # a view does not make it known
    assert shown.dropped == {"unavailable": 1, "disliked": 1, "disliked concept": 0, "known": 5}
    assert shown.considered == len(items) + 7


def _false():
    from pyoxigraph import Literal

    return Literal(False)


def test_one_new_sentence_changes_the_list_without_training(town, model):
    before = labels(recommend(town.store, model, town.person("p0"), 20))
    assert "Film 9" in before
    town.says("p0", "dislikes", town.concept_of(12), "her films")  # the director of films 8 to 11
    after = recommend(town.store, model, town.person("p0"), 20)
    assert not {"Film 8", "Film 9", "Film 10", "Film 11"} & set(labels(after))
    assert after.dropped["disliked concept"] == 4


def test_a_new_person_is_served_at_once(town, model):
    person = town.person("new")
    assert recommend(town.store, model, person).notes == (NO_INTERESTS,)
    town.says("new", "likes", town.concept_of(1), "ghost stories")
    top = recommend(town.store, model, person, 5)
    assert top.notes == ()
    assert [camp(r) for r in top] == [1] * 5
    assert top[0].shares[0].label == "ghost story"


def test_an_empty_profile_gets_popular_items_in_their_order(town, model):
    counts = {}
    for row in town.store.ask_text(
        f"SELECT ?i (COUNT(?p) AS ?n) {{ GRAPH ?g {{ ?p <{terms.LIKES.value}> ?i }} "
        f"GRAPH ?h {{ ?i a <{terms.ITEM.value}> }} }} GROUP BY ?i"
    ).rows:
        counts[row["i"].value] = int(row["n"].value)
    top = recommend(town.store, model, town.person("nobody"), 8)
    expected = sorted(counts, key=lambda iri: (-counts[iri], iri))[:8]
    assert [r.item for r in top] == expected
    assert all(r.shares == () for r in top)


def test_without_a_model_the_queries_rank_alone(town):
    top = recommend(town.store, None, town.person("p0"), 5)
    assert top.notes == (NO_MODEL,)
    assert {camp(r) for r in top} == {0}
    assert not any("embedding" in r.found_by for r in top)


def test_a_model_that_knows_none_of_the_interests_says_so(town, model):
    concept = NamedNode("https://town.example/concept/own")
    town.says("new", "likes", concept, "moonlight")
    assert recommend(town.store, model, town.person("new")).notes == (STRANGE_MODEL,)


def test_an_empty_store_has_nothing_to_recommend(empty):
    assert recommend(empty.store, None, empty.person("p0")).notes == (NO_INTERESTS, NOTHING)


def test_an_item_newer_than_the_model_is_ranked(town, model):
    film = town.item(entity(24), "Film 24")
    town.fact(film, NamedNode("http://www.wikidata.org/prop/direct/P136"), town.concept_of(0))
    shown = recommend(town.store, model, town.person("p0"), 100)
    assert "Film 24" in labels(shown)


def test_the_same_question_has_the_same_answer(town, model):
    person = town.person("p5")
    assert recommend(town.store, model, person) == recommend(town.store, model, person)


def test_attribution_sums_to_the_score(town, model):
    town.says("p4", "dislikes", town.concept_of(1), "ghosts")
    for using in (model, None):
        ranking = rank.rank(town.store, using, town.person("p4"))
        for at, item in enumerate(ranking.blend.items):
            parts = ranking.attribution(town.store, item)
            assert parts.total == pytest.approx(float(ranking.blend.scores[at]), abs=1e-4)


def add_broader(town):
    """Heist films are crime films, which are fiction; 3 and 5 like the one, 5 the other as well."""
    crime, fiction = entity(500), entity(501)
    for narrow, broad in ((town.concept_of(0), crime), (town.concept_of(0), fiction), (crime, fiction)):
        town.add(GRAPHS.derived, (narrow, terms.BROADER_TRANSITIVE, broad))
    town.says("p3", "likes", crime, "crime", confidence=0.4)
    town.says("p5", "likes", crime, "crime", confidence=0.4)
    town.says("p5", "likes", fiction, "fiction", confidence=0.2)
    return crime, fiction


@pytest.mark.parametrize("member", SPLIT)
def test_shares_of_a_candidate_query_sum_to_its_score(town, member):
    add_broader(town)
    asked = 0
    for n in (0, 3, 5, 8):
        person = town.person(f"p{n}")
        for item, score in candidates.find(town.store, person)[member].items():
            assert sum(query_shares(town.store, member, person, item).values()) == pytest.approx(score)
            asked += 1
    assert asked >= 24


def test_items_of_a_narrower_concept_count_half(town):
    crime, fiction = add_broader(town)
    found = candidates.find(town.store, town.person("p5"))["narrower_concept"]
    heist = {entity(n).value for n in range(12)}
    # says writes weight .9: .9·.4·½ for crime, .9·.2·½ for fiction
    assert found == {film: pytest.approx(0.18 + 0.09) for film in heist}
    shares = query_shares(town.store, "narrower_concept", town.person("p5"), entity(6).value)
    assert shares == {crime.value: pytest.approx(0.18), fiction.value: pytest.approx(0.09)}
    assert candidates.find(town.store, town.person("p0"))["narrower_concept"] == {}


def test_exclusions_have_reasons(town):
    town.says("p0", "dislikes", entity(2), "that one")
    reasons = excluded(town.store, town.person("p0"))
    assert reasons == {entity(2).value: "disliked"} | {entity(n).value: "known" for n in (0, 1, 3, 4)}


# The candidate queries, against their naive forms


def naive(town, sparql, **terms_):
    text = loader.bind(loader.parse("naive", sparql), terms_)
    return {row["item"].value: float(row["score"].value) for row in town.store.ask_text(text).rows}


PREFIX = f"PREFIX pen: <{terms.PEN}>\n"
NAIVE_PEOPLE = """SELECT ?item (COUNT(?thing) AS ?score) {
  $person pen:likes ?thing . ?other pen:likes ?thing . FILTER(?other != $person)
  ?other pen:likes ?item . ?item a pen:Item
} GROUP BY ?item"""
NAIVE_CONCEPT = """SELECT ?item (SUM(?w) AS ?score) {
  { ?n pen:holder $person ; pen:weight ?a ; pen:confidence ?b ; pen:about ?c . ?item pen:hasConcept ?c
    BIND(?a * ?b AS ?w) }
  UNION
  { ?n pen:holder $person ; pen:weight ?a ; pen:confidence ?b ; pen:about ?x . ?x pen:hasConcept ?c .
    ?item pen:hasConcept ?c BIND(0.5 * ?a * ?b AS ?w) }
  FILTER(?w > 0) ?item a pen:Item
} GROUP BY ?item"""


@pytest.mark.parametrize(("name", "text"), [("similar_people", NAIVE_PEOPLE), ("shared_concept", NAIVE_CONCEPT)])
def test_fast_candidate_query_equals_its_naive_form(town, name, text):
    town.says("p0", "dislikes", town.concept_of(1), "ghosts")
    for n in (0, 3, 11):
        person = town.person(f"p{n}")
        expected = naive(town, PREFIX + text, person=person)
        assert len(expected) > 3
        assert candidates.find(town.store, person)[name] == pytest.approx(expected)


def test_every_file_in_the_folder_takes_part(town, monkeypatch):
    mine = loader.parse("candidates/mine", f"SELECT ?item {{ ?item a <{terms.ITEM.value}> }}")
    _add_file(monkeypatch, mine)
    found = candidates.find(town.store, town.person("p0"))
    assert set(found) == {"mine", "narrower_concept", "popular", "shared_concept", "similar_people"}
    assert set(found["mine"].values()) == {1.0}


def test_a_file_that_proposes_no_items_is_an_error(town, monkeypatch):
    _add_file(monkeypatch, loader.parse("candidates/mine", "SELECT ?thing { ?thing ?p ?o }"))
    with pytest.raises(QueryError, match="proposes no items"):
        candidates.find(town.store, town.person("p0"))


def _add_file(monkeypatch, query):
    names, load = loader.names, loader.load
    monkeypatch.setattr(loader, "names", lambda under="": sorted([*names(under), query.name]))
    monkeypatch.setattr(loader, "load", lambda name: query if name == query.name else load(name))


def test_candidate_queries_carry_their_header():
    for name in loader.names(candidates.FOLDER):
        query = loader.load(name)
        assert query.purpose
        assert set(query.parameters) == loader.used(query.text)


# The blend


def test_blend_is_a_weighted_sum_of_z_scores():
    raw = {"embedding": np.array([1.0, 2.0, 3.0]), "popular": np.array([5.0, 5.0, 8.0])}
    mixed = blend(("a", "b", "c"), raw, BlendWeights({"embedding": 2.0, "popular": 1.0}))
    z = {name: (values - values.mean()) / values.std() for name, values in raw.items()}
    np.testing.assert_allclose(mixed.scores, 2 * z["embedding"] + z["popular"])


def test_a_member_that_cannot_judge_has_no_say():
    raw = {"embedding": np.array([1.0, np.nan, 3.0]), "popular": np.array([4.0, 4.0, 4.0])}
    mixed = blend(("a", "b", "c"), raw, BlendWeights({"embedding": 1.0, "popular": 1.0}))
    np.testing.assert_allclose(mixed.scores, [-1.0, 0.0, 1.0])


def test_weights_of_files_that_nobody_named():
    assert BlendWeights().of("my_own_query") == BlendWeights().other
    assert replace(BlendWeights(), other=0.0).of("my_own_query") == 0.0
