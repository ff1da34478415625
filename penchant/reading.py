"""Texts through the house: source → extractor → gate → ledger → graph."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pyoxigraph import NamedNode

from penchant.extract.extractor import Extractor
from penchant.extract.linking import LinkDecision, Linker
from penchant.kg.account import Account
from penchant.kg.consent import withheld
from penchant.kg.ledger_entries import TextEntry
from penchant.kg.literals import utc
from penchant.kg.proposal import BadLine, TextRecord
from penchant.kg.workspace import Workspace
from penchant.kg.write_texts import text_iri, write_readings

#: Batches between two flushes of the store.
BATCHES_PER_CHECKPOINT = 8


@dataclass(slots=True)
class TimedLinker:
    """A linker that knows how many seconds it has taken."""

    linker: Linker
    seconds: float = 0.0

    def link(self, quote: str, text: str, start: int, end: int, *, context: Sequence[str] = ()) -> LinkDecision:
        """As :meth:`penchant.extract.linking.Linker.link`."""
        started = time.perf_counter()
        decision = self.linker.link(quote, text, start, end, context=context)
        self.seconds += time.perf_counter() - started
        return decision


@dataclass(frozen=True, slots=True)
class TextsReport:
    """What came of reading a source: the ledger's account, every text read now, and seconds by part."""

    run: int
    account: Account
    entries: tuple[TextEntry, ...]
    seconds: dict[str, float] = field(default_factory=dict)


def read_into(
    workspace: Workspace,
    extractor: Extractor,
    linker: TimedLinker,
    source: str,
    records: Iterable[TextRecord | BadLine],
    *,
    batch: int = 16,
    keep: int = 1_000,
    read_with: Mapping[str, object] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> TextsReport:
    """Read ``records`` into the graph.

    A text that this extractor has read before is a duplicate and costs nothing, so an interrupted run goes on where
    it stopped when it is started again.

    Args:
        workspace: where to.
        extractor: what reads.
        linker: the linker inside the extractor, to tell its time apart.
        source: the name of the source, for the ledger.
        records: texts and lines that are none.
        batch: texts read and written together.
        keep: how many entries the report keeps (the ledger keeps all).
        read_with: options that the source is read with (``person``, ``at``), so that a bad line can be read again.
        progress: called with the number of lines done.
    """
    run = workspace.ledger.begin("texts", source, extractor.fingerprint, read_with=read_with)
    flow = _Flow(workspace, extractor, linker, run, keep, progress)
    waiting: list[TextRecord] = []
    seen: set[str] = set()
    for record in records:
        flow.lines += 1
        if isinstance(record, BadLine):
            flow.bad_line(record)
            continue
        iri = text_iri(workspace, record)
        if reason := withheld(workspace, record.person, record.at):
            flow.not_kept(record, iri, reason)
            continue
        if iri.value in seen or workspace.ledger.knows_text(iri, extractor.fingerprint):
            flow.duplicate(TextEntry(record, iri, "duplicate", "read before"))
            continue
        seen.add(iri.value)
        waiting.append(record)
        if len(waiting) >= batch:
            flow.read(waiting)
            waiting = []
    flow.read(waiting)
    return flow.finish()


class _Flow:
    """One run of reading: counts, seconds and what to report."""

    def __init__(
        self,
        workspace: Workspace,
        extractor: Extractor,
        linker: TimedLinker,
        run: int,
        keep: int,
        progress: Callable[[int], None],
    ) -> None:
        self.workspace = workspace
        self.extractor = extractor
        self.linker = linker
        self.run = run
        self.keep = keep
        self.progress = progress
        self.lines = 0
        self.newest: datetime | None = None
        self.entries: list[TextEntry] = []
        self.seconds: dict[str, float] = {"extract": 0.0, "link": 0.0, "write": 0.0}
        self._batches = 0

    def bad_line(self, bad: BadLine) -> None:
        with self.workspace.writing, self.workspace.ledger.transaction():
            self.workspace.ledger.bad_line(self.run, bad)
            self.workspace.ledger.count_lines(self.run, 1)

    def duplicate(self, entry: TextEntry) -> None:
        with self.workspace.writing, self.workspace.ledger.transaction():
            self.workspace.ledger.text(self.run, self.extractor.fingerprint, entry)
            self.workspace.ledger.count_lines(self.run, 1)

    def not_kept(self, record: TextRecord, iri: NamedNode, reason: str) -> None:
        """The person does not let it be read: that it came is kept, not what it says."""
        bare = replace(record, text="", context=None)
        with self.workspace.writing, self.workspace.ledger.transaction():
            self.workspace.ledger.text(self.run, self.extractor.fingerprint, TextEntry(bare, iri, "failed", reason))
            self.workspace.ledger.count_lines(self.run, 1)

    def read(self, records: list[TextRecord]) -> None:
        if not records:
            return
        started = time.perf_counter()
        linked = self.linker.seconds
        readings = self.extractor.read(records)
        read = time.perf_counter()
        written = write_readings(self.workspace, self.run, self.extractor.fingerprint, readings)
        done = time.perf_counter()
        linked = self.linker.seconds - linked
        self.seconds["extract"] += read - started - linked
        self.seconds["link"] += linked
        self.seconds["write"] += done - read
        newest = max(utc(record.at) for record in records)
        self.newest = max(self.newest or newest, newest)
        self.entries += written.entries[: max(0, self.keep - len(self.entries))]
        self._batches += 1
        if self._batches % BATCHES_PER_CHECKPOINT == 0:
            self.workspace.checkpoint()
        self.progress(self.lines)

    def finish(self) -> TextsReport:
        self.workspace.checkpoint()
        account = self.workspace.ledger.account(self.run)
        self.workspace.ledger.finish(
            self.run, as_of=self.newest, note={"texts": account.texts, "mentions": account.mentions}
        )
        self.progress(self.lines)
        return TextsReport(self.run, account, tuple(self.entries), self.seconds)
