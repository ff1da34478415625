"""What writers call their own (``my favourite sport``, ``our first car``), and which thing that is.

A personal mention is a possessive with the words after it, up to a verb, a conjunction or a mark.  What it is, the
sentence may say: ``my favourite sport is hockey``, ``hockey is my favourite sport``, ``my country, France``, ``I love
hockey, it is my favourite sport``; or an earlier turn, that the sentence points at.  Else it is none that is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from penchant.extract.linking import NOTHING
from penchant.extract.spotting import Spotted, spot
from penchant.kg import normalise

if TYPE_CHECKING:
    from penchant.extract.linking import LinkDecision, Linker

# Words that may name what is somebody's own are taken sooner than words elsewhere: the sentence says that there is one.
_LEAST: Final = 0.12
_TURNS: Final = 4

_OWNER = re.compile(r"(?<!\w)(?:my|our)(?=\s+[^\W\d_])", re.IGNORECASE)
_TOKEN = re.compile(r"\s+([^\W_]+(?:[-'’][^\W_]+)*)")
_MOST_WORDS: Final = 7
_FAVOURITE = re.compile(
    r"\b(?:favou?rites?|fav|faves?|best|first choice|passion|hobb(?:y|ies)|first|own)\b", re.IGNORECASE
)
_BE: Final = (
    r"(?:is|are|was|were|(?:would|will|must|might|could)(?:\s+\w+)?\s+be|(?:has|have|had|ha[ds]?)\s+(?:to\s+be|been)"
    r"|['’]s|['’]re|being|becam?e|remains?|includes?|seems?(?:\s+to\s+be)?)"
)
_SAYS_AFTER = re.compile(rf"^\s*(?:{_BE}\b|[:,=–-]|\()", re.IGNORECASE)
_SAID_BEFORE = re.compile(
    rf"{_BE}\s+(?:\w+\s+){{0,3}}?(?:one\s+of\s+|among\s+|some\s+of\s+|by\s+far\s+)?(?:all\s+)?$", re.IGNORECASE
)
_POINTS = re.compile(r"\b(?:it|this|that|they|these|those|he|she)\b[^.!?]{0,14}$", re.IGNORECASE)
_ONE_OF = re.compile(r"\bone\s+of\s*$", re.IGNORECASE)
# Words after a noun that are no part of it: past tenses, negations, numbers.
_NOT_OF_IT = re.compile(r"\w{3}ed$|n['’]t$|^\d+$|ly$")
_SENTENCE = re.compile(r"[.!?\n]+(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Personal:
    """Something that a writer calls the writer's own.

    Args:
        start: first code point of the mention.
        end: code point after the last.
        decision: what it is; NIL where nothing says so.
        named: span of the words that name it in this text; None where another turn does, or nothing.
    """

    start: int
    end: int
    decision: LinkDecision
    named: tuple[int, int] | None = None


def personal(text: str, linker: Linker, context: Sequence[str] = ()) -> list[Personal]:
    """Personal mentions of ``text`` in their order, each with what it is.

    Args:
        text: what was written.
        linker: decides what words mean.
        context: earlier turns of the dialogue, the newest last.
    """
    places = mentions(text)
    if not places:
        return []
    named = spot(text, linker, context, least=_LEAST)
    return [_resolved(text, start, end, places, named, linker, context) for start, end in places]


def mentions(text: str) -> list[tuple[int, int]]:
    """Where the text speaks of what is the writer's own: ``my favourite kind of cake``."""
    stops = frozenset(normalise.word_lists()["ends_own"])
    found = []
    for owner in _OWNER.finditer(text):
        end, at, of = owner.end(), owner.end(), False
        for _ in range(_MOST_WORDS):
            word = _TOKEN.match(text, at)
            if word is None:
                break
            plain = word[1].casefold()
            if plain in ("of", "in", "the"):  # kept if a word follows that belongs to it
                of, at = plain != "the" or of, word.end()
                continue
            if plain in stops or (end > owner.end() and _NOT_OF_IT.search(plain)) or (at > end and not of):
                break
            at = end = word.end()
            of = False
        if end > owner.end():
            found.append((owner.start(), end))
    return found


def _resolved(
    text: str,
    start: int,
    end: int,
    places: Sequence[tuple[int, int]],
    named: Sequence[Spotted],
    linker: Linker,
    context: Sequence[str],
) -> Personal:
    first, last = _sentence(text, start, end)
    own = text[start:end]
    outside = [s for s in named if not any(s.start < e and b < s.end for b, e in places)]
    before = [s for s in outside if first <= s.start and s.end <= start]
    after = [s for s in outside if end <= s.start and s.end <= last]
    favourite = bool(_FAVOURITE.search(own))
    if _SAYS_AFTER.match(text[end:last]) and after:
        return _is(start, end, _surest(after[:2]) if favourite else after[0])
    if _SAID_BEFORE.search(text[first:start]) or _ONE_OF.search(text[first:start]):
        if before:
            return _is(start, end, _surest(before))
        earlier = [s for s in outside if s.end <= first]
        if _POINTS.search(text[first:start]):
            if earlier:
                return _is(start, end, earlier[-1])
            if (said := _said_before(linker, context)) is not None:
                return Personal(start, end, said.decision)
        elif earlier and favourite:
            return _is(start, end, earlier[-1])
    if favourite and (near := [*after, *before]):
        return _is(start, end, _surest(near))
    return Personal(start, end, NOTHING)


def _is(start: int, end: int, thing: Spotted) -> Personal:
    return Personal(start, end, thing.decision, (thing.start, thing.end))


def _surest(some: Sequence[Spotted]) -> Spotted:
    return max(some, key=lambda s: s.confidence)


def _said_before(linker: Linker, context: Sequence[str]) -> Spotted | None:
    """The surest thing that the newest turn names which names any."""
    for at in range(len(context) - 1, max(-1, len(context) - 1 - _TURNS), -1):
        if found := spot(context[at], linker, context[:at]):
            return _surest(found)
    return None


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around a place begins and ends."""
    first = max((hit.end() for hit in _SENTENCE.finditer(text, 0, start)), default=0)
    following = _SENTENCE.search(text, end)
    return first, following.start() if following else len(text)
