"""Where what did not come among the first ten was lost: extraction, linking, candidates or ranking.

Each loss is put down to the first part whose ideal would have saved it:

* *extraction*: ranked from human labels beside what was read, it would have been among the first ten;
* *linking*: the same where words that were read, but linked to nothing or to something strange, are among the labels;
* *candidates*: it is not among the first five hundred of any member: nothing that is known leads to it;
* *ranking*: it was there, and other things were put above it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from penchant.road.ranks import Answer

DEPTH: Final = 10
PARTS: Final = ("extraction", "linking", "candidates", "ranking")


def losses(
    read: Sequence[Answer],
    ideal: Sequence[Answer],
    linked: Sequence[Answer],
    reached: Mapping[tuple[int, str], bool],
) -> dict[str, float]:
    """Shares of the new items that were lost, by part; with ``found`` they sum to 1.

    Args:
        read: answers from what was read.
        ideal: answers where human labels are known too.
        linked: answers where what was read is linked as the labels are.
        reached: (case, item) → whether any member puts it among its first five hundred.
    """
    saved = {(a.case, a.item) for a in ideal if a.place < DEPTH}
    by_links = {(a.case, a.item) for a in linked if a.place < DEPTH}
    found: Counter[str] = Counter()
    for one in read:
        if not one.new:
            continue
        key = (one.case, one.item)
        if one.place < DEPTH:
            found["found"] += 1
        elif key in by_links:
            found["linking"] += 1
        elif key in saved:
            found["extraction"] += 1
        elif not reached.get(key, False):
            found["candidates"] += 1
        else:
            found["ranking"] += 1
    total = sum(found.values())
    return {part: round(found[part] / total, 4) for part in ("found", *PARTS)} if total else {}
