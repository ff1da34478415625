"""Tables that list things, ties between them, or films by number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from penchant.extract.evaluation.link_names import DBPEDIA, Named, of_page, same_iri, taken_apart
from penchant.extract.lines import read_rows
from penchant.extract.rows import Row
from penchant.kg import ntriples

Rows = Iterator[Mapping[str, str]]

#: Relations by their names: kinds of what stands on either side; empty where the relation does not tell.
ROLES: Final[Mapping[str, tuple[str, str]]] = {
    "starring": ("film", "actor"),
    "director": ("film", "director"),
    "writer": ("film", "author"),
    "producer": ("film", "person"),
    "distributor": ("film", "company"),
    "genre": ("", "genre"),
    "genre (music)": ("", "genre"),
    "country": ("", "place"),
    "birthPlace": ("person", "place"),
    "deathPlace": ("person", "place"),
    "hometown": ("", "place"),
    "spouse": ("person", "person"),
    "recordLabel": ("", "company"),
    "bandMember": ("band", "person"),
    "formerBandMember": ("band", "person"),
    "associatedBand": ("band", "band"),
    "associatedMusicalArtist": ("band", "band"),
}
_WIKIDATA_KINDS: Final[Mapping[str, str]] = {
    "Movie": "film",
    "Actor": "actor",
    "Director": "director",
    "Person": "person",
    "Genre": "genre",
    "Subject": "genre",
    "Company": "company",
}
_BLANK: Final = re.compile(r"__\d+$")
#: A statement that ties a thing to itself or to something without a name tells nothing.
_EMPTY: Final = frozenset({"self-loop", "blank node (career station or similar)"})


@dataclass(slots=True)
class Inventories:
    """What the files of a folder list.

    Args:
        things: with IRIs or with names alone, in the order of the files.
        ties: pairs of IRIs that a statement ties; how many tell how well known a thing is.
        kinds: IRI → what its ties say it is.
        films: number of a film in its set → title with its year.
        pages: number of such a film → IRI.
        found: name of a file → how many names it lists.
        numbers: number of a thing → its IRI.
        relations: number of a relation → its name.
        triples: head, relation and tail by number, until :meth:`join_numbers`.
    """

    things: list[Named] = field(default_factory=list)
    ties: set[tuple[str, str]] = field(default_factory=set)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    films: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    relations: dict[str, str] = field(default_factory=dict)
    triples: list[tuple[str, str, str]] = field(default_factory=list)

    def tie(self, head: str, relation: str, tail: str) -> None:
        """Take in a statement between two things; what has no page is left out."""
        head, tail = same_iri(head), same_iri(tail)
        if head == tail or not (is_page(head) and is_page(tail)):
            return
        self.ties.add((head, tail))
        for iri, kind in zip((head, tail), ROLES.get(relation, ("", "")), strict=True):
            if kind:
                self.kinds.setdefault(iri, set()).add(kind)

    def join_numbers(self) -> None:
        """Turn triples of numbers into ties of things, once all tables are read."""
        for head, relation, tail in self.triples:
            name = self.relations.get(relation, "")
            if name not in _EMPTY and head in self.numbers and tail in self.numbers:
                self.tie(self.numbers[head], name, self.numbers[tail])
        self.triples.clear()


def is_page(iri: str) -> bool:
    """Whether it is the IRI of a Wikipedia page's thing, and no blank node's."""
    return iri.startswith(DBPEDIA) and not _BLANK.search(iri)


def page_of(iri: str) -> Named:
    """The thing of a DBpedia IRI, named as its page is."""
    return of_page(unquote(iri.removeprefix(DBPEDIA)))


def rows_of(path: Path, *, tabs: bool) -> Rows:
    """Rows of a table with a header; those that cannot be read are left out."""
    kind = "tsv" if tabs else "csv"
    for row in read_rows(path, (kind,), format=kind):
        if isinstance(row, Row) and isinstance(row.value, dict):
            yield row.value


def lines_of(path: Path) -> Iterator[str]:
    """Lines of a file, packed or not."""
    return (line.decode("utf-8-sig", "replace") for _, line in ntriples.lines(path))


def _entities(rows: Rows, made: Inventories) -> Iterator[Named]:
    for row in rows:
        iri = made.numbers[row["id"]] = same_iri(row["entity"].strip("<>"))
        if is_page(iri):
            yield page_of(iri)


def _triples(rows: Rows, made: Inventories) -> Iterator[Named]:
    made.triples += ((row["head"], row["relation"], row["tail"]) for row in rows)
    return iter(())


def _relations(rows: Rows, made: Inventories) -> Iterator[Named]:
    made.relations |= {row["relation"]: row["name_inferred"] for row in rows}
    return iter(())


def _pages(rows: Rows, made: Inventories) -> Iterator[Named]:
    for row in rows:
        iri = same_iri(row["dbpedia"].strip("<>"))
        if is_page(iri):
            made.pages[row["movie_id"]] = iri
            yield page_of(iri)


def _films(rows: Rows, made: Inventories) -> Iterator[Named]:
    made.films |= {row["movieId"]: " ".join(unquote(row["movieName"]).split()) for row in rows}
    return iter(())


def _titles(rows: Rows, _: Inventories) -> Iterator[Named]:
    for row in rows:
        name, _kinds, year = taken_apart(row["title"])
        yield Named(_article(name), "", frozenset({"film"}), year)


def _article(name: str) -> str:
    """``Kettle, The`` → ``The Kettle``."""
    match = re.fullmatch(r"(.+), (The|A|An)", name)
    return f"{match[2]} {match[1]}" if match else name


def _wikidata(rows: Rows, _: Inventories) -> Iterator[Named]:
    for row in rows:
        kinds = frozenset(filter(None, map(_WIKIDATA_KINDS.get, row["labels"].split("|"))))
        if kinds and row["uri"].startswith("http"):
            yield Named(row["name"], row["uri"], kinds)


def _kgtk(rows: Rows, _: Inventories) -> Iterator[Named]:
    for row in rows:
        match = re.fullmatch(r"'(.+)'@(?:en|zh)[\w-]*", row["node2"])
        if match and row["label"] in ("label", "alias") and row["node1"].startswith("Q"):
            name, kinds, year = taken_apart(match[1].replace("\\'", "'"))
            iri = "http://www.wikidata.org/entity/" + row["node1"]
            yield Named(name, iri, kinds, year, alias=row["label"] == "alias")


#: Columns by which a table is known → what reads it.
TABLES: Final[Mapping[frozenset[str], Callable[[Rows, Inventories], Iterator[Named]]]] = {
    frozenset({"entity", "id"}): _entities,
    frozenset({"head", "relation", "tail"}): _triples,
    frozenset({"relation", "name_inferred"}): _relations,
    frozenset({"movie_id", "dbpedia"}): _pages,
    frozenset({"movieId", "movieName"}): _films,
    frozenset({"movieId", "title"}): _titles,
    frozenset({"uri", "name", "labels"}): _wikidata,
    frozenset({"node1", "label", "node2"}): _kgtk,
}
