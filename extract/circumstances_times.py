"""When an attitude held that the text puts into the past: "I loved it in 2019", "三年前很喜欢"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from penchant.extract.circumstances_scene import Scene
from penchant.extract.circumstances_words import any_of, pattern, whole, words

_POLARITY = {"likes": 1, "wants": 1, "interested": 1, "dislikes": -1}
_DAYS = {"day": 1, "week": 7, "天": 1, "周": 7, "个星期": 7, "星期": 7}
_MONTHS = {"month": 1, "year": 12, "个月": 1, "年": 12}
#: How far a Chinese mention may stand from the verb whose object it is.
_NEAR = 12
_SEASONS = {"spring": 4, "summer": 7, "autumn": 10, "fall": 10, "winter": 1, "christmas": 12}


@dataclass(frozen=True, slots=True)
class _Rules:
    """Patterns of one language; ``dated`` has the groups year, month, number, unit and last."""

    dated: re.Pattern[str]
    long_ago: re.Pattern[str]
    still: re.Pattern[str]


def held_at(scene: Scene, stance: str, written: datetime, half_life_days: float) -> datetime | None:
    """When the attitude held, or None if it holds when the text is written or no time is told.

    A year, month or season stands for its middle.  A past without a date ("when I was a kid", "used to") stands for
    one half-life before the text: it then counts half.  The answer is never after ``written``.

    Args:
        scene: the mention.
        stance: word of the stance; empty where only an experience is told.
        written: when the text was written.
        half_life_days: of the stance.
    """
    long_ago = written - timedelta(days=half_life_days)
    stretch = _stretch(scene)
    sign = _POLARITY.get(stance, 0)
    if stretch is None or (sign and _says(scene, -sign) and not _says(scene, sign)):
        return None  # the clause puts the opposite into the past; this attitude is the news
    if not scene.chinese and (hit := _used_to().search(scene.text, stretch[0], scene.start)):
        changed = sign * (1 if hit["fond"] else -1 if hit["averse"] else 0)
        return long_ago if changed > 0 or not (hit["fond"] or hit["averse"]) else None
    rules = _chinese() if scene.chinese else _english()
    if rules.still.search(scene.text, *stretch) or not (scene.chinese or not stance or _lies_in_past(scene)):
        return None
    for hit in rules.dated.finditer(scene.text, *stretch):
        if _is_of_the_person(scene, hit):
            return _moment(hit, written)
    hit = next((h for h in rules.long_ago.finditer(scene.text, *stretch) if _is_of_the_person(scene, h)), None)
    return long_ago if hit else None


def opposite_before(
    scene: Scene, stance: str, written: datetime, half_life_days: Callable[[str], float]
) -> tuple[str, datetime] | None:
    """The opposite attitude that the clause puts into the past, with its time: "I loved ¤ in 2019" of one who is bored.

    Args:
        scene: the mention.
        stance: word of the stance that is shown to it now.
        written: when the text was written.
        half_life_days: of a stance, by its word.
    """
    sign = _POLARITY.get(stance, 0)
    if not sign or not _says(scene, -sign) or _says(scene, sign):
        return None
    before = "dislikes" if sign > 0 else "likes"
    at = held_at(scene, before, written, half_life_days(before))
    return (before, at) if at else None


def _says(scene: Scene, sign: int) -> bool:
    """Whether the clause says an attitude of this sign in the past, and does not deny it."""
    fond, negated = _verdicts(scene.chinese, sign)
    hit = fond.search(scene.text, *scene.clause)
    return hit is not None and not negated.search(scene.text, max(scene.clause[0], hit.start() - 12), hit.start())


def _stretch(scene: Scene) -> tuple[int, int] | None:
    """The clause, with the one before it if that is nothing but a time: "When I was a kid, I loved ¤"."""
    first, last = scene.clause
    lead = scene.text[slice(*scene.lead)]
    rules = _chinese() if scene.chinese else _english()
    for rule in (rules.dated, rules.long_ago):
        hit = rule.search(lead)
        if hit and len(lead.strip()) - len(hit[0].strip()) <= (2 if scene.chinese else 12):
            first = scene.lead[0]
    return first, last


def _lies_in_past(scene: Scene) -> bool:
    """Whether the clause speaks of an attitude in the past, and of none now."""
    past, present = _tenses()
    return bool(past.search(scene.text, *scene.clause)) and not present.search(scene.text, *scene.clause)


def _is_of_the_person(scene: Scene, hit: re.Match[str]) -> bool:
    """Whether the time is when the person felt it, and not when the thing was made."""
    if scene.chinese:
        if hit.end() < len(scene.text) and scene.text[hit.end()] == "的":
            return False
        attitude = _attitudes().search(scene.text, hit.end(), max(scene.clause[1], hit.end()))
        if attitude is None or max(scene.start - attitude.end(), attitude.start() - scene.end) > _NEAR:
            return False
        return "的" not in scene.text[hit.end() : attitude.start()].removeprefix("的时候")
    before = scene.text[max(0, hit.start() - 28) : hit.start()]
    return _made().search(before) is None


def _moment(hit: re.Match[str], written: datetime) -> datetime | None:
    said = hit.groupdict()
    if said["year"]:
        month = _months().get((said["month"] or "").lower())
        year = int(said["year"])
        first = datetime(year, month or 1, 1, tzinfo=UTC)
        days = monthrange(year, month)[1] if month else 365
        return _middle(first, days, written)
    if said["unit"]:
        unit, number = said["unit"].lower().removesuffix("s"), _number(said["number"])
        if unit in _MONTHS:
            return _months_before(written, round(number * _MONTHS[unit]))
        return written - timedelta(days=number * _DAYS[unit])
    return _last(said["last"].lower(), written)


def _last(word: str, written: datetime) -> datetime | None:
    """``last year``, ``last summer``, ``去年`` …: the middle of it."""
    year = written.year
    back = {"year": 1, "去年": 1, "前年": 2, "大前年": 3}.get(word)
    if back:
        return _middle(datetime(year - back, 1, 1, tzinfo=UTC), 365, written)
    if word in _SEASONS:
        moment = datetime(year, _SEASONS[word], 15, tzinfo=UTC)
        return moment if moment < written - timedelta(days=30) else moment.replace(year=year - 1)
    if word in ("month", "上个月", "上月"):
        return _months_before(written, 1)
    return written - timedelta(days=1 if word == "昨天" else 7)


def _months_before(moment: datetime, months: int) -> datetime | None:
    """The same day so many months before, or the last day of that month; None before the year 1."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    if year < 1:
        return None
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _middle(first: datetime, days: int, written: datetime) -> datetime | None:
    """The middle of a stretch of days, as far as it lies before ``written``; None if it does not begin before."""
    last = min(first + timedelta(days=days), written)
    return first + (last - first) / 2 if last > first else None


