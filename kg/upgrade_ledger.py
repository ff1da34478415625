"""The ledger of a version-1 workspace brought to version 2, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from penchant.errors import StoreError
from penchant.kg.identifiers import Namer
from penchant.kg.ledger import SCHEMA

_STEPS = Path(__file__).resolve().parent / "ledger_1_to_2.sql"


@dataclass(frozen=True, slots=True)
class LedgerUpgrade:
    """What was done: rows that were taken over, texts known to be without a time of their own, people entered."""

    rows: int
    undated: int
    people: int


def upgrade_ledger(file: Path, namer: Namer, people: Iterable[str]) -> LedgerUpgrade | None:
    """Bring the ledger in ``file`` to version 2; None where it is there already.

    Args:
        file: the ledger; nobody else has it open.
        namer: of the workspace.
        people: identifiers of the event log's people, as sources give them.

    Raises:
        StoreError: it is no ledger of version 1.  Nothing has changed then.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        if int(db.execute("PRAGMA user_version").fetchone()[0]) >= 2:
            return None
        db.execute("PRAGMA secure_delete=ON")
        db.execute("BEGIN IMMEDIATE")
        try:
            done = _upgrade(db, namer, people)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            db.execute("ROLLBACK")
            raise StoreError(f"it is no ledger of version 1 ({error})", where=str(file)) from error
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return done


def _upgrade(db: sqlite3.Connection, namer: Namer, people: Iterable[str]) -> LedgerUpgrade:
    before, _, after = _STEPS.read_text(encoding="utf-8").partition("-- schema\n")
    tables = ("bad_lines", "texts", "windows", "mentions", "rejected")
    rows = sum(int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables)
    for part in (before, SCHEMA.read_text(encoding="utf-8"), after):
        for statement in statements(part):
            db.execute(statement)
    undated = [
        (id,)
        for id, iri, person, text in db.execute("SELECT id, iri, person, text FROM texts WHERE source_id IS NULL")
        if namer.text(namer.person(person), "content", "", text).value == iri
    ]
    db.executemany("UPDATE texts SET dated = 0 WHERE id = ?", undated)
    said = db.execute("SELECT person FROM texts UNION SELECT person FROM rejected WHERE person IS NOT NULL")
    known = sorted({*people, *(str(row[0]) for row in said)})
    db.executemany("INSERT OR IGNORE INTO people VALUES (?, ?)", [(namer.person(id).value, id) for id in known])
    db.execute("PRAGMA user_version = 2")
    return LedgerUpgrade(rows, len(undated), len(known))


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL script; ``executescript`` would end the transaction that they are to be in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
