"""What a training run does, in one record that is written beside the adapter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from penchant.errors import SettingError
from penchant.extract.tuning.example import Example

#: The schedule of our own: a line that falls, and a cool-down when the end is near.
FALLING: Final = "falling"
#: Horizon and cool-down, in shares of the steps, where the recipe leaves them open.
_HORIZON, _COOLDOWN = 10 / 9, 2 / 9


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run does.

    Args:
        method: what is trained; a name of ``peft_methods.methods()``.
        rank: r of LoRA and its kin; of prompt methods, the number of virtual tokens.
        alpha: LoRA's scale is ``alpha / rank``.
        rate: highest learning rate, reached after ``warmup`` steps.
        warmup: steps.
        schedule: ``falling``, or a schedule of transformers (``linear``, ``cosine``, ``constant`` …).
        horizon: of ``falling``: the step at which the falling line would meet zero; None: 10/9 of the steps.
        cooldown: of ``falling``: over this many last steps the rate also falls to zero; None: 2/9 of the steps.
        steps: optimiser steps; None where ``minutes`` says how long.
        minutes: CPU-minutes of the process, all threads together; the steps follow from the first ones.
        batch: examples per step, of like length.
        evaluate_every: steps between two measurements of the development loss.
        evaluate_on: development examples that are measured; 0: none, and the last adapter is kept.
        patience: measurements without a better development loss after which the run ends; 0: it never does.
        seed: of order and weights.
    """

    method: str = "lora"
    rank: int = 8
    alpha: float = 16
    rate: float = 1e-3
    warmup: int = 25
    schedule: str = FALLING
    horizon: int | None = None
    cooldown: int | None = None
    steps: int | None = None
    minutes: float | None = None
    batch: int = 8
    evaluate_every: int = 100
    evaluate_on: int = 160
    patience: int = 5
    seed: int = 7

    def checked(self) -> Recipe:
        """The same recipe, with 900 steps where nothing says how long.

        Raises:
            SettingError: a number is out of its range, or both ``steps`` and ``minutes`` are given.
        """
        if self.steps is not None and self.minutes is not None:
            raise SettingError("both steps and minutes are given", expected="one of them", where="recipe")
        for name in ("rank", "batch", "evaluate_every"):
            _demand(name, getattr(self, name), getattr(self, name) >= 1, "a whole number from 1")
        for name in ("warmup", "evaluate_on", "patience"):
            _demand(name, getattr(self, name), getattr(self, name) >= 0, "a whole number from 0")
        for name in ("rate", "alpha", "minutes", "steps", "horizon", "cooldown"):
            value = getattr(self, name)
            _demand(name, value, value is None or value > 0, "a number above 0")
        return replace(self, steps=900) if self.steps is None and self.minutes is None else self


def _demand(name: str, value: object, holds: bool, expected: str) -> None:
    if not holds:
        raise SettingError(f"{name} is {value}", expected=expected, where="recipe")


def horizon_and_cooldown(recipe: Recipe, steps: int) -> tuple[int, int]:
    """What the recipe says, or the shares of ``steps`` that it leaves open; both at least one step."""
    return (
        recipe.horizon or max(1, round(steps * _HORIZON)),
        recipe.cooldown or max(1, round(steps * _COOLDOWN)),
    )


def fingerprint(some: Iterable[Example]) -> str:
    """A digest of the examples, by which a run knows its data again."""
    digest = hashlib.sha256()
    for example in some:
        digest.update(repr((example.text, example.context, example.pairs)).encode())
    return digest.hexdigest()[:16]
