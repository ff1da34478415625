"""The ledger: nothing that comes in is lost, and store and ledger agree after a crash.

It balances at four levels::

    lines    = texts + bad lines
    texts    = read + duplicate + failed
    windows  = decoded + cut + timed out
    mentions = accepted + merged + rejected(reason) + abstained(reason)

A change of the store is written here as *pending* before the store sees it, and marked *done* after the store has
flushed.  Opening a workspace carries out pending changes again, in order; changes are idempotent, so it does not
matter how far the last attempt came.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from penchant.kg.proposal import BadLine, EventRecord, ItemRecord, Proposal, Reading, TextRecord, Window
from penchant.kg.store import Change

_SCHEMA = Path(__file__).resolve().parent / "ledger_schema.sql"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mention: ``accepted``, ``merged``, ``rejected`` or ``abstained``, and why."""

    proposal: Proposal
    status: str
    reason: str = ""
    observation: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class TextEntry:
    """A text with its IRI, its fate (``read``, ``duplicate``, ``failed``) and the fate of its mentions."""

    record: TextRecord
    iri: NamedNode
    status: str
    reason: str = ""
    windows: tuple[Window, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change that the store may not have seen yet."""

    id: int
    change: Change
    load_file: Path | None = None
    load_graph: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The four levels in numbers, for one run or for all of them."""

    lines: int = 0
    bad_lines: int = 0
    texts: dict[str, int] = field(default_factory=dict)
    windows: dict[str, int] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    unseen: int = 0  # texts that count as read, but no window of theirs does

    def imbalances(self) -> list[str]:
        """What does not add up, in words; empty when all does."""
        texts = sum(self.texts.values())
        found = []
        if self.lines != texts + self.bad_lines:
            found.append(f"{self.lines} lines, but {texts} texts and {self.bad_lines} bad lines")
        if self.unseen:
            found.append(f"{self.unseen} texts count as read without a window")
        return found


class Ledger:
    """The ledger in one SQLite file.  One writer at a time."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA.read_text(encoding="utf-8"))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside becomes durable together, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # Runs

    def begin(self, kind: str, source: str, extractor: str = "") -> int:
        """Number of a new run."""
        cursor = self._db.execute(
            "INSERT INTO runs (kind, source, extractor, started) VALUES (?, ?, ?, ?)", (kind, source, extractor, _now())
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def finish(self, run: int, *, as_of: datetime | None = None, note: dict[str, object] | None = None) -> None:
        """Close a run with its counts."""
        self._db.execute(
            "UPDATE runs SET finished = ?, as_of = ?, note = ? WHERE id = ?",
            (_now(), as_of.isoformat() if as_of else None, json.dumps(note or {}, sort_keys=True), run),
        )

    def count_lines(self, run: int, lines: int) -> None:
        """Add ``lines`` to the lines that ``run`` has read."""
        self._db.execute("UPDATE runs SET lines = lines + ? WHERE id = ?", (lines, run))

    # What came in

    def bad_line(self, run: int, bad: BadLine) -> None:
        """Keep a line that is no record."""
        self._db.execute(
            "INSERT INTO bad_lines VALUES (?, ?, ?, ?, ?)",
            (run, bad.source, bad.line, bad.reason, _storable(bad.raw)),
        )

    def reject(self, run: int, record: EventRecord | ItemRecord, reason: str) -> None:
        """Keep an event or item that cannot be used, as JSON that can be mended and replayed."""
        raw = json.dumps(asdict(record), default=str, ensure_ascii=False, sort_keys=True)
        self._db.execute(
            "INSERT INTO rejected VALUES (?, ?, ?, ?, ?)", (run, record.source, record.line, reason, _storable(raw))
        )

    def knows_text(self, iri: NamedNode, extractor: str) -> bool:
        """Whether this extractor has read this text already."""
        found = self._db.execute(
            "SELECT 1 FROM texts WHERE iri = ? AND extractor = ? AND status = 'read' LIMIT 1", (iri.value, extractor)
        )
        return found.fetchone() is not None

    def was_read(self, iri: NamedNode) -> bool:
        """Whether any extractor has read this text."""
        found = self._db.execute("SELECT 1 FROM texts WHERE iri = ? AND status = 'read' LIMIT 1", (iri.value,))
        return found.fetchone() is not None

    def text(self, run: int, extractor: str, entry: TextEntry) -> None:
        """Keep a text with its windows and mentions."""
        r = entry.record
        cursor = self._db.execute(
            "INSERT INTO texts"
            " (run, iri, person, source, line, source_id, at, text, context, extractor, status, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(run, entry.iri.value, r.person, r.source, r.line, r.id, r.at.isoformat(), _storable(r.text)),
                *(None if r.context is None else _storable(r.context), extractor, entry.status, entry.reason),
            ),
        )
        self._db.executemany(
            "INSERT INTO windows VALUES (?, ?, ?, ?, ?)",
            [(cursor.lastrowid, w.start, w.end, w.status, _storable(w.reply)) for w in entry.windows],
        )
        self._db.executemany(
            "INSERT INTO mentions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_mention(cursor.lastrowid, v) for v in entry.verdicts],
        )

    # Changes

    def pend(self, run: int, change: Change) -> int:
        """Write ``change`` down before the store sees it; its number."""
        cursor = self._db.execute(
            "INSERT INTO changes (run, state, deletes, inserts) VALUES (?, 'pending', ?, ?)",
            (run, _pack(change.delete), _pack(change.insert)),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def pend_load(self, run: int, file: Path, graph: NamedNode) -> int:
        """Write down that the staged ``file`` is to fill the empty ``graph``; the change's number."""
        cursor = self._db.execute(
            "INSERT INTO changes (run, state, load_file, load_graph) VALUES (?, 'pending', ?, ?)",
            (run, str(file), graph.value),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def pending(self) -> Iterator[PendingChange]:
        """Changes that the store may not have seen, oldest first."""
        rows = self._db.execute(
            "SELECT id, deletes, inserts, load_file, load_graph FROM changes WHERE state = 'pending' ORDER BY id"
        ).fetchall()
        for id, deletes, inserts, file, graph in rows:
            yield PendingChange(
                id,
                Change(_unpack(deletes), _unpack(inserts)),
                Path(file) if file else None,
                NamedNode(graph) if graph else None,
            )

    def done(self) -> None:
        """Mark all pending changes as done and let go of their quads."""
        self._db.execute("UPDATE changes SET state = 'done', deletes = NULL, inserts = NULL WHERE state = 'pending'")

    def edition(self) -> int | None:
        """Number of the ontology's edition in force; None where it is the shipped one."""
        found = self._db.execute("SELECT max(id) FROM editions").fetchone()[0]
        return None if found is None else int(found)

    def bring_into_force(self, run: int, edition: int, change: Change) -> None:
        """Make ``edition`` the one in force together with the change that it asks for; both or neither."""
        with self.transaction():
            self._db.execute("INSERT INTO editions VALUES (?, ?)", (edition, run))
            if change:
                self.pend(run, change)

    # Looking back

    def account(self, run: int | None = None) -> Account:
        """The four levels of ``run``, or of all runs over texts."""
        where, values = ("run = ?", (run,)) if run is not None else ("1 = 1", ())
        texts = "SELECT id FROM texts WHERE " + where
        runs = "SELECT coalesce(sum(lines), 0) FROM runs WHERE kind = 'texts'" + (" AND id = ?" if values else "")
        of_texts = "run IN (SELECT id FROM runs WHERE kind = 'texts')"
        return Account(
            lines=self._one(runs, values),
            bad_lines=self._one(f"SELECT count(*) FROM bad_lines WHERE {where} AND {of_texts}", values),
            texts=self._counts(f"SELECT status, count(*) FROM texts WHERE {where} GROUP BY 1 ORDER BY 1", values),
            windows=self._counts(
                f"SELECT status, count(*) FROM windows WHERE text IN ({texts}) GROUP BY 1 ORDER BY 1", values
            ),
            mentions=self._counts(
                f"SELECT status, count(*) FROM mentions WHERE text IN ({texts}) GROUP BY 1 ORDER BY 1", values
            ),
            reasons=self._counts(
                f"SELECT status || ': ' || reason, count(*) FROM mentions WHERE reason <> '' AND text IN ({texts})"
                f" GROUP BY 1 ORDER BY 2 DESC, 1",
                values,
            ),
            unseen=self._one(
                f"SELECT count(*) FROM texts WHERE {where} AND status = 'read'"
                " AND id NOT IN (SELECT text FROM windows)",
                values,
            ),
        )

    def refusals(self, run: int | None = None, limit: int = 100) -> list[tuple[str, int, str, str]]:
        """What was refused: (source, line, reason, raw) of bad lines, rejected records, failed texts and mentions."""
        where = "run = ?" if run is not None else "1 = 1"
        values = (run,) if run is not None else ()
        sql = f"""
            SELECT source, line, reason, raw FROM bad_lines WHERE {where}
            UNION ALL SELECT source, line, reason, raw FROM rejected WHERE {where}
            UNION ALL SELECT source, line, reason, substr(text, 1, 200) FROM texts WHERE status = 'failed' AND {where}
            UNION ALL SELECT t.source, t.line, m.status || ': ' || m.reason, m.quote || ' = ' || m.stance
                FROM mentions m JOIN texts t ON t.id = m.text
                WHERE m.status IN ('rejected', 'abstained') AND t.{where if run is not None else "id = t.id"}
            ORDER BY 1, 2 LIMIT ?"""
        return self._db.execute(sql, (*values * 4, limit)).fetchall()

    def runs(self) -> list[dict[str, object]]:
        """All runs, newest first."""
        cursor = self._db.execute(
            "SELECT id, kind, source, extractor, started, finished, lines, note FROM runs ORDER BY id DESC"
        )
        names = [d[0] for d in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _one(self, sql: str, values: tuple[object, ...]) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])

    def _counts(self, sql: str, values: tuple[object, ...]) -> dict[str, int]:
        return {str(key): int(count) for key, count in self._db.execute(sql, values)}


def entry_of(reading: Reading, iri: NamedNode, verdicts: tuple[Verdict, ...]) -> TextEntry:
    """The ledger entry of a reading once its proposals have been judged."""
    status = "failed" if reading.failed else "read"
    return TextEntry(reading.record, iri, status, reading.failed, reading.windows, verdicts)


def _mention(text: int | None, verdict: Verdict) -> tuple[object, ...]:
    p = verdict.proposal
    candidates = json.dumps([[c.iri, c.label, round(c.score, 4)] for c in p.candidates], ensure_ascii=False)
    return (
        *(text, _storable(p.quote), p.start, p.end, p.stance, p.intensity, p.confidence, p.link, p.link_confidence),
        *(candidates, verdict.status, verdict.reason, verdict.observation.value if verdict.observation else None),
    )


def _storable(text: str) -> str:
    """``text`` with lone surrogates written as escapes, which SQLite could not take."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _pack(quads: Iterable[Quad]) -> bytes:
    serialised = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert serialised is not None
    return zlib.compress(serialised, 1)


def _unpack(packed: bytes | None) -> tuple[Quad, ...]:
    if not packed:
        return ()
    quads = ox.parse(zlib.decompress(packed), format=ox.RdfFormat.N_QUADS)
    return tuple(q for q in quads if isinstance(q, Quad))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
