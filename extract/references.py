"""Where a text points at something that the turn before named: "it", "that one", "the second"."""

from __future__ import annotations

import re
from typing import Final

#: Words that point, those that say most first.
_POINTING: Final = (
    re.compile(
        r"\b(?:the|that|this) (?:(?:first|second|third|last|latter|former|other|same|new|old)(?: (?:one|two))?|"
        r"one|movie|film|show|series|book|song|album|band|game|guy|actor|actress|director)\b|"
        r"\b(?:both|neither|either|all|none)(?: of (?:them|those|these))?\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:it|that|this|them|those|these|him|her|he|she|they)\b", re.IGNORECASE),
)
_CLAUSE: Final = re.compile(r"[^.!?,;:\s](?:[^.!?,;:]*[^.!?,;:\s])?")


def referring(text: str, count: int = 1) -> list[tuple[int, int]]:
    """Spans of the words of ``text`` that point at ``count`` things said before, in code points.

    What says most comes first ("that one" before "it"); a text that only answers ("Yes, loved") points with its first
    clause.  Words are used again where one stands for several ("both").

    Returns:
        ``count`` spans; none where the text has no words.
    """
    found = [hit.span() for pattern in _POINTING for hit in pattern.finditer(text)]
    apart = [s for i, s in enumerate(found) if not any(s[0] < e and b < s[1] for b, e in found[:i])]
    if not apart:
        clause = _CLAUSE.search(text)
        apart = [clause.span()] if clause else []
    return [apart[min(i, len(apart) - 1)] for i in range(count)] if apart else []
