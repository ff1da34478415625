"""The words of ``circumstances.toml``, and how rows of them become one pattern."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("circumstances.toml")


@cache
def words() -> dict[str, Any]:
    """The file as values."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def any_of(some: Iterable[str]) -> str:
    """A group that matches any of ``some``, longest first."""
    return f"(?:{'|'.join(re.escape(word) for word in sorted(some, key=lambda w: (-len(w), w)))})"


def whole(some: Iterable[str]) -> str:
    """As :func:`any_of`, but no part of a longer word."""
    return r"(?<![\w'])" + any_of(some) + r"(?![\w])"


def pattern(text: str) -> re.Pattern[str]:
    """A pattern that takes small and capital letters alike."""
    return re.compile(text, re.IGNORECASE)
