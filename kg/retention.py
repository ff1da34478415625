"""Retention: what a person has shown for longer than they let it be kept is erased, and their interests follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyoxigraph import NamedNode, Quad

from penchant.kg import event_log
from penchant.kg.changes import difference
from penchant.kg.compact import compact, make_due
from penchant.kg.consent import retention_days
from penchant.kg.interests import News, Rewrite, join, rewrite_interests
from penchant.kg.ledger_of_person import erase_before, shrink
from penchant.kg.literals import utc
from penchant.kg.merges import identifiers, whole_person
from penchant.kg.own_graph import Node, OwnGraph, own_graph
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.kg.write_events import write_engagements
from penchant.ontology import terms as t


@dataclass(frozen=True, slots=True)
class Expired:
    """What was erased because it was kept for long enough.

    Args:
        people: human beings of whom something was erased.
        evidence: observations, corrections and inferences.
        texts: in the ledger.
        events: rows of the event log.
        rejected: refused events in the ledger.
        rewritten: whether the store's files were rewritten; where something was erased and they were not, that is due.
    """

    people: int = 0
    evidence: int = 0
    texts: int = 0
    events: int = 0
    rejected: int = 0
    rewritten: bool = False


def expire(
    workspace: Workspace, person: NamedNode | None = None, now: datetime | None = None, *, rewrite: bool = True
) -> Expired:
    """Erase what is older than its person lets it be kept.

    A text goes when it was written too long ago, with all that was read in it; an event when it happened too long ago.

    Args:
        workspace: where.
        person: whose; everybody's unless given.
        now: the moment to count back from; this one unless given.
        rewrite: write the store's files anew where something was erased; if not, it is due.
    """
    moment = utc(now or datetime.now(UTC))
    people = {whole_person(workspace, one) for one in (_limited(workspace) if person is None else [person])}
    found = Expired()
    with workspace.writing:
        for human in sorted(people, key=lambda iri: iri.value):
            days = retention_days(workspace, human)
            if days is not None:
                one = _expire(workspace, human, moment - timedelta(days=days))
                found = _sum(found, one)
        if found.people:
            shrink(workspace.ledger)
            make_due(workspace)
            if rewrite:
                compact(workspace)
    return Expired(
        found.people, found.evidence, found.texts, found.events, found.rejected, rewrite and found.people > 0
    )


def _limited(workspace: Workspace) -> Iterable[NamedNode]:
    for quad in workspace.store.quads(predicate=t.RETENTION_DAYS):
        assert isinstance(quad.subject, NamedNode)
        yield quad.subject


def _expire(workspace: Workspace, human: NamedNode, limit: datetime) -> Expired:
    graphs = [own_graph(workspace, one) for one in identifiers(workspace, human)]
    ids = [id for own in graphs if (id := workspace.ledger.called(own.person)) is not None]
    run = workspace.ledger.begin("person", "expire")
    # Engagements are brought up to date from the log; a crash before that is mended when the workspace is opened.
    with workspace.ledger.transaction():
        workspace.ledger.stale(ids)
        erased = [erase_before(workspace.ledger, id, limit.isoformat()) for id in ids]
        texts = {NamedNode(iri) for iris, _ in erased for iri in iris}
        gone = {quad for own in graphs for quad in _old(own, texts, limit)}
        gone |= {quad for own in graphs for quad in _unnamed(own, gone)}
        old = {quad.subject for quad in gone if isinstance(quad.subject, NamedNode)}
        interests = rewrite_interests(workspace, human, News(gone=frozenset(old)))
        change = join([Rewrite(difference(gone, set()), ()), interests]).change
        if change:
            workspace.ledger.pend(run, change)
    workspace.store.apply(change)
    events = sum(event_log.drop_before(workspace.folder / "events", id, limit) for id in ids)
    write_engagements(workspace, run)
    _drop_groundless(workspace, run, human)
    workspace.checkpoint()
    workspace.ledger.finish(run)
    kinds = (t.OBSERVATION, t.CORRECTION, t.INFERENCE)
    evidence = sum(1 for quad in gone if quad.predicate == t.TYPE and quad.object in kinds)
    rejected = sum(count for _, count in erased)
    lines = sum(len(iris) for iris, _ in erased)
    touched = bool(gone or events or rejected or lines)
    return Expired(int(touched), evidence, lines, events, rejected)


def _old(own: OwnGraph, texts: set[NamedNode], limit: datetime) -> Iterable[Quad]:
    """Quads of texts that went, of what was read in them, and of corrections and inferences from before ``limit``."""
    for text in texts:
        yield from own.of_text(text)
    for kind in (t.CORRECTION, t.INFERENCE):
        for node in own.nodes(kind):
            at = node.time(t.OBSERVED_AT)
            if at is not None and at < limit:
                yield from own.quads[node.iri]


def _unnamed(own: OwnGraph, gone: set[Quad]) -> Iterable[Quad]:
    """Quads of the person's own concepts, and of people they wish something for, that no evidence names any more."""
    derived = own.derived()
    named = {quad.object for quads in own.quads.values() for quad in quads if quad not in gone and quad not in derived}
    for kind in (t.CONCEPT, t.AGENT):
        for iri in own.classes.get(kind, ()):
            if iri not in named:
                yield from own.quads[iri]


def _drop_groundless(workspace: Workspace, run: int, human: NamedNode) -> None:
    """Take away inferences one of whose grounds is no interest any more; the next run of the rules draws them anew."""
    graphs = [own_graph(workspace, one) for one in identifiers(workspace, human)]
    interests = {iri for own in graphs for iri in own.classes.get(t.INTEREST, ())}

    def groundless(own: OwnGraph, node: Node) -> bool:
        return any(q.predicate == t.WAS_DERIVED_FROM and q.object not in interests for q in own.quads[node.iri])

    gone = {
        quad
        for own in graphs
        for node in own.nodes(t.INFERENCE)
        if groundless(own, node)
        for quad in own.quads[node.iri]
    }
    if gone:
        nodes = frozenset(quad.subject for quad in gone if isinstance(quad.subject, NamedNode))
        interests_too = rewrite_interests(workspace, human, News(gone=nodes))
        own_change = Rewrite(Change(tuple(sorted(gone, key=str))), ())
        workspace.commit(run, join([own_change, interests_too]).change)


def _sum(one: Expired, other: Expired) -> Expired:
    return Expired(
        one.people + other.people,
        one.evidence + other.evidence,
        one.texts + other.texts,
        one.events + other.events,
        one.rejected + other.rejected,
    )
