"""What a trained model knows of single people: whom it counted with each item, so that they can be taken out again.

Vectors cannot be told whom they rest on; the counts can.  ``contributions.json`` beside the model holds, for everybody
it was trained on, the positions of the items that they cared about; the model's count of an item is how many of these
lists it stands in.  Taking somebody out is therefore exact, and doing it twice does nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from penchant.kg.durable import replace

#: Files of a model, and the array that counts people.
ARRAYS: Final = "model.safetensors"
CONFIG: Final = "config.json"
CONTRIBUTIONS: Final = "contributions.json"
COUNTS: Final = "popularity"
#: Entry of the model's config: how many of those it was trained on were forgotten since.
FORGOTTEN: Final = "forgotten_since"


def write_contributions(folder: Path, people: Mapping[str, Sequence[int]]) -> None:
    """Write down, beside the model in ``folder``, who was counted with which items; IRI → positions of the items."""
    _write(folder, people, len(people))


def take_out(folder: Path, people: Collection[str]) -> bool:
    """Take ``people`` out of the counts of the model in ``folder``; whether it rests on one of them, or may.

    Vectors stay as they are: the model's config then says with how many people it was trained who were forgotten
    since.  A model that cannot tell on whom it rests may rest on anybody.
    """
    if not (folder / CONFIG).exists():
        return False
    path = folder / CONTRIBUTIONS
    if not path.exists():
        _note(folder, max(1, forgotten_since(folder)))
        return True
    said = json.loads(path.read_text(encoding="utf-8"))
    rows: dict[str, list[int]] = said["people"]
    left = {person: items for person, items in rows.items() if person not in people}
    if len(left) < len(rows):
        _write(folder, left, said["trained_on"])
    # Also where nobody has gone: a crash may have fallen between the rows and what follows from them.
    _count_anew(folder, left)
    _note(folder, said["trained_on"] - len(left))
    return len(left) < len(rows)


def forgotten_since(folder: Path) -> int:
    """How many of those on whom the model in ``folder`` was trained were forgotten since; 0 where there is none."""
    path = folder / CONFIG
    return int(_config(folder).get(FORGOTTEN, 0)) if path.exists() else 0


def _write(folder: Path, people: Mapping[str, Sequence[int]], trained_on: int) -> None:
    rows = {person: sorted(items) for person, items in sorted(people.items())}
    said = {"trained_on": trained_on, "people": rows}
    replace(folder / CONTRIBUTIONS, json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())


def _config(folder: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    return config


def _count_anew(folder: Path, rows: Mapping[str, Sequence[int]]) -> None:
    import numpy as np
    from safetensors.numpy import load_file, save

    arrays = load_file(folder / ARRAYS)
    positions = np.array([at for items in rows.values() for at in items], dtype=np.int64)
    counts = np.bincount(positions, minlength=len(arrays[COUNTS])).astype(np.float32)
    if not np.array_equal(counts, arrays[COUNTS]):
        replace(folder / ARRAYS, save({**arrays, COUNTS: counts}))


def _note(folder: Path, people: int) -> None:
    config = _config(folder)
    if people != int(config.get(FORGOTTEN, 0)):
        text = json.dumps({**config, FORGOTTEN: people}, ensure_ascii=False, indent=1, sort_keys=True)
        replace(folder / CONFIG, (text + "\n").encode())
