"""The ontology files that come with Penchant, by short name: ``core`` and the modules beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from penchant.errors import OntologyError
from penchant.ontology.files import FOLDER, ontology_path

#: Files of the folder that are no ontology.
_OTHERS: Final = frozenset({"penchant.ttl", "shapes.ttl"})


def shipped_files() -> dict[str, Path]:
    """Short name → file: ``core`` first, then the modules, sorted."""
    modules = {path.stem: path for path in sorted(FOLDER.glob("*.ttl")) if path.name not in _OTHERS}
    return {"core": ontology_path(), **modules}


def ontology_file(name: str) -> Path:
    """The file that ``name`` means: a path, or the short name of a shipped file.

    Raises:
        OntologyError: it is neither.
    """
    path = Path(name)
    if path.is_file():
        return path
    shipped = shipped_files()
    if name in shipped:
        return shipped[name]
    raise OntologyError("no such file", expected=f"a file, or one of {', '.join(shipped)}", where=name)
