"""The formats by name: from a folder to what is measured there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from penchant.errors import SettingError, SourceError
from penchant.extract.evaluation import (
    absa_files,
    ccpe_names,
    conel_entities,
    gold_cases,
    laps_sessions,
    news_reports,
    public_sets,
    redial_films,
    stratified,
)
from penchant.extract.evaluation.exam import Exam, SpanJudge, Text
from penchant.extract.evaluation.folder import rows, set_folder
from penchant.extract.evaluation.parts import Split, sample
from penchant.extract.evaluation.references import ReferenceJudge, referring
from penchant.extract.tuning.splits import part_of

FOLDS: Final = 5
_SPANS_ALONE: Final = frozenset(
    f"mention_{name}" for name in ("f1_exact", "f1_overlap", "precision_overlap", "recall_overlap")
) | {"empty_kept", "full_spoken"}

Builder = Callable[[Path, Split, int | None, int], Exam]


def exam(name: str, folder: Path, split: Split = "test", *, limit: int | None = None, seed: int = 0) -> Exam:
    """What a format asks and how it is marked.

    Args:
        name: a key of :data:`FORMATS`.
        folder: of the set, or of all sets.
        split: which conversations.
        limit: at most so many conversations (for ``stratified``, texts); the seed and their names choose which.
        seed: of that choice.

    Raises:
        SettingError: there is no such format.
        SourceError: the folder does not hold it, or nothing of that split.
    """
    if name not in FORMATS:
        raise SettingError(f"no format {name!r}", expected=", ".join(FORMATS), where="--format")
    return FORMATS[name](folder, split, limit, seed)


def _laps(folder: Path, split: Split, limit: int | None, seed: int) -> Exam:
    users = public_sets.load(folder, "laps", split, limit=limit, seed=seed)
    texts = stratified.span_texts(public_sets.examples("laps", users))
    return Exam((SpanJudge(texts), laps_sessions.SessionJudge(laps_sessions.sessions(users))))


def _iard(folder: Path, split: Split, limit: int | None, seed: int) -> Exam:
    dialogues = public_sets.load(folder, "iard", split, limit=limit, seed=seed)
    texts = stratified.span_texts(public_sets.examples("iard", dialogues))
    return Exam(
        (SpanJudge([replace(text, groups=(f"fold/{_fold(text)}",)) for text in texts]),),
        notes=(
            f"{FOLDS} folds by conversation, measured: no model was trained for them",
            "PRO has no polarity and counts for mentions alone",
        ),
    )


def _redial(folder: Path, split: Split, limit: int | None, seed: int) -> Exam:
    dialogues = public_sets.load(folder, "redial", split, limit=limit, seed=seed)
    examples = public_sets.examples("redial", dialogues, seed)
    films = redial_films.dialogues(dialogues)
    filmless = redial_films.as_written(examples, films)
    empty = stratified.span_texts(filmless)
    labelled = redial_films.labelled(films, did_not_say=True) + empty
    unsaid = redial_films.labelled(films, did_not_say=False) + empty
    return Exam(
        (
            SpanJudge(labelled),
            SpanJudge(unsaid, "without_did_not_say/", wanted=stratified.WANTED),
            SpanJudge(stratified.readable(unsaid, examples), "readable/", wanted=stratified.WANTED),
            redial_films.FilmJudge(films),
            ReferenceJudge(referring(filmless)),
        ),
        notes=(
            "a film that was liked and not seen is interested; one of which the seeker did not say is neutral",
            "liked_accuracy_three_way stands beside human_agreement, which counts three answers too",
        ),
    )


def _ccpe(folder: Path, split: Split, limit: int | None, seed: int) -> Exam:
    dialogues = public_sets.load(folder, "ccpe", split, limit=limit, seed=seed)
    texts = stratified.span_texts(public_sets.examples("ccpe", dialogues))
    return Exam(
        (SpanJudge(texts, wanted=_SPANS_ALONE), ccpe_names.NameJudge(ccpe_names.turns(dialogues))),
        notes=(
            "mention_…: turns whose borders are all the annotator's; overlap_f1_…: all turns",
            "CCPE marks names, not preferences, and no stance; the published rules type what they find",
        ),
    )


def _gold(folder: Path, split: Split, limit: int | None, seed: int) -> Exam:
    found = rows(folder, "gold", gold_cases.fits, gold_cases.FORM)
    some = [each.row for each in found if split in ("all", gold_cases.split_of(each.row))]
    texts = _limited(gold_cases.texts(_some(some, split, folder)), limit, seed)
    return Exam((SpanJudge(texts, references=True), ReferenceJudge(texts)))


def _conel(folder: Path, split: Split, limit: int | None, seed: int) -> Exam:
    dialogues = public_sets.load(folder, "conel", split, limit=limit, seed=seed)
    return Exam(
        (conel_entities.EntityJudge(conel_entities.turns(dialogues)),),
        notes=("a linked mention is no preference: recall of what writers call their own by name, and no precision",),
    )


def _absa(folder: Path, split: Split, limit: int | None, seed: int) -> Exam:
    texts = _limited(absa_files.texts(folder, split), limit, seed)
    return Exam(
        (SpanJudge(texts),),
        notes=("positive → likes, negative → dislikes; the mention is the aspect",),
    )


def _newsmtsc(folder: Path, split: Split, limit: int | None, seed: int) -> Exam:
    found = rows(folder, "newsmtsc", news_reports.fits, news_reports.FORM)
    some = [
        each.row
        for each in found
        if split == "all" or split == (part_of(news_reports.name_of(each.row)) if _trains(each.file) else "test")
    ]
    reports = news_reports.reports(_some(some, split, folder))
    kept = sample((report.conversation for report in reports), limit, seed)
    return Exam(
        (news_reports.ReportJudge([report for report in reports if report.conversation in kept]),),
        notes=("polarity towards a person is no preference of the writer: all that is taken is wrong",),
    )


#: Name → what builds it.
FORMATS: Final[Mapping[str, Builder]] = {
    "laps": _laps,
    "iard": _iard,
    "redial": _redial,
    "ccpe": _ccpe,
    "conel": _conel,
    "absa": _absa,
    "newsmtsc": _newsmtsc,
    "gold": _gold,
    "stratified": stratified.exam,
}


def _fold(text: Text) -> int:
    return int(hashlib.sha256(text.conversation.encode()).hexdigest(), 16) // 100 % FOLDS + 1


def _trains(file: str) -> bool:
    return "train" in file.lower()


def _limited(texts: Sequence[Text], limit: int | None, seed: int) -> list[Text]:
    kept = sample((text.conversation for text in texts), limit, seed)
    return [text for text in texts if text.conversation in kept]


def _some(some: list[dict[str, object]], split: Split, folder: Path) -> list[dict[str, object]]:
    if not some:
        raise SourceError(
            f"nothing of the split {split!r} is in it",
            where=str(set_folder(folder, "gold")),
            remedy="--split all measures all of it, what trained included",
        )
    return some
