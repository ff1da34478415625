"""The interest vector: its gradient is the derivative, and three ways to the minimum meet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from penchant.recommend.interest_vector import (
    RIDGE,
    TOLERANCE,
    by_adam,
    by_sgd,
    closed_form,
    gradient,
    objective,
    scaled,
)

numbers = st.floats(-2, 2, allow_nan=False, width=32)


@st.composite
def cases(draw):
    """A point, some vectors, signed weights and a ridge."""
    things, size = draw(st.integers(0, 6)), draw(st.integers(1, 5))
    return (
        draw(arrays(np.float64, size, elements=numbers)),
        draw(arrays(np.float64, (things, size), elements=numbers)),
        draw(arrays(np.float64, things, elements=numbers)),
        draw(st.floats(0, 3, allow_nan=False)),
    )


def by_differences(v, vectors, weights, ridge, step=1e-5):
    """The derivative without any calculus."""
    sides = [
        [objective(v + sign * step * axis, vectors, weights, ridge) for sign in (1, -1)] for axis in np.eye(len(v))
    ]
    return np.array([(up - down) / (2 * step) for up, down in sides])


@given(cases())
def test_the_gradient_is_the_derivative_of_the_objective(case):
    assert gradient(*case) == pytest.approx(by_differences(*case), abs=1e-5)


@given(cases())
def test_nothing_is_lower_than_the_closed_form(case):
    point, vectors, weights, ridge = case
    best = closed_form(vectors, weights, ridge)
    assert objective(best, vectors, weights, ridge) <= objective(point, vectors, weights, ridge) + 1e-9
    assert gradient(best, vectors, weights, ridge) == pytest.approx(np.zeros(len(best)), abs=1e-9)


def test_the_printed_gradient_has_the_sign_turned_round():
    """2Σ(u − v) + 2λv, as the specification prints it, is no derivative of Σ‖v − u‖² + λ‖v‖², and leads away."""
    v, vectors, weights = np.array([0.1, -0.2]), np.array([[1.0, 0.0], [0.6, 0.8]]), np.ones(2)
    printed = 2 * (vectors - v).sum(axis=0) + 2 * RIDGE * v
    assert printed != pytest.approx(by_differences(v, vectors, weights, RIDGE), abs=0.5)
    before = objective(v, vectors, weights)
    assert objective(v - 0.05 * printed, vectors, weights) > before
    assert objective(v - 0.05 * gradient(v, vectors, weights), vectors, weights) < before


def units(rng, things, size):
    found = rng.normal(size=(things, size))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.slow
@pytest.mark.parametrize(("things", "strength"), [(1, 1.0), (5, 0.01), (40, 1.0), (30, 20.0)])
def test_sgd_and_adam_come_to_the_closed_form(things, strength):
    rng = np.random.default_rng(things)
    vectors, weights = units(rng, things, 24), strength * rng.uniform(-1, 1, things)
    best = closed_form(vectors, weights)
    for found in (by_sgd(vectors, weights), by_adam(vectors, weights)):
        assert np.abs(found - best).max() < TOLERANCE


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**31))
@pytest.mark.slow
def test_sgd_and_adam_agree_on_any_interests(seed):
    rng = np.random.default_rng(seed)
    things = int(rng.integers(1, 12))
    vectors, weights = units(rng, things, 6), rng.uniform(-1, 1, things)
    ridge = float(rng.uniform(0.1, 2))
    best = closed_form(vectors, weights, ridge)
    assert np.abs(by_sgd(vectors, weights, ridge) - best).max() < TOLERANCE
    assert np.abs(by_adam(vectors, weights, ridge) - best).max() < TOLERANCE


def test_a_dislike_draws_to_the_opposite_and_evidence_makes_the_vector_longer():
    u = np.array([[1.0, 0.0]])
    assert closed_form(u, np.array([-1.0])) == pytest.approx([-0.5, 0.0])
    assert closed_form(u, np.array([3.0])) == pytest.approx([0.75, 0.0])
    assert closed_form(np.zeros((0, 2)), np.zeros(0)) == pytest.approx([0.0, 0.0])


def test_nothing_known_and_nothing_held_is_zero():
    assert scaled(np.zeros(2), 0.0) == pytest.approx([0.0, 0.0])
    assert by_adam(np.ones((1, 2)), np.zeros(1), 0.0) == pytest.approx([0.0, 0.0])
