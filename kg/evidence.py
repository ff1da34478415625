"""All evidence of one person, as fusion weighs it: from the store, or from rows that are about to be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import fsum
from typing import Final

from pyoxigraph import NamedNode

from penchant.kg.fusion import Evidence
from penchant.kg.literals import as_float, as_time
from penchant.kg.records import Engagement, Observation
from penchant.kg.store import Row, Store
from penchant.ontology.behaviour import Stance, Vocabulary

#: How many ratings in the middle of the scale everybody is thought to have given beside their own.
USUAL: Final = 4


def stored_observations(store: Store, person: NamedNode, vocabulary: Vocabulary) -> list[Evidence]:
    """Evidence from the texts of ``person``."""
    return [
        of_stance(
            vocabulary.stance(_iri(row, "stance")),
            iri=_iri(row, "observation"),
            about=_iri(row, "canonical", "about"),
            strength=as_float(row["intensity"]),
            quality=as_float(row["confidence"]),
            at=as_time(row["at"]),
            text=_iri(row, "text"),
        )
        for row in store.rows("person/observations", {"person": person})
    ]


def stored_corrections(store: Store, person: NamedNode, vocabulary: Vocabulary) -> list[Evidence]:
    """Corrections that ``person`` has made."""
    return [
        of_stance(
            vocabulary.stance(_iri(row, "stance")),
            iri=_iri(row, "correction"),
            about=_iri(row, "canonical", "about"),
            strength=as_float(row["intensity"]),
            quality=1.0,
            at=as_time(row["at"]),
            correction=True,
        )
        for row in store.rows("person/corrections", {"person": person})
    ]


def stored_engagements(store: Store, person: NamedNode) -> list[Engagement]:
    """Behaviour of ``person``, about the item that each thing is."""
    found = []
    for row in store.rows("person/engagements", {"person": person}):
        last, count = as_time(row["last"]), int(as_float(row["count"], 1))
        found.append(
            Engagement(
                iri=_iri(row, "engagement"),
                holder=person,
                about=_iri(row, "canonical", "about"),
                kind=_iri(row, "kind"),
                count=count,
                first=as_time(row["first"]) if "first" in row else last,
                last=last,
                value=as_float(row["value"]) if "value" in row else None,
                sessions=int(as_float(row["sessions"])) if "sessions" in row else count,
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


def _iri(row: Row, *names: str) -> NamedNode:
    for name in names:
        if name in row:
            term = row[name]
            assert isinstance(term, NamedNode)
            return term
    raise KeyError(names)
