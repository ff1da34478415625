"""How sure a model was of each pair of its answer, from the probabilities of the tokens that wrote it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

_LEAST: Final = 1e-12


def confidences(tokens: Iterable[tuple[str, float]], pairs: int) -> list[float]:
    """One number in [0, 1] per pair (quote, stance) of an answer, in order.

    It is the geometric mean of the probabilities of the quote's tokens, the closing ``=`` included, times the product
    of those of the stance's tokens.

    Args:
        tokens: the answer's tokens as text, each with its probability.
        pairs: how many pairs the answer has; those that the tokens do not reach get 0.
    """
    found: list[float] = []
    quote: list[float] = []
    stance: list[float] = []
    after_sign = False
    for piece, chance in tokens:
        if ";" in piece:
            found.append(_combined(quote, stance))
            quote, stance, after_sign = [], [], False
            continue
        (stance if after_sign else quote).append(chance)
        after_sign = after_sign or "=" in piece
    found.append(_combined(quote, stance))
    return [*found, *([0.0] * pairs)][:pairs]


def _combined(quote: Sequence[float], stance: Sequence[float]) -> float:
    if not quote or not stance:
        return 0.0
    mean = math.exp(sum(math.log(max(p, _LEAST)) for p in quote) / len(quote))
    return round(mean * math.prod(stance), 6)
