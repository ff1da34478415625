"""How well mentions are linked, measured on public sets: what ``penchant evaluate link`` asks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from penchant.errors import SettingError

if TYPE_CHECKING:
    from penchant.extract.evaluation.link_report import Decide, Find, LinkReport
    from penchant.extract.evaluation.parts import Split
    from penchant.extract.linking import Linker

Format = Literal["conel", "redial"]
FORMATS: Final[tuple[Format, ...]] = ("conel", "redial")
_PLAIN: Final = "linked_…: mentions found in the plain way, by how often their words are linked in the training part"


def evaluate_link(
    folder: Path,
    format: Format,
    *,
    split: Split = "test",
    names: Sequence[Path] = (),
    aliases: bool = True,
    limit: int | None = None,
    seed: int = 0,
    encoder: bool = True,
    rounds: int = 1000,
    work: Path | None = None,
    progress: Callable[[int], object] | None = None,
) -> LinkReport:
    """Measure how well mentions are linked, against an index of all names that the folder lists.

    Args:
        folder: of the set, or the one that holds the sets and the other inventories of names.
        format: ``conel`` (open domain, Wikipedia) or ``redial`` (films).
        split: ``test``, ``dev``, ``train`` or ``all``.
        names: files or folders with further names: ``IRI<TAB>name`` lines, or N-Triples with labels.
        aliases: of ConEL-2, whether the names that its training part gives to pages stand in the index.
        limit: at most so many conversations.
        seed: of the choice under ``limit``, of misspellings and of the bootstrap.
        encoder: whether meaning re-ranks.
        rounds: drawings of the bootstrap; 0 for no intervals.
        work: where the index is kept; a temporary folder that goes away by default.
        progress: called with the number of mentions and turns that are done.

    Raises:
        SettingError: there is no such format or split.
        SourceError: the folder does not hold the set, or nothing of the split.
        ModelError: the encoder cannot be loaded.
    """
    from penchant.extract.evaluation import link_conel, link_set
    from penchant.extract.evaluation.link_plain import PlainFinder
    from penchant.extract.evaluation.link_report import measure
    from penchant.extract.evaluation.parts import SPLITS
    from penchant.extract.linking import Linker
    from penchant.models import encoder as load_encoder
    from penchant.settings import ReadingSettings

    if format not in FORMATS:
        raise SettingError(f"no format {format!r}", expected=", ".join(FORMATS), where="--format")
    if split not in SPLITS:
        raise SettingError(f"no split {split!r}", expected=", ".join(SPLITS), where="--split")
    with ExitStack() as closing:
        place = work or Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="penchant-link-")))
        if format == "conel":
            asked, index = link_set.conel(folder, split, place, names=names, aliases=aliases, limit=limit, seed=seed)
        else:
            asked, index = link_set.redial(folder, split, place, names=names, limit=limit, seed=seed)
        closing.callback(index.close)
        near = load_encoder(ReadingSettings(encoder=encoder))
        linker = Linker(index, near)
        spot = _found_by("spotting", "spot", linker)
        if format == "conel" and spot is None:
            spot = PlainFinder(index, linker, link_conel.training(folder))
            asked = replace(asked, notes=(*asked.notes, _PLAIN))
        personal = _found_by("personal_mentions", "personal", linker)
        return measure(asked, _decide(linker), spot, personal, rounds=rounds, seed=seed, progress=progress)


def _decide(linker: Linker) -> Decide:
    return lambda case: linker.link(case.quote, case.text, case.start, case.end, context=case.context)


def _found_by(module: str, name: str, linker: Linker) -> Find | None:
    import importlib

    from penchant.extract.evaluation.link_cases import Link

    try:
        find = getattr(importlib.import_module(f"penchant.extract.{module}"), name)
    except (ImportError, AttributeError):
        return None
    return lambda turn: [Link(s.start, s.end, s.decision.link) for s in find(turn.text, linker, turn.context)]
