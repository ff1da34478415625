"""A row of a source, and what makes it a bad line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from penchant.kg.proposal import BadLine

#: Characters of a bad line that are kept.
RAW_LIMIT: Final = 10_000

HeaderCheck = Callable[[list[str]], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a source: its line number (for JSON files its position, from 1), its text and its value."""

    line: int
    raw: str
    value: object


def bad(source: str, line: int, reason: str, raw: str) -> BadLine:
    """A bad line, its text cut at ``RAW_LIMIT`` characters and free of what UTF-8 cannot carry."""
    return BadLine(source, line, reason, raw[:RAW_LIMIT].encode("utf-8", "backslashreplace").decode("utf-8"))


def unfit(text: str) -> str:
    """Why a line read with ``surrogateescape`` is no text; empty if it is one."""
    if "\0" in text:
        return "holds a NUL character"
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        return "not valid UTF-8"
    return ""
