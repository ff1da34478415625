"""Runs of words in a text that may be names, with the forms under which an index would know them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from penchant.kg import normalise
from penchant.kg.label_forms import WAYS

#: Most words, and most characters of a script without spaces, that a name has.
MOST_WORDS: Final = 6
MOST_CHARACTERS: Final = 8

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Between the words of a name: spaces, and what titles hold.
_INSIDE = re.compile(r"[ \t]*(?:[:&/,!.+–-]|'|\s&\s|\s[-–]\s)?[ \t]*")
_CANNOT_START: Final = frozenset({"the", "a", "an", "and", "or", "of", "is", "are", "was", "were", "s"})
_CANNOT_END: Final = frozenset({"the", "a", "an", "and", "or", "of", "is", "are", "was"})
_ARTICLE = re.compile(r"(?<!\w)(the|an?)[ ]+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words.

    Args:
        start: first code point.
        end: code point after the last.
        words: how many.
        forms: forms under which they may be known: how well each keeps the meaning, and by which way.
    """

    start: int
    end: int
    words: int
    forms: Mapping[str, tuple[float, str]]


def runs(text: str) -> Iterator[Run]:
    """All runs of neighbouring words that may be a name, leading articles left out."""
    places = list(_places(text))
    plain = [_normal(text[start:end]) for start, end in places]
    for first, (start, _) in enumerate(places):
        wide = normalise.is_wide(text[start])
        if not plain[first] or plain[first] in _CANNOT_START:
            continue
        for last in range(first, min(len(places), first + (MOST_CHARACTERS if wide else MOST_WORDS))):
            if last > first and not _joined(text, places[last - 1][1], places[last][0], wide):
                break
            if normalise.is_wide(text[places[last][0]]) != wide:
                break
            if plain[last] in _CANNOT_END or (wide and last == first):
                continue
            form = ("" if wide else " ").join(filter(None, plain[first : last + 1]))
            yield Run(start, places[last][1], last - first + 1, _forms(form))


def start_with_article(text: str, start: int, label: str) -> int:
    """Where a name starts that has an article in front, as ``label`` has; ``start`` where it has none."""
    before = _ARTICLE.search(text[max(0, start - 5) : start])
    if before and label.casefold().startswith(before[1].casefold() + " "):
        return start - len(before[0])
    return start


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Words; of scripts without spaces, each character."""
    for word in _WORD.finditer(text):
        if any(normalise.is_wide(c) for c in word[0]):
            yield from ((at, at + 1) for at in range(word.start(), word.end()))
        else:
            yield word.span()


def _joined(text: str, end: int, start: int, wide: bool) -> bool:
    between = text[end:start]
    if wide:
        return not between
    ends = "." in between and bool(re.search(r"\w{4}$", text[:end]))  # of a sentence, rather than an initial's dot
    return bool(_INSIDE.fullmatch(between)) and start > end and not ends


@lru_cache(maxsize=16_384)
def _normal(word: str) -> str:
    folded = word.casefold()
    return folded if folded.isascii() and folded.isalnum() else normalise.normal(word) or folded


@lru_cache(maxsize=32_768)
def _forms(form: str) -> Mapping[str, tuple[float, str]]:
    found = {form: (WAYS["same"], "same")}
    one = normalise.singular(form)
    bare = normalise.without_head(one)
    for other, way in (
        (one, "singular"),
        (normalise.other_numerals(form), "numeral"),
        (bare, "head"),
        *((other, "synonym") for other in normalise.synonyms(one)),
        *((other, "synonym") for other in (normalise.synonyms(bare, before_head=True) if bare != one else ())),
    ):
        if other not in found:
            found[other] = (WAYS[way], way)
    return found
