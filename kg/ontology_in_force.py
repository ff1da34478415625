"""The ontology that a workspace follows: the shipped one, or the newest edition that was applied.

An edition is a folder ``ontology/<number>`` of the workspace that is never changed::

    manifest.json   when and why, its files by ontology IRI, names of former editions
    *.ttl           the ontology's files, the core first; open them in Protégé
    shapes.ttl      what may be written, made from the files
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from penchant.errors import WorkspaceError
from penchant.kg.embedded import as_stored
from penchant.ontology.behaviour import Vocabulary, read_vocabulary
from penchant.ontology.files import ontology_path, read_triples, shapes_path
from penchant.ontology.items.schema import ItemSchema, item_schema
from penchant.ontology.shapes import Shape, read_shapes
from penchant.ontology.terms import ALT_LABEL, CONCEPT, CORE, LABEL, PREF_LABEL, SKOS_CONCEPT, TYPE


@dataclass(frozen=True)
class OntologyInForce:
    """One edition, read when it is first needed.

    Args:
        number: of the edition; 0 is the shipped ontology.
        files: ontology IRI → file, the core first.
        shapes_file: what may be written.
        renames: IRIs of former editions → IRIs of today.
        before: the edition that undoing goes back to; None where there is nothing to undo.
        note: why it was applied.
        at: when, as an ISO date and time.
    """

    number: int
    files: Mapping[str, Path]
    shapes_file: Path
    renames: Mapping[NamedNode, NamedNode] = field(default_factory=dict)
    before: int | None = None
    note: str = ""
    at: str = ""

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """Every triple of every file, in document order."""
        return tuple(t for path in self.files.values() for t in read_triples(path))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Stances and behaviour kinds with their numbers."""
        if self.number == 0:
            return read_vocabulary()
        return read_vocabulary(self.triples, self.renames)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """What may be written."""
        return read_shapes(self.shapes_file)

    @cached_property
    def schema(self) -> ItemSchema:
        """Classes and properties of items."""
        return item_schema(self.triples)

    def concept(self, name: str) -> NamedNode | None:
        """The concept of a concept scheme with this label, in any language; letter case and spaces don't matter."""
        return self._concepts.get(_folded(name))

    @cached_property
    def _concepts(self) -> Mapping[str, NamedNode]:
        individuals = {t.subject for t in self.triples if t.predicate == TYPE and t.object in (CONCEPT, SKOS_CONCEPT)}
        found: dict[str, NamedNode] = {}
        for predicate in (PREF_LABEL, LABEL, ALT_LABEL):
            for t in sorted((t for t in self.triples if t.predicate == predicate), key=str):
                if t.subject in individuals and isinstance(t.subject, NamedNode) and isinstance(t.object, Literal):
                    found.setdefault(_folded(t.object.value), t.subject)
        return found

    def quads(self, graph: NamedNode) -> set[Quad]:
        """What the ``ontology`` graph holds: all but restrictions, whose blank nodes have no identity across loads."""
        return as_stored(
            Quad(t.subject, t.predicate, t.object, graph)
            for t in self.triples
            if not isinstance(t.subject, BlankNode) and not isinstance(t.object, BlankNode)
        )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def shipped() -> OntologyInForce:
    """The ontology that comes with Penchant, without modules."""
    return OntologyInForce(0, {CORE: ontology_path()}, shapes_path())


def edition_folder(workspace: Path, number: int) -> Path:
    """Where edition ``number`` lies."""
    return workspace / "ontology" / f"{number:04}"


def read_edition(workspace: Path, number: int | None) -> OntologyInForce:
    """Edition ``number`` of a workspace folder; the shipped ontology if None or 0.

    Raises:
        WorkspaceError: its folder is not there or damaged.
    """
    if not number:
        return shipped()
    whole = shipped()
    folder = edition_folder(workspace, number)
    try:
        said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return OntologyInForce(
            number=number,
            files={iri: folder / name for iri, name in said["files"].items()} or whole.files,
            shapes_file=folder / "shapes.ttl" if said["files"] else whole.shapes_file,
            renames={NamedNode(old): NamedNode(new) for old, new in said["renames"].items()},
            before=said["before"],
            note=said["note"],
            at=said["at"],
        )
    except (OSError, ValueError, KeyError) as error:
        raise WorkspaceError(
            f"edition {number} of its ontology cannot be read ({error})",
            where=str(folder),
            remedy="Restore the folder from a backup",
        ) from error


def write_edition(
    workspace: Path,
    edition: OntologyInForce,
    *,
    texts: Mapping[str, str],
    shapes: str,
) -> OntologyInForce:
    """Write an edition's folder; it comes into force by its row in the ledger, not by lying there.

    Args:
        workspace: folder of the workspace.
        edition: what its manifest says; where its files and shapes lie now does not matter.
        texts: ontology IRI → Turtle, the core first; empty for the shipped ontology, which is followed where it lies.
        shapes: Turtle of what may be written.
    """
    folder = edition_folder(workspace, edition.number)
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.iterdir():  # of an attempt that never came into force
        leftover.unlink()
    names = {iri: "penchant.ttl" if iri == CORE else file_name(iri) for iri in texts}
    for iri, text in texts.items():
        (folder / names[iri]).write_text(text, encoding="utf-8")
    if texts:
        (folder / "shapes.ttl").write_text(shapes, encoding="utf-8")
        (folder / "catalog-v001.xml").write_text(catalogue(names), encoding="utf-8")
    said = {
        "at": edition.at,
        "note": edition.note,
        "before": edition.before,
        "files": names,
        "renames": {o.value: n.value for o, n in sorted(edition.renames.items(), key=lambda pair: pair[0].value)},
    }
    (folder / "manifest.json").write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return read_edition(workspace, edition.number)


def file_name(iri: str) -> str:
    """A file name for the ontology ``iri``: ``https://shop.example/ontology`` → ``shop.example-ontology.ttl``."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", iri.partition("://")[2] or iri).strip("-.") + ".ttl"


def catalogue(names: Mapping[str, str]) -> str:
    """The file by which Protégé finds an edition's files beside each other (OASIS XML Catalogs 1.1)."""
    root = ElementTree.Element("catalog", {"prefer": "public", "xmlns": "urn:oasis:names:tc:entity:xmlns:xml:catalog"})
    for iri, name in names.items():
        ElementTree.SubElement(root, "uri", {"id": name, "name": iri, "uri": name})
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
