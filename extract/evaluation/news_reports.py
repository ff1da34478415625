"""NewsMTSC: news reports what people think of others; none of it is a preference of the one who writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from penchant.extract.evaluation.exam import Found
from penchant.extract.evaluation.folder import Json
from penchant.extract.evaluation.tally import Array, Count, Sums, ratio
from penchant.extract.language_model import Passage

FORM = "primary_gid, sentence_normalized and targets"


@dataclass(frozen=True, slots=True)
class Report:
    """A sentence of news with the people whom it judges.

    Args:
        conversation: identifier of the sentence.
        passage: the sentence.
        people: (start, end) of every mention of a target.
    """

    conversation: str
    passage: Passage
    people: tuple[tuple[int, int], ...]


def fits(row: Json) -> bool:
    """Whether a row is one of NewsMTSC."""
    return "sentence_normalized" in row and isinstance(row.get("targets"), list)


def name_of(row: Json) -> str:
    """Identifier of a row."""
    return f"newsmtsc:{row.get('primary_gid', row['sentence_normalized'])}"


def reports(some: Sequence[Json]) -> list[Report]:
    """The sentences."""
    return [
        Report(
            name_of(row),
            Passage(str(row["sentence_normalized"])),
            tuple(
                (int(spot["from"]), int(spot["to"]))
                for target in row["targets"]
                for spot in (target, *(target.get("further_mentions") or ()))
            ),
        )
        for row in some
    ]


@dataclass(frozen=True, slots=True)
class ReportJudge:
    """How often reported opinion is taken for the writer's own."""

    reports: Sequence[Report]

    def passages(self) -> Iterable[Passage]:
        """The sentences."""
        return (report.passage for report in self.reports)

    def count(self, found: Found) -> Iterable[Count]:
        """Sentences, those kept empty, those whose target was taken for a preference."""
        for report in self.reports:
            said = found[report.passage]
            taken = any(start < m.end and m.start < end for m in said for start, end in report.people)
            yield report.conversation, {"news": 1, "news/kept": not said, "news/taken": taken, "news/said": len(said)}

    def figures(self, sums: Sums) -> Mapping[str, Array]:
        """``empty_kept``, ``person_taken`` (shares of sentences) and ``proposals_per_text``."""
        return {
            "empty_kept": ratio(sums["news/kept"], sums["news"]),
            "person_taken": ratio(sums["news/taken"], sums["news"]),
            "proposals_per_text": ratio(sums["news/said"], sums["news"]),
        }
