"""What a person did with items, summed up: from the event log, and from what they told in texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from pyoxigraph import NamedNode

from penchant.kg import event_sums
from penchant.kg.catalogue import item_iri
from penchant.kg.event_sums import EngagementSum
from penchant.kg.ledger_entries import Experience
from penchant.kg.literals import kept, utc
from penchant.kg.records import Engagement
from penchant.kg.workspace import Workspace


def recorded(
    workspace: Workspace, people: Iterable[str], item: Callable[[str], NamedNode | None] | None = None
) -> Iterator[tuple[str, list[EngagementSum]]]:
    """Those of ``people`` of whom the event log has something, sorted, with what it adds up to.

    Args:
        workspace: whose log, items and kinds.
        people: identifiers as the sources give them.
        item: the item that a name means, where somebody remembers; looked up otherwise.
    """
    find = item or cache(partial(item_iri, workspace))
    vocabulary = workspace.vocabulary
    return event_sums.sums(workspace.folder / "events", people, find, lambda name: vocabulary.kind(name).iri)


def engagements(
    workspace: Workspace, person: NamedNode, sums: Iterable[EngagementSum], experiences: Sequence[Experience] = ()
) -> list[Engagement]:
    """One engagement for each item and kind, sorted.

    Args:
        workspace: where items and kinds are known.
        person: who did it.
        sums: what the event log says.
        experiences: what the person told in texts; each counts as one event, in a session of its own.
    """
    rows = (_engagement(workspace, person, total) for total in sums)
    found = {row.iri: row for row in rows}
    told: dict[NamedNode, list[Experience]] = defaultdict(list)
    for experience in experiences:
        kind = workspace.vocabulary.kind(experience.kind).iri
        item = item_iri(workspace, experience.about.value)
        if item is not None:
            told[workspace.namer.engagement(person, item, kind)].append(replace(experience, about=item))
    for iri, several in told.items():
        row = _told(workspace, person, iri, several)
        found[iri] = _joined(found[iri], row) if iri in found else row
    return sorted(found.values(), key=lambda e: e.iri.value)


def _engagement(workspace: Workspace, person: NamedNode, total: EngagementSum) -> Engagement:
    return Engagement(
        iri=workspace.namer.engagement(person, total.item, total.kind),
        holder=person,
        about=total.item,
        kind=total.kind,
        count=total.count,
        sessions=total.sessions,
        first=utc(total.first),
        last=utc(total.last),
        value=None if total.value is None else kept(total.value),
    )


def _told(workspace: Workspace, person: NamedNode, iri: NamedNode, several: Sequence[Experience]) -> Engagement:
    moments = [utc(e.at) for e in several]
    return Engagement(
        iri=iri,
        holder=person,
        about=several[0].about,
        kind=workspace.vocabulary.kind(several[0].kind).iri,
        count=len(several),
        first=min(moments),
        last=max(moments),
        texts=tuple(sorted({e.text for e in several}, key=lambda text: text.value)),
    )


def _joined(one: Engagement, other: Engagement) -> Engagement:
    newer = max(one, other, key=lambda e: (e.value is not None, e.last))
    return replace(
        one,
        count=one.count + other.count,
        sessions=one.sessions + other.sessions,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        value=newer.value,
        texts=tuple(sorted({*one.texts, *other.texts}, key=lambda text: text.value)),
    )
