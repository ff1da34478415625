"""What decoding has to give: the greedy answer under the grammar, written as plainly as it can be.

One passage at a time, a token at a time, the whole prompt read anew for each, a mask of the whole vocabulary every
time.  It is slow, and it shows whether what is fast still says the same.
"""

from __future__ import annotations

import math

from penchant.extract.language_model import CUT, DECODED, Passage
from penchant.extract.transformers_model import TransformersModel


def plainly(model: TransformersModel, passage: Passage) -> tuple[str, str, list[float]]:
    """The answer of ``model`` about a passage, its status, and the probability of each of its tokens."""
    import numpy as np
    import torch

    row = model._row(passage, "")
    written: list[int] = []
    chances: list[float] = []
    status = row.status
    forced = 0  # tokens that have to follow; they are decided at once, so the limit on length counts behind them
    while not status:
        forced = forced or len(row.matcher.compute_ff_tokens())
        with torch.inference_mode():
            logits = model._model(torch.tensor([[*_before(model), *row.prompt, *written]])).logits[0, -1].float()
        bits = np.frombuffer(row.matcher.compute_bitmask(), dtype=np.uint8)
        allowed = torch.from_numpy(np.unpackbits(bits, bitorder="little")[: logits.shape[0]].astype(bool))
        token = int(logits.masked_fill(~allowed, -math.inf).argmax())
        if token == row.end:
            status = DECODED
            break
        written.append(token)
        chances.append(float(torch.softmax(logits, dim=-1)[token]))
        row.matcher.consume_token(token)
        forced = max(0, forced - 1)
        if row.matcher.is_stopped():
            status = DECODED
        elif len(written) >= row.most and not forced:
            status = CUT
    return model._tokenizer.decode(written), status, chances


def _before(model: TransformersModel) -> list[int]:
    return model._decoder._prefix
