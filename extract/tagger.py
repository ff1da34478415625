"""The fast reader: MiniLM that marks the words of a passage, about a hundred times cheaper than the language model.

Two heads on all-MiniLM-L6-v2 with a small adapter: one marks where a mention begins and goes on (BIO; Ramshaw and
Marcus 1995), one says the stance of a marked word.  It reads the turn before and the passage as one pair, so that it
can mark what the passage only points at.  English.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from penchant.errors import ModelError
from penchant.extract import weights
from penchant.extract.answer import BEFORE, clean, seen_context, settle, written
from penchant.extract.language_model import DECODED, Passage, Reply
from penchant.extract.lora import add_adapter
from penchant.extract.quiet import quiet_transformers
from penchant.ontology.terms import STANCE_WORDS

FOLDER: Final = Path(__file__).parent / "fast_adapter"
STANCES: Final = tuple(STANCE_WORDS)
OUTSIDE, BEGIN, INSIDE = 0, 1, 2
MOST_TOKENS: Final = 256


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the model sees it: its first token, its place in its segment, and whether that is the turn before."""

    token: int
    start: int
    end: int
    before: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of words that the tagger marked.

    Args:
        start: first code point, in the passage or, if ``before``, in what the model sees of the turn before.
        end: code point after it.
        stance: the likeliest stance.
        confidence: mean probability that its words are marked, times that of the stance, in [0, 1].
        before: whether it stands in the turn before.
    """

    start: int
    end: int
    stance: str
    confidence: float
    before: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What the tagger thinks of each word of a passage and of the turn before.

    Args:
        words: the words, those of the turn before first.
        marks: probabilities of ``OUTSIDE``, ``BEGIN``, ``INSIDE``, one triple per word.
        stances: log-probabilities of ``STANCES``, one row per word.
    """

    words: tuple[Word, ...]
    marks: tuple[tuple[float, ...], ...]
    stances: tuple[tuple[float, ...], ...]

    @property
    def certainty(self) -> float:
        """How sure it is of what it marks and leaves, in [0, 1]: the least over words and stances of mentions."""
        sure = [max(m[OUTSIDE], 1 - m[OUTSIDE]) for m in self.marks]
        sure += [found.confidence / max(self.of(found)[0], 1e-9) for found in self.found()]
        return min(sure, default=1.0)

    def of(self, span: Marked) -> tuple[float, dict[str, float]]:
        """(mean probability that the words of a span are marked, probability of each stance) for any span."""
        inside = [
            i for i, w in enumerate(self.words) if w.before == span.before and w.start < span.end and span.start < w.end
        ]
        return self._of(inside)

    def found(self) -> list[Marked]:
        """The stretches that are marked, in order; a word that goes on after nothing begins."""
        found: list[Marked] = []
        held: list[int] = []
        for i, (word, chances) in enumerate(zip(self.words, self.marks, strict=True)):
            label = max((OUTSIDE, BEGIN, INSIDE), key=lambda kind: chances[kind])
            if held and (label != INSIDE or self.words[held[-1]].before != word.before):
                found.append(self._marked(held))
                held = []
            if label != OUTSIDE:
                held.append(i)
        return [*found, self._marked(held)] if held else found

    def _marked(self, inside: list[int]) -> Marked:
        chance, stances = self._of(inside)
        stance = max(STANCES, key=lambda s: stances[s])
        first, last = self.words[inside[0]], self.words[inside[-1]]
        return Marked(first.start, last.end, stance, round(chance * stances[stance], 6), first.before)

    def _of(self, inside: list[int]) -> tuple[float, dict[str, float]]:
        if not inside:
            return 0.0, dict.fromkeys(STANCES, 1 / len(STANCES))
        chance = sum(1 - self.marks[i][OUTSIDE] for i in inside) / len(inside)
        means = [math.exp(sum(self.stances[i][k] for i in inside) / len(inside)) for k in range(len(STANCES))]
        return chance, {s: m / sum(means) for s, m in zip(STANCES, means, strict=True)}


