"""The rows of a road's table, ranked: members fitted under each condition, weights chosen or taken."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from penchant.errors import SettingError
from penchant.recommend.mixture import search_weights
from penchant.recommend.training_settings import TrainingSettings
from penchant.road.cases import RoadSet
from penchant.road.knowledge import Clock, Knowledge
from penchant.road.losses import losses
from penchant.road.profiles import READ
from penchant.road.ranks import Answer, answers, blocks, reached
from penchant.road.recommenders import Condition, Member, members
from penchant.road.table import LOST, LOST_BUT_FOR_LABELS, ROWS, Row

Weights = Mapping[str, Mapping[str, float]]
Progress = Callable[[str], None]

#: Weights of each row's members, chosen on the development cases of a set.
WEIGHTS: Final = Path(__file__).parent / "weights.json"
#: Groups of cases that are told apart.
GROUPS: Final = (
    *("nothing named", "1 or 2 named", "3 or more named"),
    *("nothing read", "only items read", "a concept read"),
)
#: Seed of training for the seed 0, as everywhere.
_SEED: Final = 2031


@dataclass(slots=True)
class Evaluation:
    """One set under all rows.

    Args:
        road: what is asked.
        known: what rankings are made from.
        seed: of training and of shuffling.
        clock: tells how long each part took.
        progress: called with a sentence at each step.
    """

    road: RoadSet
    known: Knowledge
    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    progress: Progress = lambda _: None
    _fitted: dict[Condition, Mapping[str, Member]] = field(default_factory=dict)

    @property
    def number(self) -> dict[str, int]:
        """Item → its column."""
        return {item: at for at, item in enumerate(self.known.graph.items)}

    def choose(self) -> dict[str, dict[str, float]]:
        """Weights of every row's members that do best on these cases."""
        number = self.number
        chosen: dict[str, dict[str, float]] = {}
        with self.clock.time("choose"):
            for name, row in ROWS.items():
                part = self._taking_part(row)
                self.progress(f"choosing weights of {name}")
                known = self.known.people[row.sources]
                chosen[name] = search_weights(list(blocks(self.road.cases, known, part, number)), list(part))
        return chosen

    def rank(self, weights: Weights) -> dict[str, list[Answer]]:
        """Answers of every row."""
        number = self.number
        found = {}
        for name, row in ROWS.items():
            part = self._taking_part(row)
            self.progress(f"ranking {name}")
            with self.clock.time("rank"):
                known = self.known.people[row.sources]
                found[name] = answers(self.road.cases, known, part, weights[name], number)
        return found

    def groups(self) -> dict[str, frozenset[int]]:
        """Positions of cases by how many items had been named, and by what was read in the person's words."""
        read = self.known.people[(READ,)]
        n_items = self.known.graph.n_items
        found: dict[str, set[int]] = {name: set() for name in GROUPS}
        for at, case in enumerate(self.road.cases):
            named = len(set(case.named))
            found["nothing named" if not named else "1 or 2 named" if named < 3 else "3 or more named"].add(at)
            things = read.indices[read.indptr[at] : read.indptr[at + 1]]
            concept = bool((things >= n_items).any())
            found["a concept read" if concept else "only items read" if len(things) else "nothing read"].add(at)
        return {name: frozenset(cases) for name, cases in found.items()}

    def lost(self, found: Mapping[str, Sequence[Answer]], weights: Weights) -> dict[str, float]:
        """Where the row :data:`LOST` lost what did not come among its first ten."""
        number, part = self.number, self._taking_part(ROWS[LOST])
        with self.clock.time("rank"):
            linked = answers(self.road.cases, self.known.ideal, part, weights[LOST], number)
            near = reached(self.road.cases, self.known.people[ROWS[LOST].sources], part, number)
        return losses(found[LOST], found[LOST_BUT_FOR_LABELS], linked, near)

    def _taking_part(self, row: Row) -> dict[str, Member]:
        return {
            name: member
            for name, member in self._members(row.graph).items()
            if (not row.only or name in row.only) and (row.texts or name != self.known.content.name)
        }

    def _members(self, condition: Condition) -> Mapping[str, Member]:
        if condition not in self._fitted:
            settings = TrainingSettings(seed=_SEED + self.seed)
            with self.clock.time("train"):
                fitted = members(self.known.graph, condition, settings=settings, seed=self.seed, progress=self.progress)
            content = self.known.content
            self._fitted[condition] = {**fitted, content.name: content}
        return self._fitted[condition]


def stored_weights(format: str, file: Path) -> Weights:
    """Weights that were chosen for a set.

    Raises:
        SettingError: none were.
    """
    kept: dict[str, Weights] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if format not in kept or set(kept[format]) != set(ROWS):
        raise SettingError(
            f"no weights were chosen for {format!r}",
            where=str(file),
            remedy=f"Run `penchant evaluate road --format {format} --split dev --choose DIR`",
        )
    return kept[format]


def store_weights(format: str, weights: Weights, file: Path) -> None:
    """Write weights down, those of other sets left as they are."""
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept[format] = weights
    file.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
