"""Snapshots of a workspace, what is made of them, and workspaces of older versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from penchant.kg import backup as kg_backup
from penchant.kg import restore as kg_restore
from penchant.kg import upgrade as kg_upgrade
from penchant.kg.backup import Manifest
from penchant.kg.restore import RestoreReport
from penchant.kg.upgrade import UpgradeReport
from penchant.loaded import Loaded
from penchant.settings import workspace_folder


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot: where it lies, and what it says of itself."""

    folder: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class BackupDoor:
    """Snapshots of an open workspace; :attr:`penchant.api.Penchant.backups`."""

    _loaded: Loaded

    def make(self, folder: Path | str | None = None) -> Snapshot:
        """Make a snapshot while other threads go on; see :func:`penchant.kg.backup.backup`.

        Args:
            folder: one that is not there yet; ``backups/<time>`` of the workspace unless given.
        """
        made = kg_backup.backup(self._loaded.workspace, None if folder is None else Path(folder))
        return Snapshot(made, kg_backup.read_manifest(made))

    def list(self) -> list[Snapshot]:
        """Snapshots inside the workspace, oldest first."""
        found = kg_backup.snapshots(self._loaded.workspace.folder)
        return [Snapshot(folder, kg_backup.read_manifest(folder)) for folder in found]


def verify(folder: Path | str) -> list[str]:
    """What is not in a snapshot as its manifest says; see :func:`penchant.kg.backup.verify`."""
    return kg_backup.verify(Path(folder))


def restore(
    backup: Path | str,
    folder: Path | str | None = None,
    *,
    replace: bool = False,
    erasures: Path | str | None = None,
) -> RestoreReport:
    """Make a workspace from a snapshot; see :func:`penchant.kg.restore.restore`.

    Args:
        backup: the snapshot.
        folder: the workspace; found as :func:`penchant.open` does.
        replace: put it in the place of the workspace that is there.
        erasures: another workspace whose forgotten people are forgotten here too.
    """
    return kg_restore.restore(
        Path(backup), _folder(folder), replace=replace, erasures=None if erasures is None else Path(erasures)
    )


def migrate(
    folder: Path | str | None = None,
    *,
    backup: Path | str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> UpgradeReport:
    """Bring a workspace of an older version to the version of today; see :func:`penchant.kg.upgrade.upgrade`.

    Args:
        folder: the workspace; found as :func:`penchant.open` does.
        backup: where the snapshot goes that is made first; ``backups/<time>`` of the workspace unless given.
        progress: called with the number of people done.
    """
    return kg_upgrade.upgrade(_folder(folder), backup=None if backup is None else Path(backup), progress=progress)


def _folder(folder: Path | str | None) -> Path:
    return workspace_folder(None if folder is None else Path(folder))
