"""Lists of things with their names, found in a folder by what is in the files, not by what they are called.

Known forms: tables with a header (DBpedia IRIs by number and triples of the numbers, as beside ReDial; films by
``movieId``; Wikidata entities with ``uri``, ``name``, ``labels``; labels as KGTK writes them), lines with an IRI and a
name, lines with two IRIs, JSON objects of things by key, N-Triples with labels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pyoxigraph as ox

from penchant.errors import SourceError
from penchant.extract.evaluation.folder import files
from penchant.extract.evaluation.link_names import Named, of_page, same_iri, taken_apart
from penchant.extract.evaluation.link_tables import TABLES, Inventories, is_page, lines_of, page_of, rows_of
from penchant.kg import ntriples

_TEXTS: Final = (".tsv", ".csv", ".txt", ".edgelist")
#: Fields of an object that describes a film → kind of the things that they name.
_FIELDS: Final[Mapping[str, str]] = {
    "actor": "actor",
    "star": "actor",
    "director": "director",
    "writer": "author",
    "genre": "genre",
}
_LARGEST_JSON: Final = 64 * 2**20
_START: Final = 1024
_OBJECTS: Final = re.compile(r'^\s*\{\s*"[^"]*"\s*:\s*\{\s*"(name|label)"\s*:')
_LANGUAGES: Final = frozenset({"", "en", "zh"})
_LINE: Final = re.compile(r"<?(?P<iri>[a-z][\w+.-]*:[^\s<>]+)>?\t(?P<name>[^\t]+)")
_ARTIST: Final = re.compile(r"\d+\t(?P<name>[^\t]+)\t(?P<iri>http[^\s\t]+)")
_PAGE: Final = re.compile(r"https?://en\.wikipedia\.org/wiki/(?P<title>\S+)")


def read(folder: Path) -> Inventories:
    """Everything that the files below ``folder`` list; what cannot be read of a file is passed over."""
    made = Inventories()
    for path in files(folder, _TEXTS):
        _note(path, made, _text(path, made))
    made.join_numbers()
    for path in files(folder, (".json",)):
        _note(path, made, _objects(path))
    for path in files(folder, (".nt",)):
        _note(path, made, labels(path))
    return made


def names_of(path: Path) -> list[Named]:
    """Names that a person gave, in a file or a folder of files: ``IRI<TAB>name`` lines, or N-Triples with labels.

    Raises:
        SourceError: there is no such file, or no name in it.
    """
    some = files(path, (".nt", *_TEXTS)) if path.is_dir() else [path]
    found = list(chain.from_iterable(labels(each) if ".nt" in each.suffixes else _lines(each) for each in some))
    if not found:
        raise SourceError(
            "there is no name in it", expected="IRI<TAB>name lines, or N-Triples with rdfs:label", where=str(path)
        )
    return found


def labels(path: Path) -> Iterator[Named]:
    """Labels of an N-Triples file that are English, Chinese or of no language."""
    for _, line in ntriples.lines(path):
        parts = line.split(None, 2)
        if len(parts) < 3 or parts[1][1:-1] not in ntriples.LABELS:
            continue
        try:
            triple = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES)), None)
        except (SyntaxError, ValueError):
            continue
        if triple is None or not isinstance(triple.subject, ox.NamedNode) or not isinstance(triple.object, ox.Literal):
            continue
        if (triple.object.language or "").partition("-")[0] in _LANGUAGES:
            name, kinds, year = taken_apart(triple.object.value)
            yield Named(name, same_iri(triple.subject.value), kinds, year, triple.predicate.value.endswith("altLabel"))


def _note(path: Path, made: Inventories, some: Iterable[Named]) -> None:
    before = len(made.things)
    with suppress(SourceError):  # a broken file lists what came before the break
        made.things += some
    if len(made.things) > before:
        made.found[path.name] = len(made.things) - before


def _text(path: Path, made: Inventories) -> Iterator[Named]:
    first = next(lines_of(path), "")
    header = frozenset(re.split(r"[\t,]", first))
    for columns, reader in TABLES.items():
        if columns <= header:
            yield from reader(rows_of(path, tabs="\t" in first), made)
            return
    if ".edgelist" in path.suffixes:
        relation = path.name.split(".")[0].partition(":")[2]
        for line in lines_of(path):
            if len(pair := line.split()) == 2:
                made.tie(pair[0], relation, pair[1])
        yield from _ends(path)
    elif _ARTIST.fullmatch(first):
        yield from _artists(path)
    elif _LINE.match(first):
        yield from _lines(path)


def _ends(path: Path) -> Iterator[Named]:
    """The things that a file of pairs ties."""
    seen = {same_iri(iri) for line in lines_of(path) for iri in line.split()}
    return (page_of(iri) for iri in sorted(seen) if is_page(iri))


def _artists(path: Path) -> Iterator[Named]:
    for line in lines_of(path):
        if (match := _ARTIST.fullmatch(line)) and is_page(match["iri"]):
            page = page_of(match["iri"])
            yield Named(page.name, page.iri, page.kinds or frozenset({"band"}), page.year)


def _lines(path: Path) -> Iterator[Named]:
    for line in lines_of(path):
        if match := _LINE.match(line):
            name, kinds, year = taken_apart(match["name"])
            yield Named(name, same_iri(match["iri"]), kinds, year)


def _objects(path: Path) -> Iterator[Named]:
    start = "".join(line[:_START] for line in islice(lines_of(path), 4))
    if not _OBJECTS.match(start) or path.stat().st_size > _LARGEST_JSON:
        return
    try:
        found = json.loads("\n".join(lines_of(path)))
    except ValueError:
        return
    for value in found.values():
        if isinstance(value, dict):
            yield from _described(value)


def _described(value: Mapping[str, Any]) -> Iterator[Named]:
    """A film with the people and genres that it names, or a thing with its page."""
    if "name" not in value:
        page = _PAGE.fullmatch(str(value.get("wiki") or ""))
        if page:
            yield of_page(unquote(page["title"]))
        return
    name, _, year = taken_apart(str(value["name"]))
    told = str(value.get("year") or "")
    yield Named(name, "", frozenset({"film"}), year or (int(told) if told.isdigit() else None))
    for field, kind in _FIELDS.items():
        for each in value.get(field) or ():
            yield Named(str(each), "", frozenset({kind}))
