"""The ledger's account: the four levels in numbers, and what does not add up."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Final

#: Runs over sources of records, for which lines must add up.
RECORD_KINDS: Final = ("events", "items")


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
    astray: int = 0  # texts with fewer or more windows or mentions than the extractor handed over

    def imbalances(self) -> list[str]:
        """What does not add up, in words; empty when all does."""
        texts = sum(self.texts.values())
        found = []
        if self.lines != texts + self.bad_lines:
            found.append(f"{self.lines} lines, but {texts} texts and {self.bad_lines} bad lines")
        if self.unseen:
            found.append(f"{self.unseen} texts count as read without a window")
        if self.astray:
            found.append(f"{self.astray} texts have other windows or mentions than the extractor handed over")
        return found


@dataclass(frozen=True, slots=True)
class RowsAccount:
    """What became of the lines of events or items, for one run or for all of them.

    Args:
        kind: ``events`` or ``items``.
        lines: lines read; a line that tells of several events counts once for each.
        used: records that were used.
        rejected: records that could not be used.
        withheld: events whose person does not let them be kept.
        bad_lines: lines that are no record.
    """

    kind: str
    lines: int = 0
    used: int = 0
    rejected: int = 0
    withheld: int = 0
    bad_lines: int = 0

    def imbalances(self) -> list[str]:
        """What does not add up, in words; empty when all does."""
        if self.lines == self.used + self.rejected + self.withheld + self.bad_lines:
            return []
        return [
            f"{self.lines} lines, but {self.used} {self.kind} used, {self.rejected} rejected, {self.withheld} withheld"
            f" and {self.bad_lines} bad lines"
        ]


def account(db: sqlite3.Connection, run: int | None = None) -> Account:
    """The four levels of ``run``, or of all runs over texts."""

    def one(sql: str) -> int:
        return int(db.execute(sql, values).fetchone()[0])

    def counts(sql: str) -> dict[str, int]:
        return {str(key): int(count) for key, count in db.execute(sql, values)}

    of_run, values = ("run = ?", (run,)) if run is not None else ("1 = 1", ())
    of_texts = "run IN (SELECT id FROM runs WHERE kind = 'texts')"
    texts = f"SELECT id FROM texts WHERE {of_run}"
    runs = "SELECT coalesce(sum(lines), 0) FROM runs WHERE kind = 'texts'" + (" AND id = ?" if values else "")
    return Account(
        lines=one(runs),
        bad_lines=one(f"SELECT count(*) FROM bad_lines WHERE {of_run} AND {of_texts}"),
        texts=counts(f"SELECT status, count(*) FROM texts WHERE {of_run} GROUP BY 1 ORDER BY 1"),
        windows=counts(f"SELECT status, count(*) FROM windows WHERE text IN ({texts}) GROUP BY 1 ORDER BY 1"),
        mentions=counts(f"SELECT status, count(*) FROM mentions WHERE text IN ({texts}) GROUP BY 1 ORDER BY 1"),
        reasons=counts(
            f"SELECT status || ': ' || reason, count(*) FROM mentions WHERE reason <> '' AND text IN ({texts})"
            " GROUP BY 1 ORDER BY 2 DESC, 1"
        ),
        unseen=one(f"SELECT count(*) FROM texts WHERE {of_run} AND status = 'read' AND windows = 0"),
        astray=one(
            f"SELECT count(*) FROM texts t WHERE t.{of_run if values else 'id = t.id'}"
            " AND (t.windows <> (SELECT count(*) FROM windows w WHERE w.text = t.id)"
            " OR t.mentions <> (SELECT count(*) FROM mentions m WHERE m.text = t.id))"
        ),
    )


def rows_accounts(db: sqlite3.Connection, run: int | None = None) -> list[RowsAccount]:
    """What became of lines of events and of items, in all runs over them; or in ``run``, if it is such a one."""
    found = []
    for kind in RECORD_KINDS:
        runs, values = ("SELECT id FROM runs WHERE kind = ?", [kind])
        if run is not None:
            runs, values = runs + " AND id = ?", [kind, str(run)]
        count, *sums = db.execute(
            "SELECT count(*), coalesce(sum(lines), 0), coalesce(sum(used), 0), coalesce(sum(withheld), 0) FROM runs"
            f" WHERE id IN ({runs})",
            values,
        ).fetchone()
        rejected, bad = (
            int(db.execute(f"SELECT count(*) FROM {table} WHERE run IN ({runs})", values).fetchone()[0])
            for table in ("rejected", "bad_lines")
        )
        if count:
            lines, used, withheld = map(int, sums)
            found.append(RowsAccount(kind, lines, used, rejected, withheld, bad))
    return found


def unbalanced(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Runs that do not balance by themselves, and marks that contradict each other: where, and what."""
    rows = db.execute(
        "SELECT r.id, r.kind, r.lines, r.used, r.withheld, coalesce(b.n, 0), coalesce(j.n, 0), coalesce(t.n, 0)"
        " FROM runs r LEFT JOIN (SELECT run, count(*) AS n FROM bad_lines GROUP BY run) b ON b.run = r.id"
        " LEFT JOIN (SELECT run, count(*) AS n FROM rejected GROUP BY run) j ON j.run = r.id"
        " LEFT JOIN (SELECT run, count(*) AS n FROM texts GROUP BY run) t ON t.run = r.id"
        " WHERE r.kind IN ('texts', 'events', 'items') ORDER BY r.id"
    )
    found: list[tuple[str, str]] = []
    for id, kind, lines, used, withheld, bad, rejected, texts in rows:
        if kind == "texts":
            words = Account(lines, bad, {"read": texts}).imbalances()
        else:
            words = RowsAccount(kind, lines, used, rejected, withheld, bad).imbalances()
        found += [(f"run {id}", text) for text in words]
    whole = account(db)
    found += [("ledger", text) for text in Account(unseen=whole.unseen, astray=whole.astray).imbalances()]
    return found + _contradictions(db)


def _contradictions(db: sqlite3.Connection) -> list[tuple[str, str]]:
    wrong = (
        ("texts", "status <> 'read' AND (windows > 0 OR mentions > 0)", "not read, but with windows or mentions"),
        *(
            (table, "(state = 'replayed') <> (replayed IS NOT NULL)", "replayed in no run, or in one and still waiting")
            for table in ("bad_lines", "rejected", "texts", "mentions")
        ),
        *(
            (table, "state = 'mended' AND mended IS NULL", "mended, but without what it was mended to")
            for table in ("bad_lines", "rejected", "texts", "mentions")
        ),
        ("decided_mentions", "mention NOT IN (SELECT id FROM mentions)", "decided, but not there"),
        (
            "decided_mentions",
            "decision IS NOT NULL AND decision NOT IN (SELECT id FROM link_decisions)",
            "decided by a decision that is not there",
        ),
    )
    found = []
    for table, condition, words in wrong:
        number = int(db.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0])
        if number:
            found.append((table, f"{number} {words}"))
    return found
