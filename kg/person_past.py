"""A person's evidence as it was at a moment, from what is known today: words by date, behaviour event by event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial

from pyoxigraph import NamedNode

from penchant.kg import event_sums
from penchant.kg.catalogue import item_iri
from penchant.kg.engagements import engagements
from penchant.kg.event_sums import EngagementSum, StandingEvent
from penchant.kg.evidence import of_engagements, stored_evidence
from penchant.kg.fusion import Evidence
from penchant.kg.ledger_entries import Experience
from penchant.kg.literals import utc
from penchant.kg.own_graph import OwnGraph, item_of
from penchant.kg.records import Engagement
from penchant.kg.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Past:
    """All that a human being has shown, with times.

    Args:
        workspace: where it stands.
        said: what they said, and what was said or concluded of them.
        did: identifier → events that stand, oldest first.
        told: identifier → behaviour that texts tell of, about the items that the things are.
    """

    workspace: Workspace
    said: tuple[Evidence, ...]
    did: dict[NamedNode, tuple[StandingEvent, ...]]
    told: dict[NamedNode, tuple[Experience, ...]]

    def moments(self) -> list[datetime]:
        """Every moment at which something was shown, oldest first."""
        found = {e.at for e in self.said}
        found |= {event.at for events in self.did.values() for event in events}
        found |= {one.at for several in self.told.values() for one in several}
        return sorted(found)

    def moved(self, moment: datetime) -> set[NamedNode]:
        """Things of which something was shown at ``moment``."""
        found = {e.about for e in self.said if e.at == moment}
        found |= {event.item for events in self.did.values() for event in events if event.at == moment}
        return found | {one.about for several in self.told.values() for one in several if one.at == moment}

    def engagements(self, moment: datetime, things: Container[NamedNode] | None = None) -> list[Engagement]:
        """What was done up to ``moment``, summed up; only with ``things``, if they are given."""

        def counts(at: datetime, thing: NamedNode) -> bool:
            return at <= moment and (things is None or thing in things)

        return [
            row
            for person in sorted({*self.did, *self.told}, key=lambda iri: iri.value)
            for row in engagements(
                self.workspace,
                person,
                _summed(event for event in self.did.get(person, ()) if counts(event.at, event.item)),
                [one for one in self.told.get(person, ()) if counts(one.at, one.about)],
            )
        ]

    def evidence(self, moment: datetime, done: Iterable[Engagement]) -> list[Evidence]:
        """All evidence up to ``moment``; ``done`` are its engagements."""
        return [
            *(e for e in self.said if e.at <= moment),
            *of_engagements(done, self.workspace.vocabulary),
        ]


def past(workspace: Workspace, graphs: Iterable[OwnGraph]) -> Past:
    """The past of the human being whose identifiers have these graphs."""
    vocabulary = workspace.vocabulary
    item = cache(partial(item_of, workspace.store))
    named = cache(partial(item_iri, workspace))
    said: list[Evidence] = []
    did: dict[NamedNode, tuple[StandingEvent, ...]] = {}
    told: dict[NamedNode, tuple[Experience, ...]] = {}
    for own in graphs:
        said += stored_evidence(own, vocabulary, item)
        id = workspace.ledger.called(own.person)
        if id is not None:
            folder = workspace.folder / "events"
            events = event_sums.course(folder, id, named, lambda name: vocabulary.kind(name).iri)
            did[own.person] = tuple(replace(event, at=utc(event.at)) for event in events)
            told[own.person] = tuple(
                replace(one, about=named(one.about.value) or one.about, at=utc(one.at))
                for one in workspace.ledger.experiences(id)
            )
    return Past(workspace, tuple(said), did, told)


def _summed(events: Iterable[StandingEvent]) -> list[EngagementSum]:
    groups: dict[tuple[str, str], list[StandingEvent]] = defaultdict(list)
    for event in events:
        groups[event.item.value, event.kind.value].append(event)
    return [_sum(groups[key]) for key in sorted(groups)]


def _sum(events: list[StandingEvent]) -> EngagementSum:
    valued = [(event.at, event.value) for event in events if event.value is not None]
    return EngagementSum(
        person="",
        item=events[0].item,
        kind=events[0].kind,
        count=len(events),
        sessions=len({event.sitting for event in events}),
        first=min(event.at for event in events),
        last=max(event.at for event in events),
        value=max(valued)[1] if valued else None,
    )
