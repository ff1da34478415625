"""What people have decided, put in the place of what the linker said.

Of the decisions that speak of a mention the closest counts first (its own place, then its person, then everybody), and
among those the newest.  *Accept* makes its thing the link; *reject* without a thing makes it NIL; *reject* with a thing
takes that candidate away.  If the linker had chosen a candidate that was taken away, its share is given to the others
in proportion; the best of them is the link if it then holds at least half, else the mention is NIL.

A link that somebody has decided has confidence 1: what remains uncertain is the reading of the mention, and that has
a confidence of its own.  What the linker said is kept beside it, and comes back when the decision is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import NamedNode

from penchant.kg import normalise
from penchant.kg.link_decisions import ACCEPT, Decision, Decisions
from penchant.kg.proposal import NAMES_NOTHING, Decided, LinkCandidate, Named, Proposal, Reading, Statement

#: The share that the next candidate needs, where the linker's own choice was rejected.
LEAST_SHARE: Final = 0.5

Held = tuple[Proposal, str]


def decide_reading(decisions: Decisions, person: NamedNode, text: NamedNode, reading: Reading) -> Reading:
    """``reading`` of ``text`` by ``person``, with every link that somebody has decided; the same if none was."""
    held = [(proposal, "") for proposal in reading.proposals] + list(reading.abstained)
    after = [decide_mention(decisions, person, text, proposal, reason) for proposal, reason in held]
    said = tuple(decide_statement(decisions, person, text, statement) for statement in reading.statements)
    if after == held and said == reading.statements:
        return reading
    return replace(
        reading,
        proposals=tuple(proposal for proposal, reason in after if not reason),
        abstained=tuple((proposal, reason) for proposal, reason in after if reason),
        statements=said,
    )


def decide_mention(
    decisions: Decisions, person: NamedNode, text: NamedNode, proposal: Proposal, reason: str = ""
) -> Held:
    """A mention with the link that somebody has decided, or that the linker chose where nobody has.

    Args:
        decisions: those that hold.
        person: who wrote the text.
        text: the text.
        proposal: the mention as it stands, under decisions or not.
        reason: why it is held back; empty if it is not.

    Returns:
        The mention and why it is held back; the very same objects where nothing changes.
    """
    before = proposal.decided or Decided(None, proposal.link, proposal.link_confidence, proposal.candidates, reason)
    own = replace(
        proposal,
        link=before.link,
        link_confidence=before.confidence,
        candidates=before.candidates,
        decided=before if before.mended else None,
    )
    if before.mended:
        own = replace(own, decided=replace(before, decision=None))
    found: Sequence[Decision] = ()
    if proposal.start < proposal.end:  # what stands nowhere in the text can mean nothing
        found = decisions.about(proposal.named, person, text, proposal.start)
    if before.mended:  # who mended this one mention knew it better than who spoke of the words in general
        found = [one for one in found if one.scope == "mention"]
    choice = _choice(found, before)
    if choice is None:
        new, held = own, before.held if proposal.decided else reason
    else:
        link, confidence, candidates, by = choice
        new = replace(
            own,
            link=link,
            link_confidence=confidence,
            candidates=candidates,
            decided=replace(before, decision=by),
        )
        held = _held(new, before.held)
    return (proposal, reason) if (new, held) == (proposal, reason) else (new, held)


def decide_statement(decisions: Decisions, person: NamedNode, text: NamedNode, statement: Statement) -> Statement:
    """A statement with what somebody has decided that its two things are."""
    subject, object = (_decide_named(decisions, person, text, named) for named in (statement.subject, statement.object))
    new = replace(statement, subject=subject, object=object)
    return statement if new == statement else new


def _decide_named(decisions: Decisions, person: NamedNode, text: NamedNode, named: Named) -> Named:
    before = named.decided or Decided(None, named.link, named.link_confidence)
    choice = _choice(decisions.about(named.quote, person, text, named.start), before)
    if choice is None:
        return replace(named, link=before.link, link_confidence=before.confidence, decided=None)
    link, confidence, _, by = choice
    return replace(named, link=link, link_confidence=confidence, decided=replace(before, decision=by))


def _choice(
    found: Sequence[Decision], before: Decided
) -> tuple[str | None, float, tuple[LinkCandidate, ...], int] | None:
    """Link, confidence, candidates and number of the decision; None where the linker's choice stands."""
    rejected: dict[str, int] = {}
    for one in found:
        if one.link is None:
            return None, 1.0, before.candidates, one.id
        if one.verb != ACCEPT:
            rejected.setdefault(one.link, one.id)
        elif one.link not in rejected:
            candidates = before.candidates
            if all(candidate.iri != one.link for candidate in candidates):
                candidates = (LinkCandidate(one.link, one.label, 1.0), *candidates)
            return one.link, 1.0, candidates, one.id
    if before.link is None or before.link not in rejected:
        return None
    link, confidence = _next_best(before.candidates, rejected)
    return link, confidence, before.candidates, rejected[before.link]


def _next_best(candidates: Sequence[LinkCandidate], rejected: dict[str, int]) -> tuple[str | None, float]:
    left = [candidate for candidate in candidates if candidate.iri not in rejected]
    taken = sum(candidate.score for candidate in candidates if candidate.iri in rejected)
    whole = max(1.0 - taken, sum(candidate.score for candidate in left))  # what is no candidate's is NIL's
    if not left or whole <= 0:
        return None, 1.0
    best = left[0]
    share = round(best.score / whole, 4)
    return (best.iri, share) if share >= LEAST_SHARE else (None, round(1.0 - share, 4))


def _held(proposal: Proposal, before: str) -> str:
    """Why a mention is held back under its new link; general words need one to mean anything."""
    if before not in ("", NAMES_NOTHING):
        return before
    form = normalise.take_apart(proposal.named).form
    return NAMES_NOTHING if proposal.link is None and (not form or normalise.is_generic(form)) else ""
