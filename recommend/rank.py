"""Rank candidates for a person, drop what must not be shown, and say where each score comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from pyoxigraph import NamedNode

from penchant.kg.store import Store
from penchant.recommend import candidates, exclusions
from penchant.recommend.attribution import EMBEDDING, Attribution, attribute
from penchant.recommend.blend import WITHOUT_MODEL, Blend, BlendWeights, Scores, blend
from penchant.recommend.concept_vectors import ConceptVectors
from penchant.recommend.embedding import EmbeddingModel, FloatArray
from penchant.recommend.inner_split import ranked
from penchant.recommend.labels import label
from penchant.recommend.members.content import CONCEPT_VECTORS
from penchant.recommend.reading import read_weights

POPULAR = "popular"
NO_MODEL = "no model is trained: ranked by the candidate queries alone"
NO_INTERESTS = "nothing is known of this person's interests yet: popular items"
STRANGE_MODEL = "the model knows none of this person's interests: ranked by the candidate queries alone; train again"
NOTHING = "there is nothing to recommend: no candidate is left"
#: How many items the embedding proposes beside the queries.
PROPOSED = 200
#: Interests shown with a recommendation.
SHOWN_SHARES = 3


@dataclass(frozen=True, slots=True)
class Share:
    """What one interest adds to a recommendation's score."""

    thing: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommended item.

    Args:
        item: its IRI.
        label: its name.
        score: sum of weighted z-scores; orders the items of one person, means nothing else.
        found_by: candidate queries that proposed it, and ``embedding`` if the model did; sorted.
        shares: the interests that speak most for it, largest first.
    """

    item: str
    label: str
    score: float
    found_by: tuple[str, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Recommendations:
    """A ranked list, and what is to be said about it.

    Args:
        person: for whom.
        items: best first.
        notes: what the reader should know: no model, no interests, nothing left.
        considered: how many candidates were found.
        dropped: reason → how many of them were left out.
        ranking: the computation behind the list; handed to :func:`penchant.recommend.explain.explain`, it saves doing
            it again for every item.
    """

    person: str
    items: tuple[Recommendation, ...]
    notes: tuple[str, ...]
    considered: int
    dropped: dict[str, int]
    ranking: Ranking = field(repr=False, compare=False)

    def __iter__(self) -> Iterator[Recommendation]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, at: int) -> Recommendation:
        return self.items[at]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Scores of candidates for one person, with all that an explanation needs.

    Args:
        person: for whom.
        interests: thing → signed weight × confidence.
        found: member → item → raw score, as proposed.
        reasons: item → why it must not be recommended.
        blend: scores of the items that were ranked.
        notes: see :class:`Recommendations`.
        model: what scored, if anything did.
        vectors: the concept vectors that scored, if they did.
    """

    person: NamedNode
    interests: dict[str, float]
    found: dict[str, dict[str, float]]
    reasons: dict[str, str]
    blend: Blend
    notes: tuple[str, ...]
    model: EmbeddingModel | None = field(repr=False)
    vectors: ConceptVectors | None = field(default=None, repr=False)

    def attribution(self, store: Store, item: str) -> Attribution:
        """Exact parts of the score of ``item``."""
        return attribute(store, self.model, self.person, self.interests, self.blend, item, self.vectors)

    def order(self) -> list[int]:
        """Positions in ``blend.items``, best first; equal scores by IRI."""
        scores, items = self.blend.scores, self.blend.items
        return sorted(range(len(items)), key=lambda at: (-scores[at], items[at]))


def recommend(
    store: Store,
    model: EmbeddingModel | None,
    person: NamedNode,
    k: int = 10,
    *,
    weights: BlendWeights | None = None,
    vectors: ConceptVectors | None = None,
    lang: str = "en",
) -> Recommendations:
    """The ``k`` items that ``person`` will most likely care about next.

    What the person dislikes, knows or cannot get is dropped and counted.  Interests are read at the moment of the
    call, so that a new sentence or click counts at once, without training.

    Args:
        store: the graph.
        model: the trained embedding; without one, the candidate queries rank alone, and a note says so.
        person: for whom; a person without interests gets popular items, and a note says so.
        k: how many, at most.
        weights: of the blend's members.
        vectors: concept vectors, which take part if they have a weight.
        lang: language of names.
    """
    ranking = rank(store, model, person, weights=weights, vectors=vectors)
    top = ranking.order()[:k]
    proposed = {item for items in ranking.found.values() for item in items}
    return Recommendations(
        person=person.value,
        items=tuple(_recommendation(store, ranking, at, lang) for at in top),
        notes=ranking.notes if top else (*ranking.notes, NOTHING),
        considered=len(proposed),
        dropped=exclusions.count(proposed, ranking.reasons),
        ranking=ranking,
    )


