"""The rule baseline for Chinese: "我喜欢¤", "想看¤", "¤很好看"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from penchant.extract.circumstances_words import any_of
from penchant.extract.rule_model_words import TURNED, Find, sureness, words

_MOST: Final = 10
_STANCES: Final = ("likes", "dislikes", "wants", "interested", "neutral")
_NAMED: Final = re.compile(r"[《“\"]([^》”\"]{1,30})[》”\"]")
# What a name may be made of; a dash or a number belongs to it ("X70 Pro+").
_RUN: Final = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·+\-. ]+")


def chinese_finds(text: str) -> list[Find]:
    """What the rules find in a Chinese text."""
    return [*_after(text), *_before(text)]


def _after(text: str) -> Iterator[Find]:
    for hit in _cues().finditer(text):
        if _others().search(text, max(0, hit.start() - 3), hit.start()):
            continue
        stance = _stance(hit["cue"])
        if _negations().search(text, max(0, hit.start() - 3), hit.start()):
            stance = TURNED[stance]
        if chunk := _chunk(text, hit.end()):
            yield Find(*chunk, stance, sureness()["chinese"])


def _before(text: str) -> Iterator[Find]:
    good = frozenset(words()["zh"]["good"])
    for hit in _praise().finditer(text):
        stance = "likes" if hit["said"] in good else "dislikes"
        if hit["negation"]:
            stance = "dislikes" if stance == "likes" else "neutral"
        runs = [run for run in _RUN.finditer(text, max(0, hit.start() - 40), hit.start()) if run.end() == hit.start()]
        named = text[: hit.start()].endswith(("》", "”"))
        if named:
            opened = max(text.rfind("《", 0, hit.start()), text.rfind("“", 0, hit.start()))
            if opened >= 0 and hit.start() - opened < 34:
                yield Find(opened + 1, hit.start() - 1, stance, sureness()["chinese"])
        elif runs and (chunk := _trimmed(text, runs[0].start(), hit.start())):
            yield Find(*chunk, stance, sureness()["chinese"])


def _chunk(text: str, at: int) -> tuple[int, int] | None:
    opened = _openers().match(text, at)
    begin = opened.end() if opened else at
    if named := _NAMED.match(text, begin):
        return named.span(1)
    run = _RUN.match(text, begin)
    return _trimmed(text, begin, run.end()) if run else None


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int] | None:
    """The span without general words at both ends; None if it is too long to be a name, or names nothing."""
    while opened := _openers().match(text, begin, end):
        begin = opened.end()
    while closed := _closers().search(text, begin, end):
        end = closed.start()
    while begin < end and text[begin] == " ":
        begin += 1
    while end > begin and text[end - 1] == " ":
        end -= 1
    said = text[begin:end]
    long = sum(c > "\u3000" for c in said) > _MOST or len(said) > 3 * _MOST
    return None if not said or long or said in words()["zh"]["nothing"] else (begin, end)


@cache
def _stances() -> dict[str, str]:
    return {cue: stance for stance in _STANCES for cue in words()["zh"][stance]}


def _stance(cue: str) -> str:
    return _stances()[cue]


@cache
def _cues() -> re.Pattern[str]:
    return re.compile(rf"(?P<cue>{any_of(_stances())})")


@cache
def _praise() -> re.Pattern[str]:
    zh = words()["zh"]
    return re.compile(
        rf"(?P<negation>不|没)?{any_of(zh['degrees'])}{{0,3}}(?P<said>{any_of([*zh['good'], *zh['bad']])})"
    )


@cache
def _negations() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words()['zh']['negations'])}\w?$")


@cache
def _others() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words()['zh']['others'])}[也很都]?$")


@cache
def _openers() -> re.Pattern[str]:
    return re.compile(rf"\s*{any_of(words()['zh']['openers'])}\s*")


@cache
def _closers() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words()['zh']['closers'])}\s*$")
