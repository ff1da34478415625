"""A row of a source, and what makes it a bad line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penchant.kg.proposal import BadLine

#: Characters of a bad line that are kept: all of them, but for files that are no lines at all.
RAW_LIMIT: Final = 1_000_000

#: Why a line is none whose bytes are no text: what is kept of it are not its words.
NOT_UTF8: Final = "not valid UTF-8"

HeaderCheck = Callable[[list[str]], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a source.

    Args:
        line: its line number; for JSON files its position, from 1.
        text: the line as it stands; empty where ``value`` says all, as for rows of tables.
        value: what the line says.
    """

    line: int
    text: str
    value: object

    @property
    def raw(self) -> str:
        """What is kept of it if it is no record: enough to read it again."""
        return self.text or json.dumps(self.value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Given:
    """Rows that are at hand already, to be read as if they stood in the source ``name``."""

    name: str
    rows: Iterable[Row | BadLine]


Source = Path | str | Given


def bad(source: str, line: int, reason: str, raw: str) -> BadLine:
    """A bad line, free of what UTF-8 cannot carry; where its text is cut at ``RAW_LIMIT``, the reason says so."""
    if len(raw) > RAW_LIMIT:
        reason = f"{reason} (kept: the first {RAW_LIMIT:,} of its {len(raw):,} characters)"
    return BadLine(source, line, reason, raw[:RAW_LIMIT].encode("utf-8", "backslashreplace").decode("utf-8"))


def unfit(text: str) -> str:
    """Why a line read with ``surrogateescape`` is no text; empty if it is one."""
    if "\0" in text:
        return "holds a NUL character"
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        return NOT_UTF8
    return ""
