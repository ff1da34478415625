"""The trained embedding as a member: many people scored at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from penchant.recommend.embedding import EmbeddingModel

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EmbeddedMember:
    """Scores of a :class:`~penchant.recommend.embedding.EmbeddingModel`, the same as its own one by one.

    Args:
        model: what was trained.
        things: IRIs that the columns of people stand for.
        name: what it is called in a blend.
    """

    model: EmbeddingModel
    things: tuple[str, ...]
    name: str = "embedding"

    def scores(self, people: sp.csr_matrix) -> FloatArray:
        """Shape (people, items) for ``people`` of shape (people, things)."""
        if self.things != self.model.things:
            raise ValueError("the model was trained on other things")
        signed = people.astype(np.float32)
        signed.data = np.where(signed.data < 0, signed.data * np.float32(self.model.dislike), signed.data)
        length = np.sqrt(np.asarray(signed.multiply(signed).sum(axis=1)).ravel())
        heads = np.asarray(signed @ self.model.vectors) / np.maximum(length, 1e-12)[:, None]
        items = self.model.vectors[: self.model.n_items]
        return np.asarray((heads * self.model.relation) @ items.T + self.model.bias, dtype=np.float32)
