"""Items and events through the house, in batches, with an account at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from penchant.kg.proposal import BadLine, EventRecord, ItemRecord
from penchant.kg.workspace import Workspace

#: Records that are read before they are written.
ROWS_PER_BATCH = 20_000

R = TypeVar("R", ItemRecord, EventRecord)


@dataclass(frozen=True, slots=True)
class AddReport:
    """What came of adding items or events.

    Args:
        run: number of the run in the ledger.
        lines: lines read.
        written: records that were used.
        rejected: records that could not be used; the ledger has the reasons.
        bad_lines: lines that are no record.
        people: people whose interests were brought up to date.
        quads: quads of theirs that changed.
        unknown_fields: fields of items that the ontology has no property for → items that have it; not stored.
        withheld: events that were not kept, because their person does not let them be.
    """

    run: int
    lines: int
    written: int
    rejected: int
    bad_lines: int
    people: int = 0
    quads: int = 0
    unknown_fields: dict[str, int] = field(default_factory=dict)
    withheld: int = 0


def add_rows(
    workspace: Workspace, run: int, records: Iterable[R | BadLine], write: Callable[[list[R]], tuple[int, int]]
) -> AddReport:
    """Hand ``records`` to ``write`` in batches; it answers how many it wrote and how many it rejected.

    What is rejected counts its own line, in the transaction that keeps it, so the account balances after a crash too.
    """
    written = rejected = withheld = bad = 0
    batch: list[R] = []
    broken: list[BadLine] = []

    def write_down() -> None:
        nonlocal written, rejected, withheld, bad
        with workspace.writing, workspace.ledger.transaction():
            for line in broken:
                workspace.ledger.bad_line(run, line)
            workspace.ledger.count_lines(run, len(broken))
        good, refused = write(batch) if batch else (0, 0)
        kept_back = len(batch) - good - refused
        with workspace.writing:
            workspace.ledger.count_lines(run, good + kept_back, used=good, withheld=kept_back)
        written, rejected, withheld, bad = written + good, rejected + refused, withheld + kept_back, bad + len(broken)
        batch.clear()
        broken.clear()

    for record in records:
        if isinstance(record, BadLine):
            broken.append(record)
        else:
            batch.append(record)
        if len(batch) + len(broken) >= ROWS_PER_BATCH:
            write_down()
    write_down()
    lines = written + rejected + withheld + bad
    return AddReport(run, lines, written, rejected, bad, withheld=withheld)


def finished(workspace: Workspace, report: AddReport) -> AddReport:
    """Make everything durable and close the run with its counts."""
    workspace.checkpoint()
    note: dict[str, object] = {
        "written": report.written,
        "rejected": report.rejected,
        "withheld": report.withheld,
        "bad_lines": report.bad_lines,
        "unknown_fields": report.unknown_fields,
    }
    workspace.ledger.finish(report.run, note=note)
    return report
