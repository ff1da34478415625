"""One person's graph, read whole in one go: evidence, interests and shortcuts, node by node.

Everything that is said of a person stands in their own graph, so one scan of it (about a microsecond a triple) costs
less than one query for each sort of node.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.embedded import EmbeddedStore
from penchant.kg.literals import as_float, as_time
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t


@dataclass(frozen=True, slots=True)
class Node:
    """A node with its properties; of a property with several values, one."""

    iri: NamedNode
    values: dict[NamedNode, object]

    def iri_of(self, predicate: NamedNode) -> NamedNode:
        """The IRI under ``predicate``, which the shapes demand."""
        found = self.values[predicate]
        assert isinstance(found, NamedNode)
        return found

    def number(self, predicate: NamedNode, default: float = 0.0) -> float:
        """The number under ``predicate``."""
        found = self.values.get(predicate)
        return as_float(found) if isinstance(found, Literal) else default

    def time(self, predicate: NamedNode) -> datetime | None:
        """The time under ``predicate``, if there is one."""
        found = self.values.get(predicate)
        return as_time(found) if isinstance(found, Literal) else None


@dataclass(frozen=True, slots=True)
class OwnGraph:
    """All quads of one person's graph by their subject, and its nodes by class."""

    person: NamedNode
    quads: dict[NamedNode, list[Quad]]
    classes: dict[NamedNode, list[NamedNode]]

    def nodes(self, of: NamedNode) -> Iterator[Node]:
        """Nodes of the class ``of``, sorted by IRI."""
        for iri in sorted(self.classes.get(of, ()), key=lambda iri: iri.value):
            yield Node(iri, {q.predicate: q.object for q in self.quads[iri]})

    def of_class(self, of: NamedNode) -> set[Quad]:
        """Quads of all nodes of the class ``of``."""
        return {q for iri in self.classes.get(of, ()) for q in self.quads[iri]}

    def derived(self) -> set[Quad]:
        """What fusion has written: interests and shortcuts."""
        own = {q for q in self.quads.get(self.person, ()) if q.predicate in t.SHORTCUTS}
        return self.of_class(t.INTEREST) | own

    def of_text(self, text: NamedNode) -> set[Quad]:
        """Quads of a text and of all observations and claims in it, so that a newer reading can take their place."""
        found = set(self.quads.get(text, ()))
        for kind in (t.OBSERVATION, t.CLAIM):
            for iri in self.classes.get(kind, ()):
                if any(q.predicate == t.IN_TEXT and q.object == text for q in self.quads[iri]):
                    found.update(self.quads[iri])
        return found


def own_graph(workspace: Workspace, person: NamedNode) -> OwnGraph:
    """What stands in the graph of ``person``, without what stands with others they were merged with."""
    quads: dict[NamedNode, list[Quad]] = defaultdict(list)
    classes: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for quad in workspace.store.dump(workspace.graphs.user(person)):
        subject = quad.subject
        assert isinstance(subject, NamedNode)
        quads[subject].append(quad)
        if quad.predicate == t.TYPE and isinstance(quad.object, NamedNode):
            classes[quad.object].append(subject)
    return OwnGraph(person, dict(quads), dict(classes))


def item_of(store: EmbeddedStore, thing: NamedNode) -> NamedNode | None:
    """The item of the catalogue that is ``thing``, where a link says so; the first, if there are several."""
    found = [
        quad.subject
        for quad in store.quads(predicate=t.EXACT_MATCH, object=thing)
        if isinstance(quad.subject, NamedNode)
        and any(store.quads(subject=quad.subject, predicate=t.TYPE, object=t.ITEM))
    ]
    return min(found, key=lambda iri: iri.value, default=None)
