"""Which conversation may train and which only measures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

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
