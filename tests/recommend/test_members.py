"""Members: what caring about a thing says for items, shares that sum to scores, bounded memory."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from penchant.recommend.interest_graph import build
from penchant.recommend.members import alike, popular, together
from penchant.recommend.members.embedded import EmbeddedMember
from penchant.recommend.members.linear import LinearMember, rows, strongest
from penchant.recommend.training import train
from penchant.recommend.training_settings import TrainingSettings

ITEMS = [f"i{n}" for n in range(6)]
LIKES = {
    ("ana", "i0"): 1.0,
    ("ana", "i1"): 0.5,
    ("bo", "i0"): 1.0,
    ("bo", "i1"): 1.0,
    ("cai", "i1"): 1.0,
    ("cai", "i2"): 1.0,
    ("cai", "i0"): -1.0,
    ("dee", "jazz"): 1.0,
    ("dee", "i3"): 1.0,
    ("eve", "jazz"): 1.0,
    ("eve", "i3"): 1.0,
}
FACTS = [
    ("i0", "genre", "drama"),
    ("i1", "genre", "drama"),
    ("i2", "genre", "drama"),
    ("i3", "genre", "jazz"),
    ("i4", "genre", "jazz"),
    ("i4", "by", "mia"),
    ("i5", "by", "mia"),
    ("i5", "genre", "drama"),
]


@pytest.fixture
def graph():
    return build(ITEMS, LIKES, FACTS)


def one(graph, weights):
    return rows([weights], graph.things)


def test_together_is_the_cosine_over_people_who_like_both(graph):
    member = together.fit(graph, shrink=0.0)
    scores = member.score({"i0": 1.0})
    # i0 is liked by ana and bo, i1 by ana, bo and cai, i2 by cai.
    assert scores[1] == pytest.approx(2 / np.sqrt(2 * 3))
    assert scores[2] == 0
    assert scores[0] == 0  # nothing speaks for itself


def test_what_people_name_beside_items_speaks_for_items(graph):
    assert together.fit(graph).score({"jazz": 1.0})[3] > 0


def test_alike_prefers_what_shares_a_rare_fact(graph):
    scores = alike.fit_alike(graph).score({"i4": 1.0})
    assert scores[5] > scores[0]
    assert scores[3] > 0
    assert scores[4] == 0


def test_the_same_thing_by_another_relation_is_something_else():
    graph = build(["a", "b", "c"], {}, [("a", "by", "x"), ("b", "about", "x"), ("c", "by", "x")])
    scores = alike.fit_alike(graph).score({"a": 1.0})
    assert scores[1] == 0
    assert scores[2] > 0


def test_a_concept_speaks_for_the_items_that_have_it_and_a_dislike_against_them(graph):
    member = alike.fit_has(graph)
    liked, disliked = member.score({"jazz": 1.0}), member.score({"jazz": -1.0})
    assert {at for at in range(6) if liked[at] > 0} == {3, 4}
    assert disliked[3] == pytest.approx(-member.dislike * liked[3])


def test_an_item_is_no_concept_of_another():
    graph = build(["a", "b"], {}, [("b", "follows", "a")])
    assert alike.fit_has(graph).score({"a": 1.0, "b": 1.0}).tolist() == [0.0, 0.0]


def test_which_way_a_fact_points_makes_a_difference():
    facts = [("a", "follows", "x"), ("c", "follows", "x"), ("x", "follows", "b")]
    scores = alike.fit_alike(build(["a", "b", "c", "d"], {}, facts)).score({"a": 1.0})
    assert scores[2] > 0
    assert scores[1] == 0


def test_popularity_counts_positive_interests(graph):
    scores = popular.fit(graph).scores(one(graph, {"i0": 1.0}))
    assert scores[0].tolist() == pytest.approx(np.log1p([2, 3, 1, 2, 0, 0]).tolist())


@given(st.dictionaries(st.sampled_from([*ITEMS, "drama", "jazz", "strange"]), st.floats(-1, 1), max_size=6))
def test_shares_sum_to_the_score(weights):
    graph = build(ITEMS, LIKES, FACTS)
    for member in (together.fit(graph), alike.fit_alike(graph), alike.fit_has(graph)):
        scores = member.score(weights)
        for at, item in enumerate(graph.items):
            assert sum(member.shares(weights, item).values()) == pytest.approx(float(scores[at]), abs=1e-5)


def test_many_people_score_as_one_by_one(graph):
    people = [{"i0": 1.0}, {"jazz": 0.4, "i2": -0.5}, {}]
    for member in (together.fit(graph), alike.fit_alike(graph), alike.fit_has(graph)):
        together_scores = member.scores(rows(people, graph.things))
        for at, weights in enumerate(people):
            assert together_scores[at] == pytest.approx(member.score(weights))


def test_an_unknown_item_has_no_shares(graph):
    assert together.fit(graph).shares({"i0": 1.0}, "nowhere") == {}


def test_only_the_strongest_are_kept():
    matrix = sp.csr_matrix(np.array([[3.0, 1.0, 2.0, 2.0], [0.0, 0.0, 1.0, 0.0]], dtype=np.float32))
    assert strongest(matrix, 2).toarray().tolist() == [[3.0, 0.0, 2.0, 0.0], [0.0, 0.0, 1.0, 0.0]]


def test_blocks_give_what_the_whole_gives(graph, monkeypatch):
    whole = alike.fit_alike(graph).matrix
    monkeypatch.setattr(alike, "BLOCK", 2)
    assert (alike.fit_alike(graph).matrix != whole).nnz == 0


def test_a_graph_without_facts_or_interests_says_nothing():
    graph = build(["a", "b"], {}, [])
    for member in (together.fit(graph), alike.fit_alike(graph), alike.fit_has(graph)):
        assert isinstance(member, LinearMember)
        assert member.score({"a": 1.0}).tolist() == [0.0, 0.0]


def test_the_embedding_scores_many_as_it_scores_one(graph):
    model = train(graph, TrainingSettings(dimension=4, epochs=2, patience=0))
    people = [{"i0": 1.0, "jazz": -0.5}, {"i3": 0.2}, {}]
    scores = EmbeddedMember(model, graph.things).scores(rows(people, graph.things))
    for at, weights in enumerate(people):
        assert scores[at] == pytest.approx(model.score(model.user_vector(weights)), abs=1e-5)


def test_an_embedding_of_another_graph_is_refused(graph):
    model = train(graph, TrainingSettings(dimension=4, epochs=1, patience=0))
    with pytest.raises(ValueError, match="other things"):
        EmbeddedMember(model, ("elsewhere",)).scores(sp.csr_matrix((1, 1), dtype=np.float32))
