from __future__ import annotations

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode

from penchant.ontology import terms
from penchant.recommend.interest_graph import build
from penchant.recommend.reading import joined, read_graph, read_weights

from .conftest import DIRECTOR, GENRE, GRAPHS, entity


def test_items_come_first_and_everything_is_sorted():
    graph = build(["i2", "i1"], {("p2", "i1"): 0.5, ("p1", "c"): 0.2, ("p2", "c"): -0.2}, [])
    assert graph.things == ("i1", "i2", "c")
    assert graph.n_items == 2
    assert graph.persons == ("p1", "p2")
    assert graph.edge_person.tolist() == [0, 1, 1]
    assert graph.edge_thing.tolist() == [2, 2, 0]
    np.testing.assert_allclose(graph.edge_weight, [0.2, -0.2, 0.5])


def test_order_of_what_comes_in_does_not_matter():
    interests = {("a", "i"): 0.5, ("b", "i"): 0.1, ("a", "j"): -0.3}
    facts = [("i", "r", "c"), ("j", "r", "c"), ("i", "q", "j")]
    one = build(["i", "j"], interests, facts)
    two = build(["j", "i"], dict(reversed(interests.items())), facts[::-1])
    assert one.fingerprint() == two.fingerprint()


@pytest.mark.parametrize("change", [{("a", "i"): 0.6}, {("a", "i"): 0.5, ("c", "i"): 0.1}])
def test_fingerprint_sees_every_change(change):
    assert build(["i"], change, []).fingerprint() != build(["i"], {("a", "i"): 0.5}, []).fingerprint()


def test_what_only_one_person_named_stays_out():
    graph = build(["i"], {("a", "i"): 0.5, ("a", "secret"): 0.9, ("a", "c"): 0.1}, [("i", "r", "c")])
    assert graph.things == ("i", "c")


def test_popularity_counts_likes_of_items_only():
    graph = build(["i", "j"], {("a", "i"): 0.5, ("b", "i"): 0.1, ("b", "j"): -0.3, ("a", "c"): 1, ("b", "c"): 1}, [])
    assert graph.popularity().tolist() == [2, 0]


def test_reads_the_store(town):
    graph = read_graph(town.store)
    assert graph.n_items == 24
    assert len(graph.persons) == 20
    assert len(graph.edge_weight) == 20 * 4 + 4
    assert set(graph.relations) == {GENRE.value, DIRECTOR.value}  # hasConcept says the same and is left out
    assert len(graph.triples) == 48
    assert graph.as_of == "2026-03-01T13:24:00Z"  # the 84th thing that somebody said or did


def test_weight_is_weight_times_confidence_summed_over_facets(town):
    film = entity(5)
    town.says("solo", "likes", film, "it", confidence=0.5)
    town.says("solo", "wants", film, "that", confidence=0.1)
    assert read_weights(town.store, town.person("solo")) == pytest.approx({film.value: 0.9 * 0.5 + 0.9 * 0.1})


def test_dislikes_are_negative(town):
    town.says("solo", "dislikes", entity(5), "it", confidence=0.5)
    assert read_weights(town.store, town.person("solo")) == pytest.approx({entity(5).value: -0.45})


def test_facts_reach_items_through_links(town):
    shop, world = NamedNode("https://town.example/item/7"), entity(700)
    town.item(shop, "Shop's own")
    town.add(GRAPHS.links, (shop, terms.EXACT_MATCH, world))
    town.add(GRAPHS.world("wikidata"), (world, GENRE, town.concept_of(0)), (world, terms.LABEL, Literal("x")))
    graph = read_graph(town.store)
    fact = (graph.things.index(shop.value), graph.relations.index(GENRE.value))
    assert fact in {(h, r) for h, r, _ in graph.triples.tolist()}


def test_closures_are_no_facts_to_train_on(town):
    crime = entity(500)
    town.says("p1", "likes", crime, "crime")
    town.says("p2", "likes", crime, "crime")
    genres = town.concept_of(0), town.concept_of(1)
    town.add(GRAPHS.world("wikidata"), *((genre, terms.BROADER, crime) for genre in genres))
    before = read_graph(town.store)
    assert terms.BROADER.value in before.relations
    town.add(GRAPHS.derived, *((genre, terms.BROADER_TRANSITIVE, crime) for genre in genres))
    town.add(GRAPHS.derived, *((entity(n), terms.TYPE, entity(900)) for n in range(3)))
    assert read_graph(town.store).fingerprint() == before.fingerprint()


def test_what_is_disliked_draws_nobody_even_if_it_was_bought():
    assert joined([0.26, -0.26]) == -0.26
    assert joined([0.2, -0.26]) == -0.26
    assert joined([0.3, -0.1]) == pytest.approx(0.2)
    assert joined([0.3, 0.2]) == pytest.approx(0.5)
    assert joined([0.9, 0.9]) == 1.0
