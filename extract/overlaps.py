"""Windows of one text overlap; what two of them say of the same words is kept once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from penchant.extract.language_model import Mention, Reply
from penchant.extract.windows import Span


def in_text(spans: Sequence[Span], replies: Sequence[Reply]) -> list[list[Mention]]:
    """The mentions of each window, with their places in the whole text, each thing once.

    Where mentions of two windows share characters, that one stays which is farther from the edge of its window, for
    the model saw more around it; that of the earlier window if they are equally far.  Mentions of one window are never
    set against each other.

    Args:
        spans: the windows, in order.
        replies: the reply about each; offsets count from the start of its window.

    Returns:
        For each window the mentions that stay, in the order of its answer.
    """
    found = [
        [replace(m, start=span.start + m.start, end=span.start + m.end) for m in reply.mentions]
        for span, reply in zip(spans, replies, strict=True)
    ]
    kept: list[set[int]] = [set() for _ in spans]
    for window, at in sorted(
        ((w, i) for w, mentions in enumerate(found) for i in range(len(mentions))),
        key=lambda place: (-_margin(spans[place[0]], found[place[0]][place[1]]), *place),
    ):
        mention = found[window][at]
        beside = (w for w in (window - 1, window + 1) if 0 <= w < len(spans))
        if not any(_meet(mention, found[w][i]) for w in beside for i in kept[w]):
            kept[window].add(at)
    return [[m for i, m in enumerate(mentions) if i in kept[w]] for w, mentions in enumerate(found)]


def _meet(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _margin(span: Span, mention: Mention) -> int:
    """Characters between a mention and the nearer edge of the window."""
    return min(mention.start - span.start, span.end - mention.end)
