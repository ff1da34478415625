"""LAPS by session: what a person's turns add up to, beside the preference memory that they checked themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from penchant.extract.evaluation.exam import Found
from penchant.extract.evaluation.folder import Json
from penchant.extract.evaluation.matching import same, tokens
from penchant.extract.evaluation.tally import Array, Count, Sums, ratio
from penchant.extract.language_model import Passage

#: Side → stances that count for it; the lenient reading also takes wishes and curiosity for liking.
STRICT: Final[Mapping[str, tuple[str, ...]]] = {"likes": ("likes",), "dislikes": ("dislikes",)}
LENIENT: Final[Mapping[str, tuple[str, ...]]] = {"likes": ("likes", "wants", "interested"), "dislikes": ("dislikes",)}


@dataclass(frozen=True, slots=True)
class Session:
    """One session of one writer.

    Args:
        conversation: identifier of the writer.
        turns: what the writer wrote, with the assistant's turn before.
        values: ``likes`` and ``dislikes`` → values of the memory, as they stand.
    """

    conversation: str
    turns: tuple[Passage, ...]
    values: Mapping[str, tuple[str, ...]]


def sessions(users: Sequence[Json]) -> list[Session]:
    """All sessions, with the values of ``*_like`` and ``*_dislike``; the other categories are no likes or dislikes."""
    return [
        Session(f"laps:{user['worker_id']}", tuple(_turns(session)), _values(session["preferences"]))
        for user in users
        for session in user["sessions"]
    ]


@dataclass(frozen=True, slots=True)
class SessionJudge:
    """Precision, recall and F1 of a session's likes and dislikes.

    What was found counts once per session and spelling; a mention that points ("it") is what it stands for.  A value is
    hit when something found of its side is the :func:`same`; what was found is right when a value of its side is.
    *Sayable* values are those that a turn of the writer names by the same match.
    """

    sessions: Sequence[Session]

    def passages(self) -> Iterable[Passage]:
        """The writers' turns."""
        return (turn for session in self.sessions for turn in session.turns)

    def count(self, found: Found) -> Iterable[Count]:
        """Values, sayable ones, hits and finds of each session, strictly and leniently."""
        for session in self.sessions:
            counts: Counter[str] = Counter()
            for way, sides in (("strict", STRICT), ("lenient", LENIENT)):
                for side, stances in sides.items():
                    said = _said(session, found, stances)
                    for name in (f"session/{way}/{side}", f"session/{way}/both"):
                        counts.update(_compared(session, side, said, name))
            yield session.conversation, dict(counts)

    def figures(self, sums: Sums) -> Mapping[str, Array]:
        """``session_f1_sayable_likes`` and so on; ``…_lenient`` where wants and interested count as likes."""
        figures: dict[str, Array] = {}
        for way, ending in (("strict", ""), ("lenient", "_lenient")):
            for side in ("likes", "dislikes", "both"):
                name = f"session/{way}/{side}"
                if f"{name}/values" not in sums:
                    continue
                precision = ratio(sums[f"{name}/right"], sums[f"{name}/said"])
                recall = ratio(sums[f"{name}/sayable/hits"], sums[f"{name}/sayable"])
                every = ratio(sums[f"{name}/hits"], sums[f"{name}/values"])
                figures |= {
                    f"session_precision_{side}{ending}": precision,
                    f"session_recall_sayable_{side}{ending}": recall,
                    f"session_f1_sayable_{side}{ending}": _harmonic(precision, recall),
                    f"session_recall_all_{side}{ending}": every,
                    f"session_f1_all_{side}{ending}": _harmonic(precision, every),
                }
        return figures


def _turns(session: Json) -> Iterable[Passage]:
    before: str | None = None
    for turn in session["dialogue"]:
        text = str(turn["message"]).strip()
        if turn["role"] != "User":
            before = text
        elif text:
            yield Passage(text, before)


def _values(preferences: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    sides: dict[str, list[str]] = {"likes": [], "dislikes": []}
    for category, values in sorted(preferences.items()):
        side = "dislikes" if category.endswith("_dislike") else "likes" if category.endswith("_like") else ""
        if side:
            sides[side] += [value for value in values if tokens(value)]
    return {side: tuple(dict.fromkeys(values)) for side, values in sides.items()}


def _said(session: Session, found: Found, stances: Sequence[str]) -> list[str]:
    """Different spellings of what was found, in order."""
    some: dict[tuple[str, ...], str] = {}
    for turn in session.turns:
        for mention in found[turn]:
            if mention.stance in stances:
                name = mention.antecedent or mention.quote
                some.setdefault(tuple(tokens(name)), name)
    return list(some.values())


def _compared(session: Session, side: str, said: Sequence[str], name: str) -> Counter[str]:
    values = session.values[side]
    sayable = [value for value in values if any(same(value, turn.text) for turn in session.turns)]
    hit = [value for value in values if any(same(value, each) for each in said)]
    return Counter(
        {
            f"{name}/values": len(values),
            f"{name}/sayable": len(sayable),
            f"{name}/hits": len(hit),
            f"{name}/sayable/hits": sum(value in hit for value in sayable),
            f"{name}/said": len(said),
            f"{name}/right": sum(any(same(value, each) for value in values) for each in said),
        }
    )


def _harmonic(precision: Array, recall: Array) -> Array:
    """Not a number where there was nothing to hit, 0 where nothing was found."""
    known = np.nan_to_num(precision)
    return np.where(np.isnan(recall), np.nan, np.nan_to_num(ratio(2 * known * recall, known + recall)))
