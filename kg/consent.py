"""What a person lets be done with what is known of them: refused purposes, and for how long things are kept."""

from __future__ import annotations

from pyoxigraph import NamedNode

from penchant.kg.literals import as_float
from penchant.kg.merges import identifiers
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t


def refuses(workspace: Workspace, person: NamedNode, purpose: NamedNode) -> bool:
    """Whether the human being that ``person`` is refuses ``purpose``, under any of their identifiers."""
    return any(
        quad.object == purpose
        for one in identifiers(workspace, person)
        for quad in workspace.store.quads(subject=one, predicate=t.REFUSES, graph=workspace.graphs.user(one))
    )


def retention_days(workspace: Workspace, person: NamedNode) -> int | None:
    """For how many days what ``person`` shows is kept, the fewest of their identifiers; None without an end."""
    found = [
        int(as_float(quad.object))
        for one in identifiers(workspace, person)
        for quad in workspace.store.quads(subject=one, predicate=t.RETENTION_DAYS, graph=workspace.graphs.user(one))
    ]
    return min(found, default=None)
