"""Snapshots of a workspace that is in use: made whole or not at all, and proved by their checksums.

::

    FOLDER/manifest.json   when, of which version, how much, and the SHA-256 of every file
    FOLDER/workspace/      the workspace as it was at one moment, without what is made anew when it is missing

Writers wait only while the store is linked, the event log is linked, small files are copied and a read of the ledger
is begun; copying and hashing happen afterwards.  A snapshot is what a crash at that moment would have left, so
opening it finishes whatever was under way.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from penchant.errors import SourceError, StoreError, WorkspaceError
from penchant.kg.compact import compact, is_due
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.workspace import Workspace, read_about

MANIFEST = "manifest.json"
DATA = "workspace"
#: Where snapshots lie inside a workspace unless another folder is named.
BACKUPS = "backups"
#: What is left out: it is in the snapshot in another way, or made anew where it is missing.
_LEFT_OUT = frozenset({"store", "store.tmp", "store.new", "store.old", "index", "staging", "training", BACKUPS})
_LEDGER = "ledger.sqlite"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a snapshot: how long it is, and its SHA-256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself.

    Args:
        version: of the workspace's data model.
        base_iri: of the workspace.
        at: when it was begun, in UTC; whoever is forgotten from then on may be in it.
        quads: in the store.
        texts: in the ledger.
        runs: in the ledger.
        files: path below the snapshot's folder → the file.
    """

    version: int
    base_iri: str
    at: str
    quads: int
    texts: int
    runs: int
    files: dict[str, StoredFile]

    @property
    def bytes(self) -> int:
        """Length of all files."""
        return sum(file.bytes for file in self.files.values())


def backup(workspace: Workspace, folder: Path | None = None) -> Path:
    """Make a snapshot of ``workspace`` while other threads go on reading and writing; its folder.

    Where somebody was forgotten and the store still waits to be rewritten, that is done first: no snapshot holds what
    was forgotten before.

    Args:
        workspace: open.
        folder: one that is not there yet; ``backups/<time>`` of the workspace unless given.

    Raises:
        WorkspaceError: the folder is there already, or inside the workspace but not below ``backups``.
        StoreError: it cannot be written; nothing is left behind then.
    """
    if is_due(workspace):
        compact(workspace)

    @contextmanager
    def at_rest() -> Iterator[None]:
        with workspace.writing:
            workspace.checkpoint()
            yield

    return snapshot(workspace.folder, workspace.store, folder or default_folder(workspace.folder), at_rest())


def default_folder(workspace: Path) -> Path:
    """``backups/<UTC time>`` of a workspace."""
    return workspace / BACKUPS / datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")


