"""What many care about, the same for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from penchant.recommend.interest_graph import InterestGraph

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PopularMember:
    """Logarithm of how many people have a positive interest in each item.

    Args:
        value: shape (items,).
        name: what it is called in a blend.
    """

    value: FloatArray
    name: str = "popular"

    def scores(self, people: sp.csr_matrix) -> FloatArray:
        """The same row for each of ``people``, shape (people, items)."""
        return np.broadcast_to(self.value, (people.shape[0], len(self.value)))


def fit(graph: InterestGraph) -> PopularMember:
    """Counted from the graph's interests."""
    return PopularMember(np.log1p(graph.popularity()))
