"""OWL expressions out of RDF triples, as text in functional syntax that does not depend on blank node names.

Written by the mapping of the W3C (OWL 2 Mapping to RDF Graphs, section 3).  Members whose order means nothing are
sorted, so that equal expressions have equal texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from penchant.errors import OntologyError
from penchant.ontology.declared import Declarations
from penchant.ontology.files import Node
from penchant.ontology.short import short
from penchant.ontology.terms import OWL, RDF, RDFS, TYPE, XSD

FIRST, REST = (NamedNode(RDF + n) for n in ("first", "rest"))
_ON_PROPERTY, _ON_PROPERTIES = NamedNode(OWL + "onProperty"), NamedNode(OWL + "onProperties")
_ON_CLASS, _ON_DATA_RANGE = NamedNode(OWL + "onClass"), NamedNode(OWL + "onDataRange")
_ON_DATATYPE, _WITH = NamedNode(OWL + "onDatatype"), NamedNode(OWL + "withRestrictions")
_INVERSE_OF = NamedNode(OWL + "inverseOf")
#: Predicate with a list → name without Object or Data.
_LISTS = {
    NamedNode(OWL + "intersectionOf"): "IntersectionOf",
    NamedNode(OWL + "unionOf"): "UnionOf",
    NamedNode(OWL + "oneOf"): "OneOf",
}
_COMPLEMENTS = {
    NamedNode(OWL + "complementOf"): "ObjectComplementOf",
    NamedNode(OWL + "datatypeComplementOf"): "DataComplementOf",
}
_FILLED = {
    NamedNode(OWL + "someValuesFrom"): "SomeValuesFrom",
    NamedNode(OWL + "allValuesFrom"): "AllValuesFrom",
    NamedNode(OWL + "hasValue"): "HasValue",
}
_CARDINALITIES = {
    NamedNode(OWL + before + word): name
    for name in ("MinCardinality", "MaxCardinality", "ExactCardinality")
    for before, word in (
        ("", "cardinality" if name == "ExactCardinality" else name[0].lower() + name[1:]),
        ("", "qualifiedCardinality" if name == "ExactCardinality" else f"{name[:3].lower()}QualifiedCardinality"),
    )
}
_HAS_SELF = NamedNode(OWL + "hasSelf")
#: What makes an expression of a class or a data range of its subject.
CONSTRUCTORS = frozenset((*_LISTS, *_COMPLEMENTS, _ON_DATATYPE))
_RESTRICTION_PARTS = frozenset(
    (*_FILLED, *_CARDINALITIES, _HAS_SELF, _ON_PROPERTY, _ON_PROPERTIES, _ON_CLASS, _ON_DATA_RANGE)
)
#: Predicates that are part of an expression where their subject is one; all others say something of it.
PARTS = CONSTRUCTORS | _RESTRICTION_PARTS | {_WITH, _INVERSE_OF, FIRST, REST}
_TYPES = {NamedNode(OWL + n) for n in ("Class", "Restriction", "DataRange")} | {
    NamedNode(RDFS + "Datatype"),
    NamedNode(RDF + "List"),
}
_EVERYTHING = (NamedNode(OWL + "Thing"), NamedNode(RDFS + "Literal"))


class Expressions:
    """Texts of the nodes of one ontology.

    Args:
        ontology: its triples and what they declare.
    """

    def __init__(self, ontology: Declarations) -> None:
        self.ontology = ontology
        #: Names of anonymous individuals, see :mod:`penchant.ontology.comparing.anonymous`.
        self.labels: Mapping[BlankNode, str] = {}
        self.about: dict[Node, list[Triple]] = {}
        for triple in ontology.triples:
            self.about.setdefault(triple.subject, []).append(triple)
        self._data_ranges = ontology.of(RDFS + "Datatype") | ontology.of(OWL + "DataRange")
        self._facets = {f for _, head in ontology.pairs(_WITH) for f in ontology.list_items(head)}
        self._nodes = self._facets | {
            t.subject
            for t in ontology.triples
            if isinstance(t.subject, BlankNode)
            and (t.predicate in PARTS or (t.predicate == TYPE and t.object in _TYPES))
        }
        self._texts: dict[BlankNode, str] = {}
        self._open: set[BlankNode] = set()

    def is_expression(self, node: Node) -> bool:
        """Whether ``node`` is a blank node of a class, data range, facet, inverse property or list."""
        return node in self._nodes

    def is_part(self, triple: Triple) -> bool:
        """Whether ``triple`` only spells out an expression, and says nothing of it."""
        if triple.subject in self._facets:
            return True
        if not self.is_expression(triple.subject):
            return triple.predicate == _WITH
        return triple.predicate in PARTS or (triple.predicate == TYPE and triple.object in _TYPES)

    def text(self, node: Node) -> str:
        """``node`` as text: short names, quoted literals, expressions written out.

        Raises:
            OntologyError: an expression is part of itself, or lacks a part.
        """
        if isinstance(node, NamedNode):
            return short(node)
        if isinstance(node, Literal):
            return literal_text(node)
        if not isinstance(node, BlankNode):
            return f"<< {node} >>"
        if not self.is_expression(node):
            return self.labels.get(node, "_:")
        if node not in self._texts:
            if node in self._open:
                raise OntologyError("a class expression or list is part of itself", expected="nesting that ends")
            self._open.add(node)
            self._texts[node] = self._written_out(node)
            self._open.discard(node)
        return self._texts[node]

    def forget(self) -> None:
        """Write everything out anew: anonymous individuals have other names now."""
        self._texts.clear()

    def members(self, head: Node) -> list[str]:
        """Texts of the members of a list, in order."""
        return [self.text(m) for m in self.ontology.list_items(head)]

    def is_data(self, prop: Node, filler: Node | None = None) -> bool:
        """Whether ``prop`` is a data property: by declaration, or else by what fills it."""
        kinds = self.ontology.kinds.get(prop, frozenset()) if isinstance(prop, NamedNode) else frozenset()
        if "data property" in kinds or "object property" in kinds:
            return "object property" not in kinds
        return filler is not None and self.is_data_range(filler)

    def is_data_range(self, node: Node) -> bool:
        """Whether ``node`` is a literal, a datatype or an expression for one."""
        if isinstance(node, NamedNode):
            return node.value.startswith(XSD) or node == _EVERYTHING[1] or node in self._data_ranges
        return isinstance(node, Literal) or node in self._data_ranges

    def constructed(self, node: Node) -> Iterator[str]:
        """Classes or data ranges that set operators, enumerations and facets make of ``node``."""
        for predicate, name in _LISTS.items():
            for head in self.ontology.objects(node, predicate):
                yield f"{self._flavour(node, head)}{name}({' '.join(sorted(set(self.members(head))))})"
        for predicate, name in _COMPLEMENTS.items():
            for other in self.ontology.objects(node, predicate):
                yield f"{name}({self.text(other)})"
        for datatype in self.ontology.objects(node, _ON_DATATYPE):
            facets = {
                self.text(f) for head in self.ontology.objects(node, _WITH) for f in self.ontology.list_items(head)
            }
            yield f"DatatypeRestriction({' '.join((self.text(datatype), *sorted(facets)))})"

    def _written_out(self, node: BlankNode) -> str:
        if node in self._facets:
            return " ".join(sorted(f"{short(t.predicate)} {self.text(t.object)}" for t in self.about[node]))
        if self.ontology.objects(node, FIRST):
            return f"({' '.join(self.members(node))})"
        if inverse := self.ontology.objects(node, _INVERSE_OF):
            return f"ObjectInverseOf({self.text(inverse[0])})"
        made = [*self.constructed(node), *self._restrictions(node)]
        if len(made) != 1:
            raise OntologyError(
                f"a blank node that is {len(made)} class expressions: {' and '.join(sorted(made)) or self._raw(node)}",
                expected="exactly one",
                remedy="Write it as OWL 2 Mapping to RDF Graphs says",
            )
        return made[0]

    def _restrictions(self, node: BlankNode) -> Iterator[str]:
        properties = self.ontology.objects(node, _ON_PROPERTY)
        for head in self.ontology.objects(node, _ON_PROPERTIES):
            properties = list(self.ontology.list_items(head))
        if not properties:
            return
        named = " ".join(self.text(p) for p in properties)
        for predicate, name in _FILLED.items():
            for filler in self.ontology.objects(node, predicate):
                flavour = "Data" if self.is_data(properties[0], filler) else "Object"
                yield f"{flavour}{name}({named} {self.text(filler)})"
        for predicate, name in _CARDINALITIES.items():
            for number in self.ontology.objects(node, predicate):
                fillers = [
                    *self.ontology.objects(node, _ON_CLASS),
                    *self.ontology.objects(node, _ON_DATA_RANGE),
                ]
                flavour = "Data" if self.is_data(properties[0], fillers[0] if fillers else None) else "Object"
                # "of anything" is the same as no qualification; tools write one or the other
                said = [self.text(f) for f in fillers if f not in _EVERYTHING]
                yield f"{flavour}{name}({' '.join((number.value.lstrip('0') or '0', named, *said))})"  # type: ignore[union-attr]
        if self.ontology.objects(node, _HAS_SELF):
            yield f"ObjectHasSelf({named})"

    def _flavour(self, node: Node, head: Node) -> str:
        members = self.ontology.list_items(head)
        return "Data" if node in self._data_ranges or any(self.is_data_range(m) for m in members) else "Object"

    def _raw(self, node: Node) -> str:
        said = (
            f"{short(t.predicate)} {short(t.object) if isinstance(t.object, NamedNode) else '…'}"
            for t in self.about.get(node, ())
        )
        return "; ".join(sorted(said))


def literal_text(literal: Literal) -> str:
    """A literal on one line: ``"view"@en``, ``"0.5"^^xsd:decimal``; plain strings without a datatype."""
    value = literal.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    if literal.language:
        return f'"{value}"@{literal.language.lower()}'
    return f'"{value}"' if literal.datatype.value == XSD + "string" else f'"{value}"^^{short(literal.datatype)}'
