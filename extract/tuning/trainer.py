"""The trainer of transformers, with the loss on the answer alone.

Importing this module imports torch and transformers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import PeftConfig
from transformers import EarlyStoppingCallback, PrinterCallback, Trainer, TrainingArguments

from penchant.errors import TrainingError
from penchant.extract.tuning.coding import IGNORED, Coded, together
from penchant.extract.tuning.recipe import Recipe
from penchant.extract.tuning.schedule import Schedule

_LEARNT = "learnt.pt"


def arguments(out: Path, recipe: Recipe, most: int, measures: bool, report_to: list[str], log_every: int) -> Any:
    """What Trainer is told.

    Args:
        out: folder for checkpoints.
        recipe: what the run does.
        most: the last step that is possible.
        measures: whether there is a development set; the best of its measurements is kept.
        report_to: trackers.
        log_every: steps between two points of the curve.
    """
    measuring: dict[str, Any] = {"save_strategy": "no"}
    if measures:
        measuring = {
            "eval_strategy": "steps",
            "eval_steps": recipe.evaluate_every,
            "save_strategy": "best",
            "load_best_model_at_end": True,
            "metric_for_best_model": "eval_loss",
            "greater_is_better": False,
        }
    return TrainingArguments(
        output_dir=str(out),
        max_steps=most,
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=recipe.batch,
        learning_rate=recipe.rate,
        weight_decay=0.0,
        max_grad_norm=1.0,
        logging_steps=log_every,
        logging_nan_inf_filter=False,
        save_total_limit=1,
        restore_callback_states_from_checkpoint=True,
        seed=recipe.seed,
        report_to=report_to,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        disable_tqdm=True,
        **measuring,
    )


class AnswerTrainer(Trainer):  # type: ignore[misc]  # transformers has no types here
    """Counts the tokens of the answer, and computes logits only where they are: the vocabulary is most of the work.

    Args:
        coded: training examples.
        plan: indices of the examples of every step.
        dev: development examples; none: nothing is measured.
        filler: token that fills rows up.
        schedule: learning rate of every step.
        recipe: what the run does.
        settings: what Trainer takes besides.
    """

    def __init__(
        self,
        coded: Sequence[Coded],
        plan: list[list[int]],
        dev: Sequence[Coded],
        filler: int,
        schedule: Schedule,
        recipe: Recipe,
        **settings: Any,
    ) -> None:
        super().__init__(
            train_dataset=coded,
            eval_dataset=dev or None,
            data_collator=lambda rows: together(rows, filler),
            **settings,
        )
        self._plan, self._dev, self._filler, self._schedule = plan, dev, filler, schedule
        # The mean of a batch is the loss of a step; Trainer would count the tokens of the batch otherwise.
        self.model_accepts_loss_kwargs = False
        self.remove_callback(PrinterCallback)  # prints to standard output, where answers belong
        if dev and recipe.patience:
            self.add_callback(EarlyStoppingCallback(recipe.patience))
        self.model.get_output_embeddings().register_forward_pre_hook(self._only_answers)
        self._answers: torch.Tensor | None = None

    def _only_answers(self, _head: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        if self._answers is None:
            return inputs
        hidden = inputs[0][:, -self._answers.shape[1] :]  # prompt methods put their own tokens before
        return (hidden[self._answers],)

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Mean loss, in nats, of the answer's known tokens."""
        next_ones = torch.nn.functional.pad(inputs["labels"][:, 1:], (0, 1), value=IGNORED)
        answers = next_ones != IGNORED
        wanted = next_ones[answers]
        self._answers = answers
        known: dict[str, Any] = {}
        if model.training and not model.active_peft_config.is_prompt_learning:
            known = {"labels": wanted, "shift_labels": wanted}  # AdaLoRA adds a term of its own to the model's loss
        try:
            output = model(
                input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], use_cache=False, **known
            )
        finally:
            self._answers = None
        loss = output.loss if known else torch.nn.functional.cross_entropy(output.logits.float(), wanted)
        return (loss, output) if return_outputs else loss

    def get_train_dataloader(self) -> Any:
        """The batches of the plan, one epoch of them for Trainer."""
        return torch.utils.data.DataLoader(
            self.train_dataset,  # type: ignore[arg-type]
            batch_sampler=self._plan,
            collate_fn=self.data_collator,
        )

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """The schedule of the recipe."""
        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, self._schedule)
        return self.lr_scheduler

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Log with the CPU-seconds of the run; a loss that is no number ends it.

        Raises:
            TrainingError: the loss is no number.
        """
        if not math.isfinite(logs.get("loss", 0.0)):
            raise TrainingError(
                f"the loss is {logs['loss']} at step {self.state.global_step}", remedy="Try a lower rate"
            )
        super().log({**logs, "cpu_s": round(self._schedule.spent, 1)}, start_time)

    def _save(self, output_dir: str | None = None, state_dict: dict[str, Any] | None = None) -> None:
        """A checkpoint has what is learnt as it is.

        What peft writes is for readers: P-tuning's prompts without the net that makes them, AdaLoRA's matrices cut.
        """
        super()._save(output_dir, state_dict)
        learnt = {name: p.data for name, p in self.model.named_parameters() if p.requires_grad}
        torch.save(learnt, Path(output_dir or self.args.output_dir) / _LEARNT)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        self._restore(Path(resume_from_checkpoint))

    def _load_best_model(self) -> None:
        self._restore(Path(self.state.best_model_checkpoint))

    def _restore(self, checkpoint: Path) -> None:
        learnt = torch.load(checkpoint / _LEARNT, weights_only=True)
        with torch.no_grad():
            for name, values in learnt.items():
                self.model.get_parameter(name).copy_(values)
        if hasattr(self.model.active_peft_config, "rank_pattern"):  # AdaLoRA's ranks are those of this checkpoint
            self.model.active_peft_config.rank_pattern = PeftConfig.from_pretrained(checkpoint).rank_pattern

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Mean loss per answer token over the development examples, in nats."""
        self.model.eval()
        total = tokens = 0.0
        order = sorted(range(len(self._dev)), key=lambda i: len(self._dev[i].ids))
        width = self.args.per_device_eval_batch_size
        with torch.no_grad():
            for first in range(0, len(order), width):
                inputs = together([self._dev[i] for i in order[first : first + width]], self._filler)
                count = int((inputs["labels"][:, 1:] != IGNORED).sum())
                total += float(self.compute_loss(self.model, self._prepare_inputs(inputs))) * count
                tokens += count
        measured = {"eval_loss": total / max(1.0, tokens)}
        self.log(dict(measured))
        self.control: Any = self.callback_handler.on_evaluate(self.args, self.state, self.control, measured)
        return measured
