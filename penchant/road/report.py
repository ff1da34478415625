"""Figures of a road: recall by input and graph, paired intervals, how much of the labels' gain reading keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from penchant.extract.evaluation.tally import Array, Count, Sums, Table, drawings, interval, ratio
from penchant.road.ranks import Answer, recall

#: Lengths of the lists that are looked at.
DEPTHS: Final = (1, 10, 50)
#: The measure that gains are told in.
HEADLINE: Final = "recall@10"


@dataclass(frozen=True, slots=True)
class RoadReport:
    """What was measured.

    Args:
        cases: how many were asked.
        people: how many they are about.
        rows: row → figure → value; a figure ``x`` has its 95 % interval, over people, in ``x_low`` and ``x_high``.
        differences: "row − other row" → figure → ``difference``, ``low``, ``high``, paired.
        kept: share of the human labels' gain over no text that reading keeps, by graph: ``share``, ``low``, ``high``,
            ``gain_of_labels``, ``gain_of_reading``; no interval where the labels' gain is not clearly above 0.
        by: group of cases → row → ``items`` that came next, ``recall@10`` and ``recall@50`` of the new ones.
        losses: where what did not come among the first ten was lost, as shares.
        weights: row → member → weight, as they were used.
        notes: what a reader has to know.
        seconds: what each part took.
    """

    cases: int
    people: int
    rows: Mapping[str, Mapping[str, float]]
    differences: Mapping[str, Mapping[str, Mapping[str, float]]]
    kept: Mapping[str, Mapping[str, Any]]
    by: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    losses: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def counts(answers: Iterable[Answer]) -> Iterable[Count]:
    """What each answer adds to the sums of its person."""
    for one in answers:
        for which, place in (("new", one.place), ("all", one.place_of_all)):
            if which == "new" and not one.new:
                continue
            row: dict[str, float] = {f"{which}/items": 1.0}
            row |= {f"{which}/hits@{k}": float(place < k) for k in DEPTHS}
            row[f"{which}/gain@10"] = float(1 / np.log2(place + 2)) if place < 10 else 0.0
            yield one.person, row


def figures(sums: Sums) -> dict[str, Array]:
    """``recall@k`` and ``ndcg@10`` of new items, and the same with ``_repeats`` where items named before count too."""
    found: dict[str, Array] = {}
    for which, ending in (("new", ""), ("all", "_repeats")):
        items = sums[f"{which}/items"]
        for k in DEPTHS:
            found[f"recall@{k}{ending}"] = ratio(sums[f"{which}/hits@{k}"], items)
        found[f"ndcg@10{ending}"] = ratio(sums[f"{which}/gain@10"], items)
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """Figures of one row, and over the drawings."""

    values: Mapping[str, Array]
    drawn: Mapping[str, Array]


def drawn(answers: Sequence[Answer], people: Sequence[str], rounds: int, seed: int) -> Drawn:
    """Figures of a row; ``people`` are those of all rows, so that the drawings are the same for each."""
    table = Table.of([*((person, {"people": 1.0}) for person in people), *counts(answers)])
    weights = drawings(len(table.conversations), rounds, seed)
    return Drawn(figures(table.sums()), figures(table.sums(weights)) if rounds else {})


def shown(row: Drawn) -> dict[str, float]:
    """Every figure with its interval."""
    found: dict[str, float] = {}
    for name, values in row.values.items():
        if np.isnan(values[0]):
            continue
        found[name] = round(float(values[0]), 4)
        if name in row.drawn:
            low, high = interval(row.drawn[name])
            found |= {f"{name}_low": round(low, 4), f"{name}_high": round(high, 4)}
    return found


def apart(one: Drawn, other: Drawn) -> dict[str, dict[str, float]]:
    """Paired differences of two rows."""
    found = {}
    for name, values in one.values.items():
        if name not in one.drawn or np.isnan(values[0]):
            continue
        low, high = interval(one.drawn[name] - other.drawn[name])
        difference = float(values[0] - other.values[name][0])
        found[name] = {"difference": round(difference, 4), "low": round(low, 4), "high": round(high, 4)}
    return found


def kept(read: Drawn, labelled: Drawn, silent: Drawn, figure: str = HEADLINE) -> dict[str, Any]:
    """Share of what human labels gain over no text that reading gains too.

    Where the labels' gain might be nothing (its interval reaches 0), the share has no meaning and none is given.
    """
    gain = labelled.values[figure] - silent.values[figure]
    ours = read.values[figure] - silent.values[figure]
    told: dict[str, Any] = {
        "figure": figure,
        "gain_of_labels": round(float(gain[0]), 4),
        "gain_of_reading": round(float(ours[0]), 4),
    }
    if figure not in read.drawn:
        return told
    gains = labelled.drawn[figure] - silent.drawn[figure]
    low, high = interval(gains)
    told |= {"gain_of_labels_low": round(low, 4), "gain_of_labels_high": round(high, 4)}
    if low > 0:
        shares = (read.drawn[figure] - silent.drawn[figure]) / gains
        low, high = interval(shares)
        told |= {"share": round(float(ours[0] / gain[0]), 3), "low": round(low, 3), "high": round(high, 3)}
    return told


def by_group(
    found: Mapping[str, Sequence[Answer]], groups: Mapping[str, frozenset[int]]
) -> dict[str, dict[str, dict[str, float]]]:
    """Figures of new items for groups of cases, given by their positions; groups without any are left out."""
    told: dict[str, dict[str, dict[str, float]]] = {}
    for group, cases in groups.items():
        for row, some in found.items():
            new = [a for a in some if a.new and a.case in cases]
            if new:
                told.setdefault(group, {})[row] = {
                    "items": len(new),
                    **{f"recall@{k}": round(recall(new, k), 4) for k in DEPTHS[1:]},
                }
    return told
