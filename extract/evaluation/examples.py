"""Figures of a model over examples that are at hand."""

from __future__ import annotations

from collections.abc import Sequence

from penchant.extract.evaluation import report
from penchant.extract.evaluation.exam import Exam, SpanJudge
from penchant.extract.evaluation.references import ReferenceJudge, referring
from penchant.extract.evaluation.stratified import span_texts
from penchant.extract.language_model import LanguageModel
from penchant.extract.tuning.example import Example


def measure(model: LanguageModel, some: Sequence[Example], *, rounds: int = 0) -> dict[str, float]:
    """The figures of ``docs/evaluation.md`` for labelled spans and references.

    Args:
        model: reads the texts.
        some: labelled texts.
        rounds: drawings of the bootstrap; 0 for no intervals.

    Raises:
        SourceError: there is no example.
    """
    exam = Exam((SpanJudge(span_texts(some)), ReferenceJudge(referring(some))))
    return dict(report.measure(exam, {"model": lambda: model}, rounds=rounds).models["model"])
