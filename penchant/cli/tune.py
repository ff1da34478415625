"""The command that tunes a language model to read preferences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, show_json
from penchant.extract.tuning.recipe import FALLING, Recipe

_USUAL = Recipe()


@app.command()
def tune(
    data: Annotated[Path, typer.Argument(help="Folder with the public data sets")],
    out: Annotated[Path, typer.Option(help="Folder for checkpoints and the adapter; run again to go on")],
    base: Annotated[str, typer.Option(help="smollm2, or a folder that transformers can load")] = "smollm2",
    method: Annotated[str, typer.Option(help="lora, dora, pissa, ia3, prefix …; a wrong name lists all")] = "lora",
    rank: Annotated[int, typer.Option(help="Rank; of prompt methods, virtual tokens")] = _USUAL.rank,
    alpha: Annotated[float, typer.Option(help="The scale of LoRA is alpha / rank")] = _USUAL.alpha,
    rate: Annotated[float, typer.Option(help="Highest learning rate")] = _USUAL.rate,
    warmup: Annotated[int, typer.Option(help="Steps until it is reached")] = _USUAL.warmup,
    schedule: Annotated[str, typer.Option(help="falling, linear, cosine, constant …")] = FALLING,
    horizon: Annotated[int | None, typer.Option(help="Step where the falling line meets zero [10/9 of steps]")] = None,
    cooldown: Annotated[int | None, typer.Option(help="Last steps that fall to zero [2/9 of steps]")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps [900, where no minutes are given]")] = None,
    minutes: Annotated[float | None, typer.Option(help="CPU-minutes in place of steps")] = None,
    batch: Annotated[int, typer.Option(help="Examples per step")] = _USUAL.batch,
    evaluate_every: Annotated[int, typer.Option(help="Steps between development losses")] = _USUAL.evaluate_every,
    evaluate_on: Annotated[int, typer.Option(help="Development examples; 0: keep the last")] = _USUAL.evaluate_on,
    patience: Annotated[int, typer.Option(help="Development losses without a better; 0: no end")] = _USUAL.patience,
    seed: Annotated[int, typer.Option(help="Same seed and steps, same adapter")] = _USUAL.seed,
    tracker: Annotated[str | None, typer.Option(help="tensorboard, wandb, mlflow …, none")] = None,
    start: Annotated[Path | None, typer.Option("--from", help="Adapter to begin with")] = None,
    stage: Annotated[
        int, typer.Option(min=1, max=2, help="1: all examples; 2: natural sentences and some of the rest, with --from")
    ] = 1,
    threads: Annotated[int, typer.Option(help="CPU threads")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False,
) -> None:
    """Train an adapter that reads preferences, from public data sets and sentences of our own."""
    from penchant.extract.tuning.build import account, data_folder, examples, second_stage
    from penchant.extract.tuning.train import tune as run

    recipe = Recipe(
        method=method,
        rank=rank,
        alpha=alpha,
        rate=rate,
        warmup=warmup,
        schedule=schedule,
        horizon=horizon,
        cooldown=cooldown,
        steps=steps,
        minutes=minutes,
        batch=batch,
        evaluate_every=evaluate_every,
        evaluate_on=evaluate_on,
        patience=patience,
        seed=seed,
    ).checked()
    train, dev = examples(data_folder(data), seed)
    if stage == 2:
        train = second_stage(train, seed)
    said = console(error=True)
    said.print(account(train), markup=False)
    curve = run(
        train,
        dev,
        out,
        recipe,
        base=base,
        start=start,
        tracker=tracker,
        threads=threads,
        progress=lambda point: said.print(_line(point), markup=False),
    )
    if json:
        show_json({"folder": out, "curve": curve})
        return
    measured = [point["dev_loss"] for point in curve if "dev_loss" in point]
    least = f", least development loss {min(measured)}" if measured else ""
    console().print(f"{out}: {curve[-1]['step']} steps, {curve[-1]['cpu_s'] / 60:.1f} CPU-minutes{least}", markup=False)


def _line(point: dict[str, float]) -> str:
    names = {"loss": "loss", "eval_loss": "development loss", "learning_rate": "rate"}
    numbers = "  ".join(f"{words} {point[name]:.4g}" for name, words in names.items() if name in point)
    return f"step {point['step']:5.0f}  {numbers}  {point['cpu_s']:.0f} CPU-seconds"
