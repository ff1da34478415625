"""The model a run tunes: a base with an adapter on it, and how the adapter is saved."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from penchant.errors import ModelError, SettingError
from penchant.extract.quiet import quiet_transformers
from penchant.extract.tuning.peft_methods import MOVES_THE_BASE, configuration
from penchant.extract.tuning.recipe import Recipe
from penchant.extract.weights import ensure

SMOLLM2: Final = "smollm2"
_SMOLLM2_NAME: Final = "HuggingFaceTB/SmolLM2-135M-Instruct"
#: Matrices that bf16 serves: their product is added to a weight.  Factors near 1, as IA³'s, would lose too much.
_HALVED: Final = ("lora_A", "lora_B")


def base_folder(base: str) -> Path:
    """The folder of a base: the cached SmolLM2, or the folder that is named.

    Raises:
        SettingError: there is no such folder.
        ModelError: SmolLM2 cannot be fetched.
    """
    if base == SMOLLM2:
        return ensure(SMOLLM2)
    if not (Path(base) / "config.json").is_file():
        raise SettingError(
            f"{base!r} is no base", expected=f"{SMOLLM2}, or a folder with a model of transformers", where="base"
        )
    return Path(base)


class TunedModel:
    """A base with the adapter of a recipe, ready to be trained.

    Args:
        base: ``smollm2`` or a folder.
        recipe: method, rank and seed.
        start: folder of an adapter to begin with; None for a new one.

    Raises:
        SettingError: the method does not fit the base or ``start``.
        ModelError: the base or ``start`` cannot be loaded.
    """

    def __init__(self, base: str, recipe: Recipe, start: Path | None = None) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, set_seed

        folder = base_folder(base)
        set_seed(recipe.seed)
        self._recipe, self._name = recipe, _SMOLLM2_NAME if base == SMOLLM2 else folder.name
        try:
            self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            with quiet_transformers():
                dense = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
        except (OSError, ValueError, RuntimeError) as problem:
            raise ModelError(f"the base cannot be loaded: {problem}", where=str(folder)) from problem
        self.model = _adapted(dense, recipe) if start is None else _continued(dense, recipe, start)
        self._first: Mapping[str, Any] | None = None
        if recipe.method in MOVES_THE_BASE:
            from peft import get_peft_model_state_dict

            self._first = {k: v.clone() for k, v in get_peft_model_state_dict(self.model).items()}

    def save(self, out: Path) -> dict[str, Any]:
        """Write ``adapter_model.safetensors`` to ``out``.

        LoRA's matrices are written in bf16, everything else in float32.  An adapter that moved the base at its start is
        written as a plain LoRA of twice the rank (its difference from the start), in float32 because the difference of
        like numbers is small.

        Returns:
            What belongs in ``adapter_config.json``, the base by its name and lists in order.
        """
        import torch

        if self._first is None:
            for name, values in self.model.named_parameters():
                if values.requires_grad and any(part in name for part in _HALVED):
                    values.data = values.data.to(torch.bfloat16)
            self.model.save_pretrained(out, save_embedding_layers=False)
        else:
            self._save_difference(out)
        settings = json.loads((out / "adapter_config.json").read_text(encoding="utf-8"))
        settings["base_model_name_or_path"] = self._name
        return {k: sorted(v) if k == "target_modules" and isinstance(v, list) else v for k, v in settings.items()}

    def _save_difference(self, out: Path) -> None:
        from safetensors.torch import save_file

        with tempfile.TemporaryDirectory() as place:
            save_file(dict(self._first or {}), Path(place) / "adapter_model.safetensors")
            self.model.save_pretrained(out, save_embedding_layers=False, path_initial_model_for_weight_conversion=place)


def _adapted(dense: Any, recipe: Recipe) -> Any:
    from peft import get_peft_model

    try:
        return get_peft_model(dense, configuration(recipe, dense))
    except (ValueError, TypeError, AttributeError, AssertionError, NotImplementedError, ImportError) as problem:
        raise SettingError(
            f"{recipe.method} with rank {recipe.rank} does not fit this base: {problem}", where="method"
        ) from problem


def _continued(dense: Any, recipe: Recipe, start: Path) -> Any:
    from peft import PeftModel

    try:
        model = PeftModel.from_pretrained(dense, start, is_trainable=True)
        wanted = configuration(recipe, dense)
    except (OSError, ValueError, RuntimeError, KeyError) as problem:
        raise ModelError(f"the adapter does not fit the base: {problem}", where=str(start)) from problem
    held = model.active_peft_config
    for name in ("peft_type", "r", "lora_alpha", "use_dora", "use_rslora", "num_virtual_tokens"):
        if getattr(held, name, None) != getattr(wanted, name, None):
            raise SettingError(
                f"the adapter to begin with has {name} {getattr(held, name, None)}",
                expected=str(getattr(wanted, name, None)),
                where=str(start),
                remedy="Give its method, rank and alpha",
            )
    return model
