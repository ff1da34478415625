"""All evidence of one person, as fusion weighs it: from the store, or from rows that are about to be written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pyoxigraph import NamedNode

from penchant.kg.fusion import Evidence
from penchant.kg.literals import as_float, as_time
from penchant.kg.records import Engagement, Observation
from penchant.kg.store import Row, Store
from penchant.ontology.behaviour import Stance, Vocabulary


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


def stored_engagements(store: Store, person: NamedNode, vocabulary: Vocabulary) -> list[Evidence]:
    """Evidence from the behaviour of ``person``."""
    found = []
    for row in store.rows("person/engagements", {"person": person}):
        last = as_time(row["last"])
        engagement = Engagement(
            iri=_iri(row, "engagement"),
            holder=person,
            about=_iri(row, "canonical", "about"),
            kind=_iri(row, "kind"),
            count=int(as_float(row["count"], 1)),
            first=as_time(row["first"]) if "first" in row else last,
            last=last,
            value=as_float(row["value"]) if "value" in row else None,
        )
        found.append(of_engagement(engagement, vocabulary))
    return found


def of_observations(
    rows: Iterable[Observation], vocabulary: Vocabulary, canonical: dict[str, NamedNode]
) -> list[Evidence]:
    """Evidence from observations that are about to be written; ``canonical`` maps a thing to the item it is."""
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


def of_engagement(row: Engagement, vocabulary: Vocabulary) -> Evidence:
    """Evidence from an engagement.

    Its quality is the kind's reliability where it happened once; *k* times are *k* independent hints, of which one
    being right is enough: 1 − (1 − r)^k (noisy-or).
    """
    kind = vocabulary.kind(row.kind)
    return Evidence(
        iri=row.iri,
        about=row.about,
        facet=vocabulary.facet(kind),
        intensity=vocabulary.signed_intensity(kind, row.value),
        quality=1.0 - (1.0 - kind.reliability) ** row.count,
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
