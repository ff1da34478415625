"""Stances and behaviour kinds: their numbers, their shortcuts, and stances that refine others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode

from penchant.errors import OntologyError
from penchant.ontology import terms
from penchant.ontology.behaviour import Vocabulary, read_vocabulary
from penchant.ontology.checking.finding import ERROR, WARNING, Finding
from penchant.ontology.checking.naming_rules import LANGUAGES
from penchant.ontology.declared import Declarations
from penchant.ontology.entries import local_name
from penchant.ontology.files import Node
from penchant.ontology.items.hierarchy import hierarchy

#: So many example sentences a language tell a special case from its stance.
EXAMPLES: Final = 5
_SHIPPED: Final = frozenset(terms.STANCE_WORDS.values())


def shortcut_findings(declared: Declarations) -> Iterator[Finding]:
    """Rule ``shortcut``: a stance's shortcut is an object property."""
    properties = declared.of(terms.OWL + "ObjectProperty")
    for subject, value in declared.pairs(terms.SHORTCUT):
        if value not in properties:
            yield Finding(
                _iri(subject), "shortcut", f"{value} is no object property", "Name a declared object property"
            )


def number_findings(declared: Declarations, where: str) -> Iterator[Finding]:
    """Rule ``numbers``: every stance and kind has its numbers, within bounds, and the types that are looked at."""
    yield from _hidden(declared)
    if not declared.individuals(terms.STANCE) and not declared.individuals(terms.BEHAVIOUR_KIND):
        return  # a module without behaviour
    bad_refinements = {f.term for f in refinement_findings(declared) if f.severity == ERROR}
    dropped = {NamedNode(iri) for iri in bad_refinements}
    stances = {s for s in declared.individuals(terms.STANCE) if not declared.objects(s, terms.REFINES)}
    while True:
        try:
            vocabulary = read_vocabulary([t for t in declared.triples if t.subject not in dropped])
        except OntologyError as error:
            named = re.search("<([^<>]+)>", f"{error.remedy} {error.found}")
            term = named[1] if named else ""
            expected = f"; expected {error.expected}" if error.expected else ""
            yield Finding(
                term, "numbers", error.found + expected, error.remedy or "Mend it", where=where if not term else ""
            )
            if not term or NamedNode(term) in stances | dropped:
                return  # what else is wrong may only follow from this
            dropped.add(NamedNode(term))
        else:
            yield from _sides(vocabulary)
            return


def _sides(vocabulary: Vocabulary) -> Iterator[Finding]:
    """An interest takes the stance of its facet and sign: there must be one for, and never two on a side."""
    sides: dict[NamedNode, list[int]] = {}
    for stance in vocabulary.shipped_stances():
        taken = sides.setdefault(stance.facet, [])
        if stance.polarity in taken:
            found = f"another stance of {local_name(stance.facet)} has polarity {stance.polarity} too"
            yield Finding(stance.iri.value, "numbers", found, "Give each side of a facet one stance, and refine that")
        taken.append(stance.polarity)
    for facet, taken in sides.items():
        if 1 not in taken:
            yield Finding(facet.value, "numbers", "no stance of it has polarity 1", "Keep one that is for the thing")


def _hidden(declared: Declarations) -> Iterator[Finding]:
    order = hierarchy(declared)
    for cls in (terms.STANCE, terms.BEHAVIOUR_KIND, terms.FACET):
        for below in order.classes_below(cls):
            for individual in declared.individuals(below) - declared.individuals(cls):
                yield Finding(
                    _iri(individual),
                    "numbers",
                    f"a {local_name(cls)} only by way of {local_name(below)}",
                    f"Give it the type {local_name(cls)} as well",
                )


def refinement_findings(declared: Declarations) -> Iterator[Finding]:
    """Rules ``refines`` (a special case of a shipped stance, with its own word) and ``example`` (its sentences)."""
    words = {w.value: s for s, w in declared.pairs(terms.STANCE_WORD) if isinstance(w, Literal) and s in _SHIPPED}
    for subject in sorted({s for s, _ in declared.pairs(terms.REFINES)}, key=_iri):
        yield from _refinement(declared, subject, words)
        yield from _examples(declared, subject)


def _refinement(declared: Declarations, subject: Node, words: dict[str, Node]) -> Iterator[Finding]:
    def wrong(found: str, remedy: str) -> Finding:
        return Finding(_iri(subject), "refines", found, remedy)

    if subject not in declared.individuals(terms.STANCE):
        yield wrong("it is no stance, yet it refines one", "Give it the type pen:Stance, or take pen:refines away")
        return
    wholes = set(declared.objects(subject, terms.REFINES))
    names = ", ".join(sorted(local_name(s) for s in _SHIPPED))
    if len(wholes) != 1 or not wholes <= _SHIPPED or subject in _SHIPPED:
        found = " and ".join(sorted(map(_name, wholes)))
        yield wrong(f"{_name(subject)} refines {found}", f"Let one of your own stances refine one of {names}")
        return
    whole = wholes.pop()
    for predicate in (terms.HAS_FACET, terms.POLARITY, terms.SHORTCUT):
        own, general = (set(declared.objects(s, predicate)) for s in (subject, whole))
        if not _same(own, general):
            found = ", ".join(sorted(map(_name, own)))
            yield wrong(f"{found} for {local_name(predicate)}, unlike {_name(whole)}", "Leave it out; it is inherited")
    given = [w.value for w in declared.objects(subject, terms.STANCE_WORD) if isinstance(w, Literal)]
    if len(set(given)) != 1 or not given[0].strip():
        yield wrong(f"{len(set(given))} words", "Give it one pen:word of its own")
    elif given[0] in words or any(
        s != subject for s, w in declared.pairs(terms.STANCE_WORD) if isinstance(w, Literal) and w.value == given[0]
    ):
        yield wrong(f"the word {given[0]!r} of another stance", "Give it one pen:word of its own")


def _same(own: set[Node], general: set[Node]) -> bool:
    """Whether what a special case says itself is what it inherits; numbers by value."""
    values = [
        {float(n.value) if isinstance(n, Literal) and _is_number(n.value) else n for n in s} for s in (own, general)
    ]
    return values[0] <= values[1]


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d*)?", text) is not None


def _examples(declared: Declarations, subject: Node) -> Iterator[Finding]:
    sentences = {v for v in declared.objects(subject, terms.EXAMPLE) if isinstance(v, Literal)}
    for lang in LANGUAGES:
        count = sum(v.language == lang for v in sentences)
        if count < EXAMPLES:
            yield Finding(
                _iri(subject),
                "example",
                f"{count} example sentences in @{lang}",
                f"Add skos:example in @{lang} until there are {EXAMPLES}: without them it is not told apart in texts",
                WARNING,
            )


def _iri(node: Node) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _name(node: Node) -> str:
    return local_name(node) if isinstance(node, NamedNode) else getattr(node, "value", str(node))
