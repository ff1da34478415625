"""What a writer takes back in the same text: "a comedy, no wait, a thriller", "I meant Aliens, not Alien"; English.

A rule over the words between two mentions that follow each other.  The words are in ``corrections.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from penchant.extract.circumstances_scene import OTHER, masked
from penchant.extract.circumstances_words import any_of, pattern
from penchant.extract.vocabulary import vocabulary

FILE: Final = Path(__file__).with_suffix(".toml")

Place = tuple[int, int]


def taken_back(text: str, mentions: Sequence[Place]) -> set[Place]:
    """Those of ``mentions`` that the writer corrects.

    Args:
        text: the text as read.
        mentions: spans of all its mentions.
    """
    rules = _rules()
    spans = sorted(set(mentions))
    covered = masked(text, spans)
    found = set()
    for first, second in pairwise(spans):
        between = covered[first[1] : second[0]]
        before = covered[: first[0]]
        if rules["turn"].fullmatch(between) or (rules["not"].search(before) and rules["meant"].fullmatch(between)):
            found.add(first)
        elif rules["means"].search(before) and rules["but not"].fullmatch(between):
            found.add(second)
    return found


@cache
def _rules() -> dict[str, re.Pattern[str]]:
    words = vocabulary(FILE)
    turn = rf"(?:{any_of(words['turns'])}|{any_of(words['alone'])}(?=,))"
    pause = r"[\s,.;:!–—-]*"
    opened = r"(?:[\"“'(]|an? |the |some )?"
    on = rf"(?:(?:{any_of(words['goes_on'])})\s?{pause})?{opened}"
    means = rf"(?<![\w'{OTHER}]){any_of(words['means'])}"
    return {
        "turn": pattern(
            rf"[\"”')]?(?:[\s]*[,.;:!–—-]+\s*|\s+)(?:(?:and|oh|ah|um|uh|but|well),? )?{turn}(?!\w){pause}{on}"
        ),
        "not": pattern(rf"(?<![\w']){any_of(words['nots'])} {opened}$"),
        "meant": pattern(rf"[\"”')]?{pause}{means} {opened}"),
        "means": pattern(rf"{means} {opened}$"),
        "but not": pattern(rf"[\"”')]?{pause}{any_of(words['nots'])} {opened}"),
    }