def snapshot(workspace: Path, store: EmbeddedStore, folder: Path, at_rest: AbstractContextManager[None]) -> Path:
    """As :func:`backup`, of a workspace folder of any version.

    Args:
        workspace: its folder.
        store: its store, open.
        folder: the snapshot's.
        at_rest: inside it nobody writes.
    """
    inside = _demand_place(workspace, folder)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    staging = workspace / "staging"
    draft = folder.with_name(folder.name + ".tmp")
    try:
        staging.mkdir(exist_ok=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        taken = Path(tempfile.mkdtemp(prefix="backup-", dir=staging))
        try:
            _take(workspace, store, taken, at_rest)
            if inside:
                taken.replace(draft / DATA)
            else:  # files that the workspace shares would change with it
                shutil.copytree(taken, draft / DATA)
        finally:
            shutil.rmtree(taken, ignore_errors=True)
        _write_manifest(draft, at)
        draft.replace(folder)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise StoreError(f"the backup cannot be written ({error})", where=str(folder)) from error
    return folder


def _demand_place(workspace: Path, folder: Path) -> bool:
    """Whether ``folder`` is inside the workspace; an error where no snapshot may lie there."""
    if folder.exists():
        raise WorkspaceError("something is there already", expected="a new folder", where=str(folder))
    whole, target = workspace.resolve(), folder.resolve()
    if whole != target and whole not in target.parents:
        return False
    if (whole / BACKUPS) not in target.parents:
        raise WorkspaceError(
            "no place for a backup in the workspace",
            expected=f"a folder below {workspace / BACKUPS}, or outside the workspace",
            where=str(folder),
        )
    return True


def _take(workspace: Path, store: EmbeddedStore, taken: Path, at_rest: AbstractContextManager[None]) -> None:
    """Everything at one moment, into a folder on the same disk."""
    ledger = workspace / _LEDGER
    with closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as reader:
        with at_rest:
            store.backup(taken / "store")
            for path in _other_files(workspace):
                copy = taken / path.relative_to(workspace)
                copy.parent.mkdir(parents=True, exist_ok=True)
                if path.suffix == ".parquet":  # never changed once it is there
                    _link(path, copy)
                else:
                    shutil.copy2(path, copy)
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees this moment
        (taken / _LEDGER).touch(mode=0o600)
        with closing(sqlite3.connect(taken / _LEDGER)) as copied:
            reader.backup(copied)
            copied.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _other_files(workspace: Path) -> Iterator[Path]:
    for top in sorted(workspace.iterdir()):
        if top.name in _LEFT_OUT or top.name.startswith(_LEDGER) or top.suffix == ".tmp":
            continue
        files = [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file())
        yield from (path for path in files if path.suffix != ".tmp")


def _link(path: Path, copy: Path) -> None:
    try:
        os.link(path, copy)
    except OSError:  # a file system without hard links
        shutil.copy2(path, copy)


def _write_manifest(draft: Path, at: str) -> None:
    about = read_about(draft / DATA)
    with closing(sqlite3.connect(f"{(draft / DATA / _LEDGER).resolve().as_uri()}?mode=ro", uri=True)) as ledger:
        texts, runs = ledger.execute("SELECT (SELECT count(*) FROM texts), (SELECT count(*) FROM runs)").fetchone()
    manifest = Manifest(
        version=int(str(about["version"])),
        base_iri=str(about["base_iri"]),
        at=at,
        quads=len(ox.Store.read_only(str(draft / DATA / "store"))),
        texts=texts,
        runs=runs,
        files={str(path.relative_to(draft)): _stored_file(path, durable=True) for path in _files(draft)},
    )
    said = {"format": _FORMAT, **asdict(manifest)}
    with (draft / MANIFEST).open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(said, indent=2) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)


def _stored_file(path: Path, *, durable: bool = False) -> StoredFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if durable:
            os.fsync(stream.fileno())
        return StoredFile(path.stat().st_size, digest)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot.

    Raises:
        SourceError: it is not there, broken, or of a newer kind.
    """
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if said.pop("format") != _FORMAT:
            raise SourceError("a backup of another kind", expected=f"format {_FORMAT}", where=str(folder))
        files = {path: StoredFile(**file) for path, file in said.pop("files").items()}
        return Manifest(**said, files=files)
    except FileNotFoundError as error:
        raise SourceError(
            "there is no backup", expected="a folder that `penchant backup` has made", where=str(folder)
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"the manifest cannot be read ({error})", where=str(folder / MANIFEST)) from error


def verify(folder: Path) -> list[str]:
    """What is not in a snapshot as its manifest says, in words; empty if all is.

    Raises:
        SourceError: the manifest cannot be read.
    """
    manifest = read_manifest(folder)
    present = {str(path.relative_to(folder)): path for path in _files(folder)}
    found = [f"{name}: not in the manifest" for name in present.keys() - manifest.files.keys()]
    for name, file in manifest.files.items():
        if name not in present:
            found.append(f"{name}: missing")
        elif present[name].stat().st_size != file.bytes:
            found.append(f"{name}: {present[name].stat().st_size:,} bytes, expected {file.bytes:,}")
        elif _stored_file(present[name]) != file:
            found.append(f"{name}: its content has changed")
    return sorted(found)


def snapshots(workspace: Path) -> list[Path]:
    """Whole snapshots inside a workspace, oldest first by name."""
    return sorted(path.parent for path in (workspace / BACKUPS).glob(f"*/{MANIFEST}"))
