"""What extraction hands to the gate: proposals, never triples."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

#: Why a mention is held back whose words are general and mean nothing that the index knows.
NAMES_NOTHING: Final = "the quote names nothing by itself"


@dataclass(frozen=True, slots=True)
class TextRecord:
    """One text as read from a source.

    Args:
        person: the writer's identifier as the source gives it.
        text: the text as read; every offset counts its code points.
        at: when it was written, with time zone.
        source: name of the file or stream.
        line: line number in the source, from 1.
        id: the source's own identifier of the text, if any.
        context: the turn before, by somebody else, if the text is part of a dialogue.
        dated: whether the source gave ``at``; if not, it is when the text was read and tells no text from another.
    """

    person: str
    text: str
    at: datetime
    source: str = "-"
    line: int = 0
    id: str | None = None
    context: str | None = None
    dated: bool = True


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a source that is no record, kept with its reason so that it can be mended and replayed."""

    source: str
    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class LinkCandidate:
    """A concept or item that a mention may mean; ``score`` in [0, 1], higher is likelier."""

    iri: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Decided:
    """A link that a person has chosen, and what stood in its place before; see :mod:`penchant.kg.link_decisions`.

    Args:
        decision: number of the decision; None where none holds, and the mention itself was mended.
        link: what the linker had chosen, or None for NIL.
        confidence: how surely it had.
        candidates: what it had ranked, best first.
        held: why the extractor had held the mention back; empty if it had not.
        mended: whether ``link`` is not the linker's, but was set by mending this one mention.
    """

    decision: int | None
    link: str | None
    confidence: float
    candidates: tuple[LinkCandidate, ...] = ()
    held: str = ""
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """One reading of one mention: this stance towards this quoted thing.

    Args:
        quote: literal part of the text, ``text[start:end]``.
        start: first code point of the quote.
        end: code point after the quote.
        stance: the word of a stance of the ontology.
        intensity: how strongly, in [0, 1]; the stance gives the sign.
        confidence: how surely the extractor read it, in [0, 1].
        candidates: what it may mean, best first.
        link: the IRI chosen from ``candidates``, or None for NIL.
        link_confidence: how surely ``link`` is meant, in [0, 1]; for NIL, how surely it is none of them.
        experience: local name of a behaviour kind that the writer says they have done with it (``Seen``, ``Own`` …);
            empty if none.  ``stance`` may then be empty: nothing but the experience was said.
        beneficiary: for whom it is wished, quoted ("my daughter"), if for somebody else; empty for the writer.
        at: when it held, if the text says that it was not when it was written ("back in 2019").
        antecedent: what the quote points at ("it", "the second one"): literal words of the record's context; empty
            where the quote names the thing itself.
        condition: a constraint on what is wanted ("under 100 euros"), quoted; empty if none.
        aspect: the part or side of the thing that the opinion is about ("camera"), quoted; empty for the whole thing.
        opinion: the words that carry the opinion ("superb"), literal part of the text; empty where none was found.
        opinion_start: first code point of ``opinion``; 0 where there is none.
        decided: who chose ``link``, where it was not the linker.
    """

    quote: str
    start: int
    end: int
    stance: str
    intensity: float
    confidence: float
    candidates: tuple[LinkCandidate, ...] = ()
    link: str | None = None
    link_confidence: float = 1.0
    experience: str = ""
    beneficiary: str = ""
    at: datetime | None = None
    antecedent: str = ""
    condition: str = ""
    aspect: str = ""
    opinion: str = ""
    opinion_start: int = 0
    decided: Decided | None = None

    @property
    def named(self) -> str:
        """The words that name the thing: the antecedent's where the quote only points at it."""
        return self.antecedent or self.quote


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a statement names: ``text[start:end]`` is ``quote``, and ``link`` what it means, or None for NIL.

    ``decided`` says who chose ``link``, where it was not the linker.
    """

    quote: str
    start: int
    end: int
    link: str | None = None
    link_confidence: float = 1.0
    decided: Decided | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text states of two things: ``subject`` is made by, a kind of, similar to or part of ``object``.

    Args:
        relation: a key of ``ontology.terms.RELATIONS``.
        subject: what it speaks of.
        object: what it relates that to.
        quote: the words that say it, literal part of the text, from ``start`` to ``end``.
        start: first code point of the words.
        end: code point after them.
        confidence: how surely the text states it, in [0, 1].
    """

    relation: str
    subject: Named
    object: Named
    quote: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text that was given to the model at once.

    ``status`` is ``decoded`` (the answer ended by itself), ``cut`` (the token limit ended it) or ``timed out``.
    ``reply`` is the model's raw answer.
    """

    start: int
    end: int
    status: str
    reply: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with everything that was understood in it.

    ``failed`` is empty, or says why the text could not be read at all; then there are no windows.
    ``abstained`` holds mentions the extractor saw and decided not to propose, with the reason.
    ``statements`` are relations between things that the text states.
    """

    record: TextRecord
    windows: tuple[Window, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    abstained: tuple[tuple[Proposal, str], ...] = ()
    failed: str = ""
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One thing one person did with one item.

    Args:
        person: the person's identifier as the source gives it.
        item: the item's identifier or IRI as the source gives it.
        kind: local name of a behaviour kind of the ontology, e.g. ``View``, ``Rate``.
        at: when, with time zone.
        value: for ratings, on the kind's scale (worst to best rating); else None.
        source: name of the file or stream.
        line: line number in the source, from 1.
        id: the source's own identifier of the event, if any.
        retracted: whether the source takes the event back: the one with this ``id`` or, where it has none, all that
            this person did of this kind with this item up to ``at``.
    """

    person: str
    item: str
    kind: str
    at: datetime
    value: float | None = None
    source: str = "-"
    line: int = 0
    id: str | None = None
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One item of the catalogue.

    Args:
        id: the shop's identifier.
        label: the name people use.
        iri: the item's IRI where it has one of its own (a Wikidata entity, say); else one is made from ``id``.
        type: the item's class, by IRI or by a name that the ontology gives it; ``pen:Item`` when empty.
        concepts: IRIs or identifiers of the concepts the item is about.
        alt_labels: other names.
        available: whether it can be recommended now.
        properties: what else is said of it, as (name of the field, values); the ontology says what each name means.
    """

    id: str
    label: str
    iri: str | None = None
    type: str | None = None
    concepts: tuple[str, ...] = ()
    alt_labels: tuple[str, ...] = ()
    lang: str = "en"
    available: bool = True
    source: str = "-"
    line: int = 0
    same_as: tuple[str, ...] = field(default=())
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()
