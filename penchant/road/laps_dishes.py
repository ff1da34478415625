"""Dishes of LAPS by their name, and what the memories of the training part tell of ingredients and cuisines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from penchant.kg.normalise import normal, singular
from penchant.kg.proposal import ItemRecord
from penchant.road.cases import Fact
from penchant.road.laps_films import slug
from penchant.road.laps_heard import Heard
from penchant.road.laps_links import taken
from penchant.road.laps_memory import Session, said

LIKED: Final = "dish_like"
DISLIKED: Final = "dish_dislike"
#: Categories whose values are things that a dish has.
KINDS: Final = (
    ("ingredient_like", "ingredient"),
    ("ingredient_dislike", "ingredient"),
    ("cuisine_like", "cuisine"),
    ("cuisine_dislike", "cuisine"),
)
_HEAD: Final = re.compile(r" (?:dish|recipe|meal|food|cuisine|option|type|style)$")
#: Words of a value that says what a dish is like, or speaks of dishes in general.
_NO_NAME: Final = re.compile(
    r"\b(?:easy|eas\w+|quick\w*|simpl\w+|healthy|healthier|fast|different|something|anything|meals?|dish|dishes|recipes?"
    r"|foods?|cuisines?|options?|cook\w*|ingredients?|usually|time|way|prefer\w*|variety|tast\w+|flavou?rs?|flavou?rful"
    r"|delicious|light|filling|cheap|new|favou?rites?|seasonal|homemade|spicy|savou?ry|sweet|breakfast|lunch|dinner"
    r"|no|none|not|open|all|any|array|various|suggest\w*|specific|texture\w*|hot|cold|hearty|heavy|full|more|elaborate"
    r"|interesting|fresh|rich|salty|plain|too|content|combination|seasoning)\b"
)
#: A part of an address that is no word: ``e19402ff``.
_NUMBERED: Final = re.compile(r"\d[a-z]+\d|[a-z]\d+[a-z]")
_LONGEST: Final = 5
_PAGE: Final = re.compile(
    r"https?://\S*?/(?:recipes?/)?(?:\d+/)?([a-z0-9]+(?:[-_][a-z0-9]+)+)/?(?:[?#]\S*)?(?=[\s).,]|$)"
)


@dataclass(slots=True)
class Dish:
    """A dish: its IRI, its name as written first, and (kind, name) of what it has."""

    iri: str
    title: str
    told: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class Dishes:
    """The dishes, by IRI; a name is compared without articles, capitals, plural and a general word at its end."""

    by_iri: dict[str, Dish] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    things: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, name: str) -> str:
        """Take in a dish; its IRI."""
        iri = f"urn:laps:dish/{slug(form_of(name))}"
        self.by_iri.setdefault(iri, Dish(iri, name))
        return iri

    def find(self, words: str) -> str:
        """IRI of the dish that the words name, or the empty string."""
        iri = f"urn:laps:dish/{slug(form_of(words))}"
        return iri if iri in self.by_iri else ""

    def items(self) -> tuple[ItemRecord, ...]:
        """The catalogue, in the order of IRIs."""
        return tuple(
            ItemRecord(id=iri, label=dish.title, iri=iri, concepts=tuple(sorted(concept(*told) for told in dish.told)))
            for iri, dish in sorted(self.by_iri.items())
        )

    def facts(self) -> tuple[Fact, ...]:
        """What the dishes have, in order."""
        return tuple(
            sorted(
                (iri, f"urn:laps:{kind}", concept(kind, form))
                for iri, dish in self.by_iri.items()
                for kind, form in dish.told
            )
        )

    def concepts(self) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
        """Names and kinds of ingredients and cuisines, as written first."""
        names: dict[str, tuple[str, ...]] = {concept(*thing): (name,) for thing, name in sorted(self.things.items())}
        return names, {concept(kind, form): kind for kind, form in sorted(self.things)}

    def tell(self) -> None:
        """Every dish has the ingredients and cuisines whose names stand in its own."""
        for dish in self.by_iri.values():
            padded = f" {' '.join(singular(word) for word in form_of(dish.title).split())} "
            dish.told |= {thing for thing in self.things if f" {thing[1]} " in padded}


def form_of(words: str) -> str:
    """A name as it is compared: ``Italian pasta dishes`` → ``italian pasta``."""
    form = singular(normal(said(words)))
    return singular(_HEAD.sub("", form))


def concept(kind: str, form: str) -> str:
    """IRI of an ingredient or cuisine."""
    return f"urn:laps:{kind}/{slug(form)}"


def is_name(value: str) -> bool:
    """Whether a value names a dish rather than a quality ("easy to make") or dishes in general."""
    form = normal(said(value))
    return bool(form) and len(form.split()) <= _LONGEST and not _NO_NAME.search(form)


def _is_concept(value: str) -> bool:
    """The same of an ingredient or cuisine, whose name may end with a general word ("Thai food")."""
    return is_name(form_of(value))


def pages(message: str) -> Iterator[str]:
    """Names in the addresses of recipes: ``…/recipes/green-pea-soup`` → ``green pea soup``."""
    for match in _PAGE.finditer(unquote(message)):
        words = [w for w in re.split("[-_]", match[1]) if w != "recipe" and not w.isdigit()]
        if len(words) > 1 and "recipes" not in words and not any(_NUMBERED.search(word) for word in words):
            yield " ".join(words)


def menu(some: Iterable[Sequence[Session]], training: Iterable[Sequence[Session]]) -> tuple[Dishes, frozenset[str]]:
    """Dishes of the training memories and of all recipe links; and those that only a link tells of.

    A cuisine is a dish's where its name stands in the dish's, or where a training memory states one cuisine and that
    the dish is liked.
    """
    found = Dishes()
    taught = [session for each in training for session in each]
    for session in taught:
        for category, kind in KINDS:
            for value in filter(_is_concept, session.values(category)):
                found.things.setdefault((kind, form_of(value)), said(value))
    for session in taught:
        cuisines = {form_of(v) for v in session.values("cuisine_like") if ("cuisine", form_of(v)) in found.things}
        for value in filter(is_name, session.values(LIKED, DISLIKED)):
            dish = found.by_iri[found.add(said(value))]
            if len(cuisines) == 1 and value in session.values(LIKED):
                dish.told.add(("cuisine", next(iter(cuisines))))
    found.sources.append(f"{len(found.by_iri)} dishes of the training memories")
    before = set(found.by_iri)
    for each in some:
        for page in (page for session in each for turn in session.turns for page in pages(turn.text)):
            found.add(page)
    found.tell()
    return found, frozenset(found.by_iri.keys() - before)


def listen(sessions: Sequence[Session], dishes: Dishes) -> Iterator[Heard]:
    """What each session of one writer tells: dishes linked, taken up, liked and disliked, and named in the texts."""
    known = {iri.rpartition("/")[2].replace("-", " "): iri for iri in dishes.by_iri}
    for session in sessions:
        named: list[str] = []
        taken_up: list[str] = []
        for i, turn in enumerate(session.turns):
            linked = [dishes.find(page) for page in pages(turn.text)]
            named += dict.fromkeys((*_called(turn.text, known), *linked))
            reply = next((later.text for later in session.turns[i + 1 :] if later.own), "")
            taken_up += linked if not turn.own and linked and taken(reply) else ()
        liked = {value: dishes.find(value) for value in session.values(LIKED)}
        missed = [value for value, iri in liked.items() if not iri]
        yield Heard(
            named=tuple(named),
            liked=tuple(dict.fromkeys(filter(None, liked.values()))),
            taken=tuple(dict.fromkeys(taken_up)),
            disliked=tuple(dict.fromkeys(iri for value in session.values(DISLIKED) if (iri := dishes.find(value)))),
            unknown=tuple(dict.fromkeys(form_of(value) for value in missed if is_name(value))),
            no_title=sum(not is_name(value) for value in missed),
        )


def _called(text: str, known: dict[str, str]) -> Iterator[str]:
    """Dishes whose whole name stands in a text, the longest first, without overlap."""
    words = [singular(word) for word in normal(re.sub(r"https?://\S+", " ", text)).split()]
    i = 0
    while i < len(words):
        n = next((n for n in range(_LONGEST, 0, -1) if " ".join(words[i : i + n]) in known and i + n <= len(words)), 0)
        if n:
            yield known[" ".join(words[i : i + n])]
        i += n or 1
