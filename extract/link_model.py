"""Learned shares: how likely each thing is meant, or none of them.

A conditional logit.  Each candidate's strength is the sum of learned weights times its features, the score by rules
among them; none of them (NIL) has a strength of its own; the softmax of the strengths are the shares.  The weights were
learned from people's mentions: see ``link_weights.json`` and ``docs/linking.md``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from penchant.extract.link_features import Features

#: Where the weights stand that ship.
WEIGHTS: Final = Path(__file__).with_name("link_weights.json")


@dataclass(frozen=True, slots=True)
class LinkModel:
    """Weights by feature.

    Args:
        candidate: of a candidate's features.
        none: of the features of none of them.
    """

    candidate: Mapping[str, float]
    none: Mapping[str, float]

    def strength(self, features: Features) -> float:
        """Strength of a candidate."""
        weights = self.candidate
        return sum(weights.get(name, 0.0) * value for name, value in features.items())

    def strength_of_none(self, features: Features) -> float:
        """Strength of none of them."""
        weights = self.none
        return sum(weights.get(name, 0.0) * value for name, value in features.items())

    @classmethod
    def read(cls, path: Path) -> LinkModel:
        """The model in a JSON file."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(found["candidate"], found["none"])


@lru_cache(maxsize=1)
def shipped() -> LinkModel:
    """The model that ships."""
    return LinkModel.read(WEIGHTS)


def shares(strengths: Sequence[float], none: float) -> tuple[list[float], float]:
    """Softmax over the candidates and none of them: their shares, and that of none."""
    highest = max((none, *strengths))
    weights = [math.exp(strength - highest) for strength in strengths]
    nothing = math.exp(none - highest)
    total = sum(weights) + nothing
    return [weight / total for weight in weights], nothing / total
