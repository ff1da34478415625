"""The conditions of OWL 2 DL that hand-made ontologies break, and the datatypes that HermiT refuses.

Source: OWL 2 Structural Specification, sections 3.1, 4, 5.8.1, 5.8.2 and 11; RDF mapping, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from penchant.ontology.checking.finding import Finding
from penchant.ontology.declared import Declarations, is_builtin
from penchant.ontology.files import FOLDER, Node
from penchant.ontology.terms import OWL, PEN, RDF, RDFS, TYPE, XSD

_PROPERTY_KINDS: Final = frozenset({"object property", "data property", "annotation property"})
_ANNOTATION_BUILTINS: Final = frozenset(
    [RDFS + n for n in ("label", "comment", "seeAlso", "isDefinedBy")]
    + [OWL + n for n in ("versionInfo", "deprecated", "priorVersion", "backwardCompatibleWith", "incompatibleWith")]
)
#: Predicates of the header: their objects are documents, not terms.
_HEADER: Final = frozenset(OWL + n for n in ("versionIRI", "imports"))
_FLOATING: Final = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN"
_LEXICAL: Final = {
    XSD + "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    XSD + "integer": re.compile(r"[+-]?\d+"),
    XSD + "nonNegativeInteger": re.compile(r"\+?\d+|-0+"),
    XSD + "positiveInteger": re.compile(r"\+?0*[1-9]\d*"),
    XSD + "negativeInteger": re.compile(r"-0*[1-9]\d*"),
    XSD + "nonPositiveInteger": re.compile(r"-\d+|\+?0+"),
    **{XSD + name: re.compile(r"[+-]?\d+") for name in ("long", "int", "short", "byte")},
    **{XSD + f"unsigned{name}": re.compile(r"\+?\d+|-0+") for name in ("Long", "Int", "Short", "Byte")},
    **{XSD + name: re.compile(_FLOATING) for name in ("double", "float")},
    XSD + "boolean": re.compile(r"true|false|0|1"),
    XSD + "dateTime": re.compile(
        r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"
    ),
}
_NEEDS_SIMPLE: Final = ("FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty")
_CARDINALITIES: Final = (
    *("cardinality", "minCardinality", "maxCardinality", "hasSelf"),
    *("qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality"),
)


def dl_findings(declared: Declarations) -> Iterator[Finding]:
    """Every breach of OWL 2 DL; one that shows in several triples is found several times.

    Rules: ``undeclared``, ``reserved``, ``punning``, ``non-simple``, ``datatype``, ``literal``, ``triple term``.
    """
    for triple in declared.triples:
        yield from _terms(triple, declared)
        yield from _literals(triple, declared)
    yield from _punning(declared)
    yield from _non_simple(declared)


def _terms(triple: Triple, declared: Declarations) -> Iterator[Finding]:
    predicate, value = triple.predicate, triple.object
    if isinstance(value, Triple) or isinstance(triple.subject, Triple):
        yield Finding(_owner(triple.subject, declared), "triple term", "RDF 1.2", "Say it with an owl:Axiom annotation")
        return
    kinds = declared.kinds.get(predicate, frozenset())
    if is_builtin(predicate):
        yield from _reserved(predicate)
    elif not kinds & _PROPERTY_KINDS:
        remedy = _missing(predicate, declared, "Declare which kind of property it is")
        yield Finding(predicate.value, "undeclared", "a property nobody declares", remedy)
    if predicate.value in _ANNOTATION_BUILTINS | _HEADER or "annotation property" in kinds:
        return
    if isinstance(value, NamedNode):
        if is_builtin(value):
            yield from _reserved(value)
        elif not declared.has(value):
            remedy = _missing(value, declared, "Declare it")
            yield Finding(value.value, "undeclared", f"used under {_short(predicate)}", remedy)
    subject = triple.subject
    if isinstance(subject, NamedNode) and not declared.has(subject) and predicate != TYPE:
        headers = declared.of(OWL + "Ontology")
        if subject not in headers:
            yield Finding(subject.value, "undeclared", f"it has {_short(predicate)}", "Declare it")
    if predicate == TYPE and isinstance(subject, NamedNode) and not is_builtin(subject):
        typed_as = value.value if isinstance(value, NamedNode) else ""
        if not declared.has(subject) and typed_as != OWL + "Ontology":
            yield Finding(
                subject.value, "undeclared", "an individual nobody declares", "Declare an owl:NamedIndividual"
            )


def _missing(term: NamedNode, declared: Declarations, remedy: str) -> str:
    """What to do about an undeclared term: one of the core may only want its import."""
    core = NamedNode(PEN.rstrip("#"))
    if term.value.startswith(PEN) and core not in declared.of(OWL + "Ontology"):
        return f"Add owl:imports <{core.value}>, or declare it"
    return remedy


def _reserved(node: NamedNode) -> Iterator[Finding]:
    if node.value in _words():
        return
    if node.value.startswith(XSD):
        yield Finding(node.value, "datatype", "a datatype that HermiT refuses", "Use xsd:dateTime, decimal or string")
    else:
        yield Finding(node.value, "reserved", "a word that OWL 2 DL does not have", "Use a term of your own")


@cache
def _words() -> frozenset[str]:
    spaces = {"owl": OWL, "rdf": RDF, "rdfs": RDFS, "xsd": XSD}
    lines = (FOLDER / "owl2.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.partition(":") for line in lines if not line.startswith("#"))
    return frozenset(spaces[prefix] + word for prefix, _, words in rows for word in words.split())


def _literals(triple: Triple, declared: Declarations) -> Iterator[Finding]:
    value = triple.object
    if not isinstance(value, Literal):
        return
    kind, pattern = value.datatype, _LEXICAL.get(value.datatype.value)
    if is_builtin(kind):
        yield from _reserved(kind)
    else:
        term = _owner(triple.subject, declared)
        yield Finding(kind.value, "datatype", f"a literal of {term}", "Use a datatype of OWL 2")
    if pattern and not pattern.fullmatch(value.value):
        term = _owner(triple.subject, declared)
        yield Finding(term, "literal", f"{value.value!r} is no {_short(kind)}", f"Mend {_short(triple.predicate)}")


def _punning(declared: Declarations) -> Iterator[Finding]:
    for term, kinds in declared.kinds.items():
        if len(kinds) > 1:
            legal = not (len(kinds & _PROPERTY_KINDS) > 1 or {"class", "datatype"} <= kinds)
            yield Finding(
                term.value,
                "punning",
                f"{' and '.join(sorted(kinds))} at once" + (" (allowed by OWL 2 DL, but not here)" if legal else ""),
                "Give each use an IRI of its own",
            )


def _non_simple(declared: Declarations) -> Iterator[Finding]:
    complex_ones = set(declared.of(OWL + "TransitiveProperty"))
    complex_ones |= {s for s, _ in declared.pairs(NamedNode(OWL + "propertyChainAxiom"))}
    links = [(o, s) for s, o in declared.pairs(NamedNode(RDFS + "subPropertyOf"))]
    for name in ("inverseOf", "equivalentProperty"):
        links += [pair for s, o in declared.pairs(NamedNode(OWL + name)) for pair in ((s, o), (o, s))]
    while grown := {upper for upper, lower in links if lower in complex_ones} - complex_ones:
        complex_ones |= grown
    for node, use in _uses_of_simple(declared):
        if node in complex_ones:
            yield Finding(
                _owner(node, declared), "non-simple", f"transitive or a chain, yet {use}", "Take one of the two away"
            )


def _uses_of_simple(declared: Declarations) -> Iterator[tuple[Node, str]]:
    for name in _NEEDS_SIMPLE:
        yield from ((node, f"declared owl:{name}") for node in declared.of(OWL + name))
    for pair in declared.pairs(NamedNode(OWL + "propertyDisjointWith")):
        yield from ((node, "declared disjoint") for node in pair)
    for name in _CARDINALITIES:
        for restriction, _ in declared.pairs(NamedNode(OWL + name)):
            for node in declared.objects(restriction, NamedNode(OWL + "onProperty")):
                yield node, f"used with owl:{name}"
    for axiom in declared.of(OWL + "AllDisjointProperties"):
        for head in declared.objects(axiom, NamedNode(OWL + "members")):
            yield from ((node, "declared disjoint") for node in declared.list_items(head))


def _owner(node: Node, declared: Declarations) -> str:
    """IRI of the term that a node without one hangs on; empty where there is none."""
    seen: set[Node] = set()
    while isinstance(node, BlankNode) and node not in seen:
        seen.add(node)
        sources = declared.objects(node, NamedNode(OWL + "annotatedSource"))
        above = (t.subject for t in declared.triples if t.object == node)
        node = next(iter(sources), None) or next(above, node)
    return node.value if isinstance(node, NamedNode) else ""


def _short(node: NamedNode) -> str:
    return re.split(r"[#/]", node.value)[-1] or node.value
