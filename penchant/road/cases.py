"""What a road is measured on: other people's behaviour, a world, what people say, and what they cared about next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from penchant.kg.proposal import ItemRecord

#: A fact of the world: head, relation, tail; all IRIs.
Fact = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message.

    Args:
        text: as written.
        own: whether the person wrote it; else the other side did.
        at: when; sets without times give times that only keep the order.
    """

    text: str
    own: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Label:
    """What a human being says about a preference of the person, and the turn after which it is known.

    Args:
        stance: ``likes``, ``dislikes``, ``wants``, ``interested`` or ``neutral``.
        thing: IRI of the item or concept, where the set gives it.
        words: what it is called, where the set gives only that; to be linked.
        turn: how many turns of the person's conversation must have been spoken for it to count.
    """

    stance: str
    thing: str = ""
    words: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person whose words are read.

    Args:
        person: identifier.
        turns: all that was said, by both sides, in order.
        labels: human-labelled preferences of the person.
    """

    person: str
    turns: tuple[Turn, ...]
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One question: what comes next for a person who has said so much?

    Args:
        person: a :class:`Speaker`.
        turns: how many turns of theirs are known.
        named: items named so far by either side, by the set's own marks, in order; an item named twice comes twice.
        gold: items that came next.
    """

    person: str
    turns: int
    named: tuple[str, ...]
    gold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody else thought of an item: ``liked`` is None where they did not say."""

    person: str
    item: str
    liked: bool | None


@dataclass(frozen=True, slots=True)
class RoadSet:
    """Everything that a road needs.

    Args:
        items: the catalogue.
        facts: what the world says about items and concepts.
        names: concept → its names, the usual one first.
        kinds: concept → a word for its kind: ``genre``, ``person``, ``actor``, ``director`` …
        descriptions: item → a sentence about it, where the set has one.
        deeds: behaviour of people who are in no case.
        speakers: whose words are read, by identifier; cases are about them.
        teachers: people in no case whose words are there to be read, so that others can be learned from.
        cases: what is asked.
        notes: what the reader of the figures must know: counts, what was left out and why.
    """

    items: tuple[ItemRecord, ...]
    facts: tuple[Fact, ...]
    names: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]
    deeds: tuple[Deed, ...]
    speakers: Mapping[str, Speaker]
    cases: tuple[Case, ...]
    teachers: Mapping[str, Speaker] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
