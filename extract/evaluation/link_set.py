"""From a folder to what is asked of a linker, and the index that it is asked against."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from penchant.extract.evaluation import link_conel, link_inventories, link_redial
from penchant.extract.evaluation.link_cases import Case, Turn
from penchant.extract.evaluation.link_held import Held, held, stamp
from penchant.extract.evaluation.link_index import INDEX, Names, one_in
from penchant.extract.evaluation.link_report import Asked
from penchant.extract.evaluation.link_tables import Inventories
from penchant.extract.evaluation.parts import Split
from penchant.kg.label_index import LabelIndex

#: Of ReDial's films one in so many is left out of the index: what people say of it names nothing.
ONE_LEFT_OUT_IN: Final = 5
#: Fewest things of an index that says how linking does in the large.
LARGE: Final = 100_000


def conel(
    folder: Path,
    split: Split,
    work: Path,
    *,
    names: Sequence[Path] = (),
    aliases: bool = True,
    limit: int | None = None,
    seed: int = 0,
) -> tuple[Asked, LabelIndex]:
    """ConEL-2, against an index of all pages that its files and the inventories name.

    Args:
        folder: of the set, or of all sets.
        split: which conversations.
        work: folder of the index.
        names: files or folders with further names.
        aliases: whether the index knows how the training part calls things.
        limit: at most so many conversations.
        seed: chooses which.

    Raises:
        SourceError: the folder does not hold the set, or nothing of the split.
    """
    turns = link_conel.load(folder, split, limit=limit, seed=seed)
    learned = link_conel.aliases(link_conel.training(folder)) if aliases and split in ("dev", "test") else []
    pages = link_conel.pages(folder)

    def make() -> tuple[Names, frozenset[str]]:
        listed = _listed(folder, names)
        listed.things += [*pages, *learned]
        return Names(listed), frozenset()

    mark = stamp((folder, *names), "conel", bool(learned))
    index = held(work, mark, make, lambda _: [page.iri for page in pages])
    notes = [
        "the pages of all annotations, those of this split too, stand in the index, as they do in any dump of Wikipedia"
    ]
    if learned:
        notes.append(
            f"{len(learned):,} names that the training part gives to its pages stand for the redirects of Wikipedia"
        )
    return _asked(link_conel.cases(turns), turns, index, notes), LabelIndex.open(work / INDEX)


def redial(
    folder: Path,
    split: Split,
    work: Path,
    *,
    names: Sequence[Path] = (),
    limit: int | None = None,
    seed: int = 0,
) -> tuple[Asked, LabelIndex]:
    """ReDial's films, one in five of which the index lacks.

    Args:
        folder: of the set, or of all sets.
        split: which conversations.
        work: folder of the index.
        names: files or folders with further names.
        limit: at most so many conversations.
        seed: chooses which, and the slips of the misspelt titles.

    Raises:
        SourceError: the folder does not hold the set, or nothing of the split.
    """
    titles = link_redial.titles(folder)

    def make() -> tuple[Names, frozenset[str]]:
        listed = _listed(folder, names)
        listed.films = titles | listed.films
        known = Names(listed)
        return known, one_in(ONE_LEFT_OUT_IN, known.films.values())

    mark = stamp((folder, *names), "redial")
    index = held(work, mark, make, lambda known: list(known.films.values()))
    cases = link_redial.load(folder, split, index.films, limit=limit, seed=seed)
    notes = [
        "the films are items of the catalogue, all other names the world's",
        f"one film in {ONE_LEFT_OUT_IN} is left out of the index: the right answer to what people say of it is NIL",
        "each mention is asked four times: the title, with its year, in small letters, with one slip of the keyboard",
    ]
    return _asked(cases, (), index, notes), LabelIndex.open(work / INDEX)


def _listed(folder: Path, further: Sequence[Path]) -> Inventories:
    listed = link_inventories.read(folder)
    for path in further:
        listed.things += link_inventories.names_of(path)
    return listed


def _asked(cases: Sequence[Case], turns: Sequence[Turn], index: Held, notes: list[str]) -> Asked:
    if index.size.things < LARGE:
        notes.append(f"the index holds {index.size.things:,} things alone: the folder of all sets gives a larger one")
    return Asked(cases, turns, index.sharing, index.size, tuple(notes))
