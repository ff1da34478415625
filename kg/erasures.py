"""Who was forgotten, as a list that names nobody: salted hashes, by which a backup can be told to forget them too.

The salt is a file of its own beside the ledger, so that the list alone confirms no guess.  An erasure has *begun* when
it was asked for, is *stored* when nothing is left but the store's own files, and *done* when those were rewritten.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import NamedNode

from penchant.kg.durable import replace
from penchant.kg.workspace import Workspace

SALT = "salt"


@dataclass(frozen=True, slots=True)
class ErasureList:
    """The erasures of a workspace: its salt, and digest → when, in ISO form and UTC."""

    salt: bytes
    erased: dict[str, str]

    def at(self, person: NamedNode) -> str | None:
        """When ``person`` was forgotten last; None if never."""
        return self.erased.get(digest(self.salt, person))


def digest(salt: bytes, person: NamedNode) -> str:
    """What stands in the list for ``person``: HMAC-SHA256 (RFC 2104) of the IRI."""
    return hmac.new(salt, person.value.encode(), hashlib.sha256).hexdigest()


def begin(workspace: Workspace, persons: Iterable[NamedNode]) -> None:
    """Write down that ``persons`` are being forgotten."""
    salt = _salt(workspace.folder)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [(digest(salt, person), now) for person in persons]
    with workspace.ledger.transaction():
        workspace.ledger.connection.executemany("INSERT OR REPLACE INTO erasures VALUES (?, ?, 'begun')", rows)


def stored(workspace: Workspace) -> None:
    """Nothing is left of those who were being forgotten but what the store's files still hold."""
    workspace.ledger.connection.execute("UPDATE erasures SET state = 'stored' WHERE state = 'begun'")


def done(workspace: Workspace) -> None:
    """The store's files were rewritten: nothing is left of anybody who was forgotten."""
    workspace.ledger.connection.execute("UPDATE erasures SET state = 'done' WHERE state = 'stored'")


def listed(folder: Path) -> ErasureList | None:
    """The list of the workspace in ``folder``, open or not; None where nobody was ever forgotten."""
    ledger = folder / "ledger.sqlite"
    if not (folder / SALT).exists() or not ledger.exists():
        return None
    with closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT digest, at FROM erasures ORDER BY digest").fetchall()
    return ErasureList((folder / SALT).read_bytes(), {str(name): str(at) for name, at in rows})


def listed_people(workspace: Workspace, erasures: ErasureList, since: str = "") -> tuple[NamedNode, ...]:
    """People of ``workspace`` who are in the list and were forgotten at ``since`` (ISO, UTC) or later, sorted."""
    rows = workspace.ledger.connection.execute("SELECT iri FROM people ORDER BY iri").fetchall()
    people = {str(row[0]) for row in rows}
    people.update(row["person"].value for row in workspace.store.rows("person/everybody"))  # type: ignore[union-attr]
    known = (NamedNode(iri) for iri in sorted(people))
    return tuple(person for person in known if (at := erasures.at(person)) is not None and at >= since)


def take_over(workspace: Workspace, erasures: ErasureList) -> bool:
    """Add a list to that of ``workspace``, which was made from a backup; False where the two have other salts."""
    path = workspace.folder / SALT
    if not path.exists():
        replace(path, erasures.salt)
    if path.read_bytes() != erasures.salt:
        return False
    rows = sorted(erasures.erased.items())
    with workspace.ledger.transaction():
        workspace.ledger.connection.executemany("INSERT OR IGNORE INTO erasures VALUES (?, ?, 'done')", rows)
    return True


def _salt(folder: Path) -> bytes:
    path = folder / SALT
    if not path.exists():
        replace(path, secrets.token_bytes(32))
    return path.read_bytes()
