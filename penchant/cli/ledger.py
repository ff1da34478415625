"""Commands for the ledger: what was refused, looked at, mended and tried again."""

from __future__ import annotations

import json as json_module
from typing import Annotated, Any

import typer

from penchant.cli.app import app
from penchant.cli.session import console, counting, counts, opened, show_json
from penchant.errors import InputError
from penchant.kg.account import Account
from penchant.ledger_entry import Entry, shown_fields

ledger = typer.Typer(help="Look at what was refused, change it, and try it again.", no_args_is_help=True)
app.add_typer(ledger, name="ledger")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON")]
Id = Annotated[str, typer.Argument(help="Such as line:12, event:7, item:7, text:33 or mention:102")]
Run = Annotated[int | None, typer.Option(help="Only of this run")]
Kind = Annotated[str | None, typer.Option(help="Only line, event, item, text or mention")]
Reason = Annotated[str | None, typer.Option(help="Only where the reason holds these words")]


@ledger.command("list")
def list_refusals(
    context: typer.Context,
    run: Run = None,
    kind: Kind = None,
    reason: Reason = None,
    state: Annotated[str, typer.Option(help="open, mended, replayed or all")] = "open",
    person: Annotated[str | None, typer.Option(help="Only what is of this person")] = None,
    limit: Annotated[int, typer.Option(help="At most so many")] = 100,
    json: Json = False,
) -> None:
    """List what was refused, with line and reason."""
    with opened(context) as p:
        found = p.ledger.list(run=run, kind=kind, reason=reason, state=state, person=person, limit=limit + 1)
    if json:
        show_json(found[:limit])
        return
    out = console()
    for one in found[:limit]:
        span = "" if one.start is None else f" {one.start}–{one.end}"
        mark = "" if one.state == "open" else f"  [{one.state}]"
        line = one.raw[:120].replace("\n", "⏎")
        out.print(f"{one.id}  {one.source}:{one.line}{span}  {one.reason}{mark}  | {line}", markup=False)
    if len(found) > limit:
        out.print(f"There are more; say --limit {limit * 10}, or choose by --run, --kind, --reason or --person.")


@ledger.command()
def show(context: typer.Context, id: Id, json: Json = False) -> None:
    """Show one refusal with everything that belongs to it."""
    with opened(context) as p:
        entry = p.ledger.show(id)
    if json:
        show_json(entry)
    else:
        _tell(entry)


@ledger.command()
def mend(
    context: typer.Context,
    id: Id,
    set: Annotated[list[str] | None, typer.Option("--set", help="A field: NAME=VALUE")] = None,
    record: Annotated[str | None, typer.Option(help="A whole record instead, as JSON")] = None,
    json: Json = False,
) -> None:
    """Change what was refused; the original stays beside it until it is tried again."""
    if (record is None) == (not set):
        raise InputError("nothing says what to change", expected="--set NAME=VALUE …, or --record JSON", where=id)
    fields = _record(record) if record is not None else dict(_pair(text) for text in set or [])
    with opened(context) as p:
        entry = p.ledger.mend(id, fields, whole=record is not None)
    if json:
        show_json(entry)
    else:
        _tell(entry)
        console().print(f"Try it again with `penchant ledger replay {id}`.", markup=False)


@ledger.command()
def replay(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="These; or choose by the options")] = None,
    run: Run = None,
    kind: Kind = None,
    reason: Reason = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that is open or mended")] = False,
    json: Json = False,
) -> None:
    """Try again what was refused, as it is or as it was mended."""
    with opened(context) as p, counting("tried again") as progress:
        report = p.ledger.replay(
            *(ids or []),
            run=run,
            kind=kind,
            reason=reason,
            everything=everything,
            progress=lambda n: progress.update(progress.task_ids[0], completed=n),
        )
    if json:
        show_json({"runs": report.runs, "counts": report.counts, "outcomes": report.outcomes})
        return
    out = console()
    for one in report.outcomes:
        where = "" if one.run is None else f" (run {one.run})"
        out.print(f"{one.id}: {one.fate}{where}{': ' if one.reason else ''}{one.reason}", markup=False)
    out.print(f"{len(report.outcomes):,} tried again = {counts(report.counts)}")


