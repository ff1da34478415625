"""Commands for the ontology: check, compare, apply, undo, reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, counting, opened, show_json
from penchant.settings import workspace_folder

if TYPE_CHECKING:
    from penchant.kg.apply_ontology import ApplyReport
    from penchant.kg.effect import Touched
    from penchant.ontology.checking.finding import Finding
    from penchant.ontology.comparing.compare import Comparison

ontology = typer.Typer(help="Edit the ontology in Protégé, and let the system follow.", no_args_is_help=True)
app.add_typer(ontology, name="ontology")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON")]
Files = Annotated[list[str], typer.Argument(help="Files in any OWL syntax, or core, goods, news, sensitive, video")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing")]


@ontology.command()
def check(
    files: Files,
    reason: Annotated[bool, typer.Option(help="Ask HermiT too (needs Java)")] = True,
    json: Json = False,
) -> None:
    """Check ontology files together; exit status 1 where there are findings."""
    from penchant.ontology.checking.check import check_files
    from penchant.ontology.modules import ontology_file
    from penchant.queries.mentions import all_mentions

    findings = check_files([ontology_file(name) for name in files], used=all_mentions(), reason=reason)
    if json:
        show_json(findings)
    else:
        _tell_findings(findings)
        console().print("sound" if not findings else f"{len(findings)} finding(s)")
    if findings:
        raise typer.Exit(1)


@ontology.command()
def diff(
    context: typer.Context,
    old: Annotated[
        str, typer.Argument(help="A file, core, goods, news, sensitive, video, or current: what is in force")
    ],
    new: Annotated[str, typer.Argument(help="The same")],
    json: Json = False,
) -> None:
    """Say what NEW changes in OLD, and what that touches, counted in the workspace if there is one."""
    from penchant.ontology_diff import diff as compared

    there = (workspace_folder(context.obj.workspace) / "workspace.json").exists()
    with opened(context) if there else nullcontext() as p:
        found = compared(old, new, p.workspace if p else None)
    if json:
        show_json(found)
        return
    _tell_comparison(found.comparison, found.touched)
    if not found.counted and not found.comparison.unchanged:
        console().print("(no workspace here: stored triples were not counted)")


@ontology.command()
def apply(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(help="What Protégé saved, in any OWL syntax; or core, goods, news, sensitive, video")
    ],
    dry_run: Dry = False,
    json: Json = False,
) -> None:
    """Bring an edited ontology or a module into force and let stored data follow; all or nothing."""
    with opened(context) as p, _people() as progress:
        report = p.ontology.apply(file, dry_run=dry_run, progress=progress)
    _tell_report(report, dry_run, json)


@ontology.command()
def undo(context: typer.Context, dry_run: Dry = False, json: Json = False) -> None:
    """Bring back what was in force before the last edit."""
    with opened(context) as p, _people() as progress:
        report = p.ontology.undo(dry_run=dry_run, progress=progress)
    _tell_report(report, dry_run, json)


@ontology.command()
def remove(
    context: typer.Context,
    module: Annotated[str, typer.Argument(help="Ontology IRI of the module, or goods, news, sensitive, video")],
    dry_run: Dry = False,
    json: Json = False,
) -> None:
    """Take a module out of force."""
    with opened(context) as p, _people() as progress:
        report = p.ontology.remove(module, dry_run=dry_run, progress=progress)
    _tell_report(report, dry_run, json)


@ontology.command()
def show(context: typer.Context, json: Json = False) -> None:
    """Show which edition is in force, where its files lie, and the editions before it."""
    with opened(context) as p:
        editions = p.ontology.editions()
    if json:
        show_json([{"number": e.number, "at": e.at, "note": e.note, "files": e.files} for e in editions])
        return
    for edition in editions:
        console().print(f"{edition.number}  {edition.at}  {edition.note or 'as shipped'}", markup=False)
        for iri, path in edition.files.items():
            console().print(f"    {iri}  {path}", markup=False)


@ontology.command()
def docs(
    context: typer.Context,
    files: Annotated[list[str] | None, typer.Argument(help="Files; what is in force here, or else core")] = None,
    lang: Annotated[str, typer.Option(help="en or zh")] = "en",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File; standard output if none")] = None,
) -> None:
    """Write a readable reference of the ontology, in English or Chinese (Markdown)."""
    from penchant.ontology.files import read_triples
    from penchant.ontology.modules import ontology_file
    from penchant.ontology.reference.write import reference

    there = (workspace_folder(context.obj.workspace) / "workspace.json").exists()
    if files:
        triples = tuple(t for name in files for t in read_triples(ontology_file(name)))
    elif there:
        with opened(context) as p:
            triples = p.workspace.ontology.triples
    else:
        triples = tuple(read_triples(ontology_file("core")))
    text = reference(triples, lang)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


@contextmanager
def _people() -> Iterator[Callable[[int], None]]:
    with counting("people brought up to date") as progress:
        yield lambda done: progress.update(progress.task_ids[0], completed=done)


def _tell_findings(findings: list[Finding] | tuple[Finding, ...]) -> None:
    for finding in findings:
        where = f"{finding.where}: " if finding.where else ""
        term = f"<{finding.term}> " if finding.term else ""
        console().print(
            f"{finding.severity}: {where}{term}breaks “{finding.rule}”: {finding.found}. {finding.remedy}.",
            markup=False,
        )


def _tell_comparison(comparison: Comparison, touched: tuple[Touched, ...]) -> None:
    from penchant.ontology.short import short

    out = console()
    if comparison.unchanged:
        out.print("nothing changed")
    for term in comparison.added:
        out.print(f"added    {short(term)}", markup=False)
    for term in comparison.removed:
        out.print(f"removed  {short(term)}", markup=False)
    for old, new in sorted(comparison.renames.items(), key=str):
        out.print(f"renamed  {short(old)} → {short(new)}", markup=False)
    for change in comparison.changed:
        out.print(f"changed  {short(change.term)}", markup=False)
        for axiom in change.removed:
            out.print(f"    - {axiom.text}", markup=False)
        for axiom in change.added:
            out.print(f"    + {axiom.text}", markup=False)
    for sign, axioms in (("-", comparison.general_removed), ("+", comparison.general_added)):
        for axiom in axioms:
            out.print(f"general  {sign} {axiom.text}", markup=False)
    for line in comparison.header:
        out.print(f"header   {line}", markup=False)
    for part in touched:
        named = [f"{part.triples:,} stored triples"] if part.triples else []
        named += [f"{part.interests:,} interests of {part.people:,} people rest on it"] if part.interests else []
        for what, names in (("shapes", part.shapes), ("queries", part.queries), ("code", part.code)):
            named += [f"{what} {', '.join(names)}"] if names else []
        if named:
            out.print(f"touches  {short(part.term)}: {'; '.join(named)}", markup=False)


def _tell_report(report: ApplyReport, dry_run: bool, json: bool) -> None:
    if json:
        show_json(report)
    else:
        _tell_findings(report.findings)
        _tell_comparison(report.comparison, report.touched)
        out = console()
        for reason in report.refusals:
            out.print(f"refused: {reason}", markup=False)
        if report.refusals:
            out.print("Nothing was changed.")
        elif report.edition is not None or dry_run:
            done = f"Edition {report.edition} is in force" if report.edition else "It can be applied"
            out.print(
                f"{done}: {report.quads:,} quads change, {report.people:,} people's interests are worked out anew."
            )
    if report.refusals:
        raise typer.Exit(2)
