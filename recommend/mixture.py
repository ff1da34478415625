"""Weights of a blend's members, chosen by what people went on to choose: a coordinate search for nDCG.

Each member's scores are put on the person's own scale (mean 0, deviation 1 over the items) and added with weights.  The
likelihood of the choices (a conditional logit) was tried as well: it is smooth, but most of it is decided far below the
first page, and what it fits found a tenth less among the first ten on ReDial's development cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

#: Weights that are tried.
GRID: Final = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0)
#: Where the search starts: the first member has weight 1 throughout, for only ratios matter.
START: Final = 0.3
#: Items below this place gain nothing.
DEPTH: Final = 50
#: A change that gains less is chance.
LEAST_GAIN: Final = 1e-5
_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Block:
    """Some people with the scores that the members give them.

    Args:
        scores: member → shape (people, items), raw.
        barred: for each person, positions of items that are out of the question.
        chosen: for each person, positions of the items that they chose; none of them barred.
    """

    scores: Mapping[str, FloatArray]
    barred: Sequence[Sequence[int]]
    chosen: Sequence[Sequence[int]]


def own_scale(scores: FloatArray) -> FloatArray:
    """Each row with mean 0 and deviation 1; a row whose items all score the same becomes noughts."""
    values = np.asarray(scores, dtype=np.float32)
    centred = values - values.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return np.asarray(np.where(spread > 1e-9, centred / np.maximum(spread, 1e-9), 0.0), dtype=np.float32)


def mixed(scores: Mapping[str, FloatArray], weights: Mapping[str, float]) -> FloatArray:
    """Weighted sum of the members on each person's own scale, shape (people, items)."""
    scaled = {name: own_scale(scores[name]) for name, weight in weights.items() if weight and name in scores}
    shape = next(iter(scores.values())).shape if scores else (0, 0)
    return _sum(scaled, weights, shape)


def search_weights(blocks: Sequence[Block], members: Sequence[str]) -> dict[str, float]:
    """Weights of ``members`` that bring what was chosen nearest to the top: the highest mean :func:`gain`.

    Args:
        blocks: the people.
        members: names of the members that take part; the first has weight 1.
    """
    scaled = [
        Block({name: own_scale(block.scores[name]) for name in members}, block.barred, block.chosen) for block in blocks
    ]
    weights = {name: 1.0 if at == 0 else START for at, name in enumerate(members)}
    best = gain(scaled, weights)
    for _ in range(_ROUNDS):
        before = best
        for name in members[1:]:
            for value in GRID:
                other = {**weights, name: value}
                found = gain(scaled, other)
                if found > best + LEAST_GAIN:
                    best, weights = found, other
        if best == before:
            break
    return weights


def gain(scaled: Sequence[Block], weights: Mapping[str, float]) -> float:
    """Mean of 1 / log₂(place + 1) over what was chosen, place from 1, nothing below :data:`DEPTH`."""
    total, count = 0.0, 0
    for block in scaled:
        shape = next(iter(block.scores.values())).shape
        scores = _sum(block.scores, weights, shape)
        for at, chosen in enumerate(block.chosen):
            if not chosen:
                continue
            own = scores[at]
            wanted = own[list(chosen)]
            own[list(block.barred[at])] = -np.inf
            above = (own[None, :] > wanted[:, None]).sum(axis=1)
            total += float(np.where(above < DEPTH, 1 / np.log2(above + 2), 0.0).sum())
            count += len(chosen)
    return total / count if count else 0.0


def _sum(scaled: Mapping[str, FloatArray], weights: Mapping[str, float], shape: tuple[int, ...]) -> FloatArray:
    total = np.zeros(shape, dtype=np.float32)
    for name, weight in sorted(weights.items()):
        if weight and name in scaled:
            total += np.float32(weight) * scaled[name]
    return total
