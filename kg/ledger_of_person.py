"""What the ledger holds of one human being: to be handed to them, or to be erased."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import NamedNode

from penchant.errors import StoreError
from penchant.kg.decided_rows import drop_decided, drop_decisions_without_text, erase_decisions
from penchant.kg.ledger import Ledger

_DELIMITERS: Final = ",\t;|"
#: What stands in names of sources and notes of runs in the place of who was forgotten.
GONE: Final = "…"
#: Shorter identifiers are numbers that any name may hold: they only count as a whole.
_TELLING: Final = 3
#: Seconds that a reader of the ledger (a backup) is waited for.
_PATIENCE: Final = 120.0


@dataclass(frozen=True, slots=True)
class LedgerErasure:
    """How many rows were erased."""

    texts: int = 0
    mentions: int = 0
    rejected: int = 0
    bad_lines: int = 0


def erase(ledger: Ledger, people: Collection[NamedNode], ids: Collection[str]) -> LedgerErasure:
    """Take everything of a human being out of the ledger, in one transaction; what others own stays balanced.

    Args:
        ledger: where.
        people: their IRIs.
        ids: what sources call them.
    """
    db = ledger.connection
    with ledger.transaction():
        spoken = _texts(db, ids)
        bad = _own_bad_lines(db, ids)
        refused = [row for id in ids for row in db.execute("SELECT id, run FROM rejected WHERE person = ?", (id,))]
        lines = Counter(run for rows in (spoken, bad, refused) for _, run in rows)
        # What somebody else answered to may be this person's text.
        answered = "UPDATE texts SET context = NULL WHERE context IN (SELECT text FROM texts WHERE person = ?)"
        pointed = (
            "UPDATE mentions SET antecedent = '' WHERE antecedent <> '' AND text IN"
            " (SELECT id FROM texts WHERE context IN (SELECT text FROM texts WHERE person = ?))"
        )
        db.executemany(pointed, [(id,) for id in ids])
        db.executemany(answered, [(id,) for id in ids])
        mentions = _delete_texts(db, [id for id, _ in spoken])
        db.executemany("DELETE FROM bad_lines WHERE id = ?", [(id,) for id, _ in bad])
        db.executemany("UPDATE runs SET lines = lines - ? WHERE id = ?", [(n, run) for run, n in lines.items()])
        db.executemany("DELETE FROM rejected WHERE id = ?", [(id,) for id, _ in refused])
        _take_back_mends(db, ids)
        for id in ids:
            db.execute("DELETE FROM stale_people WHERE person = ?", (id,))
            db.execute("DELETE FROM people WHERE person = ?", (id,))
            _blank_runs(db, id)
        db.executemany("DELETE FROM people WHERE iri = ?", [(person.value,) for person in people])
        erase_decisions(db, people, lambda text: _blank_all(text, ids))
    return LedgerErasure(len(spoken), mentions, len(refused), len(bad))


def erase_before(ledger: Ledger, id: str, moment: str) -> tuple[list[str], int]:
    """Take out the texts and rejected events of ``id`` from before ``moment``; to be called inside a transaction.

    Args:
        ledger: where.
        id: what sources call the person.
        moment: in ISO form and UTC.

    Returns:
        IRIs of the texts that no reading is left of, and how many rejected events went.
    """
    db = ledger.connection
    rows = db.execute(
        "SELECT id, run, iri, status FROM texts WHERE person = ? AND datetime(at) < datetime(?)", (id, moment)
    ).fetchall()
    _delete_texts(db, [int(row[0]) for row in rows])
    old = [
        (key, run)
        for key, run, raw in db.execute("SELECT id, run, raw FROM rejected WHERE person = ? AND kind = 'event'", (id,))
        if _is_before(db, raw, moment)
    ]
    db.executemany("DELETE FROM rejected WHERE id = ?", [(key,) for key, _ in old])
    lines = Counter([run for _, run, _, _ in rows] + [run for _, run in old])
    db.executemany("UPDATE runs SET lines = lines - ? WHERE id = ?", [(n, run) for run, n in lines.items()])
    return sorted({str(row[2]) for row in rows}), len(old)


def shrink(ledger: Ledger) -> None:
    """Give back the room of erased rows, in the file and in its log.

    Raises:
        StoreError: somebody is reading the ledger for longer than we wait.
    """
    ledger.connection.execute("VACUUM")
    until = time.monotonic() + _PATIENCE
    while ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > until:
            raise StoreError("the ledger is being read", where="ledger.sqlite", remedy="Open the workspace to go on")
        time.sleep(0.05)


def has_anything(ledger: Ledger, person: NamedNode, ids: Collection[str]) -> bool:
    """Whether the ledger holds anything of ``person``, whom sources call ``ids``."""
    db = ledger.connection
    if db.execute("SELECT 1 FROM people WHERE iri = ?", (person.value,)).fetchone():
        return True
    asked = (f"SELECT 1 FROM {table} WHERE person = ? LIMIT 1" for table in ("texts", "rejected", "stale_people"))
    if any(db.execute(sql, (id,)).fetchone() for sql in asked for id in ids):
        return True
    return bool(_own_bad_lines(db, ids)) or any(True for _ in _mended_to(db, ids))


def answers_to(ledger: Ledger, ids: Iterable[str]) -> list[NamedNode]:
    """IRIs of the texts that answer to a text of ``ids``."""
    sql = "SELECT DISTINCT iri FROM texts WHERE context IN (SELECT text FROM texts WHERE person = ?) ORDER BY iri"
    return [NamedNode(iri) for id in ids for (iri,) in ledger.connection.execute(sql, (id,))]


def texts_of(ledger: Ledger, ids: Iterable[str]) -> list[Sequence[str | int | None]]:
    """Texts of ``ids``: person, IRI, time, source, line, id, status, reason, words; in the order in which they came."""
    sql = (
        "SELECT person, iri, at, source, line, source_id, status, reason, text FROM texts WHERE person = ? ORDER BY id"
    )
    return [row for id in ids for row in ledger.connection.execute(sql, (id,))]


def refused_of(ledger: Ledger, ids: Collection[str]) -> list[Sequence[str | int | None]]:
    """What was refused of ``ids``: line, event, text or mention; source, line, reason, and what it was."""
    db = ledger.connection
    found: list[Sequence[str | int | None]] = []
    for row in sorted({row for row, _ in _own_bad_lines(db, ids)}):
        found += db.execute("SELECT 'line', source, line, reason, raw FROM bad_lines WHERE id = ?", (row,)).fetchall()
    for id in ids:
        found += db.execute(
            "SELECT kind, source, line, reason, raw FROM rejected WHERE person = ? ORDER BY id", (id,)
        ).fetchall()
        found += db.execute(
            "SELECT 'text', source, line, reason, text FROM texts WHERE person = ? AND status = 'failed' ORDER BY id",
            (id,),
        ).fetchall()
        found += db.execute(
            "SELECT 'mention', t.source, t.line, m.status || ': ' || m.reason, m.quote"
            " FROM texts t JOIN mentions m ON m.text = t.id"
            " WHERE t.person = ? AND m.status IN ('rejected', 'abstained') ORDER BY m.id",
            (id,),
        ).fetchall()
    return found


def bad_lines_of(db: sqlite3.Connection, ids: Collection[str]) -> frozenset[int]:
    """Numbers of the lines that are no record and are about one of ``ids``: name them, or were read as theirs."""
    return frozenset(row for row, _ in _own_bad_lines(db, ids))


def names(raw: str | None, ids: Collection[str]) -> bool:
    """Whether a line that could not be read is about one of ``ids``: as a value of JSON, or as a cell of a table."""
    if not raw:
        return False
    try:
        return any(value in ids for value in _scalars(json.loads(raw)))
    except (ValueError, RecursionError):
        pass
    if any(json.dumps(id, ensure_ascii=ascii) in raw for id in ids for ascii in (True, False)):
        return True
    return any(cell.strip() in ids for delimiter in _DELIMITERS for cell in _cells(raw, delimiter))


def _scalars(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _scalars(part)
    elif isinstance(value, list):
        for part in value:
            yield from _scalars(part)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _cells(raw: str, delimiter: str) -> Iterator[str]:
    try:
        for row in csv.reader(raw.splitlines(), delimiter=delimiter):
            yield from row
    except csv.Error:
        yield from raw.split(delimiter)


def _texts(db: sqlite3.Connection, ids: Iterable[str]) -> list[tuple[int, int]]:
    """Row and run of every text of ``ids``."""
    found: list[tuple[int, int]] = []
    for id in ids:
        found += db.execute("SELECT id, run FROM texts WHERE person = ? ORDER BY id", (id,)).fetchall()
    return found


def _own_bad_lines(db: sqlite3.Connection, ids: Collection[str]) -> list[tuple[int, int]]:
    """Row and run of every bad line that is about one of ``ids``.

    A line is about whom it names, and a line of a source that was read as theirs about them, unless it names another.
    """
    found = {row: run for row, run, raw, mended in _bad_lines(db, ids) if names(raw, ids) or names(mended, ids)}
    for run, note in db.execute("SELECT id, note FROM runs WHERE note LIKE '%read_with%'").fetchall():
        if json.loads(note).get("read_with", {}).get("person") in ids:
            rows = db.execute("SELECT id, raw FROM bad_lines WHERE run = ?", (run,)).fetchall()
            found.update({int(row): int(run) for row, raw in rows if not _names_another(raw, ids)})
    return sorted(found.items())


def _names_another(raw: str, ids: Collection[str]) -> bool:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and "person" in said and said["person"] not in ids


def _mended_to(db: sqlite3.Connection, ids: Collection[str]) -> Iterator[tuple[str, int]]:
    """Table and row of what others own and was mended so that it names one of ``ids``."""
    for table in ("rejected", "texts"):
        rows = db.execute(f"SELECT id, mended FROM {table} WHERE mended IS NOT NULL AND person NOT NULL").fetchall()
        yield from ((table, int(row)) for row, mended in rows if names(mended, ids))


def _take_back_mends(db: sqlite3.Connection, ids: Collection[str]) -> None:
    """Others' records that were mended into records of ``ids`` are as they came in again."""
    for table, row in list(_mended_to(db, ids)):
        state = "CASE state WHEN 'mended' THEN 'open' ELSE state END"
        db.execute(f"UPDATE {table} SET mended = NULL, state = {state} WHERE id = ?", (row,))


