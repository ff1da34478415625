"""Let a linker decide, and mark what it says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from penchant.errors import SourceError
from penchant.extract.evaluation import link_scores, span_scores
from penchant.extract.evaluation.link_cases import Case, Link, Turn
from penchant.extract.evaluation.link_index import Size
from penchant.extract.evaluation.tally import Array, Count, Sums, Table, drawings, interval
from penchant.extract.linking import LinkDecision

T = TypeVar("T")
#: Decides what a mention means.
Decide = Callable[[Case], LinkDecision]
#: What a turn names, with places and meanings.
Find = Callable[[Turn], Iterable[Link]]

#: Figures that chance does not move.
_COUNTS = ("mentions", "nil_mentions", "linked_mentions", "personal_mentions")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a linker.

    Args:
        cases: mentions, whose meaning is asked.
        turns: texts, in which all mentions are to be found; empty for none.
        sharing: IRI of what a case may mean and the index holds → who shares its name.
        size: of the index.
        notes: what a reader has to know.
    """

    cases: Sequence[Case]
    turns: Sequence[Turn]
    sharing: Mapping[str, str]
    size: Size
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What was measured.

    Args:
        conversations: how many the mentions belong to.
        size: of the index.
        figures: figure → value; a figure ``x`` has its 95 % interval in ``x_low`` and ``x_high``.
        by: group → value → ``mentions`` and ``accuracy``.
        reliability: bins of confidence.
        notes: what a reader has to know.
    """

    conversations: int
    size: Size
    figures: Mapping[str, float]
    by: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    reliability: Sequence[Mapping[str, float]] = ()
    notes: tuple[str, ...] = ()


def measure(
    asked: Asked,
    decide: Decide,
    spot: Find | None = None,
    personal: Find | None = None,
    *,
    rounds: int = 1000,
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
) -> LinkReport:
    """Ask for all mentions and all turns, and mark the answers.

    Args:
        asked: what is asked.
        decide: the linker, given the mention.
        spot: finds what a turn names; None leaves that out.
        personal: finds what writers call their own, and what it is; None leaves that out.
        rounds: drawings of conversations for the intervals; 0 for none.
        seed: of the drawings.
        progress: called with the number of mentions and turns that are done.

    Raises:
        SourceError: there is nothing to ask.
    """
    if not asked.cases:
        raise SourceError("there is no mention to link in it")
    run = _Run(progress or (lambda _: None))
    counts = list(run.given(asked, decide))
    links = [turn for turn in asked.turns if turn.links is not None]
    counts += run.found("linked", links, spot, lambda turn: turn.links or ())
    counts += run.found("personal", asked.turns, personal, lambda turn: turn.own)
    table = Table.of(counts)
    plain = _figures(table.sums())
    drawn = _figures(table.sums(drawings(len(table.conversations), rounds, seed))) if rounds else {}
    figures: dict[str, float] = {}
    for name, values in plain.items():
        if np.isnan(values[0]):
            continue
        figures[name] = round(float(values[0]), 4)
        if name in drawn and name not in _COUNTS and not np.isnan(drawn[name]).all():
            low, high = interval(drawn[name])
            figures |= {f"{name}_low": round(low, 4), f"{name}_high": round(high, 4)}
    sums = table.sums()
    return LinkReport(
        len(table.conversations),
        asked.size,
        figures | run.speeds,
        link_scores.by_group(sums),
        [{name: round(value, 4) for name, value in row.items()} for row in span_scores.reliability(sums)],
        asked.notes,
    )


def _figures(sums: Sums) -> dict[str, Array]:
    found = link_scores.of_given(sums)
    if "linked/places" in sums:
        found |= link_scores.of_spans("linked", sums)
    if "personal/places" in sums:
        found |= link_scores.of_spans("personal", sums, places=True)
    return found


class _Run:
    """Asks, and takes the time."""

    def __init__(self, progress: Callable[[int], object]) -> None:
        self.speeds: dict[str, float] = {}
        self._progress = progress
        self._done = 0

    def given(self, asked: Asked, decide: Decide) -> Iterable[Count]:
        began = time.process_time()
        decisions = [self._step(decide(case)) for case in asked.cases]
        self.speeds["links_per_cpu_second"] = _per_second(len(decisions), began)
        for case, decision in zip(asked.cases, decisions, strict=True):
            yield case.conversation, link_scores.given(case, decision, asked.sharing.get(case.gold))

    def found(
        self, name: str, turns: Sequence[Turn], find: Find | None, gold: Callable[[Turn], Sequence[Link]]
    ) -> Iterable[Count]:
        if find is None or not turns:
            return []
        began = time.process_time()
        said = [self._step(list(find(turn))) for turn in turns]
        self.speeds[f"{name}_turns_per_cpu_second"] = _per_second(len(turns), began)
        return [
            (turn.conversation, link_scores.spans(name, gold(turn), each, linked=turn.links is not None))
            for turn, each in zip(turns, said, strict=True)
        ]

    def _step(self, answer: T) -> T:
        self._done += 1
        self._progress(self._done)
        return answer


def _per_second(count: int, began: float) -> float:
    return round(count / max(time.process_time() - began, 1e-9), 1)
