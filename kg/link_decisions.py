"""What people have decided that words mean, and how the ledger keeps it.

A decision holds for everybody's texts, for those of one person, or at one place of one text.  It is never deleted but
by forgetting its person; taken back, it stays with the time and who took it back.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pyoxigraph import NamedNode

from penchant.kg import normalise
from penchant.kg.merges import whole_person
from penchant.kg.workspace import Workspace

ACCEPT: Final = "accept"
REJECT: Final = "reject"
_COLUMNS: Final = "id, verb, words, link, label, person, text, start, decided_by, because, at, undone, undone_by"


@dataclass(frozen=True, slots=True)
class Decision:
    """That words mean a thing, or do not.

    Args:
        id: its number; 0 while it is not in the ledger.
        verb: ``accept`` or ``reject``.
        words: the words, as they were given.
        link: IRI of the thing; None with ``reject`` for anything that the index knows.
        label: name of the thing when it was decided.
        person: only in the texts of this human being; None for everybody's.
        text: only in this text, at ``start``; None for all.
        start: first code point of the mention.
        by: who decided.
        because: why.
        at: when, in ISO form and UTC.
        undone: when it was taken back; None while it holds.
        undone_by: who took it back.
    """

    id: int
    verb: str
    words: str
    link: str | None
    label: str = ""
    person: NamedNode | None = None
    text: NamedNode | None = None
    start: int | None = None
    by: str = ""
    because: str = ""
    at: str = ""
    undone: str | None = None
    undone_by: str = ""

    @property
    def scope(self) -> str:
        """``mention``, ``person`` or ``everybody``."""
        return "mention" if self.text is not None else "everybody" if self.person is None else "person"

    def is_alike(self, other: Decision) -> bool:
        """Whether the two speak of the same words in the same places."""
        mine, theirs = ((key_of(d.words), d.person, d.text, d.start) for d in (self, other))
        return mine == theirs


_NEARNESS: Final = {"mention": 0, "person": 1, "everybody": 2}


class Decisions:
    """Decisions that hold, found by words and place: the closest first, among those the newest."""

    def __init__(self, workspace: Workspace, decisions: Iterable[Decision]) -> None:
        self._workspace = workspace
        self._by_key: dict[str, list[Decision]] = defaultdict(list)
        for one in sorted(decisions, key=lambda d: (_NEARNESS[d.scope], -d.id)):
            self._by_key[key_of(one.words)].append(one)

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def about(self, words: str, person: NamedNode, text: NamedNode, start: int) -> Sequence[Decision]:
        """Those that say what ``words`` mean at ``start`` of ``text``, which ``person`` wrote."""
        found = self._by_key.get(key_of(words)) if self._by_key else None
        return [one for one in found or () if self._holds(one, person, text, start)]

    def _holds(self, decision: Decision, person: NamedNode, text: NamedNode, start: int) -> bool:
        if decision.text is not None:
            return decision.text == text and decision.start == start
        if decision.person is None:
            return True
        return whole_person(self._workspace, decision.person) == whole_person(self._workspace, person)


def key_of(words: str) -> str:
    """What makes words the same words: their normal form, or themselves where that is empty."""
    return normalise.normal(words) or words.strip().casefold()


def in_force(workspace: Workspace) -> Decisions:
    """The decisions of ``workspace`` that hold."""
    return Decisions(workspace, decisions(workspace.ledger.connection, undone=False))


def decisions(db: sqlite3.Connection, *, undone: bool = True) -> list[Decision]:
    """All decisions, oldest first; ``undone`` ones too unless told otherwise."""
    held = "" if undone else " WHERE undone IS NULL"
    return [_decision(row) for row in db.execute(f"SELECT {_COLUMNS} FROM link_decisions{held} ORDER BY id")]


def repeated(db: sqlite3.Connection, new: Decision) -> Decision | None:
    """The decision that holds and says what ``new`` says, with none after it that says otherwise; None if none does."""
    for known in reversed(decisions(db, undone=False)):
        if not known.is_alike(new):
            continue
        if (known.verb, known.link) == (new.verb, new.link):
            return known
        if known.verb == ACCEPT or known.link in (None, new.link):
            return None
    return None


def decision(db: sqlite3.Connection, id: int) -> Decision | None:
    """The decision with this number, if there is one."""
    row = db.execute(f"SELECT {_COLUMNS} FROM link_decisions WHERE id = ?", (id,)).fetchone()
    return None if row is None else _decision(row)


def keep(db: sqlite3.Connection, run: int, new: Decision) -> int:
    """Write ``new`` down, made in ``run``; its number.  Belongs into the transaction that holds what comes of it."""
    cursor = db.execute(
        "INSERT INTO link_decisions (run, verb, words, link, label, person, text, start, decided_by, because, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(run, new.verb, new.words, new.link, new.label, new.person and new.person.value),
            *(new.text and new.text.value, new.start, new.by, new.because, new.at),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def take_back(db: sqlite3.Connection, run: int, id: int, by: str) -> None:
    """Write down that decision ``id`` holds no more; belongs into the transaction that holds what comes of it."""
    db.execute(
        "UPDATE link_decisions SET undone = ?, undone_by = ?, undone_in = ? WHERE id = ? AND undone IS NULL",
        (now(), by, run, id),
    )


def now() -> str:
    """This moment as decisions keep it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _decision(row: Sequence[object]) -> Decision:
    id, verb, words, link, label, person, text, start, by, because, at, undone, undone_by = row
    return Decision(
        id=int(str(id)),
        verb=str(verb),
        words=str(words),
        link=None if link is None else str(link),
        label=str(label),
        person=None if person is None else NamedNode(str(person)),
        text=None if text is None else NamedNode(str(text)),
        start=None if start is None else int(str(start)),
        by=str(by),
        because=str(because),
        at=str(at),
        undone=None if undone is None else str(undone),
        undone_by=str(undone_by),
    )
