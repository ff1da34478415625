"""Figures of texts whose mentions are labelled in place: F1, stances, silence, confidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

import numpy as np

from penchant.extract.evaluation.spans import Label, Matched, match
from penchant.extract.evaluation.tally import Array, Sums, f1, mean, ratio
from penchant.extract.language_model import Mention
from penchant.ontology.terms import STANCE_WORDS

#: Bins of equal width over [0, 1] of the expected calibration error (Guo et al., ICML 2017).
BINS: Final = 15
#: The stances that people mostly show; the first macro-F1 is over these.
MAIN_STANCES: Final = ("likes", "dislikes", "wants")
_EASE: Final = {"exact": True, "overlap": False}


def counted(labels: Sequence[Label], said: Sequence[Mention]) -> dict[str, float]:
    """What one text adds to the sums.

    Args:
        labels: what the text says; empty where it says no preference.
        said: what the model found in it.
    """
    counts: dict[str, float] = {"texts": 1}
    matched: dict[tuple[str, str], Matched] = {}
    for (ease, exact), (kind, stance) in product(_EASE.items(), (("mention", False), ("mention_stance", True))):
        found = matched[kind, ease] = match(labels, said, exact=exact, stance=stance)
        counts[f"{kind}/{ease}/hits"] = len(found.pairs)
        counts[f"{kind}/said"], counts[f"{kind}/labels"] = len(found.said), len(found.labels)
        if ease == "exact":
            counts[f"{kind}/exact/said"] = len(found.said)
    if labels:
        counts |= {"full": 1, "full/spoken": bool(said)}
    else:
        counts |= {"empty": 1, "empty/kept": not said, "empty/said": len(said)}
    _add(counts, _of_stances(matched["mention", "overlap"], matched["mention_stance", "overlap"]))
    _add(counts, _of_confidence(matched["mention_stance", "overlap"]))
    return counts


def figures(sums: Sums) -> dict[str, Array]:
    """All figures that the labels can give.

    ``mention_f1_exact`` … ``mention_stance_f1_overlap`` with precision and recall of the last; per stance ``f1_likes``;
    ``stance_macro_f1`` over likes, dislikes and wants and ``stance_macro_f1_all`` over all stances that are labelled,
    end to end; the same two ``…_given_mention``, over the mentions that were found; ``empty_kept``, the share of texts
    without a preference from which nothing was taken, beside ``full_spoken``, the share of those with one from which
    something was; ``ece`` and ``brier`` of the confidence that a mention and its stance are right.
    """
    found: dict[str, Array] = {}
    for kind, ease in product(("mention", "mention_stance"), _EASE):
        said = sums[f"{kind}/exact/said"] if ease == "exact" else sums[f"{kind}/said"]
        if f"{kind}/{ease}/hits" in sums and sums[f"{kind}/labels"].any():
            found[f"{kind}_f1_{ease}"] = f1(sums[f"{kind}/{ease}/hits"], said, sums[f"{kind}/labels"])
    for kind in ("mention", "mention_stance"):
        if f"{kind}_f1_overlap" in found:
            hits = sums[f"{kind}/overlap/hits"]
            found[f"{kind}_precision_overlap"] = ratio(hits, sums[f"{kind}/said"])
            found[f"{kind}_recall_overlap"] = ratio(hits, sums[f"{kind}/labels"])
    found |= _stances(sums)
    if "empty" in sums:
        found["empty_kept"] = ratio(sums["empty/kept"], sums["empty"])
    if "full" in sums:
        found["full_spoken"] = ratio(sums["full/spoken"], sums["full"])
    if "mention_stance_f1_overlap" in found and "confidence/count" in sums:
        found |= {"ece": ece(sums), "brier": ratio(sums["confidence/squares"], sums["confidence/count"])}
    return found


def confidence_counts(confidence: float, *, right: bool) -> Iterator[tuple[str, float]]:
    """What a decision with a confidence adds to the sums of :func:`reliability` and :func:`ece`."""
    sure, hit = min(max(confidence, 0.0), 1.0), float(right)
    at = min(int(sure * BINS), BINS - 1)
    yield from ((f"bin/{at}/count", 1), (f"bin/{at}/confidence", sure), (f"bin/{at}/right", hit))
    yield from (("confidence/count", 1), ("confidence/squares", (sure - hit) ** 2))


def reliability(sums: Sums) -> list[dict[str, float]]:
    """The bins that hold mentions: bounds, count, mean confidence, share that is right."""
    rows = []
    for at in range(BINS):
        count = float(sums[f"bin/{at}/count"][0])
        if count:
            mean_of = {name: float(sums[f"bin/{at}/{name}"][0]) / count for name in ("confidence", "right")}
            rows.append({"from": at / BINS, "to": (at + 1) / BINS, "count": count, **mean_of})
    return rows


def _of_stances(mentions: Matched, both: Matched) -> Iterator[str]:
    """Names to count once each: outcomes end to end, and of the mentions that were found."""
    for label in both.labels:
        yield f"stance/{label.stance}/labels"
    for mention in both.said:
        yield f"stance/{mention.stance}/said"
    for label, _ in both.pairs:
        yield f"stance/{label.stance}/hits"
    for label, mention in mentions.pairs:
        if label.stance in STANCE_WORDS:
            yield f"given/{label.stance}/labels"
            yield f"given/{mention.stance}/said"
            if label.stance == mention.stance:
                yield f"given/{label.stance}/hits"


def _of_confidence(both: Matched) -> Iterator[tuple[str, float]]:
    right = {id(mention) for _, mention in both.pairs}
    for mention in both.said:
        yield from confidence_counts(mention.confidence, right=id(mention) in right)


def _add(counts: dict[str, float], names: Iterator[str] | Iterator[tuple[str, float]]) -> None:
    for each in names:
        name, value = (each, 1.0) if isinstance(each, str) else each
        counts[name] = counts.get(name, 0.0) + value


def _stances(sums: Sums) -> Mapping[str, Array]:
    found: dict[str, Array] = {}
    for group, ending in (("stance", ""), ("given", "_given_mention")):
        by_stance = {
            word: f1(*(sums[f"{group}/{word}/{part}"] for part in ("hits", "said", "labels")))
            for word in STANCE_WORDS
            if f"{group}/{word}/labels" in sums
        }
        if group == "stance":
            found |= {f"f1_{word}": values for word, values in by_stance.items()}
        if main := [values for word, values in by_stance.items() if word in MAIN_STANCES]:
            found[f"stance_macro_f1{ending}"] = mean(main)
        if by_stance:
            found[f"stance_macro_f1_all{ending}"] = mean(list(by_stance.values()))
    return found


def ece(sums: Sums) -> Array:
    """Expected calibration error: how far confidence and the share that is right are apart, bin by bin."""
    apart: Array = np.zeros_like(sums["confidence/count"])
    for at in range(BINS):
        apart = apart + np.abs(sums[f"bin/{at}/confidence"] - sums[f"bin/{at}/right"])
    return ratio(apart, sums["confidence/count"])
