"""``penchant evaluate link``: how well mentions are linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from penchant.cli.evaluate import evaluate
from penchant.cli.session import console, counting, show_json

if TYPE_CHECKING:
    from penchant.extract.evaluation.link_report import LinkReport


@evaluate.command()
def link(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of the set, or the one that holds the sets and lists of names")
    ],
    format: Annotated[str, typer.Option(help="conel (open domain) or redial (films)")],
    split: Annotated[str, typer.Option(help="test, dev, train or all")] = "test",
    names: Annotated[
        list[Path] | None,
        typer.Option(help="Further names, a file or a folder: IRI<TAB>name lines, or N-Triples with labels"),
    ] = None,
    aliases: Annotated[
        bool, typer.Option(help="ConEL-2: names that the training part gives to pages stand in the index")
    ] = True,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many conversations; the seed chooses")] = None,
    seed: Annotated[int, typer.Option(help="Of that choice, of misspellings and of the bootstrap")] = 0,
    encoder: Annotated[bool, typer.Option(help="Let meaning re-rank the candidates")] = True,
    bootstrap: Annotated[int, typer.Option(min=0, help="Drawings for the 95 % intervals; 0 for none")] = 1000,
    work: Annotated[Path | None, typer.Option(help="Where the index is kept; by default nowhere")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False,
) -> None:
    """Measure how well mentions are linked, against an index of all names in the folder."""
    from penchant.evaluating_links import evaluate_link

    with counting("mentions") as progress:
        task = progress.task_ids[0]
        report = evaluate_link(
            folder,
            format,  # type: ignore[arg-type]  # evaluate_link says what is wrong
            split=split,  # type: ignore[arg-type]
            names=names or (),
            aliases=aliases,
            limit=limit,
            seed=seed,
            encoder=encoder,
            rounds=bootstrap,
            work=work,
            progress=lambda count: progress.update(task, completed=count),
        )
    if json:
        show_json({"format": format, "split": split, **asdict(report)})
        return
    _show(format, split, report)


def _show(format: str, split: str, report: LinkReport) -> None:
    from rich.table import Table

    out = console()
    size = report.size
    out.print(f"{format}, split {split}: {report.conversations:,} conversations", markup=False)
    left = f", {size.left_out:,} left out" if size.left_out else ""
    out.print(f"index: {size.things:,} things, {size.names:,} names{left}", markup=False)
    for note in report.notes:
        out.print(f"  {note}", markup=False)
    table = Table("figure", "value", "95 % interval", box=None)
    for figure, value in report.figures.items():
        if not figure.endswith(("_low", "_high")):
            table.add_row(figure, _number(value), _interval(report.figures, figure))
    out.print(table)
    for group, parts in report.by.items():
        table = Table(group, "mentions", "accuracy", box=None)
        for name, part in parts.items():
            table.add_row(name, f"{part['mentions']:,.0f}", f"{part['accuracy']:.3f}")
        out.print(table)
    table = Table("from", "to", "decisions", "confidence", "right", box=None)
    for row in report.reliability:
        bounds = (f"{row[key]:.2f}" for key in ("from", "to"))
        table.add_row(*bounds, f"{row['count']:,.0f}", f"{row['confidence']:.3f}", f"{row['right']:.3f}")
    out.print(table)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value > 1 else f"{value:.3f}"


def _interval(figures: Mapping[str, float], figure: str) -> str:
    if f"{figure}_low" not in figures:
        return ""
    return f"{figures[f'{figure}_low']:.3f}–{figures[f'{figure}_high']:.3f}"
