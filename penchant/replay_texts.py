"""Lines that were no text and texts that could not be read, tried again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from penchant.errors import ModelError
from penchant.kg.consent import withheld
from penchant.kg.ledger_entries import TextEntry
from penchant.kg.mending import drop_empty_run, mark_replayed
from penchant.kg.proposal import BadLine, Reading, TextRecord
from penchant.kg.refusals import Refusal
from penchant.kg.workspace import Workspace
from penchant.kg.write_texts import text_iri, write_readings
from penchant.refused_records import read_again
from penchant.replay_outcome import Outcome, begin_replay, same_as_before


class Reader(Protocol):
    """What reads texts; see :class:`penchant.extract.extractor.Extractor`."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text might be read otherwise."""
        ...

    def read(self, records: Sequence[TextRecord]) -> list[Reading]:
        """One reading for each record, in the same order."""
        ...


def replay_texts(
    workspace: Workspace, reader: Callable[[], Reader], of: int, refusals: Sequence[Refusal], *, batch: int = 16
) -> list[Outcome]:
    """Try again what run ``of`` has refused, as one new run.

    Args:
        workspace: where to.
        reader: gives what reads texts; asked only if there is one to read.
        of: number of the run.
        refusals: bad lines and failed texts of that run.
        batch: texts read and written together.
    """
    flow = _Flow(workspace, of)
    for refusal in refusals:
        flow.sort(refusal)
    if flow.waiting or flow.broken:
        extractor = reader() if flow.waiting else None
        flow.begin(extractor.fingerprint if extractor else "")
        for start in range(0, len(flow.waiting), batch):
            assert extractor is not None
            flow.read(extractor, flow.waiting[start : start + batch])
        flow.finish()
    return flow.outcomes


@dataclass(slots=True)
class _Flow:
    """One run that tries texts again."""

    workspace: Workspace
    of: int
    run: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    waiting: list[tuple[Refusal, TextRecord]] = field(default_factory=list)
    broken: list[tuple[Refusal, BadLine]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def sort(self, refusal: Refusal) -> None:
        """Whether it is a text at all, by now."""
        if refusal.mended is None and refusal.kind == "text" and refusal.reason.startswith("withheld"):
            self.outcomes.append(Outcome(refusal.id, "skipped", "what it said was not kept"))
            return
        (found,) = read_again(self.workspace, refusal)
        if isinstance(found, BadLine):
            if same_as_before(refusal, found.reason):
                self.outcomes.append(Outcome(refusal.id, "unchanged", found.reason))
            else:
                self.broken.append((refusal, found))
            return
        assert isinstance(found, TextRecord)
        if reason := withheld(self.workspace, found.person, found.at):
            self.outcomes.append(Outcome(refusal.id, "unchanged", reason))
        else:
            self.waiting.append((refusal, found))

    def begin(self, extractor: str) -> None:
        self.run = begin_replay(self.workspace, "texts", self.of, extractor)
        ledger = self.workspace.ledger
        with self.workspace.writing, ledger.transaction():
            for refusal, bad in self.broken:
                raw = refusal.raw if refusal.mended is None else json.dumps(refusal.mended, ensure_ascii=False)
                ledger.bad_line(self.run, BadLine(refusal.source, refusal.line, bad.reason, raw))
                self.outcomes.append(Outcome(refusal.id, "refused", bad.reason, self.run))
            ledger.count_lines(self.run, len(self.broken))
            mark_replayed(ledger, (refusal for refusal, _ in self.broken), self.run)

    def read(self, extractor: Reader, pairs: Sequence[tuple[Refusal, TextRecord]]) -> None:
        fresh = [(refusal, record) for refusal, record in pairs if not self._is_duplicate(extractor, refusal, record)]
        if not fresh:
            return
        readings = self._readings(extractor, [record for _, record in fresh])
        tried: list[tuple[Refusal, Reading]] = []
        for (refusal, _), reading in zip(fresh, readings, strict=True):
            if reading.failed and refusal.kind == "text" and same_as_before(refusal, reading.failed):
                self.outcomes.append(Outcome(refusal.id, "unchanged", reading.failed))
            else:
                tried.append((refusal, reading))
        if not tried:
            return
        ledger = self.workspace.ledger
        with (
            self.workspace.writing,
            ledger.along(lambda: mark_replayed(ledger, (refusal for refusal, _ in tried), self.run)),
        ):
            write_readings(self.workspace, self.run, extractor.fingerprint, [reading for _, reading in tried])
        for refusal, reading in tried:
            fate = "refused" if reading.failed else "accepted"
            self.outcomes.append(Outcome(refusal.id, fate, reading.failed, self.run))

    def _readings(self, extractor: Reader, records: Sequence[TextRecord]) -> list[Reading]:
        try:
            return extractor.read(records)
        except ModelError as problem:
            if len(records) > 1:
                raise
            # That the model fails on one text says nothing about the model.
            return [Reading(records[0], failed=str(problem))]

    def _is_duplicate(self, extractor: Reader, refusal: Refusal, record: TextRecord) -> bool:
        iri = text_iri(self.workspace, record)
        ledger = self.workspace.ledger
        if iri.value not in self.seen and not ledger.knows_text(iri, extractor.fingerprint):
            self.seen.add(iri.value)
            return False
        with self.workspace.writing, ledger.transaction():
            ledger.text(self.run, extractor.fingerprint, TextEntry(record, iri, "duplicate", "read before"))
            ledger.count_lines(self.run, 1)
            mark_replayed(ledger, [refusal], self.run)
        self.outcomes.append(Outcome(refusal.id, "duplicate", "read before", self.run))
        return True

    def finish(self) -> None:
        self.workspace.checkpoint()
        ledger = self.workspace.ledger
        if not drop_empty_run(ledger, self.run):
            account = ledger.account(self.run)
            ledger.finish(self.run, note={"texts": account.texts, "mentions": account.mentions})
