"""The condition on what is wanted: "under 100 euros", "without nuts", "that works offline"; English.

A rule over the words behind the mention, in the same sentence.  The words are in ``conditions.toml``;
``docs/understanding.md`` says what counts as a condition, and how well it is found.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from penchant.extract.circumstances_scene import OTHER, THIS, Scene
from penchant.extract.circumstances_words import any_of, pattern, whole
from penchant.extract.vocabulary import vocabulary

FILE: Final = Path(__file__).with_suffix(".toml")

Place = tuple[int, int]

#: Words that may stand between a mention and its proviso: "any novel will do as long as …".
_FAR: Final = 5
#: A thing that is not open to conditions of its kind: it has a name, or is known already.
_DEFINITE: Final = re.compile(r"(?:the|my|your|his|her|our|their|this|that|these|those)(?!\w)", re.IGNORECASE)
_CAPITAL: Final = re.compile(r"(?<!\w)[A-Z]")


def condition(scene: Scene, quote: str, stance: str) -> Place | None:
    """Where the condition stands that the text puts on the mention, if it is wanted under one.

    Args:
        scene: the mention.
        quote: its words.
        stance: word of its stance; what is liked or disliked has no condition.
    """
    if scene.chinese or stance not in vocabulary(FILE)["stances"]:
        return None
    rules = _rules()
    before = rules["first"].match(scene.text, *scene.sentence)
    if before and before.end() <= scene.start:
        return before.span("said")
    fixed = _DEFINITE.match(quote) is not None or _is_name(scene, quote)
    hit = rules["fixed" if fixed else "open"].match(scene.text, scene.end, scene.sentence[1])
    return _place(scene.text, hit) if hit else None


def _is_name(scene: Scene, quote: str) -> bool:
    """Whether it is written as a name; a capital at the start of a sentence shows nothing."""
    opens = scene.start == scene.sentence[0] or not scene.text[scene.sentence[0] : scene.start].strip(" \"'“(")
    return _CAPITAL.search(quote, 1 if opens else 0) is not None


def _place(text: str, hit: re.Match[str]) -> Place | None:
    start, end = hit.span("said")
    stop = _rules()["ends"].search(text, start, end)
    said = text[start : stop.start() if stop else end].rstrip(" ,-\"'")
    return (start, start + len(said)) if said else None


@cache
def _rules() -> dict[str, re.Pattern[str]]:
    words = vocabulary(FILE)
    number = rf"(?:[$€£¥]?\d|{any_of(words['numbers'])}(?!\w))"
    limit = rf"{any_of(words['limits'])} (?:{number}|{any_of(words['reaches'])}(?!\w))"
    size = r"sizes? \d"
    company = rf"(?!{any_of(words['company'])}(?!\w))"
    compared = rf"(?:{any_of(words['negatives'])} )?{any_of(words['comparatives'])} than "
    proviso = rf"{any_of(words['provisos'])} (?!{any_of(words['not_provisos'])}(?!\w))"
    wish = rf"{any_of(words['wishes'])} "
    look = rf"(?:{any_of(words['looks'])} )?{any_of([*words['colours'], *words['languages'], *words['forms']])}"
    # "that works offline", "that I can wash": what holds of the thing, and not whose it is.
    other = rf"{any_of(words['not_present'])}(?![\w'])|(?-i:[A-Z])|\w+ed\W"
    verb = rf"(?:{any_of(words['told'])}|(?!{other})[\w']{{2,}})(?![\w'])"
    able = rf"{any_of(words['able_people'])} {any_of(words['able'])} "
    relative = rf"(?-i:that|which|who)(?: {any_of(words['adverbs'])})? (?:{able}|{verb})"
    nothing = rf"nothing (?!{any_of(words['not_nothing'])}(?!\w))\w"
    excluded = rf"no (?!{any_of(words['not_no'])}(?!\w))\w|{nothing}|not (?:an?|the|one)(?!\w)"
    outer = rf"(?:[\w'$€£-]+ ){{0,4}}{any_of(words['outer'])}(?=[.,!?;]|$)"
    anywhere = [limit, size, compared, proviso, wish, rf"in {look}(?!\w)", rf"{any_of(words['degrees'])} \w"]
    of_kind = [
        rf"(?:with|without) {company}[\w{OTHER}]",
        rf"on {any_of(words['media'])}(?!\w)",
        rf"{any_of(words['places'])} \w",
        rf"from {any_of(words['times'])} (?:\d|\w+)",
        r"from (?:\d|(?-i:[A-Z]))",
        rf"{any_of(words['participles'])}(?!\w)",
        r"\w+ enough (?:to|for) ",
        relative,
    ]
    of_kind = [rf"(?:only )?{head}" for head in of_kind]
    listed = rf"(?<=[,–-] )(?:{excluded}|{outer})|(?<=but )(?:{excluded})"
    anywhere.append(listed)
    # A dash or comma, a linking word, then the condition up to where the sentence goes on to something else.
    gap = rf"{THIS}*[\"'”)]?(?: ?[,–-])?(?: {any_of(words['links'])},?)? "
    # "a present for my aunt under 20 euros"
    far = rf"{THIS}* for (?:{any_of(words['company'])} )?\w+"
    body = r"[^.!?;,\n]*(?:\.\d[^.!?;,\n]*)?"

    def after(heads: list[str]) -> re.Pattern[str]:
        later = rf"{THIS}*(?: [\w']+){{1,{_FAR}}},? (?={proviso})"
        return pattern(rf"(?:{gap}|{far}{gap}|{later})(?P<said>(?:{'|'.join(heads)}){body})")

    return {
        "open": after([*anywhere, *of_kind]),
        "fixed": after(anywhere),
        "first": pattern(rf"(?P<said>if (?:it|they|there)(?!\w)[^.!?;,{OTHER}{THIS}]*),"),
        "ends": pattern(rf"(?:^|(?<=\s)|,\s*)(?:{whole(words['ends'])}|(?:and|or) {OTHER})"),
    }
