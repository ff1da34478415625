"""Whether a wish or a taste is somebody else's, and the words for that person ("my daughter", "我女儿")."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from penchant.extract.circumstances_scene import OTHER, THIS, Scene
from penchant.extract.circumstances_words import any_of, pattern, whole, words

Place = tuple[int, int]

_WISHES: Final = frozenset({"wants", "interested"})
#: How far before a pronoun the person may stand whom it means, and how far a verb may stand from its object.
_FAR: Final = 140
_REACH: Final = 60
_REACH_CHINESE: Final = 12
_WRITER: Final = re.compile(r"(?<!\w)i(?!\w)", re.IGNORECASE)
# Another statement has begun between verb and mention.  A comma after a mention only parts a list.
_APART: Final = re.compile(rf"(?<!\w)(?:is|was|are|were)(?!\w)|(?<!{OTHER}),")


def beneficiary(scene: Scene, stance: str) -> Place | None:
    """Where the person stands whose wish or taste it is, if it is not the writer's.

    Args:
        scene: the mention.
        stance: word of the stance; a gift is somebody else's wish only where something is wished.
    """
    rules = _chinese() if scene.chinese else _english()
    if rules["both"].search(scene.text, *scene.sentence):
        return None
    found = _taste(scene, rules)
    if found is None and not scene.chinese:
        found = _favourite(scene, rules)
    if found is None and stance in _WISHES:
        found = _gift(scene, rules)
    return found


def on_behalf(scene: Scene) -> bool:
    """Whether the clause says that something was got for somebody else."""
    rules = _chinese() if scene.chinese else _english()
    return any(rules[rule].search(scene.text, *scene.clause) for rule in ("for", "give"))


def _taste(scene: Scene, rules: dict[str, re.Pattern[str]]) -> Place | None:
    """Another person is the subject of the verb whose object is the mention."""
    reach = _REACH_CHINESE if scene.chinese else _REACH
    for rule in ("taste", "opinion", "pronoun"):
        for hit in rules[rule].finditer(scene.text, *scene.clause):
            before = hit.end() <= scene.start and scene.start - hit.end() <= reach
            between = scene.text[hit.end() : scene.start] if before else scene.text[scene.end : hit.start()]
            # "¤, which my wife loves": a verb behind the mention must follow at once.
            if before and not _WRITER.search(between) and (rule == "opinion" or not _APART.search(between)):
                pass
            elif hit.start() < scene.end or rule == "opinion" or not rules["which"].fullmatch(between):
                continue
            if rule != "pronoun":
                return hit.span("who")
            return _meant(scene, hit, rules)
    return None


def _meant(scene: Scene, pronoun: re.Match[str], rules: dict[str, re.Pattern[str]]) -> Place | None:
    """The person whom a pronoun means: the last one named before it, else the pronoun itself; *they* must be named."""
    named = list(rules["person"].finditer(scene.text, max(0, pronoun.start() - _FAR), pronoun.start()))
    if named:
        return named[-1].span("who")
    return None if pronoun["who"].lower() == "they" else pronoun.span("who")


def _favourite(scene: Scene, rules: dict[str, re.Pattern[str]]) -> Place | None:
    hit = rules["favourite"].search(scene.text, *scene.clause)
    return hit.span("whose" if hit["whose"] else "who") if hit else None


def _gift(scene: Scene, rules: dict[str, re.Pattern[str]]) -> Place | None:
    """It is wished for somebody: "for my daughter", "to give my wife", "给我女儿买"."""
    stretch = scene.sentence if scene.chinese else scene.clause
    for rule in ("for", "give"):
        if hit := rules[rule].search(scene.text, *stretch):
            return hit.span("who")
    if "aside" in rules and (hit := rules["aside"].match(scene.text, scene.end, scene.sentence[1])):
        return hit.span("who")
    hit = rules["occasion"].search(scene.text, *scene.sentence)
    return hit.span("who") if hit and rules["deal"].search(scene.text, *scene.sentence) else None


@cache
def _english() -> dict[str, re.Pattern[str]]:
    en = words()["people"]["en"]
    looks = rf"(?:(?:{any_of(en['looks'])}|[\w-]+[- ]year[- ]old) ){{0,2}}"
    kin = any_of(en["kin"])
    person = (
        rf"(?<![\w'])(?P<who>{any_of(en['owners'])} {looks}{kin}(?: and (?:my )?{kin})?(?: (?-i:[A-Z][a-z]+))?"
        rf"|an? {looks}friends?(?: of mine)?|some friends|one of my friends"
        rf"|{any_of(en['alone'])}|the {any_of(en['household'])})(?!\w)"
    )
    subject = rf"(?<!\bi and )(?<!\bme and )(?<!\bfor ){person}"
    verb = rf"(?: {any_of(en['adverbs'])})*(?: |(?='))"
    taste = rf"{verb}{any_of(en['tastes'])}(?![\w'])"
    occasion = rf"'s? (?:\w+ )?{any_of(en['occasions'])}"
    favourite = r"'s? (?:[\w-]+ )?favou?rite"
    copula = r"(?:is|was|are|were)"
    return {
        "person": pattern(person),
        "both": pattern(whole(en["both"])),
        "taste": pattern(subject + taste),
        "opinion": pattern(rf"{subject}{verb}{any_of(en['opinions'])}(?!\w)"),
        "pronoun": pattern(rf"(?<!\w)(?P<who>he|she|they){taste}"),
        "which": pattern(r"[\"'”]?,?(?: (?:that|which))? (?:is what )?"),
        "favourite": pattern(
            rf"{THIS}[\"'”]? {copula} (?:also )?{person}{favourite}"
            rf"|{person.replace('P<who>', 'P<whose>')}{favourite}(?: \w+){{0,3}}(?: {copula})? [\"“']?{THIS}"
        ),
        "for": pattern(rf"(?<!\w)for {person}(?:{occasion}|(?!'))(?! and (?:i|me|myself|us)(?!\w))"),
        # "a cap, size 59, for my dad": the comma behind a mention ends its clause, but not what is said of it.
        "aside": pattern(
            rf"[\"'”]?(?:, [^,;:.!?{THIS}{OTHER}]{{1,30}}){{0,2}}, for {person}(?:{occasion}|(?!'))"
            r"(?! (?:and )?(?:i|me|we|us|myself)(?!\w))"
        ),
        "give": pattern(rf"(?<!\w){any_of(en['gives'])} (?:to )?{person}(?!')(?! to )"),
        "occasion": pattern(person + occasion),
        "deal": pattern(whole(en["deals"])),
    }


@cache
def _chinese() -> dict[str, re.Pattern[str]]:
    zh = words()["people"]["zh"]
    person = rf"(?P<who>{any_of(zh['owners'])}?(?<!小)(?:大|小|好)?{any_of(zh['kin'])})"
    tastes = rf"{any_of(zh['adverbs'])}{{0,3}}{any_of(zh['tastes'])}"
    return {
        "person": pattern(person),
        "both": pattern(any_of(zh["both"])),
        "taste": pattern(rf"{person}们?{tastes}(?!过)"),
        "opinion": pattern(rf"{person}们?{tastes}"),
        "pronoun": pattern(rf"(?<!其)(?P<who>他|她)(?!们){tastes}"),
        "which": pattern(r"[》”\"]?，?是?"),
        "for": pattern(rf"{any_of(zh['presents'])}{person}"),
        "give": pattern(rf"{any_of(zh['gives'])}{person}{any_of(zh['deals'])}"),
        "occasion": pattern(rf"{person}的?(?:生日|婚礼|毕业)"),
        "deal": pattern(r"买|送|挑|选|礼物"),
    }
