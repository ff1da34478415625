"""What the writer says they have done with a thing: "I've seen it", "买了": local names of behaviour kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from penchant.extract.circumstances_scene import OTHER, THIS, Scene
from penchant.extract.circumstances_words import any_of, pattern, whole, words

#: How far behind a mention the pronoun may stand that means it.
_FAR: Final = 120
_BREAKS: Final = re.compile(r"[.!?]+(?=\s|$)|[。！？\n]")
_QUESTION: Final = re.compile(r"[^.!?。！？\n]{0,40}[?？]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name after a cue: ``text[start:end]``, and what was done with it."""

    start: int
    end: int
    kind: str


def deed(scene: Scene) -> str:
    """Local name of the kind of behaviour that the writer says they have done with the mention; empty if none."""
    if scene.chinese and (kind := _chinese_deed(scene)):
        return kind
    for kind, rules in _english().items():
        for rule in ("object", "relative"):
            hit = rules[rule].search(scene.text, *scene.sentence)
            if hit and _is_told(scene.text, hit):
                return kind
        hit = rules["pronoun"].search(scene.text, scene.end, scene.end + _FAR) if scene.named else None
        if hit and _is_told(scene.text, hit) and _goes_on(scene.text[scene.end : hit.start()]):
            return kind
    return ""


def names(covered: str, start: int, end: int) -> Iterator[Name]:
    """Names after a cue in ``[start, end)`` of a masked text, that no mention covers: "I have seen Inception."."""
    for kind, rules in _english().items():
        for hit in rules["name"].finditer(covered, start, end):
            if _is_told(covered, hit):
                first, last = hit.span("quoted" if hit["quoted"] else "name")
                yield Name(first, last, kind)
    for kind, chinese in _chinese().items():
        for hit in chinese["name"].finditer(covered, start, end):
            if not _asked(covered, hit.end()):
                yield Name(*hit.span("quoted" if hit["quoted"] else "name"), kind)


def _is_told(text: str, hit: re.Match[str]) -> bool:
    """Whether it is neither asked nor doubted, nor wished for."""
    if _asked(text, hit.end()):
        return False
    breaks = [b.end() for b in _BREAKS.finditer(text, max(0, hit.start() - _FAR), hit.start())]
    before = text[breaks[-1] if breaks else max(0, hit.start() - _FAR) : hit.start()]
    return _doubts().search(re.split(r"[,;:]| but | and ", before)[-1]) is None


def _asked(text: str, end: int) -> bool:
    """Whether the sentence goes on to a question mark without a comma or another clause."""
    hit = _QUESTION.match(text, end)
    return hit is not None and "," not in hit[0] and "，" not in hit[0]


def _goes_on(between: str) -> bool:
    """Whether what stands between a mention and a pronoun leaves the pronoun to mean it."""
    if OTHER in between or len(_BREAKS.findall(between)) > 1:
        return False
    return all(word in _openings() for word in re.findall(r"(?<![\w'])[A-Z][\w']*", between))


