"""Pieces of evidence in full: what fusion weighs, with everything that the graph says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from pyoxigraph import Literal, NamedNode

from penchant.errors import UnknownError
from penchant.kg.evidence import usual_rating
from penchant.kg.fusion import Evidence, strength
from penchant.kg.literals import kept
from penchant.kg.own_graph import Node, OwnGraph
from penchant.kg.records import Engagement
from penchant.kg.rules import catalogue_size, conclusions, read_rule
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence.

    Args:
        iri: the observation, engagement, correction or inference.
        sort: ``said``, ``did``, ``corrected`` or ``inferred``.
        holder: the identifier that it came in under.
        about: the thing.
        intensity: how strongly, signed: for the thing or against it.
        counts: *n* of the formula: how much it counts at the moment that is looked from.
        first: when it was shown first.
        at: when it was shown last.
        stance: what was shown, in words and corrections.
        quote: the person's own words.
        start: first code point of the quote in its text.
        end: code point after it.
        text: the text's IRI.
        source: what the text came in with.
        antecedent: what the quote points at, in the words of the turn before; empty where it names the thing itself.
        condition: a constraint on what is wanted, quoted.
        aspect: the side of the thing that the opinion is about, quoted.
        opinion: the words that carry the opinion, quoted.
        kind: the behaviour kind.
        count: how many times.
        sessions: in how many sittings.
        value: a rating.
        usual: what the person usually gives with ratings of this kind.
        scale: the worst and the best rating of this kind.
        told_in: texts that tell of the behaviour.
        rule: the rule that concluded it.
        grounds: things whose interests it was concluded from.
        support: how many things speak for the conclusion.
    """

    iri: NamedNode
    sort: str
    holder: NamedNode
    about: NamedNode
    intensity: float
    counts: float
    first: datetime
    at: datetime
    stance: NamedNode | None = None
    quote: str = ""
    start: int = 0
    end: int = 0
    text: NamedNode | None = None
    source: str = ""
    kind: NamedNode | None = None
    count: int = 0
    sessions: int = 0
    value: float | None = None
    usual: float | None = None
    scale: tuple[float, float] | None = None
    told_in: tuple[NamedNode, ...] = ()
    rule: NamedNode | None = None
    grounds: tuple[NamedNode, ...] = ()
    support: int = 0
    antecedent: str = ""
    condition: str = ""
    aspect: str = ""
    opinion: str = ""


class Pieces:
    """Evidence in full: what fusion weighs, with what the graph says of it."""

    def __init__(self, workspace: Workspace, graphs: Sequence[OwnGraph]) -> None:
        self._workspace = workspace
        self._graphs = graphs
        self._nodes: dict[NamedNode, tuple[OwnGraph, Node]] = {
            node.iri: (own, node)
            for own in graphs
            for kind in (t.OBSERVATION, t.CORRECTION, t.INFERENCE)
            for node in own.nodes(kind)
        }
        self._support = cache(self._counted)

    def piece(self, e: Evidence, moment: datetime, done: Mapping[NamedNode, Engagement]) -> Piece:
        """``e`` in full.

        Args:
            e: the evidence.
            moment: how much it counts is seen from here.
            done: all engagements of the human being at that moment, by IRI.
        """
        bare = Piece(
            iri=e.iri,
            sort="did",
            holder=e.iri,
            about=e.about,
            intensity=e.intensity,
            counts=strength(e, moment),
            first=e.first,
            at=e.at,
        )
        if e.iri in done:
            return self._behaviour(bare, done[e.iri], done.values())
        own, node = self._nodes[e.iri]
        if e.inferred:
            return self._conclusion(replace(bare, sort="inferred", holder=own.person, stance=e.stance), own, node)
        if e.correction:
            return replace(bare, sort="corrected", holder=own.person, stance=e.stance)
        text = node.iri_of(t.IN_TEXT)
        return replace(
            bare,
            sort="said",
            holder=own.person,
            stance=e.stance,
            quote=literal(node, t.QUOTE),
            start=int(node.number(t.START)),
            end=int(node.number(t.END)),
            text=text,
            source=source_of(own, text),
            antecedent=literal(node, t.ANTECEDENT),
            condition=literal(node, t.CONDITION),
            aspect=literal(node, t.ASPECT),
            opinion=literal(node, t.OPINION),
        )

    def _behaviour(self, piece: Piece, row: Engagement, done: Iterable[Engagement]) -> Piece:
        kind = self._workspace.vocabulary.kind(row.kind)
        usual, scale = None, None
        if row.value is not None and kind.best_rating is not None and kind.worst_rating is not None:
            given = [one.value for one in done if one.kind == row.kind and one.value is not None]
            scale = (kind.worst_rating, kind.best_rating)
            usual = kept(usual_rating(given, *scale))
        return replace(
            piece,
            holder=row.holder,
            kind=row.kind,
            count=row.count,
            sessions=row.sessions,
            value=row.value,
            usual=usual,
            scale=scale,
            told_in=row.texts or self._told_in(row),
        )

    def _told_in(self, row: Engagement) -> tuple[NamedNode, ...]:
        quads = (quad for own in self._graphs for quad in own.quads.get(row.iri, ()))
        found = (q.object for q in quads if q.predicate == t.WAS_DERIVED_FROM)
        return tuple(sorted((text for text in found if isinstance(text, NamedNode)), key=lambda iri: iri.value))

    def _conclusion(self, piece: Piece, own: OwnGraph, node: Node) -> Piece:
        rule = node.iri_of(t.HAS_RULE)
        interests = {q.object for q in own.quads[node.iri] if q.predicate == t.WAS_DERIVED_FROM}
        things = [
            one.iri_of(t.ABOUT) for each in self._graphs for one in each.nodes(t.INTEREST) if one.iri in interests
        ]
        support = self._support(rule.value).get(node.iri_of(t.ABOUT).value, len(things))
        return replace(piece, rule=rule, grounds=tuple(sorted(set(things), key=lambda iri: iri.value)), support=support)

    def _counted(self, rule: str) -> dict[str, int]:
        """Counted anew, because an inference names its strongest grounds only; nothing if the rule's file is gone."""
        store = self._workspace.store
        try:
            asked = read_rule(rule.rpartition("/")[2])
        except UnknownError:
            return {}
        whole = self._graphs[0].person
        return {c.about.value: c.support for c in conclusions(store, asked, whole, catalogue_size(store))}


def source_of(own: OwnGraph, text: NamedNode) -> str:
    """What a text came in with."""
    found = (quad.object for quad in own.quads.get(text, ()) if quad.predicate == t.SOURCE)
    return next((one.value for one in found if isinstance(one, Literal)), "")


def literal(node: Node, predicate: NamedNode) -> str:
    """The text under ``predicate``; empty where there is none."""
    found = node.values.get(predicate)
    return found.value if isinstance(found, Literal) else ""
