"""The stratified set: a fixed number of texts with and without a preference of each of four public sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from penchant.extract.answer import BEFORE
from penchant.extract.evaluation import public_sets, redial_films
from penchant.extract.evaluation.exam import Exam, SpanJudge, Text
from penchant.extract.evaluation.parts import Split
from penchant.extract.evaluation.spans import UNKNOWN, labels_of
from penchant.extract.language_model import Passage
from penchant.extract.tuning.example import Example

#: Most texts with and without a preference that each set gives.
SHARE: Final[Mapping[str, tuple[int, int]]] = {
    "laps": (120, 40),
    "iard": (40, 10),
    "redial": (120, 40),
    "ccpe": (60, 30),
}
#: Figures that are given again for other labels of ReDial.
WANTED: Final = frozenset(
    ("mention_stance_f1_exact", "mention_stance_f1_overlap", "stance_macro_f1", "stance_macro_f1_given_mention")
)


def span_texts(some: Iterable[Example]) -> list[Text]:
    """Examples whose quotes are all literal, with their places."""
    return [
        Text(example.conversation, Passage(example.text, example.context), labels_of(example))
        for example in some
        if not any(quote.startswith(BEFORE) for quote, _ in example.pairs)
    ]


def readable(texts: Sequence[Text], examples: Sequence[Example]) -> list[Text]:
    """The texts, with unknown stances where training would not have read the label from the text."""
    known = {(e.conversation, _letters(e.text)) for e in examples if e.pairs}
    return [
        text
        if not text.labels or (text.conversation, _letters(text.passage.text)) in known
        else replace(text, labels=tuple(replace(label, stance=UNKNOWN) for label in text.labels))
        for text in texts
    ]


def exam(folder: Path, split: Split, limit: int | None, seed: int) -> Exam:
    """The set as it is measured: ReDial's labels as they are, then without those that the text cannot say.

    Raises:
        SourceError: one of the sets is not there.
    """
    drawn: list[Text] = []
    unsaid: list[Text] = []
    plain: list[Text] = []
    scale = 1.0 if limit is None else min(1.0, limit / sum(map(sum, SHARE.values())))
    for name, (full, empty) in SHARE.items():
        rows = public_sets.load(folder, name, split, seed=seed)
        examples = public_sets.examples(name, rows, seed)
        texts = span_texts(examples)
        if name == "redial":
            dialogues = redial_films.dialogues(rows)
            texts = redial_films.labelled(dialogues, did_not_say=True)
            texts += span_texts(redial_films.as_written(examples, dialogues))
        kept = [replace(text, groups=(f"source/{name}",)) for text in draw(texts, full, empty, seed, scale)]
        drawn += kept
        silent = [_without_neutral(text) for text in kept] if name == "redial" else kept
        unsaid += silent
        plain += readable(silent, examples) if name == "redial" else kept
    return Exam(
        (
            SpanJudge(drawn),
            SpanJudge(unsaid, "without_did_not_say/", wanted=WANTED),
            SpanJudge(plain, "readable/", wanted=WANTED),
        ),
        notes=(
            f"{len(drawn)} texts; stances of CCPE and of IARD's PRO are unknown and count for mentions alone",
            "without_did_not_say: ReDial's films of which the seeker did not say leave the stance scores; readable: so "
            "do those whose label no word of the text bears out",
        ),
    )


def draw(texts: Sequence[Text], full: int, empty: int, seed: int, scale: float = 1.0) -> list[Text]:
    """At most ``full`` texts with and ``empty`` without labels, the same ones whatever the order."""
    ordered = sorted(dict.fromkeys(texts), key=lambda text: (_digest(seed, text), text.passage.text))
    with_labels = [text for text in ordered if text.labels]
    without = [text for text in ordered if not text.labels]
    return with_labels[: max(1, round(full * scale))] + without[: max(1, round(empty * scale))]


def _digest(seed: int, text: Text) -> bytes:
    return hashlib.sha256(f"{seed}:{text.conversation}:{text.passage.text}".encode()).digest()


def _without_neutral(text: Text) -> Text:
    labels = (replace(label, stance=UNKNOWN) if label.stance == "neutral" else label for label in text.labels)
    return replace(text, labels=tuple(labels))


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
