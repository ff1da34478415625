"""Load a LoRA adapter (Hu et al., ICLR 2022) into a model, without peft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from penchant.errors import ModelError


def add_adapter(model: Any, adapter: Path) -> None:
    """Add the adapter to the weights in place: W + (alpha / r) · B A; half a second, so nothing is kept on disk.

    Args:
        model: a causal model of transformers.
        adapter: folder with ``adapter_config.json`` and ``adapter_model.safetensors`` as peft writes them.

    Raises:
        ModelError: the adapter is not there, or is for another model.
    """
    import torch
    from safetensors.torch import load_file

    try:
        settings = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
        parts = load_file(adapter / "adapter_model.safetensors")
        scale = settings["lora_alpha"] / settings["r"]
        with torch.no_grad():
            for name in sorted(parts):
                if name.endswith(".lora_A.weight"):
                    stem = name.removesuffix(".lora_A.weight")
                    weight = model.get_parameter(stem.removeprefix("base_model.model.") + ".weight")
                    a, b = parts[name].float(), parts[f"{stem}.lora_B.weight"].float()
                    weight += (scale * (b @ a)).to(weight.dtype)
    except (OSError, ValueError, KeyError, AttributeError, RuntimeError) as problem:
        raise ModelError(f"the adapter does not fit the model: {problem!r}", where=str(adapter)) from problem
