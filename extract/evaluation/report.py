"""Measure models on an exam: figures, intervals, differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from penchant.errors import SourceError
from penchant.extract.evaluation import span_scores
from penchant.extract.evaluation.exam import Exam, Readings, breakdown, read
from penchant.extract.evaluation.tally import Array, Sums, Table, drawings, interval
from penchant.extract.language_model import LanguageModel

#: Drawings of the bootstrap.
ROUNDS: Final = 1000
#: Figures that are the same whatever the model.
_CONSTANT: Final = ("human_agreement", "published_rules_f1_", "liked_accuracy_majority", "personal_mentions")


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    Args:
        texts: how many were read.
        conversations: how many they belong to.
        models: model → figure → value; a figure ``x`` has its 95 % interval in ``x_low`` and ``x_high``.
        differences: other model → figure → ``difference`` (first model minus other), ``low``, ``high``.
        details: model → ``reliability`` (bins of confidence) and ``by`` (figures of groups of texts).
        notes: what a reader has to know.
    """

    texts: int
    conversations: int
    models: Mapping[str, Mapping[str, float]]
    differences: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    details: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Marked:
    figures: Mapping[str, Array]
    drawn: Mapping[str, Array]
    table: Table
    readings: Readings


def measure(
    exam: Exam,
    models: Mapping[str, Callable[[], LanguageModel]],
    *,
    rounds: int = ROUNDS,
    seed: int = 0,
    progress: Callable[[str, int], object] | None = None,
) -> Report:
    """Let every model read the same texts and compare what they found.

    Args:
        exam: what is asked.
        models: name → what loads it; the first is compared with the others.  One is loaded at a time.
        rounds: drawings of conversations for the intervals; 0 for none.
        seed: of the drawings, which are the same for all models, so that differences are paired.
        progress: called with the model's name and the number of passages read.

    Raises:
        SourceError: there is no text.
        ModelError: a model cannot be loaded or asked.
    """
    passages = exam.passages()
    if not passages:
        raise SourceError("there is no text to read in it")
    marked: dict[str, _Marked] = {}
    for name, load in models.items():
        readings = read(load(), passages, None if progress is None else _named(progress, name))
        marked[name] = _mark(exam, readings, rounds, seed)
    first, *others = marked
    return Report(
        len(passages),
        len(marked[first].table.conversations),
        {name: _figures(each) for name, each in marked.items()},
        {name: _differences(marked[first], marked[name]) for name in others if rounds},
        {name: _details(each.table.sums()) for name, each in marked.items()},
        exam.notes,
    )


def _named(progress: Callable[[str, int], object], name: str) -> Callable[[int], object]:
    return lambda count: progress(name, count)


def _mark(exam: Exam, readings: Readings, rounds: int, seed: int) -> _Marked:
    table = Table.of(count for judge in exam.judges for count in judge.count(readings.found))
    drawn: dict[str, Array] = {}
    if rounds:
        weights = drawings(len(table.conversations), rounds, seed)
        drawn = _judged(exam, table.sums(weights))
    return _Marked(_judged(exam, table.sums()), drawn, table, readings)


def _judged(exam: Exam, sums: Sums) -> dict[str, Array]:
    return {name: values for judge in exam.judges for name, values in judge.figures(sums).items()}


def _figures(marked: _Marked) -> dict[str, float]:
    """Every figure that is defined, its interval, the folds' mean and spread, the cost."""
    found: dict[str, float] = {}
    for name, values in marked.figures.items():
        if np.isnan(values[0]):
            continue
        found[name] = _round(values[0])
        if name in marked.drawn and not name.startswith(_CONSTANT) and not np.isnan(marked.drawn[name]).all():
            low, high = interval(marked.drawn[name])
            found |= {f"{name}_low": _round(low), f"{name}_high": _round(high)}
    found |= _over_folds(marked.table.sums())
    found["texts_per_cpu_second"] = _round(marked.readings.texts_per_cpu_second, 2)
    found["cpu_seconds"] = _round(marked.readings.cpu_seconds, 2)
    return found


def _over_folds(sums: Sums) -> dict[str, float]:
    folds = list(breakdown(sums).get("fold", {}).values())
    found: dict[str, float] = {}
    for name in ("mention_f1_exact", "mention_f1_overlap", "mention_stance_f1_exact", "mention_stance_f1_overlap"):
        values = [fold[name] for fold in folds if not np.isnan(fold.get(name, np.nan))]
        if len(values) > 1:
            found |= {f"{name}_folds_mean": _round(np.mean(values)), f"{name}_folds_sd": _round(np.std(values, ddof=1))}
    return found


def _differences(first: _Marked, other: _Marked) -> dict[str, dict[str, float]]:
    found = {}
    for name, values in first.figures.items():
        if name not in other.figures or name not in first.drawn or name.startswith(_CONSTANT):
            continue
        apart = first.drawn[name] - other.drawn[name]
        plain = float(values[0] - other.figures[name][0])
        if np.isnan(plain) or np.isnan(apart).all():
            continue
        low, high = interval(apart)
        found[name] = {"difference": _round(plain), "low": _round(low), "high": _round(high)}
    return found


def _details(sums: Sums) -> dict[str, Any]:
    bins = [{name: _round(value) for name, value in row.items()} for row in span_scores.reliability(sums)]
    groups = {
        group: {
            value: {name: _round(figure) for name, figure in figures.items() if not np.isnan(figure)}
            for value, figures in parts.items()
        }
        for group, parts in breakdown(sums).items()
    }
    found: dict[str, Any] = {"reliability": bins} if bins else {}
    return found | ({"by": groups} if groups else {})


def _round(value: float | np.floating[Any], digits: int = 4) -> float:
    return round(float(value), digits)
