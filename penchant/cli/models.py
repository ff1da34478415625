"""Commands about models: fetch the language model, train the embedding."""

from __future__ import annotations

from typing import Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, counting, opened, show_json

model = typer.Typer(help="Language model and encoder.", no_args_is_help=True)
app.add_typer(model, name="model")


@model.command()
def get(json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False) -> None:
    """Fetch the language model and the encoder into the cache, once (about 190 MB)."""
    from penchant.extract.weights import CATALOGUE, ensure

    found = {name: str(ensure(name, progress=lambda words: console(error=True).print(words))) for name in CATALOGUE}
    if json:
        show_json(found)
        return
    for name, folder in found.items():
        console().print(f"{name}: {folder}", markup=False)


@app.command()
def train(
    context: typer.Context,
    epochs: Annotated[int | None, typer.Option(help="Passes over the people; the default is in the settings")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same model")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False,
) -> None:
    """Train the embedding that ranks, on the graph as it is."""
    given = {"epochs": epochs, "seed": seed}
    settings = {name: value for name, value in given.items() if value is not None}
    with opened(context) as p, counting("epochs") as progress:
        report = p.train(progress=lambda step: progress.update(progress.task_ids[0], completed=step.epoch), **settings)
    if json:
        show_json(report)
        return
    console().print("  ".join(f"{name}: {value}" for name, value in report.items()), markup=False)
