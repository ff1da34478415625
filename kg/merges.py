"""Several identifiers of one human being: ``<u/b> pen:mergedInto <u/a>`` in the graph ``links``, and nothing else.

Evidence stays in the graph of the identifier it came in under, with that one as its holder; interests stand in the
graph of the person that all others are merged into.  Taking the statement back separates them again.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t


def whole_person(workspace: Workspace, person: NamedNode) -> NamedNode:
    """The person under whose name everything about ``person`` counts; ``person`` if it was merged into nobody."""
    seen = {person}
    while (next_one := merged_into(workspace, person)) is not None and next_one not in seen:
        person = next_one
        seen.add(person)
    return person


def merged_into(workspace: Workspace, person: NamedNode) -> NamedNode | None:
    """The person that ``person`` itself was merged into, if any."""
    links = workspace.graphs.links
    for quad in workspace.store.quads(subject=person, predicate=t.MERGED_INTO, graph=links):
        assert isinstance(quad.object, NamedNode)
        return quad.object
    return None


def identifiers(workspace: Workspace, person: NamedNode) -> tuple[NamedNode, ...]:
    """All IRIs of the human being that ``person`` is one of: the whole person first, the others sorted."""
    whole = whole_person(workspace, person)
    found, waiting = {whole}, [whole]
    while waiting:
        one = waiting.pop()
        for quad in workspace.store.quads(predicate=t.MERGED_INTO, object=one, graph=workspace.graphs.links):
            assert isinstance(quad.subject, NamedNode)
            if quad.subject not in found:
                found.add(quad.subject)
                waiting.append(quad.subject)
    return (whole, *sorted(found - {whole}, key=lambda iri: iri.value))
