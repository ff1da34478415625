"""The films of ReDial with the two graphs that are published beside it, as items, facts, names and kinds.

``kg_dbpedia`` (Chen et al., KBRD, EMNLP 2019; relations are numbers there, some with an inferred name) and ``kg_imdb``
(Wang et al., EMNLP 2023: genre, director, writer, star).  The two are joined by name: a person of the second is the
DBpedia resource of that very name where the first has one, and DBpedia's pages on a genre are the genre of the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from penchant.extract.evaluation.folder import files
from penchant.extract.lines import read_rows
from penchant.extract.rows import Row
from penchant.kg.proposal import ItemRecord
from penchant.road.cases import Fact

DBPEDIA: Final = "http://dbpedia.org/resource/"
GENRE: Final = "urn:imdb:genre/"
_OF_GENRES: Final = frozenset({"genre)", "fiction)", "film genre)"})
ONTOLOGY: Final = "http://dbpedia.org/ontology/"
_YEAR: Final = re.compile(r"\s*\((\d{4})\)\s*$")
#: Relations of kg_dbpedia that tell nothing: films tied to themselves, blank nodes.
_EMPTY: Final = frozenset({"self-loop", "blank node (career station or similar)"})
_BLANK: Final = re.compile(r"__\d+$")
#: Fields of kg_imdb, and what kind of thing each names.
ROLES: Final[Mapping[str, str]] = {"genre": "genre", "director": "director", "writer": "author", "star": "actor"}
_RELATIONS: Final[Mapping[str, str]] = {"star": "starring"}
#: What else people call IMDb's genres.
GENRE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "animation": ("animated", "animated film", "cartoon"),
    "biography": ("biographical film", "biopic"),
    "comedy": ("comedy film", "funny film"),
    "family": ("family film", "kids film", "children's film"),
    "film-noir": ("film noir", "noir"),
    "horror": ("horror film", "scary film"),
    "history": ("historical", "historical film"),
    "musical": ("musical film",),
    "romance": ("romantic", "romantic film", "love story"),
    "sci-fi": ("science fiction", "science fiction film", "scifi"),
    "sport": ("sports", "sports film"),
    "war": ("war film",),
}


@dataclass(slots=True)
class Films:
    """Films, by number and by title.

    Args:
        by_id: number in the set → IRI.
        by_title: normal title and year → IRI.
        label: IRI → title as written first.
    """

    by_id: dict[str, str] = field(default_factory=dict)
    by_title: dict[tuple[str, str], str] = field(default_factory=dict)
    label: dict[str, str] = field(default_factory=dict)

    def add(self, number: str, name: str, iri: str = "") -> str:
        """Take in a film; one of the same title and year is the same film."""
        key = title_key(name)
        found = self.by_title.get(key)
        if found is None:
            found = iri if iri and iri not in self.label else f"urn:redial:film/{number}"
            self.by_title[key] = found
            self.label[found] = " ".join(name.split())
        self.by_id[number] = found
        return found

    def titled(self, name: str) -> str | None:
        """IRI of the film of this title and year."""
        return self.by_title.get(title_key(name))

    def items(self) -> tuple[ItemRecord, ...]:
        """The catalogue, in the order of IRIs."""
        return tuple(ItemRecord(id=iri, label=self.label[iri], iri=iri) for iri in sorted(self.label))


def title_key(name: str) -> tuple[str, str]:
    """Letters and digits of a title without its year, and the year."""
    year = _YEAR.search(name)
    plain = re.sub(r"[^\w]+", " ", _YEAR.sub("", name).casefold()).strip()
    return plain, year[1] if year else ""


def films(place: Path) -> Films:
    """Films of ``movies_with_mentions.csv`` under the IRIs of ``movie2dbpedia.tsv``; empty without the files."""
    links = {row["movie_id"]: row["dbpedia"].strip("<>") for row in _table(place, "movie2dbpedia", "\t")}
    found = Films()
    for row in sorted(_table(place, "movies_with_mentions", ","), key=lambda r: int(r["movieId"])):
        iri = links.get(row["movieId"], "")
        found.add(row["movieId"], row["movieName"], iri if iri.startswith("http") else "")
    return found


@dataclass(slots=True)
class World:
    """What the graphs say, gathered; ``plots`` are sentences about films."""

    facts: set[Fact] = field(default_factory=set)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    plots: dict[str, str] = field(default_factory=dict)


def world(place: Path, found: Films) -> World:
    """Facts about the films from whichever of the two graphs is at hand."""
    made = World(kinds=dict.fromkeys(found.label, "film"))
    told = _imdb(place)
    forms = {
        title_key(form)[0]: GENRE + _slug(genre)
        for genre in sorted({str(genre) for row in told.values() for genre in row.get("genre") or ()})
        for form in (genre, *GENRE_NAMES.get(genre, ()))
    }
    pages = {row["id"]: row["entity"].strip("<>") for row in _table(place, "entity2id", "\t")}
    known = set(pages.values())
    _dbpedia(
        place,
        made,
        {number: page if page in found.label else _genre(page, forms) or page for number, page in pages.items()},
    )
    for number, row in sorted(told.items()):
        film = found.by_id.get(number)
        if film is not None:
            if row.get("plot"):
                made.plots[film] = str(row["plot"])
            for fact in _told(film, row, known, made):
                made.facts.add(fact)
    return made


def _dbpedia(place: Path, made: World, entities: Mapping[str, str]) -> None:
    called = {row["relation"]: row["name_inferred"] for row in _table(place, "relation_guess", "\t")}
    for row in _table(place, "subkg", "\t"):
        head, tail = entities.get(row["head"], ""), entities.get(row["tail"], "")
        name = called.get(row["relation"], "")
        if name in _EMPTY or not _usable(head) or not _usable(tail):
            continue
        plain = re.fullmatch(r"[A-Za-z]+", name)
        made.facts.add((head, ONTOLOGY + name if plain else f"urn:redial:relation/{row['relation']}", tail))
        for thing in (head, tail):
            if thing.startswith(DBPEDIA):
                made.names.setdefault(thing, (dbpedia_name(thing),))
        if name in ("starring", "director"):
            made.kinds.setdefault(tail, "actor" if name == "starring" else "director")


def _told(film: str, row: Mapping[str, Any], known: set[str], made: World) -> Iterator[Fact]:
    for role, kind in ROLES.items():
        for value in row.get(role) or ():
            thing = _thing(role, str(value), known)
            usual = made.names.get(thing, (str(value),))
            also = GENRE_NAMES.get(str(value), ()) if role == "genre" else ()
            made.names[thing] = tuple(dict.fromkeys((*usual, *also)))
            made.kinds.setdefault(thing, kind)
            yield film, ONTOLOGY + _RELATIONS.get(role, role), thing


def _thing(role: str, name: str, known: set[str]) -> str:
    if role == "genre":
        return GENRE + _slug(name)
    resource = DBPEDIA + name.replace(" ", "_")
    return resource if resource in known else f"urn:imdb:person/{_slug(name)}"


def dbpedia_name(iri: str) -> str:
    """The name in a DBpedia IRI, without what tells it from others of that name: ``Heat`` for ``Heat_(1995_film)``."""
    last = iri.removeprefix(DBPEDIA).replace("_", " ")
    return re.sub(r"\s*\([^()]*\)$", "", last) or last


def _genre(page: str, forms: Mapping[str, str]) -> str | None:
    """The genre that a page of DBpedia is about, if its name is one and no bracket says otherwise."""
    last = page.removeprefix(DBPEDIA).replace("_", " ")
    plain, _, bracket = last.partition(" (")
    return forms.get(title_key(plain)[0]) if not bracket or bracket in _OF_GENRES else None


def _usable(iri: str) -> bool:
    return iri.startswith((DBPEDIA, GENRE)) and not _BLANK.search(iri) and not any(c in iri for c in '"<>\\^`{|} ')


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.casefold()).strip("-")


def _table(place: Path, name: str, delimiter: str) -> Iterator[dict[str, str]]:
    """Rows of the table called so, below ``place``; none where there is no such file."""
    for path in files(place, (".csv", ".tsv")):
        if path.name.startswith(name + "."):
            kind = "csv" if delimiter == "," else "tsv"
            for row in read_rows(path, ("csv", "tsv"), format=kind):
                if isinstance(row, Row) and isinstance(row.value, dict):
                    yield row.value
            return


def _imdb(place: Path) -> dict[str, dict[str, Any]]:
    import json
    import lzma

    for path in files(place, (".json",)):
        if path.name.startswith("id2info."):
            text = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
            found = json.loads(text)
            return {str(key): dict(value) for key, value in found.items()}
    return {}
