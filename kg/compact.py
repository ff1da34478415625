"""Rewrite the store: what was deleted leaves its strings in the files of Oxigraph until they are written anew.

All quads go into a new folder, which takes the old one's place.  Cut off at any point, opening the workspace finds
either the old store or the new one whole (:func:`settle`).
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from penchant.kg import erasures
from penchant.kg.durable import sync
from penchant.kg.workspace import Workspace

#: A file that is there while something was deleted whose strings the store's files still hold.
DUE = "rewrite.due"
_STORE, _DRAFT, _NEW, _OLD = "store", "store.tmp", "store.new", "store.old"


@dataclass(frozen=True, slots=True)
class Compaction:
    """What rewriting the store did.

    Args:
        quads: how many it holds.
        before: bytes of its files before.
        after: bytes of its files now.
        seconds: how long it took.
    """

    quads: int
    before: int
    after: int
    seconds: float


def is_due(workspace: Workspace) -> bool:
    """Whether the store's files hold strings of what was deleted for somebody's sake."""
    return (workspace.folder / DUE).exists()


def make_due(workspace: Workspace) -> None:
    """Write down that the store has to be rewritten."""
    (workspace.folder / DUE).touch()
    sync(workspace.folder)


def compact(workspace: Workspace) -> Compaction:
    """Rewrite the store; queries in other threads fail for the moment in which the folders change places.

    Raises:
        StoreError: it cannot be written; the store is as it was.
    """
    folder = workspace.folder
    started = time.perf_counter()
    with workspace.writing:
        workspace.checkpoint()
        before = _bytes(folder / _STORE)
        for leftover in (_DRAFT, _NEW, _OLD):
            shutil.rmtree(folder / leftover, ignore_errors=True)
        quads = workspace.store.copy(folder / _DRAFT)
        (folder / _DRAFT).rename(folder / _NEW)
        sync(folder)

        def change_places() -> None:
            (folder / _STORE).rename(folder / _OLD)
            (folder / _NEW).rename(folder / _STORE)
            sync(folder)

        workspace.store.reopen(folder / _STORE, change_places)
        shutil.rmtree(folder / _OLD, ignore_errors=True)
        erasures.done(workspace)
        (folder / DUE).unlink(missing_ok=True)
        sync(folder)
    seconds = time.perf_counter() - started
    return Compaction(quads, before, _bytes(folder / _STORE), seconds)


def settle(folder: Path) -> None:
    """Finish or take back a rewriting that was cut off; to be called before the store is opened."""
    store, new, old = folder / _STORE, folder / _NEW, folder / _OLD
    if not store.exists() and new.exists():
        new.rename(store)
    elif not store.exists() and old.exists():
        old.rename(store)
    for leftover in (folder / _DRAFT, new, old):
        shutil.rmtree(leftover, ignore_errors=True)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