def _bad_lines(db: sqlite3.Connection, ids: Iterable[str]) -> list[tuple[int, int, str, str | None]]:
    """Bad lines in which one of ``ids`` stands in any form, as (row, run, raw, mended)."""
    found: dict[int, tuple[int, int, str, str | None]] = {}
    for id in ids:
        forms = {id, json.dumps(id)[1:-1], json.dumps(id, ensure_ascii=False)[1:-1], id.replace('"', '""')}
        for form in sorted(forms):
            rows = db.execute(
                "SELECT id, run, raw, mended FROM bad_lines WHERE instr(raw, ?) > 0 OR instr(mended, ?) > 0",
                (form, form),
            )
            found.update({int(row[0]): row for row in rows})
    return [found[row] for row in sorted(found)]


def _delete_texts(db: sqlite3.Connection, rows: Iterable[int]) -> int:
    """Delete texts with their windows, mentions and statements; how many mentions went."""
    keys = [(row,) for row in rows]
    db.executemany("DELETE FROM windows WHERE text = ?", keys)
    db.executemany("DELETE FROM statements WHERE text = ?", keys)
    drop_decided(db, keys)
    mentions = db.executemany("DELETE FROM mentions WHERE text = ?", keys).rowcount
    db.executemany("DELETE FROM texts WHERE id = ?", keys)
    drop_decisions_without_text(db)
    return max(0, mentions)


