"""Bring an edited ontology into force: check it, say what it touches, migrate stored data, all or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from penchant.errors import OntologyError, UnknownError
from penchant.kg.effect import Touched, changed_meaning, people_on, touched
from penchant.kg.migrate import plan_migration
from penchant.kg.ontology_in_force import OntologyInForce, edition_folder, read_edition, write_edition
from penchant.kg.workspace import Workspace
from penchant.ontology.checking.check import check_files
from penchant.ontology.checking.finding import ERROR, Finding
from penchant.ontology.comparing.compare import Comparison, compare
from penchant.ontology.declared import declarations
from penchant.ontology.files import read_triples, shapes_path
from penchant.ontology.items.shape_build import shapes_turtle
from penchant.ontology.short import short
from penchant.ontology.syntaxes.syntax import Syntax, syntax_of
from penchant.ontology.syntaxes.turtle import turtle
from penchant.ontology.terms import CORE, OWL
from penchant.queries.mentions import all_mentions

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """What applying an ontology did, or would do.

    Args:
        findings: what the check has to say, errors and warnings.
        comparison: of the ontology in force and the new one.
        touched: what the differences touch.
        refusals: why nothing was changed; empty if it was, or if there is nothing to change.
        edition: number of the edition now in force; None if nothing was changed.
        quads: stored quads that changed.
        people: people whose interests were worked out anew.
    """

    findings: tuple[Finding, ...]
    comparison: Comparison
    touched: tuple[Touched, ...]
    refusals: tuple[str, ...]
    edition: int | None
    quads: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class _Proposed:
    """What is to come into force: files by ontology IRI, the core first.

    ``renames`` are known beforehand; others are found.  ``before`` is the edition that undoing will go back to.
    """

    files: Mapping[str, Path]
    note: str
    before: int | None
    renames: Mapping[NamedNode, NamedNode] = field(default_factory=dict)
    shipped: bool = False


def apply_ontology(
    workspace: Workspace, path: Path, *, dry_run: bool = False, progress: Progress = lambda _: None
) -> ApplyReport:
    """Bring the ontology in ``path`` into force, in the place of the one with its ontology IRI or as a module.

    A file that says nothing new changes nothing.  A file that cannot be followed changes nothing, and says why.

    Args:
        workspace: where.
        path: what Protégé saved, in any syntax that :func:`penchant.ontology.files.read_triples` reads.
        dry_run: say what would be done, and do nothing.
        progress: called with the number of people brought up to date.

    Raises:
        OntologyError: the file cannot be read, or has not exactly one ontology header.
    """
    files = files_with(workspace.ontology, path)
    return _bring(workspace, _Proposed(files, f"apply {path.name}", workspace.ontology.number), dry_run, progress)


def files_with(ontology: OntologyInForce, path: Path) -> dict[str, Path]:
    """The files of ``ontology`` by IRI, with ``path`` in the place of the one with its IRI, or as one more."""
    iri = header(path)
    return {**ontology.files, iri: path}


def remove_module(
    workspace: Workspace, iri: str, *, dry_run: bool = False, progress: Progress = lambda _: None
) -> ApplyReport:
    """Take a module out of force.

    Raises:
        UnknownError: no module of that ontology IRI is in force.
    """
    if iri == CORE or iri not in workspace.ontology.files:
        raise UnknownError(
            f"no module <{iri}> is in force",
            expected=" or ".join(list(workspace.ontology.files)[1:]) or "a module that was applied",
        )
    files = {k: v for k, v in workspace.ontology.files.items() if k != iri}
    return _bring(workspace, _Proposed(files, f"remove <{iri}>", workspace.ontology.number), dry_run, progress)


def undo_ontology(workspace: Workspace, *, dry_run: bool = False, progress: Progress = lambda _: None) -> ApplyReport:
    """Bring the edition before the one in force back, as a new edition; stored data follow as for any edit.

    Raises:
        UnknownError: the shipped ontology is in force, so that there is nothing to undo.
    """
    now = workspace.ontology
    if now.before is None:
        raise UnknownError("nothing was applied to the shipped ontology", expected="an edition to undo")
    former = read_edition(workspace.folder, now.before)
    back = {new: old for old, new in now.renames.items() if old not in former.renames}
    note = f"undo edition {now.number}: back to {former.number or 'the shipped ontology'}"
    proposed = _Proposed(former.files, note, former.before, back, shipped=former.number == 0)
    return _bring(workspace, proposed, dry_run, progress)


def _bring(workspace: Workspace, proposed: _Proposed, dry_run: bool, progress: Progress) -> ApplyReport:
    old, triples = workspace.ontology.triples, _triples(proposed.files)
    comparison = compare(old, triples, renames=proposed.renames)
    findings = tuple(check_files(tuple(proposed.files.values()), used=all_mentions()))
    effect = touched(comparison, workspace.ontology.shapes, workspace)
    errors = [
        f"{short(f.term) if f.term else f.where} breaks “{f.rule}”: {f.found}" for f in findings if f.severity == ERROR
    ]
    refusals = [*errors, *_in_use(effect)]
    same_files = list(proposed.files) == list(workspace.ontology.files) and comparison.unchanged
    if refusals or same_files:
        return ApplyReport(findings, comparison, effect, tuple(refusals), None)
    new = write_edition(
        workspace.folder,
        OntologyInForce(
            number=workspace.ontology.number + 1,
            files=proposed.files,
            shapes_file=shapes_path(),
            renames=_all_renames(workspace.ontology.renames, comparison.renames),
            before=proposed.before,
            note=proposed.note,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        ),
        texts={} if proposed.shipped else {iri: _turtle(path) for iri, path in proposed.files.items()},
        shapes=shapes_turtle(triples, read_triples(shapes_path())),
    )
    changed = changed_meaning(workspace.vocabulary, new.vocabulary, comparison)
    renamed = {kind.iri for kind in workspace.vocabulary.all_kinds()} & comparison.renames.keys()
    plan = plan_migration(
        workspace,
        new,
        comparison.renames,
        people_on(workspace.store, {*changed, *renamed}),
        from_log=bool(renamed),
        progress=progress,
    )
    quads = len(plan.change.delete) + len(plan.change.insert)
    if plan.refusals or dry_run:
        shutil.rmtree(edition_folder(workspace.folder, new.number))
        return ApplyReport(findings, comparison, effect, plan.refusals, None, quads, plan.people)
    run = workspace.ledger.begin("ontology", proposed.note)
    with workspace.writing:
        workspace.ledger.bring_into_force(run, new.number, plan.change)
        workspace.store.apply(plan.change)
        workspace.checkpoint()
    workspace.ledger.finish(run, note={"edition": new.number, "quads": quads, "people": plan.people})
    workspace.follow(new)
    return ApplyReport(findings, comparison, effect, (), new.number, quads, plan.people)


def _all_renames(
    former: Mapping[NamedNode, NamedNode], latest: Mapping[NamedNode, NamedNode]
) -> dict[NamedNode, NamedNode]:
    """Old IRI → IRI of today, over all editions; a name that is in force again leads nowhere else."""
    return {old: latest.get(new, new) for old, new in former.items() if old not in latest.values()} | dict(latest)


def _in_use(effect: tuple[Touched, ...]) -> list[str]:
    """Why terms cannot go: stored triples name them."""
    return [
        f"{short(part.term)}: {part.triples:,} stored triples name it; keep it (owl:deprecated true says that it is not"
        " to be used any more), or let a new term say that it dcterms:replaces it"
        for part in effect
        if part.change == "removed" and part.triples
    ]


def header(path: Path) -> str:
    """The ontology IRI of a file.

    Raises:
        OntologyError: it cannot be read, or has not exactly one ontology header.
    """
    headers = declarations(read_triples(path)).of(OWL + "Ontology")
    found = sorted(node.value for node in headers if isinstance(node, NamedNode))
    if len(found) != 1:
        raise OntologyError(
            f"{len(found)} ontology headers with an IRI",
            expected="exactly one",
            where=str(path),
            remedy="Give the ontology an IRI",
        )
    return found[0]


def _triples(files: Mapping[str, Path]) -> tuple[Triple, ...]:
    return tuple(t for path in files.values() for t in read_triples(path))


def _turtle(path: Path) -> str:
    """The file's own Turtle, comments and all; other syntaxes as Turtle."""
    if syntax_of(path.read_bytes(), path) is Syntax.TURTLE:
        return path.read_text(encoding="utf-8-sig")
    return turtle(read_triples(path))
