"""Words that the rules over mentions share a way of reading: one TOML file for each rule, beside its code."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def vocabulary(file: Path) -> dict[str, Any]:
    """The TOML file as values; read once."""
    return tomllib.loads(file.read_text(encoding="utf-8"))
