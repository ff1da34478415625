"""Where the items that came next stand in a ranking, among new items only and with those named before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from penchant.recommend.mixture import Block, mixed
from penchant.road.cases import Case
from penchant.road.recommenders import Member

FloatArray = NDArray[np.float32]
#: People scored at once.
BLOCK: Final = 256
#: Longest list that is looked at.
DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """One item that came next, and its place.

    Args:
        case: position of the case.
        person: of the case.
        item: what came next.
        new: whether it had not been named before.
        place: how many items rank above it among those that had not been named; ties count half.
        place_of_all: the same among all items.
    """

    case: int
    person: str
    item: str
    new: bool
    place: float
    place_of_all: float


def answers(
    cases: Sequence[Case],
    people: sp.csr_matrix,
    members: Mapping[str, Member],
    weights: Mapping[str, float],
    number: Mapping[str, int],
) -> list[Answer]:
    """Rank all items for every case.

    Args:
        cases: what is asked.
        people: shape (cases, things): what is known of each case's person.
        members: who scores.
        weights: of the blend.
        number: item → its column.
    """
    found: list[Answer] = []
    used = {name: member for name, member in members.items() if weights.get(name)}
    for start in range(0, len(cases), BLOCK):
        part = people[start : start + BLOCK]
        scores = mixed({name: member.scores(part) for name, member in used.items()}, weights)
        for at, case in enumerate(cases[start : start + BLOCK]):
            found += _of_case(start + at, case, scores[at], number)
    return found


def _of_case(at: int, case: Case, scores: FloatArray, number: Mapping[str, int]) -> Iterator[Answer]:
    named = set(case.named)
    open_to = np.ones(len(scores), dtype=bool)
    open_to[[number[item] for item in named if item in number]] = False
    for item in case.gold:
        if item in number:
            own = scores[number[item]]
            yield Answer(
                at,
                case.person,
                item,
                item not in named,
                _place(own, scores[open_to]) - (0.5 if item not in named else 0.0),
                _place(own, scores) - 0.5,
            )
        else:  # not in the catalogue: nobody could have recommended it
            yield Answer(at, case.person, item, item not in named, float("inf"), float("inf"))


def _place(own: np.float32, others: FloatArray) -> float:
    """Items above; those of the same score, itself among them, count half."""
    return float((others > own).sum() + (others == own).sum() / 2)


def blocks(
    cases: Sequence[Case],
    people: sp.csr_matrix,
    members: Mapping[str, Member],
    number: Mapping[str, int],
) -> Iterator[Block]:
    """The cases with raw scores, for choosing weights: only new items are chosen."""
    for start in range(0, len(cases), BLOCK):
        part = people[start : start + BLOCK]
        some = cases[start : start + BLOCK]
        barred = [sorted({number[item] for item in case.named if item in number}) for case in some]
        chosen = [_new(case, number) for case in some]
        yield Block({name: member.scores(part) for name, member in members.items()}, barred, chosen)


def _new(case: Case, number: Mapping[str, int]) -> list[int]:
    named = set(case.named)
    return [number[item] for item in case.gold if item in number and item not in named]


def recall(some: Iterable[Answer], k: int, *, new: bool = True) -> float:
    """Share of the items that came next which are among the first ``k``: each counts once, as in KGSF and iEvaLM."""
    hits = [(a.place if new else a.place_of_all) < k for a in some if a.new or not new]
    return float(np.mean(hits)) if hits else 0.0


def reached(
    cases: Sequence[Case],
    people: sp.csr_matrix,
    members: Mapping[str, Member],
    number: Mapping[str, int],
    depth: int = 500,
) -> dict[tuple[int, str], bool]:
    """(case, item that came next) → whether a member puts it among its first ``depth``, above its lowest score."""
    found: dict[tuple[int, str], bool] = {}
    for start in range(0, len(cases), BLOCK):
        part = people[start : start + BLOCK]
        for member in members.values():
            scores = member.scores(part)
            for at, case in enumerate(cases[start : start + BLOCK]):
                own, lowest = scores[at], scores[at].min()
                for item in case.gold:
                    score = own[number[item]] if item in number else lowest
                    key = (start + at, item)
                    found[key] = found.get(key, False) or bool(score > lowest and (own > score).sum() < depth)
    return found
