"""The nodes of a user graph as dataclasses, and their quads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.fusion import Fused
from penchant.kg.literals import date_time, decimal, integer, utc
from penchant.ontology import terms as t
from penchant.ontology.behaviour import Vocabulary

#: What is smaller than this is stored as 0.
SMALLEST: Final = 0.00005

Pairs = list[tuple[NamedNode, NamedNode | Literal]]


@dataclass(frozen=True, slots=True)
class Observation:
    """One piece of textual evidence; immutable.  ``start`` and ``end`` count code points of the text as read."""

    iri: NamedNode
    holder: NamedNode
    about: NamedNode
    stance: NamedNode
    intensity: float
    confidence: float
    at: datetime
    run: NamedNode
    text: NamedNode
    quote: str
    start: int
    end: int
    beneficiary: NamedNode | None = None
    antecedent: str = ""
    condition: str = ""
    aspect: str = ""
    opinion: str = ""
    opinion_start: int = 0

    @property
    def named(self) -> str:
        """The words that name the thing."""
        return self.antecedent or self.quote

    def quads(self, graph: NamedNode) -> list[Quad]:
        """Twelve quads; one more for each of beneficiary, antecedent, condition, aspect, and three for an opinion."""
        opinion_end = self.opinion_start + len(self.opinion)
        opinion: Pairs = [
            (t.OPINION, Literal(self.opinion)),
            (t.OPINION_START, integer(self.opinion_start)),
            (t.OPINION_END, integer(opinion_end)),
        ]
        words = ((t.ANTECEDENT, self.antecedent), (t.CONDITION, self.condition), (t.ASPECT, self.aspect))
        return _quads(
            self.iri,
            graph,
            [
                (t.TYPE, t.OBSERVATION),
                (t.HOLDER, self.holder),
                (t.ABOUT, self.about),
                (t.HAS_STANCE, self.stance),
                (t.INTENSITY, decimal(self.intensity)),
                (t.CONFIDENCE, decimal(self.confidence)),
                (t.OBSERVED_AT, date_time(self.at)),
                (t.WAS_GENERATED_BY, self.run),
                (t.IN_TEXT, self.text),
                (t.QUOTE, Literal(self.quote)),
                (t.START, integer(self.start)),
                (t.END, integer(self.end)),
                *([(t.BENEFICIARY, self.beneficiary)] if self.beneficiary else []),
                *((predicate, Literal(said)) for predicate, said in words if said),
                *(opinion if self.opinion else []),
            ],
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """How one thing stands to another in the words of a person; ``start`` and ``end`` as in an observation."""

    iri: NamedNode
    holder: NamedNode
    subject: NamedNode
    relation: NamedNode
    object: NamedNode
    confidence: float
    at: datetime
    run: NamedNode
    text: NamedNode
    quote: str
    start: int
    end: int

    def quads(self, graph: NamedNode) -> list[Quad]:
        """Twelve quads."""
        return _quads(
            self.iri,
            graph,
            [
                (t.TYPE, t.CLAIM),
                (t.HOLDER, self.holder),
                (t.CLAIM_SUBJECT, self.subject),
                (t.HAS_RELATION, self.relation),
                (t.CLAIM_OBJECT, self.object),
                (t.CONFIDENCE, decimal(self.confidence)),
                (t.OBSERVED_AT, date_time(self.at)),
                (t.WAS_GENERATED_BY, self.run),
                (t.IN_TEXT, self.text),
                (t.QUOTE, Literal(self.quote)),
                (t.START, integer(self.start)),
                (t.END, integer(self.end)),
            ],
        )


@dataclass(frozen=True, slots=True)
class Engagement:
    """What a person did with an item: one node per person, item and kind, with sums.

    ``sessions`` is in how many sittings it was done, 0 for as many as ``count``; ``texts`` are those that told of it.
    """

    iri: NamedNode
    holder: NamedNode
    about: NamedNode
    kind: NamedNode
    count: int
    first: datetime
    last: datetime
    value: float | None = None
    sessions: int = 0
    texts: tuple[NamedNode, ...] = ()

    def __post_init__(self) -> None:
        if not self.sessions:
            object.__setattr__(self, "sessions", self.count)

    def quads(self, graph: NamedNode) -> list[Quad]:
        """Six quads; one more each for a value, another first time, fewer sessions than events, and a text."""
        pairs: Pairs = [
            (t.TYPE, t.ENGAGEMENT),
            (t.HOLDER, self.holder),
            (t.ABOUT, self.about),
            (t.KIND, self.kind),
            (t.COUNT, integer(self.count)),
            (t.LAST_SEEN, date_time(self.last)),
        ]
        if utc(self.first) != utc(self.last):
            pairs.append((t.FIRST_SEEN, date_time(self.first)))
        if self.value is not None:
            pairs.append((t.VALUE, decimal(self.value)))
        if self.sessions != self.count:
            pairs.append((t.SESSIONS, integer(self.sessions)))
        pairs += [(t.WAS_DERIVED_FROM, text) for text in self.texts]
        return _quads(self.iri, graph, pairs)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of their own interest; it outranks all other evidence.  Intensity 0 takes it back."""

    iri: NamedNode
    holder: NamedNode
    about: NamedNode
    stance: NamedNode
    intensity: float
    at: datetime

    def quads(self, graph: NamedNode) -> list[Quad]:
        """Six quads."""
        return _quads(
            self.iri,
            graph,
            [
                (t.TYPE, t.CORRECTION),
                (t.HOLDER, self.holder),
                (t.ABOUT, self.about),
                (t.HAS_STANCE, self.stance),
                (t.INTENSITY, decimal(self.intensity)),
                (t.OBSERVED_AT, date_time(self.at)),
            ],
        )


