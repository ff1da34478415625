"""Weights by what people chose: the search finds who tells, ignores who does not, never counts what is barred."""

import numpy as np
import pytest

from penchant.recommend.mixture import Block, gain, mixed, own_scale, search_weights


def drawn(people=400, items=60, seed=0, weights=(1.0, 0.0, 2.0)):
    """People who choose the best item by a known mixture of three members, with some noise."""
    chance = np.random.default_rng(seed)
    scores = {f"m{n}": chance.normal(size=(people, items)).astype(np.float32) * (n + 1) for n in range(3)}
    true = mixed(scores, {f"m{n}": w for n, w in enumerate(weights)}) + chance.gumbel(size=(people, items)) * 0.3
    return Block(scores, [[] for _ in range(people)], [[int(row.argmax())] for row in true])


def test_the_search_finds_the_mixture_that_people_chose_by():
    found = search_weights([drawn()], ["m0", "m1", "m2"])
    assert found["m0"] == 1.0
    assert found["m1"] <= 0.1
    assert found["m2"] >= 1.4


def test_it_ends_no_worse_than_it_began_and_says_the_same_again():
    blocks = [drawn(seed=1), drawn(seed=2)]
    found = search_weights(blocks, ["m0", "m1", "m2"])
    scaled = [Block({n: own_scale(s) for n, s in b.scores.items()}, b.barred, b.chosen) for b in blocks]
    assert gain(scaled, found) >= gain(scaled, {"m0": 1.0, "m1": 0.3, "m2": 0.3})
    assert search_weights(blocks, ["m0", "m1", "m2"]) == found


def test_the_gain_is_the_one_worked_out_by_hand():
    scores = {"m": np.array([[3.0, 2.0, 1.0, 0.0]], dtype=np.float32)}
    assert gain([Block(scores, [[]], [[0, 2]])], {"m": 1.0}) == pytest.approx((1 + 0.5) / 2)
    # What is barred stands in nobody's way.
    assert gain([Block(scores, [[0, 1]], [[2]])], {"m": 1.0}) == 1.0


def test_nothing_is_gained_below_the_fiftieth_place():
    scores = {"m": np.arange(100, 0, -1, dtype=np.float32)[None, :]}
    assert gain([Block(scores, [[]], [[50]])], {"m": 1.0}) == 0.0
    assert gain([Block(scores, [[]], [[49]])], {"m": 1.0}) > 0.0


def test_the_scores_of_a_block_are_left_as_they_were():
    block = drawn(people=5)
    before = {name: values.copy() for name, values in block.scores.items()}
    gain([Block(block.scores, [[0, 1]] * 5, block.chosen)], {"m0": 1.0, "m2": 0.5})
    assert all((block.scores[name] == before[name]).all() for name in before)


def test_people_who_chose_nothing_do_not_count():
    scores = {"m": np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)}
    assert gain([Block(scores, [[], []], [[0], []])], {"m": 1.0}) == 1.0
    assert gain([Block(scores, [[], []], [[], []])], {"m": 1.0}) == 0.0


def test_own_scale_has_mean_0_and_deviation_1_and_noughts_where_all_is_the_same():
    scaled = own_scale(np.array([[1.0, 2.0, 3.0], [4.0, 4.0, 4.0]], dtype=np.float32))
    assert scaled[0].mean() == pytest.approx(0, abs=1e-6)
    assert scaled[0].std() == pytest.approx(1, abs=1e-6)
    assert scaled[1].tolist() == [0, 0, 0]


def test_members_without_weight_have_no_say():
    scores = {"a": np.array([[1.0, 0.0]], dtype=np.float32), "b": np.array([[0.0, 9.0]], dtype=np.float32)}
    assert mixed(scores, {"a": 1.0, "b": 0.0}).argmax() == 0
    assert mixed(scores, {}).tolist() == [[0.0, 0.0]]
