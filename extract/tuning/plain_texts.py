"""Texts without a preference from sets that label something else: GoEmotions and NewsMTSC.

GoEmotions (Apache-2.0; Demszky et al., ACL 2020): Reddit comments labelled *neutral* alone.  NewsMTSC (MIT; Hamborg
and Donnay, EACL 2021): sentences of the news, whose opinions are reported, not the reader's.  Comments with a word of
preference are left out; of news sentences none is, since a report of liking is what they should teach to pass over.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from penchant.extract.tuning.cues import PREFERENCE
from penchant.extract.tuning.example import Example

_NEUTRAL: Final = "27"
_LENGTHS: Final = range(20, 220)


def goemotions(folder: Path) -> Iterator[Example]:
    """Read the training file of ``goemotions/`` below ``folder``."""
    with lzma.open(folder / "goemotions" / "train.tsv.xz", "rt", encoding="utf-8") as rows:
        for row in rows:
            text, labels, key = row.rstrip("\n").split("\t")
            if labels == _NEUTRAL and "[" not in text and len(text) in _LENGTHS and not PREFERENCE.search(text):
                yield Example("goemotions", f"goemotions:{key}", text, None, ())


def newsmtsc(folder: Path) -> Iterator[Example]:
    """Read the training file of ``newsmtsc/`` below ``folder``."""
    with lzma.open(folder / "newsmtsc" / "train.jsonl.xz", "rt", encoding="utf-8") as rows:
        for row in rows:
            record = json.loads(row)
            text = " ".join(str(record["sentence_normalized"]).split())
            if len(text) in _LENGTHS and " I " not in f" {text} ":
                yield Example("newsmtsc", f"newsmtsc:{record['primary_gid']}", text, None, ())