class Tagger:
    """Marks mentions with a stance.  A :class:`penchant.extract.language_model.LanguageModel`.

    Args:
        folder: folder with ``adapter_model.safetensors``, ``adapter_config.json`` and ``heads.safetensors``.
        base: folder with MiniLM; the cached one when None.
        threads: CPU threads of torch; None leaves torch's own choice.
        batch: passages read together.
        offline: never fetch the model.

    Raises:
        ModelError: the model or adapter is not there or cannot be loaded.
    """

    def __init__(
        self,
        folder: Path = FOLDER,
        *,
        base: Path | None = None,
        threads: int | None = None,
        batch: int = 32,
        offline: bool = False,
    ) -> None:
        import torch
        from safetensors.torch import load_file
        from transformers import AutoModel, AutoTokenizer

        place = base or weights.ensure("minilm", offline=offline)
        if threads:
            torch.set_num_threads(threads)
        try:
            with quiet_transformers():
                self._tokenizer = AutoTokenizer.from_pretrained(str(place), local_files_only=True)
                self._body = AutoModel.from_pretrained(str(place), local_files_only=True)
            heads = {name: part.float() for name, part in load_file(folder / "heads.safetensors").items()}
        except (OSError, ValueError, RuntimeError) as problem:
            raise ModelError(
                f"the fast reader cannot be loaded: {problem}", where=str(folder), remedy="Run `penchant model get`"
            ) from problem
        add_adapter(self._body, folder)
        self._body.eval()
        self._heads = heads
        self._batch = batch
        self._seen: dict[Passage, Looked] = {}
        digest = hashlib.sha256((folder / "adapter_model.safetensors").read_bytes())
        digest.update((folder / "heads.safetensors").read_bytes())
        self.fingerprint = f"tagger+{digest.hexdigest()[:12]}"

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """Read every passage, those of like length together."""
        return [reply(passage, looked) for passage, looked in zip(passages, self.look(passages), strict=True)]

    def drafts(self, passages: Sequence[Passage]) -> list[str]:
        """For each passage what it marks, as an answer that the language model might write."""
        return [written(pairs(p, looked.found())) for p, looked in zip(passages, self.look(passages), strict=True)]

    def look(self, passages: Sequence[Passage]) -> list[Looked]:
        """What it thinks of every word of each passage.

        What the last call saw is not read again: a router and a draft ask about the same passages.
        """
        import torch

        new = sorted(set(passages) - set(self._seen), key=lambda p: (_length(p), p.text, p.context or ""))
        if new:
            self._seen = {p: self._seen[p] for p in passages if p in self._seen}
        for first in range(0, len(new), self._batch):
            some = new[first : first + self._batch]
            with torch.inference_mode():
                self._seen |= dict(zip(some, self._look(some), strict=True))
        return [self._seen[p] for p in passages]

    def _look(self, passages: Sequence[Passage]) -> list[Looked]:
        import torch

        given = encode_pairs(self._tokenizer, [(seen_context(p.context), clean(p.text)) for p in passages])
        inputs = {name: torch.tensor(given[name]) for name in ("input_ids", "attention_mask", "token_type_ids")}
        states = self._body(**inputs).last_hidden_state
        marks = (states @ self._heads["span.weight"].T + self._heads["span.bias"]).softmax(-1).tolist()
        stances = (states @ self._heads["stance.weight"].T + self._heads["stance.bias"]).log_softmax(-1).tolist()
        looked = []
        for i in range(len(passages)):
            words = words_of(given, i)
            looked.append(
                Looked(
                    tuple(words),
                    tuple(tuple(marks[i][w.token]) for w in words),
                    tuple(tuple(stances[i][w.token]) for w in words),
                )
            )
        return looked


def encode_pairs(tokenizer: Any, pairs: Sequence[tuple[str, str]]) -> Any:
    """Token ids of (turn before, passage) pairs, padded together; a long turn before is cut first."""
    return tokenizer(
        [before for before, _ in pairs],
        [text for _, text in pairs],
        padding=True,
        truncation="longest_first",
        max_length=MOST_TOKENS,
        return_offsets_mapping=True,
    )


def words_of(given: Any, row: int) -> list[Word]:
    """The words of a row, in order."""
    words: list[Word] = []
    offsets, segments, numbers = given["offset_mapping"][row], given.sequence_ids(row), given.word_ids(row)
    last: tuple[int, int] | None = None
    for token, (segment, number) in enumerate(zip(segments, numbers, strict=True)):
        if segment is None or number is None:
            continue
        start, end = offsets[token]
        if (segment, number) == last:
            words[-1] = Word(words[-1].token, words[-1].start, end, segment == 0)
        else:
            words.append(Word(token, start, end, segment == 0))
        last = (segment, number)
    return words


def pairs(passage: Passage, found: Sequence[Marked]) -> list[tuple[str, str]]:
    """What is marked as (quote, stance) pairs of an answer; stretches without a letter or digit are left out."""
    before, text = seen_context(passage.context), clean(passage.text)
    quoted = [((before if m.before else text)[m.start : m.end], m) for m in found]
    return [((BEFORE if m.before else "") + quote, m.stance) for quote, m in quoted if any(c.isalnum() for c in quote)]


def reply(passage: Passage, looked: Looked) -> Reply:
    """What was marked, as a reply."""
    found = looked.found()
    said = pairs(passage, found)
    if len(said) < len(found):
        found = [m for m in found if pairs(passage, [m])]
    mentions, unfounded = settle(said, [m.confidence for m in found], passage)
    return Reply(written(said), mentions, DECODED, unfounded)


def _length(passage: Passage) -> int:
    return len(passage.text) + len(seen_context(passage.context))
