"""Names of the live graphs, and nothing else may be in the store.

=================  ==========================================================================
``ontology``       the ontology as it is in force
``catalogue``      items and what the shop says of them
``user/<id>``      one person's texts, observations, engagements, interests and own concepts
``world/<source>`` facts taken from a dump
``links``          which of our things is which of the world's (``skos:exactMatch``)
``derived``        what follows from the others and can be rebuilt (item–concept shortcuts, closures)
=================  ==========================================================================

Queries see the union of all graphs, so no triple may stand in two of them (a count would count it twice).
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode


@dataclass(frozen=True, slots=True)
class Graphs:
    """Graph names under one base IRI (which ends in ``/``)."""

    base: str

    @property
    def ontology(self) -> NamedNode:
        """The ontology as it is in force."""
        return NamedNode(self.base + "ontology")

    @property
    def catalogue(self) -> NamedNode:
        """Items and what the shop says of them."""
        return NamedNode(self.base + "catalogue")

    @property
    def links(self) -> NamedNode:
        """Links between our things and the world's."""
        return NamedNode(self.base + "links")

    @property
    def derived(self) -> NamedNode:
        """What follows from the other graphs."""
        return NamedNode(self.base + "derived")

    @property
    def users(self) -> str:
        """What every user graph's name starts with."""
        return self.base + "user/"

    def user(self, person: NamedNode) -> NamedNode:
        """The graph of one person, given by IRI."""
        return NamedNode(self.users + person.value.removeprefix(self.base + "u/"))

    def world(self, source: str) -> NamedNode:
        """Facts taken from the dump ``source`` (``wikidata``, ``yago``)."""
        return NamedNode(self.base + "world/" + source)

    def is_live(self, graph: str) -> bool:
        """Whether ``graph`` is the name of a live graph."""
        name = graph.removeprefix(self.base)
        return name in {"ontology", "catalogue", "links", "derived"} or name.startswith(("user/", "world/"))
