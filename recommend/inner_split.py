"""How long to train, decided on interests held out from the training graph itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from penchant.recommend.embedding import EmbeddingModel
from penchant.recommend.evaluation import ndcg_at
from penchant.recommend.interest_graph import FloatArray, IntArray, InterestGraph

#: People looked at after each epoch, at most: more would cost as much as training.
_MOST_PEOPLE = 2000
#: A person keeps at least this many liked items.
_KEPT = 2


@dataclass(frozen=True, slots=True)
class InnerSplit:
    """A training graph without some likes, and those likes.

    Args:
        graph: what may be trained on; same persons, things and numbers as the whole graph.
        people: shape (held out,), person numbers, ascending.
        items: shape (held out,), the item each of them likes.
    """

    graph: InterestGraph
    people: IntArray
    items: IntArray

    def __len__(self) -> int:
        return len(self.people)


def hold_out(graph: InterestGraph, share: float, seed: int) -> InnerSplit:
    """Hide ``share`` of each person's liked items, chosen at random, at least one where three are there."""
    random = np.random.default_rng([seed, 1])
    likes = np.flatnonzero((graph.edge_weight > 0) & (graph.edge_thing < graph.n_items))
    _, starts, sizes = np.unique(graph.edge_person[likes], return_index=True, return_counts=True)
    wide = random.permutation(np.flatnonzero(sizes > _KEPT))[:_MOST_PEOPLE]
    hidden = [
        likes[starts[n] + random.permutation(sizes[n])[: min(max(1, round(share * sizes[n])), sizes[n] - _KEPT)]]
        for n in np.sort(wide)
    ]
    at = np.sort(np.concatenate(hidden)) if hidden else np.zeros(0, dtype=np.int64)
    kept = np.ones(len(graph.edge_weight), dtype=bool)
    kept[at] = False
    inner = replace(
        graph,
        edge_person=graph.edge_person[kept],
        edge_thing=graph.edge_thing[kept],
        edge_weight=graph.edge_weight[kept],
    )
    return InnerSplit(inner, graph.edge_person[at], graph.edge_thing[at])


def quality(model: EmbeddingModel, split: InnerSplit, k: int = 20) -> float:
    """Mean NDCG@k of the held-out likes among all items that the person has not rated in the inner graph."""
    graph = split.graph
    gains = []
    for person in np.unique(split.people):
        span = slice(*np.searchsorted(graph.edge_person, [person, person + 1]))
        things, weights = graph.edge_thing[span], graph.edge_weight[span]
        scores = model.score(model.encode(things, weights))
        scores[things[things < graph.n_items]] = -np.inf
        gains.append(ndcg_at(k, ranked(scores, k), set(split.items[split.people == person].tolist())))
    return float(np.mean(gains)) if gains else 0.0


def ranked(scores: FloatArray, k: int) -> list[int]:
    """Positions of the ``k`` highest scores, best first; equal scores in the order of their positions."""
    k = min(k, len(scores))
    least = -np.partition(-scores, k - 1)[k - 1] if k else np.inf
    at = np.flatnonzero(scores >= least)
    order = np.lexsort((at, -scores[at]))
    return [int(n) for n in at[order][:k]]
