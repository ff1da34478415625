"""Terms that a new version of the core brings, put into the cores that somebody has edited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Triple

from penchant.kg.ontology_in_force import read_edition
from penchant.ontology.declared import declarations, is_builtin
from penchant.ontology.files import ontology_path, read_triples, shapes_path
from penchant.ontology.items.shape_build import shapes_turtle
from penchant.ontology.terms import CORE


def add_terms(workspace: Path, new: Sequence[NamedNode]) -> list[int]:
    """Put the shipped declarations of ``new`` after the core of every edition that lacks them; which those are.

    What an edition says stays as it is, comments and order too, and its shapes are made anew.  Every edition is given
    them, since undoing an edit goes back to an earlier one.  Their graph follows when the workspace is opened.
    """
    changed = []
    for manifest in sorted((workspace / "ontology").glob("*/manifest.json")):
        edition = read_edition(workspace, int(manifest.parent.name))
        core = edition.files[CORE]
        declared = declarations(read_triples(core))
        missing = [term for term in new if not declared.has(term)]
        if core.parent != manifest.parent or not missing:  # it follows the shipped core, or has them
            continue
        lines = [f"{triple} ." for triple in about_terms(read_triples(ontology_path()), missing)]
        text = core.read_text(encoding="utf-8") + "\n\n###  Terms of a newer version\n" + "\n".join(lines) + "\n"
        draft = core.with_name(f"{core.name}.tmp")
        draft.write_text(text, encoding="utf-8")
        triples = [t for path in edition.files.values() for t in read_triples(draft if path == core else path)]
        edition.shapes_file.write_text(shapes_turtle(triples, read_triples(shapes_path())), encoding="utf-8")
        draft.replace(core)  # last: it is what tells that this edition is done
        changed.append(edition.number)
    return changed


def about_terms(triples: Iterable[Triple], terms: Collection[NamedNode]) -> list[Triple]:
    """What ``triples`` say of ``terms``: as subject, as object, and in axioms that name no term but them."""
    of_blank: dict[BlankNode, list[Triple]] = defaultdict(list)
    chosen, roots, inner = [], set(), set()
    for triple in triples:
        if isinstance(triple.subject, BlankNode):
            of_blank[triple.subject].append(triple)
            roots.add(triple.subject)
        elif triple.subject in terms or triple.object in terms:
            chosen.append(triple)
        if isinstance(triple.object, BlankNode):
            inner.add(triple.object)
    for root in sorted(roots - inner, key=str):
        axiom = _closure(of_blank, root)
        named = {t.object for t in axiom if isinstance(t.object, NamedNode) and not is_builtin(t.object)}
        if named and named <= set(terms):
            chosen += axiom
    return chosen


def _closure(of_blank: dict[BlankNode, list[Triple]], root: BlankNode) -> list[Triple]:
    found = []
    for triple in of_blank[root]:
        found.append(triple)
        if isinstance(triple.object, BlankNode):
            found += _closure(of_blank, triple.object)
    return found
