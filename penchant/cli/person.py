"""Commands for one person: show, history, correct, export, merge, consent, expire, forget; and `compact`."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, opened, show_json
from penchant.errors import SettingError

if TYPE_CHECKING:
    pass

person = typer.Typer(help="See, correct, take along, limit or erase what is known of one person.", no_args_is_help=True)
app.add_typer(person, name="person")

Who = Annotated[str, typer.Argument(metavar="PERSON", help="As sources call them, or an IRI")]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON")]
Lang = Annotated[str, typer.Option(help="en or zh")]
Defer = Annotated[bool, typer.Option("--defer-rewrite", help="Leave rewriting the store to `penchant compact`")]


@person.command()
def show(
    context: typer.Context,
    who: Who,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Interests as they were then; a day, or a time")
    ] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Show every interest with its evidence, wishes for others, and consent."""
    with opened(context) as p:
        shown = p.people.show(who, as_of=None if as_of is None else _moment(as_of))
        words = "" if json else shown.text(lang)
    if json:
        show_json(shown)
    else:
        console().print(words, markup=False)


@person.command()
def history(
    context: typer.Context,
    who: Who,
    about: Annotated[
        str | None, typer.Argument(help="Only this: an item's id, an IRI, or the name of an interest")
    ] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Show how interests went: at each moment of evidence, what it added up to and what moved it."""
    with opened(context) as p:
        shown = p.people.history(who, about)
        words = "" if json else shown.text(lang)
    if json:
        show_json(shown)
    else:
        console().print(words, markup=False)


@person.command()
def correct(
    context: typer.Context,
    who: Who,
    about: Annotated[str, typer.Argument(help="An item's id, an IRI, wd:Q200092, or the name of an interest")],
    stance: Annotated[str | None, typer.Option(help="likes, dislikes, wants, interested or neutral")] = None,
    intensity: Annotated[float, typer.Option(help="How strongly, from 0 to 1")] = 1.0,
    wrong: Annotated[bool, typer.Option("--wrong", help="It is no interest of theirs")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what they have said of it")] = False,
    json: Json = False,
) -> None:
    """Let a person's own word settle how they stand towards something."""
    from penchant.ontology.short import short

    with opened(context) as p:
        now = p.people.correct(who, about, stance, intensity, wrong=wrong, undo=undo)
    if json:
        show_json(now)
        return
    for one in now:
        words = f"{short(one.facet)}: {short(one.stance)}, weight {one.weight:.2f}, confidence {one.confidence:.2f}"
        console().print(f"{short(one.about)}: {words}", markup=False)
    if not now:
        console().print("There is no interest in it now.")


@person.command()
def export(
    context: typer.Context,
    who: Who,
    output: Annotated[Path, typer.Argument(metavar="FOLDER_OR_ZIP", help="A new folder, or a new file ending in .zip")],
    json: Json = False,
) -> None:
    """Write everything that is known of a person as linked data and tables, with what the columns mean."""
    with opened(context) as p:
        bundle = p.people.export(who, output)
    if json:
        show_json(bundle)
        return
    rows = ", ".join(f"{count:,} rows in {name}" for name, count in bundle.rows.items())
    console().print(f"{bundle.path}: {rows}", markup=False)


@person.command()
def merge(
    context: typer.Context,
    who: Who,
    into: Annotated[
        str | None, typer.Argument(metavar="[INTO]", help="The identifier that everything counts for")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Separate PERSON again")] = False,
) -> None:
    """Let everything of one identifier count for another, because both are one human being."""
    if (into is None) != undo:
        raise SettingError("it is not clear what is to be merged", expected="either INTO or --undo")
    with opened(context) as p:
        if into is None:
            p.people.unmerge(who)
        else:
            p.people.merge(who, into)
    console().print(f"{who} counts for {into or 'themselves'} now.", markup=False)


@person.command()
def consent(
    context: typer.Context,
    who: Who,
    refuse: Annotated[str, typer.Option(metavar="PURPOSES", help="extract, train, recommend; with commas")] = "",
    allow: Annotated[str, typer.Option(metavar="PURPOSES", help="The same")] = "",
    keep_days: Annotated[int | None, typer.Option(help="Keep what they show for so many days")] = None,
    keep_forever: Annotated[bool, typer.Option("--keep-forever", help="Keep it without an end")] = False,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Show or change what a person lets be done with what is known of them."""
    with opened(context) as p:
        door = p.people
        now = door.consent(
            who, refuse=_listed(refuse), allow=_listed(allow), keep_days=keep_days, keep_forever=keep_forever
        )
        words = door.tell(now, lang)
    if json:
        show_json(now)
    else:
        console().print(words, markup=False)


@person.command()
def expire(
    context: typer.Context,
    who: Annotated[str | None, typer.Argument(metavar="[PERSON]", help="Whose; everybody's if nobody is named")] = None,
    defer_rewrite: Defer = False,
    json: Json = False,
) -> None:
    """Erase what is older than its person lets it be kept."""
    with opened(context) as p:
        report = p.people.expire(who, rewrite=not defer_rewrite)
    if json:
        show_json(report)
        return
    console().print(
        f"{report.people:,} people: {report.evidence:,} pieces of evidence, {report.texts:,} texts,"
        f" {report.events:,} events and {report.rejected:,} refused events erased"
    )


@person.command()
def forget(
    context: typer.Context,
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
    defer_rewrite: Defer = False,
    json: Json = False,
) -> None:
    """Erase a person under all of their identifiers; when it answers, it is done.  It cannot be undone."""
    if not yes:
        typer.confirm(f"Erase everything that is known of {who}, for good?", abort=True)
    with opened(context) as p:
        report = p.people.forget(who, rewrite=not defer_rewrite)
    if json:
        show_json(report)
        return
    out = console()
    ledger = report.ledger
    out.print(
        f"Forgotten in {report.seconds:.1f} s: {report.people} identifier(s), {report.quads:,} quads, {ledger.texts:,}"
        f" texts, {report.events:,} events, {ledger.rejected + ledger.bad_lines:,} refused records."
    )
    for what, names in (("snapshot", report.snapshots), ("file", report.copies)):
        for name in names:
            out.print(f"Deleted the {what} {name}, which held something of theirs.", markup=False)
    if report.model:
        out.print("The model was trained with them: its counts are without them now, its vectors are not. Train again.")
    if not report.rewritten:
        out.print("The store's files still hold what was deleted: run `penchant compact`.")


@app.command()
def compact(context: typer.Context, json: Json = False) -> None:
    """Rewrite the store's files, without the strings of what was deleted."""
    with opened(context) as p:
        done = p.people.compact()
    if json:
        show_json(done)
        return
    console().print(f"{done.quads:,} quads: {done.before:,} bytes before, {done.after:,} now; {done.seconds:.1f} s")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _moment(text: str) -> datetime:
    """A time, or the end of a day, in UTC unless it says another zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingError(f"{text!r} is no date", expected="a date such as 2026-06-01", where="--as-of") from error
    if len(text) <= 10:
        found = datetime.combine(found.date(), time(23, 59, 59))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
