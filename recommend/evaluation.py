"""Ranking measures, each by the definition that the published tables use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

T = TypeVar("T", int, str)


def recall_at(k: int, ranking: Sequence[T], relevant: Collection[T]) -> float:
    """Share of ``relevant`` among the first ``k``: hits / |relevant| (KGAT, KGIN, LightGCN)."""
    return sum(thing in relevant for thing in ranking[:k]) / len(relevant)


def hit_at(k: int, ranking: Sequence[T], relevant: Collection[T]) -> float:
    """1 if one of ``relevant`` is among the first ``k``, else 0 (He et al. 2017, https://arxiv.org/abs/1708.05031)."""
    return float(any(thing in relevant for thing in ranking[:k]))


def ndcg_at(k: int, ranking: Sequence[T], relevant: Collection[T]) -> float:
    """Discounted gain over the best possible one, gain 1, discount log₂(rank + 1) from rank 1.

    The ideal list has min(k, |relevant|) hits (Järvelin & Kekäläinen 2002; KGIN's and LTN's code).
    """
    gain = sum(1 / np.log2(rank + 2) for rank, thing in enumerate(ranking[:k]) if thing in relevant)
    ideal = sum(1 / np.log2(rank + 2) for rank in range(min(k, len(relevant))))
    return float(gain / ideal)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one item stands among others: ``above`` score higher, ``equal`` score the same.

    Equal scores have no order, so measures take the mean over all orders: neither luck nor the order of a file
    decides.
    """

    above: int
    equal: int

    def hit_at(self, k: int) -> float:
        """Chance of being among the first ``k``."""
        return min(max(k - self.above, 0) / (self.equal + 1), 1.0)

    def ndcg_at(self, k: int) -> float:
        """Mean of 1 / log₂(rank + 1), rank from 1, beyond ``k`` 0."""
        ranks = range(self.above + 1, self.above + self.equal + 2)
        return float(sum(1 / np.log2(rank + 1) for rank in ranks if rank <= k) / (self.equal + 1))


def standing(target: float, others: Iterable[float]) -> Standing:
    """Where the score ``target`` stands among ``others``."""
    scores = np.asarray(list(others))
    return Standing(int((scores > target).sum()), int((scores == target).sum()))
