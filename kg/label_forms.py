"""The forms under which a mention may stand in the label index: other words for it, and it with a slip."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from penchant.kg import normalise

#: How well each way of changing the mention keeps its meaning.
WAYS: Final[dict[str, float]] = {
    "same": 1.0,
    "numeral": 0.99,  # "Rocky 2" for "Rocky II"
    "head": 0.98,  # "horror" for "horror movies"
    "singular": 0.98,
    "synonym": 0.94,
    "filler": 0.96,  # "Thor" for "the latest Thor"
    "phrase": 0.94,  # "Nolan" for "movies by Nolan"
    "start": 0.9,
    "wider": 0.8,  # "drama" for "gritty drama": only for genres
    "article": 0.98,  # "Mask" for "teh Mask": a slip in the article
    "spelling": 1.0,  # costs what the spelling costs
}
#: Longest name of which every form with one character left out is kept: too short for trigrams to survive a slip.
SHORT: Final = 8


def left_out(form: str) -> list[str]:
    """The form, and it with each one of its characters left out: two names one slip apart have one of these in common.

    Fewer than two letters are too little to go by; of Chinese and other wide characters, one is enough.
    """
    least = 1 if normalise.is_wide(form) else 2
    return sorted({form} | {rest for i in range(len(form)) if len(rest := form[:i] + form[i + 1 :]) >= least})


@lru_cache(maxsize=4096)
def spellings(text: str) -> dict[str, tuple[float, str]]:
    """Normal forms under which ``text`` may stand in the index: how well each keeps its meaning, and by which way."""
    form = normalise.take_apart(text).form
    owner = normalise.possessor(text)
    found = {form: (WAYS["same"], "same")}

    def add(other: str, value: float, way: str) -> None:
        if other and value * WAYS[way] > found.get(other, (0.0, ""))[0]:
            found[other] = (value * WAYS[way], way)

    add(normalise.without_filler(form), 1.0, "filler")
    add(normalise.after_opener(form), 1.0, "phrase")
    add(normalise.other_numerals(form), 1.0, "numeral")
    if owner:
        add(owner, 1.0, "phrase")
        return found
    for known, (value, _) in list(found.items()):
        short = normalise.without_head(known)
        add(short, value, "head")
        add(normalise.singular(known), value, "singular")
        add(normalise.singular(short), value, "singular")
        for end in normalise.wider(normalise.singular(short)):
            add(end, value, "wider")
        for base in dict.fromkeys((known, normalise.singular(known), short, normalise.singular(short))):
            for other in normalise.synonyms(base, before_head=short != known):
                add(other, value, "synonym")
    return found
