"""The fate of each statement: what the gate takes becomes a claim in its person's own graph, the rest a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pyoxigraph import NamedNode

from penchant.kg.ledger_entries import StatementVerdict
from penchant.kg.literals import kept, utc
from penchant.kg.proposal import Named, Reading, Statement
from penchant.kg.records import Claim
from penchant.kg.sensitive import SensitiveTopics, refusal
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t

Judged = tuple[StatementVerdict, Claim | None]


def judge_statements(
    workspace: Workspace, topics: SensitiveTopics, run: int, text: NamedNode, reading: Reading
) -> list[Judged]:
    """What becomes of each statement of ``reading`` before the gate has seen it, with the claim that it makes."""
    found: list[Judged] = []
    accepted: dict[tuple[NamedNode, NamedNode, NamedNode], NamedNode] = {}
    for statement in sorted(reading.statements, key=lambda s: (-s.confidence, s.start, s.end)):
        reason = _wrong(statement, reading.record.text)
        if reason:
            found.append((StatementVerdict(statement, "rejected", reason), None))
            continue
        claim = _claim(workspace, run, text, reading, statement)
        for thing, named in ((claim.subject, statement.subject), (claim.object, statement.object)):
            if not reason and (topic := topics.topic_of(thing, named.quote)):
                reason = refusal(topic)
        if not reason and claim.subject == claim.object:
            reason = "it relates a thing to itself"
        key = (claim.subject, claim.relation, claim.object)
        if reason:
            found.append((StatementVerdict(statement, "rejected", reason), None))
        elif key in accepted:
            found.append((StatementVerdict(statement, "merged", "said twice in one text", accepted[key]), None))
        else:
            accepted[key] = claim.iri
            found.append((StatementVerdict(statement, "accepted", claim=claim.iri), claim))
    return found


def after_the_gate(found: list[Judged], refused: Mapping[str, str]) -> tuple[tuple[StatementVerdict, ...], list[Claim]]:
    """The fates with what the gate has refused, in the order of the text, and the claims to be written."""

    def final(verdict: StatementVerdict) -> StatementVerdict:
        if verdict.claim is None or verdict.claim.value not in refused:
            return verdict
        return replace(verdict, status="rejected", reason=refused[verdict.claim.value], claim=None)

    verdicts = sorted((final(verdict) for verdict, _ in found), key=lambda v: (v.statement.start, v.statement.end))
    claims = [claim for _, claim in found if claim is not None and claim.iri.value not in refused]
    return tuple(verdicts), sorted(claims, key=lambda claim: (claim.start, claim.end, claim.iri.value))


def _wrong(statement: Statement, text: str) -> str:
    if statement.relation not in t.RELATIONS:
        return f"{statement.relation!r} is no relation; expected one of {', '.join(t.RELATIONS)}"
    for said in (statement, statement.subject, statement.object):
        if text[said.start : said.end] != said.quote or not said.quote:
            return f"the quote {said.quote[:40]!r} does not stand at {said.start}–{said.end}"
    return ""


def _claim(workspace: Workspace, run: int, text: NamedNode, reading: Reading, said: Statement) -> Claim:
    holder = workspace.namer.person(reading.record.person)
    subject, object = (_thing(workspace, holder, named) for named in (said.subject, said.object))
    links = [named.link_confidence for named in (said.subject, said.object) if named.link]
    relation = t.RELATIONS[said.relation]
    return Claim(
        iri=workspace.namer.claim(text, str(said.start), str(said.end), relation.value, subject.value, object.value),
        holder=holder,
        subject=subject,
        relation=relation,
        object=object,
        confidence=kept(said.confidence * min(links, default=1.0)),
        at=utc(reading.record.at),
        run=workspace.namer.run(run),
        text=text,
        quote=said.quote,
        start=said.start,
        end=said.end,
    )


def _thing(workspace: Workspace, holder: NamedNode, named: Named) -> NamedNode:
    """What is named: what it is linked to, else a concept of the person's own."""
    return NamedNode(named.link) if named.link else workspace.namer.concept(holder, named.quote)