@dataclass(frozen=True, slots=True)
class Inference:
    """What a rule concludes about a person: one node per person, thing and rule; ``grounds`` are interests."""

    iri: NamedNode
    holder: NamedNode
    about: NamedNode
    stance: NamedNode
    intensity: float
    confidence: float
    at: datetime
    rule: NamedNode
    grounds: tuple[NamedNode, ...] = ()

    def quads(self, graph: NamedNode) -> list[Quad]:
        """Eight quads, and one for each ground."""
        pairs: Pairs = [
            (t.TYPE, t.INFERENCE),
            (t.HOLDER, self.holder),
            (t.ABOUT, self.about),
            (t.HAS_STANCE, self.stance),
            (t.INTENSITY, decimal(self.intensity)),
            (t.CONFIDENCE, decimal(self.confidence)),
            (t.OBSERVED_AT, date_time(self.at)),
            (t.HAS_RULE, self.rule),
        ]
        pairs += [(t.WAS_DERIVED_FROM, ground) for ground in self.grounds]
        return _quads(self.iri, graph, pairs)


def person_quads(person: NamedNode, graph: NamedNode) -> list[Quad]:
    """The one quad that makes somebody a person of the graph."""
    return [Quad(person, t.TYPE, t.PERSON, graph)]


def text_quads(text: NamedNode, holder: NamedNode, source: str, graph: NamedNode) -> list[Quad]:
    """Three quads; the text itself stays in the ledger."""
    return _quads(text, graph, [(t.TYPE, t.TEXT), (t.HOLDER, holder), (t.SOURCE, Literal(source))])


def concept_quads(concept: NamedNode, label: str, graph: NamedNode) -> list[Quad]:
    """A concept that only this person has named so far."""
    return _quads(concept, graph, [(t.TYPE, t.CONCEPT), (t.PREF_LABEL, Literal(label))])


def beneficiary_quads(agent: NamedNode, label: str, graph: NamedNode) -> list[Quad]:
    """Somebody for whom a person wishes something, by the words they use."""
    return _quads(agent, graph, [(t.TYPE, t.AGENT), (t.LABEL, Literal(label))])


def interest_quads(
    iri: NamedNode, holder: NamedNode, fused: Fused, vocabulary: Vocabulary, graph: NamedNode
) -> list[Quad]:
    """An interest with its shortcut.

    With textual evidence every field is written.  Where an interest rests on behaviour alone, ``conflict`` 0 and
    ``firstSeen``, which its engagements have, are left out: millions of clicks would carry them for nothing.
    """
    pairs: Pairs = [
        (t.TYPE, t.INTEREST),
        (t.HOLDER, holder),
        (t.ABOUT, fused.about),
        (t.HAS_FACET, fused.facet),
        (t.HAS_STANCE, fused.stance),
        (t.WEIGHT, decimal(fused.weight)),
        (t.CONFIDENCE, decimal(fused.confidence)),
        (t.SUPPORT, integer(fused.support)),
        (t.LAST_SEEN, date_time(fused.last)),
    ]
    if fused.textual:
        pairs.append((t.FIRST_SEEN, date_time(fused.first)))
    if fused.textual or fused.conflict >= SMALLEST:
        pairs.append((t.CONFLICT, decimal(fused.conflict)))
    pairs += [(t.WAS_DERIVED_FROM, source) for source in fused.sources]
    quads = _quads(iri, graph, pairs)
    shortcut = vocabulary.stance(fused.stance).shortcut
    if shortcut is not None and abs(fused.weight) >= SMALLEST:  # an interest that was taken back has none
        quads.append(Quad(holder, shortcut, fused.about, graph))
    return quads


def _quads(subject: NamedNode, graph: NamedNode, pairs: Pairs) -> list[Quad]:
    return [Quad(subject, predicate, object, graph) for predicate, object in pairs]
