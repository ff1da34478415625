"""Tune a language model to read preferences: the run from examples to adapter."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from penchant.errors import TrainingError
from penchant.extract.tuning.coding import batches, encode
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.peft_methods import check_method
from penchant.extract.tuning.recipe import FALLING, Recipe, fingerprint
from penchant.extract.tuning.run_folder import RunFolder
from penchant.extract.tuning.schedule import Schedule, check_schedule
from penchant.extract.tuning.trackers import chosen
from penchant.extract.tuning.tuned_model import SMOLLM2, TunedModel

#: Work of a token that is only read, measured against one that is learnt from.
_READ_ONLY = 0.35
_LOG_EVERY = 10


def tune(
    train: Sequence[Example],
    dev: Sequence[Example],
    out: Path,
    recipe: Recipe,
    *,
    base: str = SMOLLM2,
    start: Path | None = None,
    tracker: str | None = None,
    threads: int = 1,
    save_every: float = 600.0,
    progress: Any = None,
) -> list[dict[str, float]]:
    """Train on ``train`` and leave in ``out`` the adapter that has the least loss on ``dev``.

    A run that was interrupted goes on from its last checkpoint, to the bytes of a run that was not.  Same seed, steps,
    machine and package versions: same bytes.

    Args:
        train: training examples.
        dev: development examples, of which ``recipe.evaluate_on`` are measured; none: the last adapter is kept.
        out: folder for checkpoints and, at the end, ``adapter_model.safetensors``, ``adapter_config.json``,
            ``recipe.json`` (with the steps that were done) and ``loss.jsonl``.
        recipe: what to do.
        base: ``smollm2`` or a folder with a causal model of transformers.
        start: folder of an adapter to begin with.
        tracker: name of a tracker, ``none``, or None for TensorBoard where it is installed.
        threads: CPU threads.
        save_every: seconds of wall clock between checkpoints.
        progress: is called with the numbers of each measurement.

    Returns:
        The curve: ``step``, ``loss`` (nats per answer token, mean of the steps since the last point), ``dev_loss``
        where it was measured, ``cpu_s`` (CPU-seconds).

    Raises:
        SettingError: a setting has a value it cannot have, or ``out`` holds another run.
        TrainingError: nothing to train on, or the loss is no number any more.
        ModelError: base or ``start`` cannot be loaded.
    """
    if not train:
        raise TrainingError("there are no training examples", remedy="Check the data folder")
    recipe = recipe.checked()
    check_method(recipe.method)
    check_schedule(recipe.schedule)
    report_to = chosen(tracker)
    measured = Random(recipe.seed).sample(list(dev), min(recipe.evaluate_on, len(dev)))  # noqa: S311
    about = {"base": base, "from": str(start or ""), "train": fingerprint(train), "dev": fingerprint(measured)}
    folder = RunFolder(out, recipe, about)
    import torch

    torch.set_num_threads(threads)
    before = time.process_time()
    tuned = TunedModel(base, recipe, start)
    coded, coded_dev = ([encode(tuned.tokenizer, e) for e in some] for some in (train, measured))
    lengths = [len(c.ids) for c in coded]
    plan = batches(lengths, batch=recipe.batch, steps=recipe.steps, seed=recipe.seed)
    reading = _READ_ONLY * sum(len(c.ids) for c in coded_dev)
    works = [
        len(some) * max(lengths[i] for i in some) + (reading if step % recipe.evaluate_every == 0 else 0.0)
        for step, some in enumerate(plan, 1)
    ]
    schedule = Schedule.of(recipe, len(plan))
    from penchant.extract.tuning.callbacks import Allocate, Clock, Report, TheEnd
    from penchant.extract.tuning.trainer import AnswerTrainer, arguments

    trainer = AnswerTrainer(
        coded,
        plan,
        coded_dev,
        tuned.tokenizer.eos_token_id,
        schedule,
        recipe,
        model=tuned.model,
        args=arguments(out, recipe, len(plan), bool(coded_dev), report_to, _LOG_EVERY),
    )
    trainer.add_callback(TheEnd(recipe, schedule, works, time.process_time() - before))
    trainer.add_callback(Clock(save_every))
    if progress is not None:
        trainer.add_callback(Report(progress))
    if recipe.method == "adalora":
        trainer.add_callback(Allocate())
    trainer.train(resume_from_checkpoint=folder.checkpoint())
    curve = _curve(trainer.state.log_history)
    done = trainer.state.global_step
    recipe = replace(recipe, steps=done, minutes=None)
    if recipe.schedule == FALLING:
        recipe = replace(recipe, horizon=schedule.horizon, cooldown=schedule.cooldown)
    folder.finish(tuned.save(out), curve, recipe)
    return curve


def _curve(history: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    points: dict[int, dict[str, float]] = {}
    for entry in history:
        step = int(entry["step"])
        for theirs, ours in (("loss", "loss"), ("eval_loss", "dev_loss")):
            if theirs in entry:
                point = points.setdefault(step, {"step": step})
                point[ours] = round(entry[theirs], 4)
                point["cpu_s"] = round(entry["cpu_s"])
    return list(points.values())
