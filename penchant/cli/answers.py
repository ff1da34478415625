"""Commands that answer."""

from __future__ import annotations

import csv
import json as json_module
import sys
from pathlib import Path
from typing import Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, counting, opened, show_json
from penchant.errors import QueryError, SourceError
from penchant.kg.store import Answer

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON")]


@app.command()
def recommend(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="For whom")],
    k: Annotated[int, typer.Option("-k", help="How many")] = 10,
    why: Annotated[bool, typer.Option("--why", help="Say why, under each")] = False,
    json: Json = False,
) -> None:
    """Say what a person will care about next."""
    with opened(context) as p:
        ranking = p.recommend(person, k)
        reasons = {r.item: p.explain(person, r.item, among=ranking).text("en") for r in ranking} if why else {}
    if json:
        answer = {"person": ranking.person, "items": ranking.items, "notes": ranking.notes}
        show_json({**answer, "considered": ranking.considered, "dropped": ranking.dropped})
        return
    out = console()
    for note in ranking.notes:
        out.print(note, markup=False)
    for place, item in enumerate(ranking.items, start=1):
        out.print(f"{place:2}. {item.label}  {item.score:.3f}  ({', '.join(item.found_by)})", markup=False)
        if why:
            out.print(f"    {reasons[item.item]}", markup=False)


@app.command()
def explain(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="For whom")],
    item: Annotated[str, typer.Argument(help="The shop's id, an IRI, or a prefixed name such as wd:Q25188")],
    lang: Annotated[str, typer.Option(help="en or zh")] = "en",
    json: Json = False,
) -> None:
    """Say why an item would be recommended: exact shares, and a path to the person's own words."""
    with opened(context) as p:
        explanation = p.explain(person, item)
    if json:
        show_json(explanation)
        return
    console().print(explanation.text(lang), markup=False)


@app.command()
def infer(
    context: typer.Context,
    person: Annotated[str | None, typer.Argument(help="About whom; everybody if nobody is named")] = None,
    json: Json = False,
) -> None:
    """Let the rules of prior knowledge conclude what people are likely to care about."""
    with opened(context) as p, counting("people") as progress:
        report = p.infer(person, progress=lambda n: progress.update(progress.task_ids[0], completed=n))
    if json:
        show_json(report)
        return
    console().print(f"{report.people:,} people; {report.added:,} quads added, {report.removed:,} removed")
    for rule, count in report.drawn.items():
        console().print(f"  {rule}: {count:,} inferences", markup=False)


@app.command()
def fuse(
    context: typer.Context,
    person: Annotated[str | None, typer.Argument(help="Whose; everybody's if nobody is named")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would change, and change nothing")] = False,
    json: Json = False,
) -> None:
    """Work interests out anew, from events, texts and corrections; nothing changes if all is well."""
    with opened(context) as p, counting("people") as progress:
        report = p.fuse(person, dry_run=dry_run, progress=lambda n: progress.update(progress.task_ids[0], completed=n))
    if json:
        show_json(report)
        return
    words = "would change" if dry_run else "changed"
    console().print(
        f"{report.people:,} people, {report.changed:,} {words};"
        f" {report.added:,} quads added, {report.removed:,} removed"
    )


@app.command()
def query(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="NAME of a shipped query, @FILE, or - for standard input")],
    set: Annotated[list[str] | None, typer.Option("--set", help="A parameter: NAME=VALUE")] = None,
    format: Annotated[str, typer.Option(help="table, csv, tsv or json")] = "table",
    json: Json = False,
) -> None:
    """Ask the graph in SPARQL, by the name of a shipped query or with one of your own."""
    values = dict(_pair(text) for text in set or [])
    with opened(context) as p:
        if name == "-" or name.startswith("@"):
            if values:
                raise QueryError("--set goes with shipped queries only", where="--set")
            answer = p.ask(_text(name))
        else:
            answer = p.query(name, values)
    _show(answer, "json" if json else format)


@app.command()
def queries() -> None:
    """List the shipped queries with what they answer."""
    from penchant.queries import loader

    for name in loader.names():
        query = loader.load(name)
        parameters = " ".join(f"--set {p}=…" for p in query.parameters)
        console().print(f"{name} {parameters}\n    {query.purpose}", markup=False)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise QueryError(f"{text!r}", expected="NAME=VALUE", where="--set")
    return name, value


def _text(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    path = Path(name[1:])
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"it cannot be read ({error})", where=str(path)) from error


def _show(answer: Answer, format: str) -> None:
    if answer.kind == "triples":
        sys.stdout.write("".join(f"{triple} .\n" for triple in answer.triples))
    elif format == "json":
        sys.stdout.write(json_module.dumps(_sparql_json(answer), ensure_ascii=False) + "\n")
    elif answer.kind == "truth":
        sys.stdout.write("true\n" if answer.truth else "false\n")
    elif format in {"csv", "tsv"}:
        writer = csv.writer(sys.stdout, delimiter="," if format == "csv" else "\t", lineterminator="\n")
        writer.writerow(answer.variables)
        writer.writerows([_value(row.get(v)) for v in answer.variables] for row in answer.rows)
    else:
        _table(answer)


def _table(answer: Answer) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(*answer.variables, box=None)
    for row in answer.rows:
        table.add_row(*(Text(_short(_value(row.get(v)))) for v in answer.variables))
    console().print(table)


def _value(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))


def _short(iri: str) -> str:
    from penchant.ontology.terms import PREFIXES

    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _sparql_json(answer: Answer) -> dict[str, object]:
    """SPARQL 1.1 Query Results JSON Format (W3C, 2013)."""
    from pyoxigraph import BlankNode, Literal

    if answer.kind == "truth":
        return {"head": {}, "boolean": answer.truth}

    def term(value: object) -> dict[str, str]:
        if isinstance(value, Literal):
            found = {"type": "literal", "value": value.value}
            if value.language:
                found["xml:lang"] = value.language
            elif not value.datatype.value.endswith("#string"):
                found["datatype"] = value.datatype.value
            return found
        return {"type": "bnode" if isinstance(value, BlankNode) else "uri", "value": _value(value)}

    bindings = [{name: term(value) for name, value in row.items()} for row in answer.rows]
    return {"head": {"vars": list(answer.variables)}, "results": {"bindings": bindings}}
