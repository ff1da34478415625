"""What a text says beyond stances: conditions, aspects, words of opinions, corrections, and how things stand to others.

Rules over the model's mentions, put together for the extractor; ``docs/understanding.md`` says how well each works.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from penchant.extract.circumstances_scene import masked, scene
from penchant.extract.conditions import condition
from penchant.extract.opinions import opinion
from penchant.extract.relations import Place, stated
from penchant.kg import normalise
from penchant.kg.proposal import Named, Statement

if TYPE_CHECKING:
    from penchant.extract.linking import LinkDecision


class Linking(Protocol):
    """What is asked of a linker."""

    def link(self, quote: str, text: str, start: int, end: int, *, context: Sequence[str] = ()) -> LinkDecision:
        """Decide what ``quote``, which is ``text[start:end]``, means; ``context`` are the turns before."""
        ...


@dataclass(frozen=True, slots=True)
class Details:
    """What the text says more of a mention; as in :class:`penchant.kg.proposal.Proposal`."""

    condition: str = ""
    aspect: str = ""
    opinion: str = ""
    opinion_start: int = 0


def details(text: str, start: int, end: int, stance: str, others: Sequence[Place] = ()) -> Details:
    """Condition, aspect and opinion of the mention ``text[start:end]``.

    Args:
        text: the text as read.
        start: first code point of the mention.
        end: code point after it.
        stance: word of its stance, as the model says it.
        others: spans of the other mentions; their words are no cues.
    """
    around = scene(masked(text, others), start, end)
    limit = condition(around, text[start:end], stance)
    found = opinion(around, stance)
    words = found.words or (0, 0)
    return Details(
        condition=text[slice(*limit)] if limit else "",
        aspect=text[slice(*found.aspect)] if found.aspect else "",
        opinion=text[slice(*words)],
        opinion_start=words[0],
    )


def statements(text: str, start: int, end: int, linker: Linking) -> Iterator[Statement]:
    """What ``text[start:end]`` states of two things that have a name or that the linker knows."""
    for found in stated(text, start, end):
        things = [_named(text, place, linker) for place in (found.subject, found.object)]
        if all(thing is not None for thing in things):
            subject, object = (thing for thing in things if thing is not None)
            first, last = found.words
            yield Statement(found.relation, subject, object, text[first:last], first, last, found.confidence)


def _named(text: str, place: Place, linker: Linking) -> Named | None:
    start, end = place
    quote = text[start:end]
    decision = linker.link(quote, text, start, end)
    if decision.link is not None:
        return Named(quote, start, end, decision.link, decision.confidence)
    form = normalise.take_apart(quote).form
    return None if not form or normalise.is_generic(form) else Named(quote, start, end)
