"""What the triples of an ontology state, each statement with its annotations, whichever way RDF spells them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from pyoxigraph import NamedNode, Triple

from penchant.errors import OntologyError
from penchant.ontology.comparing.expressions import Expressions
from penchant.ontology.declared import Declarations
from penchant.ontology.files import Node
from penchant.ontology.short import short
from penchant.ontology.terms import OWL, TYPE


def _owl(*names: str) -> frozenset[NamedNode]:
    return frozenset(NamedNode(OWL + n) for n in names)


_SOURCE, _PROPERTY, _TARGET = (NamedNode(OWL + f"annotated{n}") for n in ("Source", "Property", "Target"))
_MEMBERS = tuple(NamedNode(OWL + n) for n in ("members", "distinctMembers"))
_NEGATIVE_SOURCE, _NEGATIVE_PROPERTY = NamedNode(OWL + "sourceIndividual"), NamedNode(OWL + "assertionProperty")
_NEGATIVE_TARGETS = tuple(NamedNode(OWL + n) for n in ("targetIndividual", "targetValue"))
#: Predicates that are no annotations where their subject stands for a statement.
_PARTS = frozenset(
    (TYPE, _SOURCE, _PROPERTY, _TARGET, *_MEMBERS, _NEGATIVE_SOURCE, _NEGATIVE_PROPERTY, *_NEGATIVE_TARGETS)
)
_NOTES = ("Axiom", "Annotation")
#: Class of a node that stands for pairs of its members → predicate between the two of a pair.
_GROUPS = {
    "AllDifferent": NamedNode(OWL + "differentFrom"),
    "AllDisjointClasses": NamedNode(OWL + "disjointWith"),
    "AllDisjointProperties": NamedNode(OWL + "propertyDisjointWith"),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """Subject, predicate and object; ``annotations`` as sorted texts; ``negative`` if it is said not to hold."""

    subject: Node
    predicate: NamedNode
    object: Node
    annotations: tuple[str, ...] = ()
    negative: bool = False


class Statements:
    """Statements of one ontology.

    Args:
        ontology: its triples and what they declare.
        expressions: texts of its nodes.
    """

    def __init__(self, ontology: Declarations, expressions: Expressions) -> None:
        self._ontology = ontology
        self._expressions = expressions
        self._notes = {n for name in _NOTES for n in ontology.of(OWL + name)}
        self._groups = {n: p for name, p in _GROUPS.items() for n in ontology.of(OWL + name)}
        self._negatives = ontology.of(OWL + "NegativePropertyAssertion")
        self._notes_on: dict[Node, list[Node]] = {}
        for note in self._notes:
            for source in ontology.objects(note, _SOURCE):
                self._notes_on.setdefault(source, []).append(note)

    def plain(self) -> Iterator[Triple]:
        """Triples that are statements themselves, in document order; not those that spell one out."""
        spelled = self._notes | self._groups.keys() | self._negatives
        for t in self._ontology.triples:
            if t.subject not in spelled and not self._expressions.is_part(t):
                yield t

    def all(self) -> Iterator[Statement]:
        """Every statement.  One that is annotated comes once without annotations as well if RDF says it twice.

        Raises:
            OntologyError: annotations that name no statement.
        """
        for t in self.plain():
            yield Statement(t.subject, t.predicate, t.object)
        for note in self._ontology.of(OWL + "Axiom"):
            yield Statement(*self._annotated(note), self._annotations(note))
        for group, predicate in self._groups.items():
            annotations = self._annotations(group)
            for list_of in _MEMBERS:
                for head in self._ontology.objects(group, list_of):
                    for one, other in combinations(self._ontology.list_items(head), 2):
                        yield Statement(one, predicate, other, annotations)
        for node in self._negatives:
            targets = [o for p in _NEGATIVE_TARGETS for o in self._ontology.objects(node, p)]
            source = self._one(node, self._ontology.objects(node, _NEGATIVE_SOURCE))
            predicate = self._named(node, self._ontology.objects(node, _NEGATIVE_PROPERTY))
            yield Statement(source, predicate, self._one(node, targets), self._annotations(node), negative=True)

    def _annotations(self, node: Node) -> tuple[str, ...]:
        """Annotations that hang on ``node``, with the annotations of these inside."""
        found = []
        for t in self._expressions.about.get(node, ()):
            if t.predicate not in _PARTS:
                inner = sorted(
                    text
                    for note in self._notes_on.get(node, ())
                    if self._annotated(note) == (node, t.predicate, t.object)
                    for text in self._annotations(note)
                )
                value = self._expressions.text(t.object)
                found.append(f"Annotation({' '.join((*inner, short(t.predicate), value))})")
        return tuple(sorted(found))

    def _annotated(self, note: Node) -> tuple[Node, NamedNode, Node]:
        source, target = (self._one(note, self._ontology.objects(note, p)) for p in (_SOURCE, _TARGET))
        return source, self._named(note, self._ontology.objects(note, _PROPERTY)), target

    def _one(self, node: Node, values: list[Node]) -> Node:
        if len(values) != 1:
            said = "; ".join(sorted(short(t.predicate) for t in self._expressions.about.get(node, ())))
            raise OntologyError(
                f"a node that annotates or denies a statement and does not name it once ({said})",
                expected="one source, one property and one target",
                remedy="Write it as OWL 2 Mapping to RDF Graphs says",
            )
        return values[0]

    def _named(self, node: Node, values: list[Node]) -> NamedNode:
        value = self._one(node, values)
        if not isinstance(value, NamedNode):  # an inverse property has no place here in OWL 2
            return self._named(node, [])
        return value
