"""A small town: films, what the world says about them, and people who said and did things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.embedded import EmbeddedStore
from penchant.kg.graphs import Graphs
from penchant.kg.literals import date_time, decimal, integer
from penchant.kg.store import Change
from penchant.ontology import terms
from penchant.ontology.terms import RDF, WD, WDT
from penchant.recommend.embedding import EmbeddingModel
from penchant.recommend.interest_graph import InterestGraph
from penchant.recommend.reading import read_graph
from penchant.recommend.training import TrainingSettings, train

BASE = "https://town.example/"
GRAPHS = Graphs(BASE)
TYPE = NamedNode(RDF + "type")
GENRE, DIRECTOR = NamedNode(WDT + "P136"), NamedNode(WDT + "P57")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
STANCE = {
    "likes": (terms.LIKES_STANCE, terms.ATTITUDE, terms.LIKES),
    "dislikes": (terms.DISLIKES_STANCE, terms.ATTITUDE, terms.DISLIKES),
    "wants": (terms.WANTS_STANCE, terms.INTENT, terms.WANTS),
    "interested": (terms.INTERESTED_STANCE, terms.ATTENTION, terms.INTERESTED_IN),
}


def entity(n: int) -> NamedNode:
    return NamedNode(f"{WD}Q{n}")


@dataclass
class Town:
    """Writes quads as the product's own writer does; one interest per (person, thing)."""

    store: EmbeddedStore
    minutes: int = 0

    def add(self, graph: NamedNode, *triples: tuple[NamedNode, NamedNode, NamedNode | Literal]) -> None:
        self.store.apply(Change(insert=tuple(Quad(s, p, o, graph) for s, p, o in triples)))

    def remove(self, graph: NamedNode, *triples: tuple[NamedNode, NamedNode, NamedNode | Literal]) -> None:
        self.store.apply(Change(delete=tuple(Quad(s, p, o, graph) for s, p, o in triples)))

    def person(self, name: str) -> NamedNode:
        return NamedNode(f"{BASE}u/{name}")

    def item(self, iri: NamedNode, label: str, available: bool = True) -> NamedNode:
        self.add(GRAPHS.catalogue, (iri, TYPE, terms.ITEM), (iri, terms.LABEL, Literal(label, language="en")))
        if not available:
            self.add(GRAPHS.catalogue, (iri, terms.AVAILABLE, Literal(False)))
        return iri

    def fact(self, item: NamedNode, relation: NamedNode, concept: NamedNode) -> None:
        self.add(GRAPHS.world("wikidata"), (item, relation, concept))
        self.add(GRAPHS.derived, (item, terms.HAS_CONCEPT, concept))

    def name(self, thing: NamedNode, en: str, zh: str = "") -> None:
        labels = [(thing, terms.LABEL, Literal(en, language="en"))]
        if zh:
            labels.append((thing, terms.LABEL, Literal(zh, language="zh")))
        self.add(GRAPHS.world("wikidata"), *labels)

    def _interest(
        self, person: NamedNode, stance: str, thing: NamedNode, weight: float, source: NamedNode, confidence: float
    ) -> None:
        stance_iri, facet, shortcut = STANCE[stance]
        key = f"{person.value.rsplit('/', 1)[1]}-{thing.value.rsplit('/', 1)[1]}-{stance}"
        interest = NamedNode(f"{BASE}interest/{key}")
        self.add(
            GRAPHS.user(person),
            (person, TYPE, terms.PERSON),
            (person, shortcut, thing),
            (interest, TYPE, terms.INTEREST),
            (interest, terms.HOLDER, person),
            (interest, terms.ABOUT, thing),
            (interest, terms.HAS_FACET, facet),
            (interest, terms.HAS_STANCE, stance_iri),
            (interest, terms.WEIGHT, decimal(weight)),
            (interest, terms.CONFIDENCE, decimal(confidence)),
            (interest, terms.WAS_DERIVED_FROM, source),
            (interest, terms.LAST_SEEN, date_time(START + timedelta(minutes=self.minutes))),
        )

    def says(
        self, name: str, stance: str, thing: NamedNode, quote: str, start: int = 7, confidence: float = 0.3
    ) -> NamedNode:
        """The person wrote ``quote`` and meant ``thing``."""
        person, self.minutes = self.person(name), self.minutes + 1
        observation = NamedNode(f"{BASE}observation/{self.minutes}")
        sign = -1.0 if stance == "dislikes" else 1.0
        self._interest(person, stance, thing, 0.9 * sign, observation, confidence)
        self.add(
            GRAPHS.user(person),
            (observation, TYPE, terms.OBSERVATION),
            (observation, terms.HOLDER, person),
            (observation, terms.ABOUT, thing),
            (observation, terms.HAS_STANCE, STANCE[stance][0]),
            (observation, terms.QUOTE, Literal(quote)),
            (observation, terms.START, integer(start)),
            (observation, terms.END, integer(start + len(quote))),
            (observation, terms.IN_TEXT, NamedNode(f"{BASE}text/{self.minutes}")),
            (observation, terms.OBSERVED_AT, date_time(START + timedelta(minutes=self.minutes))),
        )
        return observation

    def does(self, name: str, kind: str, item: NamedNode, confidence: float = 0.3) -> NamedNode:
        """The person did something of ``kind`` with ``item``."""
        person, self.minutes = self.person(name), self.minutes + 1
        stance = {"Like": "likes", "Dislike": "dislikes"}.get(kind, "interested")
        engagement = NamedNode(f"{BASE}engagement/{self.minutes}")
        self._interest(person, stance, item, -0.8 if stance == "dislikes" else 0.8, engagement, confidence)
        self.add(
            GRAPHS.user(person),
            (engagement, TYPE, terms.ENGAGEMENT),
            (engagement, terms.HOLDER, person),
            (engagement, terms.ABOUT, item),
            (engagement, terms.KIND, NamedNode(terms.PEN + kind)),
            (engagement, terms.COUNT, integer(1)),
            (engagement, terms.LAST_SEEN, date_time(START + timedelta(minutes=self.minutes))),
        )
        return engagement

    def concept_of(self, n: int) -> NamedNode:
        return entity(100 + n)


