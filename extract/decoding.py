"""Decode many passages with few passes through the model.

Prompts of like length are read together, so that little is padding, in groups just big enough to keep the processor
busy.  A row that says " none" ends there.  The others, of several groups, go on together, a token a pass; when half of
them have ended, the next groups join.  None of this changes what is decided: every token is the greedy choice under
the grammar, given the prompt and the tokens before it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from penchant.extract.decoding_batch import Batch, joined
from penchant.extract.decoding_head import LastLogits
from penchant.extract.decoding_row import Row
from penchant.extract.language_model import TIMED_OUT

if TYPE_CHECKING:
    import torch

#: Tokens of prompts read in one pass: more makes a pass no more efficient on a CPU, and padding longer.
GROUP_TOKENS: Final = 384


class Decoder:
    """Decodes rows with one causal model of transformers.

    Args:
        model: the model.
        device: where torch computes.
        batch: most rows that are decoded together.
        prefix: tokens that stand before every prompt; they are read once.
        virtual: a cache of virtual tokens that stand before every prompt, and their number, as an adapter of a prompt
            method gives them; then there can be no ``prefix``.
        group_tokens: tokens of prompts, padding included, that are read in one pass (at least one prompt is).
    """

    def __init__(
        self,
        model: Any,
        *,
        device: str,
        batch: int,
        prefix: Sequence[int] = (),
        virtual: tuple[Any, int] = (None, 0),
        group_tokens: int = GROUP_TOKENS,
    ) -> None:
        self._model, self._device, self._batch = model, device, batch
        self._prefix, self._group_tokens = list(prefix), group_tokens
        self._kept, self._before = virtual[0], virtual[1] or len(self._prefix)
        self._logits = LastLogits(model, device)

    def decode(self, rows: Sequence[Row], seconds: float) -> None:
        """Decode the rows that have not ended, in place.

        Args:
            rows: passages; each has a status afterwards.
            seconds: time limit for all of them; those not finished then have ``language_model.TIMED_OUT``.
        """
        import torch

        deadline = time.monotonic() + seconds
        waiting = sorted((r for r in rows if not r.status), key=lambda r: len(r.prompt) + len(r.guess))
        groups = list(_groups(waiting, self._batch, self._group_tokens))[::-1]
        batch: Batch | None = None
        with torch.inference_mode():
            while groups or batch:
                if groups and (batch is None or 2 * len(batch.rows) <= self._batch):
                    parts = [batch] if batch else []
                    while groups and sum(len(p.rows) for p in parts) + len(groups[-1]) <= self._batch:
                        part = self._begin(groups.pop()).without_ended()
                        parts += [part] if part else []
                        if time.monotonic() > deadline:
                            break
                    batch = joined(parts, self._model.config) if parts else None
                if batch and time.monotonic() <= deadline:
                    batch = self._step(batch).without_ended()
                if time.monotonic() > deadline:
                    break
        for row in waiting:
            row.status = row.status or TIMED_OUT

    def _begin(self, rows: Sequence[Row]) -> Batch:
        """Read the prompts, and check the guesses."""
        import torch

        cache, offset = self._start(len(rows))
        asked = [row.prompt + row.guess for row in rows]
        width = max(map(len, asked))
        pads = [width - len(ids) for ids in asked]
        # Padding stands on the left, so that the tokens that count are in the last columns of every row.
        ids = torch.tensor([[0] * pad + own for pad, own in zip(pads, asked, strict=True)], device=self._device)
        mask = torch.tensor([[1] * offset + [0] * pad + [1] * (width - pad) for pad in pads], device=self._device)
        places = (mask.cumsum(1) - 1).clamp(min=0)[:, offset:]
        logits = self._pass(ids, mask, places, cache, [1 + len(row.guess) for row in rows])
        fed = []
        for i, row in enumerate(rows):
            right = row.read(logits[i], 0, row.guess)
            mask[i, mask.shape[1] - len(row.guess) + right :] = 0
            fed.append(right)
        return Batch(list(rows), fed, cache, mask)

    def _step(self, batch: Batch) -> Batch:
        """Give the model what was decided since, of each row as many tokens as of the one with the fewest."""
        import torch

        keep = min(len(row.written) - fed for row, fed in zip(batch.rows, batch.fed, strict=True))
        ids = torch.tensor(
            [row.written[fed : fed + keep] for row, fed in zip(batch.rows, batch.fed, strict=True)],
            device=self._device,
        )
        places = batch.mask.sum(1, keepdim=True) + torch.arange(keep, device=self._device)
        mask = torch.cat([batch.mask, batch.mask.new_ones(len(batch.rows), keep)], dim=1)
        logits = self._pass(ids, mask, places, batch.cache, [keep] * len(batch.rows))
        for i, (row, fed) in enumerate(zip(batch.rows, batch.fed, strict=True)):
            row.read(logits[i], fed + 1)
        return Batch(batch.rows, [fed + keep for fed in batch.fed], batch.cache, mask)

    def _pass(
        self, ids: torch.Tensor, mask: torch.Tensor, places: torch.Tensor, cache: Any, keep: Sequence[int]
    ) -> list[torch.Tensor]:
        return self._logits(keep, input_ids=ids, attention_mask=mask, position_ids=places, past_key_values=cache)

    def _start(self, count: int) -> tuple[Any, int]:
        """A cache for ``count`` rows that already holds the prefix, and the length of the prefix in tokens."""
        import copy

        import torch
        from transformers import DynamicCache

        if not self._before:
            return DynamicCache(config=self._model.config), 0
        if self._kept is None:
            self._kept = DynamicCache(config=self._model.config)
            self._model(torch.tensor([self._prefix], device=self._device), past_key_values=self._kept, logits_to_keep=1)
        cache = copy.deepcopy(self._kept)
        cache.batch_repeat_interleave(count)
        return cache, self._before


def _groups(rows: Sequence[Row], most: int, tokens: int) -> Iterator[list[Row]]:
    """Rows, sorted by length, in groups of at most ``most`` rows and ``tokens`` tokens with padding."""
    group: list[Row] = []
    for row in rows:
        length = len(row.prompt) + len(row.guess)
        if group and (len(group) == most or length * (len(group) + 1) > tokens):
            yield group
            group = []
        group.append(row)
    if group:
        yield group
