"""LAPS (MIT; Joko et al., SIGIR 2024): people's own preferences over several sessions, checked by their writers.

Each session carries a preference memory, not spans. A value is used in every user's message in which it stands word
for word, without a noun that only says of what kind it is ("horror movies" → "horror"). Mapping: ``…_like`` → likes,
or wants where the sentence asks for it without a verb of liking ("I'm looking for a comedy"; interested when it names
a film); what the text says of other people is left out; ``…_dislike`` and ``content_restrictions`` → dislikes;
``release_period``, ``users_mood``, ``seasonal_themes``, ``occasion_or_theme`` → wants, where the sentence asks;
people, platforms, time and skill are no concepts and are left out, and so are diets and allergies (health). A message
in which nothing was found and which has no word of preference is an example of none.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from penchant.extract.tuning.cues import ASKING, LIKING, NEGATION, OTHERS, PREFERENCE
from penchant.extract.tuning.example import Example, in_order

TRAINING_FILES: Final = ("movie_train.jsonl", "movie_val.jsonl", "recipe_train.jsonl.xz", "recipe_val.jsonl")
_WANTED: Final = (
    "release_period_preferences",
    "users_mood",
    "seasonal_themes",
    "occasion_or_theme",
)
_ABOUT_PEOPLE: Final = "companion_preferences"
_AVOIDING: Final = re.compile(r"\b(avoid|dislike|don't|not|hate|restriction|exclude|any\w* you)\b", re.IGNORECASE)
_VAGUE: Final = re.compile(
    r"\b(same|favou?rites?|different|new|good|great|nice|other|similar|impressive|any\w*)\b", re.IGNORECASE
)
#: Nouns that belong to no name, unless they are most of it ("fast food").
_HEAD: Final = re.compile(
    r"(?<!\bfast)(?<!\bjunk)(?<!\bsoul)(?<!\bfinger)(?<!\bcomfort)(?<!\bstreet)(?<!\bside)(?<!\bmain)"
    r"\s+(movies?|films?|genres?|flicks?|foods?|cuisines?|recipes?|meals?|dish|dishes)$",
    re.IGNORECASE,
)
_REFUSED: Final = re.compile(r"^\s*(no|not|without|nothing)\b", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[^.!?\n]+[.!?\n]*")


def load(folder: Path, files: Sequence[str] = TRAINING_FILES) -> Iterator[Example]:
    """Read ``laps/`` below ``folder``; the official test files are not opened unless they are named."""
    for name in files:
        path = folder / "laps" / name
        raw = path.read_bytes()
        for line in (lzma.decompress(raw) if path.suffix == ".xz" else raw).decode().splitlines():
            user = json.loads(line)
            for session in user["sessions"]:
                yield from _session(session, f"laps:{user['worker_id']}")


def _values(preferences: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for category, values in sorted(preferences.items()):
        if category.startswith(_ABOUT_PEOPLE):
            continue
        if category.endswith("_like"):
            stance = "likes" if category != "movie_like" else "film"
        elif category.endswith("_dislike") or category == "content_restrictions":
            stance = "dislikes"
        elif category in _WANTED:
            stance = "wants"
        else:
            continue
        for value in values:
            short = re.sub(r"\(.*?\)", "", value).strip().strip(".'\"")
            short = re.sub(r"^(no|not|avoid)\s+", "", short, flags=re.IGNORECASE)
            short = _HEAD.sub("", short)
            if (
                3 <= len(short) <= 40
                and not _VAGUE.search(short)
                and not (category == "content_restrictions" and len(short.split()) > 2)
            ):
                yield short, stance


def _session(session: dict[str, Any], conversation: str) -> Iterator[Example]:
    known = dict(_values(session["preferences"]))
    before: str | None = None
    for turn in session["dialogue"]:
        text = str(turn["message"]).strip()
        if turn["role"] != "User":
            before = text
            continue
        if not 5 <= len(text) <= 300 or "http" in text or OTHERS.search(text):
            continue
        found: list[tuple[str, str]] = []
        for value, stance in known.items():
            hit = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE)
            if hit is None and not value.endswith("s"):
                hit = re.search(rf"(?<!\w){re.escape(value)}s(?!\w)", text, re.IGNORECASE)
            if hit is None:
                continue
            sentence = next((s.group() for s in _SENTENCE.finditer(text) if s.start() <= hit.start() < s.end()), text)
            read = _read(stance, sentence)
            if _borne_out(read, stance, sentence, before):
                found.append((hit.group(), read))
        if found:
            pairs = in_order(text, found)
            if pairs:
                yield Example("laps", conversation, text, before, pairs)
        elif not PREFERENCE.search(text) and len(text.split()) >= 3:
            yield Example("laps", conversation, text, before, ())


def _borne_out(read: str, stance: str, sentence: str, before: str | None) -> bool:
    """Whether the words bear the label out.

    A dislike needs a negation in its sentence or in the question before; a like none, unless a second clause stands
    between; a mood or occasion may be wanted, not praised.
    """
    if read == "dislikes":
        return bool(NEGATION.search(sentence) or _AVOIDING.search(before or ""))
    if stance == "wants":
        return bool(ASKING.search(sentence)) or not LIKING.search(sentence)
    return not (read == "likes" and _REFUSED.search(sentence) and not LIKING.search(sentence))


def _read(stance: str, sentence: str) -> str:
    asks = ASKING.search(sentence) and not LIKING.search(sentence) and not NEGATION.search(sentence)
    if stance == "film":
        return "interested" if asks else "likes"
    return "wants" if asks and stance == "likes" else stance
