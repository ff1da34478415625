"""The side of a thing that an opinion is about, and the words that carry the opinion: "the *camera* … is *superb*".

Rules over the sentence round the mention; English.  Nothing here changes a stance: what is found is only attached.
The words are in ``opinions.toml``; ``docs/understanding.md`` says what is found, what is not, and how well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from penchant.extract.circumstances_scene import OTHER, THIS, Scene
from penchant.extract.circumstances_words import any_of, pattern
from penchant.extract.vocabulary import vocabulary

FILE: Final = Path(__file__).with_suffix(".toml")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Opinion:
    """Where the aspect and the words of the opinion stand; None where the text says none."""

    aspect: Place | None = None
    words: Place | None = None


def opinion(scene: Scene, stance: str) -> Opinion:
    """The aspect that an opinion is about, and its words.

    Args:
        scene: the mention.
        stance: word of its stance; who only wants something has no opinion of it yet.
    """
    if scene.chinese or stance not in vocabulary(FILE)["stances"]:
        return Opinion()
    sided = list(_with_aspect(scene))
    if sided:
        # An aspect may be judged otherwise than the whole thing; one that is judged alike says more of the stance.
        hit = next((hit for hit in sided if _polarity(hit["opinion"]) == stance), sided[0])
        return Opinion(hit.span("aspect"), hit.span("opinion"))
    whole = next((hit for rule in _on_the_whole() for hit in rule.finditer(scene.text, *scene.clause)), None)
    return Opinion(None, whole.span("opinion") if whole else None)


def _with_aspect(scene: Scene) -> Iterator[re.Match[str]]:
    """Judgements of a side of the mention, by rule and place."""
    for name, rule in _sided().items():
        start, end = scene.sentence
        if name == "later":
            start, end = scene.end, min(len(scene.text), scene.end + _FAR)
        for hit in rule.finditer(scene.text, start, end):
            if name == "later" and OTHER in scene.text[start : hit.start()]:
                break
            if name.endswith("taste") and hit["aspect"].lower() in vocabulary(FILE)["hearsay"]:
                continue
            if _is_aspect(hit["aspect"]) and (name not in _GUESSED or _is_adjective(hit["opinion"])):
                yield hit


#: How far behind a mention "its" may stand that means it.
_FAR: Final = 120
#: Rules whose opinion may be any word by their form, if it looks like an adjective.
_GUESSED: Final = frozenset({"holds", "fragment"})


def _is_aspect(words: str) -> bool:
    said = words.lower().split()
    return not any(word in _not_aspects() for word in said) and not any(word in _adjectives() for word in said)


def _polarity(words: str) -> str:
    """The stance that the words speak for, as far as it is known; a negation says neither."""
    said = words.lower().split()
    held = vocabulary(FILE)
    for stance in ("likes", "dislikes"):
        if len({*said} & {"not", "never"}) == 0 and said[-1] in (*held["adjectives"][stance], *held["nouns"][stance]):
            return stance
    return ""


def _is_adjective(word: str) -> bool:
    said = word.lower()
    held = vocabulary(FILE)
    if said in _adjectives():
        return True
    return said.endswith(tuple(held["endings"])) and not said.endswith("ly") and said not in held["no_adjectives"]


@cache
def _sided() -> dict[str, re.Pattern[str]]:
    words = vocabulary(FILE)
    adverbs = rf"(?:{any_of(words['adverbs'])} )*"
    stop = rf"(?!{any_of(words['stops'])}(?!\w))"
    noun = rf"(?:{stop}[a-z][\w-]*)"
    aspect = rf"(?P<aspect>{noun}(?: {noun})?)"
    word = rf"{stop}(?!{any_of(words['adverbs'])} )[a-z][\w-]*"
    one = rf"(?P<opinion>(?:(?:not|never|too|way too|far too) )?(?:an? )?{word})(?![\w'-])"
    copula = rf"{any_of(words['copulas'])} (?:(?!not |never |too ){any_of(words['adverbs'])} )*"
    owner = r"(?:(?:the|this|that|these|those|my|our|his|her|their) )?(?:\w+ )?"
    on = rf"{any_of(words['prepositions'])} {owner}[\"“']?{THIS}+[\"”']?"
    verb = rf"(?P<opinion>{any_of(words['verbs'])})(?!\w)"
    like = rf"(?<![\w']){any_of(words['likers'])} (?P<opinion>{any_of(words['likes'])})(?!\w)"
    the = r"(?<!\w)(?:the|its|their) "
    begin = r"(?:(?<!\w)(?:the|its|their) |(?:^|(?<=[.!?\n] )))"
    return {
        "of": pattern(rf"{begin}{aspect} {on},? {copula}{one}"),
        "own": pattern(rf"{THIS}'s? {aspect} {copula}{one}"),
        "taste": pattern(rf"{verb} (?:the|how the) {aspect} {on}(?!\w)"),
        "other taste": pattern(rf"{like} (?:the|how the) {aspect} {on}(?!\w)"),
        "holds": pattern(
            rf"{THIS}[\"”']? {any_of(words['holds'])} (?:(?:an?|the|some|such|such an?) )?{adverbs}"
            rf"(?P<opinion>[a-z][\w-]*) {aspect}(?=[.,!?;]|$| (?:and|but|which|that|for|in)(?!\w))"
        ),
        "fragment": pattern(rf"(?:^|(?<=[.!?\n] )|(?<=, )){adverbs}(?P<opinion>[a-z][\w-]*) {aspect} {on}(?!\w)"),
        "later": pattern(rf"(?<!\w)(?:its|their) {aspect} {copula}{one}"),
        "contrast": pattern(
            rf"{THIS}[^.!?{OTHER}]*(?:,|(?<!\w){any_of(words['contrasts'])}) (?:(?:but|though|although) )?"
            rf"{the}{aspect} {copula}{one}"
        ),
    }


@cache
def _on_the_whole() -> tuple[re.Pattern[str], ...]:
    words = vocabulary(FILE)
    adverbs = rf"(?:{any_of(words['adverbs'])} )*"
    copula = rf"{any_of(words['copulas'])} {adverbs}(?:(?:an?|the|my|our|one of the) )?{adverbs}"
    known = [word for table in ("adjectives", "nouns") for some in words[table].values() for word in some]
    judged = rf"(?P<opinion>{any_of(known)})(?![\w'-])"
    wished = "".join(rf"(?<!{re.escape(word)} )" for word in words["not_taste"])
    verb = rf"{wished}(?<![\w']){adverbs}{wished}(?P<opinion>{any_of(words['verbs'])})(?!\w)"
    # The particle of "fan of" belongs to what follows.
    states = "|".join(
        rf"{re.escape(said)}(?= {last} )" for said, _, last in (w.rpartition(" ") for w in words["states"]) if said
    )
    near = rf"(?: (?!to )[\w']+){{0,3}} [\"“']?{THIS}"
    return (
        pattern(rf"{THIS}[\"”']? {copula}{judged}"),
        pattern(rf"{any_of(words['finds'])} (?:that )?[\"“']?{THIS}+[\"”']? (?:(?:is|was|to be) )?{adverbs}{judged}"),
        pattern(rf"(?<!\w)(?P<opinion>{states})(?: \w+)?{near}"),
        pattern(rf"{verb}{near}"),
        pattern(rf"{wished}(?<![\w']){any_of(words['likers'])} (?P<opinion>{any_of(words['likes'])}){near}"),
        pattern(rf"{THIS}[\"”']? {adverbs}(?P<opinion>{any_of(words['acts'])})(?!\w)"),
    )


@cache
def _adjectives() -> frozenset[str]:
    return frozenset(word for some in vocabulary(FILE)["adjectives"].values() for word in some)


@cache
def _not_aspects() -> frozenset[str]:
    return frozenset(vocabulary(FILE)["no_aspects"])
