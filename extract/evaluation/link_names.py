"""Things and their names, as the inventories beside the public sets list them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from penchant.kg import normalise

#: What the IRI of a Wikipedia page's thing starts with.
DBPEDIA: Final = "http://dbpedia.org/resource/"
#: Kind of thing → class of the DBpedia ontology that says so.
CLASSES: Final[Mapping[str, str]] = {
    "film": "Film",
    "series": "Series",
    "book": "Book",
    "music": "Song",
    "band": "Band",
    "game": "Game",
    "actor": "Actor",
    "director": "Director",
    "author": "Author",
    "genre": "Genre",
    "company": "Company",
    "person": "Person",
    "place": "Place",
}

_BRACKET: Final = re.compile(r"^(?P<name>.*\S)\s*\((?P<note>[^()]*)\)$")
_YEAR: Final = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
#: Characters that DBpedia writes as %XX, and those that no IRI may hold.
_ESCAPED: Final = re.compile(r'[\x00-\x20<>"{}|\\^`%?]')


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with its name.

    Args:
        name: without what only tells it from others of the name.
        iri: empty where an inventory has names alone.
        kinds: kinds of thing that it is, keys of :data:`CLASSES`.
        year: year it came out.
        alias: whether the name is another than the thing's main one.
    """

    name: str
    iri: str = ""
    kinds: frozenset[str] = frozenset()
    year: int | None = None
    alias: bool = False


def iri_of(title: str) -> str:
    """The DBpedia IRI of the Wikipedia page ``title``, the same for all ways of writing it."""
    plain = title.strip().replace(" ", "_")
    return DBPEDIA + _ESCAPED.sub(lambda hit: "".join(f"%{byte:02X}" for byte in hit.group().encode()), plain)


def same_iri(iri: str) -> str:
    """A DBpedia IRI as :func:`iri_of` writes it; others unchanged."""
    return iri_of(unquote(iri[len(DBPEDIA) :])) if iri.startswith(DBPEDIA) else iri


def of_page(title: str) -> Named:
    """The thing of a Wikipedia page: the bracket of a title tells it from others, and is no part of its name."""
    name, kinds, year = taken_apart(title.replace("_", " "))
    return Named(name, iri_of(title), kinds, year)


def taken_apart(title: str) -> tuple[str, frozenset[str], int | None]:
    """Name, kinds and year of a title: ``Drive (2011 film)`` → ``Drive``, film, 2011."""
    match = _BRACKET.match(title.strip())
    if match is None:
        return title.strip(), frozenset(), None
    words = normalise.normal(_YEAR.sub(" ", match["note"])).split()
    year = _YEAR.search(match["note"])
    kinds = frozenset(kind for kind in normalise.hints_of(words[-1]) if kind in CLASSES) if words else frozenset[str]()
    return match["name"], kinds, int(year[0]) if year else None


@lru_cache(maxsize=1 << 19)
def form_of(name: str) -> str:
    """What makes two names equal: their normal form, or the name itself where nothing would be left of it."""
    return normalise.normal(name) or " ".join(name.casefold().split())
