"""LAPS as a road: what a person says in some sessions, and the films or dishes they take to in the next one.

Joko et al., "Doing Personal LAPS: LLM-Augmented Dialogue Construction for Personalized Multi-Session Conversational
Search", SIGIR 2024, https://arxiv.org/abs/2405.03480.  One crowd worker writes both sides with real preferences of
their own, and checks the memory of preferences that was drawn from each session.

**Case.**  A writer and k ≥ 1 of their sessions, where another follows.

**Gold.**  Films of session k + 1 that the writer *liked or accepted*, and that were not spoken of in sessions 1 … k:

- a value of ``movie_like`` in its memory that is the title of a film;
- a film with an IMDb link of the assistant, where the writer's next message takes it up: a word of approval or intent,
  and nothing that refuses, doubts or asks for something else.  Where the assistant links several films and the reply
  names some of them, those alone are taken up.

Films in ``movie_dislike`` of session k + 1 are none.  ``replies=False`` leaves the memory alone to decide.

**Named.**  Films of sessions 1 … k by IMDb link, by an address of Wikipedia or Rotten Tomatoes, or by title (see
:func:`penchant.road.laps_links.titles`), once a message.

**Catalogue.**  ``kg_imdb`` of ReDial and MovieLens where they stand beside the set or in it; films that LAPS itself
links; and titles in the memories of writers of the training part that are in none of these.

**Dishes** (``domain="recipe"``) go the same way: ``dish_like``, links to recipes by the name in their address, and the
names of dishes in the texts.  Their catalogue is what training memories and recipe links name, so it is small, and a
dish is told of by its own name and by what those memories say (see :mod:`penchant.road.laps_dishes`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from penchant.errors import SettingError, SourceError
from penchant.extract.evaluation.folder import Json, rows, set_folder
from penchant.extract.evaluation.parts import Split, of_split, official, part
from penchant.kg.normalise import normal
from penchant.road import laps_dishes
from penchant.road.cases import Case, Deed, RoadSet, Speaker
from penchant.road.laps_dishes import Dishes
from penchant.road.laps_films import Films, catalogue
from penchant.road.laps_heard import Heard, add_linked, add_remembered, listen
from penchant.road.laps_memory import Session, labels, writers

#: Topic → what its items are called.
DOMAINS: Final = {"movie": "film", "recipe": "dish"}
#: Folders with films that may stand beside the set.
_BESIDE: Final = ("redial", "rec_ml_latest_small")


def load(
    folder: Path,
    split: Split,
    *,
    domain: str = "movie",
    replies: bool = True,
    more_deeds: Callable[[Films], Iterable[Deed]] | None = None,
) -> RoadSet:
    """Cases, speakers, films or dishes, and what is told of them.

    Files are known by what is in them.  Gold holds items of the catalogue only; names outside it are counted in the
    notes.  Behaviour is that of writers who are in no case and not of the test part.

    Args:
        folder: of the set, or of all sets.
        split: whose cases are asked.
        domain: topic of the conversations, ``movie`` or ``recipe``.
        replies: whether replies that take up what is linked count, beside the memory.
        more_deeds: gives behaviour from elsewhere, by the films of the catalogue; not asked about dishes.

    Raises:
        SourceError: there are no such files, no conversations of the domain, or no case of the split.
        SettingError: another domain.
    """
    if domain not in DOMAINS:
        raise SettingError(f"the domain {domain!r} is not read", expected=" or ".join(DOMAINS), where="LAPS")
    place = set_folder(folder, "laps")
    known = writers(rows(folder, "laps", _fits, "worker_id and sessions"), domain)
    if not known:
        raise SourceError(f"no row in it is of the topic {domain!r}", expected='rows with "topic"', where=str(place))
    tests = official(folder, place)
    asked = set(of_split(sorted(known), lambda person: person, split, tests, place))
    parts = {person: part(person, tests) for person in known}

    training = [known[p] for p in sorted(known) if parts[p] == "train"]
    world: Films | Dishes
    if domain == "recipe":
        world, linked = laps_dishes.menu(known.values(), training)
        heard = {p: tuple(laps_dishes.listen(sessions, world)) for p, sessions in sorted(known.items())}
    else:
        world = catalogue(folder / name if folder != place else place.parent / name for name in _BESIDE)
        linked = add_linked(world, known.values())
        add_remembered(world, training)
        heard = {p: tuple(listen(sessions, world)) for p, sessions in sorted(known.items())}

    count: Counter[str] = Counter()
    cases = [
        case for p in sorted(asked) for case in _cases(p, known[p], heard[p], world, linked, count, replies=replies)
    ]
    if not cases:
        raise SourceError(
            f"no session of the split {split!r} is followed by one with a new {DOMAINS[domain]} that is liked",
            where=str(place),
            remedy="--split all asks all writers, those that trained included",
        )
    in_cases = {case.person for case in cases}
    behaviour = [p for p in heard if p not in in_cases and parts[p] != "test"]
    names, kinds = world.concepts()
    forms = frozenset(normal(name) for some in names.values() for name in some)
    deeds = [deed for p in behaviour for deed in _deeds(p, heard[p], replies=replies)]
    deeds += more_deeds(world) if more_deeds and isinstance(world, Films) else ()
    return RoadSet(
        items=world.items(),
        facts=world.facts(),
        names=names,
        kinds={**kinds, **dict.fromkeys(world.by_iri, DOMAINS[domain])},
        deeds=tuple(deeds),
        speakers={
            p: Speaker(p, tuple(t for s in known[p] for t in s.turns), labels(known[p], forms))
            for p in sorted(in_cases)
        },
        cases=tuple(cases),
        notes=(
            f"catalogue: {'; '.join((*world.sources, f'{len(linked)} known from links of LAPS alone'))}",
            f"{len(asked)} writers of the split {split}; {len(in_cases)} of them have a case, {len(cases)} cases",
            *_told(count, domain, replies=replies),
            f"deeds are those of {len(behaviour)} writers who are in no case and not of the test part",
        ),
    )


def _fits(row: Json) -> bool:
    return "worker_id" in row and isinstance(row.get("sessions"), list)


def _cases(
    person: str,
    sessions: Sequence[Session],
    heard: Sequence[Heard],
    world: Films | Dishes,
    linked: frozenset[str],
    count: Counter[str],
    *,
    replies: bool,
) -> Iterator[Case]:
    turns = 0
    named: list[str] = []
    before: set[str] = set()
    unknown: set[str] = set()
    for session, now, after in zip(sessions, heard, heard[1:], strict=False):
        turns += len(session.turns)
        named += now.named
        before |= now.spoken_of()
        unknown |= {*now.unknown}
        accepted = after.accepted(replies=replies)
        gold = tuple(iri for iri in accepted if iri not in before)
        count["known before"] += len(accepted) - len(gold)
        count["unreachable"] += len({*after.unknown} - unknown)
        count["no title"] += after.no_title
        count["gold"] += len(gold)
        count["of the memory"] += sum(iri in after.liked for iri in gold)
        count["links alone"] += sum(iri in linked for iri in gold)
        count["told of"] += sum(bool(world.by_iri[iri].told) for iri in gold)
        if gold:
            yield Case(person, turns, tuple(named), gold)
        else:
            count["no gold"] += 1


def _deeds(person: str, heard: Sequence[Heard], *, replies: bool) -> Iterator[Deed]:
    """One deed for each film: the last word of the memories, then replies, then that it was named."""
    thought: dict[str, bool | None] = {}
    for session in heard:
        for iri in session.named:
            thought.setdefault(iri, None)
        thought |= dict.fromkeys(session.accepted(replies=replies), True)
        thought |= dict.fromkeys(session.disliked, False)
    return (Deed(person, iri, liked) for iri, liked in thought.items())


def _told(count: Counter[str], domain: str, *, replies: bool) -> Iterator[str]:
    liked = "dish_like" if domain == "recipe" else "movie_like"
    yield (
        f"gold: {count['gold']}, {count['of the memory']} of them in {liked} of the memory"
        + (", the others linked and taken up in the reply" if replies else "")
    )
    yield (
        f"not in gold: {count['unreachable']} names in {liked} that are not in the catalogue; a recall over all is the "
        f"recall here times {count['gold']}/{count['gold'] + count['unreachable']}"
    )
    yield (
        f"not in gold either: {count['known before']} spoken of before, {count['no title']} values of {liked} that "
        f"name no {DOMAINS[domain]}; {count['no gold']} pairs of sessions without gold are no case"
    )
    yield f"{count['told of']} of the gold have facts; {count['links alone']} are known only because LAPS links them"
