"""Lines, events and items that were refused, tried again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from penchant.kg.catalogue import write_items
from penchant.kg.consent import withheld
from penchant.kg.derive import derivation_change
from penchant.kg.ledger import raw_of
from penchant.kg.mending import drop_empty_run, last_rejected, mark_replayed, newly_rejected, take_back_rejection
from penchant.kg.proposal import BadLine, EventRecord, ItemRecord
from penchant.kg.refusals import Refusal
from penchant.kg.workspace import Workspace
from penchant.kg.write_events import log_events, write_engagements
from penchant.loaded import Loaded
from penchant.refused_records import read_again
from penchant.replay_outcome import Outcome, begin_replay, same_as_before
from penchant.rows import ROWS_PER_BATCH


def replay_rows(loaded: Loaded, kind: str, of: int, refusals: Sequence[Refusal]) -> list[Outcome]:
    """Try again what run ``of`` has refused, as one new run.

    Args:
        loaded: the workspace.
        kind: ``events`` or ``items``.
        of: number of the run.
        refusals: bad lines of that run, and its rejected events or items.
    """
    workspace = loaded.workspace
    run = begin_replay(workspace, kind, of)
    outcomes: list[Outcome] = []
    for start in range(0, len(refusals), ROWS_PER_BATCH):
        batch = _Batch(workspace, run)
        batch.read(refusals[start : start + ROWS_PER_BATCH])
        with workspace.writing:
            batch.keep_bad_lines()
            if kind == "items":
                batch.write_items()
            else:
                batch.write_events()
        outcomes += batch.outcomes
    if any(outcome.fate == "accepted" for outcome in outcomes):
        if kind == "items":
            loaded.names_change()
            workspace.commit(run, derivation_change(workspace))
        else:
            write_engagements(workspace, run)
    workspace.checkpoint()
    if not drop_empty_run(workspace.ledger, run):
        fates = [outcome.fate for outcome in outcomes]
        workspace.ledger.finish(run, note={fate: fates.count(fate) for fate in ("accepted", "refused")})
    return outcomes


@dataclass(slots=True)
class _Batch:
    """Refusals that are tried together, and what came of them."""

    workspace: Workspace
    run: int
    outcomes: list[Outcome] = field(default_factory=list)
    records: list[EventRecord | ItemRecord] = field(default_factory=list)
    broken: list[tuple[Refusal, BadLine]] = field(default_factory=list)
    # Refusals by what they are as JSON, which is how the ledger tells what it rejects; of two alike, one after another.
    by_raw: dict[str, list[Refusal]] = field(default_factory=lambda: defaultdict(list))

    def read(self, refusals: Sequence[Refusal]) -> None:
        for refusal in refusals:
            found = list(read_again(self.workspace, refusal))
            bad = next((one for one in found if isinstance(one, BadLine)), None)
            records = [one for one in found if isinstance(one, EventRecord | ItemRecord)]
            if bad is not None and same_as_before(refusal, bad.reason):
                self._say(refusal, "unchanged", bad.reason)
            elif bad is not None:
                self.broken.append((refusal, bad))
            elif reason := self._withheld(records):
                self._say(refusal, "unchanged", reason)
            else:
                self.records += records
                for record in records:
                    self.by_raw[raw_of(record)].append(refusal)

    def keep_bad_lines(self) -> None:
        """What is still no record, but for another reason, waits as a line of this run."""
        ledger = self.workspace.ledger
        with ledger.transaction():
            for refusal, bad in self.broken:
                raw = refusal.raw if refusal.mended is None else json.dumps(refusal.mended, ensure_ascii=False)
                ledger.bad_line(self.run, BadLine(refusal.source, refusal.line, bad.reason, raw))
                self._say(refusal, "refused", bad.reason)
            ledger.count_lines(self.run, len(self.broken))
            mark_replayed(ledger, (refusal for refusal, _ in self.broken), self.run)

    def write_items(self) -> None:
        items = [record for record in self.records if isinstance(record, ItemRecord)]
        if not items:
            return
        after = last_rejected(self.workspace.ledger)

        def settle() -> None:
            self._settle_rejections(after)
            self._settle_accepted()

        with self.workspace.ledger.along(settle):
            write_items(self.workspace, self.run, items)

    def write_events(self) -> None:
        events = [record for record in self.records if isinstance(record, EventRecord)]
        if not events:
            return
        after = last_rejected(self.workspace.ledger)
        with self.workspace.ledger.along(lambda: self._settle_rejections(after)):
            log_events(self.workspace, self.run, events)
        # Not before the log has them.  Tried twice, they stand twice in the log and count once.
        with self.workspace.ledger.transaction():
            self._settle_accepted()

    def _settle_rejections(self, after: int) -> None:
        ledger = self.workspace.ledger
        for number, raw, reason in newly_rejected(ledger, self.run, after):
            refusal = self.by_raw[raw].pop()
            if refusal.kind != "line" and same_as_before(refusal, reason):
                take_back_rejection(ledger, self.run, number)
                self._say(refusal, "unchanged", reason)
            else:
                mark_replayed(ledger, [refusal], self.run)
                self._say(refusal, "refused", reason)

    def _settle_accepted(self) -> None:
        used = [refusal for several in self.by_raw.values() for refusal in several]
        mark_replayed(self.workspace.ledger, used, self.run)
        self.workspace.ledger.count_lines(self.run, len(used), used=len(used))
        said = {outcome.id for outcome in self.outcomes}
        for refusal in used:
            if refusal.id not in said:
                said.add(refusal.id)
                self._say(refusal, "accepted")

    def _withheld(self, records: Sequence[EventRecord | ItemRecord]) -> str:
        # What takes an event back is let through, as where events come in.
        events = (record for record in records if isinstance(record, EventRecord) and not record.retracted)
        return next((why for e in events if (why := withheld(self.workspace, e.person, e.at))), "")

    def _say(self, refusal: Refusal, fate: str, reason: str = "") -> None:
        run = None if fate == "unchanged" else self.run
        self.outcomes.append(Outcome(refusal.id, fate, reason, run))
