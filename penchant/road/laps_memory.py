"""Sessions of LAPS: what was said, and the memory of preferences that the writer checked after each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from penchant.extract.evaluation.folder import Found
from penchant.kg.normalise import normal, singular, without_head
from penchant.road.cases import Label, Turn

#: The set gives no dates: the first session starts at this moment, the next a week later, a turn a minute.
STARTED: Final = datetime(2024, 1, 1, tzinfo=UTC)
#: Categories that say with whom, where, how, and what not; none of them names what is wanted.  Diets and allergies are
#: personal in kind and are left alone.
_NO_WISH: Final = (
    *("viewing_companions", "platform_availability", "content_restrictions", "companions", "skill_level"),
    *("time_availability", "allergies", "diet_requirements", "health_goals"),
)
_EMPTY: Final = frozenset(
    {"", "none", "no preference", "no preferences", "any", "n a", "no", "not specified", "anything"}
)
_SIDES: Final = (("_dislike", "dislikes"), ("_like", "likes"))


@dataclass(frozen=True, slots=True)
class Session:
    """One session of one writer.

    Args:
        turns: what both sides said, in order; empty messages are left out.
        memory: category → values, as they stand.
    """

    turns: tuple[Turn, ...]
    memory: Mapping[str, tuple[str, ...]]

    def values(self, *categories: str) -> Iterator[str]:
        """Values of the categories, in order."""
        return (value for category in categories for value in self.memory.get(category, ()))


def writers(found: Iterable[Found], topic: str) -> dict[str, tuple[Session, ...]]:
    """Sessions of each writer about the topic, in order; a session that stands in two files counts once.

    Rows of one writer in several files follow each other in the order of the files.  A row without a topic is of any.
    """
    raw: dict[str, list[Mapping[str, Any]]] = {}
    for each in found:
        if each.row.get("topic", topic) == topic:
            some = raw.setdefault(f"laps:{each.row['worker_id']}", [])
            some += [s for s in each.row["sessions"] if _sound(s) and s not in some]
    return {person: tuple(map(_session, some, range(len(some)))) for person, some in raw.items() if some}


def said(value: str) -> str:
    """A value without the reasons in brackets and without quotation marks around it."""
    return re.split(r"\s*\(", value, maxsplit=1)[0].strip(' \t.,;"“”') or value.strip(" ()")


def labels(sessions: Sequence[Session], concepts: frozenset[str]) -> tuple[Label, ...]:
    """What the memories say, each known from the end of its session on.

    ``…_like`` → likes, ``…_dislike`` → dislikes, those of companions too.  Of the other categories a value is a wish
    where it names a concept, a general word at its end aside ("family movies"); with whom, on which platform and what
    not to show is none.

    Args:
        sessions: of one writer, in order.
        concepts: normal names of genres and people, or of ingredients and cuisines.
    """
    found: dict[Label, None] = {}
    turn = 0
    for session in sessions:
        turn += len(session.turns)
        for category, values in sorted(session.memory.items()):
            side = next((stance for ending, stance in _SIDES if category.endswith(ending)), "")
            for value in map(said, values):
                form = normal(value)
                if form in _EMPTY:
                    continue
                wish = category not in _NO_WISH and bool({form, singular(form), without_head(form)} & concepts)
                if side or wish:
                    found.setdefault(Label(side or "wants", words=value, turn=turn))
    return tuple(found)


def _sound(session: object) -> bool:
    return isinstance(session, dict) and isinstance(session.get("dialogue"), list)


def _session(session: Mapping[str, Any], number: int) -> Session:
    start = STARTED + timedelta(weeks=number)
    spoken = [
        (str(turn.get("message") or "").strip(), turn.get("role") == "User")
        for turn in session["dialogue"]
        if isinstance(turn, dict)
    ]
    kept = [(text, own) for text, own in spoken if text]
    turns = tuple(Turn(text, own, start + timedelta(minutes=i)) for i, (text, own) in enumerate(kept))
    memory = session.get("preferences")
    return Session(turns, {str(k): _texts(v) for k, v in memory.items()} if isinstance(memory, dict) else {})


def _texts(values: object) -> tuple[str, ...]:
    some = values if isinstance(values, list) else [values]
    return tuple(value.strip() for value in some if isinstance(value, str) and value.strip())
