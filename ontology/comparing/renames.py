"""Which removed terms of an ontology live on under a new name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode

from penchant.ontology.declared import Declarations, is_builtin
from penchant.ontology.terms import LABEL, OWL, PREF_LABEL, REPLACES, TYPE


def terms_of(ontology: Declarations) -> dict[NamedNode, frozenset[str]]:
    """Terms with what each is declared to be; what only has a class counts as an individual.

    Built-in terms are left out, and the ontology itself.
    """
    found = {term: ontology.kinds[term] for term in ontology.named()}
    ontologies = ontology.of(OWL + "Ontology")
    for s, o in ontology.pairs(TYPE):
        if isinstance(s, NamedNode) and s not in found and s not in ontologies and not is_builtin(s):
            of_owl = isinstance(o, NamedNode) and is_builtin(o)
            if not of_owl:
                found[s] = frozenset({"individual"})
    return found


def find_renames(
    old: Declarations, new: Declarations, known: Mapping[NamedNode, NamedNode]
) -> dict[NamedNode, NamedNode]:
    """Old name → new name, one to one, sorted.

    A term was renamed if it is gone and a new one says ``dcterms:replaces`` of it; or else if a new one that is
    declared to be the same has a label of it in the same language, and no other removed or new term could be meant.
    Only a term that is new can be a new name: to give data to a term that was there before would be a merger, which
    nobody could undo.

    Args:
        old: the ontology as it was.
        new: the ontology as it is to be.
        known: renames that are certain beforehand; those that do not fit are passed over.
    """
    before, after = terms_of(old), terms_of(new)
    removed, added = before.keys() - after.keys(), after.keys() - before.keys()
    fits = {o: n for o, n in known.items() if o in removed and n in added}
    found = _one_to_one(fits.items())
    said = ((o, s) for s, o in new.pairs(REPLACES) if o in removed - found.keys() and s in added)
    found |= _one_to_one((o, s) for o, s in said if s not in found.values())  # type: ignore[misc]
    removed, added = removed - found.keys(), added - set(found.values())
    by_label: dict[tuple[str, str, frozenset[str]], list[NamedNode]] = {}
    for term in added:
        for language, label in _labels(new, term):
            by_label.setdefault((language, label, after[term]), []).append(term)
    found |= _one_to_one(
        {(o, n) for o in removed for at in _labels(old, o) for n in by_label.get((*at, before[o]), ())}
    )
    return dict(sorted(found.items(), key=lambda pair: pair[0].value))


def _one_to_one(pairs: Iterable[tuple[NamedNode, NamedNode]]) -> dict[NamedNode, NamedNode]:
    """Those pairs of which neither side stands in another pair."""
    held = set(pairs)
    olds, news = Counter(o for o, _ in held), Counter(n for _, n in held)
    return {o: n for o, n in held if olds[o] == news[n] == 1}


def _labels(ontology: Declarations, term: NamedNode) -> set[tuple[str, str]]:
    return {
        (value.language or "", value.value)
        for predicate in (LABEL, PREF_LABEL)
        for value in ontology.objects(term, predicate)
        if isinstance(value, Literal)
    }
