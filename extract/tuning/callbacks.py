"""What happens between the steps of a run: the end of its time, checkpoints by the clock, progress.

Importing this module imports transformers.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from transformers import TrainerCallback

from penchant.extract.tuning.recipe import Recipe
from penchant.extract.tuning.schedule import Schedule

_LATEST = 1.1  # times the minutes: a cool-down that has begun is finished, but not at any price
#: A step's loss, development loss, rate and the like, as the run goes on.
Progress = Callable[[dict[str, float]], None]


class TheEnd(TrainerCallback):  # type: ignore[misc]  # transformers has no types here
    """Ends the run at its last step or when its time is over, with a last measurement.

    Args:
        recipe: what the run does.
        schedule: its rates; gets every new guess of the last step, and the CPU-seconds spent.
        works: what each step costs, in any unit.
        before: CPU-seconds that were spent before the first step, such as for loading the model.
    """

    def __init__(self, recipe: Recipe, schedule: Schedule, works: Sequence[float], before: float) -> None:
        self._recipe, self._schedule, self._before = recipe, schedule, before
        self._works = [0.0, *accumulate(works)]

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Start the clock, or go on where the checkpoint left it."""
        now = time.process_time()
        self._began = now - (self._schedule.spent or self._before)
        self._first, self._first_at = state.global_step, now

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Guess the last step anew, before the next rate is worked out."""
        now = time.process_time()
        self._schedule.spent = now - self._began
        if self._recipe.minutes is None or self._schedule.settled:
            return
        done = state.global_step + 1  # Trainer counts this step later
        worked = self._works[done] - self._works[self._first]
        pace = (now - self._first_at) / worked
        left = max(0.0, self._recipe.minutes * 60 - self._schedule.spent)
        within = bisect_right(self._works, self._works[done] + left / pace) - 1
        self._schedule.expect(done, max(done + 1, within), self._recipe)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Stop where the run ends."""
        over = self._recipe.minutes is not None and self._schedule.spent >= self._recipe.minutes * 60 * _LATEST
        if state.global_step >= self._schedule.steps or over:
            control.should_training_stop = control.should_log = True
            control.should_evaluate = args.eval_strategy != "no"


class Clock(TrainerCallback):  # type: ignore[misc]
    """Saves a checkpoint whenever ``seconds`` of wall clock have gone by."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._saved = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Ask for a checkpoint when it is time."""
        if time.monotonic() - self._saved >= self._seconds:
            control.should_save = True

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Count from here."""
        self._saved = time.monotonic()


class Report(TrainerCallback):  # type: ignore[misc]
    """Hands each measurement to ``progress``."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        """Pass the numbers on, with their step."""
        if "loss" in logs or "eval_loss" in logs:
            self._progress({"step": state.global_step, **logs})


class Allocate(TrainerCallback):  # type: ignore[misc]
    """Lets AdaLoRA (Zhang et al., ICLR 2023) move its rank to where it matters, after every step."""

    def on_optimizer_step(self, args: Any, state: Any, control: Any, model: Any, **_: Any) -> None:
        """Call what peft asks to be called before the gradients go."""
        model.base_model.update_and_allocate(state.global_step)
