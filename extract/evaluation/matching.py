"""Whether what was found is what a preference memory names: LAPS's values, film titles."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def tokens(text: str) -> list[str]:
    """Words in lower case, singular and plural alike ("comedy" and "comedies" → "comedi")."""
    return [_singular(word) for word in _WORD.findall(text.lower())]


def before_bracket(value: str) -> str:
    """A value without its reasons: "horror (with high standards)" → "horror"."""
    return value.split("(")[0].strip() or value.strip()


def same(value: str, said: str) -> bool:
    """Whether ``said`` names ``value``.

    Equal, one contained in the other as words, or at least half of the content words of the value before its bracket
    are in what was said.  Words that only say of what kind a thing is ("movie") are no content words, and a phrase of
    nothing else contains and is contained in nothing.
    """
    wanted, given = tokens(before_bracket(value)), tokens(said)
    if wanted == given:
        return bool(wanted)
    core = _content(wanted)
    if not core or not _content(given):
        return False
    if _within(wanted, given) or _within(given, wanted):
        return True
    return 2 * len(core & set(given)) >= len(core)


def _content(words: list[str]) -> frozenset[str]:
    return frozenset(words) - _EMPTY - _KIND


def _within(short: list[str], long: list[str]) -> bool:
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return re.sub(r"(ie|y)$", "i", word) if len(word) > 3 else word


#: Words without a content of their own.
_EMPTY: Final = frozenset(
    tokens(
        """
        a an and any are as at be but by for from in is it its like my no not of on or other some than that the their
        them these they this those to too very was with without
        """
    )
)
#: Nouns of the domain; alone they name nothing.
_KIND: Final = frozenset(
    tokens("movie film flick show recipe dish food meal genre cuisine kind type style stuff thing one")
)
