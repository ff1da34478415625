"""Load any adapter that peft wrote: what ``lora.py`` does for plain LoRA, for every other method."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from penchant.errors import ModelError

#: Switches of LoRA's configuration that change how its matrices are used.
_NOT_PLAIN = ("use_dora", "use_rslora", "use_qalora", "use_bdlora", "lora_bias", "rank_pattern", "alpha_pattern")


class Adapted(NamedTuple):
    """A model with its adapter.

    Args:
        model: a causal model of transformers that reads and writes as the adapter makes it.
        cache: keys and values of the virtual tokens that stand before every prompt, for one row; None for none.
        length: how many virtual tokens.
    """

    model: Any
    cache: Any
    length: int


def is_plain_lora(adapter: Path) -> bool:
    """Whether ``lora.add_adapter`` can load it: W + (alpha / r) · B A and nothing else."""
    try:
        settings = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True  # whose error is better said
    return settings.get("peft_type") == "LORA" and not any(settings.get(name) for name in _NOT_PLAIN)


def add_peft_adapter(model: Any, adapter: Path) -> Adapted:
    """Add an adapter of any method of peft to a model.

    Where the method can, it is merged into the weights, so that the model is as fast as without.

    Args:
        model: a causal model of transformers.
        adapter: folder with ``adapter_config.json`` and ``adapter_model.safetensors``.

    Raises:
        ModelError: the adapter is not there, or is for another model.
    """
    import torch
    from peft import PeftModel

    try:
        tuned = PeftModel.from_pretrained(model, adapter, local_files_only=True).eval()
        if tuned.active_peft_config.is_prompt_learning:
            with torch.inference_mode():
                return _with_virtual_tokens(tuned)
        try:
            return Adapted(tuned.merge_and_unload().eval(), None, 0)
        except (AttributeError, NotImplementedError, ValueError):
            return Adapted(tuned.get_base_model().eval(), None, 0)
    except (OSError, ValueError, KeyError, AttributeError, RuntimeError, TypeError) as problem:
        raise ModelError(f"the adapter does not fit the model: {problem!r}", where=str(adapter)) from problem


def _with_virtual_tokens(tuned: Any) -> Adapted:
    """Virtual tokens as a cache: they are the same for every prompt, so they are read once."""
    from peft import PeftType
    from transformers import DynamicCache

    model = tuned.get_base_model()
    prompt = tuned.get_prompt(batch_size=1)
    if tuned.active_peft_config.peft_type in (PeftType.PREFIX_TUNING, PeftType.CARTRIDGE):
        return Adapted(model, prompt, int(prompt.get_seq_length()))
    cache = DynamicCache(config=model.config)
    model(inputs_embeds=prompt, past_key_values=cache, logits_to_keep=1)
    return Adapted(model, cache, int(prompt.shape[1]))
