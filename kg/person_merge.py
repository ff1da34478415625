"""Merge two identifiers of one human being, and separate them again.

Evidence stays where it came in; only the statement in the graph ``links`` and the interests change, so that separating
brings back what was, byte for byte.
"""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad

from penchant.errors import InputError
from penchant.kg.interests import join, rewrite_interests
from penchant.kg.merges import identifiers, merged_into, whole_person
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t


def merge(workspace: Workspace, person: NamedNode, into: NamedNode) -> Change:
    """Let everything of ``person`` count for ``into``; what was written.

    Raises:
        InputError: they are one already, or ``person`` was merged into somebody else.
    """
    if person == into:
        raise InputError("nobody can be merged into themselves", expected="two identifiers", where=person.value)
    now = merged_into(workspace, person)
    if now is not None:
        raise InputError(
            "this identifier is merged already",
            where=person.value,
            expected="an identifier that was merged into nobody",
            remedy=f"It counts for <{now.value}>; take that back first with `penchant person merge --undo`",
        )
    if whole_person(workspace, into) == person:
        raise InputError(
            f"the two are one already: <{into.value}> was merged into <{person.value}>",
            expected="two people",
            remedy="Merge the other way round after `penchant person merge --undo`",
        )
    group = (*identifiers(workspace, into), *identifiers(workspace, person))
    under = (group[0], *sorted(group[1:], key=lambda iri: iri.value))
    link = Change(insert=(Quad(person, t.MERGED_INTO, into, workspace.graphs.links),))
    rewrite = rewrite_interests(workspace, into, under=under)
    return _write(workspace, Change(rewrite.change.delete, (*link.insert, *rewrite.change.insert)), rewrite.nodes)


def unmerge(workspace: Workspace, person: NamedNode) -> Change:
    """Let what came in under ``person`` count for themselves again; what was written.

    Raises:
        InputError: ``person`` was merged into nobody.
    """
    into = merged_into(workspace, person)
    if into is None:
        raise InputError("this identifier was merged into nobody", where=person.value, expected="one that was")
    link = Quad(person, t.MERGED_INTO, into, workspace.graphs.links)
    everybody = identifiers(workspace, into)
    own = _below(workspace, person)
    others = tuple(one for one in everybody if one not in own)
    # What stands of the whole person's interests is taken away in the first rewrite, and is no part of the second.
    whole = join(
        [
            rewrite_interests(workspace, into, under=others),
            rewrite_interests(workspace, person, under=(person, *(one for one in own if one != person))),
        ]
    )
    return _write(workspace, Change((link, *whole.change.delete), whole.change.insert), whole.nodes)


def _below(workspace: Workspace, person: NamedNode) -> tuple[NamedNode, ...]:
    """``person`` and all who were merged into them, sorted."""
    found, waiting = {person}, [person]
    while waiting:
        one = waiting.pop()
        for quad in workspace.store.quads(predicate=t.MERGED_INTO, object=one, graph=workspace.graphs.links):
            if isinstance(quad.subject, NamedNode) and quad.subject not in found:
                found.add(quad.subject)
                waiting.append(quad.subject)
    return tuple(sorted(found, key=lambda iri: iri.value))


def _write(workspace: Workspace, change: Change, nodes: tuple[Quad, ...]) -> Change:
    workspace.gate.demand(nodes)
    run = workspace.ledger.begin("person", "merge")
    workspace.commit(run, change)
    workspace.checkpoint()
    workspace.ledger.finish(run, note={"quads": len(change.insert) + len(change.delete)})
    return change
