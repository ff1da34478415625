"""Commands that bring things in."""

from __future__ import annotations

from typing import Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, counting, counts, opened, show_json
from penchant.errors import SettingError

add = typer.Typer(help="Add items, texts or events.", no_args_is_help=True)
world = typer.Typer(help="Merge the world's knowledge.", no_args_is_help=True)
app.add_typer(add, name="add")
app.add_typer(world, name="world")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON")]
File = Annotated[str, typer.Argument(help="File, packed or not; - for standard input")]


@add.command()
def items(context: typer.Context, file: File, json: Json = False) -> None:
    """Add or replace items of the catalogue (CSV, JSON lines)."""
    with opened(context) as p:
        report = p.add_items(file)
    if json:
        show_json(report)
    else:
        _tell(report.lines, {"items": report.written, "rejected": report.rejected, "bad lines": report.bad_lines})
        for name, count in report.unknown_fields.items():
            console().print(
                f"  not stored: “{name}” of {count:,} items; the ontology has no such property", markup=False
            )


@add.command()
def events(
    context: typer.Context,
    file: File,
    scale: Annotated[str | None, typer.Option(help="Worst and best rating of the source, such as 0:10")] = None,
    json: Json = False,
) -> None:
    """Add what people did with items (CSV, JSON lines, Activity Streams 2.0)."""
    ends: tuple[float, float] | None = None
    if scale is not None:
        try:
            worst, best = (float(part) for part in scale.split(":"))
        except ValueError as error:
            raise SettingError(f"{scale!r}", expected="two numbers such as 1:5", where="--scale") from error
        ends = (worst, best)
    with opened(context) as p, counting("people brought up to date") as progress:
        report = p.add_events(file, scale=ends, progress=lambda n: progress.update(progress.task_ids[0], completed=n))
    if json:
        show_json(report)
        return
    withheld = {"withheld": report.withheld} if report.withheld else {}
    parts = {"events": report.written, "rejected": report.rejected, **withheld, "bad lines": report.bad_lines}
    _tell(report.lines, parts)
    console().print(f"{report.people:,} people, {report.quads:,} quads changed")


@add.command()
def texts(
    context: typer.Context,
    file: File,
    person: Annotated[str | None, typer.Option(help="Who wrote the texts that do not say")] = None,
    json: Json = False,
) -> None:
    """Read texts and write what people say they care about."""
    with opened(context) as p, counting("lines") as progress:
        report = p.add_texts(file, person=person, progress=lambda n: progress.update(progress.task_ids[0], completed=n))
    if json:
        show_json({"run": report.run, "account": report.account, "seconds": report.seconds})
        return
    account = report.account
    _tell(account.lines, {**account.texts, "bad lines": account.bad_lines})
    console().print(f"windows: {counts(account.windows)}\nmentions: {counts(account.mentions)}")
    for reason, count in account.reasons.items():
        console().print(f"  {count:,} × {reason}", markup=False)


@add.command()
def text(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="Who says it")],
    words: Annotated[str, typer.Argument(help="What is said")],
    json: Json = False,
) -> None:
    """Read one text of one person."""
    with opened(context) as p:
        report = p.say(person, words)
    if json:
        show_json({"run": report.run, "entries": report.entries, "seconds": report.seconds})
        return
    for entry in report.entries:
        for verdict in entry.verdicts:
            said = verdict.proposal
            console().print(
                f"{verdict.status}: “{said.quote}” {said.stance} ({said.confidence:.2f}) → {said.link or 'own concept'}"
                f" {verdict.reason}",
                markup=False,
            )
        if entry.reason:
            console().print(f"{entry.status}: {entry.reason}", markup=False)


@world.command()
def load(
    context: typer.Context,
    file: File,
    source: Annotated[str, typer.Option(help="Name of the graph: world/SOURCE")] = "wikidata",
    properties: Annotated[str, typer.Option(help="Properties to keep, separated by commas: wdt:P136,wdt:P57")] = "",
    languages: Annotated[str, typer.Option(help="Languages of labels to keep")] = "en,zh",
    json: Json = False,
) -> None:
    """Merge a slice of a dump: truthy N-Triples; plain, .gz, .bz2 or .xz."""
    with opened(context) as p, counting("statements kept") as progress:
        report = p.load_world(
            file,
            source,
            properties=[name for name in properties.split(",") if name],
            languages=[name for name in languages.split(",") if name],
            progress=lambda n: progress.update(progress.task_ids[0], completed=n),
        )
    if json:
        show_json(report)
        return
    console().print(
        f"{report.kept:,} statements kept, {report.bad:,} bad lines;"
        f" {report.added:,} added, {report.removed:,} removed,"
        f" {report.relabelled:,} things relabelled, {report.gone:,} gone ({report.interests:,} interests in them)"
    )


def _tell(lines: int, parts: dict[str, int]) -> None:
    console().print(f"{lines:,} lines = {counts(parts)}")
