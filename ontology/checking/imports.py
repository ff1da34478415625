"""Ontology files that are judged together: those given, and the shipped ones that they import.

The catalogue beside the shipped files says which ontology IRI is which file, as it does for Protégé (OASIS XML
Catalogs 1.1).  Nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from pyoxigraph import NamedNode

from penchant.ontology.checking.finding import Finding
from penchant.ontology.declared import Declarations, declarations
from penchant.ontology.files import FOLDER, Triples, read_triples
from penchant.ontology.terms import OWL

_IMPORTS: Final = NamedNode(OWL + "imports")
_VERSION: Final = NamedNode(OWL + "versionIRI")


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its name and what it says."""

    name: str
    declared: Declarations

    def headers(self) -> list[NamedNode]:
        """Ontology IRIs, sorted."""
        found = {n for n in self.declared.of(OWL + "Ontology") if isinstance(n, NamedNode)}
        return sorted(found, key=lambda n: n.value)

    def names(self) -> set[str]:
        """What others may import it by: ontology IRIs and version IRIs."""
        versions = {v for h in self.headers() for v in self.declared.objects(h, _VERSION)}
        return {n.value for n in (*self.headers(), *versions) if isinstance(n, NamedNode)}

    def imports(self) -> list[str]:
        """IRIs of the ontologies that it imports, sorted."""
        return sorted(o.value for _, o in self.declared.pairs(_IMPORTS) if isinstance(o, NamedNode))


@dataclass(frozen=True, slots=True)
class Together:
    """Files that are judged together.

    Args:
        given: the files to judge.
        context: shipped files that they import, directly or not.
        whole: everything that given and context say.
    """

    given: tuple[Part, ...]
    context: tuple[Part, ...]
    whole: Declarations

    def namespaces(self) -> tuple[str, ...]:
        """Namespaces of all ontologies at hand, sorted: terms of one end in ``#name`` or ``/name``."""
        iris = {h.value for part in (*self.given, *self.context) for h in part.headers()}
        return tuple(sorted(f"{iri.rstrip('#/')}{end}" for iri in iris for end in "#/"))

    def places(self) -> dict[str, str]:
        """IRI → name of the given file that speaks of it, or at least names it; the file as a whole under ``""``."""
        found: dict[str, str] = {"": self.given[0].name} if len(self.given) == 1 else {}
        subjects = [(t.subject, part) for part in self.given for t in part.declared.triples]
        others = [(n, part) for part in self.given for t in part.declared.triples for n in (t.predicate, t.object)]
        for node, part in (*subjects, *others):
            if isinstance(node, NamedNode):
                found.setdefault(node.value, part.name)
        return found


def together(given: Sequence[tuple[str, Triples]]) -> Together:
    """Gather the given files (name, triples) and what they import.

    Raises:
        OntologyError: a shipped file cannot be read.
    """
    files = [Part(name, declarations(triples)) for name, triples in given]
    known = {name for part in files for name in part.names()}
    context: dict[Path, Part] = {}
    wanted = [iri for part in files for iri in part.imports()]
    while wanted:
        iri = wanted.pop(0)
        path = catalogue().get(iri)
        if iri in known or path is None or path in context:
            continue
        part = Part(path.name, declarations(read_triples(path)))
        if not part.names() & known:  # another edition of it may be among the given files
            context[path] = part
            wanted += part.imports()
    parts = (*files, *context.values())
    whole = declarations(t for part in parts for t in part.declared.triples)
    return Together(tuple(files), tuple(context.values()), whole)


def import_findings(files: Together) -> Iterator[Finding]:
    """Imports of given files that lead nowhere."""
    known = {name for part in (*files.given, *files.context) for name in part.names()} | catalogue().keys()
    for part in files.given:
        for iri in part.imports():
            if iri not in known:
                yield Finding(
                    next((h.value for h in part.headers()), ""),
                    "import",
                    f"it imports <{iri}>, which is not at hand",
                    "Declare the borrowed terms here instead, or give that file as well",
                    where=part.name,
                )


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Path]:
    """Ontology and version IRIs of the shipped files → file."""
    root = ElementTree.parse(FOLDER / "catalog-v001.xml").getroot()  # noqa: S314  (a file of our own)
    return {entry.attrib["name"]: FOLDER / entry.attrib["uri"] for entry in root if "uri" in entry.attrib}
