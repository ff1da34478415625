"""Natural sentences of our own, written by hand to train: ``written/*.tsv``.

Three columns divided by tabs: the text, the turn before (may be empty), the answer in the model's format.  They follow
the definitions of ``tests/extract/GOLD.md``, but were written without a look at the gold sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from penchant.extract.answer import parse
from penchant.extract.tuning.example import Example

FOLDER: Final = Path(__file__).parent / "written"


def load(folder: Path = FOLDER) -> Iterator[Example]:
    """Yield all sentences, in the order of names and lines; each is its own conversation."""
    for file in sorted(folder.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                text, context, answer = line.split("\t")
                yield Example("written", f"written:{text}", text, context or None, tuple(parse(answer)))
