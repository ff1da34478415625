"""Explain a recommendation: attribution first, then the path from the largest share back to the person's own words."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from penchant.errors import UnknownError
from penchant.kg.store import Store
from penchant.ontology import terms
from penchant.recommend import wording
from penchant.recommend.attribution import Attribution
from penchant.recommend.blend import BlendWeights
from penchant.recommend.concept_vectors import ConceptVectors
from penchant.recommend.embedding import EmbeddingModel
from penchant.recommend.labels import Names, choose, names
from penchant.recommend.paths import Asked, Evidence, Road, Step, evidence, inferred, road
from penchant.recommend.rank import Ranking, rank

#: How many of the largest shares are asked for a path through the graph.
TRIED = 5


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A smaller share of the score that rests on the person's own words.

    Args:
        thing: the interest.
        share: its part of the score.
        share_rank: 1 for the largest share, 2 for the second …
        evidence: the words.
        road: how the thing leads to the item.
        asked: the queries that find both again.
    """

    thing: str
    share: float
    share_rank: int
    evidence: Evidence
    road: Road
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item is recommended to a person; the computation itself, not a story about it.

    Args:
        person: for whom.
        item: what.
        score: the item's ranking score.
        rank: its place in the list from 1, or None if it is left out.
        excluded: why it is left out; empty if it is not.
        attribution: exact parts of the score.
        thing: the interest that the path starts from: of the largest shares, the first that the graph leads on from,
            one that the person has shown before one that was inferred; None if no interest speaks for the item.
        liked: whether the person likes, wants or follows it; what is disliked speaks for an item by being unlike it.
        share: its part of the score.
        share_rank: 1 if it is the largest share, 2 if the second …; 0 without a path.
        evidence: what the person said or did, or what a rule inferred from it.
        road: how the thing leads to the item; None if only the model's vectors say so.
        asked: the queries that find evidence and road again, with their values.
        names: IRI → language → name, of everything that is mentioned.
        words: where that path ends in behaviour, the largest share that rests on the person's own words and leads to
            the item; None if there is none.
    """

    person: str
    item: str
    score: float
    rank: int | None
    excluded: str
    attribution: Attribution
    thing: str | None
    liked: bool
    share: float
    share_rank: int
    evidence: Evidence | None
    road: Road | None
    asked: tuple[Asked, ...]
    names: dict[str, Names]
    words: OwnWords | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The path as triples of the store, from the evidence to the item; then that of ``words``."""
        first = (*(self.evidence.steps if self.evidence else ()), *(self.road.steps if self.road else ()))
        return (*first, *self.words.evidence.steps, *self.words.road.steps) if self.words else first

    def label(self, iri: str, lang: str = "en") -> str:
        """Name of a thing that the explanation mentions."""
        return choose(self.names.get(iri, {}), lang, iri)

    def text(self, lang: str = "en") -> str:
        """The explanation as two or three sentences.

        Raises:
            SettingError: ``lang`` is neither ``en`` nor ``zh``.
        """
        wording.check(lang)
        item = self.label(self.item, lang)
        parts = []
        if self.excluded:
            parts.append(wording.EXCLUDED[lang].format(item=item, reason=wording.REASON[lang][self.excluded]))
        if self.thing is None:
            parts.append(wording.NO_REASON[lang].format(item=item))
        else:
            parts += [self._evidence(lang, self.thing, self.evidence), self._road(lang, self.thing, self.road)]
        if self.words is not None:
            words = self.words
            parts += [self._evidence(lang, words.thing, words.evidence), self._road(lang, words.thing, words.road)]
        return (" " if lang == "en" else "").join(parts)

    def _evidence(self, lang: str, thing: str, found: Evidence | None) -> str:
        templates = wording.EVIDENCE[lang]
        if found is None:
            return templates["nothing"].format(thing=self.label(thing, lang))
        kind = (
            "pointing"
            if found.antecedent
            else "words"
            if found.quote
            else "behaviour"
            if found.kind
            else "rule"
            if found.reason
            else "correction"
        )
        return templates[kind].format(
            date=found.at[:10],
            quote=found.quote,
            antecedent=found.antecedent,
            stance=self.label(found.stance, lang),
            kind=self.label(found.kind or "", lang),
            thing=self.label(thing, lang),
            reason=found.reason.templates[lang].format(thing=self.label(thing, lang), support=found.reason.support)
            if found.reason
            else "",
        )

    def _road(self, lang: str, thing: str, way: Road | None) -> str:
        return wording.ROAD[lang][way.kind if way else "near" if self.liked else "away"].format(
            item=self.label(self.item, lang),
            thing=self.label(thing, lang),
            concept=self.label(way.concept, lang) if way and way.concept else "",
            relation=self._relation(way.relation, lang) if way and way.relation else "",
            people=way.people if way else 0,
        )

    def _relation(self, relation: str, lang: str) -> str:
        """A relation's name; the ontology's "has concept" where the world's relation has none."""
        known = relation if self.names.get(relation) else terms.HAS_CONCEPT.value
        return self.label(known, lang)


