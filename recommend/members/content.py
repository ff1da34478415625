"""What things mean: items whose texts lie near the interest vector of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from penchant.recommend.interest_vector import RIDGE
from penchant.recommend.members.linear import DISLIKE, row

FloatArray = NDArray[np.float32]

CONCEPT_VECTORS: Final = "concept_vectors"


@dataclass(frozen=True, slots=True)
class ContentMember:
    """Scores ⟨v, u⟩ of items with a person's interest vector (:mod:`penchant.recommend.interest_vector`).

    The score is Σ wᵢ⟨uᵢ, u⟩ / (Σ|wᵢ| + λ), dislikes shrunk by ``dislike``: one term for each interest.  A thing that a
    person cares about scores for itself too.

    Args:
        things: IRIs, items first.
        n_items: how many of ``things`` are items.
        vectors: shape (things, dimension), of length 1; zeros where nothing is known of a thing: it says nothing, and
            as an item it gets 0.
        ridge: λ.
        dislike: what a negative weight is multiplied by.
        name: what it is called in a blend.
    """

    things: tuple[str, ...]
    n_items: int
    vectors: FloatArray
    ridge: float = RIDGE
    dislike: float = DISLIKE
    name: str = CONCEPT_VECTORS
    _number: dict[str, int] = field(init=False, repr=False, compare=False)
    _said: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_number", {iri: n for n, iri in enumerate(self.things)})
        object.__setattr__(self, "_said", self.vectors.any(axis=1))

    def knows(self, thing: str) -> bool:
        """Whether there is a vector of ``thing``."""
        number = self._number.get(thing)
        return number is not None and bool(self._said[number])

    def item_number(self, item: str) -> int | None:
        """Position of ``item`` in a row of scores, or None if it gets none."""
        number = self._number.get(item)
        return number if number is not None and number < self.n_items else None

    def vector(self, thing: str) -> FloatArray:
        """The vector of ``thing``, shape (dimension,)."""
        found: FloatArray = self.vectors[self._number[thing]]
        return found

    def of(self, things: tuple[str, ...], n_items: int, *, ridge: float) -> ContentMember:
        """The same vectors in the order of other ``things``; what is not known here has zeros."""
        vectors = np.zeros((len(things), self.vectors.shape[1]), dtype=np.float32)
        known = [(at, n) for at, iri in enumerate(things) if (n := self._number.get(iri)) is not None]
        if known:
            places, numbers = np.array(known).T
            vectors[places] = self.vectors[numbers]
        return ContentMember(things, n_items, vectors, ridge, self.dislike, self.name)

    def interest_vectors(self, people: sp.csr_matrix) -> FloatArray:
        """*v* of many people, shape (people, dimension).

        Args:
            people: shape (people, things), signed weights.
        """
        return np.asarray(self._scaled(people) @ self.vectors, dtype=np.float32)

    def interest_vector(self, weights: Mapping[str, float]) -> FloatArray:
        """*v* of one person, shape (dimension,); strange things say nothing."""
        found: FloatArray = self.interest_vectors(row(weights, self._number, len(self.things)))[0]
        return found

    def scores(self, people: sp.csr_matrix) -> FloatArray:
        """Scores of many people at once.

        Args:
            people: shape (people, things), signed weights.

        Returns:
            Shape (people, items); higher is likelier, comparable within a row only.
        """
        return np.asarray(self.interest_vectors(people) @ self.vectors[: self.n_items].T, dtype=np.float32)

    def score(self, weights: Mapping[str, float]) -> FloatArray:
        """Scores for one person who cares so much about these things, shape (items,)."""
        found: FloatArray = self.scores(row(weights, self._number, len(self.things)))[0]
        return found

    def shares(self, weights: Mapping[str, float], item: str) -> dict[str, float]:
        """Thing → what it adds to the score of ``item``; their sum is the score.  Empty where nothing does."""
        target = self.item_number(item)
        if target is None:
            return {}
        scaled = self._scaled(row(weights, self._number, len(self.things)))
        parts = scaled.data * (self.vectors[scaled.indices] @ self.vectors[target])
        return {self.things[n]: float(part) for n, part in zip(scaled.indices, parts, strict=True) if part}

    def _scaled(self, people: sp.csr_matrix) -> sp.csr_matrix:
        """wᵢ / (Σ|wⱼ| + λ) over the things that there are vectors of."""
        signed = people.astype(np.float32)
        signed.data = np.where(signed.data < 0, signed.data * np.float32(self.dislike), signed.data)
        signed.data = signed.data * self._said[signed.indices]
        mass = np.asarray(abs(signed).sum(axis=1)).ravel() + self.ridge
        return (sp.diags((1 / np.where(mass > 0, mass, 1)).astype(np.float32)) @ signed).tocsr()
