"""Events into the graph: rows to the event log, sums to engagements, and the people's interests brought up to date.

Before rows appear in the log, the ledger names the people whom they concern; it forgets them in the transaction that
writes down the change of their engagements and interests.  So whatever a crash leaves behind is brought up to date when
the workspace is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Final

from pyoxigraph import NamedNode, Quad

from penchant.errors import UnknownError
from penchant.kg import event_log
from penchant.kg.catalogue import item_iri
from penchant.kg.changes import difference
from penchant.kg.collecting import collecting_rarely
from penchant.kg.consent import refuses, retention_days
from penchant.kg.engagements import engagements, recorded
from penchant.kg.event_sums import PEOPLE_AT_ONCE, EngagementSum
from penchant.kg.interests import News, Rewrite, join, rewrite_interests
from penchant.kg.literals import utc
from penchant.kg.merges import identifiers, whole_person
from penchant.kg.own_graph import own_graph
from penchant.kg.proposal import EventRecord
from penchant.kg.records import Engagement, person_quads
from penchant.kg.sensitive import SensitiveTopics, refusal
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t

#: People whose change is written together where no event is read: enough to spread the cost of a commit.
PEOPLE_PER_CHANGE: Final = 50
#: Quads that are written together: enough that the store can take them in bulk, few enough to bound memory.
QUADS_PER_CHANGE: Final = 40_000
#: Quads after which the store is flushed, so that the ledger can let go of the changes it keeps in case of a crash.
QUADS_PER_CHECKPOINT: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Logged:
    """What became of a batch of events.

    Args:
        people: whose engagements may have changed.
        rejected: how many named an unknown item or kind; the ledger has the reasons.
        withheld: how many were not kept, because the person refuses that interests are learnt from what they do, or
            does not let it be kept for so long.
    """

    people: frozenset[str]
    rejected: int
    withheld: int


def log_events(workspace: Workspace, run: int, records: Sequence[EventRecord]) -> Logged:
    """Append events to the event log; those of unknown items or kinds go to the ledger with the reason.

    Raises:
        StoreError: the log cannot be written.
    """
    item = cache(partial(item_iri, workspace))
    allowed = _allowed(workspace, records)
    topics = SensitiveTopics.of(workspace)
    judged = [(record, _wrong(workspace, record, item, topics)) for record in allowed]
    good = [record for record, reason in judged if not reason]
    met = {id: workspace.namer.person(id) for id in {record.person for record in allowed}}
    people = {record.person for record in good}
    with workspace.writing:
        with workspace.ledger.transaction():
            workspace.ledger.meet(met)
            workspace.ledger.stale(people)
            for record, reason in judged:
                if reason:
                    workspace.ledger.reject(run, record, reason)
        event_log.append(workspace.folder / "events", good)
    return Logged(frozenset(people), len(allowed) - len(good), len(records) - len(allowed))


def write_engagements(
    workspace: Workspace, run: int, people: Iterable[str] = (), progress: Callable[[int], None] = lambda _: None
) -> int:
    """Bring engagements and interests to what the event log says; number of quads changed.

    Args:
        workspace: where they stand.
        run: number of the run in the ledger.
        people: whose; besides everybody whom the event log is ahead of.
        progress: called with the number of people done.
    """
    with workspace.writing, workspace.ledger.transaction():
        workspace.ledger.stale(people)
    item = cache(partial(item_iri, workspace))
    changed = done = since = 0
    with collecting_rarely():
        while some := workspace.ledger.stale_people(PEOPLE_AT_ONCE):
            for batch in _in_changes(_rewrites(workspace, some, item)):
                size = _commit(workspace, run, batch)
                changed, since = changed + size, since + size
                done += sum(len(human.ids) for human in batch)
                progress(done)
                if since >= QUADS_PER_CHECKPOINT:
                    workspace.checkpoint()
                    since = 0
    return changed


def finish_events(workspace: Workspace) -> int:
    """Bring everybody up to date whom the event log is ahead of since a crash; number of quads changed."""
    if not workspace.ledger.stale_people(1):
        return 0
    run = workspace.ledger.begin("events", "after a crash")
    changed = write_engagements(workspace, run)
    workspace.checkpoint()
    workspace.ledger.finish(run, note={"quads": changed})
    return changed


def rebuild(workspace: Workspace, people: Iterable[NamedNode]) -> Iterator[Rewrite]:
    """What brings engagements and interests of ``people`` to what the event log and the ledger say, human by human.

    Nothing is written.  The interests of somebody who was merged with others are the whole person's.
    """
    item = cache(partial(item_iri, workspace))
    known: list[str] = []
    unknown: list[NamedNode] = []
    for person in sorted(set(people), key=lambda iri: iri.value):
        id = workspace.ledger.called(person)
        if id is None:
            unknown.append(person)
        else:
            known.append(id)
    done: set[NamedNode] = set()
    for start in range(0, len(known), PEOPLE_AT_ONCE):
        some = [id for id in known[start : start + PEOPLE_AT_ONCE] if _whole(workspace, id) not in done]
        for human in _rewrites(workspace, some, item):
            done.add(_whole(workspace, human.ids[0]))
            yield human.rewrite
    for person in unknown:
        if whole_person(workspace, person) not in done:
            done.add(whole_person(workspace, person))
            yield rewrite_interests(workspace, person)


def _whole(workspace: Workspace, id: str) -> NamedNode:
    return whole_person(workspace, workspace.namer.person(id))


_DAWN: Final = datetime(1, 1, 1, tzinfo=UTC)


def _allowed(workspace: Workspace, records: Sequence[EventRecord]) -> list[EventRecord]:
    """The events that their people let be kept; what takes an event back always is."""
    if not any(next(workspace.store.quads(predicate=p), None) for p in (t.REFUSES, t.RETENTION_DAYS)):
        return list(records)

    @cache
    def since(id: str) -> datetime | None:
        person = workspace.namer.person(id)
        if refuses(workspace, person, t.EXTRACTION):
            return None
        days = retention_days(workspace, person)
        return _DAWN if days is None else utc(datetime.now(UTC)) - timedelta(days=days)

    def kept(record: EventRecord) -> bool:
        start = since(record.person)
        return record.retracted or (start is not None and utc(record.at) >= start)

    return [record for record in records if kept(record)]


def _wrong(
    workspace: Workspace, record: EventRecord, item: Callable[[str], NamedNode | None], topics: SensitiveTopics
) -> str:
    if record.retracted and not record.id and not (record.item and record.kind):
        return "it takes back something that it does not name: neither an id, nor an item and a kind"
    about = item(record.item)
    if about is None and not (record.retracted and not record.item):
        return f"unknown item {record.item!r}; add it with `penchant add items`, then add these events again"
    if record.retracted and not record.kind:
        return ""
    try:
        kind = workspace.vocabulary.kind(record.kind)
    except UnknownError:
        return f"unknown kind {record.kind!r}; the ontology in force does not have it"
    if record.value is None and kind.best_rating is not None and not record.retracted:
        return f"a {record.kind} without a value says nothing"
    if about is not None and not record.retracted and (topic := topics.topic_of(about)):
        return refusal(topic)
    return ""


@dataclass(frozen=True, slots=True)
class _Human:
    """What brings one human being up to date, and the identifiers that they came in under."""

    ids: tuple[str, ...]
    rewrite: Rewrite


def _rewrites(workspace: Workspace, ids: Sequence[str], item: Callable[[str], NamedNode | None]) -> Iterator[_Human]:
    """What brings the human beings whom sources call ``ids`` up to date, each once under all of their identifiers."""
    several = _several(workspace, ids)
    waiting: dict[str, list[EngagementSum]] = {}
    left = dict.fromkeys(ids)
    for id, sums in recorded(workspace, {*ids, *(id for every in several.values() for id in every)}, item):
        if id in several:
            waiting[id] = sums
        else:
            left.pop(id)
            yield _Human((id,), _rewrite(workspace, {id: sums}))
    for every in dict.fromkeys(several.values()):
        for id in every:
            left.pop(id, None)
        yield _Human(every, _rewrite(workspace, {id: waiting.get(id) for id in every}))
    for id in left:
        yield _Human((id,), _rewrite(workspace, {id: None}))


def _several(workspace: Workspace, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Those of ``ids`` whose human being has several identifiers, and the others of these, each with all."""
    found: dict[str, tuple[str, ...]] = {}
    if next(workspace.store.quads(predicate=t.MERGED_INTO, graph=workspace.graphs.links), None) is None:
        return found
    for id in ids:
        if id not in found and len(names := identifiers(workspace, workspace.namer.person(id))) > 1:
            called = (workspace.ledger.called(name) for name in names)
            every = tuple(sorted({id, *(one for one in called if one is not None)}))
            found.update(dict.fromkeys(every, every))
    return found


