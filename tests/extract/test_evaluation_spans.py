"""What agrees with what, and the figures made of it; every number here was worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.evaluation import span_scores
from penchant.extract.evaluation.spans import Label, labels_of, match, share_words
from penchant.extract.evaluation.tally import Table, drawings, interval
from penchant.extract.language_model import Mention
from penchant.extract.tuning.example import Example


def said(start, end, stance, confidence=0.9, antecedent=""):
    return Mention("x" * (end - start), start, end, stance, confidence, antecedent)


def totals(*texts):
    return Table.of(
        (str(at), span_scores.counted(labels, mentions)) for at, (labels, mentions) in enumerate(texts)
    ).sums()


def figures(*texts):
    return {name: float(values[0]) for name, values in span_scores.figures(totals(*texts)).items()}


def test_one_label_is_met_once():
    labels = [Label(0, 10, "likes")]
    twice = [said(0, 4, "likes"), said(5, 10, "likes")]
    assert len(match(labels, twice, exact=False, stance=True).pairs) == 1
    assert figures((labels, twice))["mention_f1_overlap"] == pytest.approx(2 / 3)


def test_as_many_as_can_be_are_paired():
    # The long mention lies on both labels, the short one on the first alone: a greedy choice would waste it.
    labels = [Label(0, 5, "likes"), Label(6, 10, "likes")]
    both = [said(0, 10, "likes"), said(0, 4, "likes")]
    assert len(match(labels, both, exact=False, stance=True).pairs) == 2


def test_touching_is_not_overlapping():
    assert not match([Label(0, 5, "likes")], [said(5, 8, "likes")], exact=False, stance=False).pairs


def test_exact_borders_are_preferred_where_several_overlap():
    labels = [Label(0, 9, "likes"), Label(0, 4, "dislikes")]
    ((label, _),) = match(labels, [said(0, 4, "likes")], exact=False, stance=False).pairs
    assert label.stance == "dislikes"


def test_four_strictnesses():
    # Exact and right; overlapping and right; exact and of another stance; made up; one missed.
    labels = [Label(0, 5, "likes"), Label(10, 20, "dislikes"), Label(30, 35, "wants"), Label(40, 45, "likes")]
    mentions = [said(0, 5, "likes"), said(12, 20, "dislikes"), said(30, 35, "likes"), said(50, 55, "likes")]
    found = figures((labels, mentions))
    assert found["mention_f1_exact"] == pytest.approx(2 * 2 / 8)
    assert found["mention_f1_overlap"] == pytest.approx(2 * 3 / 8)
    assert found["mention_stance_f1_exact"] == pytest.approx(2 * 1 / 8)
    assert found["mention_stance_f1_overlap"] == pytest.approx(2 * 2 / 8)
    assert found["mention_precision_overlap"] == found["mention_recall_overlap"] == pytest.approx(3 / 4)


def test_stances_end_to_end_and_given_the_mention():
    labels = [Label(0, 5, "likes"), Label(10, 20, "dislikes"), Label(30, 35, "wants"), Label(40, 45, "likes")]
    mentions = [said(0, 5, "likes"), said(12, 20, "dislikes"), said(30, 35, "likes"), said(50, 55, "likes")]
    found = figures((labels, mentions))
    assert found["f1_likes"] == pytest.approx(2 * 1 / (3 + 2))
    assert found["f1_dislikes"] == 1
    assert found["f1_wants"] == 0
    assert found["stance_macro_f1"] == pytest.approx((0.4 + 1 + 0) / 3)
    # Of the three mentions that were found: likes 1 of (2 said, 1 labelled), dislikes 1 of 1, wants 0.
    assert found["stance_macro_f1_given_mention"] == pytest.approx((2 / 3 + 1 + 0) / 3)


def test_the_macro_average_over_all_stances_has_more_parts():
    labels = [Label(0, 5, "likes"), Label(10, 15, "interested")]
    found = figures((labels, [said(0, 5, "likes")]))
    assert found["stance_macro_f1"] == 1
    assert found["stance_macro_f1_all"] == pytest.approx(0.5)


def test_an_unknown_stance_counts_for_the_mention_alone():
    labels = [Label(0, 5, "?"), Label(10, 15, "likes")]
    found = figures((labels, [said(0, 5, "dislikes"), said(10, 15, "likes")]))
    assert found["mention_f1_exact"] == 1
    assert found["mention_stance_f1_exact"] == 1
    assert "f1_dislikes" not in found
    alone = figures(([Label(0, 5, "?")], [said(0, 5, "likes")]))
    assert alone["mention_f1_exact"] == 1
    assert not any("stance" in name or name in ("ece", "brier") for name in alone)


def test_a_mention_on_a_known_and_an_unknown_label_is_held_to_the_known_one():
    labels = [Label(0, 5, "?"), Label(3, 10, "likes")]
    assert figures((labels, [said(0, 5, "likes")]))["mention_stance_f1_overlap"] == 1


def test_made_up_mentions_count_against_stances_where_other_stances_are_unknown():
    labels = [Label(0, 5, "?"), Label(10, 15, "likes")]
    found = figures((labels, [said(0, 5, "likes"), said(10, 15, "likes"), said(20, 25, "likes")]))
    assert found["mention_stance_f1_overlap"] == pytest.approx(2 / 3)


def test_silence_and_speech():
    label = [Label(0, 5, "likes")]
    found = figures(
        ([], []), ([], [said(0, 3, "likes")]), ([], []), ([], []), (label, []), (label, [said(7, 8, "wants")])
    )
    assert found["empty_kept"] == pytest.approx(3 / 4)
    assert found["full_spoken"] == pytest.approx(1 / 2)


def test_calibration():
    labels = [Label(0, 5, "likes"), Label(10, 15, "likes")]
    mentions = [said(0, 5, "likes", 0.9), said(10, 15, "dislikes", 0.9), said(20, 25, "likes", 0.2)]
    sums = totals((labels, mentions))
    found = {name: float(values[0]) for name, values in span_scores.figures(sums).items()}
    assert found["brier"] == pytest.approx((0.1**2 + 0.9**2 + 0.2**2) / 3)
    # Bin of .9: two mentions, one right, mean confidence .9; bin of .2: one mention, wrong.
    assert found["ece"] == pytest.approx(2 / 3 * abs(0.9 - 0.5) + 1 / 3 * 0.2)
    low, high = span_scores.reliability(sums)
    assert (low["from"], low["to"], low["count"], low["right"]) == (3 / 15, 4 / 15, 1, 0)
    assert (high["count"], high["confidence"], high["right"]) == (2, pytest.approx(0.9), 0.5)


def test_full_confidence_is_in_the_last_bin():
    (row,) = span_scores.reliability(totals(([Label(0, 5, "likes")], [said(0, 5, "likes", 1.0)])))
    assert (row["to"], row["right"]) == (1, 1)


def test_a_reference_is_met_by_what_it_stands_for():
    label = Label(0, 2, "likes", "The Sixth Sense")
    hit = said(9, 12, "likes", antecedent="sixth sense")
    assert match([label], [hit], exact=True, stance=True).pairs
    assert not match([label], [said(0, 2, "likes")], exact=False, stance=True).pairs
    assert not match([label], [said(0, 2, "likes", antecedent="The Ring")], exact=False, stance=True).pairs
    assert not match([Label(0, 2, "likes")], [said(0, 2, "likes", antecedent="Roma")], exact=False, stance=True).pairs


def test_articles_alone_are_nothing_in_common():
    assert not share_words("the ring", "The Matrix")
    assert share_words("the", "The")


def test_labels_stand_where_the_text_has_them():
    example = Example("x", "x:1", "Dune? I love Dune", None, (("Dune", "?"), ("Dune", "likes"), ("< Heat", "likes")))
    assert labels_of(example) == (Label(0, 4, "?"), Label(13, 17, "likes"))


SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 9), st.sampled_from(["likes", "dislikes", "wants"])), max_size=5
)


@given(SPANS, SPANS)
def test_pairs_agree_and_nobody_is_paired_twice(labelled, found):
    labels = [Label(start, start + length, stance) for start, length, stance in labelled]
    mentions = [said(start, start + length, stance) for start, length, stance in found]
    for exact in (True, False):
        loose = match(labels, mentions, exact=exact, stance=False)
        strict = match(labels, mentions, exact=exact, stance=True)
        assert len(strict.pairs) <= len(loose.pairs) <= min(len(labels), len(mentions))
        assert len({id(mention) for _, mention in loose.pairs}) == len(loose.pairs)
        for label, mention in strict.pairs:
            assert label.stance == mention.stance
            assert max(label.start, mention.start) < min(label.end, mention.end)


def test_conversations_are_what_is_drawn():
    table = Table.of([("a", {"hits": 1}), ("b", {"hits": 2}), ("a", {"hits": 3, "said": 1})])
    assert table.conversations == ("a", "b")
    assert table.sums()["hits"].tolist() == [6]
    assert table.sums(np.array([[2.0, 0.0], [0.0, 2.0]]))["hits"].tolist() == [8, 4]
    assert table.sums()["nothing"].tolist() == [0]


def test_drawings_are_as_large_as_the_set_and_the_same_for_the_same_seed():
    drawn = drawings(7, 50, seed=3)
    assert drawn.shape == (50, 7)
    assert (drawn.sum(1) == 7).all()
    assert (drawn == drawings(7, 50, seed=3)).all()
    assert (drawn != drawings(7, 50, seed=4)).any()


@pytest.mark.slow
def test_the_interval_is_that_of_scipy_s_bootstrap():
    scipy_stats = pytest.importorskip("scipy.stats")
    hits = np.array([1.0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0] * 5)
    table = Table.of((f"{at:03}", {"hits": value, "all": 1}) for at, value in enumerate(hits))
    sums = table.sums(drawings(len(hits), 4000, seed=0))
    ours = interval(sums["hits"] / sums["all"])
    theirs = scipy_stats.bootstrap((hits,), np.mean, n_resamples=4000, method="percentile", rng=1).confidence_interval
    assert ours == pytest.approx(tuple(theirs), abs=0.02)
