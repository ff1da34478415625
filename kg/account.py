"""The ledger's account: the four levels in numbers, and what does not add up."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field


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
