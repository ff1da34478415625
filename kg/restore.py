"""A workspace from a snapshot: proved, brought to the version of today, and without those who were forgotten since."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from penchant.errors import SourceError, StoreError, WorkspaceError
from penchant.kg.backup import BACKUPS, DATA, read_manifest, verify
from penchant.kg.check import Finding, check
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.erasures import ErasureList, listed, listed_people, take_over
from penchant.kg.forget import forget
from penchant.kg.upgrade import upgrade
from penchant.kg.workspace import VERSION, Workspace, open_workspace, read_about

#: How many damaged files an error names.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What restoring did.

    Args:
        folder: the workspace that stands now.
        at: when the snapshot was made.
        upgraded: what bringing it to the version of today has changed, in words; empty where it was of today.
        redone: changes that were under way when the snapshot was made, and were finished.
        forgotten: people who were in the snapshot, had been forgotten since, and were forgotten again.
        findings: what is not sound; empty when all is.
    """

    folder: Path
    at: str
    upgraded: tuple[str, ...]
    redone: int
    forgotten: int
    findings: tuple[Finding, ...]


def restore(backup: Path, folder: Path, *, replace: bool = False, erasures: Path | None = None) -> RestoreReport:
    """Make the workspace ``folder`` from a snapshot; it appears when all is done, or not at all.

    Args:
        backup: the snapshot; it stays as it is.
        folder: one that is not there, or is empty.
        replace: put it in the place of the workspace that is there.  That one stays beside it until all is done; its
            snapshots are kept, and those whom it has forgotten are forgotten again.
        erasures: another workspace, or a backup, whose list of forgotten people counts as well.

    Raises:
        SourceError: there is no whole snapshot.
        WorkspaceError: a workspace is there and may not be replaced, or is open in another process.
        StoreError: a list of forgotten people cannot be read.
    """
    former = folder.with_name(folder.name + ".before-restore")
    _finish_former(folder, former)
    manifest = read_manifest(backup)
    if damage := verify(backup):
        raise SourceError(
            f"the backup is damaged: {'; '.join(damage[:_SHOWN])}" + (" …" if len(damage) > _SHOWN else ""),
            expected="every file as the manifest says",
            where=str(backup),
            remedy="Restore another backup",
        )
    if manifest.version > VERSION:
        raise SourceError(
            f"it is of version {manifest.version}, written by a newer Penchant",
            expected=f"version {VERSION} or older",
            where=str(backup),
            remedy="Install the newer Penchant",
        )
    stands = folder.exists() and any(folder.iterdir())
    if stands:
        _demand_replaceable(folder, replace=replace)
    lists = [_erasures(source) for source in [*([folder] if stands else []), *([erasures] if erasures else [])]]
    draft = folder.with_name(folder.name + ".restoring")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        shutil.copytree(backup / DATA, draft)
        changes = upgrade(draft, make_backup=False).changes if manifest.version < VERSION else ()
        with open_workspace(draft) as workspace:
            redone = workspace.redone
            forgotten = _forget_again(workspace, lists, manifest.at)
            findings = tuple(check(workspace))
        _put_in_place(draft, folder, former)
    except OSError as error:
        raise StoreError(f"the workspace cannot be written ({error})", where=str(folder)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return RestoreReport(folder, manifest.at, changes, redone, forgotten, findings)


def _demand_replaceable(folder: Path, *, replace: bool) -> None:
    if not replace:
        raise WorkspaceError(
            "something is there already",
            expected="a new folder",
            where=str(folder),
            remedy="Name another with -w, or say --replace to put the backup in its place",
        )
    if not (folder / "workspace.json").exists():
        raise WorkspaceError("it is no workspace", expected="a workspace or a new folder", where=str(folder))
    try:
        EmbeddedStore.open(folder / "store").close()
    except WorkspaceError:
        raise
    except StoreError:
        return  # damaged: the reason why somebody restores


def _erasures(source: Path) -> ErasureList | None:
    """Whom the workspace or backup in ``source`` has forgotten; None where that is nobody."""
    folder = source / DATA if (source / DATA).is_dir() else source
    try:
        read_about(folder)
        return listed(folder)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"its list of forgotten people cannot be read ({error})",
            where=str(source),
            remedy="Move that workspace away, restore to a new folder, and forget those people again",
        ) from error


def _forget_again(workspace: Workspace, lists: Iterable[ErasureList | None], since: str) -> int:
    """Forget whoever was forgotten since the snapshot was made; how many identifiers that is."""
    people: set[NamedNode] = set()
    for erasures in lists:
        if erasures is not None:
            people.update(listed_people(workspace, erasures, since))
            take_over(workspace, erasures)
    if people:
        forget(workspace, sorted(people, key=lambda person: person.value))
    return len(people)


def _finish_former(folder: Path, former: Path) -> None:
    """Bring to an end what a killed restore has left: the workspace moved aside, or not yet removed."""
    if not former.exists():
        return
    if folder.exists():
        _remove_former(folder, former)
    else:
        former.rename(folder)


def _put_in_place(draft: Path, folder: Path, former: Path) -> None:
    if folder.exists():
        folder.rename(former)
    draft.rename(folder)
    if former.exists():
        _remove_former(folder, former)


def _remove_former(folder: Path, former: Path) -> None:
    if (former / BACKUPS).exists() and not (folder / BACKUPS).exists():
        (former / BACKUPS).rename(folder / BACKUPS)
    shutil.rmtree(former)
