"""Where a ranking score comes from: exact parts, one per interest, that sum to the score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Final

from pyoxigraph import NamedNode

from penchant.kg.literals import as_float
from penchant.kg.store import Store
from penchant.recommend.blend import Blend
from penchant.recommend.concept_vectors import ConceptVectors
from penchant.recommend.embedding import EmbeddingModel
from penchant.recommend.members.content import CONCEPT_VECTORS

EMBEDDING: Final = "embedding"
#: Candidate queries whose score is a sum over interests → the query that splits it.
SPLIT: Final[dict[str, str]] = {
    "shared_concept": "recommend/concept_shares",
    "narrower_concept": "recommend/narrower_shares",
}


@dataclass(frozen=True, slots=True)
class Attribution:
    """Parts of one item's score for one person.

    Args:
        interests: thing the person cares about → its part, largest first; negative parts speak against the item.
        others: member → its part that no single interest causes: ``popular``, ``similar_people``, and for
            ``embedding`` what the item gets from everybody.
        centre: what centring the members takes off, the same for every item.
    """

    interests: dict[str, float]
    others: dict[str, float]
    centre: float

    @property
    def total(self) -> float:
        """The score."""
        return sum(self.interests.values()) + sum(self.others.values()) + self.centre


def attribute(
    store: Store,
    model: EmbeddingModel | None,
    person: NamedNode,
    interests: Mapping[str, float],
    blend: Blend,
    item: str,
    vectors: ConceptVectors | None = None,
) -> Attribution:
    """Exact parts of the score that ``blend`` gives ``item``.

    Args:
        store: where the interests stand.
        model: the model that the blend was made with, if any.
        person: whose score it is.
        interests: what the person cares about, as the blend saw it.
        blend: scores of some items for this person.
        item: one of ``blend.items``.
        vectors: the concept vectors that the blend was made with, if any.
    """
    at = blend.items.index(item)
    parts: dict[str, float] = defaultdict(float)
    others: dict[str, float] = {}
    centre = 0.0
    for name, scale in blend.scale.items():
        raw = float(blend.raw[name][at])
        if not scale or isnan(raw):
            continue
        centre -= scale * blend.centre[name]
        judge = model if name == EMBEDDING else vectors if name == CONCEPT_VECTORS else None
        if judge is not None:
            shares = judge.shares(interests, item)
            if shares.bias:
                others[name] = scale * shares.bias
            for thing, share in shares.interests.items():
                parts[thing] += scale * share
        elif name in SPLIT:
            if raw:
                for thing, share in query_shares(store, name, person, item).items():
                    parts[thing] += scale * share
        else:
            others[name] = scale * raw
    ordered = dict(sorted(parts.items(), key=lambda part: (-part[1], part[0])))
    return Attribution(ordered, others, centre)


def query_shares(store: Store, member: str, person: NamedNode, item: str) -> dict[str, float]:
    """What each interest adds to the item's score in the candidate query ``member``, one of :data:`SPLIT`."""
    rows = store.rows(SPLIT[member], {"person": person, "item": NamedNode(item)})
    return {thing.value: as_float(row["share"]) for row in rows if isinstance(thing := row.get("thing"), NamedNode)}
