"""Several scores become one: each is put on the person's own scale, then they are added with weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BlendWeights:
    """Weight of each member: the best of those tried on MindReader's validation cases (benchmarks/mindreader.py).

    There similar people add nothing to what the embedding says; they go on proposing candidates.  Concept vectors have
    no say, and are not asked, until they are given a weight.

    Args:
        members: name of a candidate query, or ``embedding`` → weight.
        other: weight of a candidate query that is not named, such as a user's own file.
    """

    members: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(
            {"embedding": 1.0, "shared_concept": 0.5, "similar_people": 0.0, "popular": 0.5, "concept_vectors": 0.0}
        )
    )
    other: float = 0.25

    def of(self, member: str) -> float:
        """Weight of ``member``."""
        return self.members.get(member, self.other)


#: Where no model speaks, the queries do; what many like counts least.  Not measured.
WITHOUT_MODEL: Final = BlendWeights(
    MappingProxyType({"shared_concept": 1.0, "similar_people": 1.0, "popular": 0.25, "concept_vectors": 0.0}), other=0.5
)


@dataclass(frozen=True, slots=True)
class Blend:
    """Scores of some items for one person, and how they came about.

    Args:
        items: IRIs.
        scores: shape (items,); the mean over the items is 0.
        scale: member → weight / standard deviation: a member's raw score times this is its part of the score.
        centre: member → mean of its raw scores, which is taken off before scaling.
        raw: member → shape (items,), NaN where the member cannot say anything about the item.
    """

    items: tuple[str, ...]
    scores: Scores
    scale: dict[str, float]
    centre: dict[str, float]
    raw: dict[str, Scores]


def blend(items: tuple[str, ...], raw: Mapping[str, Scores], weights: BlendWeights) -> Blend:
    """Weighted sum of z-scores over ``items``.

    A member that gives every item the same score has no say; an item that a member cannot judge (NaN) gets that
    member's mean.
    """
    scale: dict[str, float] = {}
    centre: dict[str, float] = {}
    total = np.zeros(len(items))
    for name in sorted(raw):
        values = raw[name]
        seen = values[~np.isnan(values)]
        mean = float(seen.mean()) if len(seen) else 0.0
        spread = float(seen.std()) if len(seen) else 0.0
        centre[name] = mean
        scale[name] = weights.of(name) / spread if spread > 1e-9 * max(1.0, abs(mean)) else 0.0
        total += np.where(np.isnan(values), 0.0, (values - mean) * scale[name])
    return Blend(items, total, scale, centre, dict(raw))
