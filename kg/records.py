"""The nodes of a user graph as dataclasses, and their quads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.fusion import Fused
from penchant.kg.literals import date_time, decimal, integer, utc
from penchant.ontology import terms as t
from penchant.ontology.behaviour import Vocabulary

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

    def quads(self, graph: NamedNode) -> list[Quad]:
        """Twelve quads."""
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
            ],
        )


@dataclass(frozen=True, slots=True)
class Engagement:
    """What a person did with an item: one node per person, item and kind, with sums."""

    iri: NamedNode
    holder: NamedNode
    about: NamedNode
    kind: NamedNode
    count: int
    first: datetime
    last: datetime
    value: float | None = None

    def quads(self, graph: NamedNode) -> list[Quad]:
        """Six quads; one more where it happened at more than one time, and one more for a value."""
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
        return _quads(self.iri, graph, pairs)


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


def interest_quads(
    iri: NamedNode, holder: NamedNode, fused: Fused, vocabulary: Vocabulary, graph: NamedNode
) -> list[Quad]:
    """An interest with its shortcut.

    With textual evidence every field is written.  Where an interest rests on behaviour alone, ``conflict`` 0 and a
    ``firstSeen`` equal to ``lastSeen`` are left out: millions of single clicks would carry them for nothing.
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
    if fused.textual or utc(fused.first) != utc(fused.last):
        pairs.append((t.FIRST_SEEN, date_time(fused.first)))
    if fused.textual or fused.conflict >= 0.00005:
        pairs.append((t.CONFLICT, decimal(fused.conflict)))
    pairs += [(t.WAS_DERIVED_FROM, source) for source in fused.sources]
    quads = _quads(iri, graph, pairs)
    shortcut = vocabulary.stance(fused.stance).shortcut
    if shortcut is not None:
        quads.append(Quad(holder, shortcut, fused.about, graph))
    return quads


def _quads(subject: NamedNode, graph: NamedNode, pairs: Pairs) -> list[Quad]:
    return [Quad(subject, predicate, object, graph) for predicate, object in pairs]
