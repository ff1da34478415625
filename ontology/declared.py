"""What an ontology declares, and a plain index over its triples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode, Triple

from penchant.ontology.files import Node, Triples
from penchant.ontology.terms import OWL, RDF, RDFS, TYPE, XSD

#: Declarations of OWL 2 (Structural Specification, section 5): type → what it makes of a term.
KINDS: dict[str, str] = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "data property",
    OWL + "AnnotationProperty": "annotation property",
    OWL + "NamedIndividual": "individual",
    RDFS + "Datatype": "datatype",
}
#: Axioms that make an object property of their subject without more words.
_MAKES_OBJECT_PROPERTY = frozenset(
    OWL + name
    for name in (
        "TransitiveProperty",
        "SymmetricProperty",
        "AsymmetricProperty",
        "ReflexiveProperty",
        "IrreflexiveProperty",
        "InverseFunctionalProperty",
    )
)
_RESERVED = (RDF, RDFS, OWL, XSD)


def is_builtin(node: NamedNode) -> bool:
    """Whether a term belongs to RDF, RDFS, OWL or XML Schema."""
    return node.value.startswith(_RESERVED)


@dataclass(frozen=True, slots=True)
class Declarations:
    """Triples of an ontology, indexed, with what each named term is declared to be."""

    triples: tuple[Triple, ...]
    kinds: dict[NamedNode, frozenset[str]]
    _objects: dict[tuple[Node, NamedNode], list[Node]] = field(repr=False)
    _pairs: dict[NamedNode, list[tuple[Node, Node]]] = field(repr=False)

    def has(self, term: NamedNode) -> bool:
        """Whether ``term`` is declared as anything."""
        return term in self.kinds

    def named(self) -> list[NamedNode]:
        """Every declared term that is no builtin, sorted."""
        return sorted((t for t in self.kinds if not is_builtin(t)), key=lambda t: t.value)

    def objects(self, subject: Node, predicate: NamedNode) -> list[Node]:
        """Objects of ``subject`` under ``predicate``, in document order."""
        return self._objects.get((subject, predicate), [])

    def pairs(self, predicate: NamedNode) -> list[tuple[Node, Node]]:
        """Subject and object of every triple with ``predicate``, in document order."""
        return self._pairs.get(predicate, [])

    def of(self, type_iri: str) -> set[Node]:
        """Subjects with ``rdf:type`` ``type_iri``."""
        wanted = NamedNode(type_iri)
        return {s for s, o in self.pairs(TYPE) if o == wanted}

    def individuals(self, kind: NamedNode) -> set[Node]:
        """Individuals that are directly of the class ``kind``."""
        return {s for s, o in self.pairs(TYPE) if o == kind}

    def list_items(self, head: Node) -> Iterator[Node]:
        """Members of an RDF list; a broken or circular list ends early."""
        seen: set[Node] = set()
        while isinstance(head, BlankNode) and head not in seen:
            seen.add(head)
            yield from self.objects(head, NamedNode(RDF + "first"))[:1]
            head = next(iter(self.objects(head, NamedNode(RDF + "rest"))), NamedNode(RDF + "nil"))


def declarations(triples: Triples) -> Declarations:
    """Index ``triples`` and collect what they declare."""
    held = tuple(t if isinstance(t, Triple) else t.triple for t in triples)
    kinds: dict[NamedNode, set[str]] = {}
    objects: dict[tuple[Node, NamedNode], list[Node]] = {}
    pairs: dict[NamedNode, list[tuple[Node, Node]]] = {}
    for t in held:
        objects.setdefault((t.subject, t.predicate), []).append(t.object)
        pairs.setdefault(t.predicate, []).append((t.subject, t.object))
        if t.predicate == TYPE and isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode):
            kind = KINDS.get(t.object.value)
            if t.object.value in _MAKES_OBJECT_PROPERTY:
                kind = "object property"
            if kind:
                kinds.setdefault(t.subject, set()).add(kind)
    return Declarations(held, {term: frozenset(k) for term, k in kinds.items()}, objects, pairs)
