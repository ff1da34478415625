"""The first gold sentences of our own, by which development chooses: they never train, and no longer measure.

``gold.jsonl`` was written by hand before the shipped adapter was trained through, with the definitions at the head of
``frames.toml``, and with other words, names and turns of phrase than the frames where that was possible.
"""

from __future__ import annotations

import json
from pathlib import Path

from penchant.extract.tuning.example import Example


def load() -> list[Example]:
    """All gold sentences, in the order of the file."""
    lines = (Path(__file__).parent / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        Example("gold", f"gold:{i}", row["text"], row.get("context"), tuple((q, s) for q, s in row["pairs"]))
        for i, row in enumerate(rows)
    ]
