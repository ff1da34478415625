"""How well models read, measured on public sets and gold sentences: what ``penchant evaluate`` asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from penchant.errors import SettingError
from penchant.extract.modes import MODES
from penchant.models import language_model
from penchant.settings import ReadingSettings

if TYPE_CHECKING:
    from penchant.extract.evaluation.parts import Split
    from penchant.extract.evaluation.report import Report
    from penchant.extract.language_model import LanguageModel

#: Names of models that need no folder.
MODELS: Final = (*MODES[::-1], "smollm2", "rules", "untuned")


def evaluate_extract(
    folder: Path,
    format: str,
    models: Sequence[str] = ("best", "rules"),
    *,
    split: Split = "test",
    limit: int | None = None,
    seed: int = 0,
    rounds: int = 1000,
    progress: Callable[[str, int], object] | None = None,
) -> Report:
    """Measure how well models read the texts of a labelled set.

    Args:
        folder: of the set, or the one that holds it.
        format: of the set: laps, iard, redial, ccpe, conel, absa, newsmtsc, gold or stratified.
        models: see :func:`model_named`; the first is compared with each of the others.
        split: ``test`` (what neither trained nor tuned), ``dev``, ``train`` or ``all``.
        limit: at most so many conversations; of ``stratified`` so many texts, and a few more.
        seed: of the choice under ``limit`` and of the bootstrap.
        rounds: drawings of the bootstrap; 0 for no intervals.
        progress: called with a model's name and the number of passages that it has read.

    Raises:
        SettingError: there is no such format, split or model.
        SourceError: the folder does not hold the set, or nothing of the split.
        ModelError: a model cannot be loaded or asked.
    """
    from penchant.extract.evaluation.formats import exam
    from penchant.extract.evaluation.parts import SPLITS
    from penchant.extract.evaluation.report import measure

    if split not in SPLITS:
        raise SettingError(f"no split {split!r}", expected=", ".join(SPLITS), where="--split")
    if not models:
        raise SettingError("no model is named", expected=", ".join(MODELS), where="--model")
    asked = exam(format, folder, split, limit=limit, seed=seed)
    return measure(asked, {name: model_named(name) for name in models}, rounds=rounds, seed=seed, progress=progress)


def model_named(name: str) -> Callable[[], LanguageModel]:
    """What loads a model.

    Args:
        name: ``best``, ``balanced`` and ``fast`` are the readers that ship, joined in that mode; ``smollm2`` the tuned
            language model alone; ``untuned`` the same model with eight worked examples in place of tuning; ``rules``
            cue words; a folder with an adapter for it, or with a model that transformers can load; or
            ``openai:URL#MODEL``.

    Raises:
        SettingError: it is none of these.
    """
    threads = ReadingSettings().threads
    for mode in MODES:
        if name == mode:
            settings = ReadingSettings(mode=mode)
            return lambda: language_model(settings)
    if name in ("smollm2", "untuned"):
        return lambda: _alone(threads, tuned=name == "smollm2")
    if name == "rules" or name.startswith("openai:"):
        return lambda: language_model(ReadingSettings(model=name))
    folder = Path(name)
    if not folder.is_dir():
        raise SettingError(
            f"{name!r} is no model",
            expected=f"{', '.join(MODELS)}, openai:URL#MODEL, or a folder with an adapter or a model",
            where="--model",
        )
    if (folder / "adapter_config.json").is_file():
        return lambda: _alone(threads, tuned=True, adapter=folder)
    return lambda: language_model(ReadingSettings(model=name))


def _alone(threads: int, *, tuned: bool, adapter: Path | None = None) -> LanguageModel:
    from penchant.extract.transformers_model import ADAPTER, TransformersModel

    return TransformersModel(adapter=(adapter or ADAPTER) if tuned else None, tuned=tuned, threads=threads)
