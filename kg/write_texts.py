"""Readings into the graph: judge each mention, write what is accepted, and bring the person's interests up to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Quad

from penchant.kg.evidence import of_observations
from penchant.kg.interests import Rewrite, join, rewrite_interests, stored_evidence
from penchant.kg.ledger import TextEntry, Verdict, entry_of
from penchant.kg.literals import utc
from penchant.kg.proposal import Proposal, Reading, TextRecord
from penchant.kg.records import Observation, concept_quads, person_quads, text_quads
from penchant.kg.store import Change
from penchant.kg.stored_quads import stored_quads
from penchant.kg.workspace import Workspace
from penchant.ontology.behaviour import Vocabulary

#: A text's ledger entry with the observations that were accepted in it.
Judged = tuple[TextEntry, list[Observation]]


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
    judged = [_judge(workspace, run, reading) for reading in readings]
    by_person: dict[NamedNode, list[Judged]] = defaultdict(list)
    for entry, rows in judged:
        by_person[workspace.namer.person(entry.record.person)].append((entry, rows))
    whole = join(_rewrite_person(workspace, person, texts) for person, texts in by_person.items())
    workspace.gate.demand(whole.nodes)
    change = whole.change
    with workspace.ledger.transaction():
        for entry, _ in judged:
            workspace.ledger.text(run, extractor, entry)
        workspace.ledger.count_lines(run, len(judged))
        if change:
            workspace.ledger.pend(run, change)
    workspace.store.apply(change)
    return Written(tuple(entry for entry, _ in judged), change)


def _judge(workspace: Workspace, run: int, reading: Reading) -> Judged:
    """The fate of each mention of one text, and an observation for each accepted one."""
    text = text_iri(workspace, reading.record)
    verdicts = [Verdict(proposal, "abstained", reason) for proposal, reason in reading.abstained]
    accepted: dict[tuple[str, str], tuple[Verdict, Observation]] = {}
    for proposal in sorted(reading.proposals, key=lambda p: (-p.confidence, p.start, p.end)):
        if reason := _wrong(workspace.vocabulary, proposal, reading.record.text):
            verdicts.append(Verdict(proposal, "rejected", reason))
            continue
        row = _observation(workspace, run, reading.record, text, proposal)
        key = (row.about.value, row.stance.value)
        if key in accepted:
            verdicts.append(Verdict(proposal, "merged", "said twice in one text", accepted[key][1].iri))
        else:
            accepted[key] = (Verdict(proposal, "accepted", observation=row.iri), row)
    graph = workspace.graphs.user(workspace.namer.person(reading.record.person))
    refused = workspace.gate.refused(q for _, row in accepted.values() for q in row.quads(graph))
    kept = []
    for verdict, row in accepted.values():
        if row.iri.value in refused:
            verdicts.append(replace(verdict, status="rejected", reason=refused[row.iri.value], observation=None))
        else:
            verdicts.append(verdict)
            kept.append(row)
    verdicts.sort(key=lambda v: (v.proposal.start, v.proposal.end, v.proposal.stance))
    return entry_of(reading, text, tuple(verdicts)), sorted(kept, key=lambda row: (row.start, row.end))


def _wrong(vocabulary: Vocabulary, proposal: Proposal, text: str) -> str:
    """Why a proposal cannot even be put into words of the graph; empty if it can."""
    if text[proposal.start : proposal.end] != proposal.quote:
        found = text[proposal.start : proposal.end]
        return f"the quote does not stand at {proposal.start}–{proposal.end}; found {found[:40]!r} there"
    if proposal.stance not in vocabulary.stances:
        known = ", ".join(sorted(stance.word for stance in vocabulary.all_stances()))
        return f"{proposal.stance!r} is no stance; expected one of {known}"
    if proposal.link is not None and proposal.link not in {c.iri for c in proposal.candidates}:
        return f"{proposal.link} is not among the candidates"
    return ""


def _observation(
    workspace: Workspace, run: int, record: TextRecord, text: NamedNode, proposal: Proposal
) -> Observation:
    holder = workspace.namer.person(record.person)
    about = NamedNode(proposal.link) if proposal.link else workspace.namer.concept(holder, proposal.quote)
    # NIL is a claim about the person's own words: it needs no link to be right.
    link = proposal.link_confidence if proposal.link else 1.0
    stance = workspace.vocabulary.stance(proposal.stance).iri
    return Observation(
        iri=workspace.namer.observation(text, str(proposal.start), str(proposal.end), stance.value, about.value),
        holder=holder,
        about=about,
        stance=stance,
        intensity=proposal.intensity,
        confidence=proposal.confidence * link,
        at=record.at,
        run=workspace.namer.run(run),
        text=text,
        quote=proposal.quote,
        start=proposal.start,
        end=proposal.end,
    )


def _rewrite_person(workspace: Workspace, person: NamedNode, texts: list[Judged]) -> Rewrite:
    graph = workspace.graphs.user(person)
    read = [(entry, rows) for entry, rows in texts if entry.status == "read"]
    if not read:
        return join([])
    wanted: set[Quad] = set(person_quads(person, graph))
    superseded: set[Quad] = set()
    for entry, rows in read:
        superseded |= _earlier_reading(workspace, entry.iri, graph)
        if rows:
            wanted.update(text_quads(entry.iri, person, entry.record.source, graph))
        for row in rows:
            wanted.update(row.quads(graph))
            if row.about == workspace.namer.concept(person, row.quote):
                wanted.update(concept_quads(row.about, row.quote, graph))
    gone = {q.subject for q in superseded}
    evidence = [e for e in stored_evidence(workspace, person) if e.iri not in gone]
    new = [row for _, rows in read for row in rows]
    evidence += of_observations(new, workspace.vocabulary, _canonical(workspace, new))
    own = Change(
        tuple(sorted(superseded - wanted, key=str)),
        tuple(sorted(wanted - superseded, key=str)),
    )
    return join([Rewrite(own, tuple(wanted)), rewrite_interests(workspace, person, evidence)])


def _earlier_reading(workspace: Workspace, text: NamedNode, graph: NamedNode) -> set[Quad]:
    """Quads of a text and its observations, if another extractor has read it before."""
    if not workspace.ledger.was_read(text):
        return set()
    return stored_quads(workspace.store, "person/text_triples", {"text": text}, graph)


def _canonical(workspace: Workspace, rows: Sequence[Observation]) -> dict[str, NamedNode]:
    found = {}
    for about in {row.about for row in rows}:
        for row in workspace.store.rows("person/canonical", {"thing": about}):
            item = row["item"]
            assert isinstance(item, NamedNode)
            found[about.value] = item
    return found
