"""A language model in this process, through transformers, that can only quote what it reads.

Decoding is greedy and held to ``grammar.answer_grammar`` by llguidance, in batches; forced tokens cost no choice.  By
default it is SmolLM2-135M-Instruct with the adapter that ships with Penchant; any causal model in a folder works,
tuned or not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from penchant.errors import ModelError
from penchant.extract import few_shot, weights
from penchant.extract.answer import NONE, clean, parse, prompt, settle
from penchant.extract.confidence import confidences
from penchant.extract.decoding import Decoder
from penchant.extract.decoding_row import Row
from penchant.extract.grammar import answer_grammar
from penchant.extract.language_model import DECODED, Passage, Reply
from penchant.extract.lora import add_adapter
from penchant.extract.peft_adapter import add_peft_adapter, is_plain_lora
from penchant.extract.quiet import quiet_transformers

ADAPTER: Final = Path(__file__).parent / "adapter"

#: Guesses the answers to passages, in the model's own format; a wrong guess costs time and changes nothing.
Draft = Callable[[Sequence[Passage]], list[str]]


class TransformersModel:
    """A causal model with its tokenizer.

    The raw confidence of a mention is the geometric mean of the probabilities of its quote's tokens, the closing ``=``
    included, times the product of those of its stance's tokens.  They are the model's own probabilities, before the
    grammar took any away: a quote that the grammar had to force gets a small number.

    Args:
        folder: folder with the model; the cached SmolLM2 when None.
        adapter: folder with an adapter of peft; LoRA and what else can be is added to the weights as they are loaded.
            None for none.
        tuned: whether the model knows the answer format; else it is shown worked examples.
        threads: CPU threads of torch; None leaves torch's own choice.
        device: where torch computes.
        batch: most passages that are decoded together.
        most_tokens: length of an answer, in tokens, at which it is cut.
        seconds: time limit per passage; those of one call share it.
        offline: never fetch the model.
        draft: guesses the answers; the tokens of a guess that are what the model would have written cost no pass of
            their own.  It changes no reply.

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
        batch: int = 64,
        most_tokens: int = 96,
        seconds: float = 30.0,
        offline: bool = False,
        draft: Draft | None = None,
    ) -> None:
        import llguidance.hf
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        place_of_model = folder or weights.ensure("smollm2", offline=offline)
        if threads:
            torch.set_num_threads(threads)
        self._tuned, self._most, self._seconds, self._draft = tuned, most_tokens, seconds, draft
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(place_of_model, local_files_only=True)
            dtype = torch.float32 if device == "cpu" else torch.bfloat16  # bf16 is slow on CPUs without AMX
            with quiet_transformers():
                model = AutoModelForCausalLM.from_pretrained(place_of_model, dtype=dtype, local_files_only=True)
        except (OSError, ValueError, RuntimeError) as problem:
            raise ModelError(
                f"the model cannot be loaded: {problem}", where=str(place_of_model), remedy="Run `penchant model get`"
            ) from problem
        virtual: tuple[Any, int] = (None, 0)
        if adapter is not None and is_plain_lora(adapter):
            add_adapter(model, adapter)
        elif adapter is not None:
            adapted = add_peft_adapter(model, adapter)
            model, virtual = adapted.model, (adapted.cache, adapted.length)
        self._model = model.to(device).eval()
        vocabulary = int(model.config.get_text_config().vocab_size)
        self._grammar = llguidance.hf.from_tokenizer(self._tokenizer, n_vocab=vocabulary)
        self._end = int(self._grammar.eos_token)
        prefix = () if tuned else self._tokens(few_shot.prefix())
        self._decoder = Decoder(self._model, device=device, batch=batch, prefix=prefix, virtual=virtual)
        self.fingerprint = _fingerprint(place_of_model, adapter, tuned, most_tokens)

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """Read every passage, those of like length together.

        Raises:
            ModelError: the model fails while it decodes.
        """
        guesses = self._draft(passages) if self._draft else [""] * len(passages)
        rows = [self._row(p, guess) for p, guess in zip(passages, guesses, strict=True)]
        self._decoder.decode(rows, self._seconds * len(rows))
        return [self._reply(row) for row in rows]

    def _row(self, passage: Passage, guess: str) -> Row:
        from llguidance import LLMatcher

        asked = self._tokens(prompt(passage.text, passage.context))
        if not any(c.isalnum() for c in passage.text):
            return Row(passage, asked, None, [], self._end, self._most, status=DECODED)
        matcher = LLMatcher(self._grammar, self._allowed(passage))
        if problem := matcher.get_error():
            raise ModelError(f"the grammar of a passage cannot be built: {problem}", where=passage.text[:60])
        # The prompt alone shows whether the answer is " none": that guess has nothing to save.
        guessed = [] if guess == NONE else self._tokens(guess)[: self._most]
        return Row(passage, asked, matcher, guessed, self._end, self._most)

    def _allowed(self, passage: Passage) -> str:
        if self._tuned:
            return answer_grammar(passage.text, passage.context)
        return answer_grammar(passage.text, end="\n")

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"]) if text else []

    def _reply(self, row: Row) -> Reply:
        raw = self._tokenizer.decode(row.written)
        pairs = parse(raw)
        pieces = [self._tokenizer.decode([token]) for token in row.written]
        sure = confidences(zip(pieces, row.chances, strict=False), len(pairs))
        mentions, unfounded = settle(pairs, sure, row.passage)
        return Reply(raw, mentions, row.status, unfounded)


def _fingerprint(folder: Path, adapter: Path | None, tuned: bool, most: int) -> str:
    digest = hashlib.sha256()
    source = folder / "source.json"
    digest.update(source.read_bytes() if source.is_file() else str(folder.resolve()).encode())
    if adapter is not None:
        digest.update((adapter / "adapter_model.safetensors").read_bytes())
    digest.update(b"" if tuned else few_shot.prefix().encode())
    digest.update(f"{tuned} {most} {clean('“=;')}".encode())
    return f"{folder.name}+{digest.hexdigest()[:12]}"
