"""Triples of an ontology that py-horned-owl holds, with what its RDF writer (2.0) loses put right.

It keeps of an axiom with more than two disjoint classes only the pairs with the first, and the annotations of some
axioms point to blank nodes that are not there.  The former are split beforehand, the latter written one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple

from penchant.ontology.terms import OWL, RDFS, TYPE

if TYPE_CHECKING:
    from pyhornedowl import PyIndexedOntology
    from pyhornedowl.model import Annotation, Component

#: Components whose members are told apart pair by pair.
_GROUPS = (
    "DisjointClasses",
    "DisjointObjectProperties",
    "DisjointDataProperties",
    "DifferentIndividuals",
    "EquivalentObjectProperties",
)
#: Components whose annotations the writer misplaces.
_APART = (
    *("DisjointObjectProperties", "EquivalentObjectProperties", "SubObjectPropertyOf", "HasKey", "DisjointUnion"),
    *("NegativeObjectPropertyAssertion", "NegativeDataPropertyAssertion"),
)
#: Predicates by which those of them that are one triple say what they say.
_SAYING = frozenset(
    NamedNode(OWL + n)
    for n in ("propertyDisjointWith", "equivalentProperty", "propertyChainAxiom", "hasKey", "disjointUnionOf")
) | {NamedNode(RDFS + "subPropertyOf")}
_NEGATIVE = NamedNode(OWL + "NegativePropertyAssertion")
_PLACE = "https://w3id.org/penchant/ontology#the-axiom"


def triples_of(ontology: PyIndexedOntology) -> list[Triple]:
    """The mapping to RDF of all that ``ontology`` holds, sorted: the library keeps no order."""
    import pyhornedowl

    together = pyhornedowl.PyIndexedOntology()
    apart: list[Triple] = []
    for annotated in ontology.get_components():
        for component in _pairs(annotated.component):
            if annotated.ann and type(component).__name__ in _APART:
                apart.extend(_written_apart(component, annotated.ann))
            else:
                together.add_component(component, annotated.ann)
    return sorted([*_written(together), *apart], key=str)


def _pairs(component: Component) -> Iterator[Component]:
    members: list[Any] = getattr(component, "first", [])
    if type(component).__name__ in _GROUPS and len(members) > 2:
        for pair in combinations(members, 2):
            yield type(component)(list(pair))  # type: ignore[call-arg,arg-type]
    else:
        yield component


def _written(ontology: PyIndexedOntology) -> Iterator[Triple]:
    for quad in pyoxigraph.parse(ontology.save_to_string("rdf"), format=RdfFormat.RDF_XML, rename_blank_nodes=True):
        yield quad.triple


def _written_apart(component: Component, annotations: set[Annotation]) -> Iterator[Triple]:
    """One axiom, its annotations written as if of a term, which then gives way to the node of the axiom."""
    import pyhornedowl
    from pyhornedowl.model import AnnotationAssertion

    alone = pyhornedowl.PyIndexedOntology()
    alone.add_component(component)
    axiom = list(_written(alone))
    notes = pyhornedowl.PyIndexedOntology()
    for annotation in annotations:
        notes.add_component(AnnotationAssertion(notes.iri(_PLACE), annotation))
    yield from axiom
    denied = [t.subject for t in axiom if t.object == _NEGATIVE]
    node = denied[0] if denied else BlankNode()
    if not denied:
        (said,) = (t for t in axiom if t.predicate in _SAYING)
        yield Triple(node, TYPE, NamedNode(OWL + "Axiom"))
        yield Triple(node, NamedNode(OWL + "annotatedSource"), said.subject)
        yield Triple(node, NamedNode(OWL + "annotatedProperty"), said.predicate)
        yield Triple(node, NamedNode(OWL + "annotatedTarget"), said.object)
    place = NamedNode(_PLACE)
    for t in _written(notes):
        yield Triple(node if t.subject == place else t.subject, t.predicate, node if t.object == place else t.object)