def _rewrite(workspace: Workspace, ids: Mapping[str, Sequence[EngagementSum] | None]) -> Rewrite:
    """What brings one human being up to date whose identifiers have these sums, or None where the log has nothing."""
    parts: list[Rewrite] = []
    gone: set[NamedNode] = set()
    new: list[Engagement] = []
    for id, sums in ids.items():
        person = workspace.namer.person(id)
        graph = workspace.graphs.user(person)
        done = engagements(workspace, person, sums or (), workspace.ledger.experiences(id))
        present: set[Quad] = set()
        if workspace.store.contains_graph(graph):
            own = own_graph(workspace, person)
            gone.update(own.classes.get(t.ENGAGEMENT, ()))
            present = own.of_class(t.ENGAGEMENT) | {q for q in own.quads.get(person, ()) if q.predicate == t.TYPE}
        wanted = {quad for row in done for quad in row.quads(graph)}
        if done or sums is not None or present:
            wanted.update(person_quads(person, graph))
        change = difference(present, wanted)
        touched = {quad.subject for quad in change.insert}
        parts.append(Rewrite(change, tuple(quad for quad in wanted if quad.subject in touched)))
        new += done
    human = whole_person(workspace, person)
    return join([*parts, rewrite_interests(workspace, human, News(frozenset(gone), engagements=tuple(new)))])


def _in_changes(humans: Iterable[_Human]) -> Iterator[list[_Human]]:
    """Humans in batches of about :data:`QUADS_PER_CHANGE`, so that many idle ones weigh as much as one busy one."""
    batch: list[_Human] = []
    size = 0
    for human in humans:
        batch.append(human)
        size += len(human.rewrite.nodes) + len(human.rewrite.change.delete)
        if size >= QUADS_PER_CHANGE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _commit(workspace: Workspace, run: int, batch: Sequence[_Human]) -> int:
    """Check and write a batch; events were judged before, so a broken engagement is a defect of ours."""
    whole = join(human.rewrite for human in batch)
    workspace.gate.demand(whole.nodes)
    with workspace.writing:
        with workspace.ledger.transaction():
            if whole.change:
                workspace.ledger.pend(run, whole.change)
            workspace.ledger.fresh(id for human in batch for id in human.ids)
        if whole.change:
            workspace.store.apply(whole.change)
    return len(whole.change.delete) + len(whole.change.insert)
