"""Figures with their intervals, as the commands that measure show them."""

from __future__ import annotations

from collections.abc import Mapping


def shown(figures: Mapping[str, float], figure: str) -> str:
    """A figure with its 95 % interval where it has one, ``.123 (.100–.150)``; empty where there is none of the name."""
    if figure not in figures:
        return ""
    text = f"{figures[figure]:,.2f}" if figures[figure] > 1 else f"{figures[figure]:.3f}"
    if f"{figure}_low" in figures:
        text += f" ({figures[f'{figure}_low']:.3f}–{figures[f'{figure}_high']:.3f})"
    return text


def shown_difference(difference: Mapping[str, float] | None) -> str:
    """A difference with its interval, ``+0.012 (-0.001 to +0.025)``; empty for None."""
    if difference is None:
        return ""
    return f"{difference['difference']:+.3f} ({difference['low']:+.3f} to {difference['high']:+.3f})"
