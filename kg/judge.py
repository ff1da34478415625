"""The fate of each mention: what the gate takes becomes an observation or an experience, the rest a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from penchant.errors import UnknownError
from penchant.kg.catalogue import item_iri
from penchant.kg.judge_claims import after_the_gate, judge_statements
from penchant.kg.ledger_entries import Experience, StatementVerdict, TextEntry, Verdict, entry_of
from penchant.kg.literals import kept, utc
from penchant.kg.proposal import Proposal, Reading, TextRecord
from penchant.kg.records import Claim, Observation
from penchant.kg.sensitive import SensitiveTopics, refusal
from penchant.kg.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Judged:
    """A text's ledger entry, with what was accepted in it.

    Args:
        entry: what the ledger keeps.
        observations: sorted by place in the text.
        experiences: behaviour that was told of.
        beneficiaries: people for whom something is wished, with the words for them.
        claims: relations between things that were stated; sorted by place in the text.
    """

    entry: TextEntry
    observations: tuple[Observation, ...] = ()
    experiences: tuple[Experience, ...] = ()
    beneficiaries: tuple[tuple[NamedNode, str], ...] = ()
    claims: tuple[Claim, ...] = ()


def judge(workspace: Workspace, run: int, readings: Sequence[tuple[NamedNode, Reading]]) -> list[Judged]:
    """The fate of every mention of ``readings``, which come with the IRIs of their texts; the gate is asked once."""
    topics = SensitiveTopics.of(workspace)
    verdicts = [_verdicts(workspace, topics, run, text, reading) for text, reading in readings]
    statements = [judge_statements(workspace, topics, run, text, reading) for text, reading in readings]
    refused = workspace.gate.refused(
        quad
        for (_, reading), found, stated in zip(readings, verdicts, statements, strict=True)
        for _, row in (*found, *stated)
        if row is not None
        for quad in row.quads(workspace.graphs.user(workspace.namer.person(reading.record.person)))
    )
    return [
        _judged(workspace, text, reading, found, stated, refused)
        for (text, reading), found, stated in zip(readings, verdicts, statements, strict=True)
    ]


def _verdicts(
    workspace: Workspace, topics: SensitiveTopics, run: int, text: NamedNode, reading: Reading
) -> list[tuple[Verdict, Observation | None]]:
    """What becomes of each mention before the gate has seen it, with the observation that it makes."""
    found: list[tuple[Verdict, Observation | None]] = [
        (Verdict(proposal, "abstained", reason), None) for proposal, reason in reading.abstained
    ]
    accepted: dict[tuple[str, str, str], NamedNode] = {}
    for proposal in sorted(reading.proposals, key=lambda p: (-p.confidence, p.start, p.end)):
        about = _about(workspace, reading.record, proposal)
        reason = _wrong(workspace, proposal, reading.record)
        if not reason and (topic := topics.topic_of(about, proposal.named)):
            reason = refusal(topic)
        if reason:
            found.append((Verdict(proposal, "rejected", reason), None))
            continue
        if not proposal.stance:
            found.append((Verdict(proposal, "accepted"), None))
            continue
        row = _observation(workspace, run, reading.record, text, proposal)
        key = (row.about.value, row.stance.value, f"{row.beneficiary} {row.at} {row.aspect} {row.condition}")
        if key in accepted:
            found.append((Verdict(proposal, "merged", "said twice in one text", accepted[key]), None))
        else:
            accepted[key] = row.iri
            found.append((Verdict(proposal, "accepted", observation=row.iri), row))
    return found


def _judged(
    workspace: Workspace,
    text: NamedNode,
    reading: Reading,
    found: list[tuple[Verdict, Observation | None]],
    stated: list[tuple[StatementVerdict, Claim | None]],
    refused: dict[str, str],
) -> Judged:
    def final(verdict: Verdict) -> Verdict:
        if verdict.observation is None or verdict.observation.value not in refused:
            return verdict
        return replace(verdict, status="rejected", reason=refused[verdict.observation.value], observation=None)

    verdicts = sorted(
        (final(verdict) for verdict, _ in found), key=lambda v: (v.proposal.start, v.proposal.end, v.proposal.stance)
    )
    rows = [row for _, row in found if row is not None and row.iri.value not in refused]
    person = workspace.namer.person(reading.record.person)
    told = [v.proposal for v in verdicts if v.status in ("accepted", "merged")]
    words = {p.beneficiary for p in told if p.beneficiary}
    fates, claims = after_the_gate(stated, refused)
    return Judged(
        entry_of(reading, text, tuple(verdicts), fates),
        observations=tuple(sorted(rows, key=lambda row: (row.start, row.end, row.iri.value))),
        experiences=tuple(
            Experience(text, NamedNode(p.link), p.experience, p.at or reading.record.at)
            for p in told
            if p.experience and p.link and not p.beneficiary
        ),
        beneficiaries=tuple((workspace.namer.beneficiary(person, w), w) for w in sorted(words)),
        claims=tuple(claims),
    )


def _wrong(workspace: Workspace, proposal: Proposal, record: TextRecord) -> str:
    """Why a proposal cannot even be put into words of the graph; empty if it can."""
    vocabulary, text = workspace.vocabulary, record.text
    if text[proposal.start : proposal.end] != proposal.quote:
        found = text[proposal.start : proposal.end]
        return f"the quote does not stand at {proposal.start}–{proposal.end}; found {found[:40]!r} there"
    if proposal.stance not in vocabulary.stances and (proposal.stance or not proposal.experience):
        known = ", ".join(sorted(stance.word for stance in vocabulary.all_stances()))
        return f"{proposal.stance!r} is no stance; expected one of {known}"
    if proposal.experience:
        try:
            vocabulary.kind(proposal.experience)
        except UnknownError as unknown:
            return str(unknown)
    for quoted in (proposal.beneficiary, proposal.condition, proposal.aspect):
        if quoted not in text:
            return f"{quoted[:40]!r} does not stand in the text"
    if not text.startswith(proposal.opinion, proposal.opinion_start):
        return f"{proposal.opinion[:40]!r} does not stand at {proposal.opinion_start} of the text"
    if proposal.antecedent not in (record.context or ""):
        return f"{proposal.antecedent[:40]!r} does not stand in what was said before"
    if proposal.link is not None and proposal.link not in {c.iri for c in proposal.candidates}:
        return f"{proposal.link} is not among the candidates"
    if not proposal.stance and (proposal.link is None or item_iri(workspace, proposal.link) is None):
        return "nothing but an experience was told, and of nothing that is in the catalogue"
    return ""


def _about(workspace: Workspace, record: TextRecord, proposal: Proposal) -> NamedNode:
    """What a mention is about: what it is linked to, else a concept of the person's own."""
    if proposal.link:
        return NamedNode(proposal.link)
    return workspace.namer.concept(workspace.namer.person(record.person), proposal.named)


def _observation(
    workspace: Workspace, run: int, record: TextRecord, text: NamedNode, proposal: Proposal
) -> Observation:
    holder, about = workspace.namer.person(record.person), _about(workspace, record, proposal)
    # NIL is a claim about the person's own words: it needs no link to be right.
    link = proposal.link_confidence if proposal.link else 1.0
    stance = workspace.vocabulary.stance(proposal.stance).iri
    return Observation(
        iri=workspace.namer.observation(text, str(proposal.start), str(proposal.end), stance.value, about.value),
        holder=holder,
        about=about,
        stance=stance,
        intensity=kept(proposal.intensity),
        confidence=kept(proposal.confidence * link),
        at=utc(proposal.at or record.at),
        run=workspace.namer.run(run),
        text=text,
        quote=proposal.quote,
        start=proposal.start,
        end=proposal.end,
        beneficiary=workspace.namer.beneficiary(holder, proposal.beneficiary) if proposal.beneficiary else None,
        antecedent=proposal.antecedent,
        condition=proposal.condition,
        aspect=proposal.aspect,
        opinion=proposal.opinion,
        opinion_start=proposal.opinion_start,
    )
