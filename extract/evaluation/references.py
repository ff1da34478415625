"""Coreference: proposals about something that only the turn before names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from penchant.extract.answer import BEFORE
from penchant.extract.evaluation.exam import Found, Text
from penchant.extract.evaluation.spans import Label, match
from penchant.extract.evaluation.tally import Array, Count, Sums, f1, ratio
from penchant.extract.language_model import Passage
from penchant.extract.tuning.example import Example


def referring(some: Sequence[Example]) -> list[Text]:
    """Examples with what they say of the turn before as labels, and without what they say of themselves."""
    return [
        Text(
            example.conversation,
            Passage(example.text, example.context),
            tuple(
                Label(0, len(example.text), stance, quote.removeprefix(BEFORE))
                for quote, stance in example.pairs
                if quote.startswith(BEFORE)
            ),
        )
        for example in some
    ]


@dataclass(frozen=True, slots=True)
class ReferenceJudge:
    """Precision, recall and F1 of mentions with an antecedent, over all texts, those without references too.

    A reference is hit by a proposal whose antecedent shares a word of weight with the labelled one and whose stance is
    equal.
    """

    texts: Sequence[Text]

    def passages(self) -> Iterable[Passage]:
        """The texts."""
        return (text.passage for text in self.texts)

    def count(self, found: Found) -> Iterable[Count]:
        """References, hits and proposals with an antecedent."""
        for text in self.texts:
            labels = [label for label in text.labels if label.antecedent]
            said = [mention for mention in found[text.passage] if mention.antecedent]
            matched = match(labels, said, exact=False, stance=True)
            parts = (("hits", matched.pairs), ("said", matched.said), ("labels", matched.labels))
            yield text.conversation, {f"reference/{name}": len(some) for name, some in parts}

    def figures(self, sums: Sums) -> Mapping[str, Array]:
        """``coreference_f1``, ``coreference_precision``, ``coreference_recall``; none where nothing refers."""
        hits, said, labels = (sums[f"reference/{name}"] for name in ("hits", "said", "labels"))
        if not labels.any():
            return {}
        return {
            "coreference_f1": f1(hits, said, labels),
            "coreference_precision": ratio(hits, said),
            "coreference_recall": ratio(hits, labels),
        }
