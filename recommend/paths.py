"""Paths from a person's interest to an item, found by named queries; every step is a triple of the store."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from penchant.kg.literals import as_float
from penchant.kg.store import Row, Store, Term
from penchant.ontology import terms

#: Fewer people than this are never mentioned: they might be told apart.
FEWEST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One triple of the store, in the direction in which it stands there."""

    subject: NamedNode
    predicate: NamedNode
    object: Term


@dataclass(frozen=True, slots=True)
class Asked:
    """A named query and its values: asking it again finds the same."""

    query: str
    terms: dict[str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words or the behaviour that an interest rests on.

    Args:
        iri: the observation or engagement.
        interest: the interest that was derived from it.
        stance: of the interest.
        quote: the person's own words; empty for behaviour.
        start: first code point of the quote in its text.
        end: code point after it.
        text: the text's IRI; None for behaviour.
        kind: the behaviour kind; None for words.
        at: when, as an ISO date and time.
        steps: triples that say so.
    """

    iri: str
    interest: str
    stance: str
    quote: str
    start: int
    end: int
    text: str | None
    kind: str | None
    at: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Road:
    """How a thing leads to an item.

    ``kind`` is ``same`` (the thing is the item), ``direct`` (a fact ties them), ``shared`` (both have ``concept``),
    ``related`` (the item's ``concept`` has a fact about the thing) or ``people`` (``people`` others care about both).
    """

    kind: str
    steps: tuple[Step, ...]
    asked: Asked | None
    concept: str | None = None
    relation: str | None = None
    people: int = 0


def evidence(store: Store, person: NamedNode, thing: str, *, liked: bool = True) -> tuple[Evidence | None, Asked]:
    """The best evidence of an interest, for or against: own words before behaviour, then the newest."""
    values: dict[str, Term] = {"person": person, "thing": NamedNode(thing)}
    rows = [row for row in store.rows("recommend/evidence", values) if "at" in row]
    rows.sort(key=lambda row: ((as_float(row["weight"]) > 0) == liked, "quote" in row, _text(row, "at")), reverse=True)
    return (_evidence(rows[0], person, NamedNode(thing)) if rows else None), _asked("recommend/evidence", values)


def road(store: Store, person: NamedNode, thing: str, item: str) -> Road | None:
    """The shortest way from ``thing`` to ``item`` by facts of the graph, else by other people; None without one."""
    if thing == item:
        return Road("same", (), None)
    return (
        _direct(store, thing, item)
        or _shared(store, thing, item)
        or _related(store, thing, item)
        or _people(store, person, thing, item)
    )


def _direct(store: Store, thing: str, item: str) -> Road | None:
    values: dict[str, Term] = {"item": NamedNode(item), "thing": NamedNode(thing)}
    relation = _telling([row["relation"] for row in store.rows("recommend/path_direct", values)])
    if relation is None:
        return None
    step = Step(NamedNode(item), relation, NamedNode(thing))
    return Road("direct", (step,), _asked("recommend/path_direct", values), relation=relation.value)


def _shared(store: Store, thing: str, item: str) -> Road | None:
    values: dict[str, Term] = {"item": NamedNode(item), "thing": NamedNode(thing)}
    for row in store.rows("recommend/path_shared", values):
        concept = row.get("concept")
        if isinstance(concept, NamedNode):
            ours, theirs = _direct(store, concept.value, item), _direct(store, concept.value, thing)
            if ours and theirs:
                asked = _asked("recommend/path_shared", values)
                return Road("shared", (*theirs.steps, *ours.steps), asked, concept.value, ours.relation)
    return None


def _related(store: Store, thing: str, item: str) -> Road | None:
    values: dict[str, Term] = {"item": NamedNode(item), "thing": NamedNode(thing)}
    for row in store.rows("recommend/path_related", values):
        concept, relation = row["concept"], row["relation"]
        if isinstance(concept, NamedNode) and isinstance(relation, NamedNode):
            steps = (
                Step(NamedNode(item), terms.HAS_CONCEPT, concept),
                Step(concept, relation, NamedNode(thing)),
            )
            return Road("related", steps, _asked("recommend/path_related", values), concept.value, relation.value)
    return None


def _people(store: Store, person: NamedNode, thing: str, item: str) -> Road | None:
    values: dict[str, Term] = {"item": NamedNode(item), "thing": NamedNode(thing), "person": person}
    count = sum(int(as_float(row["people"])) for row in store.rows("recommend/path_people", values))
    if count < FEWEST_PEOPLE:
        return None
    return Road("people", (), _asked("recommend/path_people", values), people=count)


def _telling(relations: list[object]) -> NamedNode | None:
    """The relation that says most: the world's own word before our shortcut."""
    named = sorted((r for r in relations if isinstance(r, NamedNode)), key=lambda r: (r == terms.HAS_CONCEPT, r.value))
    return named[0] if named else None


def _evidence(row: Row, person: NamedNode, thing: NamedNode) -> Evidence:
    iri, interest, stance = row["evidence"], row["interest"], row["stance"]
    assert isinstance(iri, NamedNode)
    assert isinstance(interest, NamedNode)
    assert isinstance(stance, NamedNode)
    steps = [
        Step(interest, terms.HOLDER, person),
        Step(interest, terms.ABOUT, thing),
        Step(interest, terms.WAS_DERIVED_FROM, iri),
    ]
    for name, predicate in (
        ("quote", terms.QUOTE),
        ("start", terms.START),
        ("end", terms.END),
        ("text", terms.IN_TEXT),
        ("said", terms.OBSERVED_AT),
        ("kind", terms.KIND),
        ("done", terms.LAST_SEEN),
    ):
        value = row.get(name)
        if isinstance(value, NamedNode | Literal):
            steps.append(Step(iri, predicate, value))
    return Evidence(
        iri=iri.value,
        interest=interest.value,
        stance=stance.value,
        quote=_text(row, "quote"),
        start=int(as_float(row.get("start"))),
        end=int(as_float(row.get("end"))),
        text=_text(row, "text") or None,
        kind=_text(row, "kind") or None,
        at=_text(row, "at"),
        steps=tuple(steps),
    )


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return value.value if isinstance(value, NamedNode | Literal) else ""


def _asked(query: str, values: dict[str, Term]) -> Asked:
    return Asked(query, {key: value.value for key, value in values.items()})