def rank(
    store: Store,
    model: EmbeddingModel | None,
    person: NamedNode,
    *,
    weights: BlendWeights | None = None,
    vectors: ConceptVectors | None = None,
    among: Iterable[str] | None = None,
    also: Iterable[str] = (),
) -> Ranking:
    """Score candidates for ``person``.

    Args:
        store: the graph.
        model: the trained embedding, if there is one.
        person: for whom.
        weights: of the blend's members.
        vectors: concept vectors, which take part if they have a weight.
        among: rank just these items, whether or not they are candidates or excluded; for evaluation.
        also: rank these as well, even if excluded; for explanations.
    """
    interests = read_weights(store, person)
    found = candidates.find(store, person)
    reasons = exclusions.excluded(store, person)
    notes: tuple[str, ...] = ()
    vector = model.user_vector(interests) if model is not None else None
    if not interests:
        found = {POPULAR: found.get(POPULAR, {})}
        notes, vector = (NO_INTERESTS,), None
    elif model is None:
        notes = (NO_MODEL,)
    elif not any(model.knows(thing) for thing in interests):
        notes, vector = (STRANGE_MODEL,), None
    scores = model.score(vector) if model is not None and vector is not None else None
    if model is not None and scores is not None:
        found[EMBEDDING] = _propose(model, scores, PROPOSED + len(reasons))
    weights = weights or (BlendWeights() if scores is not None else WITHOUT_MODEL)
    meant = None
    if vectors is not None and weights.of(CONCEPT_VECTORS) and any(vectors.knows(thing) for thing in interests):
        meant = vectors.score(interests)
        found[CONCEPT_VECTORS] = _propose(vectors, meant, PROPOSED + len(reasons))
    if among is not None:
        items = tuple(among)
    else:
        proposed = {item for of in found.values() for item in of if item not in reasons}
        items = tuple(sorted(proposed | set(also)))
    raw = {name: _raw(of, items) for name, of in found.items() if name not in {EMBEDDING, CONCEPT_VECTORS, POPULAR}}
    raw[POPULAR] = _popularity(model, found.get(POPULAR, {}), items)
    if model is not None and scores is not None:
        raw[EMBEDDING] = _embedded(model, scores, items)
    if vectors is not None and meant is not None:
        raw[CONCEPT_VECTORS] = _embedded(vectors, meant, items)
    mixed = blend(items, raw, weights)
    scored = (model if scores is not None else None, vectors if meant is not None else None)
    return Ranking(person, interests, found, reasons, mixed, notes, *scored)


def _propose(model: EmbeddingModel | ConceptVectors, scores: FloatArray, count: int) -> dict[str, float]:
    return {model.items[at]: float(scores[at]) for at in ranked(scores, count)}


def _raw(found: dict[str, float], items: tuple[str, ...]) -> Scores:
    """A query's scores; what it did not find has 0."""
    return np.array([found.get(item, 0.0) for item in items], dtype=np.float64)


def _popularity(model: EmbeddingModel | None, found: dict[str, float], items: tuple[str, ...]) -> Scores:
    """Logarithm of how many care about each item; what the query's limit cut off counts as it did in training."""
    counts = np.zeros(len(items))
    for at, item in enumerate(items):
        number = model.item_number(item) if model is not None and item not in found else None
        counts[at] = found.get(item, 0.0) if model is None or number is None else float(model.popularity[number])
    return np.log1p(counts)


def _embedded(model: EmbeddingModel | ConceptVectors, scores: FloatArray, items: tuple[str, ...]) -> Scores:
    numbers = [model.item_number(item) for item in items]
    return np.array([np.nan if n is None else float(scores[n]) for n in numbers], dtype=np.float64)


def _recommendation(store: Store, ranking: Ranking, at: int, lang: str) -> Recommendation:
    item = ranking.blend.items[at]
    parts = ranking.attribution(store, item).interests
    strongest = [(thing, value) for thing, value in parts.items() if value > 0][:SHOWN_SHARES]
    return Recommendation(
        item=item,
        label=label(store, item, lang),
        score=float(ranking.blend.scores[at]),
        found_by=tuple(sorted(name for name, of in ranking.found.items() if item in of)),
        shares=tuple(Share(thing, label(store, thing, lang), value) for thing, value in strongest),
    )
