"""Bring stored data to another edition of the ontology, as one change worked out on a copy of the store.

The copy is made of hard links, so it costs little; the store itself sees nothing before all of it has been worked out
and has passed the gate.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Quad

from penchant.kg.changes import NetChange, difference
from penchant.kg.derive import derivation_change
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.interests import Rewrite, rewrite_interests
from penchant.kg.ontology_in_force import OntologyInForce
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.kg.write_events import rebuild
from penchant.ontology.entries import local_name

#: How many broken nodes a refusal names.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Migration:
    """What has to change in the store, or why it cannot.

    Args:
        change: everything, as one change.
        people: how many people's interests were worked out anew.
        refusals: why stored data cannot follow; empty if it can.
    """

    change: Change
    people: int
    refusals: tuple[str, ...]


def plan_migration(
    workspace: Workspace,
    ontology: OntologyInForce,
    renames: Mapping[NamedNode, NamedNode],
    people: Iterable[NamedNode],
    *,
    from_log: bool,
    progress: Callable[[int], None] = lambda _: None,
) -> Migration:
    """Work out what brings the store to ``ontology``; nothing is written to it.

    Args:
        workspace: under the ontology in force until now.
        ontology: what it is to follow.
        renames: old IRI → new IRI.
        people: whose interests must be worked out anew.
        from_log: whether their engagements must be, too, from the event log (a kind has a new name).
        progress: called with the number of people done.
    """
    with _copy(workspace, ontology) as staged:
        total = NetChange()

        def carry_out(change: Change) -> None:
            staged.store.apply(change)
            total.add(change)

        carry_out(_renaming(staged, renames))
        graph = staged.graphs.ontology
        installed = difference(set(staged.store.dump(graph)), ontology.quads(graph))
        carry_out(installed)
        carry_out(_taken_from_others(staged, installed))
        refusals = list(_broken_items(staged)) if ontology.shapes != workspace.ontology.shapes else []
        done = 0
        for done, rewrite in enumerate(_rewrites(staged, people, from_log), start=1):
            refusals += _refused(staged, rewrite.nodes)
            carry_out(rewrite.change)
            progress(done)
        carry_out(derivation_change(staged))
        return Migration(total.change(), done, tuple(dict.fromkeys(refusals)))


def _rewrites(staged: Workspace, people: Iterable[NamedNode], from_log: bool) -> Iterator[Rewrite]:
    if from_log:
        yield from rebuild(staged, set(people))
    else:
        for person in people:
            yield rewrite_interests(staged, person)


@contextmanager
def _copy(workspace: Workspace, ontology: OntologyInForce) -> Iterator[Workspace]:
    folder = workspace.folder / "staging" / "ontology"
    folder.parent.mkdir(exist_ok=True)
    workspace.store.backup(folder)
    store = EmbeddedStore.open(folder)
    try:
        yield replace(workspace, store=store, ontology=ontology, _gate=None)
    finally:
        store.close()
        shutil.rmtree(folder, ignore_errors=True)


def _renaming(staged: Workspace, renames: Mapping[NamedNode, NamedNode]) -> Change:
    """Every stored quad that names an old term, with the new one in its place."""
    old: set[Quad] = set()
    for term in renames:
        old.update(q for q in staged.store.naming(term) if q.graph_name != staged.graphs.ontology)

    def new(node: object) -> object:
        return renames.get(node, node) if isinstance(node, NamedNode) else node

    renamed = {Quad(new(q.subject), new(q.predicate), new(q.object), q.graph_name) for q in old}  # type: ignore[arg-type]
    return difference(old, renamed)


def _taken_from_others(staged: Workspace, installed: Change) -> Change:
    """No triple may stand in two live graphs: what the ontology says itself is taken out of the others."""
    doubles = {
        other
        for quad in installed.insert
        for other in staged.store.same_triple(quad)
        if other.graph_name != staged.graphs.ontology
    }
    return difference(doubles, set())


def _broken_items(staged: Workspace) -> Iterator[str]:
    """Items of the catalogue that the new shapes refuse."""
    refused = staged.gate.refused(staged.store.dump(staged.graphs.catalogue))
    for node, reason in sorted(refused.items())[:SHOWN]:
        yield f"stored item {node} would be refused: {reason}"
    if len(refused) > SHOWN:
        yield f"{len(refused) - SHOWN} more stored items would be refused"


def _refused(staged: Workspace, nodes: Iterable[Quad]) -> list[str]:
    return [
        f"interest or evidence {local_name(NamedNode(node))} would be refused: {reason}"
        for node, reason in sorted(staged.gate.refused(nodes).items())[:SHOWN]
    ]
