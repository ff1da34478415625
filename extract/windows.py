"""Cut a text into windows that a model reads at once: a few sentences each, offsets exact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MOST_CHARACTERS: Final = 300
MOST_SENTENCES: Final = 4
#: A text has at most this many windows that are read, about 19,000 characters; what follows is reported, not read.
MOST_WINDOWS: Final = 64

_ENDS: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+[”’」』）]*|\n\s*\n|\r?\n")
_BREAKS: Final = re.compile(r"[,;:，；、)]\s*|\s+")
# Titles and initials whose full stop ends no sentence.
_SHORT: Final = re.compile(r"(?:^|[\s(.])(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|vs|No|Vol|etc|e\.g|i\.e|[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Span:
    """Code points ``[start, end)`` of a text; ``read`` is False for the rest behind the last window that is read."""

    start: int
    end: int
    read: bool = True


def windows(
    text: str,
    *,
    most_characters: int = MOST_CHARACTERS,
    most_sentences: int = MOST_SENTENCES,
    most_windows: int = MOST_WINDOWS,
) -> list[Span]:
    """Divide ``text`` into windows in order.

    Windows end at sentence ends where they can, else at a comma or space, else in the middle of a word.  They don't
    overlap, and everything that is no white space is in one.  What comes after ``most_windows`` is a last span with
    ``read`` False.
    """
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
