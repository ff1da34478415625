"""The axioms of an OWL 2 ontology, read from its triples, whichever syntax and tool wrote them.

Two ontologies are structurally equal exactly if their sets of axioms are equal.  What tools write in several ways is
one axiom here: blank node names, order in sets, n-ary or pairwise disjointness and equivalence, ``owl:members`` or
``owl:distinctMembers``, a qualification by ``owl:Thing``, declarations of built-in terms.

Source: OWL 2 Web Ontology Language: Structural Specification, and Mapping to RDF Graphs (W3C, 2012).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from penchant.ontology.comparing.anonymous import name_anonymous
from penchant.ontology.comparing.expressions import CONSTRUCTORS, Expressions
from penchant.ontology.comparing.statements import Statement, Statements
from penchant.ontology.declared import KINDS, Declarations, declarations, is_builtin
from penchant.ontology.files import Node, Triples
from penchant.ontology.terms import OWL, RDF, RDFS, TYPE


def _owl(*names: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(OWL + n) for n in names)


_DECLARATIONS = {NamedNode(iri): iri.rpartition("#")[2] for iri in KINDS} | {
    NamedNode(OWL + "DatatypeProperty"): "DataProperty"
}
_CHARACTERISTICS = _owl(
    *("FunctionalProperty", "InverseFunctionalProperty", "TransitiveProperty", "SymmetricProperty"),
    *("AsymmetricProperty", "ReflexiveProperty", "IrreflexiveProperty"),
)
_DEPRECATED = _owl("DeprecatedClass", "DeprecatedProperty")
#: Types of RDFS that say less than the declaration beside them.
_VAGUE = (NamedNode(RDFS + "Class"), NamedNode(RDF + "Property"))
_EQUIVALENT_CLASS, _CHAIN, _KEY, _UNION = _owl("equivalentClass", "propertyChainAxiom", "hasKey", "disjointUnionOf")
#: Predicate of a symmetric axiom → its name, {} for the kind of property.
_SYMMETRIC = dict(
    zip(
        _owl("disjointWith", "propertyDisjointWith", "differentFrom", "inverseOf"),
        ("DisjointClasses", "Disjoint{}Properties", "DifferentIndividuals", "InverseObjectProperties"),
        strict=True,
    )
)
#: The same for those that are transitive as well: their members form groups.
_EQUIVALENCES = {
    _EQUIVALENT_CLASS: "EquivalentClasses",
    NamedNode(OWL + "equivalentProperty"): "Equivalent{}Properties",
    NamedNode(OWL + "sameAs"): "SameIndividual",
}
_ORDERED = {
    NamedNode(RDFS + "subClassOf"): "SubClassOf",
    NamedNode(RDFS + "subPropertyOf"): "Sub{}PropertyOf",
    NamedNode(RDFS + "domain"): "{}PropertyDomain",
    NamedNode(RDFS + "range"): "{}PropertyRange",
}
_HEADER = dict(zip(_owl("versionIRI", "imports"), ("VersionIRI", "Import"), strict=True))
#: Kinds that say something of the ontology as a whole.
HEADER_KINDS = frozenset({"Ontology", "OntologyAnnotation", *_HEADER.values()})


@dataclass(frozen=True, slots=True)
class Axiom:
    """One axiom.

    Args:
        subject: the term that it is chiefly about; None for general axioms and for the ontology itself.
        kind: its name in the Structural Specification, such as ``SubClassOf`` or ``ObjectPropertyDomain``;
            ``Ontology``, ``VersionIRI``, ``Import`` and ``OntologyAnnotation`` for the header.
        text: the whole axiom in functional syntax with short names, on one line.
        others: further terms that a symmetric axiom is as much about.
    """

    subject: NamedNode | None
    kind: str
    text: str
    others: tuple[NamedNode, ...] = ()


def axioms(triples: Triples) -> frozenset[Axiom]:
    """The axioms that ``triples`` stand for.

    What OWL 2 has no axiom for is taken as an annotation.  A class expression that nothing refers to says nothing.

    Raises:
        OntologyError: a class expression or the annotation of an axiom is malformed.
    """
    return frozenset(_Reader(declarations(triples)).axioms())


@dataclass(frozen=True, slots=True)
class _Body:
    """An axiom without its annotations."""

    subject: NamedNode | None
    kind: str
    parts: str
    others: tuple[NamedNode, ...] = ()

    def annotated(self, annotations: tuple[str, ...]) -> Axiom:
        text = f"{self.kind}({' '.join((*annotations, self.parts))})"
        return Axiom(self.subject, self.kind, text, self.others)


class _Reader:
    def __init__(self, ontology: Declarations) -> None:
        self.ontology = ontology
        self.write = Expressions(ontology)
        self.statements = Statements(ontology, self.write)
        self.headers = ontology.of(OWL + "Ontology")
        name_anonymous(self.statements.plain(), self.write, dict.fromkeys(self.headers, "_:ontology"))

    def axioms(self) -> Iterator[Axiom]:
        found: dict[_Body, set[tuple[str, ...]]] = {}
        groups: dict[tuple[str, tuple[str, ...]], list[tuple[Node, Node]]] = {}
        for said in self.statements.all():
            kind = self._equivalence(said)
            if kind:
                groups.setdefault((kind, said.annotations), []).append((said.subject, said.object))
                continue
            for body in self._bodies(said):
                found.setdefault(body, set()).add(said.annotations)
        for (kind, noted), pairs in groups.items():
            for one, other in self._stars(pairs):
                found.setdefault(self._pair(kind, one, other), set()).add(noted)
        for body, ways in found.items():
            # RDF says the bare triple beside an annotated one; it is no axiom of its own
            for noted in ways - {()} or ways:
                yield body.annotated(noted)

    def _bodies(self, said: Statement) -> Iterator[_Body]:
        s, p, o = said.subject, said.predicate, said.object
        subject = s if isinstance(s, NamedNode) else None
        one, other = self.write.text(s), self.write.text(o)
        if said.negative:
            flavour = "Data" if isinstance(o, Literal) else "Object"
            yield _Body(subject, f"Negative{flavour}PropertyAssertion", f"{self.write.text(p)} {one} {other}")
        elif s in self.headers:
            yield self._header(one, p, other, is_type=p == TYPE and o == NamedNode(OWL + "Ontology"))
        elif p == TYPE:
            yield from self._typed(s, o, subject)
        elif p in CONSTRUCTORS:  # OWL 1 says so of a named class; a description is equivalent to it
            kind = "DatatypeDefinition" if self.write.is_data_range(s) else "EquivalentClasses"
            for made in self.write.constructed(s):
                yield _Body(subject, kind, f"{one} {made}")
        elif p == _EQUIVALENT_CLASS:
            yield _Body(subject, "DatatypeDefinition", f"{one} {other}")
        elif p in _SYMMETRIC:
            yield self._pair(_SYMMETRIC[p].format(self._flavour(s)), s, o)
        elif p in _ORDERED:
            yield _Body(subject, _ORDERED[p].format(self._flavour(s, o)), f"{one} {other}")
        elif p == _CHAIN:
            members = " ".join(self.write.members(o))
            yield _Body(subject, "SubObjectPropertyOf", f"ObjectPropertyChain({members}) {one}")
        elif p in (_KEY, _UNION):
            members = " ".join(sorted(set(self.write.members(o))))
            kind, listed = ("HasKey", f"({members})") if p == _KEY else ("DisjointUnion", members)
            yield _Body(subject, kind, f"{one} {listed}")
        else:
            yield self._assertion(p, one, o, subject)

    def _typed(self, s: Node, o: Node, subject: NamedNode | None) -> Iterator[_Body]:
        one = self.write.text(s)
        if subject and o in _DECLARATIONS:
            if not is_builtin(subject):
                yield _Body(subject, "Declaration", f"{_DECLARATIONS[o]}({one})")  # type: ignore[index]
        elif o in _CHARACTERISTICS:
            name = o.value.removeprefix(OWL).removesuffix("Property")  # type: ignore[union-attr]
            yield _Body(subject, f"{name}{self._flavour(s)}Property", one)
        elif o in _DEPRECATED:
            yield _Body(subject, "AnnotationAssertion", f'owl:deprecated {one} "true"^^xsd:boolean')
        elif o not in _VAGUE or not subject or not self.ontology.has(subject):
            yield _Body(subject, "ClassAssertion", f"{self.write.text(o)} {one}")

    def _assertion(self, p: NamedNode, one: str, o: Node, subject: NamedNode | None) -> _Body:
        kinds = self.ontology.kinds.get(p, frozenset())
        if "object property" in kinds and not isinstance(o, Literal):
            kind = "ObjectPropertyAssertion"
        elif "data property" in kinds and isinstance(o, Literal):
            kind = "DataPropertyAssertion"
        else:
            kind = "AnnotationAssertion"
        return _Body(subject, kind, f"{self.write.text(p)} {one} {self.write.text(o)}")

    def _header(self, ontology: str, p: NamedNode, value: str, *, is_type: bool) -> _Body:
        if is_type:
            return _Body(None, "Ontology", ontology)
        if p in _HEADER:
            return _Body(None, _HEADER[p], f"{ontology} {value}")
        return _Body(None, "OntologyAnnotation", f"{ontology} {self.write.text(p)} {value}")

    def _equivalence(self, said: Statement) -> str | None:
        if said.predicate == _EQUIVALENT_CLASS and self.write.is_data_range(said.subject):
            return None
        name = None if said.negative else _EQUIVALENCES.get(said.predicate)
        return name and name.format(self._flavour(said.subject))

    def _pair(self, kind: str, one: Node, other: Node) -> _Body:
        both = sorted((one, other), key=self._order)
        named = [n for n in both if isinstance(n, NamedNode)]
        parts = " ".join(self.write.text(n) for n in both)
        return _Body(named[0] if named else None, kind, parts, tuple(named[1:]))

    def _stars(self, pairs: list[tuple[Node, Node]]) -> Iterator[tuple[Node, Node]]:
        """Each group of nodes that ``pairs`` join, as pairs of its first node with each other one."""
        group_of: dict[Node, set[Node]] = {}
        for one, other in pairs:
            group = group_of.get(one, {one}) | group_of.get(other, {other})
            group_of.update(dict.fromkeys(group, group))
        for group in {id(g): g for g in group_of.values()}.values():
            first, *rest = sorted(group, key=self._order)
            yield from ((first, node) for node in rest)

    def _order(self, node: Node) -> tuple[bool, str]:
        return not isinstance(node, NamedNode), self.write.text(node)

    def _flavour(self, prop: Node, filler: Node | None = None) -> str:
        kinds = self.ontology.kinds.get(prop, frozenset()) if isinstance(prop, NamedNode) else frozenset()
        if kinds == {"annotation property"} or (not kinds and isinstance(prop, NamedNode) and is_builtin(prop)):
            return "Annotation"
        return "Data" if self.write.is_data(prop, filler) else "Object"
