"""Train the adapter: ``python -m penchant.extract.tuning.train --data DIR --out DIR``.

LoRA (Hu et al., ICLR 2022) with r = 8 on all seven linear maps of each block; the loss counts the tokens of the answer
only, and a stance that the labels do not tell is masked.  Writes a checkpoint every few minutes and goes on from it.
Same seed, steps and package versions: same batches.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from penchant.errors import TrainingError
from penchant.extract.answer import prompt
from penchant.extract.tuning.build import account, data_folder, examples
from penchant.extract.tuning.example import Example
from penchant.extract.weights import ensure

BASE = "HuggingFaceTB/SmolLM2-135M-Instruct"
LINEARS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run does; written beside the adapter.

    Args:
        steps: optimiser steps; each sees ``batch`` examples.
        batch: examples per step, of like length.
        rate: highest learning rate, reached after ``warmup`` steps, then falling in a line that would meet zero at
            ``horizon``; over the last ``cooldown`` steps it also falls to zero.  So a run may be made shorter or longer
            on the way, as the machine allows, until the cooldown begins.
        rank: r of LoRA.
        alpha: LoRA's scale is ``alpha / rank``.
        seed: of data, order and weights.
    """

    steps: int = 900
    batch: int = 8
    rate: float = 1e-3
    warmup: int = 25
    horizon: int = 1000
    cooldown: int = 200
    rank: int = 8
    alpha: int = 16
    seed: int = 7


def encode(tokenizer: Any, example: Example) -> tuple[list[int], list[int]]:
    """Token ids of prompt and answer, and the labels: ``IGNORED`` outside the answer and on unknown stances."""
    asked = tokenizer(prompt(example.text, example.context), add_special_tokens=False)["input_ids"]
    ids, labels = list(asked), [IGNORED] * len(asked)
    pieces: list[tuple[str, bool]] = []
    if not example.pairs:
        pieces.append((example.answer, True))
    for i, (quote, stance) in enumerate(example.pairs):
        pieces.append((f"{';' if i else ''} {quote}=", True))
        pieces.append((f" {'likes' if stance == '?' else stance}", stance != "?"))
    for piece, known in pieces:
        more = tokenizer(piece, add_special_tokens=False)["input_ids"]
        ids += more
        labels += more if known else [IGNORED] * len(more)
    return [*ids, tokenizer.eos_token_id], [*labels, tokenizer.eos_token_id]


def batches(lengths: Sequence[int], recipe: Recipe) -> list[list[int]]:
    """Indices for every step: each epoch shuffled, neighbours in length together, batches in random order."""
    chance = random.Random(recipe.seed)  # noqa: S311
    plan: list[list[int]] = []
    while len(plan) < recipe.steps:
        order = list(range(len(lengths)))
        chance.shuffle(order)
        epoch: list[list[int]] = []
        pool = recipe.batch * 40
        for start in range(0, len(order), pool):
            near = sorted(order[start : start + pool], key=lambda i: lengths[i])
            epoch += [near[i : i + recipe.batch] for i in range(0, len(near), recipe.batch)]
        chance.shuffle(epoch)
        plan += epoch
    return plan[: recipe.steps]


def rate_at(step: int, recipe: Recipe) -> float:
    """Learning rate of a step, counted from 0."""
    warm = min(1.0, (step + 1) / recipe.warmup)
    fall = max(0.0, (recipe.horizon - step) / (recipe.horizon - recipe.warmup))
    cool = min(1.0, (recipe.steps - step) / recipe.cooldown)
    return recipe.rate * min(warm, fall) * cool


