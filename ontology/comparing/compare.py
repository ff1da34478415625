"""What one ontology changes in another: terms, and axioms of the terms that stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pyoxigraph import NamedNode, Triple

from penchant.ontology.comparing.axioms import HEADER_KINDS, Axiom, axioms
from penchant.ontology.comparing.renames import find_renames, terms_of
from penchant.ontology.declared import declarations
from penchant.ontology.files import Node, Triples
from penchant.ontology.terms import REPLACES


@dataclass(frozen=True, slots=True)
class TermChange:
    """Axioms about one term that are gone and that are new, each sorted by their text."""

    term: NamedNode
    removed: tuple[Axiom, ...]
    added: tuple[Axiom, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different; everything is sorted.

    Args:
        added: terms that are new, without those that only have a new name.
        removed: terms that are gone, without those that only have a new name.
        renames: old name → new name.
        changed: terms that stay, by their new name, with axioms gone and new.  Axioms with a renamed term in them are
            the same axioms; axioms about an added or removed term are not listed.
        general_removed: axioms about no term in particular that are gone.
        general_added: such axioms that are new.
        header: what changed in the header of the ontology, such as its version, one line each with ``-`` or ``+``.
    """

    added: tuple[NamedNode, ...] = ()
    removed: tuple[NamedNode, ...] = ()
    renames: Mapping[NamedNode, NamedNode] = field(default_factory=dict)
    changed: tuple[TermChange, ...] = ()
    general_removed: tuple[Axiom, ...] = ()
    general_added: tuple[Axiom, ...] = ()
    header: tuple[str, ...] = ()

    @property
    def unchanged(self) -> bool:
        """Whether the two are structurally equal, their headers too."""
        return self == Comparison()


def compare(old: Triples, new: Triples, *, renames: Mapping[NamedNode, NamedNode] | None = None) -> Comparison:
    """Compare two ontologies by their axioms, not by how they are written.

    Args:
        old: the ontology as it was.
        new: the ontology as it is to be.
        renames: old name → new name, where known; others are found, see
            :func:`penchant.ontology.comparing.renames.find_renames`.

    Raises:
        OntologyError: a class expression or the annotation of an axiom is malformed.
    """
    before, after = declarations(old), declarations(new)
    found = find_renames(before, after, renames or MappingProxyType({}))
    was, now = terms_of(before).keys(), terms_of(after).keys()
    added = now - was - set(found.values())
    removed = was - now - found.keys()
    old_axioms = axioms(_under_new_names(before.triples, found))
    new_axioms = axioms(_without_successions(after.triples, found))
    gone, came = old_axioms - new_axioms, new_axioms - old_axioms
    passing = added | removed
    return Comparison(
        added=_by_iri(added),
        removed=_by_iri(removed),
        renames=found,
        changed=tuple(_term_changes(_staying(gone, passing), _staying(came, passing))),
        general_removed=_by_text(a for a in gone if a.subject is None and a.kind not in HEADER_KINDS),
        general_added=_by_text(a for a in came if a.subject is None and a.kind not in HEADER_KINDS),
        header=tuple(
            f"{sign} {a.text}"
            for sign, part in (("-", gone), ("+", came))
            for a in _by_text(a for a in part if a.kind in HEADER_KINDS)
        ),
    )


def _under_new_names(triples: Iterable[Triple], renames: Mapping[NamedNode, NamedNode]) -> Iterator[Triple]:
    def renamed(node: Node) -> Node:
        return renames.get(node, node) if isinstance(node, NamedNode) else node

    for t in triples:
        moved = Triple(renamed(t.subject), renamed(t.predicate), renamed(t.object))  # type: ignore[arg-type]
        # taking a rename back, the old side is the one that says so
        if not (t.predicate == REPLACES and moved.subject == moved.object):
            yield moved


def _without_successions(triples: Iterable[Triple], renames: Mapping[NamedNode, NamedNode]) -> Iterator[Triple]:
    """Triples but for those that only say of whom a renamed term is the successor."""
    for t in triples:
        known = isinstance(t.object, NamedNode) and renames.get(t.object) == t.subject
        if not (t.predicate == REPLACES and known):
            yield t


def _staying(part: Iterable[Axiom], passing: set[NamedNode]) -> dict[NamedNode, list[Axiom]]:
    """Axioms by the term that they are about; without those about a term that comes or goes."""
    found: dict[NamedNode, list[Axiom]] = {}
    for axiom in part:
        if axiom.subject is not None and passing.isdisjoint((axiom.subject, *axiom.others)):
            found.setdefault(axiom.subject, []).append(axiom)
    return found


def _term_changes(gone: Mapping[NamedNode, list[Axiom]], came: Mapping[NamedNode, list[Axiom]]) -> Iterator[TermChange]:
    for term in _by_iri(gone.keys() | came.keys()):
        yield TermChange(term, _by_text(gone.get(term, ())), _by_text(came.get(term, ())))


def _by_iri(terms: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
    return tuple(sorted(terms, key=lambda t: t.value))


def _by_text(found: Iterable[Axiom]) -> tuple[Axiom, ...]:
    return tuple(sorted(found, key=lambda a: a.text))
