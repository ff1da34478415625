"""Readings into the graph: judge each mention, write what is accepted, and bring the person's interests up to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from penchant.kg.changes import difference
from penchant.kg.decided_links import decide_reading
from penchant.kg.engagements import engagements, recorded
from penchant.kg.evidence import of_observations
from penchant.kg.interests import News, Rewrite, join, rewrite_interests
from penchant.kg.judge import Judged, judge
from penchant.kg.ledger_entries import Experience, TextEntry
from penchant.kg.link_decisions import in_force
from penchant.kg.literals import utc
from penchant.kg.merges import whole_person
from penchant.kg.own_graph import item_of, own_graph
from penchant.kg.proposal import Named, Reading, TextRecord
from penchant.kg.records import (
    Engagement,
    Observation,
    beneficiary_quads,
    concept_quads,
    person_quads,
    text_quads,
)
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch: ledger entries in the order of the readings, and the change that was written."""

    entries: tuple[TextEntry, ...]
    change: Change


def text_iri(workspace: Workspace, record: TextRecord) -> NamedNode:
    """The IRI of a text: by the source's own id where it has one, else by its time and content."""
    person = workspace.namer.person(record.person)
    if record.id is not None:
        return workspace.namer.text(person, "id", record.id)
    moment = utc(record.at).isoformat() if record.dated else ""
    return workspace.namer.text(person, "content", moment, record.text)


def write_readings(workspace: Workspace, run: int, extractor: str, readings: Sequence[Reading]) -> Written:
    """Judge and write ``readings`` as one change; a text that was read by another extractor is read anew.

    Args:
        workspace: where to.
        run: number of the run in the ledger.
        extractor: fingerprint of the extractor that made the readings.
        readings: each text once.
    """
    people = {reading.record.person: workspace.namer.person(reading.record.person) for reading in readings}
    judged = judge(workspace, run, _decided(workspace, readings, people))
    whole = rewrite_texts(workspace, judged)
    workspace.gate.demand(whole.nodes)
    with workspace.writing:
        with workspace.ledger.transaction():
            workspace.ledger.meet(people)
            for each in judged:
                workspace.ledger.text(run, extractor, each.entry)
            workspace.ledger.count_lines(run, len(judged))
            if whole.change:
                workspace.ledger.pend(run, whole.change)
        workspace.store.apply(whole.change)
    return Written(tuple(each.entry for each in judged), whole.change)


def _decided(
    workspace: Workspace, readings: Sequence[Reading], people: Mapping[str, NamedNode]
) -> list[tuple[NamedNode, Reading]]:
    """Readings with the IRIs of their texts, and every link in them that somebody has decided."""
    pairs = [(text_iri(workspace, reading.record), reading) for reading in readings]
    decisions = in_force(workspace)
    return [(iri, decide_reading(decisions, people[read.record.person], iri, read)) for iri, read in pairs]


def rewrite_texts(workspace: Workspace, judged: Iterable[Judged]) -> Rewrite:
    """What texts change in the graphs of their writers, all together; of a text read before, everything it said."""
    by_human: dict[NamedNode, list[Judged]] = defaultdict(list)
    for each in judged:
        if each.entry.status == "read":
            person = workspace.namer.person(each.entry.record.person)
            by_human[whole_person(workspace, person)].append(each)
    return join(_rewrite_human(workspace, human, texts) for human, texts in by_human.items())


@dataclass(slots=True)
class _Own:
    """What the texts of one identifier change in its graph."""

    rewrite: Rewrite
    observations: list[Observation]
    engagements: list[Engagement]
    gone: set[NamedNode]


def _rewrite_human(workspace: Workspace, human: NamedNode, texts: Iterable[Judged]) -> Rewrite:
    """What the texts of one human being, under any of their identifiers, change."""
    by_id: dict[str, list[Judged]] = defaultdict(list)
    for each in texts:
        by_id[each.entry.record.person].append(each)
    parts = [_rewrite_own(workspace, id, several) for id, several in by_id.items()]
    new = [row for part in parts for row in part.observations]
    news = News(
        gone=frozenset(iri for part in parts for iri in part.gone),
        evidence=tuple(of_observations(new, workspace.vocabulary, _canonical(workspace, new))),
        engagements=tuple(row for part in parts for row in part.engagements),
    )
    return join([*(part.rewrite for part in parts), rewrite_interests(workspace, human, news)])


def _rewrite_own(workspace: Workspace, id: str, texts: Sequence[Judged]) -> _Own:
    person = workspace.namer.person(id)
    graph = workspace.graphs.user(person)
    wanted: set[Quad] = set(person_quads(person, graph))
    present: set[Quad] = set()
    told = _told(workspace, id, texts)
    again = [each.entry.iri for each in texts if workspace.ledger.was_read(each.entry.iri)]
    if told is not None or again:
        own = own_graph(workspace, person)
        present.update(quad for text in again for quad in own.of_text(text))
        present |= own.of_class(t.ENGAGEMENT) if told is not None else set()
    for each in texts:
        if each.observations or each.experiences or each.claims:
            wanted.update(text_quads(each.entry.iri, person, each.entry.record.source, graph))
        for row in each.observations:
            wanted.update(row.quads(graph))
            if row.about == workspace.namer.concept(person, row.named):
                wanted.update(concept_quads(row.about, row.named, graph))
        for claim in each.claims:
            wanted.update(claim.quads(graph))
        for named in _things_of_claims(each):
            concept = workspace.namer.concept(person, named.quote)
            if not named.link and not any(workspace.store.quads(subject=concept, predicate=t.PREF_LABEL, graph=graph)):
                wanted.update(concept_quads(concept, named.quote, graph))
        for agent, words in each.beneficiaries:
            wanted.update(beneficiary_quads(agent, words, graph))
    wanted.update(quad for row in told or () for quad in row.quads(graph))
    change = difference(present, wanted)
    return _Own(
        rewrite=Rewrite(change, tuple(wanted)),
        observations=[row for each in texts for row in each.observations],
        engagements=told or [],
        gone={q.subject for q in present if isinstance(q.subject, NamedNode)},
    )


def _things_of_claims(judged: Judged) -> list[Named]:
    accepted = [v.statement for v in judged.entry.statements if v.status == "accepted"]
    return [named for one in accepted for named in (one.subject, one.object)]


def _told(workspace: Workspace, id: str, texts: Sequence[Judged]) -> list[Engagement] | None:
    """All engagements of a person whose texts tell of behaviour, or told of it when they were read before."""
    now = {each.entry.iri for each in texts}
    before = workspace.ledger.experiences(id)
    new = [experience for each in texts for experience in each.experiences]
    if not new and not any(experience.text in now for experience in before):
        return None
    told: list[Experience] = [*(e for e in before if e.text not in now), *new]
    sums = next((sums for _, sums in recorded(workspace, [id])), [])
    return engagements(workspace, workspace.namer.person(id), sums, told)


def _canonical(workspace: Workspace, rows: Sequence[Observation]) -> dict[str, NamedNode]:
    items = ((about, item_of(workspace.store, about)) for about in {row.about for row in rows})
    return {about.value: item for about, item in items if item is not None}
