"""The ``derived`` graph: what follows from catalogue, world and links, and can be rebuilt at any time."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad

from penchant.kg.interests import difference
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.ontology.terms import HAS_CONCEPT


def derivation_change(workspace: Workspace) -> Change:
    """The change that brings ``derived`` up to date: ``pen:hasConcept`` by the properties of the query.

    The properties that count are listed in ``queries/derive/has_concept.rq``.
    """
    graph = workspace.graphs.derived
    stated = {
        (q.subject, q.object) for q in workspace.store.quads(predicate=HAS_CONCEPT, graph=workspace.graphs.catalogue)
    }
    wanted = set()
    for row in workspace.store.rows("derive/has_concept"):
        item, concept = row["item"], row["concept"]
        assert isinstance(item, NamedNode)
        assert isinstance(concept, NamedNode)
        if (item, concept) not in stated:
            wanted.add(Quad(item, HAS_CONCEPT, concept, graph))
    return difference(set(workspace.store.dump(graph)), wanted)
