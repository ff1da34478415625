"""The ledger of an older workspace brought to the version of today, each step in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penchant.errors import StoreError
from penchant.kg.identifiers import Namer
from penchant.kg.ledger import SCHEMA

#: Columns of mentions that version 3 brought.
_COLUMNS_OF_3: Final = {
    "antecedent": "TEXT NOT NULL DEFAULT ''",
    "condition": "TEXT NOT NULL DEFAULT ''",
    "aspect": "TEXT NOT NULL DEFAULT ''",
    "opinion": "TEXT NOT NULL DEFAULT ''",
    "opinion_start": "INTEGER NOT NULL DEFAULT 0",
}
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


def upgrade_ledger_to_3(file: Path) -> bool:
    """Give the ledger in ``file`` room for what version 3 keeps of a mention, and for statements.

    Args:
        file: a ledger of version 2 or 3; nobody else has it open.

    Returns:
        Whether it was of version 2.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        found = int(db.execute("PRAGMA user_version").fetchone()[0])
        db.execute("BEGIN IMMEDIATE")
        there = {row[1] for row in db.execute("PRAGMA table_info(mentions)")}
        for name, kind in _COLUMNS_OF_3.items():
            if name not in there:
                db.execute(f"ALTER TABLE mentions ADD COLUMN {name} {kind}")
        for statement in statements(SCHEMA.read_text(encoding="utf-8")):
            db.execute(statement)  # nothing that is there is made again
        db.execute("PRAGMA user_version = 3")
        db.execute("COMMIT")
    return found < 3


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