def new_town() -> Town:
    """Nothing but the ontology's names and marks that recommending reads."""
    town = Town(EmbeddedStore.memory())
    ontology = GRAPHS.ontology
    for iri, en, zh in (
        (terms.LIKES_STANCE, "likes", "喜欢"),
        (terms.DISLIKES_STANCE, "dislikes", "不喜欢"),
        (terms.HAS_CONCEPT, "has concept", "含有概念"),
        (NamedNode(terms.PEN + "Watch"), "watch", "观看"),
        (NamedNode(terms.PEN + "Like"), "like", "点赞"),
    ):
        town.add(
            ontology,
            (iri, terms.LABEL, Literal(en, language="en")),
            (iri, terms.LABEL, Literal(zh, language="zh")),
        )
    for kind, known in (("Watch", True), ("Like", True), ("Dislike", True), ("View", False)):
        town.add(ontology, (NamedNode(terms.PEN + kind), NamedNode(terms.PEN + "marksKnown"), Literal(known)))
    return town


def settle(empty: Town) -> Town:
    """24 films in two camps of genres, 20 people in two camps of taste.

    Films 0–11 have concept 0 (heist) and films 12–23 concept 1 (ghost story); each film has one of 6 directors
    (concepts 10–15), four films each.  People 0–9 like films of the first camp, 10–19 of the second.
    """
    for n in range(24):
        film = empty.item(entity(n), f"Film {n}")
        empty.fact(film, GENRE, empty.concept_of(n // 12))
        empty.fact(film, DIRECTOR, empty.concept_of(10 + n // 4))
    empty.name(empty.concept_of(0), "heist film", "劫盗片")
    empty.name(empty.concept_of(1), "ghost story", "鬼故事")
    empty.name(GENRE, "genre", "类型")
    for person in range(20):
        camp = person // 10
        for step in (0, 1, 3, 4):
            empty.does(f"p{person}", "Like", entity(12 * camp + (person * 5 + step) % 12))
    for person in (0, 3, 12, 15):
        empty.says(f"p{person}", "likes", empty.concept_of(person // 10), "those films")
    return empty


def small(**changes: Any) -> TrainingSettings:
    """Small and quick training settings."""
    return TrainingSettings(**{"dimension": 16, "epochs": 30, "patience": 0, "learning_rate": 0.02, **changes})


@pytest.fixture
def empty() -> Town:
    """A town without films and people."""
    return new_town()


@pytest.fixture
def town(empty: Town) -> Town:
    """A town with films and people, to be changed at will; see :func:`settle`."""
    return settle(empty)


@pytest.fixture(scope="session")
def graph() -> InterestGraph:
    """What the town cares about before any test changes it."""
    return read_graph(settle(new_town()).store)


@pytest.fixture(scope="session")
def model(graph: InterestGraph) -> EmbeddingModel:
    """Trained on ``graph``, once: it is never changed."""
    return train(graph, small())
