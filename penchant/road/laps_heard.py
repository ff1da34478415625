"""What the sessions of LAPS tell of films: named, liked, taken up, disliked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from penchant.kg.normalise import normal
from penchant.road.laps_films import Films, slug
from penchant.road.laps_links import SMALL, links, pages, taken, titles
from penchant.road.laps_memory import Session, said

LIKED: Final = "movie_like"
DISLIKED: Final = "movie_dislike"
#: Words of a value that speaks of films rather than naming one.
_NO_TITLE: Final = re.compile(
    r"\b(?:movies?|films?|series|franchise|shows?|comed(?:y|ies)|classics?|content|recommend\w*|preferences?|genres?"
    r"|turn \d+)\b",
    re.IGNORECASE,
)
#: From which likeness two titles, one beside a link and one in the memory of its session, are one film's.
_ALIKE: Final = 0.85


@dataclass(frozen=True, slots=True)
class Heard:
    """What a session tells of films.

    Args:
        named: films in the order in which they were named.
        liked: films of the memory.
        taken: linked films that a reply took up.
        disliked: films of the memory.
        unknown: titles in ``movie_like`` that no film of the catalogue bears, in normal form.
        no_title: how many values of ``movie_like`` are no title.
    """

    named: tuple[str, ...]
    liked: tuple[str, ...]
    taken: tuple[str, ...]
    disliked: tuple[str, ...]
    unknown: tuple[str, ...]
    no_title: int

    def accepted(self, *, replies: bool) -> tuple[str, ...]:
        """Liked films, and those taken up if replies count; none of the disliked."""
        some = dict.fromkeys((*self.liked, *(self.taken if replies else ())))
        return tuple(iri for iri in some if iri not in self.disliked)

    def spoken_of(self) -> set[str]:
        """All films that came up."""
        return {*self.named, *self.liked, *self.taken, *self.disliked}


def add_linked(films: Films, some: Iterable[Sequence[Session]]) -> frozenset[str]:
    """Take in linked films that no source knows; IRIs of those.

    The title is the one beside the link, and a title of the session's memory that is much like it; else the only
    unknown title of the memory, where the session links but one film without a title; else the number.
    """
    sessions = [session for each in some for session in each]
    titled: dict[str, str] = {}
    for session in sessions:
        for link in (link for turn in session.turns for link in links(turn.text)):
            if link.iri not in films.by_iri:
                titled[link.iri] = titled.get(link.iri) or link.title
    for iri, title in titled.items():
        if title:
            films.add(iri, title)
    for session in sessions:
        here = {link.iri for turn in session.turns for link in links(turn.text)} & titled.keys()
        names = [said(v) for v in session.values(LIKED, DISLIKED) if _is_title(v) and not films.find(v)]
        for name in names:
            like = [iri for iri in here if iri in films.by_iri and _alike(name, films.by_iri[iri].title)]
            if len(like) == 1:
                films.add(like[0], name)
        bare, names = here - films.by_iri.keys(), [name for name in names if not films.find(name)]
        if len(bare) == len(names) == 1:
            films.add(bare.pop(), names.pop())
    for iri in titled:
        if iri not in films.by_iri:
            films.add(iri, iri.strip("/").rpartition("/")[2])
    return frozenset(titled)


def add_remembered(films: Films, some: Iterable[Sequence[Session]]) -> None:
    """Take in titles of the memories that no film bears."""
    before = len(films.by_iri)
    for session in (session for each in some for session in each):
        for value in session.values(LIKED, DISLIKED):
            if _is_title(value) and not films.find(value):
                films.add(f"urn:laps:film/{slug(said(value))}", said(value))
    films.sources.append(f"{len(films.by_iri) - before} titles of the training memories")


def _is_title(value: str) -> bool:
    """Whether a value names a film, to all appearance: capitals, and no word that speaks of films in general."""
    words = said(value).split()
    return (
        bool(words)
        and not _NO_TITLE.search(said(value))
        and words[0][0].isalnum()
        and all(not w[0].islower() or (i and w in SMALL) or len(w) < 3 for i, w in enumerate(words))
    )


def _alike(one: str, other: str) -> bool:
    """Whether two titles are spellings of one: one within the other as words, or few letters apart."""
    a, b = normal(one), normal(other)
    return f" {a} " in f" {b} " or f" {b} " in f" {a} " or SequenceMatcher(None, a, b).ratio() >= _ALIKE


def listen(sessions: Sequence[Session], films: Films) -> Iterator[Heard]:
    """What each session of one writer tells, in order."""
    linked: set[str] = set()
    for session in sessions:
        here = {link.iri for turn in session.turns for link in links(turn.text)}
        near = here | linked
        vouched = {
            normal(said(value)): iri for value in session.values(LIKED, DISLIKED) if (iri := films.find(value, near))
        }
        named: list[str] = []
        for turn in session.turns:
            own = [link.iri for link in links(turn.text)]
            linked.update(own)
            paged = [iri for page in pages(turn.text) if (iri := films.find(page))]
            named += dict.fromkeys((*titles(turn.text, films, linked, vouched), *paged, *own))
        found = {value: films.find(value, near) for value in session.values(LIKED)}
        missed = [value for value, iri in found.items() if not iri]
        yield Heard(
            named=tuple(named),
            liked=tuple(dict.fromkeys(filter(None, found.values()))),
            taken=tuple(dict.fromkeys(_taken(session, films, vouched))),
            disliked=tuple(dict.fromkeys(iri for v in session.values(DISLIKED) if (iri := films.find(v, near)))),
            unknown=tuple(dict.fromkeys(normal(said(value)) for value in missed if _is_title(value))),
            no_title=sum(not _is_title(value) for value in missed),
        )


def _taken(session: Session, films: Films, vouched: Mapping[str, str]) -> Iterator[str]:
    for i, turn in enumerate(session.turns):
        own = [] if turn.own else [link.iri for link in links(turn.text)]
        reply = next((later.text for later in session.turns[i + 1 :] if later.own), "")
        if own and taken(reply):
            called = [iri for iri in titles(reply, films, own, vouched) if iri in own]
            yield from called or own
