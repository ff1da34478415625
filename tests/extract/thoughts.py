"""What a fast reader might think of a text, made by hand."""

from __future__ import annotations

import math

from penchant.extract.tagger import STANCES, Looked, Word

OUT, BEGIN, IN = (0.9, 0.06, 0.04), (0.1, 0.8, 0.1), (0.2, 0.1, 0.7)


def thought(text: str, marks: list[tuple[float, ...]], stances: list[str], before: str = "") -> Looked:
    """What a tagger might think, with a probability of .8 for the named stance of each word."""
    words: list[Word] = []
    for segment, part in ((True, before), (False, text)):
        at = 0
        for word in part.split():
            start = part.index(word, at)
            at = start + len(word)
            words.append(Word(len(words), start, at, segment))
    rows = [tuple(math.log(0.8 if s == said else 0.05) for s in STANCES) for said in stances]
    return Looked(tuple(words), tuple(marks), tuple(rows))
