"""One refusal with everything that belongs to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from penchant.kg.proposal import Proposal, Window
from penchant.kg.refusals import Refusal
from penchant.kg.stored_reading import stored_text, text_of
from penchant.kg.workspace import Workspace
from penchant.refused_records import fields_of


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger that a replay has made: its id, its fate and the reason."""

    id: str
    fate: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One refusal with everything that belongs to it.

    Args:
        refusal: what was refused, and why.
        run: the run that it came in with: kind, source, extractor, started, finished, and what it was read with.
        at: when a text was written, or a rejected event happened; None for what has no time.
        text: the whole text that a mention stands in, or that failed.
        windows: the stretches of the text that hold the mention, each with the raw reply of the model.
        proposal: the mention as the extractor read it, with its candidates.
        fields: what it is as a record, mended or not: what can be set field by field.
        outcome: what the replay made of it.
    """

    refusal: Refusal
    run: dict[str, Any]
    at: str | None = None
    text: str | None = None
    windows: tuple[Window, ...] = ()
    proposal: Proposal | None = None
    fields: dict[str, Any] | None = None
    outcome: tuple[Row, ...] = ()


def entry(workspace: Workspace, refusal: Refusal) -> Entry:
    """Everything that belongs to ``refusal``."""
    run = _run(workspace, refusal.run)
    outcome = () if refusal.replayed is None else _outcome(workspace, refusal, refusal.replayed)
    if refusal.kind not in ("text", "mention"):
        fields = fields_of(workspace, refusal)
        at = None if fields is None or refusal.kind == "line" else fields.get("at")
        return Entry(refusal, run, at=at, fields=fields, outcome=outcome)
    db = workspace.ledger.connection
    text = stored_text(db, refusal.number if refusal.kind == "text" else text_of(db, refusal.number))
    at = text.record.at.isoformat()
    if refusal.kind == "text":
        return Entry(refusal, run, at, text.record.text, fields=fields_of(workspace, refusal), outcome=outcome)
    own = next(mention for mention in text.mentions if mention.id == refusal.number)
    windows = tuple(w for w in text.windows if w.start <= own.proposal.start <= w.end)
    return Entry(refusal, run, at, text.record.text, windows, own.proposal, refusal.mended, outcome)


def _run(workspace: Workspace, run: int) -> dict[str, Any]:
    names = ("id", "kind", "source", "extractor", "started", "finished")
    row = workspace.ledger.connection.execute(f"SELECT {', '.join(names)} FROM runs WHERE id = ?", (run,)).fetchone()
    return {**dict(zip(names, row, strict=True)), "read_with": workspace.ledger.read_with(run)}


def _outcome(workspace: Workspace, refusal: Refusal, run: int) -> tuple[Row, ...]:
    db = workspace.ledger.connection
    place = (run, refusal.source, refusal.line)
    if refusal.kind == "mention":
        return _mentions(workspace, refusal, run)
    sql = """
        SELECT 'line:' || id, 'refused', reason FROM bad_lines WHERE run = ? AND source = ? AND line = ?
        UNION ALL SELECT kind || ':' || id, 'refused', reason FROM rejected WHERE run = ? AND source = ? AND line = ?
        UNION ALL SELECT 'text:' || id, iif(status = 'failed', 'refused', status), reason FROM texts
            WHERE run = ? AND source = ? AND line = ?"""
    found = tuple(Row(*row) for row in db.execute(sql, place * 3))
    return found or (Row("", "used"),)


def _mentions(workspace: Workspace, refusal: Refusal, run: int) -> tuple[Row, ...]:
    """The mention in the reading that was written anew, found by its place, or by its quote if it had none."""
    mended = refusal.mended
    own = workspace.ledger.connection.execute(
        "SELECT t.iri, m.start, m.quote FROM mentions m JOIN texts t ON t.id = m.text WHERE m.id = ?", (refusal.number,)
    ).fetchone()
    iri, start, quote = own if mended is None else (own[0], mended["start"], mended["quote"])
    rows = workspace.ledger.connection.execute(
        "SELECT 'mention:' || m.id, m.status, m.reason FROM mentions m JOIN texts t ON t.id = m.text"
        " WHERE t.run = ? AND t.iri = ? AND m.start = ? AND m.quote = ? ORDER BY m.id",
        (run, iri, start, quote),
    )
    return tuple(Row(*row) for row in rows)


def shown_fields(fields: dict[str, Any]) -> str:
    """Fields as one line of JSON, as ``--record`` takes them."""
    return json.dumps(fields, ensure_ascii=False)
