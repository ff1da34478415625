"""Fusion: all evidence of one person about one thing, in one facet, as one interest.

For evidence *e* seen at time *tₑ* with quality *qₑ* in [0, 1], signed intensity *iₑ* in [−1, 1] and a half-life::

    nₑ         = qₑ · 2^(−(as_of − tₑ) / halfLife)
    weight     = Σ nₑ·iₑ / Σ nₑ                    how strong, in [−1, 1]
    confidence = Σ nₑ / (Σ nₑ + 2)                 how sure, in [0, 1): a binomial opinion (Jøsang 2016, §3.5)
    conflict   = 1 − |Σ nₑ·sgn iₑ| / Σ nₑ          over evidence with iₑ ≠ 0; 0 where there is none

One text counts once per sign, with its strongest statement.  A person's own correction fixes the weight, with
confidence 1.  What a rule inferred of a thing counts only where the person has shown nothing about it.  An interest
takes a stance that refines another if evidence of it makes up more than half of its side.  ``as_of`` is the person's
newest evidence unless given: nobody's interest moves because somebody else wrote something, so fusing one person
again gives what fusing everybody would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import NamedNode

from penchant.ontology.behaviour import Vocabulary

#: Beneath this absolute weight an attitude is neutral.
NEUTRAL_BELOW = 0.1


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence, ready to be weighed.

    Args:
        iri: the observation, engagement or correction.
        about: the concept or item, after links are resolved.
        facet: the facet it speaks of.
        intensity: signed, in [−1, 1].
        quality: probability that it is what it seems, in [0, 1].
        half_life_days: after so many days it counts half.
        at: when it was seen last.
        first: when it was seen first.
        text: the text it stands in; None for behaviour.
        correction: whether it is the person's own correction.
        stance: the stance shown, where the evidence names one.
        inferred: whether a rule drew it.
    """

    iri: NamedNode
    about: NamedNode
    facet: NamedNode
    intensity: float
    quality: float
    half_life_days: float
    at: datetime
    first: datetime
    text: NamedNode | None = None
    correction: bool = False
    stance: NamedNode | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Fused:
    """An interest as a number: what all evidence about one thing in one facet adds up to."""

    about: NamedNode
    facet: NamedNode
    stance: NamedNode
    weight: float
    confidence: float
    conflict: float
    support: int
    first: datetime
    last: datetime
    sources: tuple[NamedNode, ...]
    textual: bool


def fuse(evidence: Iterable[Evidence], vocabulary: Vocabulary, as_of: datetime | None = None) -> list[Fused]:
    """Interests of one person, sorted by thing and facet.

    Args:
        evidence: everything the person said and did.
        vocabulary: stances in force.
        as_of: the moment to look from; the newest evidence unless given.  Evidence after it is left out.
    """
    everything = list(evidence)
    if not everything:
        return []
    moment = as_of or max(e.at for e in everything)
    seen = [e for e in everything if e.at <= moment]
    shown = {e.about for e in seen if not e.inferred}
    groups: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for e in seen:
        if not (e.inferred and e.about in shown):
            groups[e.about.value, e.facet.value].append(e)
    return [_weigh(groups[key], vocabulary, moment) for key in sorted(groups)]


def strength(e: Evidence, as_of: datetime) -> float:
    """*nₑ*: how much ``e`` counts at ``as_of``."""
    days = (as_of - e.at).total_seconds() / 86_400
    return float(e.quality * 2.0 ** (-days / e.half_life_days))


def _weigh(group: list[Evidence], vocabulary: Vocabulary, as_of: datetime) -> Fused:
    counted = _once_per_text_and_sign(group, as_of)
    total = sum(n for n, _ in counted)
    weight = sum(n * e.intensity for n, e in counted) / total if total else 0.0
    signed = sum(n for n, e in counted if e.intensity)
    agreed = abs(sum(n * _sign(e.intensity) for n, e in counted))
    support = len(counted)
    confidence, conflict = total / (total + 2), (1 - agreed / signed if signed else 0.0)
    corrections = [e for e in group if e.correction]
    if corrections:
        last = max(corrections, key=lambda e: (e.at, e.iri.value))
        weight, confidence = last.intensity, 1.0
        counted = [(1.0, last)]
    facet = group[0].facet
    return Fused(
        about=group[0].about,
        facet=facet,
        stance=_refined(_stance(facet, weight, vocabulary), counted, vocabulary),
        weight=weight,
        confidence=confidence,
        conflict=max(0.0, conflict),
        support=support,
        first=min(e.first for e in group),
        last=max(e.at for e in group),
        sources=tuple(sorted({e.iri for e in group}, key=lambda iri: iri.value)),
        textual=any(e.text is not None for e in group),
    )


def _once_per_text_and_sign(group: list[Evidence], as_of: datetime) -> list[tuple[float, Evidence]]:
    kept: dict[tuple[str, float], tuple[float, Evidence]] = {}
    for e in sorted(group, key=lambda e: e.iri.value):
        n = strength(e, as_of)
        key = (e.text.value if e.text else e.iri.value, _sign(e.intensity))
        if key not in kept or n * abs(e.intensity) > kept[key][0] * abs(kept[key][1].intensity):
            kept[key] = (n, e)
    return list(kept.values())


def _sign(value: float) -> float:
    return float((value > 0) - (value < 0))


def _stance(facet: NamedNode, weight: float, vocabulary: Vocabulary) -> NamedNode:
    """The stance of ``facet`` on this side of zero; a facet without a neutral or negative side has but one."""
    sign = 0.0 if abs(weight) < NEUTRAL_BELOW else _sign(weight)
    sides = {_sign(s.polarity): s.iri for s in vocabulary.shipped_stances() if s.facet == facet}
    return sides.get(sign, sides[1.0])


def _refined(stance: NamedNode, counted: list[tuple[float, Evidence]], vocabulary: Vocabulary) -> NamedNode:
    """The special case of ``stance`` that more than half of the evidence for it shows, if there is one."""
    shares: dict[NamedNode, float] = defaultdict(float)
    for n, e in counted:
        shown = vocabulary.stance(e.stance) if e.stance else None
        general = (shown.refines or shown.iri) if shown else stance
        if general == stance:
            shares[shown.iri if shown else stance] += n * abs(e.intensity)
    total = sum(shares.values())
    special = [iri for iri, share in shares.items() if iri != stance and share > total / 2]
    return special[0] if special else stance
