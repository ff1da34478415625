"""Forget a human being: everything that is known of them, wherever in the workspace folder it lies.

The request is written to a file first, so that a crash at any point is carried to the end when the workspace is opened
again; every step can be done twice.  The steps: the graphs, and what others say of the person in theirs; the ledger;
the event log; indices, checkpoints and drafts; snapshots and copies inside the folder; the counts of a trained model;
the store's files, which keep the strings of what was deleted until they are written anew.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from pyoxigraph import NamedNode, Quad

from penchant.kg import erasures, event_log
from penchant.kg.artefacts import take_out
from penchant.kg.compact import compact, make_due
from penchant.kg.copies import remove_copies, remove_snapshots
from penchant.kg.durable import replace, sync
from penchant.kg.ledger_of_person import LedgerErasure, answers_to, erase, has_anything, shrink
from penchant.kg.merges import identifiers
from penchant.kg.records import beneficiary_quads
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t

#: The file that says who is being forgotten, and whether the store is to be rewritten in the end.
PLAN: Final = "erasing.json"
#: Words for somebody for whom another person wishes something, and who was forgotten.
SOMEBODY: Final = "somebody"
_INDEX: Final = Path("index") / "labels.sqlite"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased.

    Args:
        people: identifiers of the human being, or of several.
        quads: in the store.
        ledger: rows of the ledger.
        events: rows of the event log.
        snapshots: snapshots inside the workspace that held something of them, and were deleted.
        copies: other files inside the folder that held something of them, and were deleted.
        index: whether the index of names held something of theirs; it is made anew.
        model: whether the trained model rests on them: its counts are without them, its vectors are not.
        rewritten: whether the store's files were rewritten; if not, that is due.
        seconds: how long it took.
    """

    people: int
    quads: int
    ledger: LedgerErasure
    events: int
    snapshots: tuple[str, ...]
    copies: tuple[str, ...]
    index: bool
    model: bool
    rewritten: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class _Plan:
    people: tuple[NamedNode, ...]
    ids: tuple[str, ...]
    rewrite: bool


def forget(
    workspace: Workspace, people: Iterable[NamedNode], ids: Iterable[str] = (), *, rewrite: bool = True
) -> Forgotten:
    """Erase everything of ``people`` under all of their identifiers; when it answers, it is done.

    Args:
        workspace: where.
        people: whom, by any IRI.
        ids: what sources call them, beside what the ledger knows.
        rewrite: write the store's files anew, without the strings of what was deleted; takes time with the size of
            the whole store.  If not, it is due: :func:`penchant.kg.compact.compact` does it, or the next erasure.
    """
    every = sorted({one for person in people for one in identifiers(workspace, person)}, key=lambda iri: iri.value)
    plan = _Plan(tuple(every), tuple(sorted({*ids, *_called(workspace, every)})), rewrite)
    with workspace.writing:
        workspace.checkpoint()  # no change that waits may bring anything back
        _write_plan(workspace.folder, plan)
        return _carry_out(workspace, plan)


def resume(workspace: Workspace) -> Forgotten | None:
    """Carry an erasure that was cut off to its end; None where there is none."""
    plan = _read_plan(workspace.folder)
    if plan is None:
        return None
    with workspace.writing:
        return _carry_out(workspace, plan)


def knows(workspace: Workspace, person: NamedNode, id: str) -> bool:
    """Whether anything is kept of ``person``, whom sources call ``id``, be it only a line that was refused."""
    graph = workspace.graphs.user(person)
    return workspace.store.contains_graph(graph) or has_anything(workspace.ledger, person, [id])


def was_forgotten(workspace: Workspace, person: NamedNode) -> bool:
    """Whether ``person`` was ever forgotten here."""
    known = erasures.listed(workspace.folder)
    return known is not None and known.at(person) is not None


def _carry_out(workspace: Workspace, plan: _Plan) -> Forgotten:
    started = time.perf_counter()
    folder = workspace.folder
    quads, ledger, events, index, model = 0, LedgerErasure(), 0, False, False
    snapshots: list[str] = []
    copies: list[str] = []
    if plan.people:
        erasures.begin(workspace, plan.people)
        minted = _minted(workspace, plan.people)
        quads = _erase_quads(workspace, plan, minted)
        ledger = erase(workspace.ledger, plan.people, plan.ids)
        shrink(workspace.ledger)
        events = event_log.drop(folder / "events", plan.ids) if (folder / "events").exists() else 0
        index = _erase_index(folder, minted)
        for name in ("training", "staging"):
            shutil.rmtree(folder / name, ignore_errors=True)
        snapshots = remove_snapshots(folder / "backups", plan.people, plan.ids)
        graphs = [workspace.graphs.user(person) for person in plan.people]
        copies = remove_copies(folder, [*plan.people, *graphs])
        model = take_out(folder / "model", {person.value for person in plan.people})
        make_due(workspace)
        erasures.stored(workspace)
    if plan.rewrite:
        _write_plan(folder, _Plan((), (), rewrite=True))  # names nobody any more
        compact(workspace)
    (folder / PLAN).unlink(missing_ok=True)
    sync(folder)
    seconds = time.perf_counter() - started
    return Forgotten(
        *(len(plan.people), quads, ledger, events, tuple(snapshots), tuple(copies)),
        index=index,
        model=model,
        rewritten=plan.rewrite,
        seconds=seconds,
    )