def _number(word: str) -> float:
    known = words()["times"]["en"]["numbers"] | words()["times"]["zh"]["numbers"]
    word = " ".join(word.lower().split())
    return float(known[word]) if word in known else float(word)


@cache
def _months() -> dict[str, int]:
    return {name: i for i, name in enumerate(words()["times"]["en"]["months"], 1)}


@cache
def _english() -> _Rules:
    en = words()["times"]["en"]
    number = rf"(?P<number>{any_of(en['numbers'])}|\d{{1,2}})"
    return _Rules(
        pattern(
            r"(?<!\w)(?:(?:way )?back )?(?:in|during|around) (?:early |late |the (?:\w+ )of )?"
            rf"(?:(?P<month>{any_of(en['months'])}) )?"
            r"(?P<year>(?:19|20)\d\d)(?![\w'])"
            rf"|(?<!\w)(?:about |around |some )?{number} (?P<unit>years?|months?|weeks?|days?) (?:ago|back)(?!\w)"
            r"|(?<!\w)(?:last (?P<last>year|month|week|summer|winter|spring|autumn|fall|christmas))(?!\w)"
        ),
        pattern(
            whole(en["long_ago"]) + r"|(?<!\w)(?:when i was|at age) (?:about )?(?:\d{1,2}|"
            rf"{any_of(en['numbers'])}|twelve|eleven|thirteen|fourteen|sixteen)(?!\w)(?! years? (?:ago|back))"
        ),
        pattern(whole(en["still"])),
    )


@cache
def _chinese() -> _Rules:
    zh = words()["times"]["zh"]
    return _Rules(
        pattern(
            r"(?P<year>(?:19|20)\d\d)年(?!代)(?:的时候|那会儿?|左右|初|底|夏天|冬天)?(?P<month>(?!))?"
            rf"|(?P<number>{any_of(zh['numbers'])}|\d{{1,2}})(?P<unit>年|个月|周|个?星期|天)前"
            r"|(?P<last>大前年|去年|前年|上个?月|上周|上个?星期|昨天)"
        ),
        pattern(rf"{any_of(zh['long_ago'])}(?!没|从|不知道)"),
        pattern(any_of(zh["still"])),
    )


@cache
def _tenses() -> tuple[re.Pattern[str], re.Pattern[str]]:
    en = words()["times"]["en"]
    return pattern(whole(en["past"])), pattern(whole(en["present"]))


@cache
def _verdicts(chinese: bool, sign: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """An attitude of this sign in the past, and what denies it right before it."""
    said = words()["times"]["zh" if chinese else "en"]
    past = said["fond_past" if sign > 0 else "averse_past"]
    if chinese:
        return pattern(any_of(past)), pattern(rf"{any_of(said['negated'])}\w?$")
    base = said["fond" if sign > 0 else "averse"]
    return pattern(rf"{whole(past)}|(?<!\w)used to (?:\w+ly |just )?{any_of(base)}(?!\w)"), pattern(
        rf"{whole(said['negated'])}(?: \w+)? $"
    )


@cache
def _made() -> re.Pattern[str]:
    en = words()["times"]["en"]
    return pattern(rf"{whole(en['made'])}(?: [\w']+){{0,4}} ?$|{whole(en['made_things'])} $")


@cache
def _attitudes() -> re.Pattern[str]:
    return pattern(any_of(words()["times"]["zh"]["attitudes"]))


@cache
def _used_to() -> re.Pattern[str]:
    en = words()["times"]["en"]
    return pattern(
        rf"(?<!\w)i (?:\w+ )?used to (?:\w+ly |just )?"
        rf"(?:(?P<fond>{any_of(en['fond'])})|(?P<averse>{any_of(en['averse'])})|{any_of(en['habits'])})(?!\w)"
    )
