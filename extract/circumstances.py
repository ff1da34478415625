"""The circumstances of a mention: for whom it is wished, when the attitude held, what was done with the thing.

Rules over the clause round the mention.  The words are in ``circumstances.toml``;
``docs/circumstances.md`` says what is found, what is not, and how well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from penchant.errors import UnknownError
from penchant.extract.circumstances_deeds import deed, names
from penchant.extract.circumstances_people import beneficiary, on_behalf
from penchant.extract.circumstances_scene import masked, scene
from penchant.extract.circumstances_times import held_at, opposite_before
from penchant.extract.circumstances_words import words
from penchant.ontology.behaviour import Vocabulary, read_vocabulary

#: Rises whenever the same mention would get other circumstances.
VERSION: Final = 2

#: An article inside a quote stays a cue: "I have [an iPad]" tells of owning, "I have [trust]" does not.
_ARTICLE: Final = re.compile(r"(?:an?|the|two|three) (?=\S)", re.IGNORECASE)
#: A time that a quote ends with and may not belong to the name: "Lost in 2019".
_TIME_AT_END: Final = re.compile(r"(?<=\S) (?:back )?in (?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What the text says round a mention; empty or None where it says nothing.

    Args:
        beneficiary: for whom it is, quoted.
        at: when it held.
        experience: local name of a behaviour kind of the vocabulary in force.
        before: the opposite stance that the writer had before, and when, where the text says so.
    """

    beneficiary: str = ""
    at: datetime | None = None
    experience: str = ""
    before: tuple[str, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A name that the writer says they have done something with: ``text[start:end]``."""

    start: int
    end: int
    experience: str
    confidence: float


class Circumstances:
    """Finds circumstances with the kinds and half-lives of a vocabulary.

    Args:
        vocabulary: stances and behaviour kinds in force; those that ship if None.
    """

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self._vocabulary = vocabulary or read_vocabulary()

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same mention might get other circumstances."""
        kinds = ",".join(sorted(kind for kind in words()["deeds"]["en"]["kinds"] if self._has(kind)))
        return f"circumstances {VERSION} {kinds}"

    @property
    def least_link(self) -> float:
        """A told name counts only if it is linked at least this surely."""
        return float(words()["told"]["least_link"])

    def of(
        self, text: str, start: int, end: int, stance: str, written: datetime, others: Sequence[tuple[int, int]] = ()
    ) -> Circumstance:
        """The circumstances of the mention ``text[start:end]``.

        Args:
            text: the text as read.
            start: first code point of the mention.
            end: code point after it.
            stance: word of its stance; empty where only an experience is told.
            written: when the text was written.
            others: spans of the other mentions; their words are no cues.
        """
        article = _ARTICLE.match(text, start, end)
        around = scene(masked(text, others), article.end() if article else start, end)
        who = beneficiary(around, stance)
        kind = "" if who or on_behalf(around) else self._in_force(deed(around))
        held = self._vocabulary.stances.get(stance)
        at = held_at(around, stance, written, held.half_life_days if held else 0.0) if held or kind else None
        before = None if who else opposite_before(around, stance, written, self._half_life)
        return Circumstance(text[slice(*who)] if who else "", at, kind, before)

    def told(self, text: str, start: int, end: int, mentioned: Sequence[tuple[int, int]]) -> Iterator[Told]:
        """Names in ``text[start:end]`` that are no mention and stand after a cue such as "I have seen"."""
        covered = masked(text, mentioned)
        for name in names(covered, start, end):
            kind = self._in_force(name.kind)
            if kind and not on_behalf(scene(covered, name.start, name.end)):
                yield Told(name.start, name.end, kind, float(words()["told"]["confidence"]))

    def without_time(self, text: str, start: int, end: int) -> int:
        """Where the quote ``text[start:end]`` ends without the time that it ends with, if it does: "Lost in 2019"."""
        hit = _TIME_AT_END.search(text[:end], start)
        return hit.start() if hit else end

    def _half_life(self, stance: str) -> float:
        return self._vocabulary.stance(stance).half_life_days

    def _in_force(self, kind: str) -> str:
        """The kind's local name as the vocabulary has it today; empty if it has none such."""
        return self._vocabulary.kind(kind).name if kind and self._has(kind) else ""

    def _has(self, kind: str) -> bool:
        try:
            self._vocabulary.kind(kind)
        except UnknownError:
            return False
        return True
