"""MindReader: people's likes and dislikes of Wikidata films and concepts, in the form in which it is published.

Brams et al., "MindReader: Recommendation over Knowledge Graph Entities with Explicit User Ratings", CIKM 2020,
https://arxiv.org/abs/2106.04209; split and cases as published with the LTN recommender.

Files in the folder: ``entities.csv`` (uri, name, labels), ``meta.json`` (``e_idx_map``: uri → number),
``split.json`` or ``split.json.xz`` (``training``, ``validation``, ``testing``), and, for the world,
``wikidata_slice.nt.gz``.
"""

from __future__ import annotations

import csv
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from penchant.errors import SourceError
from penchant.kg.proposal import EventRecord, ItemRecord
from penchant.ontology import terms

#: The set gives no times: every rating gets the same one, so that none has faded beside another.
RATED_AT: Final = datetime(2020, 1, 1, tzinfo=UTC)
#: Its decades (``Decade-1990``) are no Wikidata entities.
_OWN: Final = "urn:mindreader:"
_FILM: Final = "Movie"


@dataclass(frozen=True, slots=True)
class Case:
    """One test: the liked film must be ranked before the others.

    Args:
        person: the rater.
        target: the film held out.
        others: 100 films the person has not rated.
    """

    person: str
    target: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MindReader:
    """The whole set.

    Args:
        items: films, and, of class ``pen:Concept``, what else can be rated: genres, people, decades.
        events: likes and dislikes of the training part.
        validation: cases to choose by.
        testing: cases to report.
        world: the Wikidata slice.
    """

    items: tuple[ItemRecord, ...]
    events: tuple[EventRecord, ...]
    validation: tuple[Case, ...]
    testing: tuple[Case, ...]
    world: Path


def read(folder: Path) -> MindReader:
    """Read the set from ``folder``.

    Raises:
        SourceError: a file is missing or is not in the published form.
    """
    where = folder
    try:
        where = folder / "entities.csv"
        items = tuple(_items(where))
        where = folder / "meta.json"
        names = {int(n): _iri(uri) for uri, n in json.loads(where.read_text("utf-8"))["e_idx_map"].items()}
        where = next(
            (p for p in (folder / "split.json", folder / "split.json.xz") if p.exists()), folder / "split.json"
        )
        split = _json(where)
        return MindReader(
            items=items,
            events=tuple(_events(split["training"], names, where.name)),
            validation=tuple(_cases(split["validation"], names)),
            testing=tuple(_cases(split["testing"], names)),
            world=folder / "wikidata_slice.nt.gz",
        )
    except OSError as error:
        raise SourceError(f"it cannot be read ({error.strerror or error})", where=str(where)) from error
    except (KeyError, ValueError, TypeError, lzma.LZMAError) as error:
        raise SourceError(
            f"it is not in MindReader's form ({error!r})", expected="the published files", where=str(where)
        ) from error


def _items(path: Path) -> Iterator[ItemRecord]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            film = _FILM in row["labels"].split("|")
            yield ItemRecord(
                id=row["uri"],
                label=row["name"],
                iri=_iri(row["uri"]),
                type=terms.ITEM.value if film else terms.CONCEPT.value,
                source=path.name,
            )


def _iri(uri: str) -> str:
    return uri if ":" in uri else _OWN + uri


def _json(path: Path) -> Any:
    if path.suffix == ".xz":
        with lzma.open(path, "rt", encoding="utf-8") as packed:
            return json.load(packed)
    return json.loads(path.read_text("utf-8"))


def _events(training: list[Any], names: dict[int, str], source: str) -> Iterator[EventRecord]:
    for line, (person, ratings) in enumerate(training, 1):
        for rating in ratings:
            if rating["rating"]:
                kind = "Like" if rating["rating"] > 0 else "Dislike"
                yield EventRecord(str(person), names[rating["e_idx"]], kind, RATED_AT, source=source, line=line)


def _cases(cases: list[Any], names: dict[int, str]) -> Iterator[Case]:
    for person, (target, others) in cases:
        yield Case(str(person), names[target], tuple(names[n] for n in others))
