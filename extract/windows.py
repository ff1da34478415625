"""Cut a text into windows that a model reads at once: a few sentences each, offsets exact.

A window may also see the end of the one before ("It was dull." says nothing by itself); what is read twice there is
for ``overlaps`` to settle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from penchant.extract.language_model import Passage

MOST_CHARACTERS: Final = 300
MOST_SENTENCES: Final = 4
#: A text has at most this many windows that are read, 3,000 words of prose and more; the rest is reported, not read.
MOST_WINDOWS: Final = 96
#: A window sees at most so many characters of the end of the one before.
OVERLAP: Final = 160

_ENDS: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+[”’」』）]*|\n\s*\n|\r?\n")
_BREAKS: Final = re.compile(r"[,;:，；、)]\s*|\s+")
# Titles and initials whose full stop ends no sentence.
_SHORT: Final = re.compile(r"(?:^|[\s(.])(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|vs|No|Vol|etc|e\.g|i\.e|[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Span:
    """A window of a text.

    Args:
        start: first code point that the model sees.
        end: code point after the last.
        read: False for the rest behind the last window that is read.
        seen_before: so many code points at the start belong to the window before, and are seen again.
    """

    start: int
    end: int
    read: bool = True
    seen_before: int = 0

    @property
    def own(self) -> int:
        """First code point that no window before has."""
        return self.start + self.seen_before


def windows(
    text: str,
    *,
    most_characters: int = MOST_CHARACTERS,
    most_sentences: int = MOST_SENTENCES,
    most_windows: int = MOST_WINDOWS,
    overlap: int = 0,
) -> list[Span]:
    """Divide ``text`` into windows in order.

    Windows end at sentence ends where they can, else at a comma or space, else in the middle of a word.  Everything
    that is no white space is in exactly one, without what it sees again of the one before.  What comes after
    ``most_windows`` is a last span with ``read`` False.

    Args:
        text: the whole text.
        most_characters: most code points of a window, without what it sees again.
        most_sentences: most sentences of a window, likewise.
        most_windows: most windows that are read.
        overlap: most code points that a window sees again: the last sentence of the window before, or the end of it
            from a comma or space on; nothing if its last word is longer than that.
    """
    own = _divided(text, most_characters, most_sentences, most_windows)
    return own[:1] + [_looking_back(text, before, span, overlap) for before, span in pairwise(own)]


def passages(text: str, context: str | None) -> list[tuple[Span, Passage | None]]:
    """What a model is given of a text: its windows, the first with the turn before.

    Args:
        text: the text as read.
        context: the turn before.

    Returns:
        Each window with its passage; None for what is not read.
    """
    spans = windows(text, overlap=OVERLAP)
    return [
        (span, Passage(text[span.start : span.end], context if at == 0 else None) if span.read else None)
        for at, span in enumerate(spans)
    ]


def _looking_back(text: str, before: Span, span: Span, overlap: int) -> Span:
    """The window with the end of the one before."""
    if not overlap or not span.read:
        return span
    last, end = _pieces(text[before.start : before.end], before.end - before.start)[-1]
    start, stop = before.start + last, before.start + end
    if stop - start > overlap:
        breaks = (hit.end() for hit in _BREAKS.finditer(text, stop - overlap, stop))
        start = next(breaks, stop)
    return span if start >= stop else Span(start, span.end, seen_before=span.start - start)


def _divided(text: str, most_characters: int, most_sentences: int, most_windows: int) -> list[Span]:
    """Windows that see nothing twice."""
    found: list[Span] = []
    first, last, held = -1, -1, 0
    for start, end in _pieces(text, most_characters):
        if held and (held == most_sentences or end - first > most_characters):
            found.append(Span(first, last))
            held = 0
            if len(found) == most_windows:
                return [*found, Span(start, len(text.rstrip()), read=False)]
        if not held:
            first = start
        last, held = end, held + 1
    if held:
        found.append(Span(first, last))
    return found


def _pieces(text: str, most: int) -> list[tuple[int, int]]:
    """Sentences without the white space around them, long ones cut."""
    ends = [hit.end() for hit in _ENDS.finditer(text) if not _SHORT.search(text, max(0, hit.end() - 8), hit.end())]
    pieces: list[tuple[int, int]] = []
    begin = 0
    for end in [*ends, len(text)]:
        pieces += _cut(text, begin, end, most)
        begin = end
    return pieces


def _cut(text: str, begin: int, end: int, most: int) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    while True:
        while begin < end and text[begin].isspace():
            begin += 1
        while end > begin and text[end - 1].isspace():
            end -= 1
        if begin == end:
            return pieces
        if end - begin <= most:
            return [*pieces, (begin, end)]
        breaks = [hit.end() for hit in _BREAKS.finditer(text, begin + most // 2, begin + most)]
        stop = breaks[-1] if breaks else begin + most
        pieces.append((begin, begin + len(text[begin:stop].rstrip())))
        begin = stop
