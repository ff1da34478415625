"""What can be done to the ontology of a workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from penchant.kg.apply_ontology import ApplyReport, apply_ontology, header, remove_module, undo_ontology
from penchant.kg.ontology_in_force import OntologyInForce, read_edition
from penchant.loaded import Loaded
from penchant.ontology.modules import ontology_file, shipped_files
from penchant.ontology.reference.write import reference
from penchant.ontology_diff import Diff, diff

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class OntologyDoor:
    """The ontology in force; :attr:`penchant.api.Penchant.ontology`."""

    _loaded: Loaded

    @property
    def in_force(self) -> OntologyInForce:
        """The edition in force."""
        return self._loaded.workspace.ontology

    def apply(self, file: Path | str, *, dry_run: bool = False, progress: Progress = lambda _: None) -> ApplyReport:
        """Bring an edited ontology or a module into force; see :func:`penchant.kg.apply_ontology.apply_ontology`.

        Args:
            file: what Protégé saved, or the short name of a shipped file (``core``, ``goods``, ``news``, ``video``).
            dry_run: only say what would be done.
            progress: called with the number of people brought up to date.
        """
        path = ontology_file(str(file))
        return self._follow(apply_ontology(self._loaded.workspace, path, dry_run=dry_run, progress=progress))

    def undo(self, *, dry_run: bool = False, progress: Progress = lambda _: None) -> ApplyReport:
        """Bring back what was in force before the last edit, as a new edition."""
        return self._follow(undo_ontology(self._loaded.workspace, dry_run=dry_run, progress=progress))

    def remove(self, module: str, *, dry_run: bool = False, progress: Progress = lambda _: None) -> ApplyReport:
        """Take a module out of force.

        Args:
            module: its ontology IRI, or the short name of a shipped one (``goods``, ``news``, ``video``).
            dry_run: only say what would be done.
            progress: called with the number of people brought up to date.
        """
        shipped = shipped_files()
        iri = header(shipped[module]) if module in shipped else module
        return self._follow(remove_module(self._loaded.workspace, iri, dry_run=dry_run, progress=progress))

    def editions(self) -> list[OntologyInForce]:
        """Every edition, the one in force first, the shipped ontology last."""
        folder = self._loaded.workspace.folder
        return [read_edition(folder, number) for number in range(self.in_force.number, -1, -1)]

    def diff(self, old: str, new: str) -> Diff:
        """What ``new`` changes in ``old``; see :func:`penchant.ontology_diff.diff`."""
        return diff(old, new, self._loaded.workspace)

    def docs(self, lang: str = "en") -> str:
        """A readable reference of the ontology in force, in Markdown."""
        return reference(self.in_force.triples, lang)

    def _follow(self, report: ApplyReport) -> ApplyReport:
        if report.edition is not None:
            self._loaded.ontology_changes()
        return report
