"""Files inside the workspace folder that are no part of the workspace, and what they hold of a human being.

Exports, bundles, pictures of a graph that somebody has put there: a file that names a person by IRI is a copy of what
was known of them.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Final

from pyoxigraph import NamedNode

#: A bundle of one person has this file, which names all of their identifiers.
BUNDLE: Final = "consent.json"
_OWN: Final = frozenset(
    {
        *("workspace.json", "key", "salt", "erasing.json", "rewrite.due", "events", "ontology", "index", "model"),
        *("store", "store.tmp", "store.new", "store.old", "training", "staging", "backups"),
    }
)
_LEDGER: Final = "ledger.sqlite"
_CHUNK: Final = 1 << 20
_PACKED: Final[dict[str, Callable[[Path], Any]]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


def is_own(folder: Path, path: Path) -> bool:
    """Whether ``path`` is the workspace in ``folder`` itself, or a place in it that belongs to the workspace."""
    whole, target = folder.resolve(), path.resolve()
    if whole == target:
        return True
    if whole not in target.parents:
        return False
    top = target.relative_to(whole).parts[0]
    return top in _OWN or top.startswith(_LEDGER)


def remove_copies(folder: Path, names: Collection[NamedNode]) -> list[str]:
    """Delete the files below ``folder`` that name one of ``names`` and are no part of the workspace; which they were.

    Of a bundle all files go, also those that only quote the person.

    Args:
        folder: the workspace's.
        names: IRIs of the person and of their graphs.
    """
    longest = max((len(name.value) for name in names), default=0)
    pattern = re.compile(
        b"(?:" + b"|".join(re.escape(n.value.encode()) for n in sorted(names, key=str)) + rb")(?![\w.~%-])"
    )
    gone: list[str] = []
    for path in _foreign(folder):
        if not path.exists() or not _holds(path, pattern, longest):
            continue
        whole = path.parent if path.name == BUNDLE and path.parent != folder else path
        gone.append(str(whole.relative_to(folder)))
        shutil.rmtree(whole) if whole.is_dir() else whole.unlink()
    return sorted(gone)


def remove_snapshots(folder: Path, people: Collection[NamedNode], ids: Collection[str]) -> list[str]:
    """Delete the snapshots below ``folder`` that hold anything of a human being; which they were.

    Args:
        folder: where snapshots of the workspace lie.
        people: IRIs of the human being.
        ids: what sources call them.
    """
    gone = []
    for snapshot in sorted(path for path in folder.glob("*") if path.is_dir()):
        if _knows(snapshot, people, ids):
            shutil.rmtree(snapshot)
            gone.append(snapshot.name)
    return gone


def _knows(snapshot: Path, people: Collection[NamedNode], ids: Collection[str]) -> bool:
    """Whether a snapshot may hold something of these people; one that cannot be read may."""
    from penchant.kg.ledger_of_person import names

    ledgers = list(snapshot.rglob(_LEDGER))
    if not ledgers:
        return True
    for ledger in ledgers:
        try:
            with closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
                met = {str(row[0]) for row in db.execute("SELECT iri FROM people")}
                lines = db.execute("SELECT raw FROM bad_lines")
                if met & {person.value for person in people} or any(names(row[0], ids) for row in lines):
                    return True
        except sqlite3.Error:
            return True  # of an older version, say
    return False


def _foreign(folder: Path) -> Iterator[Path]:
    """Files that are no part of the workspace; of each folder the one first by which a bundle is known."""
    for top in sorted(folder.iterdir()):
        if top.name in _OWN or top.name.startswith(_LEDGER):
            continue
        files = [top] if top.is_file() else [path for path in top.rglob("*") if path.is_file()]
        yield from sorted(files, key=lambda path: (path.name != BUNDLE, str(path)))


def _holds(path: Path, pattern: re.Pattern[bytes], longest: int) -> bool:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return any(_found(packed.open(name), pattern, longest) for name in packed.namelist())
    try:
        with _opened(path) as stream:
            return _found(stream, pattern, longest)
    except (EOFError, OSError, lzma.LZMAError):
        with path.open("rb") as stream:  # it only looks packed
            return _found(stream, pattern, longest)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with _PACKED[path.suffix](path) if path.suffix in _PACKED else path.open("rb") as stream:
        yield stream


def _found(stream: IO[bytes], pattern: re.Pattern[bytes], longest: int) -> bool:
    tail = b""
    while chunk := stream.read(_CHUNK):
        window = tail + chunk
        # A hit at the very end of a chunk may go on in the next.
        if any(match.end() < len(window) for match in pattern.finditer(window)):
            return True
        tail = window[-(longest + 1) :]
    return pattern.search(tail) is not None
