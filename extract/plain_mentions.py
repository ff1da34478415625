"""Plain sentences of our own (``plain_mentions.toml``): what a special case of a stance must be told apart from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence whose mention is ``text[start:end]``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlainMentions:
    """The file as values.

    Args:
        topics: names that can stand in for a mention.
        sentences: by word of the stance that they show.
    """

    topics: tuple[str, ...]
    sentences: Mapping[str, tuple[Marked, ...]]


def unmark(marked: str) -> Marked:
    """Take the brackets out of ``I love [tea].``; it must have exactly one pair.

    Raises:
        ValueError: it has none, or several.
    """
    before, opened, rest = marked.partition("[")
    inside, closed, after = rest.partition("]")
    if not (opened and closed and inside) or "[" in after or "]" in before + after:
        raise ValueError(f"one [mention] expected: {marked}")
    return Marked(before + inside + after, len(before), len(before) + len(inside))


@cache
def plain_mentions() -> PlainMentions:
    """What ships with the package."""
    held = tomllib.loads(FILE.read_text(encoding="utf-8"))
    topics = tuple(held.pop("topics"))
    return PlainMentions(topics, {word: tuple(map(unmark, rows)) for word, rows in sorted(held.items())})
