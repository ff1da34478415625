"""The words around a mention, with the mention itself taken out: what is said of a thing, not the thing.

A sentence vector follows the topic first.  With "it" in the topic's place it follows what is left: the mood, the
motive, the turn of phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from penchant.extract.windows import windows

Span = tuple[int, int]

#: Words put where the mention was; a vector is the mean over all, so that none of them colours it.
FILLERS: Final = ("it", "this", "something")

#: With fewer words than this beside the mention, the next sentence is needed to know what was meant.
_FEW_WORDS: Final = 3
#: Words of the longest guess at what an example is about.
_LONGEST_GUESS: Final = 4

_WORD: Final = re.compile(r"\w[\w'’-]*")
_BREAK: Final = re.compile(
    r"[;:–—]|,\s*(?:and|so)\b|\b(?:but|while|whereas|although|though|however|yet)\b", re.IGNORECASE
)
_DETERMINERS: Final = "a an the this that these those my your his her its our their some any"
_BEFORE_NOUNS: Final = frozenset(_DETERMINERS.split())
_SMALL_WORDS: Final = """
i i'm i've i'd i'll you he she it we they me him us them and or but so if as at by for from in into of on to with
without over than then be is am are was were been being do does did don't doesn't didn't not no never always ever
still just only very really too much many more most have has had having can can't could will won't would should
shouldn't must may might what who which where when why how there here every all both each other another same such
own now again back please thanks yes ok okay well
"""
#: No thing is named by these alone, nor begins or ends with them.
_SMALL: Final = _BEFORE_NOUNS | frozenset(_SMALL_WORDS.split())


def masked(text: str, start: int, end: int) -> list[str]:
    """``text`` once for each filler, which stands in the place of ``text[start:end]``."""
    return [text[:start] + filler + text[end:] for filler in FILLERS]


def guesses(sentence: str) -> list[Span]:
    """Where the mention may be in a sentence that doesn't say: every run of up to four words that could name a thing.

    The whole sentence never counts; a sentence of small words alone has no guess.
    """
    words = [(hit.start(), hit.end(), hit.group().lower().replace("’", "'")) for hit in _WORD.finditer(sentence)]
    found: set[Span] = set()
    for i, (_, _, head) in enumerate(words):
        if head in _SMALL:
            continue
        first = i
        while first and words[first - 1][2] in _BEFORE_NOUNS and _adjoin(sentence, words[first - 1], words[first]):
            first -= 1
        for j in range(i, min(len(words), i + _LONGEST_GUESS)):
            if j > i and not _adjoin(sentence, words[j - 1], words[j]):
                break
            if words[j][2] not in _SMALL and j - first + 1 < len(words):
                found.add((words[first][0], words[j][1]))
    return sorted(found)


def stretch(text: str, start: int, end: int, others: Sequence[Span] | None = None) -> Span:
    """The part of ``text`` that speaks of the mention ``text[start:end]``.

    It is the sentence.  Where other mentions are known, it ends where the speaker turns to one of them ("…, but …"),
    and a sentence that says next to nothing ("Oh, Tetris!") takes in the next one, or else the one before, if that
    holds no other mention.

    Args:
        text: the text as read.
        start: first code point of the mention.
        end: code point after it.
        others: spans of the other mentions in the text; None when they are not known.
    """
    sentences = [(s.start, s.end) for s in windows(text, most_sentences=1, most_windows=len(text) + 1)]
    touched = [i for i, (a, b) in enumerate(sentences) if a < end and start < b]
    if not touched:
        return start, end
    first, last = sentences[touched[0]][0], sentences[touched[-1]][1]
    first, last = min(first, start), max(last, end)
    if others is None:
        return first, last
    apart = [(a, b) for a, b in others if b <= start or end <= a]
    for a, b in sorted(apart):
        if first <= a and b <= start and (hits := list(_BREAK.finditer(text, b, start))):
            first = hits[-1].end()
        elif end <= a and b <= last and (hit := _BREAK.search(text, end, a)):
            last = hit.start()
            break
    if len(_WORD.findall(text[first:start])) + len(_WORD.findall(text[end:last])) < _FEW_WORDS:
        neighbours = [(first, b) for _, b in sentences[touched[-1] + 1 :][:1] if last == sentences[touched[-1]][1]]
        if touched[0] and first == sentences[touched[0]][0]:
            neighbours.append((sentences[touched[0] - 1][0], last))
        for a, b in neighbours:
            if not any(a < y and x < b for x, y in apart):
                return a, b
    return first, last


def in_latin_letters(text: str) -> bool:
    """Whether most letters are Latin ones: the encoder knows English only."""
    letters = [c for c in text if c.isalpha()]
    return 2 * sum(c < "\u0250" for c in letters) > len(letters)


def _adjoin(sentence: str, left: tuple[int, int, str], right: tuple[int, int, str]) -> bool:
    return not sentence[left[1] : right[0]].strip()
