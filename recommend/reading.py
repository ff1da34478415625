"""Read what people care about from the store, through named queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import NamedNode

from penchant.kg.literals import as_float
from penchant.kg.store import Row, Store
from penchant.ontology import terms
from penchant.recommend.interest_graph import InterestGraph, build

#: Relations that say nothing new about what a thing is: our own words, schemas, links, closures.
_NO_FACTS = (
    *(terms.PEN, terms.RDF, terms.RDFS, terms.OWL, terms.PROV),
    *(terms.EXACT_MATCH.value, terms.BROADER_TRANSITIVE.value),
)


def read_weights(store: Store, person: NamedNode) -> dict[str, float]:
    """What ``person`` cares about: thing → signed weight × confidence, summed over facets, within [−1, 1]."""
    rows = store.rows("recommend/interests", {"person": person})
    return {thing: w for (_, thing), w in _summed((person.value, row) for row in rows).items()}


def read_graph(store: Store) -> InterestGraph:
    """The graph that an embedding is trained on: all interests, items and facts about both."""
    rows = store.rows("recommend/all_interests")
    interests = _summed((_value(row, "person"), row) for row in rows)
    items = [_value(row, "item") for row in store.rows("recommend/items")]
    facts = [
        (_value(row, "head"), _value(row, "relation"), _value(row, "tail"))
        for name in ("recommend/item_facts", "recommend/concept_facts")
        for row in store.rows(name)
    ]
    as_of = max((_value(row, "seen") for row in rows), default="")
    return build(items, interests, _without_copies(fact for fact in facts if _is_fact(fact[1])), as_of)


def _summed(rows: Iterable[tuple[str, Row]]) -> dict[tuple[str, str], float]:
    parts: dict[tuple[str, str], list[float]] = defaultdict(list)
    for person, row in rows:
        parts[person, _value(row, "thing")].append(as_float(row["weight"]) * as_float(row["confidence"]))
    return {key: joined(values) for key, values in parts.items()}


def joined(facets: Iterable[float]) -> float:
    """Attitude, attention and intent as one number, within [−1, 1].

    What is disliked draws nobody: to have bought or opened it does not make up for that, unless it weighs more.
    """
    # Sorted before they are added: the sum must not depend on the order in which the store answers.
    values = sorted(facets)
    against, whole = sum(value for value in values if value < 0), sum(values)
    return max(-1.0, min(1.0, whole if whole > 0 else against or whole))


def _value(row: Row, name: str) -> str:
    return str(getattr(row[name], "value"))  # noqa: B009 - the protocol's rows may hold any term


def _is_fact(relation: str) -> bool:
    return relation == terms.HAS_CONCEPT.value or not relation.startswith(_NO_FACTS)


def _without_copies(facts: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Without ``hasConcept`` where the world names the relation between the same two things."""
    everything = list(facts)
    named = {(h, t) for h, r, t in everything if r != terms.HAS_CONCEPT.value}
    return [(h, r, t) for h, r, t in everything if r != terms.HAS_CONCEPT.value or (h, t) not in named]
