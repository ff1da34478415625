"""The plain way to find what a text names, as a measure for better ones: words that people linked elsewhere.

Each run of words that is a name in the index is taken for a mention with the share of its occurrences in the training
part that are linked there (Mihalcea and Csomai, "Wikify!", CIKM 2007); one that the training part lacks with the share
of the runs of its length and letters.  The likeliest that do not overlap are linked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from penchant.extract.evaluation.link_cases import Link, Turn
from penchant.extract.linking import Linker
from penchant.kg import normalise
from penchant.kg.label_index import LabelIndex

#: Longest run of words.
MOST_WORDS: Final = 6
#: A run that is less likely a mention is none; chosen on the development part.
LEAST: Final = 0.02
#: How many occurrences the share of like runs counts for.
_PRIOR: Final = 2.0
_WORD: Final = re.compile(r"\w+(?:[-'’.]\w+)*")

Run = tuple[int, int]
#: Number of words, up to 3, and whether the first begins with a capital inside a sentence.
_Class = tuple[int, bool]


class PlainFinder:
    """Finds mentions by how often their words are linked in a training part.

    Args:
        index: whose names are looked for.
        linker: decides what they mean.
        train: turns of the training part.
    """

    def __init__(self, index: LabelIndex, linker: Linker, train: Sequence[Turn]) -> None:
        self._index = index
        self._linker = linker
        self._seen: Counter[str] = Counter()
        self._linked: Counter[str] = Counter()
        self._of_class: Counter[_Class] = Counter()
        self._linked_of_class: Counter[_Class] = Counter()
        for turn in train:
            named = {(link.start, link.end) for link in turn.links or ()}
            for start, end in self._runs(turn.text):
                form, kind = normalise.normal(turn.text[start:end]), _class(turn.text, start, end)
                self._seen[form] += 1
                self._of_class[kind] += 1
                if (start, end) in named:
                    self._linked[form] += 1
                    self._linked_of_class[kind] += 1

    def __call__(self, turn: Turn) -> list[Link]:
        """What the turn names; what the linker takes for NIL is left out."""
        found: list[Link] = []
        likely = ((self._share(turn.text, start, end), start, end) for start, end in self._runs(turn.text))
        for _, start, end in sorted(
            (each for each in likely if each[0] >= LEAST), key=lambda each: (-each[0], each[1] - each[2], each[1])
        ):
            if any(start < link.end and link.start < end for link in found):
                continue
            decision = self._linker.link(turn.text[start:end], turn.text, start, end, context=turn.context)
            if decision.link is not None:
                found.append(Link(start, end, decision.link))
        return sorted(found, key=lambda link: link.start)

    def _share(self, text: str, start: int, end: int) -> float:
        form, kind = normalise.normal(text[start:end]), _class(text, start, end)
        usual = self._linked_of_class[kind] / max(self._of_class[kind], 1)
        return (self._linked[form] + _PRIOR * usual) / (self._seen[form] + _PRIOR)

    def _runs(self, text: str) -> Iterator[Run]:
        """Runs of words that are a name in the index as they are."""
        words = [hit.span() for hit in _WORD.finditer(text)]
        for first, (start, ends) in enumerate(words):
            if text[start:ends] in ("a", "an", "the"):
                continue
            for _, end in words[first : first + MOST_WORDS]:
                if any(match.way == "same" for match in self._index.exact(text[start:end])):
                    yield start, end


def _class(text: str, start: int, end: int) -> _Class:
    inside = bool(re.search(r"[\w,;:\"“(]\s*$", text[:start]))
    return min(len(text[start:end].split()), 3), inside and text[start].isupper()
