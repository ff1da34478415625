"""What must not be recommended to a person, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode

from penchant.kg.store import Store

#: Reasons, the weightiest first: an item that has several is counted under the first.
REASONS: Final = ("unavailable", "disliked", "disliked concept", "known")


def excluded(store: Store, person: NamedNode) -> dict[str, str]:
    """Item IRI → why it must not be recommended to ``person``."""
    reasons: dict[str, str] = {}
    for row in store.rows("recommend/excluded", {"person": person}):
        item, reason = row["item"], row["reason"]
        if isinstance(item, NamedNode) and isinstance(reason, Literal):
            known = reasons.get(item.value, reason.value)
            reasons[item.value] = min(known, reason.value, key=REASONS.index)
    return reasons


def count(items: Iterable[str], reasons: Mapping[str, str]) -> dict[str, int]:
    """How many of ``items`` are excluded for each reason; every reason is named, also with 0."""
    counts = Counter(reasons[item] for item in items if item in reasons)
    return {reason: counts[reason] for reason in REASONS}