@ledger.command()
def account(context: typer.Context, run: Run = None, json: Json = False) -> None:
    """Show that everything adds up, level by level; exit status 1 where it does not."""
    with opened(context) as p:
        texts, rows = p.ledger.account(run), p.ledger.rows_accounts(run)
    wrong = [*texts.imbalances(), *(words for one in rows for words in one.imbalances())]
    if json:
        show_json({"texts": texts, "rows": rows, "imbalances": wrong})
    else:
        if run is None or not rows:
            _tell_texts(texts)
        for one in rows:
            parts = {one.kind: one.used, "rejected": one.rejected, "withheld": one.withheld, "bad lines": one.bad_lines}
            console().print(f"{one.kind}: {one.lines:,} lines = {counts(parts)}")
        console().print("It balances." if not wrong else "\n".join(f"It does not balance: {text}" for text in wrong))
    if wrong:
        raise typer.Exit(1)


@ledger.command()
def runs(context: typer.Context, json: Json = False) -> None:
    """List all runs, newest first."""
    with opened(context) as p:
        found = p.ledger.runs()
    if json:
        show_json(found)
        return
    for one in found:
        ended = one["finished"] or "not finished"
        out = f"{one['id']:>5}  {one['started']}  {ended}  {one['kind']:<8}  {one['lines']:>9,}  {one['source']}"
        console().print(out, markup=False)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InputError(f"{text!r}", expected="NAME=VALUE", where="--set")
    return name.strip(), value


def _record(text: str) -> dict[str, Any]:
    try:
        value = json_module.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", expected='a record such as {"person": …}', where="--record") from error
    if not isinstance(value, dict):
        raise InputError("not an object", expected='a record such as {"person": …}', where="--record")
    return value


def _tell(entry: Entry) -> None:
    one, run, out = entry.refusal, entry.run, console()

    def say(text: str) -> None:
        out.print(text, markup=False)

    say(f"{one.id}  {one.source}:{one.line}  [{one.state}]")
    say(f"reason    {one.reason}")
    say(f"run       {run['id']}: {run['kind']} from {run['source']}, {run['started']}  {run['extractor']}".rstrip())
    if run["read_with"]:
        say(f"read with {shown_fields(run['read_with'])}")
    for name, value in (("person", one.person), ("at", entry.at)):
        if value:
            say(f"{name:<9} {value}")
    say(f"{'text' if entry.text is not None else 'raw':<9} {_marked(entry)}")
    if entry.proposal is not None:
        _tell_mention(entry, say)
    if one.mended is not None:
        say(f"mended    {shown_fields(one.mended)}")
    elif entry.fields is not None:
        say(f"fields    {shown_fields(entry.fields)}")
    for row in entry.outcome:
        say(f"replayed  run {one.replayed}: {row.fate} {row.id} {row.reason}".rstrip())


def _tell_mention(entry: Entry, say: Any) -> None:
    said = entry.proposal
    assert said is not None
    words = {"for": said.beneficiary, "meaning": said.antecedent, "if": said.condition, "about its": said.aspect}
    words["saying"] = said.opinion
    told = " ".join([*([said.experience] if said.experience else []), *(f"{w} “{q}”" for w, q in words.items() if q)])
    at = f" at {said.at.isoformat()}" if said.at else ""
    say(
        f"mention   “{said.quote}” {said.start}–{said.end}  {said.stance or 'no stance'} {told}"
        f" intensity {said.intensity:g} confidence {said.confidence:.2f}{at}"
    )
    for candidate in said.candidates:
        chosen = "→" if candidate.iri == said.link else " "
        say(f"candidate {chosen} {candidate.score:.2f}  {candidate.label}  <{candidate.iri}>")
    for window in entry.windows:
        say(f"window    {window.start}–{window.end}  {window.status}  {window.reply}")


def _marked(entry: Entry) -> str:
    """The whole text, with the mention between marks."""
    one, text = entry.refusal, entry.text
    if text is None:
        return one.raw
    if one.start is None or one.end is None or one.start == one.end:
        return text
    return f"{text[: one.start]}⟦{text[one.start : one.end]}⟧{text[one.end :]}"


def _tell_texts(account: Account) -> None:
    out = console()
    texts = sum(account.texts.values())
    out.print(f"texts: {account.lines:,} lines = {texts:,} texts + {account.bad_lines:,} bad lines")
    out.print(f"  {texts:,} texts = {counts(account.texts)}")
    out.print(f"  {sum(account.windows.values()):,} windows = {counts(account.windows)}")
    out.print(f"  {sum(account.mentions.values()):,} mentions = {counts(account.mentions)}")
