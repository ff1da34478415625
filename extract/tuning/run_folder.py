"""The folder of a run: what it says of itself, its checkpoints, and what it leaves behind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from penchant.errors import SettingError
from penchant.extract.tuning.recipe import Recipe

ADAPTER: Final = "adapter_model.safetensors"
_BEGUN: Final = "run.json"


class RunFolder:
    """Where a run writes.

    Args:
        path: the folder; made if it isn't there.
        recipe: what the run does.
        about: what else decides its result: base, adapter it starts from, digest of the examples.

    Raises:
        SettingError: the folder holds a finished adapter, or a run of another recipe or other data.
    """

    def __init__(self, path: Path, recipe: Recipe, about: Mapping[str, str]) -> None:
        self.path = path
        said = json.loads(json.dumps({**asdict(recipe), **about}))
        if (path / ADAPTER).exists():
            raise SettingError(
                "the folder holds an adapter already", where=str(path), remedy="Name another folder with --out"
            )
        begun = path / _BEGUN
        if begun.exists():
            held = json.loads(begun.read_text(encoding="utf-8"))
            differ = sorted(key for key in held.keys() | said.keys() if held.get(key) != said.get(key))
            if differ:
                raise SettingError(
                    "the folder holds a run with another " + ", ".join(differ),
                    expected=", ".join(f"{key} = {held.get(key)}" for key in differ),
                    where=str(path),
                    remedy="Give the same settings and data to go on with it, or name another folder with --out",
                )
            return
        path.mkdir(parents=True, exist_ok=True)
        begun.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")

    def checkpoint(self) -> Path | None:
        """The last checkpoint that was written to its end; others are removed."""
        found: dict[int, Path] = {}
        for folder in self.path.glob("checkpoint-*"):
            try:  # Trainer writes this file last
                json.loads((folder / "trainer_state.json").read_text(encoding="utf-8"))
                found[int(folder.name.rpartition("-")[2])] = folder
            except (OSError, ValueError):
                shutil.rmtree(folder, ignore_errors=True)
        return found[max(found)] if found else None

    def finish(self, settings: Mapping[str, Any], curve: Iterable[Mapping[str, float]], recipe: Recipe) -> None:
        """Write the configuration of the adapter, the curve and the recipe, and remove what only the run needed."""
        text = json.dumps(dict(settings), indent=1, sort_keys=True)
        (self.path / "adapter_config.json").write_text(text + "\n", encoding="utf-8")
        (self.path / "loss.jsonl").write_text("".join(json.dumps(p) + "\n" for p in curve), encoding="utf-8")
        (self.path / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n", encoding="utf-8")
        (self.path / "README.md").unlink(missing_ok=True)  # peft's empty card
        (self.path / _BEGUN).unlink(missing_ok=True)
        for folder in self.path.glob("checkpoint-*"):
            shutil.rmtree(folder)
