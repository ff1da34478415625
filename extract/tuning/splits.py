"""Which conversation may train and which only measures."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from penchant.extract.tuning.example import Example

Part = Literal["train", "dev", "test"]
#: Of 100 conversations: the first go to development, those up to the second number to test.
_DEV: Final = 5
_TEST: Final = 12


def part_of(conversation: str) -> Part:
    """The split of a conversation: decided by its identifier alone, so it never moves.

    ``dev`` chooses (when to stop, thresholds, calibration), ``test`` only measures.  Official tests count as ``test``
    too, whatever this says: see :func:`official_tests`.
    """
    bucket = int(hashlib.sha256(conversation.encode()).hexdigest(), 16) % 100
    return "dev" if bucket < _DEV else "test" if bucket < _TEST else "train"


def split(examples: Iterable[Example]) -> dict[Part, list[Example]]:
    """Divide examples by conversation."""
    parts: dict[Part, list[Example]] = {"train": [], "dev": [], "test": []}
    for example in examples:
        parts[part_of(example.conversation)].append(example)
    return parts


def official_tests(folder: Path) -> set[str]:
    """Conversations and writers of those official test files of ReDial, LAPS and ConEL-2 that are there.

    Only identifiers are used. IARD annotates some of ReDial's test conversations, and some writers of LAPS's test
    files wrote training sessions too, so leaving the files themselves out is not enough.
    """
    found: set[str] = set()
    redial = folder / "redial" / "test_data.jsonl.xz"
    if redial.is_file():
        with lzma.open(redial, "rt", encoding="utf-8") as rows:
            found = {f"redial:{json.loads(row)['conversationId']}" for row in rows}
    for name in ("movie_test.jsonl", "recipe_test.jsonl"):
        if (folder / "laps" / name).is_file():
            with (folder / "laps" / name).open(encoding="utf-8") as users:
                found |= {f"laps:{json.loads(user)['worker_id']}" for user in users}
    for test in (folder / "conel").glob("ConEL22_*_Test.jsonl"):
        with test.open(encoding="utf-8") as dialogues:
            found |= {f"conel:{json.loads(dialogue)['dialogue_id']}" for dialogue in dialogues}
    return found
