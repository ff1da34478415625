"""Examples as token ids with their labels, and the order in which training meets them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from penchant.extract.answer import prompt
from penchant.extract.tuning.example import Example

#: A label that the loss leaves out; torch's own sign for it.
IGNORED: Final = -100
#: Batches whose examples are sorted by length together.
_POOL: Final = 40
#: A run bounded by time sees each example this often at the most.
_MOST_EPOCHS: Final = 100


@dataclass(frozen=True, slots=True)
class Coded:
    """An example as the model meets it: prompt, answer, end; ``labels`` are ``IGNORED`` where nothing is learnt."""

    ids: list[int]
    labels: list[int]


def encode(tokenizer: Any, example: Example) -> Coded:
    """Token ids of prompt and answer, and labels on the answer alone, without stances that nobody knows."""
    asked = tokenizer(prompt(example.text, example.context), add_special_tokens=False)["input_ids"]
    ids, labels = list(asked), [IGNORED] * len(asked)
    pieces: list[tuple[str, bool]] = []
    if not example.pairs:
        pieces.append((example.answer, True))
    for i, (quote, stance) in enumerate(example.pairs):
        pieces.append((f"{';' if i else ''} {quote}=", True))
        pieces.append((f" {'likes' if stance == '?' else stance}", stance != "?"))
    for piece, known in pieces:
        more = tokenizer(piece, add_special_tokens=False)["input_ids"]
        ids += more
        labels += more if known else [IGNORED] * len(more)
    return Coded([*ids, tokenizer.eos_token_id], [*labels, tokenizer.eos_token_id])


def batches(lengths: Sequence[int], *, batch: int, steps: int | None, seed: int) -> list[list[int]]:
    """Indices for every step: each epoch shuffled, neighbours in length together, batches in random order.

    A longer plan begins with the shorter one.  ``steps`` None gives 100 epochs, for a run that time bounds.
    """
    plan: list[list[int]] = []
    for number, epoch in enumerate(_epochs(lengths, batch, random.Random(seed))):  # noqa: S311
        plan += epoch
        if len(plan) >= steps if steps is not None else number + 1 == _MOST_EPOCHS:
            break
    return plan[:steps]


def _epochs(lengths: Sequence[int], batch: int, chance: random.Random) -> Iterator[list[list[int]]]:
    while True:
        order = list(range(len(lengths)))
        chance.shuffle(order)
        epoch: list[list[int]] = []
        pool = batch * _POOL
        for start in range(0, len(order), pool):
            near = sorted(order[start : start + pool], key=lambda i: lengths[i])
            epoch += [near[i : i + batch] for i in range(0, len(near), batch)]
        chance.shuffle(epoch)
        yield epoch


def together(rows: Sequence[Coded], filler: int) -> dict[str, Any]:
    """Tensors of a batch, filled up on the right: ``input_ids``, ``attention_mask``, ``labels``."""
    import torch

    width = max(len(row.ids) for row in rows)

    def filled(values: list[int], value: int) -> list[int]:
        return values + [value] * (width - len(values))

    return {
        "input_ids": torch.tensor([filled(row.ids, filler) for row in rows]),
        "attention_mask": torch.tensor([filled([1] * len(row.ids), 0) for row in rows]),
        "labels": torch.tensor([filled(row.labels, IGNORED) for row in rows]),
    }