@cache
def _english() -> dict[str, dict[str, re.Pattern[str]]]:
    en = words()["deeds"]["en"]
    adverbs = rf"(?: {any_of(en['adverbs'])}){{0,3}}"
    filler = rf"(?:{OTHER}+(?:,? and|,)? |(?!{any_of(en['stops'])}(?!\w))[\w'-]+,? ){{0,4}}"
    not_it = rf"(?!'?\s*{any_of(en['not_it'])}(?!\w))"
    begin = r"(?:(?<=^)|(?<=[.!?\n] )|(?<=but )|(?<=and ))"
    elided = rf"{begin}(?:{any_of(en['adverbs'])} )?(?={any_of(en['elided'])})"
    subject = rf"(?:(?<![\w'])(?:i|we)(?:'ve|'d| have| had| did)?(?: not only)?{adverbs} |{elided})"
    small = r"of|the|and|in|to|a|for|on|with|at|from|de|la|vs?\.?|&"
    title = (
        r"(?P<name>(?-i:(?:(?:The|A|An) )?(?!(?:I|It|We|The|That|This|And|But)\b)(?:[A-Z]|\d{2,})[\w'&:-]*"
        rf"(?: (?:{small})(?: the| a)? [A-Z][\w'&:-]*| [A-Z0-9][\w'&:-]*)*)(?<!:))(?![\w'])"
        # Not the first part of a longer name: "Crazy, Stupid, Love", "Dr. Dolittle", "Batman v Superman".
        r"(?!\.[A-Z])(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bSt)(?!(?-i:[:,]? [A-Z0-9]| [a-z]{1,3} [A-Z]))"
    )
    kinds = r"(?:(?-i:the|a|an|this|that|my|our|both) )?(?:(?-i:new|old|first|original) )?"
    kinds += rf"(?:(?-i:{any_of(en['kinds_of_thing'])}) )?"
    found: dict[str, dict[str, re.Pattern[str]]] = {}
    for kind, verbs in en["kinds"].items():
        verb = rf"{any_of(verbs)}(?!\w)"
        ends = ""
        if kind in en["having"]:
            ends = r"(?=[.,!?;]|$| and | but | which )"  # no "I have a Twitter account"
            verb = rf"(?:{verb}|{any_of(en['having'][kind])}(?= (?:an?|the|two|three|both|this|these|{OTHER})(?!\w)))"
        found[kind] = {
            "object": pattern(rf"{subject}{verb} {filler}[\"“'《]?{THIS}+{not_it}"),
            "relative": pattern(
                rf"{THIS}[\"”']?,? (?:(?:that|which) )?i(?:'ve| have|'d| had)?{adverbs} {any_of(verbs)}(?!\w)"
                rf"(?! (?:{any_of(en['pronouns'])}|an?|the|my)(?!\w))"
            ),
            "pronoun": pattern(rf"{subject}{any_of(verbs)} {any_of(en['pronouns'])}(?!\w)"),
            "name": pattern(
                rf"{subject}{verb} {kinds}(?:[\"“](?P<quoted>[^\"“”{OTHER}]{{2,60}})[\"”]|{title}){not_it}{ends}"
            ),
        }
    return found


@cache
def _doubts() -> re.Pattern[str]:
    return pattern(whole(words()["deeds"]["en"]["doubts"]))


@cache
def _openings() -> frozenset[str]:
    return frozenset(words()["deeds"]["en"]["openings"])


def _chinese_deed(scene: Scene) -> str:
    text = scene.text
    if "？" in text[scene.end : scene.sentence[1] + 1] or _chinese_question().search(text, *scene.clause):
        return ""
    for kind, rules in _chinese().items():
        hit = rules["object"].search(text, *scene.sentence) or rules["topic"].search(text, *scene.sentence)
        if hit is None or _others().search(text, *scene.clause):
            continue
        first = max(scene.sentence[0], hit.start("deed") - 4)
        if _not_done().search(text, first, hit.start("deed")) is None:
            return kind
    return ""


@cache
def _chinese() -> dict[str, dict[str, re.Pattern[str]]]:
    zh = words()["deeds"]["zh"]
    filler = rf"{any_of(zh['fillers'])}{{0,3}}(?:{OTHER}+[、和,，])*"
    already = any_of(zh["already"])
    before = rf"(?:(?<=[，。！,\s])|^|我)(?:{already})*"
    found: dict[str, dict[str, re.Pattern[str]]] = {}
    for kind, verbs in zh["kinds"].items():
        deed_ = rf"(?P<deed>{any_of(verbs)})"
        found[kind] = {
            "object": pattern(rf"{deed_}{filler}[《“\"]?{THIS}"),
            "topic": pattern(
                rf"{THIS}+[》”\"]?(?:{any_of(zh['fillers'])})?[，, ]?我?(?:{already})*"
                rf"{deed_}(?=了|过|[，。！,!]|{any_of(zh['times'])}|$|\s)"
            ),
            "name": pattern(
                rf"{before}(?P<deed>{any_of(verbs)}){any_of(zh['fillers'])}{{0,2}}[《](?P<quoted>[^》{OTHER}]{{1,30}})》"
                rf"(?![\w\u4e00-\u9fff]*吗)(?P<name>(?!))?"
            ),
        }
    return found


@cache
def _not_done() -> re.Pattern[str]:
    return pattern(rf"{any_of(words()['deeds']['zh']['before'])}(?:有|曾|能)?\w?$")


@cache
def _others() -> re.Pattern[str]:
    zh = words()["deeds"]["zh"]["others"]
    return pattern(rf"{any_of([*zh, *words()['people']['zh']['kin']])}")


@cache
def _chinese_question() -> re.Pattern[str]:
    return pattern(rf"{any_of(words()['deeds']['zh']['questions'])}$")
