"""The rule baseline for English: "I love ¤", "looking for ¤", "¤ is great"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from penchant.extract.circumstances_words import any_of, pattern
from penchant.extract.rule_model_words import TURNED, Find, cues, sureness, words

_MOST_WORDS: Final = 4
_MOST_LISTED: Final = 6
_WORD: Final = re.compile(r"[^\W_][\w'&./+-]*", re.UNICODE)
_AND: Final = re.compile(r"\s*(?:, (?:and |or )?|and |or |& |/ ?)(?=\S)", re.IGNORECASE)
_QUOTED: Final = re.compile(r"['\"]([^'\"]{2,60})['\"](?!\w)")
_CLAUSE: Final = re.compile(r"[.!?;,:\n()]|(?<!\w)(?:but|and|because|though|so)(?!\w)", re.IGNORECASE)
# A title goes on over small words: "The Lord of the Rings".
_TITLE: Final = re.compile(
    r"(?:(?:The|A|An) )?[A-Z0-9][\w'&:+-]*(?:\.(?=\w)[\w'-]+)*"
    r"(?: (?:(?:of|the|in|to|a|for|on|with|at|from|de|la|&) ){0,2}[A-Z0-9][\w'&:+-]*)*"
)
_STARTS: Final = frozenset(
    {"I", "The", "A", "An", "It", "I'm", "I've", "We", "My", "If", "So", "But", "And", "Yes", "No"}
)


def english_finds(text: str) -> list[Find]:
    """What the rules find in a text whose quotation marks are straight."""
    return [*_after(text), *_before(text)]


def _after(text: str) -> Iterator[Find]:
    """Things behind a cue; what a phrase covers ("would love to see") is no verb any more."""
    phrases = list(_phrases().finditer(text))
    for hit in phrases:
        before = _last_clause(text[max(0, hit.start() - 40) : hit.start()])
        if not _others().search(before):
            yield from _listed(text, hit.end(), _said(hit, "phrases", before), sureness()["phrase"])
    for hit in _verbs().finditer(text):
        if all(hit.end() <= phrase.start() or phrase.end() <= hit.start("cue") for phrase in phrases):
            yield from _listed(text, hit.end(), _said(hit, "verbs", hit["before"]), sureness()["verb"])


def _said(hit: re.Match[str], table: str, before: str) -> str:
    """The stance of a cue, turned round by a negation before it."""
    stance = cues("en", table)[" ".join(hit["cue"].lower().split())]
    return TURNED.get(stance, stance) if _negations().search(before) else stance


def _listed(text: str, at: int, stance: str, sure: float) -> Iterator[Find]:
    """The chunk at ``at`` and those that "," or "and" join to it."""
    for _ in range(_MOST_LISTED):
        chunk = _chunk(text, at)
        if chunk is None:
            return
        yield Find(*chunk, stance, sure)
        more = _AND.match(text, chunk[1])
        if more is None:
            return
        at = more.end() - 1


def _before(text: str) -> Iterator[Find]:
    """Things before praise or blame."""
    for hit in _praise().finditer(text):
        said = " ".join((hit["said"] or hit["act"]).lower().split())
        stance = _judgements()[said]
        if hit["negation"]:
            stance = TURNED.get(stance, "likes") if stance == "likes" else "likes"
        chunk = _name_before(text, hit.start())
        if chunk is not None:
            yield Find(*chunk, stance, sureness()["praise"])


def _chunk(text: str, at: int) -> tuple[int, int] | None:
    """The noun chunk that begins at ``at``, without articles and general last words."""
    opened = _openers().match(text, at)
    begin = opened.end() if opened else at
    while begin < len(text) and text[begin] in " ":
        begin += 1
    article = text[at:begin].rstrip()
    quoted = _QUOTED.match(text, begin)
    if quoted:
        return quoted.span(1)
    title = _TITLE.match(text, begin)
    if title and title[0] not in _STARTS:
        if article.endswith("The"):
            begin -= len("The ")
        return _without_closer(text, begin, title.end())
    end = begin
    count = 0
    for word in _WORD.finditer(text, begin):
        gap = text[end : word.start()]
        if count == _MOST_WORDS or (count and gap != " ") or (not count and gap.strip()):
            break
        if word[0].lower() in _stops():
            break
        end, count = word.end(), count + 1
    return _without_closer(text, begin, end) if count else None


def _name_before(text: str, end: int) -> tuple[int, int] | None:
    """The noun chunk that ends at ``end``, from the begin of its clause."""
    start = max((hit.end() for hit in _CLAUSE.finditer(text, max(0, end - 60), end)), default=max(0, end - 60))
    if start == end - 60 and start and text[start - 1].isalnum():
        return None
    titles = [hit for hit in _TITLE.finditer(text, max(0, end - 60), end) if hit.end() == end]
    if titles and titles[0][0] not in _STARTS and " " in titles[0][0]:
        return _worth(text, titles[0].start(), end)
    opened = _openers().match(text, start)
    begin = opened.end() if opened else start
    while begin < end and not text[begin].isalnum():
        begin += 1
    said = text[begin:end].lower().split()
    if not said or len(said) > _MOST_WORDS or any(word in _stops() for word in said):
        return None
    return _worth(text, begin, end)


def _without_closer(text: str, begin: int, end: int) -> tuple[int, int] | None:
    while end > begin and not text[end - 1].isalnum():
        end -= 1
    said = text[begin:end]
    first, _, last = said.rpartition(" ")
    while first and last.lower() in _closers():
        end = begin + len(first.rstrip(" ,"))
        said = text[begin:end]
        first, _, last = said.rpartition(" ")
    return _worth(text, begin, end)


def _worth(text: str, begin: int, end: int) -> tuple[int, int] | None:
    """The span, unless it names nothing."""
    said = text[begin:end].lower()
    return None if len(said) < 2 or said in _nothing() or said.split()[-1] in _nothing() else (begin, end)


def _last_clause(before: str) -> str:
    return _CLAUSE.split(before)[-1]


@cache
def _phrases() -> re.Pattern[str]:
    return pattern(rf"(?<![\w'])(?P<cue>{any_of(cues('en', 'phrases'))}){_behind()}")


@cache
def _verbs() -> re.Pattern[str]:
    en = words()["en"]
    before = rf"(?P<before>(?: ?{any_of([*en['adverbs'], *en['negations']])}(?= |'))*) ?"
    writer = r"(?<![\w'])(?:i|we|im)(?:'m|'ve|'d(?= [^l])|'ll| am| have| was)?(?= |')"
    start = r"(?:^|(?<=[.!?;:,] )|(?<=\n)|(?<=and )|(?<=but ))"
    return pattern(rf"(?:{writer}|{start}){before}(?P<cue>{any_of(cues('en', 'verbs'))}){_behind()}")


def _behind() -> str:
    return rf"(?![\w'-])(?: {any_of(words()['en']['gerunds']['words'])})?:?(?= )"


@cache
def _praise() -> re.Pattern[str]:
    praise = words()["en"]["praise"]
    copula = rf"(?: {any_of(praise['copulas'])}|'s)(?P<negation> not|n't)?(?: {any_of(praise['degrees'])}){{0,2}}"
    adjectives, acts = any_of([*praise["likes"], *praise["dislikes"]]), any_of([*praise["acts"], *praise["pleases"]])
    return pattern(rf"(?:{copula} (?P<said>{adjectives})|(?: (?:really|just|always))? (?P<act>{acts}))(?![\w'-])")


@cache
def _judgements() -> dict[str, str]:
    praise = words()["en"]["praise"]
    found = dict.fromkeys([*praise["likes"], *praise["pleases"]], "likes")
    return found | dict.fromkeys([*praise["dislikes"], *praise["acts"]], "dislikes")


@cache
def _openers() -> re.Pattern[str]:
    return pattern(rf"(?: ?{any_of(words()['en']['chunk']['openers'])}(?= ))+")


@cache
def _negations() -> re.Pattern[str]:
    return pattern(rf"(?<![\w']){any_of(words()['en']['negations'])}(?![\w'])")


@cache
def _others() -> re.Pattern[str]:
    return pattern(rf"(?<![\w']){any_of(words()['en']['chunk']['others'])}(?![\w'])")


@cache
def _stops() -> frozenset[str]:
    return frozenset(words()["en"]["chunk"]["stops"])


@cache
def _closers() -> frozenset[str]:
    return frozenset(words()["en"]["chunk"]["closers"])


@cache
def _nothing() -> frozenset[str]:
    return frozenset(words()["en"]["chunk"]["nothing"])
