"""Single events as Parquet rows: the replayable source of the engagements in the graph."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from penchant.errors import StoreError
from penchant.kg.proposal import EventRecord

_PATTERN = "events-*.parquet"
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class EngagementSum:
    """What one person did with one item in one way.

    Args:
        person: the person's identifier as the sources give it.
        item: the item's identifier or IRI as the sources give it.
        kind: local name of a behaviour kind.
        count: how many times.
        first: the earliest time.
        last: the latest time.
        value: the value that came last, if any event had one.
    """

    person: str
    item: str
    kind: str
    count: int
    first: datetime
    last: datetime
    value: float | None = None


def append(folder: Path, rows: Iterable[EventRecord]) -> Path | None:
    """Write ``rows`` as one new file of ``folder`` and give its path; None when there are no rows.

    The file is named by its content, so the same rows again add nothing.  It appears whole or not at all.

    Raises:
        StoreError: it cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    ordered = sorted(set(rows), key=_order)
    if not ordered:
        return None
    digest = hashlib.sha256()
    for row in ordered:
        digest.update(repr(_order(row)).encode("utf-8", "backslashreplace"))
    path = folder / f"events-{digest.hexdigest()[:32]}.parquet"
    if path.exists():
        return path
    columns = {name: [getattr(row, name) for row in ordered] for name in _schema().names}
    draft = path.with_name(f".{path.stem}.tmp")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as stream:
            pq.write_table(pa.table(columns, schema=_schema()), stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise StoreError(f"events cannot be written ({error})", where=str(folder)) from error
    return path


def scan(folder: Path, person: str | None = None) -> Iterator[EventRecord]:
    """All events of ``folder``, or one person's, in the order of files and rows.

    Raises:
        StoreError: a file cannot be read.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    for path in sorted(folder.glob(_PATTERN)):
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches():
                    wanted = batch if person is None else batch.filter(pc.equal(batch["person"], person))
                    yield from (_record(row) for row in wanted.to_pylist())
        except (OSError, pa.ArrowInvalid, KeyError, TypeError) as error:
            raise StoreError(
                f"events cannot be read ({error})",
                where=path.name,
                remedy="Take the file away and add its source again",
            ) from error


def sums(rows: Iterable[EventRecord]) -> list[EngagementSum]:
    """Engagements that ``rows`` add up to, sorted; their order, and rows that stand twice, make no difference.

    Two rows are one event if person, item and kind agree and they share an identifier, or, where a row has none, the
    time.  Of two rows with one identifier the later counts.
    """
    groups: dict[tuple[str, str, str], dict[str, tuple[datetime, float | None]]] = {}
    for row in rows:
        at = row.at.astimezone(UTC)
        events = groups.setdefault((row.person, row.item, row.kind), {})
        name = f"id {row.id}" if row.id is not None else at.strftime(_MOMENT)
        events[name] = max(events.get(name, (at, row.value)), (at, row.value), key=_later)
    return [_sum(*key, list(groups[key].values())) for key in sorted(groups)]


def _sum(person: str, item: str, kind: str, events: list[tuple[datetime, float | None]]) -> EngagementSum:
    times = [at for at, _ in events]
    valued = [event for event in events if event[1] is not None]
    value = max(valued, key=_later)[1] if valued else None
    return EngagementSum(person, item, kind, len(events), min(times), max(times), value)


def _later(event: tuple[datetime, float | None]) -> tuple[datetime, bool, float]:
    at, value = event
    return at, value is not None, value or 0.0


def _order(row: EventRecord) -> tuple[Any, ...]:
    values = astuple(row)
    at = row.at.astimezone(UTC).strftime(_MOMENT)
    return (*values[:3], at, row.value is not None, row.value or 0.0, row.source, row.line, row.id or "")


def _record(row: dict[str, Any]) -> EventRecord:
    return EventRecord(**{**row, "at": row["at"].astimezone(UTC)})


def _schema() -> Any:
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("person", pa.string(), nullable=False),
            pa.field("item", pa.string(), nullable=False),
            pa.field("kind", pa.string(), nullable=False),
            pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
            pa.field("value", pa.float64()),
            pa.field("source", pa.string(), nullable=False),
            pa.field("line", pa.int64(), nullable=False),
            pa.field("id", pa.string()),
        ]
    )
