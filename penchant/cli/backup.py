"""Commands that back a workspace up, restore it, and bring it to a newer version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, counting, opened, show_json
from penchant.kg.check import Finding


@app.command()
def backup(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="A new folder [default: backups/TIME of the workspace]")] = None,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Only check every file of the one in FOLDER; exit status 1 if damaged"),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False,
) -> None:
    """Make a snapshot of the workspace, or check one.  It holds the key of the identifiers: keep it to yourself."""
    from penchant import backup_door

    if verify:
        if folder is None:
            raise typer.BadParameter("name the folder of the backup", param_hint="FOLDER")
        damage = backup_door.verify(folder)
        if json:
            show_json({"folder": str(folder), "damage": damage})
        else:
            console().print("\n".join(damage) or f"{folder}: whole", markup=False)
        raise typer.Exit(1 if damage else 0)
    with opened(context) as p:
        made = p.backups.make(folder)
    manifest = made.manifest
    if json:
        show_json(
            {
                "folder": str(made.folder),
                "at": manifest.at,
                "quads": manifest.quads,
                "texts": manifest.texts,
                "files": len(manifest.files),
                "bytes": manifest.bytes,
            }
        )
    else:
        words = f"{manifest.quads:,} quads, {manifest.texts:,} texts, {manifest.bytes:,} bytes"
        console().print(f"{made.folder}: {words} in {len(manifest.files)} files", markup=False)


@app.command()
def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The backup")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the workspace that is there")
    ] = False,
    erasures: Annotated[
        Path | None, typer.Option(help="Another workspace whose forgotten people are forgotten here too")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False,
) -> None:
    """Make a workspace from a backup; whoever was forgotten since is forgotten again.  Exit status 1 on findings."""
    from penchant import backup_door

    report = backup_door.restore(folder, context.obj.workspace, replace=replace, erasures=erasures)
    if json:
        show_json(report)
    else:
        out = console()
        out.print(f"Workspace {report.folder} is as it was at {report.at}", markup=False)
        if report.redone:
            out.print(f"{report.redone} changes that were under way then are finished")
        if report.forgotten:
            out.print(f"{report.forgotten} people who have been forgotten since are forgotten again")
        _say(report.upgraded, report.findings)
    raise typer.Exit(1 if report.findings else 0)


@app.command()
def migrate(
    context: typer.Context,
    backup: Annotated[
        Path | None, typer.Option(help="Where the backup goes that is made first [default: backups/TIME inside]")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON")] = False,
) -> None:
    """Bring a workspace that an older Penchant has written to this version.  Exit status 1 on findings."""
    from penchant import backup_door

    with counting("people") as progress:
        report = backup_door.migrate(
            context.obj.workspace, backup=backup, progress=lambda n: progress.update(progress.task_ids[0], completed=n)
        )
    if json:
        show_json(report)
    elif report.before == report.after:
        console().print(f"nothing to do: it is of version {report.after}")
    else:
        console().print(f"version {report.before} → {report.after}; as it was: {report.backup}", markup=False)
        _say(report.changes, report.findings)
    raise typer.Exit(1 if report.findings else 0)


def _say(changes: Sequence[str], findings: Sequence[Finding]) -> None:
    for words in changes:
        console().print(words, markup=False)
    for finding in findings:
        console().print(f"{finding.where}: breaks “{finding.rule}”: {finding.found}", markup=False)
    console().print("sound" if not findings else f"{len(findings)} finding(s)")
