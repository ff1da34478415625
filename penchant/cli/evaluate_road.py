"""The command that measures the whole road."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from penchant.cli.evaluate import evaluate
from penchant.cli.figures import shown, shown_difference
from penchant.cli.session import console, show_json

if TYPE_CHECKING:
    from penchant.road.report import RoadReport


@evaluate.command()
def road(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the set, or the one that holds the sets")],
    format: Annotated[str, typer.Option(help="redial, laps or laps-recipes")],
    split: Annotated[str, typer.Option(help="test or dev")] = "test",
    model: Annotated[
        str, typer.Option(help="Who reads: best, balanced, fast, rules, …, as in evaluate extract")
    ] = "best",
    work: Annotated[
        Path | None, typer.Option(help="Keep workspace and replies here; an interrupted run goes on from there")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of training, shuffling and the bootstrap")] = 0,
    bootstrap: Annotated[int, typer.Option(min=0, help="Drawings for the 95 % intervals; 0 for none")] = 1000,
    choose: Annotated[bool, typer.Option("--choose", help="Choose members' weights; --split dev only")] = False,
    weights: Annotated[
        Path | None, typer.Option(help="File that weights are written to and taken from; those that ship unless given")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False,
) -> None:
    """Read what people wrote, recommend, see what came next: with and without text, with and without the graph."""
    from penchant.evaluating_road import evaluate_road
    from penchant.road.evaluation import WEIGHTS

    out = console(error=True)
    with out.status("starting") as status:
        report = evaluate_road(
            folder,
            format,
            split=split,
            model=model,
            work=work,
            seed=seed,
            rounds=bootstrap,
            choose=choose,
            weights=weights or WEIGHTS,
            progress=lambda words: status.update(words),
        )
    if json:
        show_json({"format": format, "split": split, "model": model, "seed": seed, **_fields(report)})
        return
    _show(format, split, report)


def _fields(report: RoadReport) -> dict[str, Any]:
    from dataclasses import fields

    return {each.name: getattr(report, each.name) for each in fields(report)}


def _show(format: str, split: str, report: RoadReport) -> None:
    from rich.table import Table

    out = console()
    out.print(f"{format}, split {split}: {report.cases:,} cases of {report.people:,} people", markup=False)
    for note in report.notes:
        out.print(f"  {note}", markup=False)
    figures = ("recall@1", "recall@10", "recall@50", "ndcg@10", "recall@10_repeats")
    table = Table("what is known", *figures, box=None)
    for name, row in report.rows.items():
        table.add_row(name, *(shown(row, figure) for figure in figures))
    out.print(table)
    apart = Table("difference", "recall@10", "recall@50", box=None)
    for name, each in report.differences.items():
        apart.add_row(name, *(shown_difference(each.get(figure)) for figure in ("recall@10", "recall@50")))
    out.print(apart)
    groups = Table("recall@10 of new items", *report.by, box=None)
    for name in report.rows:
        groups.add_row(name, *(f"{part[name]['recall@10']:.3f}" for part in report.by.values()))
    groups.add_row("items", *(f"{part['popularity']['items']:,.0f}" for part in report.by.values()))
    out.print(groups)
    for name, told in report.kept.items():
        out.print(f"kept of the labels' gain, {name}: {_kept(told)}", markup=False)
    if report.losses:
        parts = ", ".join(f"{part} {share:.1%}" for part, share in report.losses.items())
        out.print(f"where it was lost (extracted + world, new items, first ten): {parts}", markup=False)
    out.print("seconds: " + ", ".join(f"{part} {value:,.0f}" for part, value in report.seconds.items()), markup=False)


def _kept(told: Mapping[str, Any]) -> str:
    gains = f"{told['figure']}: labels gain {told['gain_of_labels']:+.4f}, reading gains {told['gain_of_reading']:+.4f}"
    if "share" in told:
        return f"{told['share']:.2f} ({told['low']:.2f} to {told['high']:.2f}); {gains}"
    return f"not told, the labels' gain may be nothing; {gains}"
