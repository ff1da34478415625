"""A made-up workspace of many interests: people, what they said and did, items, concepts, the world's facts.

Nodes are made by the functions that write real ones, and interests are fused from the evidence, so that the graph has
the shape and the size of a real one.  What is popular follows Zipf's law.  The quads go into the store by its bulk
loader: a made-up history needs no ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pyoxigraph as ox
from numpy.random import Generator
from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.evidence import of_engagements, of_observations
from penchant.kg.fusion import fuse
from penchant.kg.graphs import Graphs
from penchant.kg.identifiers import Namer
from penchant.kg.records import Engagement, Observation, concept_quads, interest_quads, person_quads, text_quads
from penchant.kg.workspace import DEFAULT_BASE, create
from penchant.ontology import terms as t
from penchant.ontology.behaviour import Vocabulary, read_vocabulary

END: Final = datetime(2026, 6, 1, tzinfo=UTC)
DAYS: Final = 365
STANCES: Final = ("likes", "likes", "likes", "dislikes", "wants", "interested")
KINDS: Final = ("View", "View", "Click", "Watch", "Like", "Like", "Rate", "Buy", "Save", "Skip")
OPPOSITE: Final = {"likes": "dislikes", "dislikes": "likes"}
FACTS: Final = ("P136", "P57", "P161", "P921")
#: Names are made of these, as long as real ones: of the demo's films 58 % have names of at most 16 bytes, of its
#: concepts 86 %; Oxigraph keeps only such strings within its keys.
# fmt: off
WORDS: Final = (
    "amber", "arrow", "autumn", "border", "cabin", "canyon", "castle", "cinder", "circus", "coast", "comet",
    "copper", "crown", "dawn", "desert", "echo", "ember", "empire", "fable", "falcon", "forest", "fortune",
    "garden", "ghost", "glass", "gold", "harbour", "hollow", "hunter", "island", "ivory", "jungle", "king",
    "lantern", "letter", "light", "lion", "maze", "mirror", "moon", "mountain", "night", "ocean", "orchid", "pilot",
    "promise", "queen", "rain", "raven", "river", "road", "rose", "salt", "secret", "shadow", "silence", "silver",
    "sky", "snow", "song", "spring", "star", "stone", "storm", "summer", "sun", "thief", "thunder", "tide", "tiger",
    "tower", "train", "valley", "velvet", "voyage", "war", "whale", "wind", "winter", "witness", "wolf", "wonder",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Size:
    """How much to make; ``zipf`` is the exponent of popularity."""

    people: int = 10_000
    interests_each: int = 50
    items: int = 15_000
    concepts: int = 5_000
    zipf: float = 0.8
    seed: int = 7


@dataclass(frozen=True, slots=True)
class _Maker:
    size: Size
    rng: Generator
    namer: Namer
    graphs: Graphs
    vocabulary: Vocabulary
    things: tuple[NamedNode, ...]
    chance: np.ndarray

    def moment(self) -> datetime:
        return END - timedelta(seconds=int(self.rng.integers(1, DAYS * 86_400)))

    def pick(self, *choices: str) -> str:
        return choices[int(self.rng.integers(len(choices)))]

    def name(self, *chance: float) -> str:
        """A name of so many words: one with the first chance, two with the second, and so on."""
        count = 1 + int(self.rng.choice(len(chance), p=chance))
        return " ".join(self.pick(*WORDS) for _ in range(count)).capitalize()


def make(folder: Path, size: Size | None = None) -> None:
    """Make a workspace of this size in ``folder``, which must not be there yet."""
    size = size or Size()
    create(folder, plain_ids=True).close()
    namer, graphs = Namer(DEFAULT_BASE), Graphs(DEFAULT_BASE)
    rng = np.random.default_rng(size.seed)
    items = [namer.item(f"i{n}") for n in range(size.items)]
    concepts = [NamedNode(f"{t.WD}Q{9_000_000 + n}") for n in range(size.concepts)]
    things = [*items, *concepts]
    rng.shuffle(things)  # type: ignore[arg-type]
    maker = _Maker(size, rng, namer, graphs, read_vocabulary(), tuple(things), _zipf(len(things), size.zipf))
    store = ox.Store(str(folder / "store"))
    store.bulk_extend(_quads(maker, items, concepts))
    store.optimize()
    store.flush()


def _zipf(n: int, exponent: float) -> np.ndarray:
    share = np.arange(1, n + 1) ** -exponent
    return np.asarray(share / share.sum())


def _quads(maker: _Maker, items: list[NamedNode], concepts: list[NamedNode]) -> Iterator[Quad]:
    yield from _catalogue(maker, items)
    yield from _world(maker, items, concepts)
    for number in range(maker.size.people):
        yield from _person(maker, number, set(items))


def _catalogue(maker: _Maker, items: list[NamedNode]) -> Iterator[Quad]:
    graph = maker.graphs.catalogue
    for number, item in enumerate(items):
        yield Quad(item, t.TYPE, t.ITEM, graph)
        yield Quad(item, t.LABEL, Literal(maker.name(0.2, 0.35, 0.3, 0.15), language="en"), graph)
        yield Quad(item, t.IDENTIFIER, Literal(f"i{number}"), graph)


def _world(maker: _Maker, items: list[NamedNode], concepts: list[NamedNode]) -> Iterator[Quad]:
    """Names in English and, for half of them, Chinese; one broader class each; four concepts an item."""
    graph, chance = maker.graphs.world("wikidata"), _zipf(len(concepts), maker.size.zipf)
    for number, concept in enumerate(concepts):
        yield Quad(concept, t.LABEL, Literal(maker.name(0.5, 0.35, 0.15), language="en"), graph)
        if number % 2:
            yield Quad(concept, t.LABEL, Literal(f"主题{number}", language="zh"), graph)
        if number:
            yield Quad(concept, NamedNode(f"{t.WDT}P279"), concepts[int(maker.rng.integers(number))], graph)
    for item in items:
        chosen = maker.rng.choice(len(concepts), size=len(FACTS), replace=False, p=chance)
        for name, index in zip(FACTS, chosen, strict=True):
            yield Quad(item, NamedNode(t.WDT + name), concepts[index], graph)
            yield Quad(item, t.HAS_CONCEPT, concepts[index], maker.graphs.derived)


def _person(maker: _Maker, number: int, items: set[NamedNode]) -> Iterator[Quad]:
    """One person: an interest in each of so many things, a tenth of them with a second piece of evidence."""
    person = maker.namer.person(f"p{number}")
    graph = maker.graphs.user(person)
    yield from person_quads(person, graph)
    said: list[Observation] = []
    done: list[Engagement] = []
    moments = [maker.moment() for _ in range(maker.size.interests_each + 1)]

    def says(thing: NamedNode, stance: str, quote: str) -> None:
        """One more observation; two share a text."""
        number = len(said)
        said.append(_observation(maker, person, thing, stance, quote, number, moments[number // 2]))

    chosen = maker.rng.choice(len(maker.things), size=maker.size.interests_each, replace=False, p=maker.chance)
    for index in chosen:
        thing = maker.things[index]
        if thing in items and maker.rng.random() < 0.75:
            done.append(_engagement(maker, person, thing))
            continue
        if maker.rng.random() < 0.05:
            quote = f"own idea {index}"
            thing = maker.namer.concept(person, quote)
            yield from concept_quads(thing, quote, graph)
        stance = maker.pick(*STANCES)
        says(thing, stance, f"said of {index}")
        if maker.rng.random() < 0.2:
            again = OPPOSITE.get(stance, stance) if maker.rng.random() < 0.2 else stance
            says(thing, again, f"said of {index} again")
    for text in dict.fromkeys(row.text for row in said):
        yield from text_quads(text, person, "made up", graph)
    for row in (*said, *done):
        yield from row.quads(graph)
    evidence = [*of_observations(said, maker.vocabulary, {}), *of_engagements(done, maker.vocabulary)]
    for fused in fuse(evidence, maker.vocabulary):
        iri = maker.namer.interest(person, fused.about, fused.facet)
        yield from interest_quads(iri, person, fused, maker.vocabulary, graph)


def _engagement(maker: _Maker, person: NamedNode, item: NamedNode) -> Engagement:
    kind, last = maker.vocabulary.kind(maker.pick(*KINDS)), maker.moment()
    count = int(maker.rng.geometric(0.6))
    return Engagement(
        iri=maker.namer.engagement(person, item, kind.iri),
        holder=person,
        about=item,
        kind=kind.iri,
        count=count,
        first=last if count == 1 else last - timedelta(days=int(maker.rng.integers(1, 60))),
        last=last,
        value=float(maker.rng.integers(1, 6)) if kind.best_rating is not None else None,
    )


def _observation(
    maker: _Maker, person: NamedNode, thing: NamedNode, stance: str, quote: str, number: int, at: datetime
) -> Observation:
    text = maker.namer.text(person, "id", str(number // 2))
    start = 10 + 60 * (number % 2)
    return Observation(
        iri=maker.namer.observation(text, str(start), str(start + len(quote)), stance, thing.value),
        holder=person,
        about=thing,
        stance=maker.vocabulary.stance(stance).iri,
        intensity=round(float(maker.rng.uniform(0.3, 1)), 4),
        confidence=round(float(maker.rng.uniform(0.4, 0.98)), 4),
        at=at,
        run=maker.namer.run(1),
        text=text,
        quote=quote,
        start=start,
        end=start + len(quote),
    )
