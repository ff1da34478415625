"""Train the fast reader (:mod:`penchant.extract.tagger`): a LoRA adapter on MiniLM and two linear heads.

Loss: cross-entropy of the marks over all words plus that of the stance over the words of mentions whose stance is
known.  Labels may be people's or the language model's (distillation: Hinton et al. 2015, with its answers as labels).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from penchant.errors import TrainingError
from penchant.extract.answer import BEFORE, clean, place, seen_context
from penchant.extract.tagger import BEGIN, INSIDE, OUTSIDE, STANCES, encode_pairs, words_of
from penchant.extract.tuning.example import Example
from penchant.extract.weights import ensure

IGNORED: Final = -100
BASE: Final = "sentence-transformers/all-MiniLM-L6-v2"
_LINEARS: Final = ("query", "key", "value", "dense")


@dataclass(frozen=True, slots=True)
class TaggerRecipe:
    """What a run does; written beside the adapter.

    Args:
        epochs: times that every example is seen.
        batch: examples per step.
        rate: highest learning rate; a tenth of the steps warm up, then it falls in a line to zero.
        rank: r of LoRA.
        alpha: LoRA's scale is ``alpha / rank``.
        seed: of order and weights.
    """

    epochs: float = 4.0
    batch: int = 16
    rate: float = 1e-3
    rank: int = 32
    alpha: int = 32
    seed: int = 7


def labelled(tokenizer: Any, examples: Sequence[Example]) -> list[dict[str, list[int]]]:
    """Token ids with the labels ``spans`` and ``stances`` of each word's first token; other tokens are ``IGNORED``."""
    rows: list[dict[str, list[int]]] = []
    for example in examples:
        before, text = seen_context(example.context), clean(example.text)
        given = encode_pairs(tokenizer, [(before, text)])
        own = [(q, s) for q, s in example.pairs if not q.startswith(BEFORE)]
        said = [(q.removeprefix(BEFORE), s) for q, s in example.pairs if q.startswith(BEFORE)]
        gold = [(span, s, False) for span, (_, s) in zip(place([q for q, _ in own], text), own, strict=True) if span]
        gold += [
            (span, s, True) for span, (_, s) in zip(place([q for q, _ in said], before), said, strict=True) if span
        ]
        spans = [IGNORED] * len(given["input_ids"][0])
        stances = list(spans)
        for word in words_of(given, 0):
            spans[word.token] = OUTSIDE
            for (start, end), stance, in_context in gold:
                if in_context == word.before and word.start < end and start < word.end:
                    spans[word.token] = BEGIN if word.start <= start else INSIDE
                    stances[word.token] = IGNORED if stance == "?" else STANCES.index(stance)
        rows.append({k: given[k][0] for k in ("input_ids", "attention_mask", "token_type_ids")})
        rows[-1] |= {"spans": spans, "stances": stances}
    return rows


def train_tagger(
    examples: Sequence[Example], out: Path, recipe: TaggerRecipe, *, start: Path | None = None, threads: int = 1
) -> None:
    """Train on ``examples`` and leave the adapter, the heads and ``recipe.json`` in ``out``.

    Writes a checkpoint eight times on the way, and goes on from the last one.

    Args:
        examples: texts with labels.
        out: folder for checkpoints and what is learnt.
        recipe: what to do.
        start: folder of a fast reader to begin with, of the same rank; None for a new one.
        threads: CPU threads.

    Raises:
        TrainingError: nothing to train on.
    """
    if not examples:
        raise TrainingError("there are no training examples", remedy="Check the data folder")
    import torch
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
    from safetensors.torch import load_file, save_file
    from transformers import AutoModel, AutoTokenizer, Trainer, TrainingArguments, set_seed

    torch.set_num_threads(threads)
    set_seed(recipe.seed)
    place_of_model = str(ensure("minilm"))
    tokenizer = AutoTokenizer.from_pretrained(place_of_model)
    body = get_peft_model(
        AutoModel.from_pretrained(place_of_model, add_pooling_layer=False),
        LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=0.0, target_modules=list(_LINEARS)),
    )
    model = _heads_on(body, int(body.config.hidden_size))
    if start is not None:
        learnt = {name: part.float() for name, part in load_file(start / "adapter_model.safetensors").items()}
        set_peft_model_state_dict(body, learnt)
        heads = {name: part.float() for name, part in load_file(start / "heads.safetensors").items()}
        model.load_state_dict(heads, strict=False)
    out.mkdir(parents=True, exist_ok=True)
    arguments = TrainingArguments(
        output_dir=str(out / "checkpoints"),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch,
        learning_rate=recipe.rate,
        warmup_steps=0.1,
        lr_scheduler_type="linear",
        weight_decay=0.0,
        train_sampling_strategy="group_by_length",
        remove_unused_columns=False,
        save_steps=0.125,
        save_total_limit=1,
        logging_steps=50,
        report_to="none",
        seed=recipe.seed,
        use_cpu=True,
        dataloader_pin_memory=False,
    )
    trainer = Trainer(model=model, args=arguments, train_dataset=labelled(tokenizer, examples), data_collator=_padded)
    trainer.train(resume_from_checkpoint=any((out / "checkpoints").glob("checkpoint-*")))
    for parameter in body.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(torch.bfloat16)
    body.save_pretrained(out, safe_serialization=True)
    marks = {
        f"{name}.{part}": value.detach().to(torch.bfloat16).contiguous()
        for name, head in (("span", model.span), ("stance", model.stance))
        for part, value in head.named_parameters()
    }
    save_file(marks, out / "heads.safetensors")
    _tidy(out)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n", encoding="utf-8")


def _heads_on(body: Any, size: int) -> Any:
    import torch

    class Marker(torch.nn.Module):
        """The body with its two heads; the loss is the sum of theirs."""

        def __init__(self) -> None:
            super().__init__()
            self.body = body
            self.span = torch.nn.Linear(size, 3)
            self.stance = torch.nn.Linear(size, len(STANCES))
            self.dropout = torch.nn.Dropout(0.1)

        def forward(self, spans: Any, stances: Any, **inputs: Any) -> dict[str, Any]:
            states = self.dropout(self.body(**inputs).last_hidden_state)
            loss = torch.nn.functional.cross_entropy(
                self.span(states).flatten(0, 1), spans.flatten(), ignore_index=IGNORED
            )
            if bool((stances != IGNORED).any()):
                loss = loss + torch.nn.functional.cross_entropy(
                    self.stance(states).flatten(0, 1), stances.flatten(), ignore_index=IGNORED
                )
            return {"loss": loss}

    return Marker()


def _padded(rows: Sequence[dict[str, list[int]]]) -> dict[str, Any]:
    import torch

    width = max(len(row["input_ids"]) for row in rows)
    filler = {"spans": IGNORED, "stances": IGNORED}
    return {
        name: torch.tensor([row[name] + [filler.get(name, 0)] * (width - len(row[name])) for row in rows])
        for name in rows[0]
    }


def _tidy(out: Path) -> None:
    """Name the base model instead of its folder on this machine, and order what peft leaves in the order of a set."""
    file = out / "adapter_config.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    settings["base_model_name_or_path"] = BASE
    settings["target_modules"] = sorted(settings["target_modules"])
    file.write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (out / "README.md").unlink(missing_ok=True)  # peft's empty card
