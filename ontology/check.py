"""Check an ontology file: OWL 2 DL, names in two languages, numbers, and that every IRI in use is declared.

HermiT's part (consistency, unsatisfiable classes) is in :mod:`penchant.ontology.reasoner`, because it needs Java.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from penchant.errors import OntologyError
from penchant.ontology import terms
from penchant.ontology.behaviour import read_vocabulary
from penchant.ontology.declared import Declarations, declarations, is_builtin
from penchant.ontology.dl import dl_findings
from penchant.ontology.files import Triples, ontology_path, read_triples, shapes_path
from penchant.ontology.finding import Finding
from penchant.ontology.shapes import Shape, read_shapes

_DEFINITION = NamedNode(terms.SKOS + "definition")
_VERSION = NamedNode(terms.OWL + "versionIRI")
_IMPORTS = NamedNode(terms.OWL + "imports")
_LANGUAGES = ("en", "zh")


def check(path: Path | str | None = None, shapes: Path | None = None) -> list[Finding]:
    """Everything that is wrong with an ontology, sorted by term and rule; empty if nothing is.

    Rules: ``header``, ``import``, ``undeclared``, ``reserved``, ``punning``, ``non-simple``, ``datatype``, ``literal``,
    ``triple term``, ``label``, ``definition``, ``shortcut``, ``numbers``, ``used in code``, ``used in shapes``.

    Args:
        path: an RDF file; the shipped ontology if None.
        shapes: the shapes that must fit it; the shipped ones if None.

    Raises:
        OntologyError: one of the files is not RDF, or the shapes are not of the kind that the gate knows.
    """
    path = Path(path or ontology_path())
    return check_triples(read_triples(path), read_shapes(shapes or shapes_path()), where=path.name)


def check_triples(triples: Triples, shapes: tuple[Shape, ...] = (), *, where: str = "ontology") -> list[Finding]:
    """As :func:`check`, over triples."""
    declared = declarations(triples)
    found = [
        *_header(declared),
        *dl_findings(declared),
        *_names(declared),
        *_shortcuts(declared),
        *_numbers(declared, where),
        *_used_in_code(declared),
        *_used_in_shapes(declared, shapes),
    ]
    return sorted(set(found), key=lambda f: (f.term, f.rule, f.found))


def _header(declared: Declarations) -> Iterator[Finding]:
    headers = sorted(n.value for n in declared.of(terms.OWL + "Ontology") if isinstance(n, NamedNode))
    if len(headers) != 1:
        yield Finding("", "header", f"{len(headers)} ontology headers", "Keep one `… a owl:Ontology`")
    for iri in headers:
        if not declared.objects(NamedNode(iri), _VERSION):
            yield Finding(iri, "header", "no version", "Give it an owl:versionIRI")
        for target in declared.objects(NamedNode(iri), _IMPORTS):
            yield Finding(iri, "import", f"it imports {target}", "Declare the borrowed terms here instead")


def _names(declared: Declarations) -> Iterator[Finding]:
    own = tuple(n.value for n in declared.of(terms.OWL + "Ontology") if isinstance(n, NamedNode))
    for term in declared.named():
        ours = term.value.startswith((*(o + sep for o in own for sep in "#/"), terms.PEN))
        for predicate, rule in ((terms.LABEL, "label"), (_DEFINITION, "definition")):
            given = [v for v in declared.objects(term, predicate) if isinstance(v, Literal)]
            count = Counter(v.language or "" for v in given)
            for lang in _LANGUAGES:
                if count[lang] == 0 and (ours or rule == "label"):
                    yield Finding(term.value, rule, f"no {rule} in @{lang}", f"Add a {rule} in @{lang}")
                elif count[lang] > 1:
                    yield Finding(term.value, rule, f"{count[lang]} {rule}s in @{lang}", "Keep one")
            if count[""]:
                yield Finding(term.value, rule, f"a {rule} without a language", "Tag it with @en or @zh")


def _shortcuts(declared: Declarations) -> Iterator[Finding]:
    properties = declared.of(terms.OWL + "ObjectProperty")
    for subject, value in declared.pairs(terms.SHORTCUT):
        if value not in properties:
            yield Finding(
                _iri(subject), "shortcut", f"{value} is no object property", "Name a declared object property"
            )


def _numbers(declared: Declarations, where: str) -> Iterator[Finding]:
    if not declared.individuals(terms.STANCE) and not declared.individuals(terms.BEHAVIOUR_KIND):
        return  # a module without behaviour
    try:
        read_vocabulary(declared.triples)
    except OntologyError as error:
        yield Finding(error.where or where, "numbers", f"{error.found}; expected {error.expected}", error.remedy)


def _used_in_code(declared: Declarations) -> Iterator[Finding]:
    for name, value in sorted(vars(terms).items()):
        if isinstance(value, NamedNode) and not is_builtin(value) and not declared.has(value):
            yield Finding(value.value, "used in code", f"terms.{name} is not declared", "Declare it again")


def _used_in_shapes(declared: Declarations, shapes: tuple[Shape, ...]) -> Iterator[Finding]:
    for shape in shapes:
        used = [shape.target_class, shape.path]
        if shape.kind == "in" and isinstance(shape.value, tuple):
            used += [v for v in shape.value if isinstance(v, NamedNode)]
        elif shape.kind in {"lessThan", "lessThanOrEquals"} and isinstance(shape.value, NamedNode):
            used.append(shape.value)
        name = shape.shape.value.rpartition("#")[2]
        for iri in used:
            if not is_builtin(iri) and not declared.has(iri):
                yield Finding(iri.value, "used in shapes", f"{name} uses it", "Declare it, or mend the shape")


def _iri(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)
