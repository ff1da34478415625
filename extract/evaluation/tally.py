"""Counts by conversation, figures made of their sums, and how far chance can move a figure.

Every figure is a function of sums over conversations, so that drawing conversations anew (Efron's bootstrap) is one
matrix product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: (conversation, what was counted in one of its texts).
Count = tuple[str, Mapping[str, float]]

#: Bounds of a 95 % interval, in per cent.
_BOUNDS: Final = (2.5, 97.5)


class Sums:
    """Sums of counts by name, one value per drawing; a name that was never counted is 0."""

    def __init__(self, columns: Mapping[str, Array], drawings: int) -> None:
        self._columns = columns
        self._zero = np.zeros(drawings)

    def __getitem__(self, name: str) -> Array:
        return self._columns.get(name, self._zero)

    def __contains__(self, name: str) -> bool:
        """Whether the name was counted at least once."""
        return name in self._columns

    def under(self, prefix: str) -> list[str]:
        """What follows ``prefix`` up to the next ``/`` in the names, sorted."""
        return sorted({name[len(prefix) :].split("/")[0] for name in self._columns if name.startswith(prefix)})

    def below(self, prefix: str) -> Sums:
        """The sums whose names begin with ``prefix``, named without it."""
        some = {name[len(prefix) :]: values for name, values in self._columns.items() if name.startswith(prefix)}
        return Sums(some, len(self._zero))


Figures = Callable[[Sums], Mapping[str, Array]]


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of one model: a row per conversation, a column per name.

    Args:
        conversations: sorted.
        names: sorted.
        values: ``(conversations, names)``.
    """

    conversations: tuple[str, ...]
    names: tuple[str, ...]
    values: Array

    @classmethod
    def of(cls, counts: Iterable[Count]) -> Table:
        """Add up the counts of each conversation."""
        rows: dict[str, Counter[str]] = {}
        for conversation, some in counts:
            row = rows.setdefault(conversation, Counter())
            for name, value in some.items():
                row[name] += value  # type: ignore[assignment]
        names = sorted({name for row in rows.values() for name in row})
        values = np.array([[rows[key][name] for name in names] for key in sorted(rows)], dtype=np.float64)
        return cls(tuple(sorted(rows)), tuple(names), values.reshape(len(rows), len(names)))

    def sums(self, weights: Array | None = None) -> Sums:
        """Sums over all conversations, or one per drawing.

        Args:
            weights: ``(drawings, conversations)``, how often each was drawn.
        """
        if weights is None:
            weights = np.ones((1, len(self.conversations)))
        summed = weights @ self.values
        return Sums({name: summed[:, at] for at, name in enumerate(self.names)}, len(weights))


def drawings(conversations: int, rounds: int, seed: int) -> Array:
    """How often each conversation is drawn in each of ``rounds`` samples of the same size, with replacement."""
    chance = np.random.default_rng(seed)
    if not conversations:
        return np.zeros((rounds, 0))
    return chance.multinomial(conversations, np.full(conversations, 1 / conversations), size=rounds).astype(np.float64)


def interval(drawn: Array) -> tuple[float, float]:
    """The 2.5th and the 97.5th percentile of a figure over the drawings in which it is defined."""
    low, high = np.nanpercentile(drawn, _BOUNDS)
    return float(low), float(high)


def ratio(over: Array, under: Array) -> Array:
    """``over / under``; not a number where there is nothing."""
    shares: Array = np.divide(over, under, out=np.full(np.broadcast(over, under).shape, np.nan), where=under > 0)
    return shares


def f1(hits: Array, said: Array, labels: Array) -> Array:
    """2 · hits / (said + labels); not a number where there is neither."""
    return ratio(2 * hits, said + labels)


def mean(parts: Sequence[Array]) -> Array:
    """The mean over the parts that are defined, drawing by drawing."""
    if not parts:
        return np.full(1, np.nan)
    stacked = np.stack(parts)
    known = ~np.isnan(stacked)
    return ratio(np.where(known, stacked, 0.0).sum(0), known.sum(0).astype(np.float64))
