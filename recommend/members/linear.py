"""A member that is one matrix: what caring about a thing says for each item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

#: What a dislike counts beside a like of the same strength, as in the embedding: it is the rarer and the less telling.
DISLIKE = 0.3


@dataclass(frozen=True, slots=True)
class LinearMember:
    """Scores that are sums over interests.

    Args:
        name: what it is called in a blend.
        things: IRIs, items first.
        n_items: how many of ``things`` are items.
        matrix: shape (things, items), float32: what an interest of weight 1 in the thing adds to the item's score.
        dislike: what a negative weight is multiplied by.
    """

    name: str
    things: tuple[str, ...]
    n_items: int
    matrix: sp.csr_matrix
    dislike: float = DISLIKE
    _number: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_number", {iri: n for n, iri in enumerate(self.things)})

    def scores(self, people: sp.csr_matrix) -> FloatArray:
        """Scores of many people at once.

        Args:
            people: shape (people, things), signed weights.

        Returns:
            Shape (people, items); higher is likelier, comparable within a row only.
        """
        signed = people.astype(np.float32)
        signed.data = np.where(signed.data < 0, signed.data * np.float32(self.dislike), signed.data)
        return np.asarray((signed @ self.matrix).todense(), dtype=np.float32)

    def score(self, weights: Mapping[str, float]) -> FloatArray:
        """Scores for one person who cares so much about these things, shape (items,); strange things say nothing."""
        return np.asarray(self.scores(row(weights, self._number, len(self.things)))[0], dtype=np.float32)

    def shares(self, weights: Mapping[str, float], item: str) -> dict[str, float]:
        """Thing → what it adds to the score of ``item``; their sum is the score.  Empty where nothing does."""
        target = self._number.get(item, self.n_items)
        if target >= self.n_items:
            return {}
        known = [(iri, n) for iri, weight in weights.items() if weight and (n := self._number.get(iri)) is not None]
        column = self.matrix[[n for _, n in known], target].toarray().ravel() if known else []
        parts = {}
        for (iri, _), value in zip(known, column, strict=True):
            weight = weights[iri]
            if value:
                parts[iri] = float(value) * (weight * self.dislike if weight < 0 else weight)
        return parts


def row(weights: Mapping[str, float], number: Mapping[str, int], width: int) -> sp.csr_matrix:
    """One person's weights as a row, shape (1, things)."""
    known = sorted((n, w) for iri, w in weights.items() if w and (n := number.get(iri)) is not None)
    at, values = [n for n, _ in known], np.array([w for _, w in known], dtype=np.float32)
    return sp.csr_matrix((values, (np.zeros(len(at), dtype=np.int64), at)), shape=(1, width))


def rows(people: Iterable[Mapping[str, float]], things: Iterable[str]) -> sp.csr_matrix:
    """Many people's weights, shape (people, things); what is not among ``things`` is left out."""
    number = {iri: n for n, iri in enumerate(things)}
    lines = [row(weights, number, len(number)) for weights in people]
    return sp.vstack(lines, format="csr") if lines else sp.csr_matrix((0, len(number)), dtype=np.float32)


def strongest(matrix: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """The matrix with at most ``most`` entries a row, the largest; equal ones in the order of their columns."""
    matrix = matrix.tocsr()
    starts, kept_columns, kept_values, sizes = matrix.indptr, [], [], []
    for at in range(matrix.shape[0]):
        columns = matrix.indices[starts[at] : starts[at + 1]]
        values = matrix.data[starts[at] : starts[at + 1]]
        if len(values) > most:
            chosen = np.sort(np.lexsort((columns, -values))[:most])
            columns, values = columns[chosen], values[chosen]
        kept_columns.append(columns)
        kept_values.append(values)
        sizes.append(len(values))
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    made = sp.csr_matrix((np.concatenate(kept_values), np.concatenate(kept_columns), bounds), shape=matrix.shape)
    made.sort_indices()
    return made.astype(np.float32)
