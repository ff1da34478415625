"""From a person's evidence to the quads of their interests, as the change that brings the graph up to date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import NamedNode, Quad

from penchant.kg.changes import difference
from penchant.kg.evidence import stored_corrections, stored_engagements, stored_observations
from penchant.kg.fusion import Evidence, fuse
from penchant.kg.inferences import stored_inferences
from penchant.kg.records import interest_quads
from penchant.kg.store import Change
from penchant.kg.stored_quads import stored_quads
from penchant.kg.workspace import Workspace


def stored_evidence(workspace: Workspace, person: NamedNode) -> list[Evidence]:
    """All evidence of ``person`` that the store holds."""
    vocabulary = workspace.vocabulary
    return [
        *stored_observations(workspace.store, person, vocabulary),
        *stored_corrections(workspace.store, person, vocabulary),
        *stored_engagements(workspace.store, person, vocabulary),
        *stored_inferences(workspace.store, person, vocabulary),
    ]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A change of one person's graph, with all quads of the nodes it touches, for the gate to look at."""

    change: Change
    nodes: tuple[Quad, ...]


def rewrite_interests(
    workspace: Workspace, person: NamedNode, evidence: Iterable[Evidence], as_of: datetime | None = None
) -> Rewrite:
    """What brings the graph of ``person`` to the interests that ``evidence`` adds up to, and nothing else derived."""
    graph = workspace.graphs.user(person)
    wanted: set[Quad] = set()
    for fused in fuse(evidence, workspace.vocabulary, as_of):
        iri = workspace.namer.interest(person, fused.about, fused.facet)
        wanted.update(interest_quads(iri, person, fused, workspace.vocabulary, graph))
    change = difference(stored_quads(workspace.store, "person/derived_triples", {"person": person}, graph), wanted)
    touched = {q.subject for q in change.insert}
    return Rewrite(change, tuple(q for q in wanted if q.subject in touched))


def join(rewrites: Iterable[Rewrite]) -> Rewrite:
    """Several rewrites as one."""
    every = list(rewrites)
    return Rewrite(
        Change(
            tuple(q for r in every for q in r.change.delete),
            tuple(q for r in every for q in r.change.insert),
        ),
        tuple(q for r in every for q in r.nodes),
    )
