"""Single events as Parquet rows: the replayable source of the engagements in the graph."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from penchant.errors import StoreError
from penchant.kg.durable import sync
from penchant.kg.proposal import EventRecord

#: Where DuckDB puts what does not fit in its share of memory; nothing stays there.
SPILL: Final = ".spill"
#: A file below this many bytes (about 3,000 events) is small …
SMALL: Final = 64 * 1024
#: … and so many small ones are made one: to open a file costs as much as to read thousands of rows.
MANY: Final = 64

_PATTERN = "events-*.parquet"
_DRAFTS = ".events-*.tmp"


def files(folder: Path) -> list[Path]:
    """The files of the log, sorted."""
    return sorted(folder.glob(_PATTERN))


def append(folder: Path, rows: Iterable[EventRecord]) -> Path | None:
    """Write ``rows`` as one new file of ``folder`` and give its path; None when there are no rows.

    The file is named by its content, so the same rows again add nothing.  It appears whole or not at all.  Where many
    small files have come together, they become one.

    Raises:
        StoreError: it cannot be written.
    """
    import pyarrow as pa

    every = list(rows)
    if not every:
        return None
    columns = {name: [getattr(row, name) for row in every] for name in _schema().names}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _write(folder, pa.table(columns, schema=_schema()))
        return _merged(folder).get(path, path)
    except OSError as error:
        raise StoreError(f"events cannot be written ({error})", where=str(folder)) from error


def scan(folder: Path, person: str | None = None) -> Iterator[EventRecord]:
    """All rows of ``folder``, or one person's, in the order of files and rows; retractions are among them.

    Raises:
        StoreError: a file cannot be read.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    for path in files(folder):
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches():
                    wanted = batch if person is None else batch.filter(pc.equal(batch["person"], person))
                    yield from (_record(row) for row in wanted.to_pylist())
        except (OSError, pa.ArrowInvalid, KeyError, TypeError) as error:
            raise _unreadable(path, error) from error


def drop(folder: Path, persons: Collection[str]) -> int:
    """Take all rows of ``persons`` out of the log, and whatever a crash has left beside it; how many rows went.

    Cut off, it can be done again: a file is replaced by one without these people before it goes itself.

    Raises:
        StoreError: a file cannot be read or written.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    gone = pa.array(sorted(persons), pa.string())
    return _rewrite(folder, lambda table: pc.invert(pc.is_in(table["person"], gone)))


def drop_before(folder: Path, person: str, moment: datetime) -> int:
    """Take the rows of ``person`` from before ``moment`` out of the log; how many went.

    Raises:
        StoreError: a file cannot be read or written.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    limit = pa.scalar(moment.astimezone(UTC), pa.timestamp("us", tz="UTC"))
    return _rewrite(
        folder,
        lambda table: pc.or_(pc.not_equal(table["person"], person), pc.greater_equal(table["at"], limit)),
    )


def _rewrite(folder: Path, stays: Callable[[Any], Any]) -> int:
    """Rewrite the files that hold rows which do not stay; how many rows went."""
    shutil.rmtree(folder / SPILL, ignore_errors=True)
    for draft in folder.glob(_DRAFTS):
        draft.unlink()
    went = 0
    for path in files(folder):
        table = _read(path)
        rest = table.filter(stays(table))
        if rest.num_rows == table.num_rows:
            continue
        went += table.num_rows - rest.num_rows
        try:
            if rest.num_rows:
                _write(folder, rest)
            path.unlink()
        except OSError as error:
            raise StoreError(f"events cannot be written ({error})", where=str(folder)) from error
    if went:
        sync(folder)
    return went


def _merged(folder: Path) -> dict[Path, Path]:
    """Make one file of the small ones where there are many; what became of each."""
    import pyarrow as pa

    small = [path for path in files(folder) if path.stat().st_size < SMALL]
    if len(small) < MANY:
        return {}
    whole = _write(folder, pa.concat_tables([_read(path) for path in small]))
    for path in small:
        if path != whole:  # a crash before this leaves rows twice, and twice is once
            path.unlink()
    sync(folder)
    return dict.fromkeys(small, whole)


def _write(folder: Path, table: Any) -> Path:
    """Write the rows of ``table``, each once and in order, as the file that is named by them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = _schema().names
    once = table.group_by(names).aggregate([]).select(names).cast(_schema())
    stream = pa.BufferOutputStream()
    pq.write_table(once.sort_by([(name, "ascending") for name in names]), stream, compression="zstd")
    content = stream.getvalue()
    path = folder / f"events-{hashlib.sha256(content).hexdigest()[:32]}.parquet"
    if path.exists():
        return path
    draft = path.with_name(f".{path.stem}.tmp")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(folder)
    return path


def _read(path: Path) -> Any:
    """All rows of a file, with the columns of today."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        if "retracted" not in table.column_names:  # written by version 0.1
            table = table.append_column("retracted", pa.array([False] * table.num_rows, pa.bool_()))
        return table.select(_schema().names).cast(_schema())
    except (OSError, pa.ArrowInvalid, KeyError) as error:
        raise _unreadable(path, error) from error


def _record(row: dict[str, Any]) -> EventRecord:
    return EventRecord(**{**row, "at": row["at"].astimezone(UTC)})


def _unreadable(path: Path, error: Exception) -> StoreError:
    return StoreError(
        f"events cannot be read ({error})", where=path.name, remedy="Take the file away and add its source again"
    )


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
            pa.field("retracted", pa.bool_(), nullable=False),
        ]
    )
