"""The words of ``rule_model.toml``, and what a rule finds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("rule_model.toml")

#: What a negation makes of a stance.
TURNED: Final = {"likes": "dislikes", "wants": "dislikes", "interested": "dislikes", "dislikes": "neutral"}


@dataclass(frozen=True, slots=True)
class Find:
    """``text[start:end]`` is a mention with this stance."""

    start: int
    end: int
    stance: str
    confidence: float


@cache
def words() -> dict[str, Any]:
    """The file as values."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def sureness() -> dict[str, float]:
    """Confidence by kind of cue."""
    return {kind: float(value) for kind, value in words()["confidence"].items()}


@cache
def cues(language: str, table: str) -> dict[str, str]:
    """Stance by cue of a table of a language."""
    return {cue: stance for stance, some in words()[language][table].items() for cue in some}
