"""From texts to readings: windows → language model → intensity → linking → circumstances → proposals.

Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from penchant.errors import ModelError
from penchant.extract.circumstances import Circumstances
from penchant.extract.corrections import taken_back
from penchant.extract.intensity import intensity
from penchant.extract.language_model import CUT, LanguageModel, Mention, Passage, Reply
from penchant.extract.overlaps import in_text
from penchant.extract.understanding import Linking, details, statements
from penchant.extract.windows import Span, passages
from penchant.kg import normalise
from penchant.kg.proposal import NAMES_NOTHING, Proposal, Reading, Statement, TextRecord, Window

if TYPE_CHECKING:
    from penchant.extract.linking import LinkDecision

#: Rises whenever the same model reply would give other proposals.
VERSION: Final = 5

#: So many records fail one after another from the start: it is the model, not the texts.
_HOPELESS: Final = 3

#: How sure it is that somebody felt the opposite before, at most: a verb says so, and no model.
PAST_CONFIDENCE: Final = 0.8

NOT_IN_TEXT: Final = "the quote is not in the text"
SAYS_NOTHING: Final = NAMES_NOTHING
UNSURE: Final = "the model is not sure enough"
CORRECTED: Final = "corrected by the writer"


class Refining(Protocol):
    """What the extractor asks of a refiner; see :class:`penchant.extract.refine.Refiner`."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same mention might be refined otherwise."""
        ...

    def refine(
        self, text: str, start: int, end: int, stance: str, others: Sequence[tuple[int, int]] | None = None
    ) -> str:
        """The word of the special case that the mention ``text[start:end]`` shows, or ``stance``.

        ``others`` are the spans of the other mentions of the text.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Task:
    """One window of one record, and the passage it became (None for a stretch that is not read)."""

    record: int
    span: Span
    passage: Passage | None


class Extractor:
    """Reads texts with a language model and links what they mention.

    Args:
        model: reads passages.
        linker: says what a quote means.
        least_confidence: raw confidence below which a mention is held back (``abstained``), in [0, 1].
        refiner: tells special cases of the stances apart that the model knows; None where the ontology has none.
        circumstances: finds for whom, when and what was done; with the vocabulary that ships if None.
    """

    def __init__(
        self,
        model: LanguageModel,
        linker: Linking,
        *,
        least_confidence: float = 0.0,
        refiner: Refining | None = None,
        circumstances: Circumstances | None = None,
    ) -> None:
        self._model = model
        self._linker = linker
        self._least = least_confidence
        self._refiner = refiner
        self._circumstances = circumstances or Circumstances()

    @property
    def fingerprint(self) -> str:
        """Model and version of the reading; a text read under another fingerprint is read anew."""
        threshold = f"/least {self._least:g}" if self._least else ""
        refined = f"/{self._refiner.fingerprint}" if self._refiner else ""
        return f"{self._model.fingerprint}/extractor {VERSION}/{self._circumstances.fingerprint}{threshold}{refined}"

    def read(self, records: Sequence[TextRecord]) -> list[Reading]:
        """Read every record; one reading each, in the same order.

        A record that cannot be read gets ``failed`` and stops nobody else.

        Raises:
            ModelError: the model can read none of them.
        """
        tasks = [task for i, record in enumerate(records) for task in _tasks(i, record)]
        replies, failures = self._ask(tasks)
        answers: dict[int, list[tuple[_Task, Reply]]] = {}
        for at, task in enumerate(tasks):
            if at in replies:
                answers.setdefault(task.record, []).append((task, replies[at]))
        readings = []
        for i, record in enumerate(records):
            failed = _unreadable(record.text) or failures.get(i, "")
            reading = Reading(record, failed=failed) if failed else self._reading(record, answers.get(i, []))
            readings.append(reading)
        return readings

    def _ask(self, tasks: Sequence[_Task]) -> tuple[dict[int, Reply], dict[int, str]]:
        """Replies by place in ``tasks``, and why records failed, by place of the record."""
        replies = {at: Reply("", (), CUT) for at, task in enumerate(tasks) if task.passage is None}
        asked = [at for at, task in enumerate(tasks) if task.passage is not None]
        if not asked:
            return replies, {}
        try:
            answers = self._model.read([passage for at in asked if (passage := tasks[at].passage)])
        except ModelError as problem:
            owners = sorted({tasks[at].record for at in asked})
            if len(owners) == 1:
                raise
            return self._ask_one_by_one(tasks, owners, problem)
        return replies | dict(zip(asked, answers, strict=True)), {}

    def _ask_one_by_one(
        self, tasks: Sequence[_Task], owners: Sequence[int], first: ModelError
    ) -> tuple[dict[int, Reply], dict[int, str]]:
        replies: dict[int, Reply] = {}
        failures: dict[int, str] = {}
        for owner in owners:
            places = [at for at, task in enumerate(tasks) if task.record == owner]
            try:
                some, _ = self._ask([tasks[at] for at in places])
            except ModelError as problem:
                failures[owner] = str(problem)
                if len(failures) == _HOPELESS and not replies:
                    raise first from problem
            else:
                replies |= {places[at]: reply for at, reply in some.items()}
        if len(failures) == len(owners):
            raise first
        return replies, failures

    def _reading(self, record: TextRecord, answers: Sequence[tuple[_Task, Reply]]) -> Reading:
        seen: list[Window] = []
        proposals: list[Proposal] = []
        abstained: list[tuple[Proposal, str]] = []
        said: list[Statement] = []
        places = in_text([task.span for task, _ in answers], [reply for _, reply in answers])
        spans = sorted({(m.start, m.end) for found in places for m in found.mentions})
        corrected = taken_back(record.text, spans)
        for (task, reply), found in zip(answers, places, strict=True):
            span = task.span
            seen.append(Window(span.start, span.end, reply.status, reply.raw))
            for quote, stance in reply.unfounded:
                nowhere = Proposal(quote, span.start, span.start, stance, 0.0, 0.0)
                abstained.append((nowhere, NOT_IN_TEXT))
            for mention in found.doubted:
                abstained += [(proposal, UNSURE) for proposal in self._proposals(record, mention, spans)]
            for mention in found.mentions:
                for proposal in self._proposals(record, mention, spans):
                    back = (mention.start, mention.end) in corrected
                    reason = CORRECTED if back else self._doubt(proposal)
                    if reason:
                        abstained.append((proposal, reason))
                    else:
                        proposals.append(proposal)
            if span.read:
                proposals += self._told(record, span, spans)
                said += statements(record.text, span.own, span.end, self._linker)
        return Reading(record, tuple(seen), tuple(proposals), tuple(abstained), statements=tuple(said))

    def _proposals(self, record: TextRecord, mention: Mention, mentioned: Sequence[tuple[int, int]]) -> list[Proposal]:
        """What a mention says, and what its clause says of the time before, if that was the opposite."""
        start, end = mention.start, mention.end
        others = [span for span in mentioned if span != (start, end)]
        antecedent = _antecedent(record, mention)
        if antecedent:
            decision = self._meant(record.context or "", antecedent)
        else:
            end, decision = self._linked(record, start, end)
        quote = record.text[start:end]
        around = self._circumstances.of(record.text, start, end, mention.stance, record.at, others)
        more = details(record.text, start, end, mention.stance, others)
        stance = mention.stance
        if self._refiner is not None:
            stance = self._refiner.refine(record.text, start, end, stance, others)
        now = Proposal(
            quote=quote,
            start=start,
            end=end,
            stance=stance,
            intensity=intensity(record.text, start, end, mention.stance),
            confidence=mention.confidence,
            candidates=decision.candidates,
            link=decision.link,
            link_confidence=decision.confidence,
            experience=around.experience,
            beneficiary=around.beneficiary,
            at=around.at,
            antecedent=antecedent,
            condition=more.condition,
            aspect=more.aspect,
            opinion=more.opinion,
            opinion_start=more.opinion_start,
        )
        if around.before is None:
            return [now]
        before, at = around.before
        strength = intensity(record.text, start, end, before)
        sure = min(mention.confidence, PAST_CONFIDENCE)
        past = replace(now, stance=before, intensity=strength, confidence=sure, at=at, experience="")
        # What was thought of it before, the words found now do not say.
        return [now, replace(past, condition="", aspect="", opinion="", opinion_start=0)]

    def _meant(self, context: str, antecedent: str) -> LinkDecision:
        """What a quote means that only points at words of the turn before: what those mean there."""
        at = context.rfind(antecedent)
        return self._linker.link(antecedent, context, at, at + len(antecedent))

    def _linked(self, record: TextRecord, start: int, end: int) -> tuple[int, LinkDecision]:
        """What a quote means, and where it ends: without the time at its end, if it is something only then."""
        text, before = record.text, _before(record)
        decision = self._linker.link(text[start:end], text, start, end, context=before)
        shorter = self._circumstances.without_time(text, start, end)
        if decision.link is None and shorter < end:
            other = self._linker.link(text[start:shorter], text, start, shorter, context=before)
            if other.link is not None:
                return shorter, other
        return end, decision

    def _told(self, record: TextRecord, span: Span, mentioned: Sequence[tuple[int, int]]) -> list[Proposal]:
        """What the writer says they have seen, bought, read or own, and shows no stance to: only what links surely."""
        proposals = []
        for told in self._circumstances.told(record.text, span.own, span.end, mentioned):
            quote = record.text[told.start : told.end]
            decision = self._linker.link(quote, record.text, told.start, told.end, context=_before(record))
            if decision.link is None or decision.confidence < self._circumstances.least_link:
                continue
            at = self._circumstances.of(record.text, told.start, told.end, "", record.at, mentioned).at
            proposals.append(
                Proposal(
                    quote=quote,
                    start=told.start,
                    end=told.end,
                    stance="",
                    intensity=0.0,
                    confidence=told.confidence,
                    candidates=decision.candidates,
                    link=decision.link,
                    link_confidence=decision.confidence,
                    experience=told.experience,
                    at=at,
                )
            )
        return proposals

    def _doubt(self, proposal: Proposal) -> str:
        """Why a proposal is held back, or the empty string."""
        if proposal.confidence < self._least:
            return UNSURE
        form = normalise.take_apart(proposal.named).form
        if proposal.link is None and (not form or normalise.is_generic(form)):
            return SAYS_NOTHING
        return ""


def _antecedent(record: TextRecord, mention: Mention) -> str:
    """The words of the context that a mention points at; empty where it names the thing itself."""
    return mention.antecedent if mention.antecedent and mention.antecedent in (record.context or "") else ""


def _unreadable(text: str) -> str:
    if not text.strip():
        return "the text is empty"
    if not any(c.isalnum() for c in text):
        return "the text has no letters"
    return ""


def _tasks(i: int, record: TextRecord) -> list[_Task]:
    if _unreadable(record.text):
        return []
    return [_Task(i, span, passage) for span, passage in passages(record.text, record.context)]


def _before(record: TextRecord) -> tuple[str, ...]:
    """The turn before, for the linker."""
    return (record.context,) if record.context else ()
