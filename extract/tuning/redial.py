"""ReDial (CC BY 4.0; Li et al., NeurIPS 2018): film dialogues with the seeker's own answers about every film.

Only the parts of the official training set.  Mapping of the seeker's answers: ``liked`` 1 and seen → likes, ``liked``
1 and not seen → interested (a named film the seeker would like to see), ``liked`` 0 → dislikes; a message with a film
of ``liked`` 2 ("did not say") is left out, since nobody can read it from the text.  So is one whose words do not bear
out the label: likes without a word of liking or praise (in the message or the question before), dislikes without a
negation, "have you seen X".  Films only are labelled, so messages that also name a genre are left out.  Years are
taken from titles, and some titles are lower-cased as people write them.

A message that names no film but answers a turn that names one ("loved that one") is an example of reference: the film
of that turn, with the same mapping, where the message has a word that points and words that bear the label out.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from penchant.extract.answer import BEFORE, clean, seen_context
from penchant.extract.tuning.cues import GENRE, LIKING, NEGATION, OTHERS, PRAISE, PREFERENCE, TRYING
from penchant.extract.tuning.example import Example, in_order

TRAINING_FILES: Final = ("train_part_kgsf_valid.jsonl.xz", "train_part_ievalm_valid.jsonl.xz")
_FILM: Final = re.compile(r"@(\d+)")
_POINTS: Final = re.compile(r"\b(it|that|this|one)\b", re.IGNORECASE)
_DISLIKING: Final = re.compile(
    r"\b(n[o']t|never|did ?nt|do ?nt)\b.{0,24}\b(like|liked|love|loved|enjoy|fan|into|great|good|care)\b|"
    r"\b(hate\w*|dislike\w*|terrible|awful|boring|bored|stupid|worst|bad|not for me)\b",
    re.IGNORECASE,
)
_WILL_SEE: Final = re.compile(
    r"\b(check (it|that|this)|(will|'ll|should|gonna|going to|want to|like to|love to|need to|have to) "
    r"(\w+ )?(see|watch|check|try|look|give|add|rent)|sounds? (\w+ )?(good|great|interesting|fun|like)|on my list)\b",
    re.IGNORECASE,
)
_QUESTION: Final = re.compile(r"\b(have|did|do) (you|u)\b", re.IGNORECASE)


def load(folder: Path, seed: int = 0, files: Sequence[str] = TRAINING_FILES) -> Iterator[Example]:
    """Read ``redial/`` below ``folder``: the training parts, unless others are named.

    A conversation that stands in several files is read once.
    """
    seen: set[str] = set()
    for name in files:
        with lzma.open(folder / "redial" / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                dialogue = json.loads(line)
                key = str(dialogue["conversationId"])
                if key not in seen:
                    seen.add(key)
                    yield from _dialogue(dialogue, random.Random(f"{seed}:{key}"))  # noqa: S311


def title(name: str) -> str:
    """A film's name without its year."""
    return re.sub(r"\s*\(\d{4}\)\s*$", "", name).replace("%3F", "?").strip()


def _dialogue(dialogue: dict[str, Any], chance: random.Random) -> Iterator[Example]:
    films = {key: title(str(name)) for key, name in dict(dialogue["movieMentions"] or {}).items()}
    answers = dict(dialogue["initiatorQuestions"] or {})
    seeker = dialogue["initiatorWorkerId"]
    before: str | None = None
    for message in dialogue["messages"]:
        raw = " ".join(str(message["text"]).split())
        named = [key for key in _FILM.findall(raw) if key in films]
        lower = chance.random() < 0.3
        spelt = {key: films[key].lower() if lower else films[key] for key in named}
        text = _FILM.sub(lambda hit: spelt.get(hit.group(1), hit.group()), raw)  # noqa: B023
        if message["senderWorkerId"] != seeker:
            before = text
            continue
        if _FILM.search(text) or not 5 <= len(text) <= 300 or GENRE.search(raw) or OTHERS.search(raw):
            continue
        if not named:
            if referred := _referred(text, before or "", films, answers):
                yield Example("redial", f"redial:{dialogue['conversationId']}", text, before, referred)
            elif not PREFERENCE.search(text) and len(text.split()) >= 3:
                yield Example("redial", f"redial:{dialogue['conversationId']}", text, before, ())
            continue
        stances = [_stance(answers.get(key), raw, before or "") for key in named]
        if None in stances or _QUESTION.search(raw):
            continue
        pairs = in_order(text, [(spelt[key], stance) for key, stance in zip(named, stances, strict=True) if stance])
        if pairs:
            yield Example("redial", f"redial:{dialogue['conversationId']}", text, before, pairs)


def _referred(
    text: str, before: str, films: dict[str, str], answers: dict[str, dict[str, int]]
) -> tuple[tuple[str, str], ...]:
    """The one film of the turn before, with what the text says of it; empty where it may say nothing of it."""
    seen = seen_context(before).lower()
    named = [k for k, name in films.items() if re.search(rf"(?<!\w){re.escape(clean(name).lower())}(?!\w)", seen)]
    answer = answers.get(named[0]) if len(named) == 1 else None
    if answer is None or answer["liked"] == 2 or len(text) > 160 or not _POINTS.search(text) or _QUESTION.search(text):
        return ()
    likes = bool((LIKING.search(text) or PRAISE.search(text)) and not NEGATION.search(text))
    dislikes = bool(_DISLIKING.search(text))
    trying = bool(_WILL_SEE.search(text)) and not dislikes
    if answer["liked"] == 0:
        stance = "dislikes" if dislikes and not trying else ""
    elif answer["seen"] == 1:
        stance = "likes" if likes and not trying else ""
    else:
        stance = "interested" if trying else ""
    at = seen.find(clean(films[named[0]]).lower())
    quote = seen_context(before)[at : at + len(films[named[0]])].strip(" .,:!?")
    return ((BEFORE + quote, stance),) if stance else ()


def _stance(answer: dict[str, int] | None, raw: str, before: str) -> str | None:
    if not answer or answer["liked"] == 2:
        return None
    if answer["liked"] == 0:
        return "dislikes" if NEGATION.search(raw) else None
    if answer["seen"] == 1:
        asked = before.rstrip().endswith("?") and LIKING.search(before)
        return "likes" if LIKING.search(raw) or PRAISE.search(raw) or asked else None
    return "interested" if TRYING.search(raw) else None
