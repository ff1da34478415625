"""Find the files of a public set by what is in them, not by what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from penchant.errors import SourceError
from penchant.extract.lines import read_rows
from penchant.extract.rows import Row

#: Folder of each set below the folder that holds all of them.
FOLDERS: Final[Mapping[str, str]] = {"absa": "reviews_absa"}
_DEPTH: Final = 3
_PACKED: Final = (".xz", ".gz", ".bz2")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """One row of a set.

    Args:
        file: name of the file without its folder.
        row: the row as it stands there.
    """

    file: str
    row: Json


def set_folder(folder: Path, name: str) -> Path:
    """The folder of the set ``name``: below ``folder`` where it is there, else ``folder`` itself.

    Raises:
        SourceError: there is no such folder.
    """
    if not folder.is_dir():
        raise SourceError(
            "there is no such folder", expected="the folder of a set, or the one that holds the sets", where=str(folder)
        )
    inner = folder / FOLDERS.get(name, name)
    return inner if inner.is_dir() else folder


def files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """Files with one of the endings, packed or not, here and a few levels below, in the order of their paths."""
    some = []
    for path in sorted(folder.rglob("*")):
        names = [s.lower() for s in path.suffixes]
        ending = names[-2] if len(names) > 1 and names[-1] in _PACKED else names[-1] if names else ""
        if ending in endings and len(path.relative_to(folder).parts) <= _DEPTH and path.is_file():
            some.append(path)
    return some


def rows(folder: Path, name: str, fits: Callable[[Json], bool], form: str) -> list[Found]:
    """All rows of the JSON files whose first row is of the set.

    Args:
        folder: of the set, or of all sets.
        name: of the set.
        fits: tells a row of this set.
        form: what such a row has, for the message where there is none.

    Raises:
        SourceError: no file holds such rows.
    """
    place = set_folder(folder, name)
    found = [
        Found(path.name, row) for path in files(place, (".jsonl", ".ndjson", ".json")) for row in _rows(path, fits)
    ]
    if not found:
        raise SourceError(f"no file in it is of the format {name}", expected=f"JSON rows with {form}", where=str(place))
    return found


def _rows(path: Path, fits: Callable[[Json], bool]) -> Iterator[Json]:
    kind = "json" if ".json" in path.suffixes else "jsonl"
    try:
        for line in read_rows(path, ("json", "jsonl"), format=kind):
            if not isinstance(line, Row):
                continue  # a damaged line spoils no measurement; the others count
            if not isinstance(line.value, dict) or not fits(line.value):
                return
            yield line.value
    except SourceError:
        return
