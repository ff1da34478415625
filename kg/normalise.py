"""How names are compared: one spelling for many, and the shorter forms that people use.

The word lists are in ``label_words.json``.  They are English; names of other languages still match as they are written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_BRACKET = re.compile(r"^(?P<name>.*\S)\s*[(\[](?P<note>[^()\[\]]*)[)\]]\s*$", re.DOTALL)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "&": " and ", "+": " plus "}
)
_POSSESSIVE = re.compile(r"^(?P<name>\S.*?)(?:['’]s|(?<=s)['’])\s+(?P<rest>\S.*)$")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_NUMERALS = {**_ROMAN, **{digit: roman for roman, digit in _ROMAN.items()}}
_ARTICLES = ("the ", "a ", "an ")


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: its normal form, the year and the kinds (``film``, ``actor`` …) that a bracket gave."""

    form: str
    year: int | None = None
    hints: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def word_lists() -> dict[str, Any]:
    """The word lists; what each is for, the functions here say."""
    lists: dict[str, Any] = json.loads(Path(__file__).with_name("label_words.json").read_text(encoding="utf-8"))
    return lists


def normal(text: str) -> str:
    """Normal form: NFKC, folded case, Latin letters without marks, punctuation as space, no leading English article.

    A text of punctuation alone gives the empty string.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not "\u0300" <= c <= "\u036f")
        folded = unicodedata.normalize("NFC", bare)
    folded = _APOSTROPHES.sub("", folded).translate(_LETTERS)
    kept = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded)
    return _without_article(" ".join(kept.split()))


def _without_article(form: str) -> str:
    for article in _ARTICLES:
        if form.startswith(article) and len(form) > len(article):
            return form[len(article) :]
    for article in _ARTICLES:  # "Matrix, The"
        if form.endswith(" " + article.strip()) and article != "a ":
            return form[: -len(article)]
    return form


def take_apart(text: str) -> Name:
    """Normal form of a name, with a bracket at its end read as year and kind: ``Drive (2011 film)``.

    A bracket that says anything else belongs to the name.
    """
    match = _BRACKET.match(text)
    if match is None:
        return Name(normal(text))
    note = match["note"]
    year = _YEAR.search(note)
    rest = [w for w in normal(_YEAR.sub(" ", note)).split() if w not in ("american", "british", "us", "uk", "tv")]
    hints = tuple(dict.fromkeys(h for w in rest for h in hints_of(w)))
    if note.strip() and all(hints_of(w) for w in rest) and (year or rest):
        return Name(normal(match["name"]) or normal(text), int(year[0]) if year else None, hints)
    return Name(normal(text))


@lru_cache(maxsize=1)
def _hint_table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for hint, words in word_lists()["hints"].items():
        for word in words:
            table[word] = (*table.get(word, ()), hint)
    return table


def hints_of(word: str) -> tuple[str, ...]:
    """Kinds of thing that a normal word of the sentence speaks of: ``actress`` → ``("actor",)``."""
    table = _hint_table()
    return table.get(word) or table.get(singular(word), ())


def singular(form: str) -> str:
    """The form with its last word in the singular, by English spelling: ``comedies`` → ``comedy``."""
    lists = word_lists()
    head, space, last = form.rpartition(" ")
    if len(last) < 4 or last in lists["unchanged"] or not last.endswith("s") or last.endswith(("ss", "us", "is")):
        return form
    if last.endswith("ies"):
        last = last[:-1] if last[:-1] in lists["ie"] else last[:-3] + "y"
    elif last.endswith(("sses", "shes", "ches", "xes", "zes")) or (
        last.endswith("oes") and last[:-1] not in lists["oe"]
    ):
        last = last[:-2]
    else:
        last = last[:-1]
    return head + space + last


def without_head(form: str) -> str:
    """The form without a last word that only says what kind of thing it is: ``horror film`` → ``horror``.

    The form itself, if nothing would be left.
    """
    head, _, last = singular(form).rpartition(" ")
    return head if head and last in word_lists()["heads"] else form


@lru_cache(maxsize=2)
def _synonym_table(name: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for group in word_lists()[name]:
        for form in group:
            table[form] = (*table.get(form, ()), *(g for g in group if g != form))
    return table


def synonyms(form: str, *, before_head: bool = False) -> tuple[str, ...]:
    """Other words for the form: ``sci fi`` → ``science fiction``, ``sf``.

    ``before_head`` adds those that hold only before a general word: ``scary`` (movies) → ``horror``.
    """
    found = _synonym_table("synonyms").get(form, ())
    return (*found, *_synonym_table("synonyms_before_head").get(form, ())) if before_head else found


@lru_cache(maxsize=1)
def _opener() -> re.Pattern[str]:
    lists = word_lists()
    openers, nouns, titles, filler = (
        "|".join(sorted(lists[name], key=len, reverse=True)) for name in ("openers", "generic", "titled", "filler")
    )
    return re.compile(
        rf"^(?:(?:{filler}) )*(?:(?:{nouns})s? (?:that are |which are |directed |written )?(?:{openers})"
        rf"|(?:{titles})(?: called| named)?) (?:the )?(?P<rest>\S.*)$"
    )


def after_opener(form: str) -> str:
    """What a phrase is about: ``movies directed by nolan`` → ``nolan``, ``the actor tom hanks`` → ``tom hanks``.

    The form itself, if it is no such phrase.
    """
    match = _opener().match(form)
    return match["rest"] if match else form


def after_slipped_article(form: str) -> str:
    """The form without a first word that was meant to be ``the``, but for one slip; itself, if there is none."""
    first, _, rest = form.partition(" ")
    return rest if rest and first in _slipped() else form


@lru_cache(maxsize=1)
def _slipped() -> frozenset[str]:
    """``the`` with one slip in it, where that is no word of its own."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    places = range(4)
    fewer = {"the"[:i] + "the"[i + 1 :] for i in range(3)}
    more = {"the"[:i] + c + "the"[i:] for i in places for c in letters}
    other = {"the"[:i] + c + "the"[i + 1 :] for i in range(3) for c in letters}
    return frozenset((fewer | more | other | {"hte", "teh"}) - {"the"} - set(word_lists()["not_the"]))


