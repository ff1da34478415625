"""Commands for links: what words were linked to, and what they mean from now on."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from penchant.cli.app import app
from penchant.cli.session import console, counts, opened, show_json
from penchant.kg.link_decisions import Decision
from penchant.kg.link_overview import NameLinks
from penchant.kg.relink import Relinked
from penchant.links_door import MentionLink

link = typer.Typer(help="Look at what words were linked to, and decide what they mean.", no_args_is_help=True)
app.add_typer(link, name="link")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The words, as people write them")]
Mention = Annotated[str | None, typer.Option(help="Only at this place, such as mention:102")]
Person = Annotated[str | None, typer.Option(help="Only in this person's texts")]
Because = Annotated[str, typer.Option(help="Why")]
By = Annotated[str | None, typer.Option(help="Who decides [default: the name of the user]")]

#: Characters of the text that are shown on each side of a mention.
_AROUND = 60
_IDS = 5


@link.command()
def show(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME|MENTION]", help="Words, or mention:102")] = None,
    person: Person = None,
    nil: Annotated[bool, typer.Option("--nil", help="Only words that were linked to nothing somewhere")] = False,
    doubtful: Annotated[bool, typer.Option("--doubtful", help="Only words that were linked unsurely")] = False,
    limit: Annotated[int, typer.Option(help="At most so many")] = 50,
    json: Json = False,
) -> None:
    """Show what words were linked to, how surely, and what else they may mean."""
    with opened(context) as p:
        if name is not None and name.startswith("mention:"):
            mention = p.links.mention(name)
            if json:
                show_json(mention)
            else:
                _tell_mention(mention)
            return
        found = p.links.list(name, person=person, nil=nil, doubtful=doubtful, limit=limit + 1)
    if json:
        show_json(found[:limit])
        return
    for one in found[:limit]:
        _tell_name(one)
    if len(found) > limit:
        console().print(f"There are more; say --limit {limit * 10}, or choose by NAME, --person, --nil or --doubtful.")
    if not found:
        console().print("Nobody has mentioned it." if name is not None else "There is no such mention.")


@link.command()
def accept(
    context: typer.Context,
    name: Name,
    thing: Annotated[str, typer.Argument(metavar="IRI", help="An IRI, a prefixed name (wd:Q…) or an item's id")],
    mention: Mention = None,
    person: Person = None,
    because: Because = "",
    by: By = None,
    json: Json = False,
) -> None:
    """Let words mean a thing from now on; what was read is linked anew."""
    with opened(context) as p:
        done = p.links.accept(name, thing, mention=mention, person=person, by=_who(by), because=because)
    _tell_done(done, json=json)


@link.command()
def reject(
    context: typer.Context,
    name: Name,
    thing: Annotated[
        str | None, typer.Argument(metavar="[IRI]", help="What they do not mean; anything that is known if left out")
    ] = None,
    mention: Mention = None,
    person: Person = None,
    because: Because = "",
    by: By = None,
    json: Json = False,
) -> None:
    """Let words not mean a thing, or anything that is known; what was read is linked anew."""
    with opened(context) as p:
        done = p.links.reject(name, thing, mention=mention, person=person, by=_who(by), because=because)
    _tell_done(done, json=json)


@link.command()
def undo(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="DECISION", help="Such as decision:7")],
    by: By = None,
    json: Json = False,
) -> None:
    """Take a decision back; what the linker had said counts again."""
    with opened(context) as p:
        done = p.links.undo(id, by=_who(by))
    _tell_done(done, json=json)


@link.command()
def decisions(context: typer.Context, json: Json = False) -> None:
    """List all decisions, those that were taken back too."""
    with opened(context) as p:
        found = p.links.decisions()
    if json:
        show_json(found)
        return
    for one in found:
        undone = "" if one.undone is None else f"  [taken back {one.undone} by {one.undone_by or 'somebody'}]"
        because = f"  because {one.because}" if one.because else ""
        console().print(f"{_sentence(one)}  {one.at} by {one.by or 'somebody'}{because}{undone}", markup=False)
    if not found:
        console().print("Nobody has decided anything about links.")


def _who(by: str | None) -> str:
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return ""


def _sentence(one: Decision) -> str:
    thing = "nothing that is known" if one.link is None else f"{one.label} <{one.link}>"
    verb = "means" if one.verb == "accept" or one.link is None else "does not mean"
    where = {"everybody": "", "person": " where they write it", "mention": " in one place"}[one.scope]
    whose = f" [{one.person.value}]" if one.person is not None else ""
    place = f" [{one.text.value} at {one.start}]" if one.text is not None else ""
    return f"decision:{one.id}  “{one.words}” {verb} {thing}{where}{whose}{place}"


def _several(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def _tell_name(one: NameLinks) -> None:
    out = console()
    people = _several(one.people, "person", "people")
    doubt = f", {one.doubtful:,} doubtful" if one.doubtful else ""
    out.print(f"“{one.words}”  {one.mentions:,} × by {people}{doubt}", markup=False)
    for found in one.links:
        name = "nothing (NIL)" if found.link is None else f"{found.label} <{found.link}>"
        decided = f", {found.decided:,} decided" if found.decided else ""
        out.print(f"  → {found.mentions:,} × {name}  confidence {found.confidence:.2f}{decided}", markup=False)
    linked = {found.link for found in one.links}
    for candidate in one.candidates:
        if candidate.iri not in linked:
            out.print(f"    {candidate.score:.2f} {candidate.label} <{candidate.iri}>", markup=False)
    more = f" … and {len(one.ids) - _IDS:,} more" if len(one.ids) > _IDS else ""
    out.print(f"    {' '.join(one.ids[:_IDS])}{more}", markup=False)


def _tell_mention(one: MentionLink) -> None:
    said, out = one.proposal, console()

    def say(text: str) -> None:
        out.print(text, markup=False)

    start, end = max(0, said.start - _AROUND), said.end + _AROUND
    before, after = one.text[start : said.start], one.text[said.end : end]
    cut = ("…" if start else "", "…" if end < len(one.text) else "")
    say(f"{one.id}  {one.person}  {one.at}{'  [read anew since]' if one.past else ''}")
    say(f"text      {cut[0]}{before}⟦{said.quote}⟧{after}{cut[1]}".replace("\n", "⏎"))
    if said.antecedent:
        say(f"meaning   “{said.antecedent}”")
    chosen = "nothing (NIL)" if said.link is None else f"<{said.link}>"
    say(f"link      {chosen}  confidence {said.link_confidence:.2f}")
    say(f"status    {one.status}{': ' if one.reason else ''}{one.reason}")
    if said.decided is None:
        say("decided   by the linker")
    elif one.decision is None:
        say("decided   by mending this mention")
    else:
        because = f" because {one.decision.because}" if one.decision.because else ""
        say(f"decided   by {one.decision.by or 'somebody'} at {one.decision.at}{because}")
        say(f"          {_sentence(one.decision)}")
    if said.decided is not None and not said.decided.mended:
        linker = "nothing (NIL)" if said.decided.link is None else f"<{said.decided.link}>"
        say(f"linker    {linker}  confidence {said.decided.confidence:.2f}")
    for candidate in said.candidates:
        mark = "→" if candidate.iri == said.link else " "
        say(f"candidate {mark} {candidate.score:.2f}  {candidate.label}  <{candidate.iri}>")


def _tell_done(done: Relinked, *, json: bool) -> None:
    if json:
        show_json(done)
        return
    out = console()
    one = done.decision
    out.print(f"{_sentence(one)}{'' if one.undone is None else '  [taken back]'}", markup=False)
    number = sum(done.mentions.values())
    how = f" = {counts(done.mentions)}" if number else ""
    said = f", {_several(done.statements, 'statement')}" if done.statements else ""
    where = f"in {_several(done.texts, 'text')} of {_several(done.people, 'person', 'people')}"
    out.print(f"linked anew: {_several(number, 'mention')}{how}{said} {where}")
    if done.withheld:
        texts = _several(done.withheld, "text")
        out.print(f"left as before: {texts} whose writers do not let anything be learnt from what they say")
