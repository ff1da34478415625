"""CCPE-M (CC BY 4.0; Radlinski et al., SIGDIAL 2019): spoken film preferences with the names people marked.

Used for spans: user turns labelled as a preference or a name whose spans are all exact.  CCPE does not say like or
dislike, so the stance is unknown and masked in training.  Turns labelled OTHER without a name are examples of none.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from penchant.extract.tuning.cues import PREFERENCE
from penchant.extract.tuning.example import Example, in_order

FILE: Final = "ccpe_aligned.jsonl.xz"


def load(folder: Path) -> Iterator[Example]:
    """Read ``ccpe/`` below ``folder``."""
    with lzma.open(folder / "ccpe" / FILE, "rt", encoding="utf-8") as lines:
        for line in lines:
            dialogue = json.loads(line)
            conversation = f"ccpe:{dialogue['data_json_index']}"
            before: str | None = None
            for turn in dialogue["utterances"]:
                text = " ".join(str(turn["text"]).split())
                if turn["speaker"] != "USER":
                    before = text
                    continue
                names = turn["entity_names"]
                sure = all(value is True for value in turn["exact"].values()) and all(n["exact"] for n in names)
                if not sure or not 5 <= len(text) <= 300:
                    continue
                label = str(turn["turn_label"])
                if names and label.startswith(("ENTITY_PREFERENCE", "ENTITY_NAME")):
                    pairs = in_order(text, [(_name(n["text"]), "?") for n in names])
                    if pairs:
                        yield Example("ccpe", conversation, text, before, pairs)
                elif not names and label == "OTHER" and not PREFERENCE.search(text) and len(text.split()) >= 3:
                    yield Example("ccpe", conversation, text, before, ())


def _name(span: str) -> str:
    """A span without the words that belong to no name: "horror movies" → "horror"."""
    return re.sub(r"(\s+(movies?|films?|genres?|flicks?)|'s)$", "", span, flags=re.IGNORECASE)