def without_filler(form: str) -> str:
    """The form without general words before it: ``latest bond`` → ``bond``; itself, if it is made of them."""
    words, filler = form.split(), word_lists()["filler"]
    first = next((i for i, word in enumerate(words) if word not in filler), 0)
    return " ".join(words[first:])


def wider(form: str) -> list[str]:
    """Ends of the form that may name something wider: ``gritty crime drama`` → ``crime drama``, ``drama``.

    None where the words left out are more than plain modifiers (``not a drama``, ``brothers of mars``).
    """
    lists = word_lists()
    words = without_filler(form).split()
    found = []
    for i, word in enumerate(words[:-1], 1):
        if word in lists["filler"] or word in lists["no_modifiers"] or i > 2:
            break
        found.append(" ".join(words[i:]))
    return found


def possessor(text: str) -> str:
    """Whose the general things are: ``Nolan's films`` → ``nolan``; empty, if it is no such phrase."""
    match = _POSSESSIVE.match(text.strip())
    return normal(match["name"]) if match and is_generic(normal(match["rest"])) else ""


def other_numerals(form: str) -> str:
    """The form with small Roman numerals as digits, or digits as Roman: ``rocky ii`` → ``rocky 2`` and back."""
    words = form.split()
    return " ".join([words[0], *(_NUMERALS.get(word, word) for word in words[1:])]) if len(words) > 1 else form


def is_wide(form: str) -> bool:
    """Whether the form starts in a script of wide characters without spaces, as Chinese and Japanese are."""
    return bool(form) and not form[0].isascii() and unicodedata.east_asian_width(form[0]) == "W"


def is_generic(form: str) -> bool:
    """Whether the form names nothing in particular: a pronoun, or only general words (``good movies``)."""
    lists = word_lists()
    generic, filler = frozenset(lists["generic"]), frozenset(lists["filler"])
    words = form.split()
    return all(w in filler or w in generic or singular(w) in generic for w in words)
