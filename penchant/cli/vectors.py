"""Commands about concept vectors: make them, and ask what lies near."""

from __future__ import annotations

from typing import Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, counting, opened, show_json

vectors = typer.Typer(help="Concept vectors: what things mean, from texts about them.", no_args_is_help=True)
app.add_typer(vectors, name="vectors")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON")]


@vectors.command()
def build(context: typer.Context, json: Json = False) -> None:
    """Make a vector of every item and concept that catalogue and world know; goes on where it was cut off."""
    with opened(context) as p, counting("texts") as progress:

        def tell(done: int, of: int) -> None:
            progress.update(progress.task_ids[0], completed=done, total=of)

        report = p.vectors.build(progress=tell)
    if json:
        show_json(report)
        return
    views = ", ".join(f"{name} of {count:,}" for name, count in report.views.items())
    out = console()
    out.print(f"{report.things:,} things ({report.items:,} items): {views}", markup=False)
    out.print(f"{report.texts:,} texts, {report.encoded:,} encoded now; {report.bytes:,} bytes in {report.path}")


@vectors.command()
def near(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A person, an item's id, an IRI, or a prefixed name such as wd:Q103569")],
    k: Annotated[int, typer.Option("-k", help="How many")] = 10,
    json: Json = False,
) -> None:
    """Show the things nearest to a person's interest vector, or to a thing."""
    with opened(context) as p:
        found = p.vectors.near(what, k)
    if json:
        show_json(found)
        return
    for place, one in enumerate(found, start=1):
        kind = "item" if one.is_item else "concept"
        console().print(f"{place:2}. {one.label}  {one.cosine:.3f}  ({kind})  {one.thing}", markup=False)
    if not found:
        console().print("nothing that is known of this person's interests has a vector")