def _blank_runs(db: sqlite3.Connection, id: str) -> None:
    """Take ``id`` out of the names of sources and the notes of runs."""
    if not id:
        return
    for run, source, note in db.execute("SELECT id, source, note FROM runs").fetchall():
        told = json.loads(note) if note else None
        blank = (_blank(source, id), _blank(told, id))
        if blank != (source, told):
            text = "" if told is None else json.dumps(blank[1], ensure_ascii=False, sort_keys=True)
            db.execute("UPDATE runs SET source = ?, note = ? WHERE id = ?", (blank[0], text, run))


def _blank(value: Any, id: str) -> Any:
    if isinstance(value, dict):
        return {_blank(key, id): _blank(part, id) for key, part in value.items()}
    if isinstance(value, list):
        return [_blank(part, id) for part in value]
    if not isinstance(value, str) or len(id) < _TELLING:
        return GONE if value == id else value
    return re.sub(rf"(?<!\w){re.escape(id)}(?!\w)", GONE, value)


def _blank_all(text: str, ids: Iterable[str]) -> str:
    for id in ids:
        text = _blank(text, id) if id else text
    return text


def _is_before(db: sqlite3.Connection, raw: str, moment: str) -> bool:
    try:
        at = json.loads(raw).get("at")
    except (ValueError, AttributeError):
        return False
    return bool(db.execute("SELECT datetime(?) < datetime(?)", (at, moment)).fetchone()[0])
