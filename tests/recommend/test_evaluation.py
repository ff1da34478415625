from __future__ import annotations

import math

import numpy as np
import pytest

from penchant.recommend.evaluation import Standing, hit_at, ndcg_at, recall_at, standing
from penchant.recommend.inner_split import hold_out, quality, ranked
from penchant.recommend.interest_graph import build


def test_measures_by_hand():
    ranking = ["a", "b", "c", "d"]
    assert recall_at(2, ranking, {"b", "c", "x"}) == pytest.approx(1 / 3)
    assert hit_at(2, ranking, {"b"}) == 1.0
    assert hit_at(1, ranking, {"b"}) == 0.0
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_at(3, ranking, {"b", "c", "x"}) == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / ideal)


def test_ndcg_agrees_with_scikit_learn():
    sklearn = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(3)
    for _ in range(20):
        scores, relevant = random.random(30), random.random(30) < 0.2
        if not relevant.any():
            continue
        ours = ndcg_at(10, np.argsort(-scores).tolist(), set(np.flatnonzero(relevant).tolist()))
        assert ours == pytest.approx(sklearn.ndcg_score([relevant.astype(float)], [scores], k=10))


def test_ties_count_by_their_mean():
    place = standing(0.5, [0.9, 0.5, 0.5, 0.1])
    assert place == Standing(1, 2)
    assert place.hit_at(1) == 0.0
    assert place.hit_at(2) == pytest.approx(1 / 3)
    assert place.hit_at(4) == 1.0
    assert place.ndcg_at(3) == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / 3)


def test_a_ranker_that_knows_nothing_gets_what_chance_gets():
    assert standing(0.0, [0.0] * 100).hit_at(10) == pytest.approx(10 / 101)


@pytest.mark.parametrize("k", [0, 1, 3, 10])
def test_ranked_is_a_stable_sort(k):
    scores = np.array([0.5, 0.9, 0.5, 0.1, 0.9], dtype=np.float32)
    assert ranked(scores, k) == [1, 4, 0, 2, 3][:k]


def test_held_out_likes_are_gone_from_the_inner_graph():
    interests = {(f"p{p}", f"i{i}"): 0.5 for p in range(6) for i in range(10) if (p + i) % 3}
    graph = build([f"i{i}" for i in range(10)], interests, [])
    split = hold_out(graph, 0.2, seed=1)
    held = set(zip(split.people.tolist(), split.items.tolist(), strict=True))
    kept = set(zip(split.graph.edge_person.tolist(), split.graph.edge_thing.tolist(), strict=True))
    whole = set(zip(graph.edge_person.tolist(), graph.edge_thing.tolist(), strict=True))
    assert len(held) == 6
    assert not held & kept
    assert held | kept == whole


def test_people_with_few_likes_keep_them():
    graph = build(["i", "j"], {("p", "i"): 0.5, ("p", "j"): 0.5}, [])
    assert len(hold_out(graph, 0.5, seed=1)) == 0


def test_quality_is_best_when_the_held_out_item_leads():
    from penchant.recommend.embedding import EmbeddingModel

    graph = build(["i", "j", "k", "l"], {("p", x): 0.5 for x in "ijk"}, [])
    split = hold_out(graph, 0.3, seed=1)
    zeros = np.zeros((4, 2), dtype=np.float32)

    def model(bias):
        bias = np.array(bias, dtype=np.float32)
        return EmbeddingModel(graph.things, 4, zeros, zeros[0], bias, bias, 0.3)

    best = [0.0] * 4
    best[int(split.items[0])] = 1.0
    assert quality(model(best), split) == 1.0
    assert quality(model([0, 0, 0, 1]), split) == pytest.approx(1 / math.log2(3))
