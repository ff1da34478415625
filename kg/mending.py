"""What was refused, changed beside the original, and tried again: the marks of it in the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from penchant.kg.ledger import Ledger
from penchant.kg.refusals import TABLES, Refusal


def keep_mended(ledger: Ledger, refusal: Refusal, content: Mapping[str, object]) -> None:
    """Write down what is to be read instead of what was refused; the original stays."""
    text = json.dumps(dict(content), ensure_ascii=False, sort_keys=True)
    ledger.connection.execute(
        f"UPDATE {TABLES[refusal.kind]} SET state = 'mended', mended = ? WHERE id = ? AND state <> 'replayed'",
        (text, refusal.number),
    )


def mark_replayed(ledger: Ledger, refusals: Iterable[Refusal], run: int) -> None:
    """Write down that ``run`` has tried them again; belongs into the transaction that holds what came of it."""
    for refusal in refusals:
        ledger.connection.execute(
            f"UPDATE {TABLES[refusal.kind]} SET state = 'replayed', replayed = ? WHERE id = ?", (run, refusal.number)
        )


def newly_rejected(ledger: Ledger, run: int, after: int) -> list[tuple[int, str, str]]:
    """Records that ``run`` has rejected, by number: number, record as JSON, reason; those above ``after``."""
    return ledger.connection.execute(
        "SELECT id, raw, reason FROM rejected WHERE run = ? AND id > ? ORDER BY id", (run, after)
    ).fetchall()


def last_rejected(ledger: Ledger) -> int:
    """The highest number of a rejected record; 0 where there is none."""
    return int(ledger.connection.execute("SELECT coalesce(max(id), 0) FROM rejected").fetchone()[0])


def take_back_rejection(ledger: Ledger, run: int, number: int) -> None:
    """Forget a rejection that says what an open one says already."""
    ledger.connection.execute("DELETE FROM rejected WHERE id = ?", (number,))
    ledger.count_lines(run, -1)


def drop_empty_run(ledger: Ledger, run: int) -> bool:
    """Forget ``run`` if nothing has come of it; whether it was so."""
    dropped = ledger.connection.execute(
        "DELETE FROM runs WHERE id = ? AND lines = 0 AND id NOT IN (SELECT run FROM changes)", (run,)
    )
    return dropped.rowcount > 0
