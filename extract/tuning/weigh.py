"""Fit how the two readers are weighed, on development texts only: ``python -m penchant.extract.tuning.weigh``.

Logistic regressions (scikit-learn, L2) say how probable it is that a candidate is right: its words touch those of a
label, with the same stance.  A candidate on words whose stance the labels do not tell is left out.  The thresholds are
those of the best F1.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from penchant.extract.answer import BEFORE, place
from penchant.extract.language_model import DECODED, LanguageModel, Passage, Reply
from penchant.extract.second_opinion import FILE, Candidate, Weighing, alone, candidates, features, weighed
from penchant.extract.tagger import FOLDER, Looked, Tagger
from penchant.extract.transformers_model import ADAPTER, TransformersModel
from penchant.extract.tuning import gold
from penchant.extract.tuning.build import ALLOWED, by_part, data_folder
from penchant.extract.tuning.example import Example

#: Texts with a preference that a source gives; half as many without.
MOST_OF_A_SOURCE: Final = 90
_STEPS: Final = [round(0.05 * i, 2) for i in range(17)]
#: F1 that balanced mode may lose against asking the language model always.
_MAY_LOSE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Read:
    """A development text with what both readers say."""

    example: Example
    passage: Passage
    said: Reply
    looked: Looked


def read(examples: Sequence[Example], model: LanguageModel, tagger: Tagger) -> list[Read]:
    """Let both readers read."""
    passages = [Passage(e.text, e.context) for e in examples]
    looked = tagger.look(passages)
    return [Read(*row) for row in zip(examples, passages, model.read(passages), looked, strict=True)]


def right(candidate: Candidate, example: Example) -> bool | None:
    """Whether a label has the words and the stance of a candidate; None where the labels cannot tell."""
    mention = candidate.mention
    if mention.antecedent:
        named = " ".join(mention.antecedent.split()).lower()
        said = [(q.removeprefix(BEFORE).lower(), s) for q, s in example.pairs if q.startswith(BEFORE)]
        return any(s == mention.stance and (q in named or named in q) for q, s in said)
    own = [(q, s) for q, s in example.pairs if not q.startswith(BEFORE)]
    spans = place([q for q, _ in own], example.text)
    touched = [
        stance
        for span, (_, stance) in zip(spans, own, strict=True)
        if span and span[0] < mention.end and mention.start < span[1]
    ]
    if touched == ["?"]:
        return None
    return mention.stance in touched


def fit(some: Sequence[Read]) -> Weighing:
    """Weights and thresholds for these texts."""
    seen = [(c, right(c, r.example)) for r in some for c in candidates(r.passage, r.said, r.looked)]
    nothing = Reply("", (), DECODED)
    fast = [(c, right(c, r.example)) for r in some for c in candidates(r.passage, nothing, r.looked)]
    weights = {
        "model": _regression([(c, y) for c, y in seen if c.by_model]),
        "tagger": _regression([(c, y) for c, y in seen if not c.by_model]),
        "alone": _regression(fast),
    }
    draft = Weighing(**weights, threshold=0.0, threshold_alone=0.0, certainty=0.0)
    threshold = max(_STEPS, key=lambda t: f1(some, draft.model_copy(update={"threshold": t}), 2.0))
    threshold_alone = max(_STEPS, key=lambda t: f1(some, draft.model_copy(update={"threshold_alone": t}), 0.0))
    draft = draft.model_copy(update={"threshold": threshold, "threshold_alone": threshold_alone})
    best = f1(some, draft, 2.0)
    certainty = next(c for c in [*_STEPS, 0.85, 0.9, 0.95, 0.98, 2.0] if f1(some, draft, c) >= best - _MAY_LOSE)
    return draft.model_copy(update={"certainty": min(certainty, 1.0)})


def f1(some: Sequence[Read], weighing: Weighing, certainty: float) -> float:
    """F1 of mention and stance (overlap) if the language model is asked below this certainty."""
    hits = said = gold = 0
    for r in some:
        if r.looked.certainty < certainty:
            mentions = weighed(r.passage, r.said, r.looked, weighing).mentions
        else:
            mentions = alone(r.passage, r.looked, weighing).mentions
        told = [right(Candidate(m, True, 0.0, 0.0, False), r.example) for m in mentions]
        hits += sum(t is True for t in told)
        said += sum(t is not None for t in told)
        gold += sum(s != "?" for _, s in r.example.pairs)
    return 2 * hits / max(1, said + gold)


def _regression(seen: Sequence[tuple[Candidate, bool | None]]) -> tuple[float, ...]:
    from sklearn.linear_model import LogisticRegression

    known: list[tuple[tuple[float, ...], bool]] = [(features(c), y) for c, y in seen if y is not None]
    model: Any = LogisticRegression(fit_intercept=False, C=1.0, max_iter=1000)
    model.fit([x for x, _ in known], [y for _, y in known])
    return tuple(round(float(w), 6) for w in model.coef_[0])


class Remembered:
    """Answers what both readers said, weighed: a model that :func:`evaluation.examples.measure` can ask."""

    fingerprint = "remembered"

    def __init__(self, some: Sequence[Read], weighing: Weighing) -> None:
        self._replies = {r.passage: weighed(r.passage, r.said, r.looked, weighing) for r in some}

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """The replies; nothing of a text that was not read."""
        return [self._replies.get(p, Reply("", (), DECODED)) for p in passages]


def calibration_error(some: Sequence[Read], weighing: Weighing) -> float:
    """Expected calibration error of what both readers say together, as ``penchant evaluate`` defines it."""
    from penchant.extract.evaluation.examples import measure

    return measure(Remembered(some, weighing), [r.example for r in some])["ece"]


def development(folder: Path, gold_file: Path | None, seed: int = 7) -> list[Example]:
    """The texts to fit on: development conversations of every source, at most so many of each, and gold sentences.

    Args:
        folder: the public sets.
        gold_file: ``gold.jsonl``, of which the development rows count; None for the older sentences alone.
        seed: of the choice.
    """
    dev = by_part(folder, seed)["dev"]
    some: list[Example] = []
    for source in ALLOWED:
        mine = [e for e in dev if e.source == source]
        random.Random(seed).shuffle(mine)  # noqa: S311
        some += [e for e in mine if e.pairs][:MOST_OF_A_SOURCE] + [e for e in mine if not e.pairs][
            : MOST_OF_A_SOURCE // 2
        ]
    return some + gold.load() + (gold.rows(gold_file, "dev") if gold_file else [])


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the development texts with both readers, and write the weights."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path, help="folder with the public sets; else $PENCHANT_DATA")
    reader.add_argument("--gold", type=Path, help="tests/extract/gold.jsonl")
    reader.add_argument("--adapter", type=Path, default=ADAPTER)
    reader.add_argument("--fast-adapter", type=Path, default=FOLDER)
    reader.add_argument("--out", type=Path, default=FILE)
    asked = reader.parse_args(arguments)
    tagger = Tagger(asked.fast_adapter, threads=1)
    model = TransformersModel(adapter=asked.adapter, tuned=True, threads=1, draft=tagger.drafts)
    some = read(development(data_folder(asked.data), asked.gold), model, tagger)
    weighing = fit(some)
    asked.out.write_text(weighing.model_dump_json(indent=1) + "\n", encoding="utf-8")
    out = sys.stdout
    for words, certainty in (("both", 2.0), ("routed", weighing.certainty), ("fast", 0.0)):
        out.write(f"{words}: mention and stance, overlap F1 {f1(some, weighing, certainty):.3f}\n")
    asks = sum(r.looked.certainty < weighing.certainty for r in some) / len(some)
    out.write(
        f"{len(some)} texts, {asks:.0%} of them routed; calibration error {calibration_error(some, weighing):.3f}\n"
    )


if __name__ == "__main__":
    main()