def _called(workspace: Workspace, people: Iterable[NamedNode]) -> Iterable[str]:
    """What sources call ``people``; readable identifiers say it themselves."""
    for person in people:
        id = workspace.ledger.called(person)
        if id is None and workspace.namer.key is None:
            id = unquote(person.value.removeprefix(workspace.graphs.base + "u/"))
        if id is not None:
            yield id


def _minted(workspace: Workspace, people: Iterable[NamedNode]) -> set[NamedNode]:
    """Every IRI that was made for these people: themselves, their texts, evidence, interests, concepts, wishes."""
    found = set(people)
    for person in people:
        for quad in workspace.store.dump(workspace.graphs.user(person)):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(workspace.graphs.base):
                found.add(quad.subject)
    return found


def _erase_quads(workspace: Workspace, plan: _Plan, minted: Iterable[NamedNode]) -> int:
    """Take out what others say of these people, then their graphs; how many quads went."""
    own = {workspace.graphs.user(person) for person in plan.people}
    elsewhere = {quad for term in minted for quad in workspace.store.naming(term) if quad.graph_name not in own}
    elsewhere |= {quad for quad in _pointed_at(workspace, plan.ids) if quad.graph_name not in own}
    change = Change(tuple(sorted(elsewhere, key=str)), tuple(_somebody(workspace, elsewhere)))
    count = len(elsewhere)
    # Not through the ledger, which would keep the quads: the plan brings a crash to the same end.
    if change:
        workspace.store.apply(change)
    for graph in sorted(own, key=str):
        count += sum(1 for _ in workspace.store.dump(graph))
        workspace.store.remove_graph(graph)
    workspace.store.flush()
    return count


def _pointed_at(workspace: Workspace, ids: Iterable[str]) -> Iterable[Quad]:
    """What the words of others point at in texts of ``ids``, in the words of those texts."""
    for text in answers_to(workspace.ledger, ids):
        for read in list(workspace.store.quads(predicate=t.IN_TEXT, object=text)):
            yield from workspace.store.quads(subject=read.subject, predicate=t.ANTECEDENT)  # type: ignore[arg-type]


def _somebody(workspace: Workspace, quads: Iterable[Quad]) -> list[Quad]:
    """In place of a forgotten person for whom others wish something: somebody, so that it stays a wish for others."""
    found: set[Quad] = set()
    for quad in quads:
        if quad.predicate == t.BENEFICIARY and isinstance(quad.graph_name, NamedNode):
            for held in workspace.store.quads(subject=quad.subject, predicate=t.HOLDER, graph=quad.graph_name):  # type: ignore[arg-type]
                agent = workspace.namer.beneficiary(held.object, SOMEBODY)  # type: ignore[arg-type]
                found.add(Quad(quad.subject, t.BENEFICIARY, agent, quad.graph_name))
                found.update(beneficiary_quads(agent, SOMEBODY, quad.graph_name))
    return sorted(found, key=str)


def _erase_index(folder: Path, minted: Iterable[NamedNode]) -> bool:
    """Delete the index of names if it holds something that only these people have named."""
    path = folder / _INDEX
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            held = any(db.execute("SELECT 1 FROM entry WHERE iri = ?", (term.value,)).fetchone() for term in minted)
    except sqlite3.Error:
        held = True  # of another version; it is made anew anyway
    if held:
        path.unlink()
    return held


def _write_plan(folder: Path, plan: _Plan) -> None:
    said = {"people": [person.value for person in plan.people], "ids": list(plan.ids), "rewrite": plan.rewrite}
    replace(folder / PLAN, json.dumps(said).encode())


def _read_plan(folder: Path) -> _Plan | None:
    (folder / (PLAN + ".tmp")).unlink(missing_ok=True)
    try:
        said = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return _Plan(tuple(NamedNode(iri) for iri in said["people"]), tuple(said["ids"]), bool(said["rewrite"]))
