"""Ways of tuning by name, as peft registers them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from penchant.errors import SettingError
from penchant.extract.tuning.recipe import Recipe

#: Variants of LoRA that are a switch of its configuration.
_OF_LORA: Final[dict[str, dict[str, Any]]] = {
    "dora": {"use_dora": True},
    "rslora": {"use_rslora": True},
    "pissa": {"init_lora_weights": "pissa"},
    "olora": {"init_lora_weights": "olora"},
}
#: Variants that change the base's weights at the start, so that the difference is what must be kept.
MOVES_THE_BASE: Final = frozenset({"pissa", "olora"})
_OTHER_NAMES: Final = {"prefix": "prefix_tuning", "prompt": "prompt_tuning", "ptuning": "p_tuning"}
#: Registered, but for other tasks, or in need of what a recipe does not say.
_LEFT_OUT: Final = frozenset(
    {"xlora", "poly", "multitask_prompt_tuning", "cpt", "trainable_tokens", "adaption_prompt", "shadow"}
)


def methods() -> list[str]:
    """Names that ``configuration`` knows."""
    from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING

    registered = {str(kind.value).lower() for kind in PEFT_TYPE_TO_CONFIG_MAPPING}
    taken = set(_OTHER_NAMES.values())
    return sorted((registered - _LEFT_OUT - taken) | set(_OF_LORA) | set(_OTHER_NAMES))


def check_method(name: str) -> None:
    """Refuse a method that is not there.

    Raises:
        SettingError: no method has this name.
    """
    if name not in methods():
        raise SettingError(f"no method is called {name!r}", expected=", ".join(methods()), where="method")


def configuration(recipe: Recipe, model: Any) -> Any:
    """The configuration of peft that a recipe means, for this model.

    Raises:
        SettingError: no method has the recipe's name, or it needs the number of steps.
    """
    from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING
    from peft.utils import PeftType

    check_method(recipe.method)
    name = "lora" if recipe.method in _OF_LORA else _OTHER_NAMES.get(recipe.method, recipe.method)
    kind = PEFT_TYPE_TO_CONFIG_MAPPING[PeftType(name.upper())]
    known = {f.name for f in fields(kind)}
    maps = _linear_maps(model)
    wanted: dict[str, Any] = {
        "r": recipe.rank,
        "rank": recipe.rank,
        "lora_alpha": recipe.alpha,
        "alpha": recipe.alpha,
        "target_modules": sorted(maps),
        "num_virtual_tokens": recipe.rank,
    }
    given = {key: value for key, value in wanted.items() if key in known}
    given |= _OF_LORA.get(recipe.method, {}) | _particular(name, recipe, list(maps.values()))
    return kind(task_type="CAUSAL_LM", **{k: v for k, v in given.items() if v is not None})


def _particular(name: str, recipe: Recipe, shapes: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """What one method wants otherwise than the rest; None leaves peft's own choice."""
    block = math.gcd(*(width for shape in shapes for width in shape))
    least = min(a * b for a, b in shapes)
    match name:
        case "adalora":
            if recipe.steps is None:
                raise SettingError("adalora plans over its steps", expected="steps, not minutes", where="recipe")
            return {
                "init_r": max(recipe.rank + 1, recipe.rank * 3 // 2),
                "target_r": recipe.rank,
                "total_step": recipe.steps,
                "tinit": recipe.steps // 10,
                "tfinal": recipe.steps // 2,
                "deltaT": max(1, recipe.steps // 20),
            }
        case "ia3" | "ln_tuning":
            return {"target_modules": None}
        case "oft":
            return {"oft_block_size": 0}  # the rank says how many blocks
        case "p_tuning":
            return {"encoder_hidden_size": 128}
        case "c3a":
            return {"block_size": block}
        case "vblora":
            return {"vector_length": block}
        case "road":
            return {"group_size": math.gcd(block, 64)}
        case "fourierft" | "waveft":
            return {"n_frequency": min(1000, least)}
    return {}


def _linear_maps(model: Any) -> dict[str, tuple[int, int]]:
    """Last name of each linear map but the head's, with its widths."""
    import torch

    head = model.get_output_embeddings()
    return {
        name.rpartition(".")[2]: (part.in_features, part.out_features)
        for name, part in model.named_modules()
        if isinstance(part, torch.nn.Linear) and part is not head
    }
