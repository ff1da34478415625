"""The rule baseline: cue words and the words beside them, in English and Chinese, without any weights.

What people compare with, and what reads where no model can be had (``--model rules``).  It knows no grammar: ``love``
is followed by what is loved, ``不错`` ends what is good; "not" within three words before a cue turns it round.  F1 of
mention and stance, exact: .133 on the hand-written sentences, .226 on the public ones, against .657 and .609 of the
shipped model.  Words are in ``rule_model.toml``.  Confidence is :data:`CONFIDENCE` for every mention.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from penchant.extract.answer import written
from penchant.extract.language_model import DECODED, Mention, Passage, Reply

FILE: Final = Path(__file__).with_suffix(".toml")
#: Said of every mention.
CONFIDENCE: Final = 0.5
_TURNED: Final[Mapping[str, str]] = {
    "likes": "dislikes",
    "dislikes": "likes",
    "wants": "dislikes",
    "interested": "dislikes",
}
_WORD: Final = re.compile(r"[A-Za-z0-9]+(?:['’.-][A-Za-z0-9]+)*|[^\sA-Za-z0-9]")
_CLAUSE: Final = re.compile(r"[^，。！？；、,.!?;:：~～\s]+")
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_MOST_WORDS: Final = 5
_MOST_CHARACTERS: Final = 10

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Words:
    """One language's words: cues as pattern and stance by cue, before and after the mention, and the small words."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    stance_before: Mapping[str, str]
    stance_after: Mapping[str, str]
    negations: tuple[str, ...]
    openers: frozenset[str]
    closers: frozenset[str]
    empty: frozenset[str]


class RuleModel:
    """A :class:`penchant.extract.language_model.LanguageModel` made of rules.  The same text, the same mentions."""

    @property
    def fingerprint(self) -> str:
        """Changes with the words and this file's version."""
        return f"rules/{hashlib.sha256(FILE.read_bytes()).hexdigest()[:12]}/1"

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """Read every passage; the context is not looked at."""
        return [self._read(passage.text) for passage in passages]

    def _read(self, text: str) -> Reply:
        found: dict[Span, str] = {}
        rules = _chinese if _CHINESE.search(text) else _english
        for start, end, stance in rules(text):
            if not any(start < e and s < end for s, e in found):
                found[start, end] = stance
        mentions = tuple(Mention(text[s:e], s, e, stance, CONFIDENCE) for (s, e), stance in sorted(found.items()))
        return Reply(written([(m.quote, m.stance) for m in mentions]), mentions, DECODED)


def _english(text: str) -> Iterator[tuple[int, int, str]]:
    words = _words("english")
    low = text.lower().replace("’", "'")
    if len(low) != len(text):  # a letter that has another length in small letters: offsets would be wrong
        low = text
    for cue in words.before.finditer(low):
        stance = _turned(words.stance_before[cue[0]], low[: cue.start()], words)
        for start, end in _objects(low, cue.end(), words):
            yield start, end, stance
    for cue in words.after.finditer(low):
        stance = _turned(words.stance_after[cue[0]], low[: cue.start()], words)
        if span := _subject(low, cue.start(), words):
            yield *span, stance


def _objects(low: str, at: int, words: _Words) -> Iterator[Span]:
    """What follows a cue: chunks of words, more of them after a comma or "and" as long as nothing else comes."""
    chunk: list[re.Match[str]] = []
    opening = True
    for word in _WORD.finditer(low, at):
        said = word[0]
        if opening and said in words.openers:
            continue
        opening = False
        joins = said in {",", "and", "or", "&"}
        if said in words.closers or not said[0].isalnum() or len(chunk) == _MOST_WORDS:
            if span := _span(chunk, words):
                yield span
            if not joins or not chunk:
                return
            chunk, opening = [], True
        else:
            chunk.append(word)
    if span := _span(chunk, words):
        yield span


def _subject(low: str, at: int, words: _Words) -> Span | None:
    """What comes before a cue: the words back to the last that cannot be part of it."""
    chunk: list[re.Match[str]] = []
    for word in reversed(list(_WORD.finditer(low, max(0, at - 80), at))):
        if word[0] in words.closers or not word[0][0].isalnum() or len(chunk) == _MOST_WORDS:
            break
        chunk.insert(0, word)
    while chunk and chunk[0][0] in words.openers:
        del chunk[0]
    return _span(chunk, words)


def _span(chunk: Sequence[re.Match[str]], words: _Words) -> Span | None:
    if not chunk or all(word[0] in words.empty or word[0] in words.openers for word in chunk):
        return None
    return chunk[0].start(), chunk[-1].end()


def _turned(stance: str, before: str, words: _Words) -> str:
    near = re.split(r"[.!?;,]", before)[-1].split()[-3:]
    return _TURNED.get(stance, stance) if any(word in words.negations for word in near) else stance


def _chinese(text: str) -> Iterator[tuple[int, int, str]]:
    words = _words("chinese")
    for clause in _CLAUSE.finditer(text):
        said, offset = clause[0], clause.start()
        if cue := words.before.search(said):
            stance = _negated(words.stance_before[cue[0]], said[: cue.start()], words)
            if span := _characters(said, cue.end(), len(said), words):
                yield span[0] + offset, span[1] + offset, stance
        elif cue := words.after.search(said):
            stance = _negated(words.stance_after[cue[0]], said[: cue.start()], words)
            end = cue.start() - next((len(n) for n in words.negations if said[: cue.start()].endswith(n)), 0)
            if span := _characters(said, 0, end, words):
                yield span[0] + offset, span[1] + offset, stance


def _characters(said: str, start: int, end: int, words: _Words) -> Span | None:
    """The characters from ``start`` up to the first closer, without openers and degree words at their edges."""
    moved = True
    while moved:
        moved = False
        for opener in words.openers | words.closers:
            if said.startswith(opener, start, end):
                start += len(opener)
                moved = True
    stops = [at for closer in words.closers if (at := said.find(closer, start, end)) > start]
    end = min([end, *stops])
    while end > start and said[end - 1] in "很太真挺好非常最":
        end -= 1
    quote = said[start:end]
    return (start, end) if 1 < len(quote) <= _MOST_CHARACTERS and quote not in words.empty else None


def _negated(stance: str, before: str, words: _Words) -> str:
    return _TURNED.get(stance, stance) if before.endswith(words.negations) else stance


@cache
def _words(language: str) -> _Words:
    held: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))[language]
    before, after = ({cue: s for s, cues in held[side].items() for cue in cues} for side in ("before", "after"))
    return _Words(
        before=_any(before, language),
        after=_any(after, language),
        stance_before=before,
        stance_after=after,
        negations=tuple(held["negations"]),
        openers=frozenset(held["openers"]) | frozenset(held.get("verbs", ())),
        closers=frozenset(held["closers"]),
        empty=frozenset(held["empty"]),
    )


def _any(cues: Mapping[str, str], language: str) -> re.Pattern[str]:
    longest_first = "|".join(re.escape(cue) for cue in sorted(cues, key=lambda cue: (-len(cue), cue)))
    return re.compile(rf"(?<![\w'])(?:{longest_first})(?![\w'])" if language == "english" else longest_first)
