"""Names and definitions in English and Chinese: what people see of a term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode

from penchant.ontology import terms
from penchant.ontology.checking.finding import ERROR, WARNING, Finding
from penchant.ontology.declared import Declarations
from penchant.ontology.items.hierarchy import hierarchy

LANGUAGES: Final = ("en", "zh")


def name_findings(declared: Declarations, those: Iterable[NamedNode], namespaces: tuple[str, ...]) -> Iterator[Finding]:
    """Rules ``label`` and ``definition``: one each in @en and @zh.

    Borrowed terms need no definition.  Concepts (individuals of ``skos:Concept`` or below) may have a
    ``skos:prefLabel`` instead of a label, and need no definition either; so may concept schemes.

    Args:
        declared: everything that is said.
        those: the terms to look at.
        namespaces: where terms of one's own start.
    """
    concepts = _individuals(declared, terms.SKOS_CONCEPT)
    preferred = concepts | _individuals(declared, terms.CONCEPT_SCHEME)
    for term in those:
        ours = term.value.startswith((*namespaces, terms.PEN)) and term not in concepts
        names = (terms.PREF_LABEL, terms.LABEL) if term in preferred else (terms.LABEL,)
        yield from _texts(declared, term, names, "label", asked=True)
        yield from _texts(declared, term, (terms.DEFINITION,), "definition", asked=ours)


def place_findings(declared: Declarations) -> Iterator[Finding]:
    """Rule ``relative``: no term is named after the place of its file, as a relative IRI without a base is."""
    for term in declared.named():
        if term.value.startswith("file:"):
            remedy = "Write it with a prefix, or give the file a base that is no file"
            yield Finding(term.value, "relative", "its IRI is the place of a file", remedy)


def _texts(
    declared: Declarations, term: NamedNode, predicates: tuple[NamedNode, ...], rule: str, *, asked: bool
) -> Iterator[Finding]:
    given = [{v for v in declared.objects(term, p) if isinstance(v, Literal)} for p in predicates]
    counts = [Counter(v.language or "" for v in values) for values in given]
    for lang in LANGUAGES:
        most = max(count[lang] for count in counts)
        if most == 0 and asked:
            yield Finding(term.value, rule, f"no {rule} in @{lang}", f"Add a {rule} in @{lang}", WARNING)
        elif most > 1:
            yield Finding(term.value, rule, f"{most} {rule}s in @{lang}", "Keep one", ERROR)
    if any(count[""] for count in counts):
        yield Finding(term.value, rule, f"a {rule} without a language", "Tag it with @en or @zh", WARNING)


def _individuals(declared: Declarations, cls: NamedNode) -> set[object]:
    classes = (cls, *hierarchy(declared).classes_below(cls))
    return {i for c in classes for i in declared.individuals(c)}
