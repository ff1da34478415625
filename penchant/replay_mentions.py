"""Mentions that were refused, tried again: the reading of their text is written anew, with what they were mended to.

The language model is not asked.  All that is mended in a text is written together, and everything else in it as it was.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from penchant.kg.consent import withheld
from penchant.kg.decided_links import decide_mention
from penchant.kg.judge import judge
from penchant.kg.ledger_entries import Verdict
from penchant.kg.link_decisions import in_force
from penchant.kg.mending import mark_replayed
from penchant.kg.proposal import Proposal, Reading
from penchant.kg.refusals import Refusal, refusal
from penchant.kg.stored_reading import StoredText, from_fields, reading_of, stored_text, text_of
from penchant.kg.workspace import Workspace
from penchant.kg.write_texts import text_iri, write_readings
from penchant.mends import past
from penchant.replay_outcome import Outcome, begin_replay, same_as_before


def replay_mentions(workspace: Workspace, of: int, refusals: Sequence[Refusal]) -> list[Outcome]:
    """Try again mentions that run ``of`` has refused, as one new run.

    Args:
        workspace: where to.
        of: number of the run.
        refusals: mentions of texts of that run.
    """
    db = workspace.ledger.connection
    by_text: dict[int, list[Refusal]] = defaultdict(list)
    for one in refusals:
        by_text[text_of(db, one.number)].append(one)
    outcomes: list[Outcome] = []
    run: int | None = None
    for number, chosen in by_text.items():
        text = stored_text(db, number)
        plan = _plan(workspace, text, chosen)
        outcomes += plan.outcomes
        if not plan.changed:
            continue
        if run is None:
            run = begin_replay(workspace, "texts", of, text.extractor)
        outcomes += _write(workspace, run, text, plan)
    if run is not None:
        workspace.checkpoint()
        account = workspace.ledger.account(run)
        workspace.ledger.finish(run, note={"texts": account.texts, "mentions": account.mentions})
    return outcomes


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written of a text, if anything, and what is known of its refusals before."""

    outcomes: tuple[Outcome, ...] = ()
    reading: Reading | None = None
    changed: tuple[tuple[Refusal, Proposal], ...] = ()


def _plan(workspace: Workspace, text: StoredText, chosen: Sequence[Refusal]) -> _Plan:
    if text.superseded:
        return _Plan(tuple(Outcome(one.id, "skipped", str(past(one))) for one in chosen))
    if reason := withheld(workspace, text.record.person, text.record.at):
        return _Plan(tuple(Outcome(one.id, "unchanged", reason) for one in chosen))
    if text_iri(workspace, text.record) != text.iri:
        return _Plan(tuple(Outcome(one.id, "skipped", "its text has another identifier by now") for one in chosen))
    text, mended = _decided(workspace, text)
    ids = {one.number for one in chosen} | mended.keys()
    proposals = {m.id: mended.get(m.id, m.proposal) for m in text.mentions if m.id in ids}
    reading = reading_of(text, mended)
    (judged,) = judge(workspace, text.run, [(text.iri, reading)])
    outcomes: list[Outcome] = []
    changed: list[tuple[Refusal, Proposal]] = []
    for number, proposal in proposals.items():
        one = refusal(workspace.ledger.connection, f"mention:{number}")
        verdict = _verdict(judged.entry.verdicts, proposal)
        if same_as_before(one, f"{verdict.status}: {verdict.reason}"):
            outcomes.append(Outcome(one.id, "unchanged", one.reason))
        else:
            changed.append((one, proposal))
    return _Plan(tuple(outcomes), reading, tuple(changed))


def _decided(workspace: Workspace, text: StoredText) -> tuple[StoredText, dict[int, Proposal]]:
    """The text, and what mentions of it were mended to, by number, under the decisions about links that hold now."""
    decisions, person = in_force(workspace), workspace.namer.person(text.record.person)

    def decided(proposal: Proposal) -> Proposal:
        return decide_mention(decisions, person, text.iri, proposal)[0]

    mended = {m.id: json.loads(m.mended) for m in text.mentions if m.state == "mended" and m.mended}
    mentions = tuple(replace(m, proposal=decided(m.proposal)) for m in text.mentions)
    return replace(text, mentions=mentions), {id: decided(from_fields(said)) for id, said in mended.items()}


def _write(workspace: Workspace, run: int, text: StoredText, plan: _Plan) -> list[Outcome]:
    assert plan.reading is not None
    ledger = workspace.ledger
    with workspace.writing, ledger.along(lambda: mark_replayed(ledger, (one for one, _ in plan.changed), run)):
        (entry,) = write_readings(workspace, run, text.extractor, [plan.reading]).entries
    outcomes = []
    for one, proposal in plan.changed:
        verdict = _verdict(entry.verdicts, proposal)
        good = verdict.status in ("accepted", "merged")
        reason = "" if good else f"{verdict.status}: {verdict.reason}"
        outcomes.append(Outcome(one.id, "accepted" if good else "refused", reason, run))
    return outcomes


def _verdict(verdicts: Sequence[Verdict], proposal: Proposal) -> Verdict:
    return next(verdict for verdict in verdicts if verdict.proposal is proposal)
