"""How likely it is that two spellings are the same name, given how alike they are."""

from __future__ import annotations

import re
from typing import Final

from penchant.kg import normalise
from penchant.kg.label_index import KINDS, LabelIndex, Match

_ROMAN: Final = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11"}
_SHORT_NAME = 8
_OTHER_CHARACTER = 0.8
_OTHER_WORD = 0.15
_OTHER_NUMBER = 0.15
# Slips seldom change the first letter.
_OTHER_START = 0.15


def spelling_score(wanted: str, match: Match, index: LabelIndex) -> float:
    """Score in [0, 1] of a fuzzy match for the normal form ``wanted``.

    A word that other names hold is spelt as it is meant (``dinner`` is no slip of ``Diner``).  Numbers must agree
    (``Toy Story 2`` is not ``Toy Story 3``), and every word must have its like (``Christopher Nolan`` is not
    ``Christopher Logan``), for one letter in five is a slip and two are another word.
    """
    from rapidfuzz import fuzz

    name = match.name
    if not same_numbers(wanted, name):
        return 0.0
    kind = KINDS[match.kind]
    if normalise.is_wide(wanted):
        # Few characters, each a word's part: one that is wrong leaves the others to go by.
        return max(0.0, kind * (1.0 - _OTHER_CHARACTER * (1.0 - match.score / kind)))
    slope = 2.0 if len(wanted) >= _SHORT_NAME else 3.0
    score = kind * (1.0 - slope * (1.0 - match.score / kind))
    if wanted.replace(" ", "") == name.replace(" ", ""):
        return max(0.0, match.score)
    ours, theirs = wanted.split(), name.split()
    worst = min(max(fuzz.ratio(word, other) for other in theirs) for word in ours)
    score -= _OTHER_WORD * any(word not in theirs and index.names_with(word) for word in ours)
    if normalise.singular(wanted) == normalise.singular(name):
        score -= _OTHER_NUMBER
    if wanted[0] != name[0]:
        score -= _OTHER_START
    return max(0.0, score - max(0.0, 0.8 - worst / 100))


def meant(form: str, name: str) -> str:
    """What of a normal form is to be compared with a name: all of it, or without its opening words or slipped article.

    ``movies with n boy`` may be ``n boy``, ``teh mask`` may be ``mask``: the one that is nearest to the name.
    """
    from rapidfuzz.distance import OSA

    ways = dict.fromkeys((form, normalise.after_opener(form), normalise.after_slipped_article(form)))
    return min(ways, key=lambda way: OSA.distance(way, name)) if len(ways) > 1 else form


def same_numbers(form: str, other: str) -> bool:
    """Whether two normal forms hold the same numbers, small Roman ones too."""
    return _numbers(form) == _numbers(other)


def _numbers(form: str) -> list[str]:
    return sorted(_ROMAN.get(word, word) for word in form.split() if word in _ROMAN or re.fullmatch(r"\d+", word))
