"""A language model in this process, through transformers, that can only quote what it reads.

Decoding is greedy and held to ``grammar.answer_grammar`` by llguidance, in batches; forced tokens cost no choice.  By
default it is SmolLM2-135M-Instruct with the adapter that ships with Penchant; any causal model in a folder works,
tuned or not.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from penchant.errors import ModelError
from penchant.extract import few_shot, weights
from penchant.extract.answer import clean, parse, place, prompt
from penchant.extract.grammar import answer_grammar
from penchant.extract.language_model import CUT, DECODED, TIMED_OUT, Mention, Passage, Reply
from penchant.extract.lora import add_adapter
from penchant.extract.quiet import quiet_transformers

if TYPE_CHECKING:
    import torch

ADAPTER: Final = Path(__file__).parent / "adapter"


@dataclass(slots=True)
class _Row:
    """One passage on its way through the model."""

    passage: Passage
    matcher: Any
    pending: list[int]
    written: list[int] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    status: str = ""


class TransformersModel:
    """A causal model with its tokenizer.

    The raw confidence of a mention is the geometric mean of the probabilities of its quote's tokens, the closing ``=``
    included, times the product of those of its stance's tokens.  They are the model's own probabilities, before the
    grammar took any away: a quote that the grammar had to force gets a small number.

    Args:
        folder: folder with the model; the cached SmolLM2 when None.
        adapter: folder with a LoRA adapter, added to the weights as they are loaded; None for none.
        tuned: whether the model knows the answer format; else it is shown worked examples.
        threads: CPU threads of torch; None leaves torch's own choice.
        device: where torch computes.
        batch: passages decoded together.
        most_tokens: length of an answer, in tokens, at which it is cut.
        seconds: time limit per passage; a batch has this times its size.
        offline: never fetch the model.

    Raises:
        ModelError: the model or adapter is not there or cannot be loaded.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        adapter: Path | None = None,
        tuned: bool = False,
        threads: int | None = None,
        device: str = "cpu",
        batch: int = 8,
        most_tokens: int = 96,
        seconds: float = 30.0,
        offline: bool = False,
    ) -> None:
        import llguidance.hf
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        place_of_model = folder or weights.ensure("smollm2", offline=offline)
        if threads:
            torch.set_num_threads(threads)
        self._device, self._batch, self._most, self._seconds = device, batch, most_tokens, seconds
        self._tuned = tuned
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(place_of_model, local_files_only=True)
            dtype = torch.float32 if device == "cpu" else torch.bfloat16  # bf16 is slow on CPUs without AMX
            with quiet_transformers():
                model = AutoModelForCausalLM.from_pretrained(place_of_model, dtype=dtype, local_files_only=True)
        except (OSError, ValueError, RuntimeError) as problem:
            raise ModelError(
                f"the model cannot be loaded: {problem}", where=str(place_of_model), remedy="Run `penchant model get`"
            ) from problem
        if adapter is not None:
            add_adapter(model, adapter)
        self._model = model.to(device).eval()
        self._vocabulary = int(model.config.get_text_config().vocab_size)
        self._grammar = llguidance.hf.from_tokenizer(self._tokenizer, n_vocab=self._vocabulary)
        self._prefix: tuple[Any, int] | None = None
        self.fingerprint = _fingerprint(place_of_model, adapter, tuned, most_tokens)

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """Read every passage, those of like length together.

        Raises:
            ModelError: the model fails while it decodes.
        """
        import torch

        order = sorted(range(len(passages)), key=lambda i: (len(passages[i].text), i))
        replies: dict[int, Reply] = {}
        for first in range(0, len(order), self._batch):
            some = order[first : first + self._batch]
            with torch.inference_mode():
                rows = self._decode([passages[i] for i in some])
            replies |= {i: self._reply(row) for i, row in zip(some, rows, strict=True)}
        return [replies[i] for i in range(len(passages))]

    def _row(self, passage: Passage) -> _Row:
        from llguidance import LLMatcher

        asked = prompt(passage.text, passage.context)
        ids = list(self._tokenizer(asked, add_special_tokens=False)["input_ids"])
        if not any(c.isalnum() for c in passage.text):
            return _Row(passage, None, ids, status=DECODED)
        matcher = LLMatcher(self._grammar, answer_grammar(passage.text, end="" if self._tuned else "\n"))
        if problem := matcher.get_error():
            raise ModelError(f"the grammar of a passage cannot be built: {problem}", where=passage.text[:60])
        return _Row(passage, matcher, ids)

    def _decode(self, passages: Sequence[Passage]) -> list[_Row]:
        import torch

        rows = [self._row(p) for p in passages]
        live = [r for r in rows if not r.status]
        if not live:
            return rows
        deadline = time.monotonic() + self._seconds * len(live)
        cache, offset = self._start(len(live))
        # Prompts are padded on the left so that every row's next token stands in the last column.
        width = max(len(r.pending) for r in live)
        pads = [width - len(r.pending) for r in live]
        ids = torch.tensor([[0] * pad + r.pending for pad, r in zip(pads, live, strict=True)], device=self._device)
        mask = torch.tensor(
            [[1] * offset + [0] * pad + [1] * len(r.pending) for pad, r in zip(pads, live, strict=True)],
            device=self._device,
        )
        places = (mask.cumsum(1) - 1).clamp(min=0)[:, offset:]
        for r in live:
            r.pending = []
        keep = 1
        while live:
            logits = self._model(
                input_ids=ids, attention_mask=mask, position_ids=places, past_key_values=cache, logits_to_keep=keep
            ).logits.float()
            shares = torch.log_softmax(logits, dim=-1)
            for i, row in enumerate(live):
                self._advance(row, shares[i])
            if time.monotonic() > deadline:
                for row in live:
                    row.status = row.status or TIMED_OUT
            stay = [i for i, row in enumerate(live) if not row.status]
            if not stay:
                break
            if len(stay) < len(live):
                chosen = torch.tensor(stay, device=self._device)
                cache.batch_select_indices(chosen)
                mask, places = mask[chosen], places[chosen]
                live = [live[i] for i in stay]
            keep = min(len(row.pending) for row in live)
            ids = torch.tensor([row.pending[:keep] for row in live], device=self._device)
            for row in live:
                row.pending = row.pending[keep:]
            mask = torch.cat([mask, mask.new_ones(len(live), keep)], dim=1)
            places = places[:, -1:] + torch.arange(1, keep + 1, device=self._device)
        return rows

    def _advance(self, row: _Row, shares: torch.Tensor) -> None:
        """Note the chances of the tokens that were already known, and choose the next when none is left.

        ``shares`` are log-probabilities after each fed token, shape (tokens, vocabulary).  ``row.written`` holds
        every token decided so far, of which ``row.chances`` covers those whose probability is known.
        """
        for at in range(shares.shape[0]):
            known = len(row.chances)
            if known < len(row.written):
                row.chances.append(float(shares[at, row.written[known]].exp()))
        if row.pending or len(row.chances) < len(row.written):
            return
        self._choose(row, shares[-1])

    def _choose(self, row: _Row, shares: torch.Tensor) -> None:
        import numpy as np
        import torch

        matcher = row.matcher
        if matcher.is_stopped():
            row.status = DECODED
            return
        forced = matcher.compute_ff_tokens()
        if forced:
            matcher.consume_tokens(forced)
            chosen = list(forced)
        else:
            bits = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
            allowed = torch.from_numpy(np.unpackbits(bits, bitorder="little")[: self._vocabulary].astype(bool))
            token = int(shares.masked_fill(~allowed.to(shares.device), float("-inf")).argmax())
            if token == self._grammar.eos_token:
                row.status = DECODED
                return
            matcher.consume_token(token)
            chosen = [token]
        if matcher.is_error():
            raise ModelError(f"decoding failed: {matcher.get_error()}", where=row.passage.text[:60])
        row.chances.append(float(shares[chosen[0]].exp()))
        row.written += chosen
        row.pending = chosen
        if matcher.is_stopped() and len(row.chances) == len(row.written):
            row.status = DECODED
        elif len(row.written) >= self._most:
            row.status = CUT

    def _start(self, count: int) -> tuple[Any, int]:
        """A cache for ``count`` rows that already holds the worked examples, and their length in tokens."""
        import copy

        import torch
        from transformers import DynamicCache

        if self._tuned:
            return DynamicCache(config=self._model.config), 0
        if self._prefix is None:
            ids = self._tokenizer(few_shot.prefix(), add_special_tokens=False)["input_ids"]
            cache = DynamicCache(config=self._model.config)
            self._model(torch.tensor([ids], device=self._device), past_key_values=cache, logits_to_keep=1)
            self._prefix = cache, len(ids)
        cache = copy.deepcopy(self._prefix[0])
        cache.batch_repeat_interleave(count)
        return cache, self._prefix[1]

    def _reply(self, row: _Row) -> Reply:
        raw = self._tokenizer.decode(row.written)
        pairs = parse(raw)
        spans = place([quote for quote, _ in pairs], row.passage.text)
        sure = self._confidences(row, pairs)
        mentions, unfounded = [], []
        for (quote, stance), span, confidence in zip(pairs, spans, sure, strict=True):
            if span is None:
                unfounded.append((quote, stance))
            else:
                mentions.append(Mention(row.passage.text[span[0] : span[1]], *span, stance, confidence))
        return Reply(raw, tuple(mentions), row.status, tuple(unfounded))

    def _confidences(self, row: _Row, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """One number per pair, from the chances of the tokens that wrote it."""
        found: list[float] = []
        quote: list[float] = []
        stance: list[float] = []
        text, after_sign = "", False
        for token, chance in zip(row.written, row.chances, strict=False):
            piece = self._tokenizer.decode([token])
            if ";" in piece:
                found.append(_combined(quote, stance))
                quote, stance, after_sign = [], [], False
                continue
            (stance if after_sign else quote).append(chance)
            text += piece
            after_sign = after_sign or "=" in piece
        found.append(_combined(quote, stance))
        return [*found, *([0.0] * len(pairs))][: len(pairs)]


def _combined(quote: Sequence[float], stance: Sequence[float]) -> float:
    import math

    if not quote or not stance:
        return 0.0
    mean = math.exp(sum(math.log(max(p, 1e-12)) for p in quote) / len(quote))
    return round(mean * math.prod(stance), 6)


def _fingerprint(folder: Path, adapter: Path | None, tuned: bool, most: int) -> str:
    digest = hashlib.sha256()
    source = folder / "source.json"
    digest.update(source.read_bytes() if source.is_file() else str(folder.resolve()).encode())
    if adapter is not None:
        digest.update((adapter / "adapter_model.safetensors").read_bytes())
    digest.update(b"" if tuned else few_shot.prefix().encode())
    digest.update(f"{tuned} {most} {clean('“=;')}".encode())
    return f"{folder.name}+{digest.hexdigest()[:12]}"


def default_model(*, threads: int | None = None, batch: int = 8, offline: bool = False) -> TransformersModel:
    """SmolLM2-135M-Instruct with the adapter that ships with Penchant; English.  Fetches the weights if need be."""
    return TransformersModel(adapter=ADAPTER, tuned=True, threads=threads, batch=batch, offline=offline)
