"""Words that tell of a topic, found in a name.

Names are compared in normal form, English words in the singular.  Chinese is written without spaces, so a Chinese word
may lie across two others (工会 in 化工会议); one of two characters counts only where a name starts or ends with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from penchant.kg.normalise import normal, singular

_SHORT: Final = 2


class Words:
    """Words by topic; threads may share it."""

    def __init__(self, anywhere: Mapping[str, str], alone: Mapping[str, str]) -> None:
        """Take the words.

        Args:
            anywhere: word or phrase → topic; found anywhere in a name.
            alone: the same; found only where it is the whole name.
        """
        self._anywhere = {form: topic for word, topic in anywhere.items() if (form := _form(word))}
        self._alone = {form: topic for word, topic in alone.items() if (form := _form(word))} | self._anywhere
        self._longest = max((form.count(" ") + 1 for form in self._anywhere), default=0)
        self._chinese = sorted({len(form) for form in self._anywhere if _is_chinese(form)}, reverse=True)

    def topic_of(self, name: str, *, whole: bool = False) -> str | None:
        """The topic whose word stands in ``name``, the longest first; with ``whole``, whose word is ``name``."""
        form = _form(name)
        found = self._alone.get(form)
        if found or whole:
            return found
        return next((self._anywhere[part] for part in self._parts(form.split()) if part in self._anywhere), None)

    def _parts(self, words: list[str]) -> Iterator[str]:
        for length in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                yield " ".join(words[start : start + length])
        for word in words:
            if not word.isascii():
                yield from self._within(word)

    def _within(self, word: str) -> Iterator[str]:
        for length in self._chinese:
            last = len(word) - length
            starts = range(last + 1) if length > _SHORT else (0, last)
            yield from (word[start : start + length] for start in starts if start >= 0)


def _form(name: str) -> str:
    return " ".join(singular(word) for word in normal(name).split())


def _is_chinese(form: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in form)
