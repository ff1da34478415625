"""Windows of one text overlap; what two of them say of the same words is kept once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from penchant.extract.language_model import Mention, Reply
from penchant.extract.windows import Span


@dataclass(frozen=True, slots=True)
class Found:
    """What stays of a window's reply, with places in the whole text; see :class:`language_model.Reply`."""

    mentions: tuple[Mention, ...]
    doubted: tuple[Mention, ...] = ()


def in_text(spans: Sequence[Span], replies: Sequence[Reply]) -> list[Found]:
    """What each window found, with places in the whole text, each thing once.

    Where mentions of two windows share characters, that one stays which is farther from the edge of its window, for
    the model saw more around it; that of the earlier window if they are equally far.  What is sure stays before what is
    doubted.  Mentions of one window are never set against each other.

    Args:
        spans: the windows, in order.
        replies: the reply about each; offsets count from the start of its window.

    Returns:
        For each window what stays, in the order of its answer.
    """
    found = [
        [replace(m, start=span.start + m.start, end=span.start + m.end) for m in (*reply.mentions, *reply.doubted)]
        for span, reply in zip(spans, replies, strict=True)
    ]
    sure = [len(reply.mentions) for reply in replies]
    kept: list[set[int]] = [set() for _ in spans]
    for window, at in sorted(
        ((w, i) for w, mentions in enumerate(found) for i in range(len(mentions))),
        key=lambda place: (place[1] >= sure[place[0]], -_margin(spans[place[0]], found[place[0]][place[1]]), *place),
    ):
        mention = found[window][at]
        beside = (w for w in (window - 1, window + 1) if 0 <= w < len(spans))
        if not any(_meet(mention, found[w][i]) for w in beside for i in kept[w]):
            kept[window].add(at)
    return [
        Found(
            tuple(m for i, m in enumerate(mentions) if i in kept[w] and i < sure[w]),
            tuple(m for i, m in enumerate(mentions) if i in kept[w] and i >= sure[w]),
        )
        for w, mentions in enumerate(found)
    ]


def _meet(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _margin(span: Span, mention: Mention) -> int:
    """Characters between a mention and the nearer edge of the window."""
    return min(mention.start - span.start, span.end - mention.end)
