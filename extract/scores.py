"""How well mentions and stances were found: F1 in four strictnesses, stance macro-F1, silence kept."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from penchant.extract.answer import place
from penchant.extract.tuning.example import Example
from penchant.ontology.terms import STANCE_WORDS

Spanned = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Count:
    """True positives, predictions and gold."""

    hits: int = 0
    said: int = 0
    gold: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.hits + other.hits, self.said + other.said, self.gold + other.gold)

    @property
    def f1(self) -> float:
        """2 · hits / (said + gold); 0 when there is nothing."""
        return 2 * self.hits / (self.said + self.gold) if self.said + self.gold else 0.0


def spanned(example: Example) -> list[Spanned]:
    """Gold mentions with their places."""
    spans = place([quote for quote, _ in example.pairs], example.text)
    return [(*span, stance) for span, (_, stance) in zip(spans, example.pairs, strict=True) if span]


def count(gold: Sequence[Spanned], said: Sequence[Spanned], *, exact: bool, stance: bool) -> Count:
    """Match predictions to gold one to one.

    Args:
        gold: mentions of the labels; stance ``?`` is unknown.
        said: mentions of the model.
        exact: the spans must be equal; else they must touch the same characters.
        stance: the stance must be equal too; gold of unknown stance then counts neither way.
    """
    left = list(gold)
    hits = ignored = 0
    for start, end, word in said:
        fitting = [
            g
            for g in left
            if ((g[0], g[1]) == (start, end) if exact else g[0] < end and start < g[1])
            and (not stance or g[2] in (word, "?"))
        ]
        if fitting:
            best = min(fitting, key=lambda g: (g[2] == "?", abs(g[0] - start) + abs(g[1] - end)))
            left.remove(best)
            if stance and best[2] == "?":
                ignored += 1
            else:
                hits += 1
    known = sum(1 for g in gold if not stance or g[2] != "?")
    return Count(hits, len(said) - ignored, known)


def score(examples: Sequence[Example], said: Sequence[Sequence[Spanned]]) -> dict[str, float | int]:
    """All numbers of one set of texts.

    Returns:
        ``texts``, ``mentions`` (gold), F1s in [0, 1], ``±`` = half a 95 % bootstrap interval of the strictest, ``stance
        macro-F1`` (over the stances that occur, overlap), ``empty kept`` (share of texts without gold left without).
        A number that the labels cannot give, as stance where they know none, is absent.
    """
    gold = [spanned(e) for e in examples]
    strict = [count(g, s, exact=True, stance=True) for g, s in zip(gold, said, strict=True)]
    numbers: dict[str, float | int] = {"texts": len(examples), "mentions": sum(map(len, gold))}
    for name, exact, stance in (
        ("mention exact", True, False),
        ("mention overlap", False, False),
        ("mention+stance exact", True, True),
        ("mention+stance overlap", False, True),
    ):
        parts = [count(g, s, exact=exact, stance=stance) for g, s in zip(gold, said, strict=True)]
        total = sum(parts, Count())
        if total.gold:
            numbers[name] = round(total.f1, 3)
    if any(part.gold for part in strict):
        numbers["±"] = round(_half_interval(strict), 3)
    classes = {}
    for word in STANCE_WORDS:
        parts = [_of_class(g, s, word) for g, s in zip(gold, said, strict=True)]
        total = sum(parts, Count())
        if total.gold:
            classes[word] = round(total.f1, 3)
    if classes:
        numbers["stance macro-F1"] = round(sum(classes.values()) / len(classes), 3)
    numbers |= {f"F1 {word}": value for word, value in classes.items()}
    silent = [not s for g, s in zip(gold, said, strict=True) if not g]
    if silent:
        numbers["empty kept"] = round(sum(silent) / len(silent), 3)
    return numbers


def _of_class(gold: Sequence[Spanned], said: Sequence[Spanned], word: str) -> Count:
    unknown = [g for g in gold if g[2] == "?"]
    free = [s for s in said if s[2] == word and not any(g[0] < s[1] and s[0] < g[1] for g in unknown)]
    return count([g for g in gold if g[2] == word], free, exact=False, stance=True)


def _half_interval(parts: Sequence[Count], rounds: int = 400) -> float:
    if not parts:
        return 0.0
    chance = random.Random(0)  # noqa: S311
    values = sorted(sum(chance.choices(parts, k=len(parts)), Count()).f1 for _ in range(rounds))
    return (values[int(rounds * 0.975) - 1] - values[int(rounds * 0.025)]) / 2
