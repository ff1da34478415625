"""Fuse people's evidence anew, from the event log and the ledger up; where nothing is wrong, nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from penchant.kg.collecting import collecting_rarely
from penchant.kg.interests import Rewrite, join
from penchant.kg.workspace import Workspace
from penchant.kg.write_events import PEOPLE_PER_CHANGE, rebuild


@dataclass(frozen=True, slots=True)
class FuseReport:
    """What fusing anew did.

    Args:
        people: how many were looked at.
        changed: how many of them had other engagements or interests than their evidence gives.
        added: quads written.
        removed: quads taken away.
    """

    people: int
    changed: int
    added: int
    removed: int


def fuse_all(
    workspace: Workspace,
    people: Iterable[NamedNode] | None = None,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> FuseReport:
    """Bring engagements and interests of ``people`` to what events, texts and corrections add up to.

    Args:
        workspace: where they stand.
        people: whose; everybody's if None.
        dry_run: count what would change, and change nothing.
        progress: called with the number of people done.
    """
    chosen = _everybody(workspace) if people is None else set(people)
    run = None if dry_run else workspace.ledger.begin("fuse", "evidence")
    done = changed = added = removed = 0
    batch: list[Rewrite] = []
    with collecting_rarely():
        for done, rewrite in enumerate(rebuild(workspace, chosen), start=1):
            changed += bool(rewrite.change)
            added, removed = added + len(rewrite.change.insert), removed + len(rewrite.change.delete)
            batch.append(rewrite)
            if done % PEOPLE_PER_CHANGE == 0:
                _commit(workspace, run, batch)
                batch = []
                progress(done)
        _commit(workspace, run, batch)
    report = FuseReport(done, changed, added, removed)
    if run is not None:
        workspace.checkpoint()
        workspace.ledger.finish(run, note={"people": done, "changed": changed, "added": added, "removed": removed})
    progress(done)
    return report


def _everybody(workspace: Workspace) -> set[NamedNode]:
    rows = workspace.store.rows("person/everybody")
    return {row["person"] for row in rows if isinstance(row["person"], NamedNode)}


def _commit(workspace: Workspace, run: int | None, batch: list[Rewrite]) -> None:
    whole = join(batch)
    if run is not None and whole.change:
        workspace.gate.demand(whole.nodes)
        workspace.commit(run, whole.change)
