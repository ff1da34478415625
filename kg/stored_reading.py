"""A text as the ledger holds it, made into the reading that it was: to be shown, or written anew."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from pyoxigraph import NamedNode

from penchant.kg.proposal import Decided, LinkCandidate, Named, Proposal, Reading, Statement, TextRecord, Window

_FIELDS: Final = tuple(field.name for field in fields(Proposal) if field.name != "decided")
_COLUMNS: Final = tuple(f'm."{name}"' for name in _FIELDS)  # "end" is a word of SQL


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention with its fate; ``mended`` is what is to be read instead, as JSON."""

    id: int
    proposal: Proposal
    status: str
    reason: str
    state: str
    mended: str | None


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text with one of its readings; ``superseded`` if a later one has taken its place."""

    id: int
    run: int
    iri: NamedNode
    extractor: str
    status: str
    superseded: bool
    record: TextRecord
    windows: tuple[Window, ...]
    mentions: tuple[StoredMention, ...]
    statements: tuple[Statement, ...] = ()


def stored_text(db: sqlite3.Connection, id: int) -> StoredText:
    """The text whose number is ``id``."""
    row = db.execute(
        "SELECT run, iri, extractor, status, superseded, person, text, at, source, line, source_id, context, dated"
        " FROM texts WHERE id = ?",
        (id,),
    ).fetchone()
    run, iri, extractor, status, superseded, person, text, at, source, line, source_id, context, dated = row
    windows = db.execute('SELECT start, "end", status, reply FROM windows WHERE text = ? ORDER BY rowid', (id,))
    return StoredText(
        id=id,
        run=run,
        iri=NamedNode(iri),
        extractor=extractor,
        status=status,
        superseded=bool(superseded),
        record=TextRecord(
            person, text, datetime.fromisoformat(at), source, line, source_id, context, dated=bool(dated)
        ),
        windows=tuple(Window(*window) for window in windows),
        mentions=_mentions(db, id),
        statements=_statements(db, id),
    )


def text_of(db: sqlite3.Connection, mention: int) -> int:
    """Number of the text that a mention stands in."""
    return int(db.execute("SELECT text FROM mentions WHERE id = ?", (mention,)).fetchone()[0])


def reading_of(text: StoredText, instead: dict[int, Proposal]) -> Reading:
    """The reading as it was, but with the mentions numbered in ``instead`` read in another way.

    What the extractor held back stays held back, but for those.
    """
    proposals = []
    abstained = []
    for mention in text.mentions:
        if mention.id in instead:
            proposals.append(instead[mention.id])
        elif mention.status == "abstained":
            abstained.append((mention.proposal, mention.reason))
        else:
            proposals.append(mention.proposal)
    return Reading(text.record, text.windows, tuple(proposals), tuple(abstained), statements=text.statements)


def as_fields(proposal: Proposal) -> dict[str, object]:
    """A proposal as JSON, to be kept beside the one that was refused."""
    found = asdict(proposal)
    found["candidates"] = [[c.iri, c.label, c.score] for c in proposal.candidates]
    found["at"] = None if proposal.at is None else proposal.at.isoformat()
    found["decided"] = None if proposal.decided is None else decided_fields(proposal.decided)
    return found


def from_fields(found: Mapping[str, Any]) -> Proposal:
    """The proposal that :func:`as_fields` has written."""
    at, decided = found["at"], found.get("decided")
    candidates = tuple(LinkCandidate(*candidate) for candidate in found["candidates"])
    values = {
        **found,
        "candidates": candidates,
        "at": None if at is None else datetime.fromisoformat(at),
        "decided": None if decided is None else decided_from(decided),
    }
    return Proposal(**values)


def decided_fields(decided: Decided) -> dict[str, object]:
    """Who chose a link, and what stood before, as JSON."""
    return {**asdict(decided), "candidates": [[c.iri, c.label, c.score] for c in decided.candidates]}


def decided_from(found: Mapping[str, Any]) -> Decided:
    """What :func:`decided_fields` has written; its candidates may be written as objects, too."""
    candidates = tuple(LinkCandidate(**c) if isinstance(c, Mapping) else LinkCandidate(*c) for c in found["candidates"])
    return Decided(**{**found, "candidates": candidates})


def _mentions(db: sqlite3.Connection, text: int) -> tuple[StoredMention, ...]:
    rows = db.execute(
        f"SELECT m.id, m.status, m.reason, m.state, m.mended, d.before, {', '.join(_COLUMNS)} FROM mentions m"
        " LEFT JOIN decided_mentions d ON d.mention = m.id WHERE m.text = ? ORDER BY m.id",
        (text,),
    )
    found = []
    for id, status, reason, state, mended, before, *said in rows:
        values = dict(zip(_FIELDS, said, strict=True))
        values["candidates"] = json.loads(values["candidates"])
        values["decided"] = None if before is None else json.loads(before)
        found.append(StoredMention(id, from_fields(values), status, reason, state, mended))
    return tuple(found)


def _statements(db: sqlite3.Connection, text: int) -> tuple[Statement, ...]:
    found = []
    for (said,) in db.execute("SELECT said FROM statements WHERE text = ? ORDER BY id", (text,)):
        values = json.loads(said)
        found.append(Statement(**{**values, "subject": _named(values["subject"]), "object": _named(values["object"])}))
    return tuple(found)


def _named(values: Mapping[str, Any]) -> Named:
    decided = values.get("decided")
    return Named(**{**values, "decided": None if decided is None else decided_from(decided)})
