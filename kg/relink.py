"""Carry out a decision about a link, or take one back: what was read is linked anew, in one atomic change.

The rows of the ledger stay: a mention keeps its number and its text, and gets another link and what follows from it.
Observations keep the run that read them, so taking a decision back brings the graph to what it was, byte for byte.
The decision, the rows and the pending change of the store are one transaction of the ledger; a crash after it is
carried to the end when the workspace is opened, like every other change.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from penchant.kg import link_decisions
from penchant.kg.decided_rows import candidates_json, keep_decided
from penchant.kg.ledger import statement_row
from penchant.kg.link_decisions import Decision
from penchant.kg.relink_plan import RelinkedText, RelinkPlan, plan_relink
from penchant.kg.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Relinked:
    """What came of a decision, or of taking one back.

    Args:
        decision: the decision, as the ledger holds it now.
        run: number of the run.
        texts: in which something has another link now, or is surer of it.
        people: whose texts they are.
        mentions: mentions of which that is true: fate → how many.
        statements: statements of which it is true.
        withheld: texts that stay as they are, because their writers do not let anything be learnt from them.
        quads: how many were deleted and inserted.
    """

    decision: Decision
    run: int
    texts: int = 0
    people: int = 0
    mentions: dict[str, int] = field(default_factory=dict)
    statements: int = 0
    withheld: int = 0
    quads: int = 0


def decide(workspace: Workspace, new: Decision) -> Relinked:
    """Let ``new`` hold from now on, and link anew what it speaks of."""

    def write(db: sqlite3.Connection, run: int) -> int:
        return link_decisions.keep(db, run, new)

    return _relink(workspace, new, write)


def undo(workspace: Workspace, old: Decision, by: str = "") -> Relinked:
    """Let ``old`` hold no more, and link what it spoke of as older decisions say, or the linker."""

    def write(db: sqlite3.Connection, run: int) -> int:
        link_decisions.take_back(db, run, old.id, by)
        return old.id

    return _relink(workspace, old, write)


def _relink(workspace: Workspace, decision: Decision, write: Callable[[sqlite3.Connection, int], int]) -> Relinked:
    ledger = workspace.ledger
    db = ledger.connection
    with workspace.writing:
        with ledger.transaction():
            run = ledger.begin("links", f"{decision.verb} {decision.scope}")
            stored = link_decisions.decision(db, write(db, run))
            assert stored is not None
            plan = plan_relink(workspace, stored)
            for text in plan.texts:
                _update(db, text)
            if plan.rewrite.change:
                ledger.pend(run, plan.rewrite.change)
        workspace.store.apply(plan.rewrite.change)
        workspace.checkpoint()
        done = _report(stored, run, plan)
        ledger.finish(run, note={"mentions": done.mentions, "texts": done.texts, "quads": done.quads})
    return done


def _update(db: sqlite3.Connection, text: RelinkedText) -> None:
    """Bring the rows of a text's mentions and statements to what was judged; none comes and none goes."""
    db.executemany(
        "UPDATE mentions SET link = ?, link_confidence = ?, candidates = ?, status = ?, reason = ?, observation = ?"
        " WHERE id = ?",
        [
            (
                *(
                    verdict.proposal.link,
                    verdict.proposal.link_confidence,
                    candidates_json(verdict.proposal.candidates),
                ),
                *(verdict.status, verdict.reason, verdict.observation and verdict.observation.value, old.id),
            )
            for old, verdict in text.verdicts()
        ],
    )
    keep_decided(db, {old.id: verdict.proposal for old, verdict in text.verdicts()})
    if text.judged.entry.statements:
        db.execute("DELETE FROM statements WHERE text = ?", (text.stored.id,))
        db.executemany(
            "INSERT INTO statements (text, said, status, reason, claim) VALUES (?, ?, ?, ?, ?)",
            [(text.stored.id, *statement_row(verdict)) for verdict in text.judged.entry.statements],
        )


def _report(decision: Decision, run: int, plan: RelinkPlan) -> Relinked:
    fates = Counter(verdict.status for text in plan.texts for verdict in text.changed())
    return Relinked(
        decision=decision,
        run=run,
        texts=len(plan.texts),
        people=len({text.stored.record.person for text in plan.texts}),
        mentions=dict(sorted(fates.items())),
        statements=sum(len(text.restated()) for text in plan.texts),
        withheld=plan.withheld,
        quads=len(plan.rewrite.change.delete) + len(plan.rewrite.change.insert),
    )
