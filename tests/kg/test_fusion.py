from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from penchant.kg.fusion import Evidence, fuse, strength
from penchant.ontology.behaviour import Vocabulary, read_vocabulary
from penchant.ontology.terms import (
    ATTENTION,
    ATTITUDE,
    DISLIKES_STANCE,
    INTERESTED_STANCE,
    LIKES_STANCE,
    NEUTRAL_STANCE,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HORROR = NamedNode("https://shop.example/horror")
VOCABULARY = read_vocabulary()


def evidence(name, intensity, quality=0.8, days=0.0, half_life=730.0, facet=ATTITUDE, text=None, correction=False):
    at = NOW - timedelta(days=days)
    iri = NamedNode(f"https://shop.example/e/{name}")
    where = NamedNode(f"https://shop.example/t/{text}") if text else None
    return Evidence(iri, HORROR, facet, intensity, quality, half_life, at, at, where, correction)


def one(*items):
    (found,) = fuse(items, VOCABULARY)
    return found


def test_worked_example_of_the_docs():
    # A sentence today (q .8, i .9) and a dislike a half-life ago (q .6, i −.5):
    # n = .8 and .6·½ = .3; weight = (.72 − .15)/1.1; confidence = 1.1/3.1; conflict = 1 − .5/1.1
    found = one(evidence("a", 0.9, 0.8), evidence("b", -0.5, 0.6, days=730))
    assert found.weight == pytest.approx(0.57 / 1.1)
    assert found.confidence == pytest.approx(1.1 / 3.1)
    assert found.conflict == pytest.approx(1 - 0.5 / 1.1)
    assert found.stance == LIKES_STANCE
    assert found.support == 2


def test_evidence_counts_half_after_a_half_life():
    assert strength(evidence("a", 1.0, 0.8, days=30, half_life=30), NOW) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("intensity", "stance"),
    [(0.8, LIKES_STANCE), (-0.8, DISLIKES_STANCE), (0.05, NEUTRAL_STANCE), (-0.05, NEUTRAL_STANCE)],
)
def test_sign_of_the_weight_gives_the_stance(intensity, stance):
    assert one(evidence("a", intensity)).stance == stance


def test_attention_has_one_side_only():
    assert one(evidence("a", 0.01, facet=ATTENTION)).stance == INTERESTED_STANCE


def test_one_text_counts_once_per_sign():
    twice = one(evidence("a", 0.9, text="t1"), evidence("b", 0.5, text="t1"))
    once = one(evidence("a", 0.9, text="t1"))
    assert (twice.weight, twice.confidence, twice.support) == (once.weight, once.confidence, 1)
    assert len(twice.sources) == 2
    both_signs = one(evidence("a", 0.9, text="t1"), evidence("b", -0.9, text="t1"))
    assert both_signs.support == 2
    assert both_signs.conflict == pytest.approx(1.0)


def test_a_correction_fixes_the_weight():
    found = one(*(evidence(f"e{i}", 0.9) for i in range(5)), evidence("c", -1.0, correction=True, quality=1.0))
    assert (found.weight, found.confidence, found.stance) == (-1.0, 1.0, DISLIKES_STANCE)


def test_neutral_evidence_is_no_conflict():
    assert one(evidence("a", 0.0)).conflict == 0.0


NOSTALGIC = NamedNode("https://shop.example/#Nostalgic")
REFINED = Vocabulary(
    {
        **VOCABULARY.stances,
        NOSTALGIC.value: replace(VOCABULARY.stance("likes"), iri=NOSTALGIC, word="nostalgic", refines=LIKES_STANCE),
    },
    VOCABULARY.kinds,
)


@pytest.mark.parametrize(
    ("shown", "stance"),
    [
        ([(0.9, NOSTALGIC)], NOSTALGIC),
        ([(0.9, NOSTALGIC), (0.8, LIKES_STANCE)], NOSTALGIC),
        ([(0.8, NOSTALGIC), (0.8, LIKES_STANCE)], LIKES_STANCE),  # half is not more than half
        ([(0.9, NOSTALGIC), (0.5, LIKES_STANCE), (0.5, None)], LIKES_STANCE),
        ([(0.9, NOSTALGIC), (-0.4, DISLIKES_STANCE)], NOSTALGIC),  # the other side has no say in it
        ([(0.3, NOSTALGIC), (-0.9, DISLIKES_STANCE)], DISLIKES_STANCE),
    ],
)
def test_a_special_case_names_the_interest_if_it_is_more_than_half_of_its_side(shown, stance):
    items = [replace(evidence(f"e{n}", value), stance=kind) for n, (value, kind) in enumerate(shown)]
    (found,) = fuse(items, REFINED)
    assert found.stance == stance


def test_a_correction_names_its_own_stance():
    items = [replace(evidence(f"e{i}", 0.9), stance=NOSTALGIC) for i in range(5)]
    plain = replace(evidence("c", 0.5, correction=True), stance=LIKES_STANCE)
    (found,) = fuse([*items, plain], REFINED)
    assert (found.stance, found.weight, found.support) == (LIKES_STANCE, 0.5, 6)


def test_what_a_rule_inferred_counts_only_where_there_is_nothing_else():
    inferred = replace(evidence("rule", 0.6, 0.4), inferred=True)
    alone = one(inferred)
    assert (alone.weight, alone.confidence) == (pytest.approx(0.6), pytest.approx(0.4 / 2.4))
    own = evidence("a", -0.9)
    assert one(own, inferred) == one(own)
    other_facet = replace(inferred, facet=ATTENTION)
    assert one(own, other_facet) == one(own)


def test_evidence_after_as_of_is_left_out():
    items = [evidence("old", 0.9, days=10), evidence("new", -0.9)]
    (found,) = fuse(items, VOCABULARY, NOW - timedelta(days=5))
    assert found.weight == pytest.approx(0.9)


histories = st.lists(
    st.tuples(st.floats(-1, 1), st.floats(0.01, 1), st.floats(0, 3000), st.sampled_from(["t1", "t2", None])),
    min_size=1,
    max_size=12,
)


@given(histories)
def test_numbers_stay_in_their_bounds_and_order_does_not_matter(history):
    items = [evidence(f"e{i}", v, q, d, text=t) for i, (v, q, d, t) in enumerate(history)]
    forwards, backwards = fuse(items, VOCABULARY), fuse(items[::-1], VOCABULARY)
    assert forwards == backwards
    for found in forwards:
        assert -1 <= found.weight <= 1
        assert 0 <= found.confidence < 1
        assert -1e-9 <= found.conflict <= 1
