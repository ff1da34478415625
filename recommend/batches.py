"""Training batches: people with their interests as inputs and their liked items as targets, and groups of facts."""

from __future__ import annotations

import numpy as np

from penchant.recommend.interest_graph import FloatArray, IntArray, InterestGraph


def _spans(starts: IntArray, sizes: IntArray) -> IntArray:
    """Positions of all members of spans: for starts 3, 9 and sizes 2, 1 → 3, 4, 9."""
    before = np.cumsum(sizes) - sizes
    return np.asarray(np.repeat(starts - before, sizes) + np.arange(sizes.sum()), dtype=np.int64)


class Targets:
    """People who like at least one item; ``len`` of them, numbered from 0.

    Args:
        graph: the training graph.
        dislike: what negative weights are multiplied by.
    """

    def __init__(self, graph: InterestGraph, dislike: float) -> None:
        positive = (graph.edge_weight > 0) & (graph.edge_thing < graph.n_items)
        people = np.unique(graph.edge_person[positive])
        chosen = np.isin(graph.edge_person, people)
        owner = np.searchsorted(people, graph.edge_person[chosen])
        self._things = graph.edge_thing[chosen]
        raw = graph.edge_weight[chosen]
        self._weights = np.where(raw < 0, raw * np.float32(dislike), raw).astype(np.float32)
        self._sizes = np.bincount(owner, minlength=len(people))
        self._starts = np.cumsum(self._sizes) - self._sizes
        likes = positive[chosen]
        self._liked = self._things[likes]
        self._liked_sizes = np.bincount(owner[likes], minlength=len(people))
        self._liked_starts = np.cumsum(self._liked_sizes) - self._liked_sizes
        totals = np.bincount(owner[likes], weights=self._weights[likes], minlength=len(people))
        self._shares = (self._weights[likes] / totals[owner[likes]]).astype(np.float32)

    def __len__(self) -> int:
        return len(self._sizes)

    def inputs(
        self, people: IntArray, dropout: float, random: np.random.Generator
    ) -> tuple[IntArray, FloatArray, IntArray]:
        """Things, weights and offsets of the interests that the encoder may see in this step."""
        at = _spans(self._starts[people], self._sizes[people])
        kept = random.random(len(at)) >= dropout
        owner = np.repeat(np.arange(len(people)), self._sizes[people])[kept]
        sizes = np.bincount(owner, minlength=len(people))
        return self._things[at[kept]], self._weights[at[kept]], np.cumsum(sizes) - sizes

    def outputs(self, people: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Row in the batch, item, and the item's share of its row's target (shares of a row sum to 1)."""
        sizes = self._liked_sizes[people]
        at = _spans(self._liked_starts[people], sizes)
        return np.repeat(np.arange(len(people)), sizes), self._liked[at], self._shares[at]


class FactGroups:
    """All tails of one head and relation, in both directions, as one training case."""

    def __init__(self, graph: InterestGraph) -> None:
        head, relation, tail = graph.triples.T
        forward = np.stack([head, 1 + 2 * relation, tail], axis=1)
        backward = np.stack([tail, 2 + 2 * relation, head], axis=1)
        rows = np.unique(np.concatenate([forward, backward]), axis=0)
        keys, starts, sizes = np.unique(rows[:, :2], axis=0, return_index=True, return_counts=True)
        self._heads, self._relations = keys[:, 0].copy(), keys[:, 1].copy()
        self._tails, self._starts, self._sizes = rows[:, 2].copy(), starts, sizes

    def __len__(self) -> int:
        return len(self._heads)

    def batch(self, groups: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray, FloatArray]:
        """Heads, relations; then row, tail and share for every tail of every group."""
        sizes = self._sizes[groups]
        at = _spans(self._starts[groups], sizes)
        shares = np.repeat(1.0 / sizes, sizes).astype(np.float32)
        return (
            self._heads[groups],
            self._relations[groups],
            np.repeat(np.arange(len(groups)), sizes),
            self._tails[at],
            shares,
        )
