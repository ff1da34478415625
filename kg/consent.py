"""What a person lets be done with what is known of them: refused purposes, and for how long things are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pyoxigraph import NamedNode

from penchant.kg.literals import as_float, utc
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


def withheld(workspace: Workspace, id: str, at: datetime, now: datetime | None = None) -> str:
    """Why something that somebody wrote or did ``at`` a time must not be kept; empty where it may be.

    Args:
        workspace: where the person's consent stands.
        id: the person, as the source calls them.
        at: when it was written or done.
        now: the moment that retention is counted back from; this one unless given.
    """
    person = workspace.namer.person(id)
    if refuses(workspace, person, t.EXTRACTION):
        return "withheld: the person refuses that interests are learnt from it"
    days = retention_days(workspace, person)
    if days is not None and utc(at) < utc(now or datetime.now(UTC)) - timedelta(days=days):
        return f"withheld: older than the {days} days that the person lets it be kept"
    return ""
