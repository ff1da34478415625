"""What comes of trying again what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from penchant.kg.refusals import Refusal
from penchant.kg.workspace import Workspace

#: Used now; read before, so nothing is done again; refused again, for another reason or in its mended form, and now
#: waiting under another id; refused as it was, so nothing is written; not tried at all.
FATES: Final = ("accepted", "duplicate", "refused", "unchanged", "skipped")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one refusal: one of ``FATES``, the reason, and the run that it was tried in."""

    id: str
    fate: str
    reason: str = ""
    run: int | None = None


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What came of a replay.

    Args:
        runs: numbers of the runs that something came of.
        outcomes: one for each refusal, in the order of their runs.
    """

    runs: tuple[int, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Fate → how many."""
        fates = [outcome.fate for outcome in self.outcomes]
        return {fate: fates.count(fate) for fate in FATES if fate in fates}


def begin_replay(workspace: Workspace, kind: str, of: int, extractor: str = "") -> int:
    """Number of the run that tries again what run ``of`` refused; read with the same options."""
    ledger = workspace.ledger
    return ledger.begin(kind, f"replay of run {of}", extractor, read_with=ledger.read_with(of))


def same_as_before(refusal: Refusal, reason: str) -> bool:
    """Whether ``reason`` says nothing new of something that nobody has changed."""
    return refusal.mended is None and reason == refusal.reason
