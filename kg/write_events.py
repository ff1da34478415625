"""Events into the graph: rows to the event log, sums to engagements, and the people's interests brought up to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pyoxigraph import NamedNode, Quad

from penchant.errors import UnknownError
from penchant.kg import event_log
from penchant.kg.catalogue import item_iri
from penchant.kg.changes import difference
from penchant.kg.engagements import engagements
from penchant.kg.event_log import EngagementSum
from penchant.kg.interests import News, Rewrite, join, rewrite_interests
from penchant.kg.proposal import EventRecord
from penchant.kg.records import person_quads
from penchant.kg.stored_quads import stored_quads
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t

#: People whose change is written together: enough to spread the cost of a commit, few enough to bound memory.
PEOPLE_PER_CHANGE = 50


def log_events(workspace: Workspace, run: int, records: Sequence[EventRecord]) -> tuple[set[str], int]:
    """Append events to the event log; those of unknown items or kinds go to the ledger with the reason.

    Returns:
        The people whose engagements may have changed, and how many events were rejected.
    """
    items: dict[str, NamedNode | None] = {}
    good = []
    with workspace.ledger.transaction():
        workspace.ledger.meet({id: workspace.namer.person(id) for id in {record.person for record in records}})
        for record in records:
            if record.item not in items:
                items[record.item] = item_iri(workspace, record.item)
            if reason := _wrong(workspace, record, items[record.item]):
                workspace.ledger.reject(run, record, reason)
            else:
                good.append(record)
    event_log.append(workspace.folder / "events", good)
    return {record.person for record in good}, len(records) - len(good)


def write_engagements(
    workspace: Workspace, run: int, people: set[str], progress: Callable[[int], None] = lambda _: None
) -> int:
    """Bring engagements and interests of ``people`` to what the event log says; number of quads changed."""
    changed = 0
    batch: list[Rewrite] = []
    for done, (person, sums) in enumerate(_sums_of(workspace, people), start=1):
        batch.append(_rewrite_person(workspace, workspace.namer.person(person), sums))
        if done % PEOPLE_PER_CHANGE == 0:
            changed += _commit(workspace, run, batch)
            batch = []
            progress(done)
    changed += _commit(workspace, run, batch)
    progress(len(people))
    return changed


def _wrong(workspace: Workspace, record: EventRecord, item: NamedNode | None) -> str:
    if item is None:
        return f"unknown item {record.item!r}; add it with `penchant add items`, then add these events again"
    try:
        kind = workspace.vocabulary.kind(record.kind)
    except UnknownError:
        return f"unknown kind {record.kind!r}; the ontology in force does not have it"
    if record.value is None and kind.best_rating is not None:
        return f"a {record.kind} without a value says nothing"
    return ""


def rebuild(workspace: Workspace, people: set[NamedNode]) -> Iterator[Rewrite]:
    """What brings engagements and interests of ``people`` to what the event log says, person by person."""
    ids = {record.person for record in event_log.scan(workspace.folder / "events")}
    known = {id for id in ids if workspace.namer.person(id) in people}
    for person, sums in _sums_of(workspace, known):
        yield _rewrite_person(workspace, workspace.namer.person(person), sums)
    for iri in sorted(people - {workspace.namer.person(id) for id in known}, key=lambda iri: iri.value):
        yield rewrite_interests(workspace, iri)


def _sums_of(workspace: Workspace, people: set[str]) -> Iterator[tuple[str, list[EngagementSum]]]:
    rows: dict[str, list[EventRecord]] = defaultdict(list)
    former = workspace.vocabulary.renames
    for record in event_log.scan(workspace.folder / "events"):
        if record.person in people:
            today = workspace.vocabulary.kind(record.kind).name if record.kind in former else record.kind
            rows[record.person].append(record if today == record.kind else replace(record, kind=today))
    for person in sorted(rows):
        yield person, event_log.sums(rows.pop(person))


def _rewrite_person(workspace: Workspace, person: NamedNode, sums: Sequence[EngagementSum]) -> Rewrite:
    graph = workspace.graphs.user(person)
    done = engagements(workspace, person, sums, workspace.ledger.experiences(workspace.ledger.called(person) or ""))
    wanted: set[Quad] = set(person_quads(person, graph))
    for engagement in done:
        wanted.update(engagement.quads(graph))
    present = _engagement_quads(workspace, person, graph)
    own = difference(present, wanted)
    gone = frozenset(q.subject for q in present if isinstance(q.subject, NamedNode))
    news = News(gone=gone, engagements=tuple(done))
    return join([Rewrite(own, tuple(wanted)), rewrite_interests(workspace, person, news)])


def _engagement_quads(workspace: Workspace, person: NamedNode, graph: NamedNode) -> set[Quad]:
    found = stored_quads(workspace.store, "person/engagement_triples", {"person": person}, graph)
    if any(workspace.store.quads(subject=person, predicate=t.TYPE, graph=graph)):
        found.update(person_quads(person, graph))
    return found


def _commit(workspace: Workspace, run: int, batch: Sequence[Rewrite]) -> int:
    """Check and write a batch; events were judged before, so a broken engagement is a defect of ours."""
    whole = join(batch)
    workspace.gate.demand(whole.nodes)
    workspace.commit(run, whole.change)
    return len(whole.change.delete) + len(whole.change.insert)
