"""All evidence of one person, as fusion weighs it: from the store, or from rows that are about to be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from math import fsum
from typing import Any, Final

from pyoxigraph import NamedNode

from penchant.kg.fusion import Evidence
from penchant.kg.literals import as_time
from penchant.kg.own_graph import Node, OwnGraph
from penchant.kg.records import Engagement, Observation
from penchant.ontology import terms as t
from penchant.ontology.behaviour import Stance, Vocabulary

#: How many ratings in the middle of the scale everybody is thought to have given beside their own.
USUAL: Final = 4


def stored_evidence(
    own: OwnGraph, vocabulary: Vocabulary, item_of: Callable[[NamedNode], NamedNode | None]
) -> list[Evidence]:
    """Evidence from the observations, corrections and inferences in a person's graph.

    Args:
        own: the graph.
        vocabulary: stances in force.
        item_of: the item that a thing is, if it is one.
    """

    def evidence(node: Node, **more: Any) -> Evidence:
        about = node.iri_of(t.ABOUT)
        return of_stance(
            vocabulary.stance(node.iri_of(t.HAS_STANCE)),
            iri=node.iri,
            about=item_of(about) or about,
            strength=node.number(t.INTENSITY),
            quality=node.number(t.CONFIDENCE, 1.0),
            at=as_time(node.values[t.OBSERVED_AT]),  # type: ignore[arg-type]
            **more,
        )

    said = (n for n in own.nodes(t.OBSERVATION) if t.BENEFICIARY not in n.values)
    return [
        *(evidence(node, text=node.iri_of(t.IN_TEXT)) for node in said),
        *(evidence(node, correction=True) for node in own.nodes(t.CORRECTION)),
        *(evidence(node, inferred=True) for node in own.nodes(t.INFERENCE)),
    ]


def stored_engagements(own: OwnGraph, item_of: Callable[[NamedNode], NamedNode | None]) -> list[Engagement]:
    """Behaviour in a person's graph, about the item that each thing is."""
    found = []
    for node in own.nodes(t.ENGAGEMENT):
        about, last, count = node.iri_of(t.ABOUT), node.time(t.LAST_SEEN), int(node.number(t.COUNT, 1))
        assert last is not None
        found.append(
            Engagement(
                iri=node.iri,
                holder=own.person,
                about=item_of(about) or about,
                kind=node.iri_of(t.KIND),
                count=count,
                first=node.time(t.FIRST_SEEN) or last,
                last=last,
                value=node.number(t.VALUE) if t.VALUE in node.values else None,
                sessions=int(node.number(t.SESSIONS, count)),
            )
        )
    return found


def of_observations(
    rows: Iterable[Observation], vocabulary: Vocabulary, canonical: dict[str, NamedNode]
) -> list[Evidence]:
    """Evidence from observations that are about to be written; ``canonical`` maps a thing to the item it is.

    What somebody wishes for another person says nothing about their own interests.
    """
    return [
        of_stance(
            vocabulary.stance(row.stance),
            iri=row.iri,
            about=canonical.get(row.about.value, row.about),
            strength=row.intensity,
            quality=row.confidence,
            at=row.at,
            text=row.text,
        )
        for row in rows
        if row.beneficiary is None
    ]


def of_stance(
    stance: Stance,
    *,
    iri: NamedNode,
    about: NamedNode,
    strength: float,
    quality: float,
    at: datetime,
    text: NamedNode | None = None,
    correction: bool = False,
    inferred: bool = False,
) -> Evidence:
    """Evidence of somebody who shows ``stance`` so strongly, in [0, 1]: words, a correction, an inference."""
    return Evidence(
        iri=iri,
        about=about,
        facet=stance.facet,
        intensity=stance.polarity * strength,
        quality=quality,
        half_life_days=stance.half_life_days,
        at=at,
        first=at,
        text=text,
        correction=correction,
        stance=stance.iri,
        inferred=inferred,
    )


def of_engagements(rows: Iterable[Engagement], vocabulary: Vocabulary) -> list[Evidence]:
    """Evidence from all engagements of one person.

    The quality of an engagement is its kind's reliability *r* where it happened in one session; *k* sessions are *k*
    independent hints, of which one being right is enough: 1 − (1 − r)^k (noisy-or).

    A rating speaks for its item as far as it is above what this person usually gives, and against it as far as it is
    below (:func:`usual_rating`), so all ratings have to be looked at together.
    """
    everything = list(rows)
    ratings: dict[NamedNode, list[float]] = defaultdict(list)
    for row in everything:
        if row.value is not None:
            ratings[row.kind].append(row.value)
    return [_of_engagement(row, vocabulary, ratings[row.kind]) for row in everything]


def usual_rating(values: Sequence[float], worst: float, best: float) -> float:
    """What a person usually gives: their mean, drawn to the middle of the scale as by :data:`USUAL` more ratings.

    Who has rated little is taken by the scale; who has rated much, by themselves (a Bayesian average).
    """
    inside = [min(best, max(worst, value)) for value in values]
    return (fsum(inside) + USUAL * (worst + best) / 2) / (len(inside) + USUAL)


def _of_engagement(row: Engagement, vocabulary: Vocabulary, ratings: Sequence[float]) -> Evidence:
    kind = vocabulary.kind(row.kind)
    usual = None
    if kind.best_rating is not None and kind.worst_rating is not None:
        usual = usual_rating(ratings, kind.worst_rating, kind.best_rating)
    return Evidence(
        iri=row.iri,
        about=row.about,
        facet=vocabulary.facet(kind),
        intensity=vocabulary.signed_intensity(kind, row.value, usual),
        quality=1.0 - (1.0 - kind.reliability) ** row.sessions,
        half_life_days=kind.half_life_days,
        at=row.last,
        first=row.first,
    )
