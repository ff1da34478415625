"""Films by their IMDb number: those of ReDial's ``kg_imdb``, of MovieLens, and of links and memories of LAPS."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from penchant.extract.evaluation.folder import files
from penchant.extract.lines import read_rows
from penchant.extract.rows import Row
from penchant.kg.normalise import normal, other_numerals, take_apart
from penchant.kg.proposal import ItemRecord
from penchant.road.cases import Fact
from penchant.road.redial_world import GENRE_NAMES, ONTOLOGY, ROLES

IMDB: Final = "https://www.imdb.com/title/"
_RELATIONS: Final[Mapping[str, str]] = {"star": "starring"}
#: Genres of MovieLens that IMDb calls otherwise, and words of MovieLens that are no genre.
_GENRES: Final[Mapping[str, str]] = {"children": "family", "imax": "", "(no genres listed)": ""}
_YEAR: Final = re.compile(r"\s*[(\[]((?:18|19|20)\d\d)[–-]?[)\]]\s*$")
_LAST_YEAR: Final = re.compile(r"^(?P<title>.*\S)\s+(?P<year>(?:19|20)\d\d)$")
_BRACKET: Final = re.compile(r"\s*\(([^()]*)\)")
_ARTICLE: Final = re.compile(r"^(?P<rest>.+), (?P<article>The|A|An|Les?|La|L'|Il|El|Los|Das|Der|Die)$")
#: Words about a film rather than of its title, before and after it; some say which one of a name is meant.
_BEFORE: Final = re.compile(r"^(?:the )?(?:new|original|animated|old|first) ", re.IGNORECASE)
_AFTER: Final = re.compile(r" (?:movie|film)$", re.IGNORECASE)
_OLDEST: Final = re.compile(r"\b(?:original|old|first)\b", re.IGNORECASE)
_NEWEST: Final = re.compile(r"\b(?:new|modern\w*|remake)\b", re.IGNORECASE)


@dataclass(slots=True)
class Film:
    """A film as the sources tell of it.

    Args:
        iri: its IRI.
        title: as written first, without its year.
        year: of release, if told.
        also: other titles.
        told: (field of ``kg_imdb``, value): genre, director, writer and star.
        mentions: how often ReDial's speakers named it; tells which of two films of one title is meant.
    """

    iri: str
    title: str
    year: int | None = None
    also: tuple[str, ...] = ()
    told: set[tuple[str, str]] = field(default_factory=set)
    mentions: int = 0


@dataclass(slots=True)
class Films:
    """The films, by IRI, by title, and by the name of a series before the colon ("Star Wars: …").

    Args:
        by_iri: IRI → film.
        by_redial: ReDial's number of a film → IRI, for the numbers that ``kg_imdb`` knows.
        people: IRIs of the people that the films tell of.
        sources: what was read, with counts.
    """

    by_iri: dict[str, Film] = field(default_factory=dict)
    by_redial: dict[str, str] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    sources: list[str] = field(default_factory=list)
    _titles: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _series: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, iri: str, title: str) -> Film:
        """Take in a film or another title of it; a year in brackets at the end of the title is its year."""
        year = _YEAR.search(title)
        plain, *also = _titles(_YEAR.sub("", title).strip() or title)
        film = self.by_iri.setdefault(iri, Film(iri, plain))
        film.year = film.year or (int(year[1]) if year else None)
        film.also = tuple(t for t in dict.fromkeys((*film.also, plain, *also)) if t != film.title)
        for name in (plain, *also):
            form = normal(name)
            for each in {form, other_numerals(form)} if form else ():
                if iri not in self._titles[each]:
                    self._titles[each].append(iri)
            head, colon, _ = name.partition(":")
            if colon and normal(head) and iri not in self._series[normal(head)]:
                self._series[normal(head)].append(iri)
        return film

    def find(self, words: str, near: Iterable[str] = ()) -> str:
        """IRI of the film that the words name, or the empty string.

        Exact titles come first, up to case, punctuation and a leading article; then the words without a bracket, a year
        and words such as "the new … movie"; last the name of a series, which stands for its first film.  Among films of
        one title the nearest wins: one of ``near``, then the year given, then "new" or "original", then the one that
        ReDial's speakers name most, then the newest.

        Args:
            words: a value of a memory, or a title in a text.
            near: films linked in the conversation.
        """
        close = frozenset(near)
        for form, year in _forms(words):
            if found := self._titles.get(form):
                return self._chosen(found, words, year, close)
        for form, _ in _forms(words):
            if found := self._series.get(form):
                return min(found, key=lambda iri: (iri not in close, self.by_iri[iri].year or 9999, iri))
        return ""

    def bears(self, form: str) -> bool:
        """Whether a film or series bears this normal title."""
        return form in self._titles or form in self._series

    def titled(self, form: str, near: Iterable[str] = ()) -> str:
        """IRI of the film, or else of the first of the series, of this normal title; empty if there is none."""
        if found := self._titles.get(form):
            return self._chosen(found, "", None, frozenset(near))
        if found := self._series.get(form):
            return min(found, key=lambda iri: (self.by_iri[iri].year or 9999, iri))
        return ""

    def items(self) -> tuple[ItemRecord, ...]:
        """The catalogue, in the order of IRIs."""
        return tuple(
            ItemRecord(
                id=iri.removeprefix(IMDB).strip("/"),
                label=film.title,
                iri=iri,
                concepts=tuple(sorted(concept(role, value) for role, value in film.told)),
                alt_labels=film.also,
                properties=(("year", (str(film.year),)),) if film.year else (),
            )
            for iri, film in sorted(self.by_iri.items())
        )

    def facts(self) -> tuple[Fact, ...]:
        """Genres and people of the films, in order."""
        return tuple(
            sorted(
                (iri, ONTOLOGY + _RELATIONS.get(role, role), concept(role, value))
                for iri, film in self.by_iri.items()
                for role, value in film.told
            )
        )

    def concepts(self) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
        """Names and kinds of genres and people; a person is what most films know them as."""
        names: dict[str, tuple[str, ...]] = {}
        roles: dict[str, list[str]] = defaultdict(list)
        for _, film in sorted(self.by_iri.items()):
            for role, value in sorted(film.told):
                iri = concept(role, value)
                names.setdefault(iri, (value, *(GENRE_NAMES.get(value, ()) if role == "genre" else ())))
                roles[iri].append(ROLES[role])
        return names, {iri: max(sorted(set(some)), key=some.count) for iri, some in roles.items()}

    def _chosen(self, some: list[str], words: str, year: int | None, close: frozenset[str]) -> str:
        def rank(iri: str) -> tuple[bool, int, int, int, str]:
            film = self.by_iri[iri]
            made = film.year or 0
            age = made if _NEWEST.search(words) else -made if _OLDEST.search(words) and made else 0
            near = iri in close and year is None and not age
            return near or (year is not None and abs(made - year) <= 1), age, film.mentions, made, iri

        return max(some, key=rank)


def concept(role: str, value: str) -> str:
    """IRI of a genre or person."""
    kind = "genre" if role == "genre" else "person"
    return f"urn:imdb:{kind}/{slug(value)}"


def slug(words: str) -> str:
    """Small letters, digits and hyphens."""
    return re.sub(r"[\W_]+", "-", words.casefold()).strip("-")


def catalogue(places: Iterable[Path]) -> Films:
    """Films of ``kg_imdb`` and MovieLens where they stand below one of the folders; empty without them."""
    found = Films()
    some = list(dict.fromkeys(places))
    for place in some:
        _movielens(place, found)
    for place in some:
        _imdb(place, found)
    return found


def _movielens(place: Path, found: Films) -> None:
    numbers = {_id(row): row.get("imdbId", "") for row in _table(place, "links", "csv")}
    for row in _table(place, "movies", "csv") if numbers and not found.by_iri else ():
        number = numbers.get(_id(row), "")
        if number.isdigit() and row.get("title", "").strip():
            film = found.add(iri_of(f"tt{int(number):07d}"), row["title"])
            genres = (_GENRES.get(g, g) for g in row.get("genres", "").casefold().split("|"))
            film.told |= {("genre", genre) for genre in genres if genre}
    if found.by_iri:
        found.sources.append(f"{len(found.by_iri):,} films of MovieLens")


def _imdb(place: Path, found: Films) -> None:
    path = next((p for p in files(place, (".json",)) if p.name.startswith("id2info.")), None)
    if path is None or found.by_redial:
        return
    before = len(found.by_iri)
    counts = _table(place, "movies_with_mentions", "csv")
    mentions = {row.get("movieId", ""): int(row.get("nbMentions") or 0) for row in counts}
    entries = _entries(path)
    for number in sorted(entries, key=lambda n: (-mentions.get(n, 0), n)):
        row = entries[number]
        name, iri = str(row.get("name") or "").strip(), iri_of(str(row.get("imdb_id")))
        if not name or not re.fullmatch(r"tt\d+", str(row.get("imdb_id"))):
            continue
        if _agrees(name, found.by_iri.get(iri)):
            found.add(iri, name).mentions += mentions.get(number, 0)
            found.by_redial[number] = iri
        if iri in found.by_iri:  # what is told is told of the number, whatever title ReDial gave it
            told = {(role, " ".join(str(value).split())) for role in ROLES for value in row.get(role) or ()}
            found.by_iri[iri].told |= {(role, value) for role, value in told if value}
            found.people |= {concept(role, value) for role, value in told if role != "genre"}
    found.sources.append(f"{len(found.by_redial):,} films of ReDial, {len(found.by_iri) - before:,} of them new")


def _agrees(name: str, film: Film | None) -> bool:
    """Whether the year in the name is that of the film, give or take two; some numbers of kg_imdb are wrong."""
    year = _YEAR.search(name)
    return film is None or film.year is None or year is None or abs(film.year - int(year[1])) <= 2


def iri_of(number: str) -> str:
    """IRI of IMDb's ``tt…`` number."""
    return f"{IMDB}{number}/"


