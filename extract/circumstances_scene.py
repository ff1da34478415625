"""The clause and the sentence that a mention stands in, with every mention masked so that no title is a cue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: What stands for the mention itself, and for the other mentions, one sign per code point.
THIS: Final = "¤"
OTHER: Final = "¦"

_STRAIGHT: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", THIS: " ", OTHER: " "})
_SENTENCE_ENDS: Final = re.compile(r"[.!?]+(?=[\s\"'”)]|$)|[。！？\n]")
_CLAUSE_ENDS: Final = re.compile(
    r"[;:；：，。！？\n]|[.!?]+(?=[\s\"'”)]|$)|(?<!\w)(?:but|although|though|whereas|however|yet|because)(?!\w)"
    r"|, ?(?=(?:(?:and|so|or|then) )?(?:i|i'm|i've|i'd|it|it's|he|she|they|we|my|our|now|today|these days|nowadays|"
    r"have|do|did|does|can|could|what|any|anything|is|which one|how|everyone)(?!\w))"
    r"|(?<!\w)and (?=(?:i|i'm|i've|now|it|it's|he|she|they|my|our)(?!\w))|(?<!\w)while (?=(?:i|my|he|she)(?!\w))"
    r"|(?=(?:但是|但|不过|可是|然而))|(?<=[\u4e00-\u9fff¤¦]),",
    re.IGNORECASE,
)
_CAPITAL: Final = re.compile("[A-Z0-9]")
_ARTICLE: Final = re.compile(r"(?<!\w)(?:an?|the|this|that|my|our) (?:\w+ ){0,2}$", re.IGNORECASE)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Scene:
    """A mention in its text.

    Args:
        text: the text with every mention masked; same length, so that every place is a place of the text as read.
        start: first code point of the mention.
        end: code point after it.
        clause: borders of the clause round it.
        lead: borders of the clause before, if a comma parts it from this one; else empty.
        sentence: borders of the sentence.
        chinese: whether the sentence has Chinese characters.
        named: whether it is one thing that "it" can mean: a name, or something with an article before it.
    """

    text: str
    start: int
    end: int
    clause: tuple[int, int]
    lead: tuple[int, int]
    sentence: tuple[int, int]
    chinese: bool
    named: bool

    @property
    def words(self) -> str:
        """The clause."""
        return self.text[slice(*self.clause)]


def masked(text: str, mentions: Sequence[tuple[int, int]]) -> str:
    """``text`` with straight apostrophes and :data:`OTHER` for every code point of a mention."""
    text = text.translate(_STRAIGHT)
    for start, end in mentions:
        text = text[:start] + OTHER * (end - start) + text[end:]
    return text


def scene(covered: str, start: int, end: int) -> Scene:
    """The scene of the mention at ``[start, end)`` of a :func:`masked` text."""
    text = covered[:start] + THIS * (end - start) + covered[end:]
    first, last = _between(_SENTENCE_ENDS, text, start, end, 0, len(text))
    ends = [hit.span() for hit in _CLAUSE_ENDS.finditer(text, first, last)]
    before = [span for span in ends if span[1] <= start]
    clause = (
        before[-1][1] if before else first,
        next((opened for opened, _ in ends if opened >= end), last),
    )
    lead = (0, 0)
    if before and text[before[-1][0] : before[-1][1]].strip() in (",", "，"):
        lead = (before[-2][1] if len(before) > 1 else first, before[-1][0])
    named = _CAPITAL.match(covered, start) is not None or _ARTICLE.search(covered, 0, start) is not None
    return Scene(text, start, end, clause, lead, (first, last), _CHINESE.search(text, first, last) is not None, named)


def _between(pattern: re.Pattern[str], text: str, start: int, end: int, low: int, high: int) -> tuple[int, int]:
    """Borders of the stretch between two hits of ``pattern`` that holds ``[start, end)``."""
    first = max((hit.end() for hit in pattern.finditer(text, low, start)), default=low)
    last = next((hit.start() for hit in pattern.finditer(text, end, high)), high)
    return first, last
