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
from penchant.recommend.embedding import EmbeddingModel
from penchant.recommend.labels import Names, choose, names
from penchant.recommend.paths import Asked, Evidence, Road, Step, evidence, road
from penchant.recommend.rank import Ranking, rank

#: How many of the largest shares are asked for a path through the graph.
TRIED = 5


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
        thing: the interest that the path starts from: of the largest shares, the first that the graph leads on from;
            None if no interest speaks for the item.
        liked: whether the person likes, wants or follows it; what is disliked speaks for an item by being unlike it.
        share: its part of the score.
        share_rank: 1 if it is the largest share, 2 if the second …; 0 without a path.
        evidence: what the person said or did.
        road: how the thing leads to the item; None if only the model's vectors say so.
        asked: the queries that find evidence and road again, with their values.
        names: IRI → language → name, of everything that is mentioned.
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

    @property
    def steps(self) -> tuple[Step, ...]:
        """The path as triples of the store: from the evidence to the item."""
        return (*(self.evidence.steps if self.evidence else ()), *(self.road.steps if self.road else ()))

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
            parts += [self._evidence(lang, self.thing), self._road(lang, self.thing)]
        return (" " if lang == "en" else "").join(parts)

    def _evidence(self, lang: str, thing: str) -> str:
        templates, found = wording.EVIDENCE[lang], self.evidence
        if found is None:
            return templates["nothing"].format(thing=self.label(thing, lang))
        kind = "words" if found.quote else "behaviour" if found.kind else "correction"
        return templates[kind].format(
            date=found.at[:10],
            quote=found.quote,
            stance=self.label(found.stance, lang),
            kind=self.label(found.kind or "", lang),
            thing=self.label(thing, lang),
        )

    def _road(self, lang: str, thing: str) -> str:
        way = self.road
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
) -> Explanation:
    """Why ``item`` is recommended to ``person``, or what speaks for it where it is not.

    Args:
        store: the graph.
        model: the trained embedding, if there is one.
        person: for whom.
        item: what.
        weights: of the blend's members.
        ranking: the ranking of a list just made (``Recommendations.ranking``); made anew if it lacks the item.

    Raises:
        UnknownError: the item is not in the catalogue.
    """
    if not store.rows("recommend/is_item", {"item": item}):
        raise UnknownError("no such item in the catalogue", where=item.value, remedy="Add it with `penchant add items`")
    if ranking is None or ranking.person != person or item.value not in ranking.blend.items:
        ranking = rank(store, model, person, weights=weights, also=(item.value,))
    attribution = ranking.attribution(store, item.value)
    found = _path(store, ranking, attribution, item.value)
    thing, share_rank, way = found or (None, 0, None)
    liked = thing is not None and ranking.interests[thing] > 0
    proof, asked = evidence(store, person, thing, liked=liked) if thing else (None, None)
    queries = tuple(query for query in (asked, way.asked if way else None) if query)
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
        names=_names(store, item.value, thing, proof, way),
    )


def _path(store: Store, ranking: Ranking, attribution: Attribution, item: str) -> tuple[str, int, Road | None] | None:
    """The largest share that the graph leads on from; if none does, the largest share without a road.

    What the person dislikes may speak for an item too, by being unlike it: no road leads on from there.
    """
    positive = [(n, thing) for n, (thing, value) in enumerate(attribution.interests.items(), 1) if value > 0]
    liked = [(n, thing) for n, thing in positive if ranking.interests[thing] > 0]
    for place, thing in liked[:TRIED]:
        way = road(store, ranking.person, thing, item)
        if way is not None:
            return thing, place, way
    return next(((thing, place, None) for place, thing in [*liked, *positive]), None)


def _place(ranking: Ranking, item: str) -> int | None:
    if item in ranking.reasons:
        return None
    shown = [ranking.blend.items[at] for at in ranking.order() if ranking.blend.items[at] not in ranking.reasons]
    return shown.index(item) + 1


def _names(store: Store, item: str, thing: str | None, proof: Evidence | None, way: Road | None) -> dict[str, Names]:
    mentioned = [item, thing, terms.HAS_CONCEPT.value]
    if proof:
        mentioned += [proof.stance, proof.kind]
    if way:
        mentioned += [way.concept, way.relation]
    return {iri: names(store, iri) for iri in mentioned if iri}
