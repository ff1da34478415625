"""Recommenders under three conditions: without a world graph, with it, and with one that has been shuffled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, Literal, Protocol, get_args

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from penchant.recommend.interest_graph import InterestGraph
from penchant.recommend.members import alike, popular, together
from penchant.recommend.members.embedded import EmbeddedMember
from penchant.recommend.training import train
from penchant.recommend.training_settings import TrainingSettings

Condition = Literal["none", "world", "shuffled"]
CONDITIONS: Final[tuple[Condition, ...]] = get_args(Condition)


class Member(Protocol):
    """What turns people's interests into scores of items."""

    @property
    def name(self) -> str:
        """What it is called in a blend."""
        ...

    def scores(self, people: sp.csr_matrix) -> NDArray[np.float32]:
        """Shape (people, items) for people of shape (people, things)."""
        ...


def conditioned(graph: InterestGraph, condition: Condition, seed: int = 0) -> InterestGraph:
    """The graph with the world as it is, without it, or with its facts' tails shuffled within each relation.

    Shuffling keeps how many facts each thing and each relation has and destroys only what they say.
    """
    if condition == "world":
        return graph
    if condition == "none":
        return replace(graph, relations=(), triples=np.zeros((0, 3), dtype=np.int64))
    random = np.random.default_rng([seed, 7])
    triples = graph.triples.copy()
    for relation in range(len(graph.relations)):
        at = np.flatnonzero(triples[:, 1] == relation)
        triples[at, 2] = triples[random.permutation(at), 2]
    return replace(graph, triples=np.unique(triples, axis=0))


def members(
    graph: InterestGraph,
    condition: Condition,
    *,
    settings: TrainingSettings | None = None,
    seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Mapping[str, Member]:
    """All members, fitted to the graph under the condition."""
    seen = conditioned(graph, condition, seed)
    found: list[Member] = [popular.fit(seen), together.fit(seen)]
    if condition != "none":
        found += [alike.fit_alike(seen), alike.fit_has(seen)]
    progress(f"training the embedding ({condition})")
    found.append(EmbeddedMember(train(seen, settings or TrainingSettings()), seen.things))
    return {member.name: member for member in found}
