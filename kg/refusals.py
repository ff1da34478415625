"""What was refused: listed by id, reason, state or person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from penchant.errors import InputError, UnknownError

#: What can be refused: a line that is no record, an event or item that cannot be used, a text that cannot be read, a
#: mention that the gate or the extractor turned down.
KINDS: Final = ("line", "event", "item", "text", "mention")
STATES: Final = ("open", "mended", "replayed")

#: Where each kind stands in the ledger.
TABLES: Final = {"line": "bad_lines", "event": "rejected", "item": "rejected", "text": "texts", "mention": "mentions"}

# Of a text that was read anew, what was refused in the earlier reading is not waiting any more; nor is a text that
# failed and was read since, unless it is mended, and so another text by now.
_REFUSED: Final = """
    SELECT 'line' AS kind, id, run, source, line, NULL AS person, NULL AS start, NULL AS "end", reason, state, raw,
        mended, replayed, 0 AS past FROM bad_lines
    UNION ALL
    SELECT kind, id, run, source, line, person, NULL, NULL, reason, state, raw, mended, replayed, 0 FROM rejected
    UNION ALL
    SELECT 'text', id, run, source, line, person, NULL, NULL, reason, state, text, mended, replayed,
        mended IS NULL AND EXISTS (
            SELECT 1 FROM texts r WHERE r.iri = texts.iri AND r.status = 'read' AND r.id > texts.id)
        FROM texts WHERE status = 'failed'
    UNION ALL
    SELECT 'mention', m.id, t.run, t.source, t.line, t.person, m.start, m."end", m.status || ': ' || m.reason, m.state,
        m.quote || ' = ' || coalesce(nullif(m.stance, ''), m.experience), m.mended, m.replayed, t.superseded
        FROM mentions m JOIN texts t ON t.id = m.text WHERE m.status IN ('rejected', 'abstained')
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that was refused.

    Args:
        id: what people type: ``line:12``, ``event:7``, ``item:7``, ``text:33``, ``mention:102``.
        run: number of the run that it came in with.
        source: name of the source.
        line: line number in the source, from 1.
        reason: why it was refused.
        raw: the line, the record as JSON, the text, or the quote with its stance; whole.
        state: ``open``, ``mended`` or ``replayed``.
        person: whose it is, as the source calls them; None for lines, which may be anybody's, and items.
        start: first code point of a mention in its text.
        end: code point after it.
        mended: what is to be read instead.
        replayed: number of the run that tried it again.
        past: whether the text that failed was read since, or a later reading has taken the place of the one that a
            mention is of.
    """

    id: str
    run: int
    source: str
    line: int
    reason: str
    raw: str
    state: str
    person: str | None = None
    start: int | None = None
    end: int | None = None
    mended: dict[str, Any] | None = None
    replayed: int | None = None
    past: bool = False

    @property
    def kind(self) -> str:
        """``line``, ``event``, ``item``, ``text`` or ``mention``."""
        return self.id.partition(":")[0]

    @property
    def number(self) -> int:
        """Its number among its kind."""
        return int(self.id.partition(":")[2])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which refusals are meant; nothing said means all of them that are open.

    Args:
        run: number of the run.
        kind: one of ``KINDS``.
        reason: words that the reason holds, whatever their case.
        states: some of ``STATES``.
        people: identifiers of one human being, as sources give them; a line is theirs if it names them, or names
            nobody and its source was read as theirs.
    """

    run: int | None = None
    kind: str | None = None
    reason: str | None = None
    states: tuple[str, ...] = ("open",)
    people: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.kind is not None and self.kind not in KINDS:
            raise InputError(f"{self.kind!r} is nothing that is refused", expected=f"one of {', '.join(KINDS)}")
        if unknown := sorted(set(self.states) - set(STATES)):
            raise InputError(f"{unknown[0]!r} is no state", expected=f"one of {', '.join(STATES)}, all")
        if self.reason is not None and any("\ud800" <= c <= "\udfff" for c in self.reason):
            raise InputError(f"{self.reason!r} is no text", expected="words that UTF-8 can carry", where="reason")


def refusals(db: sqlite3.Connection, wanted: Wanted, limit: int | None = 100) -> list[Refusal]:
    """What was refused, by run, source and line; at most ``limit``."""
    found: list[Refusal] = []
    for refusal in _matching(db, wanted):
        if limit is not None and len(found) >= limit:
            break
        found.append(refusal)
    return found


def refusal(db: sqlite3.Connection, id: str) -> Refusal:
    """The refusal that people call ``id``.

    Raises:
        InputError: that is no id.
        UnknownError: nothing of this id was refused.
    """
    kind, _, number = id.strip().partition(":")
    if kind not in KINDS or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise InputError(
            f"{id[:60]!r} is no id of a refusal",
            expected="one such as line:12, event:7, item:7, text:33 or mention:102",
            remedy="`penchant ledger list` shows them",
        )
    row = db.execute(f"SELECT * FROM ({_REFUSED}) WHERE kind = ? AND id = ?", (kind, int(number))).fetchone()
    if row is None:
        raise UnknownError(f"nothing that was refused is called {id!r}", remedy="`penchant ledger list` shows all")
    return _refusal(row)


def _matching(db: sqlite3.Connection, wanted: Wanted) -> Iterator[Refusal]:
    conditions, values = ["state IN (" + ", ".join("?" * len(wanted.states)) + ")"], list[object](wanted.states)
    if "replayed" not in wanted.states:
        conditions.append("NOT past")
    if wanted.run is not None:
        conditions.append("run = ?")
        values.append(wanted.run)
    if wanted.kind is not None:
        conditions.append("kind = ?")
        values.append(wanted.kind)
    if wanted.reason is not None:
        conditions.append("instr(lower(reason), lower(?)) > 0")
        values.append(wanted.reason)
    if wanted.people is not None:
        conditions.append("(kind = 'line' OR person IN (" + ", ".join("?" * len(wanted.people)) + "))")
        values += wanted.people
    sql = f"SELECT * FROM ({_REFUSED}) WHERE {' AND '.join(conditions)} ORDER BY run, source, line, kind, id"
    lines = None if wanted.people is None else _lines_of(db, wanted.people)
    for row in db.execute(sql, values):
        found = _refusal(row)
        if lines is None or found.kind != "line" or found.number in lines:
            yield found


def _lines_of(db: sqlite3.Connection, people: tuple[str, ...]) -> frozenset[int]:
    from penchant.kg.ledger_of_person import bad_lines_of  # which needs the ledger, and the ledger this

    return bad_lines_of(db, people)


def _refusal(row: tuple[Any, ...]) -> Refusal:
    kind, id, run, source, line, person, start, end, reason, state, raw, mended, replayed, past = row
    return Refusal(
        id=f"{kind}:{id}",
        run=run,
        source=source,
        line=line,
        reason=reason,
        raw=raw,
        state=state,
        person=person,
        start=start,
        end=end,
        mended=None if mended is None else json.loads(mended),
        replayed=replayed,
        past=bool(past),
    )
