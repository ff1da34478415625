"""Rows that are decoded together, and the keys and values that the model keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from penchant.extract.decoding_row import Row

if TYPE_CHECKING:
    import torch


@dataclass(slots=True)
class Batch:
    """Rows of which the model has read the prompt and ``fed`` tokens of the answer.

    Args:
        rows: the passages, none of them ended.
        fed: for each, how many of its written tokens the cache holds.
        cache: a ``transformers`` cache.
        mask: 1 for each column of the cache that belongs to the row, shape (rows, columns); the others are padding or
            wrong guesses.
    """

    rows: list[Row]
    fed: list[int]
    cache: Any
    mask: torch.Tensor

    def without_ended(self) -> Batch | None:
        """The batch without the rows that have ended; None if none is left."""
        import torch

        stay = [i for i, row in enumerate(self.rows) if not row.status]
        if not stay:
            return None
        if len(stay) == len(self.rows):
            return self
        chosen = torch.tensor(stay, device=self.mask.device)
        self.cache.batch_select_indices(chosen)
        return Batch([self.rows[i] for i in stay], [self.fed[i] for i in stay], self.cache, self.mask[chosen])


def joined(parts: Sequence[Batch], config: Any) -> Batch:
    """Several batches as one, the shorter ones padded on the left."""
    from transformers import DynamicCache

    if len(parts) == 1:
        return parts[0]
    width = max(part.mask.shape[1] for part in parts)
    count = sum(len(part.rows) for part in parts)
    mask = parts[0].mask.new_zeros(count, width)
    cache = DynamicCache(config=config)
    at = 0
    for part in parts:
        mask[at : at + len(part.rows), width - part.mask.shape[1] :] = part.mask
        at += len(part.rows)
    for layer in range(len(parts[0].cache.layers)):
        sides: list[torch.Tensor] = []
        for side in ("keys", "values"):
            pieces = [getattr(part.cache.layers[layer], side) for part in parts]
            whole = pieces[0].new_zeros(count, pieces[0].shape[1], width, pieces[0].shape[3])
            at = 0
            for piece in pieces:
                whole[at : at + piece.shape[0], :, width - piece.shape[2] :] = piece
                at += piece.shape[0]
            sides.append(whole)
        cache.update(*sides, layer)
    return Batch([row for part in parts for row in part.rows], [fed for part in parts for fed in part.fed], cache, mask)