def _id(row: Mapping[str, str]) -> str:
    return row.get("movieId") or row.get("item_id") or ""


def _titles(text: str) -> tuple[str, ...]:
    """A title with its other titles: ``Seven (a.k.a. Se7en)``, ``Matrix, The``."""
    if text.lstrip().startswith("("):  # "(500) Days of Summer"
        return (" ".join(text.split()),)
    inner = [re.sub(r"^a\.?k\.?a\.? ", "", t.strip(), flags=re.IGNORECASE) for t in _BRACKET.findall(text)]
    outer = _BRACKET.sub("", text).strip()
    names = [outer, *inner]
    return tuple(dict.fromkeys(_ARTICLE.sub(_in_front, " ".join(name.split())) for name in names if name.strip()))


def _in_front(match: re.Match[str]) -> str:
    space = "" if match["article"].endswith("'") else " "
    return match["article"] + space + match["rest"]


def _forms(words: str) -> Iterator[tuple[str, int | None]]:
    """Normal titles that the words may be, with the year they give, the most literal first."""
    name = take_apart(words)
    yield name.form, name.year
    plain = _BRACKET.sub("", words).strip(" \"'“”‘’.,")
    if last := _LAST_YEAR.match(plain):
        yield normal(last["title"]), int(last["year"])
    bare = _AFTER.sub("", _BEFORE.sub("", plain))
    for text in dict.fromkeys((plain, bare)):
        if form := normal(text):
            yield form, name.year
            if form.endswith(" 1"):  # the first of a series has no number
                yield form.removesuffix(" 1"), name.year


def _entries(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in read_rows(path, ("json",), format="json"):
        if isinstance(row, Row) and isinstance(row.value, dict):
            found |= {str(key): value for key, value in row.value.items() if isinstance(value, dict)}
    return found


def _table(place: Path, name: str, kind: str) -> Iterator[dict[str, str]]:
    path = next((p for p in files(place, (f".{kind}",)) if p.name.startswith(name + ".")), None)
    if path is not None:
        for row in read_rows(path, (kind,), format=kind):
            if isinstance(row, Row) and isinstance(row.value, dict):
                yield row.value
