"""The learning rate of each step, for a run bounded by steps or by CPU time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from penchant.errors import SettingError
from penchant.extract.tuning.recipe import FALLING, Recipe, horizon_and_cooldown


@dataclass
class Schedule:
    """The share of the highest rate at a step.

    ``falling`` warms up in a line, falls in a line that would meet zero at the horizon, and over its cool-down also
    falls to zero (after Hägele et al., *Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations*,
    NeurIPS 2024).  So the end may be settled late: until the cool-down, no rate depends on it.

    Torch's ``LambdaLR`` calls it and keeps its attributes in checkpoints, so they are plain numbers and words.

    Args:
        name: ``falling``, or a schedule of transformers.
        warmup: steps.
        steps: the last step, or the best guess.
        horizon: step at which the falling line would meet zero.
        cooldown: steps of the cool-down.
        settled: whether ``steps`` stays as it is.
        spent: CPU-seconds of the run so far.
    """

    name: str
    warmup: int
    steps: int
    horizon: int
    cooldown: int
    settled: bool
    spent: float = 0.0

    @classmethod
    def of(cls, recipe: Recipe, most: int) -> Schedule:
        """The schedule of a recipe; ``most`` is the last step that is possible."""
        steps = recipe.steps or most
        return cls(recipe.schedule, recipe.warmup, steps, *horizon_and_cooldown(recipe, steps), bool(recipe.steps))

    def __call__(self, step: int) -> float:
        """The share of the highest rate at ``step``, counted from 0."""
        if self.name != FALLING:
            return _of_transformers(self.name, self.warmup, self.steps)(step)
        warm = min(1.0, (step + 1) / self.warmup) if self.warmup else 1.0
        fall = max(0.0, (self.horizon - step) / max(1, self.horizon - self.warmup))
        cool = min(1.0, max(0.0, (self.steps - step) / self.cooldown))
        return min(warm, fall) * cool

    def expect(self, done: int, last: int, recipe: Recipe) -> None:
        """Take a new guess of the last step.

        Args:
            done: steps done.
            last: the guess.
            recipe: what the run does.
        """
        first = max(1, self.warmup)
        if self.settled or done < first:
            return
        if done == first:
            self.steps = last
            self.horizon, self.cooldown = horizon_and_cooldown(recipe, last)
            self.settled = self.name != FALLING  # the others depend on the end from the start
        elif done >= last - self.cooldown:
            # The cool-down begins now and not earlier: the rates are those of a run that was given its steps.
            self.steps, self.settled = done + self.cooldown, True
        else:
            self.steps = last


def check_schedule(name: str) -> None:
    """Refuse a schedule that cannot be used.

    Raises:
        SettingError: no schedule has this name, or it needs settings that a recipe does not have.
    """
    from transformers import SchedulerType

    offered = [FALLING, *sorted(str(kind.value) for kind in SchedulerType)]
    if name not in offered:
        raise SettingError(f"no schedule is called {name!r}", expected=", ".join(offered), where="schedule")
    if name != FALLING:
        try:
            _of_transformers(name, 25, 900)(0)
        except (ValueError, TypeError, AttributeError, KeyError) as problem:
            raise SettingError(
                f"the schedule {name!r} needs more than a recipe says", expected="another schedule", where="schedule"
            ) from problem


def _of_transformers(name: str, warmup: int, steps: int) -> Callable[[int], float]:
    import torch
    from transformers import get_scheduler

    unused = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    made = get_scheduler(name, unused, num_warmup_steps=warmup, num_training_steps=steps)
    share: Callable[[int], float] = made.lr_lambdas[0]
    return share
