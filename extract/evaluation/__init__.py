"""Measure extraction on public sets and on our own gold sentences; ``docs/evaluation.md`` defines every figure.

:func:`formats.exam` turns a folder into texts and judges, :func:`report.measure` lets models read the texts and gives
figures with intervals.
"""

from penchant.extract.evaluation.examples import measure

__all__ = ["measure"]
