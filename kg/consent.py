"""What a person lets be done with what is known of them: refused purposes, and for how long things are kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pyoxigraph import NamedNode, Quad

from penchant.errors import ConsentError, InputError
from penchant.kg.changes import difference
from penchant.kg.literals import as_float, integer, utc
from penchant.kg.merges import identifiers
from penchant.kg.records import person_quads
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t

#: Short name → purpose that a person can refuse.
PURPOSES: Final = {"extract": t.EXTRACTION, "train": t.TRAINING, "recommend": t.RECOMMENDATION}


@dataclass(frozen=True, slots=True)
class Consent:
    """Refused purposes, sorted, and for how many days things are kept; None without an end."""

    refused: tuple[NamedNode, ...] = ()
    keep_days: int | None = None


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


def set_consent(
    workspace: Workspace, person: NamedNode, refused: Collection[NamedNode], keep_days: int | None
) -> Change:
    """Write down what the human being that ``person`` is refuses, and for how long things are kept; what was written.

    It stands with each of their identifiers, so that it goes on to hold for all of them if they are separated.

    Args:
        workspace: where.
        person: under any identifier.
        refused: purposes; all others are allowed.
        keep_days: what they show is kept for so many days; without an end if None.

    Raises:
        InputError: fewer than one day.
    """
    if keep_days is not None and keep_days < 1:
        raise InputError(f"kept for {keep_days} days", expected="1 day or more", where="--keep-days")
    wanted: set[Quad] = set()
    present: set[Quad] = set()
    for one in identifiers(workspace, person):
        graph = workspace.graphs.user(one)
        wanted.update(person_quads(one, graph))
        wanted.update(Quad(one, t.REFUSES, purpose, graph) for purpose in refused)
        if keep_days is not None:
            wanted.add(Quad(one, t.RETENTION_DAYS, integer(keep_days), graph))
        for predicate in (t.REFUSES, t.RETENTION_DAYS, t.TYPE):
            present.update(workspace.store.quads(subject=one, predicate=predicate, graph=graph))
    change = difference(present, wanted)
    workspace.gate.demand(tuple(wanted))
    if change:
        run = workspace.ledger.begin("person", "consent")
        workspace.commit(run, change)
        workspace.checkpoint()
        workspace.ledger.finish(run)
    return change


def consent_of(workspace: Workspace, person: NamedNode) -> Consent:
    """What the human being that ``person`` is lets be done."""
    return Consent(
        tuple(sorted((p for p in PURPOSES.values() if refuses(workspace, person, p)), key=lambda p: p.value)),
        retention_days(workspace, person),
    )


def demand(workspace: Workspace, person: NamedNode, purpose: NamedNode) -> None:
    """Raise a :class:`ConsentError` where ``person`` refuses ``purpose``."""
    if refuses(workspace, person, purpose):
        raise ConsentError(
            "the person refuses this",
            expected="a person who allows it",
            where=purpose.value,
            remedy="Only they can allow it: `penchant person consent PERSON --allow …`",
        )


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
