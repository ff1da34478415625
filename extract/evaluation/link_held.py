"""An index for a measurement, made once for the same files and kept with what has to be known of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from penchant.extract.evaluation.folder import files
from penchant.extract.evaluation.link_index import INDEX, Names, Size
from penchant.kg.label_index import VERSION

_ABOUT: Final = "about.json"
_ENDINGS: Final = (".tsv", ".csv", ".txt", ".edgelist", ".json", ".jsonl", ".nt")
#: Changes where the same files make another index.
_EDITION: Final = 1


@dataclass(frozen=True, slots=True)
class Held:
    """What a measurement has to know of its index.

    Args:
        size: of the index.
        films: number of a film → IRI.
        sharing: IRI of a thing that may be asked for and that the index holds → who shares its name.
    """

    size: Size
    films: Mapping[str, str]
    sharing: Mapping[str, str]


def stamp(folders: Iterable[Path], *settings: object) -> str:
    """What tells whether an index is of the same files and settings."""
    some = []
    for folder in folders:
        for path in files(folder, _ENDINGS) if folder.is_dir() else [folder]:
            about = path.stat()
            some.append((path.name, about.st_size, about.st_mtime_ns))
    return hashlib.sha256(json.dumps([VERSION, _EDITION, some, settings]).encode()).hexdigest()


def held(
    work: Path, mark: str, make: Callable[[], tuple[Names, frozenset[str]]], asked_for: Callable[[Names], Sequence[str]]
) -> Held:
    """The index in ``work``, built unless it is there already.

    Args:
        work: a folder of its own.
        mark: see :func:`stamp`.
        make: gives the names, and the IRIs to leave out.
        asked_for: the IRIs that may be asked for.
    """
    about = work / _ABOUT
    if about.is_file() and (work / INDEX).is_file():
        known = json.loads(about.read_text(encoding="utf-8"))
        if known["stamp"] == mark:
            return Held(Size(**known["size"]), known["films"], known["sharing"])
    names, left_out = make()
    size = names.build(work, left_out)
    sharing = {iri: names.sharing(iri) for iri in sorted(set(asked_for(names)) - left_out)}
    made = Held(size, names.films, sharing)
    about.write_text(json.dumps({"stamp": mark, **asdict(made)}, ensure_ascii=False), encoding="utf-8")
    return made
