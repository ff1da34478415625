"""What a format is to a model: passages to read, and judges of what was read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from penchant.extract.evaluation import span_scores
from penchant.extract.evaluation.spans import Label, literal
from penchant.extract.evaluation.tally import Array, Count, Sums
from penchant.extract.language_model import LanguageModel, Mention, Passage, Reply
from penchant.extract.overlaps import in_text
from penchant.extract.windows import Span
from penchant.extract.windows import passages as windows_of

#: What a model found, by passage.
Found = Mapping[Passage, Sequence[Mention]]

#: Passages handed to a model at once, those of like length together.
_AT_ONCE: Final = 64


class Judge(Protocol):
    """Compares what was found with one kind of label."""

    def passages(self) -> Iterable[Passage]:
        """Texts that have to be read."""
        ...

    def count(self, found: Found) -> Iterable[Count]:
        """What each text or conversation adds to the sums."""
        ...

    def figures(self, sums: Sums) -> Mapping[str, Array]:
        """Figures by name."""
        ...


@dataclass(frozen=True, slots=True)
class Exam:
    """All that is measured of one format.

    Args:
        judges: each gives other figures; their counts have different names.
        notes: what a reader of the figures has to know.
    """

    judges: tuple[Judge, ...]
    notes: tuple[str, ...] = ()

    def passages(self) -> list[Passage]:
        """Every text once, in the order in which the judges ask for it."""
        return list(dict.fromkeys(passage for judge in self.judges for passage in judge.passages()))


@dataclass(frozen=True, slots=True)
class Text:
    """A text whose mentions are labelled in place.

    Args:
        conversation: drawn as one by the bootstrap.
        passage: what is read.
        labels: empty where the text says no preference.
        groups: names under which a judge without prefix also counts the text apart, such as ``source/laps``.
    """

    conversation: str
    passage: Passage
    labels: tuple[Label, ...]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpanJudge:
    """Figures of :mod:`span_scores` over texts.

    Args:
        texts: with their labels.
        prefix: goes before the names of figures and counts; empty, or ends with ``/`` for counts and ``_`` for figures.
        references: whether labels and mentions with an antecedent count; else such mentions are set aside, except that
            a text is kept empty only if not even those are found in it.
        wanted: names of the figures to give; all if empty.
    """

    texts: Sequence[Text]
    prefix: str = ""
    references: bool = False
    wanted: frozenset[str] = field(default_factory=frozenset)

    def passages(self) -> Iterable[Passage]:
        """The texts."""
        return (text.passage for text in self.texts)

    def count(self, found: Found) -> Iterable[Count]:
        """Counts of each text; without a prefix those of its groups too, under ``by/GROUP/VALUE/``."""
        for text in self.texts:
            said = found[text.passage]
            counts = span_scores.counted(text.labels, said if self.references else literal(said))
            if not text.labels:
                counts["empty/kept"] = not said
            elif not self.references:
                counts["full/spoken"] = bool(said)
            groups = () if self.prefix else text.groups
            for name in (self.prefix, *(f"by/{group}/" for group in groups)):
                yield text.conversation, {f"{name}{key}": value for key, value in counts.items()}

    def figures(self, sums: Sums) -> Mapping[str, Array]:
        """The figures, their names begun with the prefix."""
        figures = span_scores.figures(sums.below(self.prefix) if self.prefix else sums)
        before = self.prefix.replace("/", "_")
        return {f"{before}{name}": values for name, values in figures.items() if not self.wanted or name in self.wanted}


def breakdown(sums: Sums) -> dict[str, dict[str, dict[str, float]]]:
    """Figures of the groups of texts: ``{"source": {"laps": {"texts": …, figure: value}}}``."""
    parts: dict[str, dict[str, dict[str, float]]] = {}
    for group in sums.under("by/"):
        for value in sums.under(f"by/{group}/"):
            some = sums.below(f"by/{group}/{value}/")
            known = {name: float(values[0]) for name, values in span_scores.figures(some).items()}
            parts.setdefault(group, {})[value] = {"texts": float(some["texts"][0]), **known}
    return parts


@dataclass(frozen=True, slots=True)
class Readings:
    """What a model found, and what it cost.

    Args:
        found: mentions by passage, their places in the whole text.
        cpu_seconds: CPU time of this process over the reading, all threads together.
    """

    found: dict[Passage, list[Mention]]
    cpu_seconds: float

    @property
    def texts_per_cpu_second(self) -> float:
        """Texts read per CPU-second."""
        return len(self.found) / max(self.cpu_seconds, 1e-9)


def read(model: LanguageModel, asked: Sequence[Passage], progress: Callable[[int], object] | None = None) -> Readings:
    """Let a model read; long texts in windows, as when texts are added.

    Args:
        model: it reads one short text before the clock starts, so that loading is not counted.
        asked: texts with what was said before them.
        progress: called with the number of windows read so far.

    Raises:
        ModelError: the model cannot be asked.
    """
    parts = [
        (passage, span, part) for passage in asked for span, part in windows_of(passage.text, passage.context) if part
    ]
    replies: dict[Passage, list[tuple[Span, Reply]]] = {passage: [] for passage in asked}
    order = sorted(parts, key=lambda each: len(each[2].text))
    model.read([Passage("Good morning.")])
    spent = 0.0
    for first in range(0, len(order), _AT_ONCE):
        some = order[first : first + _AT_ONCE]
        began = time.process_time()
        answers = model.read([part for _, _, part in some])
        spent += time.process_time() - began
        for (passage, span, _), reply in zip(some, answers, strict=True):
            replies[passage].append((span, reply))
        if progress is not None:
            progress(first + len(some))
    return Readings({passage: _found(said) for passage, said in replies.items()}, spent)


def _found(said: list[tuple[Span, Reply]]) -> list[Mention]:
    """The mentions of one text, in order."""
    said.sort(key=lambda each: each[0].start)
    windows = in_text([span for span, _ in said], [reply for _, reply in said])
    return sorted((m for found in windows for m in found.mentions), key=lambda m: (m.start, m.end))
