"""Paths from a person's interest to an item, found by named queries; every step is a triple of the store."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from penchant.kg.literals import as_float
from penchant.kg.rules import catalogue_size, conclusions, read_rule, rules, values_of
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
class Reason:
    """Why a rule of prior knowledge concluded something.

    Args:
        templates: language → the rule's reason, with ``{thing}`` and ``{support}``.
        support: how many things spoke for it.
        asked: the rule itself, as a query: asking it again concludes the same.
    """

    templates: dict[str, str]
    support: int
    asked: Asked


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words, the behaviour or the rule that an interest rests on.

    Args:
        iri: the observation, engagement, correction or inference.
        interest: the interest that was derived from it.
        stance: of the interest.
        quote: the person's own words; empty for behaviour.
        start: first code point of the quote in its text.
        end: code point after it.
        text: the text's IRI; None for behaviour.
        kind: the behaviour kind; None for anything else.
        at: when, as an ISO date and time.
        steps: triples that say so; for an inference, also those of the interests that it was drawn from.
        reason: the rule's reason; None for anything but an inference.
        antecedent: what the quote points at, in the words of the turn before; empty where it names the thing itself.
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
    reason: Reason | None = None
    antecedent: str = ""


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
    """The best evidence of an interest, for or against: own words before behaviour, then the newest; else a rule's."""
    values: dict[str, Term] = {"person": person, "thing": NamedNode(thing)}
    known = {rule.name for rule in rules()}
    for query in ("recommend/evidence", "recommend/inference"):
        rows = [row for row in store.rows(query, values) if "at" in row]
        # A rule whose file is gone has no reason to give; the next inference takes away what it concluded.
        rows = [row for row in rows if "rule" not in row or _rule(row) in known]
        rows.sort(
            key=lambda row: ((as_float(row["weight"]) > 0) == liked, "quote" in row, _text(row, "at")), reverse=True
        )
        if rows:
            found = _evidence(rows[0], person, NamedNode(thing))
            reasoned = _reasoned(store, person, NamedNode(thing), found, rows[0]) if "rule" in rows[0] else found
            return reasoned, _asked(query, values)
    return None, _asked("recommend/evidence", values)


def inferred(store: Store, person: NamedNode) -> frozenset[str]:
    """Things that a person has shown nothing of themselves: rules inferred all that is known."""
    rows = store.rows("recommend/inferred", {"person": person})
    return frozenset(_text(row, "thing") for row in rows)


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
        ("antecedent", terms.ANTECEDENT),
        ("start", terms.START),
        ("end", terms.END),
        ("text", terms.IN_TEXT),
        ("said", terms.OBSERVED_AT),
        ("kind", terms.KIND),
        ("done", terms.LAST_SEEN),
        ("rule", terms.HAS_RULE),
        ("drawn", terms.OBSERVED_AT),
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
        antecedent=_text(row, "antecedent"),
    )


def _rule(row: Row) -> str:
    return _text(row, "rule").rpartition("/")[2]


def _reasoned(store: Store, person: NamedNode, thing: NamedNode, found: Evidence, row: Row) -> Evidence:
    """``found``, an inference, with its grounds and the reason that its rule gives."""
    inference = NamedNode(found.iri)
    steps = list(found.steps)
    grounds = store.rows("recommend/grounds", {"inference": inference})
    for ground, about in ((ground["ground"], ground["thing"]) for ground in grounds):
        assert isinstance(ground, NamedNode)
        assert isinstance(about, NamedNode)
        steps += [Step(inference, terms.WAS_DERIVED_FROM, ground), Step(ground, terms.ABOUT, about)]
    rule = read_rule(_rule(row))
    items = catalogue_size(store)
    # Counted anew: an inference names its strongest grounds only.
    support = {c.about: c.support for c in conclusions(store, rule, person, items)}.get(thing, len(grounds))
    asked = _asked(rule.query, values_of(rule, person, items))
    return replace(found, steps=tuple(steps), reason=Reason(rule.reasons, support, asked))


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return value.value if isinstance(value, NamedNode | Literal) else ""


def _asked(query: str, values: dict[str, Term]) -> Asked:
    return Asked(query, {key: value.value for key, value in values.items()})
