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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from penchant.kg.account import Account, RowsAccount, account, rows_accounts, unbalanced
from penchant.kg.decided_rows import candidates_json, keep_decided
from penchant.kg.ledger_entries import Experience, PendingChange, StatementVerdict, TextEntry, Verdict
from penchant.kg.proposal import BadLine, EventRecord, ItemRecord
from penchant.kg.refusals import Refusal, Wanted, refusals
from penchant.kg.store import Change

SCHEMA = Path(__file__).resolve().parent / "ledger_schema.sql"


class Ledger:
    """The ledger in one SQLite file.  One writer at a time."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.executescript(SCHEMA.read_text(encoding="utf-8"))
        self._along: list[Callable[[], None]] = []

    @property
    def connection(self) -> sqlite3.Connection:
        """The open file, for the modules that see to one part of it."""
        return self._db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside becomes durable together, or not at all."""
        along, self._along = self._along, []
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            for act in along:
                act()
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def along(self, act: Callable[[], None]) -> Iterator[None]:
        """Let ``act`` be the end of the next transaction inside: both become durable, or neither."""
        self._along.append(act)
        try:
            yield
        finally:
            self._along = [other for other in self._along if other is not act]

    # Runs

    def begin(
        self, kind: str, source: str, extractor: str = "", *, read_with: Mapping[str, object] | None = None
    ) -> int:
        """Number of a new run.

        Args:
            kind: what it is about: ``texts``, ``events``, ``items``, ``world`` …
            source: name of the source.
            extractor: fingerprint of what reads texts.
            read_with: options that the source is read with, so that what is refused can be read again as it was.
        """
        options = {name: value for name, value in (read_with or {}).items() if value is not None}
        cursor = self._db.execute(
            "INSERT INTO runs (kind, source, extractor, started, note) VALUES (?, ?, ?, ?, ?)",
            (kind, source, extractor, _now(), _json({"read_with": options}) if options else ""),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def finish(self, run: int, *, as_of: datetime | None = None, note: dict[str, object] | None = None) -> None:
        """Close a run with its counts."""
        options = self.read_with(run)
        whole = {**({"read_with": options} if options else {}), **(note or {})}
        self._db.execute(
            "UPDATE runs SET finished = ?, as_of = ?, note = ? WHERE id = ?",
            (_now(), as_of.isoformat() if as_of else None, _json(whole), run),
        )

    def read_with(self, run: int) -> dict[str, object]:
        """The options that the source of ``run`` was read with."""
        found = self._db.execute("SELECT note FROM runs WHERE id = ?", (run,)).fetchone()
        note = json.loads(found[0]) if found and found[0] else {}
        return dict(note.get("read_with", {}))

    def count_lines(self, run: int, lines: int, *, used: int = 0, withheld: int = 0) -> None:
        """Add ``lines`` to the lines that ``run`` has read; of events and items, so many were used or withheld."""
        self._db.execute(
            "UPDATE runs SET lines = lines + ?, used = used + ?, withheld = withheld + ? WHERE id = ?",
            (lines, used, withheld, run),
        )

    # What came in

    def bad_line(self, run: int, bad: BadLine) -> None:
        """Keep a line that is no record."""
        self._db.execute(
            "INSERT INTO bad_lines (run, source, line, reason, raw) VALUES (?, ?, ?, ?, ?)",
            (run, bad.source, bad.line, bad.reason, _storable(bad.raw)),
        )

    def reject(self, run: int, record: EventRecord | ItemRecord, reason: str) -> None:
        """Keep an event or item that cannot be used, as JSON that can be mended and replayed, and count its line."""
        raw = raw_of(record)
        kind, person = ("event", record.person) if isinstance(record, EventRecord) else ("item", None)
        self._db.execute(
            "INSERT INTO rejected (run, kind, person, source, line, reason, raw) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run, kind, person, record.source, record.line, reason, raw),
        )
        self.count_lines(run, 1)

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
        """Keep a text with its windows and mentions; an earlier reading of it counts no more."""
        r = entry.record
        if entry.status == "read":
            self._db.execute("UPDATE texts SET superseded = 1 WHERE iri = ? AND superseded = 0", (entry.iri.value,))
        cursor = self._db.execute(
            "INSERT INTO texts (run, iri, person, source, line, source_id, at, dated, text, context, extractor, status,"
            " reason, windows, mentions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(run, entry.iri.value, r.person, r.source, r.line, r.id, r.at.isoformat(), r.dated),
                *(_storable(r.text), None if r.context is None else _storable(r.context)),
                *(extractor, entry.status, entry.reason, len(entry.windows), entry.seen),
            ),
        )
        self._db.executemany(
            "INSERT INTO windows VALUES (?, ?, ?, ?, ?)",
            [(cursor.lastrowid, w.start, w.end, w.status, _storable(w.reply)) for w in entry.windows],
        )
        self._db.executemany(
            f"INSERT INTO mentions ({_MENTION}) VALUES ({', '.join('?' * len(_MENTION.split(',')))})",
            [_mention(cursor.lastrowid, v) for v in entry.verdicts],
        )
        if any(v.proposal.decided for v in entry.verdicts):
            ids = self._db.execute("SELECT id FROM mentions WHERE text = ? ORDER BY id", (cursor.lastrowid,)).fetchall()
            keep_decided(self._db, {int(id): v.proposal for (id,), v in zip(ids, entry.verdicts, strict=True)})
        self._db.executemany(
            "INSERT INTO statements (text, said, status, reason, claim) VALUES (?, ?, ?, ?, ?)",
            [(cursor.lastrowid, *statement_row(s)) for s in entry.statements],
        )

    # People

    def meet(self, people: Mapping[str, NamedNode]) -> None:
        """Remember what sources call these people: an IRI cannot be turned back into an identifier."""
        self._db.executemany(
            "INSERT OR IGNORE INTO people (iri, person) VALUES (?, ?)", [(iri.value, id) for id, iri in people.items()]
        )

    def called(self, person: NamedNode) -> str | None:
        """What sources call ``person``; None if nothing has come in of them."""
        found = self._db.execute("SELECT person FROM people WHERE iri = ?", (person.value,)).fetchone()
        return None if found is None else str(found[0])

    def stale(self, people: Iterable[str]) -> None:
        """Write down that the event log is about to be ahead of the interests of these people."""
        self._db.executemany("INSERT OR IGNORE INTO stale_people VALUES (?)", [(id,) for id in people])

    def stale_people(self, limit: int = -1) -> list[str]:
        """People whose interests the event log may be ahead of, sorted; at most ``limit`` if it is not negative."""
        found = self._db.execute("SELECT person FROM stale_people ORDER BY person LIMIT ?", (limit,))
        return [str(row[0]) for row in found]

    def fresh(self, people: Iterable[str]) -> None:
        """Take it back, in the transaction that writes down the change of their interests."""
        self._db.executemany("DELETE FROM stale_people WHERE person = ?", [(id,) for id in people])

    def experiences(self, person: str) -> list[Experience]:
        """What ``person`` has told of their behaviour, in the newest reading of each text."""
        rows = self._db.execute(
            "SELECT t.iri, m.link, m.experience, coalesce(m.at, t.at) FROM texts t JOIN mentions m ON m.text = t.id"
            " WHERE t.person = ? AND t.status = 'read' AND t.superseded = 0 AND m.experience <> ''"
            " AND m.status IN ('accepted', 'merged') AND m.beneficiary = '' AND m.link IS NOT NULL"
            " ORDER BY t.iri, m.start, m.link",
            (person,),
        )
        return [
            Experience(NamedNode(iri), NamedNode(link), kind, datetime.fromisoformat(at))
            for iri, link, kind, at in rows
        ]

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
        return account(self._db, run)

    def rows_accounts(self, run: int | None = None) -> list[RowsAccount]:
        """What became of lines of events and items, of ``run`` or of all runs over them."""
        return rows_accounts(self._db, run)

    def unbalanced(self) -> list[tuple[str, str]]:
        """Where the ledger does not balance, run by run, and what contradicts itself."""
        return unbalanced(self._db)

    def refusals(self, run: int | None = None, limit: int | None = 100) -> list[Refusal]:
        """What was refused and waits to be looked at; see :mod:`penchant.kg.refusals`."""
        return refusals(self._db, Wanted(run=run), limit)

    def runs(self) -> list[dict[str, object]]:
        """All runs, newest first."""
        cursor = self._db.execute(
            "SELECT id, kind, source, extractor, started, finished, lines, note FROM runs ORDER BY id DESC"
        )
        names = [d[0] for d in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


_MENTION = (
    "text, quote, start, end, stance, intensity, confidence, link, link_confidence, candidates, experience,"
    " beneficiary, at, antecedent, condition, aspect, opinion, opinion_start, status, reason, observation"
)


def _mention(text: int | None, verdict: Verdict) -> tuple[object, ...]:
    p = verdict.proposal
    return (
        *(text, _storable(p.quote), p.start, p.end, p.stance, p.intensity, p.confidence, p.link, p.link_confidence),
        *(candidates_json(p.candidates), p.experience, _storable(p.beneficiary), p.at.isoformat() if p.at else None),
        *(_storable(p.antecedent), _storable(p.condition), _storable(p.aspect), _storable(p.opinion), p.opinion_start),
        *(verdict.status, verdict.reason, verdict.observation.value if verdict.observation else None),
    )


def statement_row(judged: StatementVerdict) -> tuple[object, ...]:
    """A statement as the ledger keeps it: ``said``, ``status``, ``reason``, ``claim``."""
    said = _storable(json.dumps(asdict(judged.statement), ensure_ascii=False, sort_keys=True))
    return said, judged.status, judged.reason, judged.claim.value if judged.claim else None


def raw_of(record: EventRecord | ItemRecord) -> str:
    """A record as JSON, as the ledger keeps it."""
    return _storable(json.dumps(asdict(record), default=str, ensure_ascii=False, sort_keys=True))


def _json(note: Mapping[str, object]) -> str:
    # Whoever is forgotten is looked for by their identifier as it is written.
    return json.dumps(note, ensure_ascii=False, sort_keys=True, default=str)


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
