"""Everything that is known of one human being, as values: interests with their evidence, wishes for others, consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from pyoxigraph import Literal, NamedNode

from penchant.kg.consent import Consent, consent_of
from penchant.kg.evidence import stored_engagements
from penchant.kg.fusion import Fused, fuse
from penchant.kg.interests import evidence_of
from penchant.kg.literals import kept, utc
from penchant.kg.merges import identifiers
from penchant.kg.own_graph import OwnGraph, item_of, own_graph
from penchant.kg.person_past import past
from penchant.kg.person_pieces import Piece, Pieces, literal, source_of
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t


@dataclass(frozen=True, slots=True)
class InterestView:
    """An interest with all of its evidence, newest first; numbers as they are stored."""

    about: NamedNode
    facet: NamedNode
    stance: NamedNode
    weight: float
    confidence: float
    conflict: float
    support: int
    first: datetime
    last: datetime
    evidence: tuple[Piece, ...]

    @property
    def corrected(self) -> bool:
        """Whether the person's own word has fixed it."""
        return any(piece.sort == "corrected" for piece in self.evidence)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said for somebody else: it says nothing about the person's own interests."""

    iri: NamedNode
    beneficiary: NamedNode
    words: str
    about: NamedNode
    stance: NamedNode
    quote: str
    at: datetime
    text: NamedNode
    source: str


@dataclass(frozen=True, slots=True)
class Stated:
    """How one thing stands to another in the person's own words."""

    iri: NamedNode
    subject: NamedNode
    relation: NamedNode
    object: NamedNode
    confidence: float
    quote: str
    at: datetime
    text: NamedNode
    source: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """All that is known of one human being.

    Args:
        person: the whole person.
        identifiers: all of their IRIs, the whole person first, with what sources call them where that is known.
        as_of: the moment that is looked from; None where nothing was ever shown.
        interests: strongest first.
        wishes: for others, newest first.
        consent: what they let be done.
        stated: relations between things, newest first.
    """

    person: NamedNode
    identifiers: tuple[tuple[NamedNode, str | None], ...]
    as_of: datetime | None
    interests: tuple[InterestView, ...]
    wishes: tuple[Wish, ...]
    consent: Consent
    stated: tuple[Stated, ...] = ()


def view(workspace: Workspace, person: NamedNode, as_of: datetime | None = None) -> PersonView:
    """What is known of the human being that ``person`` is.

    Args:
        workspace: where.
        person: under any identifier.
        as_of: look from this moment: interests as they were then, from what is known today.  Nothing is written.
    """
    names = identifiers(workspace, person)
    graphs = [own_graph(workspace, one) for one in names]
    item = cache(partial(item_of, workspace.store))
    if as_of is None:
        evidence = evidence_of(workspace, person)
        done = [row for own in graphs for row in stored_engagements(own, item)]
        moment = max((e.at for e in evidence), default=None)
    else:
        moment = utc(as_of)
        known = past(workspace, graphs)
        done = known.engagements(moment)
        evidence = known.evidence(moment, done)
    pieces, engaged, shown = Pieces(workspace, graphs), {row.iri: row for row in done}, {e.iri: e for e in evidence}
    interests: list[InterestView] = []
    if moment is not None:
        for fused in fuse(evidence, workspace.vocabulary, moment):
            found = [pieces.piece(shown[iri], moment, engaged) for iri in fused.sources]
            interests.append(_interest(fused, found))
    return PersonView(
        person=names[0],
        identifiers=tuple((one, workspace.ledger.called(one)) for one in names),
        as_of=moment,
        interests=tuple(sorted(interests, key=_strongest_first)),
        wishes=tuple(sorted(_wishes(graphs, as_of and moment), key=lambda w: (-w.at.timestamp(), w.about.value))),
        consent=consent_of(workspace, person),
        stated=tuple(sorted(_stated(graphs, as_of and moment), key=lambda s: (-s.at.timestamp(), s.iri.value))),
    )


def _interest(fused: Fused, evidence: Iterable[Piece]) -> InterestView:
    return InterestView(
        about=fused.about,
        facet=fused.facet,
        stance=fused.stance,
        weight=kept(fused.weight),
        confidence=kept(fused.confidence),
        conflict=kept(fused.conflict),
        support=fused.support,
        first=fused.first,
        last=fused.last,
        evidence=tuple(sorted(evidence, key=lambda piece: (-piece.at.timestamp(), piece.iri.value))),
    )


def _strongest_first(one: InterestView) -> tuple[float, str, str]:
    return -abs(one.weight) * one.confidence, one.about.value, one.facet.value


def _wishes(graphs: Iterable[OwnGraph], until: datetime | None) -> Iterable[Wish]:
    for own in graphs:
        for node in own.nodes(t.OBSERVATION):
            at = node.time(t.OBSERVED_AT)
            if t.BENEFICIARY not in node.values or at is None or (until is not None and at > until):
                continue
            agent, text = node.iri_of(t.BENEFICIARY), node.iri_of(t.IN_TEXT)
            labels = (q.object for q in own.quads.get(agent, ()) if q.predicate == t.LABEL)
            yield Wish(
                iri=node.iri,
                beneficiary=agent,
                words=next((one.value for one in labels if isinstance(one, Literal)), ""),
                about=node.iri_of(t.ABOUT),
                stance=node.iri_of(t.HAS_STANCE),
                quote=literal(node, t.QUOTE),
                at=at,
                text=text,
                source=source_of(own, text),
            )


def _stated(graphs: Iterable[OwnGraph], until: datetime | None) -> Iterable[Stated]:
    for own in graphs:
        for node in own.nodes(t.CLAIM):
            at = node.time(t.OBSERVED_AT)
            if at is None or (until is not None and at > until):
                continue
            text = node.iri_of(t.IN_TEXT)
            yield Stated(
                iri=node.iri,
                subject=node.iri_of(t.CLAIM_SUBJECT),
                relation=node.iri_of(t.HAS_RELATION),
                object=node.iri_of(t.CLAIM_OBJECT),
                confidence=node.number(t.CONFIDENCE),
                quote=literal(node, t.QUOTE),
                at=at,
                text=text,
                source=source_of(own, text),
            )
