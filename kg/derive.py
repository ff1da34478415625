"""The ``derived`` graph: what follows from ontology, catalogue, world and links, and can be rebuilt at any time.

==============================  ====================================================================================
``pen:hasConcept``              by chosen properties of the world, and by every property that the ontology puts below
                                it (``queries/derive/has_concept.rq``)
``rdf:type``                    the classes between an item's own and ``pen:Item`` (``queries/derive/item_types.rq``)
``skos:broaderTransitive``      all that is broader than a concept that an item has or somebody cares about, by
                                the properties of ``queries/derive/broader_properties.rq`` (SKOS Reference, S22
                                and S24)
``pen:Rule``                    the rules that inferences cite, with their names
==============================  ====================================================================================

What another graph says already is left out: no triple stands in two live graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import NamedNode, Quad

from penchant.kg.changes import difference
from penchant.kg.rules import rule_quads
from penchant.kg.store import Change, Term
from penchant.kg.workspace import Workspace
from penchant.ontology.terms import BROADER_TRANSITIVE, HAS_CONCEPT, TYPE


def derivation_change(workspace: Workspace) -> Change:
    """The change that brings ``derived`` up to date."""
    graph = workspace.graphs.derived
    ontology = {"ontology": workspace.graphs.ontology}
    has_concept = _found(workspace, "derive/has_concept", ontology, "item", "concept")
    stated = (q.object for q in workspace.store.quads(predicate=HAS_CONCEPT) if q.graph_name != graph)
    concepts = {*(concept for _, concept in has_concept), *(term for term in stated if isinstance(term, NamedNode))}
    wanted = {
        *(Quad(item, HAS_CONCEPT, concept, graph) for item, concept in has_concept),
        *(
            Quad(item, TYPE, kind, graph)
            for item, kind in _found(workspace, "derive/item_types", ontology, "item", "class")
        ),
        *(Quad(one, BROADER_TRANSITIVE, other, graph) for one, other in _broader(workspace, concepts)),
        *rule_quads(workspace.namer, graph),
    }
    return difference(set(workspace.store.dump(graph)), {q for q in wanted if _is_new(workspace, q)})


def _found(workspace: Workspace, query: str, terms: Mapping[str, Term], *names: str) -> set[tuple[NamedNode, ...]]:
    """Rows of a query whose values are all IRIs."""
    rows = (tuple(row[name] for name in names) for row in workspace.store.rows(query, terms))
    return {row for row in rows if all(isinstance(term, NamedNode) for term in row)}  # type: ignore[misc]


def _broader(workspace: Workspace, concepts: Iterable[NamedNode]) -> Iterator[tuple[NamedNode, NamedNode]]:
    """Each of ``concepts`` and each that somebody cares about, with all that is broader.

    The walk starts at the concepts in use, so its size is bounded by them and not by the world.  It is done here, not
    as a property path, because it also starts at concepts that were derived just now and are not stored yet.
    """
    ontology = {"ontology": workspace.graphs.ontology}
    properties = [property for (property,) in _found(workspace, "derive/broader_properties", ontology, "property")]
    starts = {*concepts, *(thing for (thing,) in _found(workspace, "derive/cared_about", {}, "thing"))}
    above: dict[NamedNode, list[NamedNode]] = {}
    for start in starts:
        reached: set[NamedNode] = set()
        open_ends = [start]
        while open_ends:
            concept = open_ends.pop()
            if concept not in above:
                above[concept] = _next_above(workspace, concept, properties)
            new = [broader for broader in above[concept] if broader not in reached]
            reached.update(new)
            open_ends += new
        # In a circle a concept is found above itself; that says nothing.
        yield from ((start, broader) for broader in reached if broader != start)


def _next_above(workspace: Workspace, concept: NamedNode, properties: Iterable[NamedNode]) -> list[NamedNode]:
    found = (q.object for p in properties for q in workspace.store.quads(subject=concept, predicate=p))
    return list(dict.fromkeys(term for term in found if isinstance(term, NamedNode)))


def _is_new(workspace: Workspace, quad: Quad) -> bool:
    return all(other.graph_name == quad.graph_name for other in workspace.store.same_triple(quad))
