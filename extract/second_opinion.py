"""Two readers, one answer: what the language model says, weighed with what the fast reader thinks of the same words.

Whatever either of them finds is a candidate.  Its probability of being right comes from a logistic regression on what
both say of it (stacking; Wolpert 1992), fitted on development texts only, so that a confidence of .8 is right in about
eight of ten cases there.  What falls below the threshold, chosen on the same texts, is held back, not thrown away.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from penchant.errors import ModelError
from penchant.extract.answer import place, seen_context
from penchant.extract.language_model import LanguageModel, Mention, Passage, Reply
from penchant.extract.tagger import Looked, Marked, Tagger, reply

FILE: Final = Path(__file__).parent / "fast_adapter" / "weighing.json"
_LEAST: Final = 1e-3


class Weighing(BaseModel):
    """Weights of the regressions, as ``tuning.weigh`` fits them.

    Args:
        model: weights of what the language model found (see :func:`features`), the constant first.
        tagger: those of what only the fast reader found.
        alone: those of what the fast reader found where nobody else is asked.
        threshold: least probability at which a mention is proposed, of both readers together.
        threshold_alone: the same for the fast reader alone.
        certainty: least ``Looked.certainty`` at which the language model need not be asked (balanced mode).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: tuple[float, ...]
    tagger: tuple[float, ...]
    alone: tuple[float, ...]
    threshold: float
    threshold_alone: float
    certainty: float

    @classmethod
    def load(cls, file: Path = FILE) -> Weighing:
        """Read the weights that ship, or those in ``file``.

        Raises:
            ModelError: the file is not there or holds something else.
        """
        try:
            return cls.model_validate_json(file.read_text(encoding="utf-8"))
        except (OSError, ValidationError) as problem:
            raise ModelError(f"the weights of the two readers cannot be read: {problem}", where=str(file)) from problem


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention that one of the readers found, with what both think of it.

    Args:
        mention: the mention, with the confidence of the reader that found it.
        by_model: whether the language model found it.
        marked: mean probability that its words are marked, by the fast reader.
        agreed: probability of its stance, by the fast reader.
        silent: whether the language model found nothing at all.
    """

    mention: Mention
    by_model: bool
    marked: float
    agreed: float
    silent: bool


def features(candidate: Candidate) -> tuple[float, ...]:
    """What the regression sees: a constant and log-odds of what the readers think."""
    mention = candidate.mention
    return (
        1.0,
        log_odds(mention.confidence),
        log_odds(candidate.marked),
        log_odds(candidate.agreed),
        float(bool(mention.antecedent)),
        float(candidate.silent),
    )


def log_odds(chance: float) -> float:
    """ln(p / (1 - p)), with p kept within [.001, .999]."""
    p = min(max(chance, _LEAST), 1 - _LEAST)
    return math.log(p / (1 - p))


def probability(weights: Sequence[float], seen: Sequence[float]) -> float:
    """The logistic function of the weighted sum."""
    return 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, seen, strict=True))))


def candidates(passage: Passage, said: Reply, looked: Looked) -> list[Candidate]:
    """Everything that either reader found: the language model's mentions, then what only the fast reader has."""
    both: list[Candidate] = []
    taken: list[Marked] = []
    for mention in said.mentions:
        span = _span(mention, passage)
        marked, stances = looked.of(span)
        taken.append(span)
        both.append(Candidate(mention, True, marked, stances.get(mention.stance, 0.0), False))
    found = looked.found()
    for mark, mention in zip(found, reply(passage, looked).mentions, strict=False):
        if not any(_touch(mark, other) for other in taken):
            marked, stances = looked.of(mark)
            both.append(Candidate(mention, False, marked, stances[mention.stance], not said.mentions))
    return both


class TwoReaders:
    """A language model and the fast reader.  A :class:`penchant.extract.language_model.LanguageModel`.

    Args:
        model: the language model; made with the fast reader's drafts, it costs little more than a check of them.
        tagger: the fast reader.
        weighing: how to weigh them.
        only_if_unsure: ask the language model only where the fast reader is less sure than ``weighing.certainty``.
    """

    def __init__(self, model: LanguageModel, tagger: Tagger, weighing: Weighing, *, only_if_unsure: bool) -> None:
        self._model, self._tagger, self._weighing = model, tagger, weighing
        self._only_if_unsure = only_if_unsure
        digest = hashlib.sha256(weighing.model_dump_json().encode()).hexdigest()[:8]
        self.fingerprint = f"{model.fingerprint}+{tagger.fingerprint}+{digest}{'+routed' if only_if_unsure else ''}"

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """Read every passage with the fast reader and, where that is called for, with the language model."""
        looked = self._tagger.look(passages)
        asked = [
            i for i, seen in enumerate(looked) if not self._only_if_unsure or seen.certainty < self._weighing.certainty
        ]
        answers = dict(zip(asked, self._model.read([passages[i] for i in asked]), strict=True))
        return [
            weighed(passages[i], answers[i], looked[i], self._weighing)
            if i in answers
            else alone(passages[i], looked[i], self._weighing)
            for i in range(len(passages))
        ]


class OneReader:
    """The fast reader with its weights.  A :class:`penchant.extract.language_model.LanguageModel`."""

    def __init__(self, tagger: Tagger, weighing: Weighing) -> None:
        self._tagger, self._weighing = tagger, weighing
        digest = hashlib.sha256(weighing.model_dump_json().encode()).hexdigest()[:8]
        self.fingerprint = f"{tagger.fingerprint}+{digest}"

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """Read every passage."""
        looked = self._tagger.look(passages)
        return [alone(p, seen, self._weighing) for p, seen in zip(passages, looked, strict=True)]


def weighed(passage: Passage, said: Reply, looked: Looked, weighing: Weighing) -> Reply:
    """The language model's reply with calibrated confidences, what it missed, and what is held back."""
    kept: list[Mention] = []
    doubted: list[Mention] = []
    for candidate in candidates(passage, said, looked):
        weights = weighing.model if candidate.by_model else weighing.tagger
        sure = round(probability(weights, features(candidate)), 6)
        (kept if sure >= weighing.threshold else doubted).append(replace(candidate.mention, confidence=sure))
    return replace(said, mentions=_ordered(kept), doubted=_ordered(doubted))


def alone(passage: Passage, looked: Looked, weighing: Weighing) -> Reply:
    """The fast reader's reply with calibrated confidences."""
    kept: list[Mention] = []
    doubted: list[Mention] = []
    read = reply(passage, looked)
    for candidate in candidates(passage, Reply(read.raw, (), read.status), looked):
        sure = round(probability(weighing.alone, features(candidate)), 6)
        (kept if sure >= weighing.threshold_alone else doubted).append(replace(candidate.mention, confidence=sure))
    return replace(read, mentions=_ordered(kept), doubted=_ordered(doubted))


def _ordered(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted(mentions, key=lambda m: (m.start, m.end, m.antecedent)))


def _span(mention: Mention, passage: Passage) -> Marked:
    """The words that a mention names, as the fast reader counts: in the passage or in the turn before."""
    if not mention.antecedent:
        return Marked(mention.start, mention.end, mention.stance, mention.confidence, False)
    (where,) = place([" ".join(mention.antecedent.split())], seen_context(passage.context))
    start, end = where or (0, 0)
    return Marked(start, end, mention.stance, mention.confidence, True)


def _touch(one: Marked, other: Marked) -> bool:
    return one.before == other.before and one.start < other.end and other.start < one.end
