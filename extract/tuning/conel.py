"""ConEL-2 (MIT; Joko and Hasibi, CIKM 2022): "my favourite sport is hockey", outside films and food.

Used: short user turns whose marked name is said to be a favourite or loved, in an affirmative sentence → likes.  Other
turns of that part are left out: what they like besides is not labelled.  Short turns of the other part, without any
word of preference, are examples of none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from penchant.extract.tuning.cues import NEGATION, OTHERS, PREFERENCE
from penchant.extract.tuning.example import Example, in_order

LINKED_FILES: Final = ("ConEL22_EL_Train.jsonl", "ConEL22_EL_Val.jsonl")
PLAIN_FILES: Final = ("ConEL22_PEMD_Train.jsonl", "ConEL22_PEMD_Val.jsonl")
_MOST_WORDS: Final = 20
_LIKING: Final = re.compile(r"\b(love|like|enjoy|adore|fav\w*|fan of|prefer)\b", re.IGNORECASE)
_HEAD: Final = re.compile(r"\s+(movies?|films?|music|food)$", re.IGNORECASE)
_VAGUE: Final = re.compile(r"^(my\b.*|it|them|they|this|that|one|ones|something|fun|name)$", re.IGNORECASE)


def load(folder: Path) -> Iterator[Example]:
    """Read ``conel/`` below ``folder``; the official test files are not opened."""
    linked: set[str] = set()
    for name in LINKED_FILES:
        for dialogue, turn, text, before in _turns(folder / "conel" / name):
            linked.add(dialogue)
            pairs = _favourites(turn, text)
            if pairs:
                yield Example("conel", f"conel:{dialogue}", text, before, pairs)
    for name in PLAIN_FILES:
        for dialogue, _, text, before in _turns(folder / "conel" / name):
            if dialogue not in linked and 4 <= len(text.split()) <= _MOST_WORDS and not PREFERENCE.search(text):
                yield Example("conel", f"conel:{dialogue}", text, before, ())


def _turns(file: Path) -> Iterator[tuple[str, dict[str, Any], str, str | None]]:
    """The user's turns: dialogue, turn, its text, the turn before."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            dialogue = json.loads(line)
            before: str | None = None
            for turn in dialogue["turns"]:
                text = " ".join(str(turn["utterance"]).split())
                if turn["speaker"] == "USER":
                    yield str(dialogue["dialogue_id"]), turn, text, before
                else:
                    before = text


def _favourites(turn: dict[str, Any], text: str) -> tuple[tuple[str, str], ...] | None:
    named = {
        str(mark["explicit_entity_mention"])
        for mark in turn.get("personal_entity_annotations", ())
        if mark.get("explicit_entity_mention")
    }
    if not named or len(text.split()) > _MOST_WORDS or "?" in text or not _LIKING.search(text):
        return None
    if NEGATION.search(text) or OTHERS.search(text) or any(_VAGUE.search(n) for n in named):
        return None
    return in_order(text, [(_HEAD.sub("", n), "likes") for n in sorted(named)])
