"""The whole road measured, from people's own sentences to what came next: what ``penchant evaluate road`` asks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from penchant.errors import SettingError
from penchant.evaluating import model_named
from penchant.road import laps, redial, report
from penchant.road.evaluation import WEIGHTS, Evaluation, store_weights, stored_weights
from penchant.road.knowledge import Clock, gather
from penchant.road.table import PAIRS

if TYPE_CHECKING:
    from penchant.extract.evaluation.parts import Split
    from penchant.road.cases import RoadSet
    from penchant.road.report import RoadReport

FORMATS: Final = ("redial", "laps", "laps-recipes")
SPLITS: Final = ("test", "dev")
Progress = Callable[[str], None]


def evaluate_road(
    folder: Path,
    format: str,
    *,
    split: str = "test",
    model: str = "best",
    work: Path | None = None,
    seed: int = 0,
    rounds: int = 1000,
    choose: bool = False,
    weights: Path = WEIGHTS,
    progress: Progress = lambda _: None,
) -> RoadReport:
    """Read what people wrote, recommend, and look at what came next.

    Args:
        folder: of the set, or the one that holds the sets.
        format: ``redial``; ``laps`` for its films, ``laps-recipes`` for its dishes.
        split: ``test`` or ``dev``; of LAPS, ``dev`` are the writers that the extractor was trained on.
        model: who reads, as in :func:`penchant.evaluating.model_named`.
        work: where workspace, replies and encoded texts are kept, so that an interrupted run goes on; a temporary
            folder if None.
        seed: of training, shuffling and the bootstrap.
        rounds: drawings of the bootstrap; 0 for no intervals.
        choose: choose the members' weights on these cases and write them to ``weights``; only with ``dev``.
        weights: file of the weights; those that ship were chosen on the public development cases.
        progress: called with a sentence at each step.

    Raises:
        SettingError: there is no such format or split, or weights are to be chosen on test cases.
        SourceError: the folder does not hold the set.
        ModelError: the model cannot be loaded or asked.
    """
    if format not in FORMATS:
        raise SettingError(f"no format {format!r}", expected=", ".join(FORMATS), where="--format")
    if split not in SPLITS:
        raise SettingError(f"no split {split!r}", expected=", ".join(SPLITS), where="--split")
    if choose and split != "dev":
        raise SettingError(f"weights are not chosen on {split!r}", expected="--split dev", where="--choose")
    clock = Clock()
    with tempfile.TemporaryDirectory() as temporary:
        progress("reading the set")
        with clock.time("set"):
            road = _load(folder, format, split)
        known = gather(road, work or Path(temporary), model_named(model), clock=clock, progress=progress)
    evaluation = Evaluation(road, known, seed, clock, progress)
    if choose:
        store_weights(format, evaluation.choose(), weights)
    chosen = stored_weights(format, weights)
    found = evaluation.rank(chosen)
    people = sorted(road.speakers)
    rows = {name: report.drawn(some, people, rounds, seed) for name, some in found.items()}
    return report.RoadReport(
        cases=len(road.cases),
        people=len(people),
        rows={name: report.shown(row) for name, row in rows.items()},
        differences={f"{one} − {other}": report.apart(rows[one], rows[other]) for one, other in PAIRS},
        kept={
            "without world": report.kept(rows["extracted"], rows["human labels"], rows["no text"]),
            "with world": report.kept(rows["extracted + world"], rows["human labels + world"], rows["no text + world"]),
        },
        by=report.by_group(found, evaluation.groups()),
        losses=evaluation.lost(found, chosen),
        weights=chosen,
        notes=(
            *road.notes,
            f"read by {model}; weights of the members chosen on development cases, row by row",
            "recall: each item that came next counts once; intervals by drawing people anew",
        ),
        seconds=clock.seconds,
    )


def _load(folder: Path, format: str, split: str) -> RoadSet:
    if format == "redial":
        return redial.load(folder, split)
    # LAPS has three development cases: weights are chosen on the writers that trained the extractor.
    part: Split = "test" if split == "test" else "train"
    domain = "recipe" if format == "laps-recipes" else "movie"
    return laps.load(
        folder, part, domain=domain, more_deeds=lambda films: redial.deeds_elsewhere(folder, films.by_redial)
    )