def train(
    some: Sequence[Example],
    out: Path,
    recipe: Recipe,
    *,
    threads: int = 1,
    save_every: float = 480.0,
    stop_after: int | None = None,
) -> list[dict[str, float]]:
    """Train on ``some`` and leave the adapter in ``out``.

    Args:
        some: training examples.
        out: folder for ``checkpoint.pt``, ``loss.jsonl`` and, at the end, the adapter.
        recipe: what to do.
        threads: CPU threads.
        save_every: seconds between checkpoints.
        stop_after: leave after this step as if interrupted, with the last checkpoint and no adapter.

    Returns:
        The loss curve: step, loss (nats per answer token, mean of the last 20 steps), seconds of CPU time.

    Raises:
        TrainingError: nothing to train on.
    """
    if not some:
        raise TrainingError("there are no training examples", remedy="Check the data folder")
    import torch
    from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(threads)
    torch.manual_seed(recipe.seed)
    base = ensure("smollm2")
    tokenizer = AutoTokenizer.from_pretrained(base)
    dense = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model = get_peft_model(
        dense,
        LoraConfig(
            r=recipe.rank,
            lora_alpha=recipe.alpha,
            lora_dropout=0.0,
            target_modules=list(LINEARS),
            task_type="CAUSAL_LM",
        ),
    )
    model.train()
    learnt = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=recipe.rate, weight_decay=0.0)
    coded = [encode(tokenizer, e) for e in some]
    plan = batches([len(ids) for ids, _ in coded], recipe)
    out.mkdir(parents=True, exist_ok=True)
    first, curve, spent = 0, [], 0.0
    saved = out / "checkpoint.pt"
    if saved.exists():
        kept = torch.load(saved, weights_only=True)
        if kept["recipe"] | {"steps": 0} == asdict(recipe) | {"steps": 0} and kept["examples"] == len(some):
            set_peft_model_state_dict(model, kept["adapter"])
            optimiser.load_state_dict(kept["optimiser"])
            first, curve, spent = kept["step"], kept["curve"], kept["seconds"]
    began = time.process_time() - spent
    last_save = time.monotonic()
    recent: list[float] = []
    body, head = dense.model, dense.lm_head
    for step in range(first, recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, recipe)
        rows = [coded[i] for i in plan[step]]
        width = max(len(ids) for ids, _ in rows)
        ids = torch.tensor([row + [tokenizer.eos_token_id] * (width - len(row)) for row, _ in rows])
        labels = torch.tensor([row + [IGNORED] * (width - len(row)) for _, row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row, _ in rows])
        hidden = body(input_ids=ids, attention_mask=mask).last_hidden_state
        wanted = labels[:, 1:] != IGNORED  # logits only where the answer is: the vocabulary is most of the work
        loss = torch.nn.functional.cross_entropy(head(hidden[:, :-1][wanted]), labels[:, 1:][wanted])
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        recent = [*recent, loss.item()][-20:]
        if (step + 1) % 10 == 0 or step + 1 == recipe.steps:
            point = {
                "step": step + 1,
                "loss": round(sum(recent) / len(recent), 4),
                "cpu_s": round(time.process_time() - began),
            }
            curve.append(point)
            sys.stdout.write(json.dumps(point) + "\n")
            sys.stdout.flush()
        if time.monotonic() - last_save > save_every:
            last_save = time.monotonic()
            state = {
                "adapter": get_peft_model_state_dict(model),
                "optimiser": optimiser.state_dict(),
                "step": step + 1,
                "curve": curve,
                "seconds": time.process_time() - began,
                "recipe": asdict(recipe),
                "examples": len(some),
            }
            torch.save(state, out / "checkpoint.tmp")
            (out / "checkpoint.tmp").replace(saved)
        if step + 1 == stop_after:
            return curve
    for p in learnt:
        p.data = p.data.to(torch.bfloat16)
    model.save_pretrained(out, safe_serialization=True)
    _tidy(out)
    (out / "loss.jsonl").write_text("".join(json.dumps(p) + "\n" for p in curve), encoding="utf-8")
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n", encoding="utf-8")
    saved.unlink(missing_ok=True)
    return curve


def _tidy(out: Path) -> None:
    """Name the base model instead of its folder on this machine, and order what peft leaves in the order of a set."""
    file = out / "adapter_config.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    settings["base_model_name_or_path"] = BASE
    settings["target_modules"] = sorted(settings["target_modules"])
    file.write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (out / "README.md").unlink(missing_ok=True)  # peft's empty card


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of the module."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path, help="folder with the public sets; else $PENCHANT_DATA")
    reader.add_argument("--out", type=Path, required=True, help="folder for checkpoint and adapter")
    reader.add_argument("--steps", type=int, default=Recipe().steps)
    reader.add_argument("--seed", type=int, default=Recipe().seed)
    reader.add_argument("--threads", type=int, default=1)
    asked = reader.parse_args(arguments)
    recipe = Recipe(steps=asked.steps, seed=asked.seed)
    some, _ = examples(data_folder(asked.data), asked.seed)
    sys.stdout.write(account(some) + "\n")
    train(some, asked.out, recipe, threads=asked.threads)


if __name__ == "__main__":
    main()
