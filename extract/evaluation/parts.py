"""Which conversations measure: those that neither trained nor tuned."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeVar

from penchant.errors import SourceError
from penchant.extract.tuning.splits import official_tests, part_of

Split = Literal["test", "dev", "train", "all"]
SPLITS: Final[tuple[Split, ...]] = ("test", "dev", "train", "all")
#: Fingerprints of the conversations that stood in the folders that train, one a line; written by ``known.py``.
KNOWN: Final = Path(__file__).parent / "known_conversations.txt"

T = TypeVar("T")


def fingerprint(conversation: str) -> str:
    """Eight hexadecimal digits that stand for a conversation."""
    return hashlib.sha256(conversation.encode()).hexdigest()[:8]


@cache
def known() -> frozenset[str]:
    """Fingerprints of all conversations of the public folders, whatever their part."""
    return frozenset(KNOWN.read_text(encoding="ascii").split())


def part(conversation: str, official: frozenset[str] = frozenset()) -> str:
    """``train``, ``dev`` or ``test``.

    A conversation is test by its own identifier, because an official test file names it, or because it stood in none of
    the folders that train.

    Args:
        conversation: such as ``laps:WORKER`` or ``redial:474``.
        official: conversations of official test files at hand.
    """
    if conversation in official or fingerprint(conversation) not in known():
        return "test"
    return part_of(conversation)


def official(folder: Path, place: Path) -> frozenset[str]:
    """Conversations of the official test files near a set.

    Args:
        folder: as it was given.
        place: folder of the set; where it is ``folder``, the other sets may stand beside it.
    """
    return frozenset(official_tests(folder if place != folder else folder.parent))


def of_split(
    some: Sequence[T], conversation: Callable[[T], str], split: Split, official: frozenset[str], where: Path
) -> list[T]:
    """The members whose conversations are of the split.

    Raises:
        SourceError: there are none.
    """
    if split == "all":
        return list(some)
    kept = [each for each in some if part(conversation(each), official) == split]
    if not kept:
        raise SourceError(
            f"no conversation of the split {split!r} is in it",
            where=str(where),
            remedy="--split all measures all of it, what trained included",
        )
    return kept


def sample(conversations: Iterable[str], limit: int | None, seed: int) -> frozenset[str]:
    """At most ``limit`` conversations, the same ones whatever the order; all without a limit."""
    ordered = sorted(set(conversations), key=lambda name: (hashlib.sha256(f"{seed}:{name}".encode()).digest(), name))
    return frozenset(ordered[:limit])
