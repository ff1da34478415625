"""Commands that measure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from penchant.cli.app import app
from penchant.cli.figures import shown, shown_difference
from penchant.cli.session import console, counting, show_json

if TYPE_CHECKING:
    from penchant.extract.evaluation.report import Report

evaluate = typer.Typer(help="How well it reads, measured.", no_args_is_help=True)
app.add_typer(evaluate, name="evaluate")


@evaluate.callback()
def _evaluate() -> None:
    """Measure how well it reads."""


@evaluate.command()
def extract(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the set, or the one that holds the sets")],
    format: Annotated[
        str, typer.Option(help="laps, iard, redial, ccpe, conel, absa, newsmtsc, gold or stratified (four of them)")
    ],
    model: Annotated[
        str,
        typer.Option(
            help="One or several, with commas: best, balanced, fast, smollm2, rules, untuned, a folder with an adapter "
            "or a model, or openai:URL#MODEL; the first is compared with the others"
        ),
    ] = "best,rules",
    split: Annotated[str, typer.Option(help="test (neither trained nor tuned), dev, train or all")] = "test",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many conversations; the seed chooses")] = None,
    seed: Annotated[int, typer.Option(help="Of that choice and of the bootstrap")] = 0,
    bootstrap: Annotated[int, typer.Option(min=0, help="Drawings for the 95 % intervals; 0 for none")] = 1000,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False,
) -> None:
    """Measure how well models find preferences in the texts of a labelled set."""
    from penchant.evaluating import evaluate_extract
    from penchant.extract.evaluation.parts import SPLITS

    names = list(dict.fromkeys(name.strip() for name in model.split(",") if name.strip()))
    known = next((each for each in SPLITS if each == split), None)
    with counting("passages") as progress:
        task = progress.task_ids[0]
        report = evaluate_extract(
            folder,
            format,
            names,
            split=known or split,  # type: ignore[arg-type]  # evaluate_extract says what is wrong
            limit=limit,
            seed=seed,
            rounds=bootstrap,
            progress=lambda _, count: progress.update(task, completed=count),
        )
    if json:
        show_json({"format": format, "split": split, **_envelope(report)})
        return
    _show(format, split, report)


def _envelope(report: Report) -> dict[str, Any]:
    return {
        "texts": report.texts,
        "conversations": report.conversations,
        "models": report.models,
        "differences": report.differences,
        "details": report.details,
        "notes": report.notes,
    }


def _show(format: str, split: str, report: Report) -> None:
    from rich.table import Table

    out = console()
    head = f"{format}, split {split}: {report.texts:,} texts of {report.conversations:,} conversations"
    out.print(head, markup=False)
    for note in report.notes:
        out.print(f"  {note}", markup=False)
    first, *others = report.models
    table = Table("figure", box=None)
    for name in report.models:
        table.add_column(name, justify="right")
    for name in others:
        table.add_column(f"{first} − {name}", justify="right")
    for figure in dict.fromkeys(figure for figures in report.models.values() for figure in figures):
        if figure.endswith(("_low", "_high")):
            continue
        apart = [shown_difference(report.differences.get(name, {}).get(figure)) for name in others]
        table.add_row(figure, *(shown(figures, figure) for figures in report.models.values()), *apart)
    out.print(table)
    for name, details in report.details.items():
        _show_details(name, details)


def _show_details(name: str, details: Mapping[str, Any]) -> None:
    from rich.table import Table

    out = console()
    if bins := details.get("reliability"):
        out.print(f"\n{name}: confidence beside the share that is right", markup=False)
        table = Table("from", "to", "mentions", "confidence", "right", box=None)
        for row in bins:
            table.add_row(*(f"{row[key]:.2f}" for key in ("from", "to")), f"{row['count']:.0f}", *_both(row))
        out.print(table)
    for group, parts in details.get("by", {}).items():
        out.print(f"\n{name}, by {group}", markup=False)
        figures = ("mention_f1_overlap", "mention_stance_f1_overlap", "empty_kept")
        table = Table(group, "texts", *figures, box=None)
        for value, part in parts.items():
            table.add_row(value, f"{part['texts']:.0f}", *(_plain(part.get(figure)) for figure in figures))
        out.print(table)


def _both(row: Mapping[str, float]) -> tuple[str, str]:
    return f"{row['confidence']:.3f}", f"{row['right']:.3f}"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
