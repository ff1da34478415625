"""Commands that make, look after and export a workspace."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, counts, opened, show_json
from penchant.kg.account import Account
from penchant.kg.workspace import DEFAULT_BASE


@app.command()
def init(
    context: typer.Context,
    base_iri: Annotated[str, typer.Option(help="What all IRIs start with; fixed for ever")] = DEFAULT_BASE,
    plain_ids: Annotated[
        bool, typer.Option("--plain-ids", help="Keep people's ids readable in IRIs: for demos, an export names people")
    ] = False,
) -> None:
    """Make a workspace."""
    from penchant import api

    with api.create(context.obj.workspace, base_iri=base_iri, plain_ids=plain_ids) as p:
        console().print(f"Workspace {p.workspace.folder} is ready; its IRIs start with {p.workspace.graphs.base}")


@app.command()
def status(
    context: typer.Context, json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False
) -> None:
    """Show what the workspace holds: triples by graph, the ledger's account, the last runs."""
    from rich.table import Table

    with opened(context) as p:
        found = p.status()
    if json:
        show_json(found)
        return
    out = console()
    out.print(f"{found['folder']}  ({found['base_iri']})")
    table = Table("graph", "triples", box=None)
    for name, triples in found["graphs"].items():  # type: ignore[attr-defined]
        table.add_row(name, f"{triples:,}")
    out.print(table)
    account = found["account"]
    assert isinstance(account, Account)
    out.print(f"{account.lines:,} lines = {counts({**account.texts, 'bad lines': account.bad_lines})}")
    out.print(f"windows: {counts(account.windows)}\nmentions: {counts(account.mentions)}")
    model = "model: trained" if found["trained"] else "model: none; train one with `penchant train`"
    if found["trained_with_forgotten"]:
        model += f" with {found['trained_with_forgotten']} who were forgotten since; train again"
    out.print(model)
    topics = found["sensitive_topics"]
    assert isinstance(topics, tuple)
    out.print(
        f"sensitive topics: none of {', '.join(topics)} is kept"
        if topics
        else "sensitive topics: kept, no policy is in force (`penchant ontology apply sensitive`)"
    )
    if found["rewrite_due"]:
        out.print("the store's files still hold what was deleted; run `penchant compact`")


@app.command()
def check(context: typer.Context, json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False) -> None:
    """Check that the workspace is sound; exit status 1 where it is not."""
    with opened(context) as p:
        findings = p.check()
    if json:
        show_json(findings)
    else:
        for finding in findings:
            console().print(f"{finding.where}: breaks “{finding.rule}”: {finding.found}", markup=False)
        console().print("sound" if not findings else f"{len(findings)} finding(s)")
    if findings:
        raise typer.Exit(1)


@app.command()
def export(
    context: typer.Context,
    output: Annotated[Path | None, typer.Argument(help="File; standard output if none is given")] = None,
    format: Annotated[str | None, typer.Option(help="nt, ttl, rdf, jsonld, trig or nq; else the file's ending")] = None,
    person: Annotated[str | None, typer.Option(help="Only what is known of this person")] = None,
    ontology: Annotated[bool, typer.Option("--ontology", help="Put the ontology in as well")] = False,
) -> None:
    """Write the graph in another tool's format."""
    from penchant.kg.export import format_of

    kind = format_of(format, output)
    with opened(context) as p:
        if output is None:
            count = p.export(sys.stdout.buffer, kind, person=person, ontology=ontology)
        else:
            draft = output.with_name(output.name + ".tmp")
            with draft.open("wb") as stream:
                count = p.export(stream, kind, person=person, ontology=ontology)
            draft.replace(output)
    console(error=True).print(f"{count:,} triples as {kind}")
