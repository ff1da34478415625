"""The graph that a model is trained on, as arrays: who cares about what, and what the world says about it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class InterestGraph:
    """Persons, things and the edges between them; every order is the order of sorted IRIs.

    Args:
        persons: IRIs of people who have at least one interest.
        things: IRIs of items and then of concepts; a thing's position is its number everywhere.
        n_items: how many of ``things``, from the start, are items.
        edge_person: shape (edges,), position in ``persons``; ascending.
        edge_thing: shape (edges,), position in ``things``.
        edge_weight: shape (edges,), signed weight × confidence in [−1, 1], never 0.
        relations: IRIs of the world's relations.
        triples: shape (facts, 3), head thing, relation, tail thing; sorted, no doubles.
        as_of: time of the newest evidence, as it stands in the graph; empty if not known.
    """

    persons: tuple[str, ...]
    things: tuple[str, ...]
    n_items: int
    edge_person: IntArray
    edge_thing: IntArray
    edge_weight: FloatArray
    relations: tuple[str, ...]
    triples: IntArray
    as_of: str = ""

    @property
    def items(self) -> tuple[str, ...]:
        """IRIs of the items."""
        return self.things[: self.n_items]

    def popularity(self) -> FloatArray:
        """Shape (items,): how many people have a positive interest in each item."""
        chosen = (self.edge_weight > 0) & (self.edge_thing < self.n_items)
        counts = np.bincount(self.edge_thing[chosen], minlength=self.n_items)
        return counts.astype(np.float32)

    def contributions(self) -> dict[str, list[int]]:
        """Person → positions of the items that they have a positive interest in: those that :meth:`popularity` counts.

        Everybody is in it, also who cares about no item: the vectors rest on them too.
        """
        found: dict[str, list[int]] = {person: [] for person in self.persons}
        for person, thing, weight in zip(self.edge_person, self.edge_thing, self.edge_weight, strict=True):
            if weight > 0 and thing < self.n_items:
                found[self.persons[person]].append(int(thing))
        return found

    def fingerprint(self) -> str:
        """Hash of everything in the graph: two graphs with one fingerprint train to the same model."""
        digest = hashlib.sha256()
        for names in (self.persons, self.things, self.relations):
            digest.update("\n".join(names).encode())
            digest.update(b"\0")
        digest.update(str(self.n_items).encode())
        for array in (self.edge_person, self.edge_thing, self.edge_weight, self.triples):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def build(
    items: Iterable[str],
    interests: Mapping[tuple[str, str], float],
    facts: Iterable[tuple[str, str, str]],
    as_of: str = "",
) -> InterestGraph:
    """The graph made of these parts.

    Args:
        items: IRIs of what can be recommended.
        interests: (person, thing) → signed weight; zeros are left out.
        facts: (head, relation, tail); a fact takes part if its head is a thing: an item, something a person
            cares about, or the tail of an item's fact.
        as_of: time of the newest evidence.

    A concept takes part if it ties things together: two people, two items, or a person and an item.  What only
    one person has named stays out of the model, and with it out of everybody's sight.
    """
    item_set = set(items)
    fact_set = set(facts)
    edges = sorted((p, t, w) for (p, t), w in interests.items() if w)
    ties = Counter(t for _, t, _ in edges)
    ties.update(t for _, t in {(h, t) for h, _, t in fact_set if h in item_set})
    concepts = {thing for thing, n in ties.items() if n > 1} - item_set
    edges = [(p, t, w) for p, t, w in edges if t in item_set or t in concepts]
    things = (*sorted(item_set), *sorted(concepts))
    number = {iri: n for n, iri in enumerate(things)}
    persons = tuple(sorted({p for p, _, _ in edges}))
    person_number = {iri: n for n, iri in enumerate(persons)}
    kept = [(h, r, t) for h, r, t in fact_set if h in number and t in number]
    relations = tuple(sorted({r for _, r, _ in kept}))
    relation_number = {iri: n for n, iri in enumerate(relations)}
    rows = sorted((number[h], relation_number[r], number[t]) for h, r, t in kept)
    return InterestGraph(
        persons=persons,
        things=things,
        n_items=len(item_set),
        edge_person=np.array([person_number[p] for p, _, _ in edges], dtype=np.int64),
        edge_thing=np.array([number[t] for _, t, _ in edges], dtype=np.int64),
        edge_weight=np.array([w for _, _, w in edges], dtype=np.float32),
        relations=relations,
        triples=np.array(rows, dtype=np.int64).reshape(-1, 3),
        as_of=as_of,
    )
