"""What a change of the ontology touches: stored triples, interests, shapes, queries and code, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from penchant.kg.literals import as_float
from penchant.kg.store import Store
from penchant.kg.workspace import Workspace
from penchant.ontology import terms
from penchant.ontology.behaviour import BehaviourKind, Stance, Vocabulary
from penchant.ontology.comparing.compare import Comparison
from penchant.ontology.entries import local_name
from penchant.ontology.shapes import Shape
from penchant.queries.mentions import all_mentions


@dataclass(frozen=True, slots=True)
class Touched:
    """What names one term.

    Args:
        term: the term, under its old name where it is renamed.
        change: ``removed``, ``renamed`` or ``changed``.
        triples: stored triples outside the ontology graph that name it; 0 without a workspace.
        interests: interests that rest on evidence of this stance or kind; 0 for other terms.
        people: whose interests these are.
        shapes: names of the shapes that name it.
        queries: names of the shipped queries that name it.
        code: constants of Penchant's code that stand for it.
    """

    term: NamedNode
    change: str
    triples: int = 0
    interests: int = 0
    people: int = 0
    shapes: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    code: tuple[str, ...] = ()


def touched(comparison: Comparison, shapes: Iterable[Shape], workspace: Workspace | None) -> tuple[Touched, ...]:
    """What ``comparison`` touches, term by term in the order removed, renamed, changed.

    Args:
        comparison: of two ontologies.
        shapes: the shapes in force.
        workspace: where triples are counted; None counts none.
    """
    by_shape = _by_shape(shapes)
    by_query: dict[NamedNode, list[str]] = {}
    for name, mentioned in sorted(all_mentions().items()):
        for term in mentioned:
            by_query.setdefault(term, []).append(name)
    by_code: dict[NamedNode, list[str]] = {}
    for name, value in sorted(vars(terms).items()):
        if isinstance(value, NamedNode):
            by_code.setdefault(value, []).append(name)
    found = []
    for change, term in _changes(comparison):
        triples = interests = people = 0
        if workspace is not None:
            triples = stored_uses(workspace, term)
            rows = workspace.store.rows("ontology/rest_on", {"term": term})
            interests, people = sum(int(as_float(row["interests"])) for row in rows), len(rows)
        found.append(
            Touched(
                *(term, change, triples, interests, people),
                shapes=tuple(sorted(by_shape.get(term, ()))),
                queries=tuple(by_query.get(term, ())),
                code=tuple(by_code.get(term, ())),
            )
        )
    return tuple(found)


def stored_uses(workspace: Workspace, term: NamedNode) -> int:
    """How many triples outside the ontology graph name ``term``."""
    rows = workspace.store.rows("ontology/uses", {"term": term, "ontology": workspace.graphs.ontology})
    return sum(int(as_float(row["triples"])) for row in rows)


def changed_meaning(old: Vocabulary, new: Vocabulary, comparison: Comparison) -> tuple[NamedNode, ...]:
    """Stances and kinds, by their old IRIs, whose evidence weighs differently under ``new``.  Names don't matter."""

    def now(iri: NamedNode) -> NamedNode:
        return comparison.renames.get(iri, iri)

    stances = {
        stance.iri
        for stance in old.all_stances()
        if _meaning(stance, now) != _meaning(new.stances.get(now(stance.iri).value), lambda iri: iri)
    }
    kinds = {
        kind.iri
        for kind in old.all_kinds()
        if kind.stance in stances
        or _meaning(kind, now) != _meaning(new.kinds.get(now(kind.iri).value), lambda iri: iri)
    }
    return tuple(sorted(stances | kinds, key=lambda iri: iri.value))


def _meaning(entry: Stance | BehaviourKind | None, now: Callable[[NamedNode], NamedNode]) -> tuple[object, ...] | None:
    """What fusion reads of a stance or kind, its terms under the names that ``now`` gives them."""
    if entry is None:
        return None
    if isinstance(entry, BehaviourKind):
        ends = (entry.best_rating, entry.worst_rating)
        return (now(entry.stance), entry.intensity, entry.reliability, entry.half_life_days, *ends)
    others = (entry.facet, entry.shortcut, entry.refines)
    return (*(term and now(term) for term in others), entry.polarity, entry.half_life_days)


def people_on(store: Store, terms_changed: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
    """People with evidence of any of these stances or kinds, sorted."""
    people = {row["person"] for term in terms_changed for row in store.rows("ontology/rest_on", {"term": term})}
    return tuple(sorted((p for p in people if isinstance(p, NamedNode)), key=lambda p: p.value))


def _changes(comparison: Comparison) -> list[tuple[str, NamedNode]]:
    return [
        *(("removed", term) for term in comparison.removed),
        *(("renamed", old) for old in sorted(comparison.renames, key=lambda t: t.value)),
        *(("changed", change.term) for change in comparison.changed),
    ]


def _by_shape(shapes: Iterable[Shape]) -> dict[NamedNode, set[str]]:
    found: dict[NamedNode, set[str]] = {}
    for shape in shapes:
        values = shape.value if isinstance(shape.value, tuple) else (shape.value,)
        named = (shape.target_class, shape.path, *(v for v in values if isinstance(v, NamedNode)))
        for term in named:
            found.setdefault(term, set()).add(local_name(shape.shape))
    return found
