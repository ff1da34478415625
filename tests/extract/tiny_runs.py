"""Short runs of tuning on the tiny base, and the loss of what they leave, worked out in another way than they do."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from penchant.extract.tuning import own
from penchant.extract.tuning.coding import IGNORED, encode
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.recipe import Recipe
from penchant.extract.tuning.train import tune

EXAMPLES = list(own.load(60, seed=1))
TRAIN, DEV = EXAMPLES[:44], EXAMPLES[44:]
#: Little work, and a rate that moves the adapter far.
QUICK = Recipe(steps=12, batch=4, warmup=2, rate=0.03, evaluate_every=6)


def run(base: Path, out: Path, recipe: Recipe = QUICK, **settings: Any) -> list[dict[str, float]]:
    """Tune without a tracker, on the examples above."""
    given = {"train": TRAIN, "dev": DEV, "tracker": "none", **settings}
    return tune(out=out, recipe=recipe, base=str(base), **given)


def loss(model: Any, tokenizer: Any, some: Sequence[Example], cache: Any = None, length: int = 0) -> float:
    """Mean loss per answer token: one example after the other, all logits, no filling."""
    import torch

    total, tokens = 0.0, 0
    with torch.no_grad():
        for example in some:
            coded = encode(tokenizer, example)
            logits = model(
                input_ids=torch.tensor([coded.ids]),
                attention_mask=torch.ones(1, length + len(coded.ids), dtype=torch.long),
                past_key_values=copy.deepcopy(cache),
            ).logits[0]
            for at, label in enumerate(coded.labels[1:]):
                if label != IGNORED:
                    total -= float(torch.log_softmax(logits[at].float(), -1)[label])
                    tokens += 1
    return total / tokens
