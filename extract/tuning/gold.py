"""Gold sentences of our own, by which development chooses: they never train.

``gold.jsonl`` here, the first ones, was written by hand before the shipped adapter was trained through, with the
definitions at the head of ``frames.toml``, and with other words, names and turns of phrase than the frames where that
was possible; it measures no longer. The later ones stand in ``tests/extract/gold.jsonl``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from penchant.extract.answer import BEFORE
from penchant.extract.tuning.example import Example


def load() -> list[Example]:
    """All gold sentences, in the order of the file."""
    lines = (Path(__file__).parent / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        Example("gold", f"gold:{i}", row["text"], row.get("context"), tuple((q, s) for q, s in row["pairs"]))
        for i, row in enumerate(rows)
    ]


def rows(file: Path, split: str) -> list[Example]:
    """The later gold sentences of one split; a quote that points stands for its antecedent."""
    held = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def pairs(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        named = [(BEFORE + p["antecedent"] if p.get("antecedent") else p["quote"], p["stance"]) for p in row["pairs"]]
        return tuple(dict.fromkeys(named))

    return [
        Example("gold", f"gold:{row['id']}", row["text"], row.get("context"), pairs(row))
        for row in held
        if row["split"] == split
    ]