def explain(
    store: Store,
    model: EmbeddingModel | None,
    person: NamedNode,
    item: NamedNode,
    *,
    weights: BlendWeights | None = None,
    ranking: Ranking | None = None,
    vectors: ConceptVectors | None = None,
) -> Explanation:
    """Why ``item`` is recommended to ``person``, or what speaks for it where it is not.

    Args:
        store: the graph.
        model: the trained embedding, if there is one.
        person: for whom.
        item: what.
        weights: of the blend's members.
        ranking: the ranking of a list just made (``Recommendations.ranking``); made anew if it lacks the item.
        vectors: concept vectors, which take part if they have a weight.

    Raises:
        UnknownError: the item is not in the catalogue.
    """
    if not store.rows("recommend/is_item", {"item": item}):
        raise UnknownError("no such item in the catalogue", where=item.value, remedy="Add it with `penchant add items`")
    if ranking is None or ranking.person != person or item.value not in ranking.blend.items:
        ranking = rank(store, model, person, weights=weights, vectors=vectors, also=(item.value,))
    attribution = ranking.attribution(store, item.value)
    found = _path(store, ranking, attribution, item.value)
    thing, share_rank, way = found or (None, 0, None)
    liked = thing is not None and ranking.interests[thing] > 0
    proof, asked = evidence(store, person, thing, liked=liked) if thing else (None, None)
    words = None if proof is not None and proof.quote else _own_words(store, ranking, attribution, item.value)
    said, led = (words.evidence, words.road) if words else (None, None)
    reason = proof.reason if proof else None
    queries = tuple(q for q in (asked, reason.asked if reason else None, way.asked if way else None) if q)
    return Explanation(
        person=person.value,
        item=item.value,
        score=float(ranking.blend.scores[ranking.blend.items.index(item.value)]),
        rank=_place(ranking, item.value),
        excluded=ranking.reasons.get(item.value, ""),
        attribution=attribution,
        thing=thing,
        liked=liked,
        share=attribution.interests[thing] if thing else 0.0,
        share_rank=share_rank,
        evidence=proof,
        road=way,
        asked=queries,
        names=_names(store, item.value, (thing, words.thing if words else None), (proof, said), (way, led)),
        words=words,
    )


def _own_words(store: Store, ranking: Ranking, attribution: Attribution, item: str) -> OwnWords | None:
    """The largest share of what the person likes that rests on words of theirs and leads to the item by a fact."""
    tried = 0
    for place, (thing, value) in enumerate(attribution.interests.items(), 1):
        if value <= 0 or tried == TRIED:
            break
        if ranking.interests[thing] <= 0:
            continue
        proof, asked = evidence(store, ranking.person, thing, liked=True)
        if proof is None or not proof.quote:
            continue
        tried += 1
        way = road(store, ranking.person, thing, item)
        if way is not None:
            return OwnWords(thing, value, place, proof, way, tuple(a for a in (asked, way.asked) if a))
    return None


def _path(store: Store, ranking: Ranking, attribution: Attribution, item: str) -> tuple[str, int, Road | None] | None:
    """The largest share that the graph leads on from; if none does, the largest share without a road.

    Of the largest, what the person has shown comes before what was inferred.

    What the person dislikes may speak for an item too, by being unlike it: no road leads on from there.
    """
    positive = [(n, thing) for n, (thing, value) in enumerate(attribution.interests.items(), 1) if value > 0]
    liked = [(n, thing) for n, thing in positive if ranking.interests[thing] > 0]
    guessed = inferred(store, ranking.person)
    for place, thing in sorted(liked[:TRIED], key=lambda one: one[1] in guessed):
        way = road(store, ranking.person, thing, item)
        if way is not None:
            return thing, place, way
    return next(((thing, place, None) for place, thing in [*liked, *positive]), None)


def _place(ranking: Ranking, item: str) -> int | None:
    if item in ranking.reasons:
        return None
    shown = [ranking.blend.items[at] for at in ranking.order() if ranking.blend.items[at] not in ranking.reasons]
    return shown.index(item) + 1


def _names(
    store: Store,
    item: str,
    things: tuple[str | None, ...],
    proofs: tuple[Evidence | None, ...],
    ways: tuple[Road | None, ...],
) -> dict[str, Names]:
    mentioned = [item, *things, terms.HAS_CONCEPT.value]
    for proof in proofs:
        mentioned += [proof.stance, proof.kind] if proof else []
    for way in ways:
        mentioned += [way.concept, way.relation] if way else []
    return {iri: names(store, iri) for iri in mentioned if iri}
