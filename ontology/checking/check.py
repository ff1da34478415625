"""Check ontology files together: OWL 2 DL, HermiT, shapes, names in two languages, numbers, and terms in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pyoxigraph import NamedNode

from penchant.errors import OntologyError
from penchant.ontology import terms
from penchant.ontology.checking.dl import dl_findings
from penchant.ontology.checking.dl_structure import anonymous_findings, chain_findings
from penchant.ontology.checking.finding import ERROR, WARNING, Finding
from penchant.ontology.checking.imports import Together, import_findings, together
from penchant.ontology.checking.naming_rules import name_findings, place_findings
from penchant.ontology.checking.reasoner import has_java, judge
from penchant.ontology.checking.stance_rules import number_findings, refinement_findings, shortcut_findings
from penchant.ontology.checking.usage_rules import code_findings, query_findings, shape_findings
from penchant.ontology.declared import declarations
from penchant.ontology.files import Triples, ontology_path, read_triples, shapes_path
from penchant.ontology.items.shape_build import build_shapes, unenforced
from penchant.ontology.shapes import Shape, shapes_of

_VERSION: Final = NamedNode(terms.OWL + "versionIRI")
#: Rules that HermiT would stumble over: it is asked when they are mended.
_STUMBLES: Final = frozenset({"reserved", "punning", "non-simple", "datatype", "literal", "triple term", "undeclared"})
_NOTHING: Final[Mapping[str, Iterable[NamedNode]]] = MappingProxyType({})


def check_files(
    paths: Sequence[Path],
    *,
    shapes: Path | None = None,
    used: Mapping[str, Iterable[NamedNode]] = _NOTHING,
    reason: bool = True,
) -> list[Finding]:
    """Everything that is wrong with ontology files, judged together; empty if nothing is.

    Shipped files that the given ones import are read as well, and held to be sound.

    Rules: ``header``, ``import``, ``undeclared``, ``reserved``, ``punning``, ``non-simple``, ``circular chain``,
    ``anonymous``, ``datatype``, ``literal``, ``triple term``, ``label``, ``definition``, ``shortcut``, ``numbers``,
    ``refines``, ``example``, ``shapes``, ``not enforced``, ``used in code``, ``used in shapes``, ``used in queries``,
    ``inconsistent``, ``unsatisfiable``, ``reasoner``.

    Args:
        paths: files in any syntax that :func:`penchant.ontology.files.read_triples` reads.
        shapes: the hand-written shapes; the shipped ones if None.
        used: name of a query (or another place) → the IRIs that it names.
        reason: whether HermiT is asked; about a second.

    Returns:
        Findings sorted by term and rule; ``where`` names a file or place.

    Raises:
        OntologyError: a file cannot be read.
    """
    files = together([(path.name, read_triples(path)) for path in paths])
    found = list(_rules(files))
    if _has_core(files):
        found += [*code_findings(files.whole), *query_findings(files.whole, used, files.namespaces())]
        found += _shapes(files, shapes or shapes_path())
    if reason:
        found += _reasoned(files, found)
    return _placed(files, found)


def check(path: Path | str | None = None, shapes: Path | None = None) -> list[Finding]:
    """As :func:`check_files`, for one file and without HermiT.

    Args:
        path: an ontology file; the shipped ontology if None.
        shapes: the hand-written shapes; the shipped ones if None.

    Raises:
        OntologyError: the file cannot be read.
    """
    return check_files([Path(path or ontology_path())], shapes=shapes, reason=False)


def check_triples(triples: Triples, shapes: tuple[Shape, ...] = (), *, where: str = "ontology") -> list[Finding]:
    """As :func:`check`, over triples, and with shapes as they are: not made to follow the ontology."""
    files = together([(where, triples)])
    return _placed(files, [*_rules(files), *code_findings(files.whole), *shape_findings(files.whole, shapes)])


def _rules(files: Together) -> Iterator[Finding]:
    sound = set(dl_findings(declarations(t for part in files.context for t in part.declared.triples)))
    terms_given = {term for part in files.given for term in part.declared.named()}
    yield from _headers(files)
    yield from import_findings(files)
    yield from (f for f in dl_findings(files.whole) if f not in sound)
    yield from chain_findings(files.whole)
    yield from anonymous_findings(files.whole)
    own = tuple(f"{h.value}{end}" for part in files.given for h in part.headers() for end in "#/")
    yield from name_findings(files.whole, terms_given, own)
    yield from place_findings(files.whole)
    yield from shortcut_findings(files.whole)
    yield from number_findings(files.whole, files.given[0].name if files.given else "")
    yield from refinement_findings(files.whole)


def _headers(files: Together) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for part in files.given:
        headers = part.headers()
        if len(headers) != 1:
            yield Finding(
                "", "header", f"{len(headers)} ontology headers", "Keep one `… a owl:Ontology`", where=part.name
            )
        for header in headers:
            if not part.declared.objects(header, _VERSION):
                yield Finding(header.value, "header", "no version", "Give it an owl:versionIRI", where=part.name)
            if header.value in seen:
                found = f"{seen[header.value]} has the same ontology IRI"
                yield Finding(header.value, "header", found, "Give one of the two only", where=part.name)
            seen.setdefault(header.value, part.name)


def _has_core(files: Together) -> bool:
    """Whether the core is at hand, under its name or by its terms: only then can its terms be missed."""
    headers = {header.value for part in (*files.given, *files.context) for header in part.headers()}
    return terms.CORE in headers or any(term.value.startswith(terms.PEN) for term in files.whole.kinds)


def _shapes(files: Together, path: Path) -> Iterator[Finding]:
    try:
        built = shapes_of(build_shapes(files.whole.triples, read_triples(path)), where=path.name)
    except OntologyError as error:
        term = error.where if error.where in {n.value for n in files.whole.kinds} else ""
        found = f"{error.found}; expected {error.expected}" if error.expected else error.found
        yield Finding(term, "shapes", found, error.remedy or "Mend the shapes", where=error.where or path.name)
        return
    yield from shape_findings(files.whole, built, path.name)
    given = {term.value for part in files.given for term in part.declared.named()}
    yield from (f for f in unenforced(files.whole.triples) if f.rule == "not enforced" and f.term in given)


def _reasoned(files: Together, found: list[Finding]) -> Iterator[Finding]:
    if any(f.rule in _STUMBLES and f.severity == ERROR for f in found):
        yield Finding("", "reasoner", "HermiT was not asked, because of other errors", "Mend those first", WARNING)
        return
    if not has_java():
        remedy = "Install Java 11 or newer; all other checks work without it"
        yield Finding("", "reasoner", "HermiT was not asked: Java was not found", remedy, WARNING)
        return
    try:
        verdict = judge(files.whole.triples)
    except OntologyError as error:
        yield Finding("", "reasoner", error.found, error.remedy)
        return
    if not verdict.consistent:
        yield Finding("", "inconsistent", "it contradicts itself", "Take back what was added last, axiom by axiom")
    for iri in verdict.unsatisfiable:
        remedy = "Look at what it is said to be: two of its classes are disjoint, or its restrictions clash"
        yield Finding(iri, "unsatisfiable", "nothing can be a member of it", remedy)


def _placed(files: Together, found: Iterable[Finding]) -> list[Finding]:
    places = files.places()
    placed = {f if f.where else replace(f, where=places.get(f.term, "")) for f in found}
    return sorted(placed, key=lambda f: (f.term, f.rule, f.found, f.where))
