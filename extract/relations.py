"""How one thing stands to another, in the words of a text: X by Y, X is a Y, X is like Y, X is part of Y; English.

Rules over names: what is written with a capital or stands in quotation marks.  The words are in ``relations.toml``;
``docs/understanding.md`` says what is found, what is not, and how well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from penchant.extract.circumstances_scene import masked
from penchant.extract.circumstances_words import any_of
from penchant.extract.vocabulary import vocabulary

FILE: Final = Path(__file__).with_suffix(".toml")

Place = tuple[int, int]

#: How far before a statement a word of doubt is looked for.
_FAR: Final = 60
_BREAKS: Final = re.compile(r"[.!?]+(?=\s|$)|\n")
_CAPITAL_BEFORE: Final = re.compile(r"(?<![.!?\n] )(?<!^)(?<!\w)[A-Z][\w']* $")
_ASKED: Final = re.compile(r"[^.!?\n]*\?")


@dataclass(frozen=True, slots=True)
class Stated:
    """What is stated, as places in the text; ``relation`` is a key of ``ontology.terms.RELATIONS``."""

    relation: str
    subject: Place
    object: Place
    words: Place
    confidence: float


def stated(text: str, start: int, end: int) -> list[Stated]:
    """The relations that ``text[start:end]`` states, each once, in the order of the text.

    What is asked, denied, doubted or wished is not stated; who made a thing is, even in a question ("Have you read
    Emma by Jane Austen?").
    """
    plain = masked(text, ())
    found = {(s.relation, s.subject, s.object): s for s in _stated(plain, start, end)}
    return sorted(found.values(), key=lambda s: (s.subject, s.object, s.relation))


def _stated(text: str, start: int, end: int) -> Iterator[Stated]:
    sure = vocabulary(FILE)["confidence"]
    for name, (relation, rule) in _rules().items():
        for hit in rule.finditer(text, start, end):
            if name != "by" and not _is_meant(text, hit):
                continue
            if _CAPITAL_BEFORE.search(text[: hit.start("subject")]):
                continue  # where the name begins is not to be seen
            subject = _name(hit, "subject")
            if hit["object"] is not None:
                yield Stated(relation, subject, _name(hit, "object"), hit.span(), float(sure[relation]))
            if "maker" in rule.groupindex and hit["maker"] is not None:
                yield Stated("made by", subject, _name(hit, "maker"), hit.span(), float(sure["made by"]))


def _name(hit: re.Match[str], group: str) -> Place:
    """Where a name stands, without its quotation marks."""
    start, end = hit.span(group)
    return (start + 1, end - 1) if hit[group][0] in '"“' else (start, end)


def _is_meant(text: str, hit: re.Match[str]) -> bool:
    """Whether it is neither asked nor doubted."""
    if _ASKED.match(text, hit.end()):
        return False
    breaks = [b.end() for b in _BREAKS.finditer(text, max(0, hit.start() - _FAR), hit.start())]
    before = text[breaks[-1] if breaks else max(0, hit.start() - _FAR) : hit.start()]
    return _doubts().search(before) is None


@cache
def _rules() -> dict[str, tuple[str, re.Pattern[str]]]:
    words = vocabulary(FILE)
    small = r"(?:of|the|and|in|to|a|for|on|with|at|from|de|la|van|von|der|vs\.?|&)"
    no_name = rf"(?!{any_of(words['no_names'])}(?![\w'-]))"
    capital = r"(?:[A-Z]|\d{2,})[\w'’&:+-]*(?<!'s)(?<!:)"
    no_part = rf"(?!{any_of(words['no_parts'])}(?![\w'-]))"
    title = rf"(?:(?:The|A|An) )?{no_name}{capital}(?: (?:{small} ){{0,2}}{no_part}{capital})*"
    quoted = r"[\"“][^\"“”.!?]{2,60}[\"”]"

    def name(group: str) -> str:
        return rf"(?P<{group}>{quoted}|(?<![\w'.]){title})"

    more = rf"(?: (?:(?:de|la|van|von|der|&|of) )?{capital}|(?<= [A-Z])\. {capital})*"

    def maker(group: str) -> str:
        return rf"(?!{any_of(words['no_makers'])}(?!\w))(?P<{group}>{no_name}{capital}{more})"

    degree = rf"(?:{any_of(words['degrees'])} ){{0,2}}"
    noun = rf"(?:[a-z][\w-]* ){{0,2}}{any_of(words['kinds'])}(?![\w'-])"
    goes = rf"(?=[.,!?;:)]|$| {any_of(words['bridges'])}(?!\w))"
    praise = r"(?:(?:new|old|great|good|very|nice|classic|famous|really) )*"
    kind = rf"(?:a|an) {praise}(?P<object>{noun}){goes}(?: by {maker('maker')})?"
    was = r"(?:(?:, )?(?:which|that|who) )?(?:(?:is|was|were|has been) )?(?:(?:also|actually) )?"
    made = rf"{was}{any_of(words['made'])} by"
    whole = rf"(?:(?:the|that) )?{name('object')}"
    sources = {
        "by": ("made by", rf"{name('subject')},? by {maker('object')}"),
        "made": ("made by", rf"{name('subject')},? {made} {maker('object')}"),
        "is a": ("kind of", rf"{name('subject')}(?: is| was|'s) (?:(?:also|actually|basically|really) )?{kind}"),
        "apposition": ("kind of", rf"{name('subject')}, {kind}(?=[,.!?;]|$)"),
        "like": (
            "similar to",
            rf"{name('subject')}(?: {any_of(words['copulas'])}|'s) {degree}{any_of(words['likeness'])} {whole}",
        ),
        "reminds": ("similar to", rf"{name('subject')} (?:\w+ )?{any_of(words['reminds'])} {whole}"),
        "part": ("part of", rf"{name('subject')} {any_of(words['parts'])} {whole}"),
    }
    return {key: (relation, re.compile(source)) for key, (relation, source) in sources.items()}


@cache
def _doubts() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w']){any_of(vocabulary(FILE)['doubts'])}(?!\w)", re.IGNORECASE)
