"""One training or evaluation example."""

from __future__ import annotations

import re
from dataclasses import dataclass

from penchant.extract.answer import clean, written


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the preferences a careful reader finds in it.

    Args:
        source: a set of ``build.ALLOWED``, or ``gold``.
        conversation: what must not be divided between training and development; shared across sources that share
            conversations (``redial:474`` is also IARD's 474).
        text: what the person wrote.
        context: the other speaker's turn before.
        pairs: (quote, stance) in order of appearance; stance ``?`` means that the labels do not tell it, and a quote
            that begins with ``answer.BEFORE`` stands in ``context``.
    """

    source: str
    conversation: str
    text: str
    context: str | None
    pairs: tuple[tuple[str, str], ...]

    @property
    def answer(self) -> str:
        """The answer in the model's format; an unknown stance is written as ``likes`` and masked in training."""
        return written((quote, "likes" if stance == "?" else stance) for quote, stance in self.pairs)


def in_order(text: str, pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...] | None:
    """Spell each quote as the text does and sort by place; None when one is not in the text.

    A quote given twice is kept once; of two that overlap, the longer is kept.
    """
    low = clean(text).lower()
    spans: list[tuple[int, int, str]] = []
    for quote, stance in pairs:
        wanted = clean(quote).strip(" .,:!?").lower()
        if len(wanted) < 2:
            return None
        hit = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", low)
        if hit is None:
            return None
        spans.append((hit.start(), hit.end(), stance))
    kept: list[tuple[int, int, str]] = []
    for start, end, stance in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        if all(end <= s or start >= e for s, e, _ in kept):
            kept.append((start, end, stance))
    return tuple((clean(text)[s:e], stance) for s, e, stance in sorted(kept))
