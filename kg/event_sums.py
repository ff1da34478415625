"""What the event log adds up to, person by person: DuckDB over its Parquet files, a bounded number of people at once.

The order in which events, corrections of events and retractions came in makes no difference.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode

from penchant.errors import StoreError
from penchant.kg import event_log

#: After so long without an event of the person a new sitting starts; what web analytics calls one visit.
PAUSE: Final = timedelta(minutes=30)
#: People whose events are summed up at once: few enough to bound memory, enough that the log is seldom read.
PEOPLE_AT_ONCE: Final = 5_000
#: What DuckDB may hold in memory; beyond it, it writes to a folder beside the log for as long as it needs it.
MEMORY: Final = "384MB"

_SQL = Path(__file__).resolve().with_suffix(".sql")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EngagementSum:
    """What one person did with one item in one way.

    Args:
        person: the person's identifier as the sources give it.
        item: the item.
        kind: IRI of the behaviour kind.
        count: how many times.
        sessions: in how many sittings.
        first: the earliest time.
        last: the latest time.
        value: the value that came last, if any event had one.
    """

    person: str
    item: NamedNode
    kind: NamedNode
    count: int
    sessions: int
    first: datetime
    last: datetime
    value: float | None = None


@dataclass(frozen=True, slots=True)
class StandingEvent:
    """One event that was neither undone nor a double: item, kind, time, number of its sitting, value."""

    item: NamedNode
    kind: NamedNode
    at: datetime
    sitting: int
    value: float | None = None


def sums(
    folder: Path,
    people: Iterable[str],
    item: Callable[[str], NamedNode | None],
    kind: Callable[[str], NamedNode],
) -> Iterator[tuple[str, list[EngagementSum]]]:
    """Each of ``people`` who has rows in the log, sorted, with what they did, sorted; with nothing if all was undone.

    Args:
        folder: the event log.
        people: identifiers as the sources give them.
        item: the item that a source's name for it means; events with no such item are left out.
        kind: the behaviour kind that a name in the log means today.

    Raises:
        StoreError: a file cannot be read.
    """
    files = [str(path) for path in event_log.files(folder)]
    asked = sorted(set(people))
    if not files or not asked:
        return
    with _database(folder) as db:
        for start in range(0, len(asked), PEOPLE_AT_ONCE):
            yield from _of_some(db, files, asked[start : start + PEOPLE_AT_ONCE], item, kind)


def course(
    folder: Path,
    person: str,
    item: Callable[[str], NamedNode | None],
    kind: Callable[[str], NamedNode],
) -> list[StandingEvent]:
    """Every event of ``person`` that stands, oldest first; parameters and errors as of :func:`sums`."""
    files = [str(path) for path in event_log.files(folder)]
    if not files:
        return []
    with _database(folder) as db:
        _pick(db, files, [person], item, kind)
        return [
            StandingEvent(NamedNode(about), NamedNode(way), _time(moment), sitting, value)
            for about, way, moment, sitting, value in _rows(_asked(db, "course"))
        ]


def _of_some(
    db: Any,
    files: list[str],
    people: Sequence[str],
    item: Callable[[str], NamedNode | None],
    kind: Callable[[str], NamedNode],
) -> Iterator[tuple[str, list[EngagementSum]]]:
    node = cache(NamedNode)
    _pick(db, files, people, item, kind)
    found = _asked(db, "sums")
    for person, rows in groupby(_rows(found), key=lambda row: row[0]):
        yield (
            str(person),
            [
                EngagementSum(person, node(about), node(way), count, sat, _time(first), _time(last), value)
                for _, about, way, count, sat, first, last, value in rows
                if about is not None
            ],
        )


def _pick(
    db: Any,
    files: list[str],
    people: Sequence[str],
    item: Callable[[str], NamedNode | None],
    kind: Callable[[str], NamedNode],
) -> None:
    """Make tables of the rows of ``people`` and of what the names in them mean."""
    import pyarrow as pa

    db.register("asked", pa.table({"person": pa.array(people, pa.string())}))
    db.execute(_statements()["pick"], {"files": files})
    named = db.execute(_statements()["named"]).fetchall()
    items = {name: item(name) if name else None for name in sorted({name for name, _ in named})}
    db.register("items", _names({name: iri for name, iri in items.items() if iri is not None}))
    db.register("kinds", _names({name: kind(name) for name in sorted({name for _, name in named if name})}))


def _asked(db: Any, statement: str) -> Any:
    text = _statements()["sat"] + _statements()[statement]
    return db.execute(text, {"gap": PAUSE // timedelta(microseconds=1)})


def _rows(found: Any) -> Iterator[tuple[Any, ...]]:
    while some := found.fetchmany(2_000):
        yield from some


def _names(iris: dict[str, NamedNode]) -> Any:
    """Names with their IRIs as a table; the name '' stands for itself, that is for every one."""
    import pyarrow as pa

    pairs = {"": "", **{name: iri.value for name, iri in iris.items()}}
    return pa.table({"name": pa.array(pairs.keys(), pa.string()), "iri": pa.array(pairs.values(), pa.string())})


@contextmanager
def _database(folder: Path) -> Iterator[Any]:
    import duckdb

    spill = folder / event_log.SPILL
    shutil.rmtree(spill, ignore_errors=True)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": MEMORY,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    db = duckdb.connect(":memory:", config=settings)
    try:
        yield db
    except duckdb.Error as error:
        raise StoreError(
            f"events cannot be read ({str(error).splitlines()[0]})",
            where=str(folder),
            remedy="Take a broken file away and add its source again",
        ) from error
    finally:
        db.close()
        shutil.rmtree(spill, ignore_errors=True)


@cache
def _statements() -> dict[str, str]:
    parts = re.split(r"^-- statement: (\w+)$", _SQL.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _time(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
