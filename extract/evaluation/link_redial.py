"""ReDial (CC BY 4.0; Li et al., NeurIPS 2018): films that people name, as people write titles.

A message holds the number of a film.  Its title stands there without the year, with it, in small letters, and with
one slip of the keyboard: four cases of each mention.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from penchant.extract.evaluation import public_sets
from penchant.extract.evaluation.folder import Json
from penchant.extract.evaluation.link_cases import Case
from penchant.extract.evaluation.link_names import taken_apart
from penchant.extract.evaluation.parts import Split

#: How the title of a film is written.
FORMS: Final = ("plain", "year", "small", "misspelt")
_FILM: Final = re.compile(r"@(\d+)")
_FEWEST_LETTERS: Final = 5


def load(
    folder: Path, split: Split, films: Mapping[str, str], *, limit: int | None = None, seed: int = 0
) -> list[Case]:
    """Mentions of films by both speakers of a split's dialogues.

    Args:
        folder: of the set, or of all sets.
        split: which conversations.
        films: number of a film → IRI; mentions of other films are left out.
        limit: at most so many conversations.
        seed: chooses which, and the slips.

    Raises:
        SourceError: the folder does not hold the set, or nothing of the split.
    """
    dialogues = public_sets.load(folder, "redial", split, limit=limit, seed=seed)
    return [case for dialogue in dialogues for case in _cases(dialogue, films, seed)]


def titles(folder: Path) -> dict[str, str]:
    """Number of a film → title with its year, of all films that any dialogue names."""
    found = public_sets.load(folder, "redial", "all")
    return {key: title for row in found for key, title in _titles(row).items()}


def misspelt(title: str, chance: random.Random) -> str:
    """The title with one slip: a letter left out, doubled, swapped with the next, or another in its place."""
    places = [at for at in range(1, len(title) - 1) if title[at].isalpha() and title[at + 1].isalpha()]
    if sum(map(str.isalpha, title)) < _FEWEST_LETTERS or not places:
        return title
    at = chance.choice(places)
    slip = chance.randrange(4)
    one, two = title[at], title[at + 1]
    middle = (
        two,
        one + one + two,
        two + one,
        chance.choice("abcdefghijklmnopqrstuvwxyz".replace(one.lower(), "")) + two,
    )[slip]
    return title[:at] + middle + title[at + 2 :]


def _cases(dialogue: Json, films: Mapping[str, str], seed: int) -> Iterator[Case]:
    called = _titles(dialogue)
    conversation = f"redial:{dialogue['conversationId']}"
    chance = random.Random(f"{seed}:{conversation}")  # noqa: S311
    before: list[str] = []
    for message in dialogue["messages"]:
        raw = " ".join(str(message["text"]).split())
        for at, hit in enumerate(_FILM.finditer(raw)):
            if hit[1] in called and hit[1] in films:
                for form in FORMS:
                    yield _case(conversation, raw, at, form, called, films[hit[1]], tuple(before), chance)
        before.append(_written(raw, {key: _name(title) for key, title in called.items()})[0])


def _titles(dialogue: Json) -> dict[str, str]:
    named = dict(dialogue["movieMentions"] or {})
    return {key: " ".join(unquote(str(name)).split()) for key, name in named.items() if name}


def _case(
    conversation: str,
    raw: str,
    at: int,
    form: str,
    called: Mapping[str, str],
    gold: str,
    before: tuple[str, ...],
    chance: random.Random,
) -> Case:
    def written(title: str) -> str:
        name = _name(title)
        if form == "year":
            return title
        return misspelt(name, chance) if form == "misspelt" else name.lower() if form == "small" else name

    text, spans = _written(raw, {key: written(title) for key, title in called.items()})
    return Case(conversation, text, *spans[at], gold, before, {"form": form})


def _written(raw: str, titles: Mapping[str, str]) -> tuple[str, Sequence[tuple[int, int]]]:
    """The message with titles in place of numbers, and where they stand."""
    text, last = "", 0
    spans = []
    for hit in _FILM.finditer(raw):
        title = titles.get(hit[1], hit[0])
        text += raw[last : hit.start()]
        spans.append((len(text), len(text) + len(title)))
        text += title
        last = hit.end()
    return text + raw[last:], spans


def _name(title: str) -> str:
    return taken_apart(title)[0]
