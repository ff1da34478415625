"""Which conversation may train and which only measures."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterable
from pathlib import Path

from penchant.extract.tuning.example import Example

_DEV_SHARE = 12  # of 100


def is_dev(conversation: str) -> bool:
    """Whether a conversation is in the development split: decided by its identifier alone, so it never moves."""
    return int(hashlib.sha256(conversation.encode()).hexdigest(), 16) % 100 < _DEV_SHARE


def split(examples: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    """Divide examples into (training, development) by conversation."""
    train: list[Example] = []
    dev: list[Example] = []
    for example in examples:
        (dev if is_dev(example.conversation) else train).append(example)
    return train, dev


def official_tests(folder: Path) -> set[str]:
    """Conversations and writers of the official test files of ReDial and LAPS; only their identifiers are used.

    IARD annotates some of ReDial's test conversations, and some writers of LAPS's test files wrote training sessions
    too, so leaving the files themselves out is not enough.
    """
    with lzma.open(folder / "redial" / "test_data.jsonl.xz", "rt", encoding="utf-8") as rows:
        found = {f"redial:{json.loads(row)['conversationId']}" for row in rows}
    for name in ("movie_test.jsonl", "recipe_test.jsonl"):
        with (folder / "laps" / name).open(encoding="utf-8") as users:
            found |= {f"laps:{json.loads(user)['worker_id']}" for user in users}
    return found
