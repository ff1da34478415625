from __future__ import annotations

import numpy as np
import pytest

from penchant.extract.jury import Jury, convene, whitening

SIZE = 12


def axis(*at: int) -> np.ndarray:
    vector = np.zeros(SIZE)
    vector[list(at)] = 1.0
    return vector / np.linalg.norm(vector)


# Axis 0 is what all examples share, axis 1 what the background shares; the others are topics.
EXAMPLES = [np.stack([axis(0, topic)]) for topic in range(2, 8)]
BACKGROUND = np.stack([axis(1, topic) for topic in range(2, SIZE)] * 3)
PLAIN = np.eye(SIZE)


@pytest.fixture(scope="module")
def jury() -> Jury:
    return convene(EXAMPLES, BACKGROUND, PLAIN)


def test_says_yes_to_what_all_examples_share(jury: Jury):
    assert jury.margin(axis(0, 9)) > 0
    assert jury.apart > 3


def test_says_no_to_the_background_and_to_the_topic_of_one_example(jury: Jury):
    assert jury.margin(axis(1, 9)) < 0
    assert jury.margin(axis(1, 3)) < 0
    assert jury.margin(axis(3, 9)) < jury.margin(axis(0, 9))


def test_one_example_cannot_carry_the_verdict(jury: Jury):
    """Near to one example by its topic: the juror who never saw that example hears less of it than the others."""
    scores = axis(4) @ jury.directions
    assert scores.argmin() == 2
    assert scores.min() < np.sort(scores)[1] - 0.1
    assert jury.margin(axis(4)) == pytest.approx((scores.min() - jury.centre) / jury.spread - jury.threshold)


def test_examples_like_the_background_are_not_apart_from_it():
    alike = [BACKGROUND[i : i + 1] for i in range(6)]
    jury = convene(alike, BACKGROUND[6:], PLAIN)
    assert jury.apart < 1
    assert sum(jury.margin(row) > 0 for row in BACKGROUND[6:]) <= 1


def test_versions_of_one_example_weigh_no_more_than_one():
    many = [np.repeat(e, 9, axis=0) if i == 0 else e for i, e in enumerate(EXAMPLES)]
    assert np.allclose(convene(many, BACKGROUND, PLAIN).directions, convene(EXAMPLES, BACKGROUND, PLAIN).directions)


def test_more_examples_make_no_more_jurors():
    assert convene(EXAMPLES * 3, BACKGROUND, PLAIN).directions.shape == (SIZE, 6)
    assert convene(EXAMPLES[:5], BACKGROUND, PLAIN).directions.shape == (SIZE, 5)


def test_whitening_shrinks_what_differs_within_a_group():
    groups = [np.stack([axis(0, 2), axis(0, 3), axis(0, 4)]), np.stack([axis(1, 2), axis(1, 3), axis(1, 4)])]
    white = whitening(groups)
    assert np.linalg.norm((axis(2) - axis(3)) @ white) < 0.2 * np.linalg.norm((axis(0) - axis(1)) @ white)
