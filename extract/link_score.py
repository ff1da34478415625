"""How well each thing that a mention may mean fits it, by rules: names, kinds, year, small letters, parts of names.

The scores choose and order the candidates; what they are worth, :mod:`penchant.extract.link_model` has learned.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from penchant.extract.spelling import meant, same_numbers, spelling_score
from penchant.kg import normalise
from penchant.kg.label_index import NAMED, Entry, LabelIndex, Match

#: Most things that one mention is compared with.
CANDIDATES: Final = 12
#: Kinds of thing that have a title.
TITLED: Final = frozenset({"film", "series", "book", "music", "game"})

_SPELT_ALIKE = 10
_NEAR = 40
_PRIOR, _KIND, _YEAR_BONUS, _YEAR_MALUS, _CASE = 0.08, 0.06, 0.08, 0.30, 0.08
_HEAD, _OTHER_HEAD, _SMALL = 0.06, 0.30, 0.35
_FEW_NAMES = 3
_YEAR_AFTER: Final = re.compile(r"\s?\(((?:18|19|20)\d\d)\)")
_WEAK = 0.12
# What it costs a title or a person's name that the mention had to be changed: "killers" is not "The Killer".
_CHANGED: Final = {"singular": 0.25, "synonym": 0.30, "head": 0.05, "filler": 0.02}


@dataclass(frozen=True)
class Mention:
    """Words that may name a thing, where they stand.

    Args:
        quote: the words.
        text: the text; ``quote`` is ``text[start:end]``.
        start: first code point.
        end: code point after the last.
    """

    quote: str
    text: str
    start: int
    end: int

    @cached_property
    def form(self) -> normalise.Name:
        """The words taken apart; a year in brackets right after them is theirs, whoever marked where they end."""
        form = normalise.take_apart(self.quote)
        after = _YEAR_AFTER.match(self.text, self.end)
        return replace(form, year=int(after[1])) if after and form.year is None else form


@dataclass(frozen=True, slots=True)
class Scored:
    """A thing that a mention may mean, by which name, and how well it fits by the rules (about 0 to 1.2)."""

    match: Match
    score: float

    @property
    def entry(self) -> Entry:
        """The thing."""
        return self.match.entry


class Scorer:
    """Scores candidates by rules."""

    def __init__(self, index: LabelIndex) -> None:
        self._index = index
        #: Logarithm of the largest number of facts about any thing.
        self.top = math.log1p(max(index.top_degree, 1))

    def candidates(self, mention: Mention, exact: Iterable[Match] | None = None) -> list[Scored]:
        """What the mention may mean, best first.

        Args:
            mention: the words.
            exact: matches by name, where they were looked up already; then names that are only alike are left out.
        """
        found = [(m.score, m) for m in (self._index.exact(mention.quote) if exact is None else exact)]
        if any(m.way != "wider" and score > 0.8 for score, m in found):
            found = [(score, m) for score, m in found if m.way != "wider"]
        if exact is None and not any(score > 0.9 for score, _ in found):
            form = mention.form.form
            found += [(m.score, m) for m in self._index.starting(mention.quote)]
            found += [
                (spelling_score(meant(form, m.name), m, self._index), m)
                for m in self._index.fuzzy(mention.quote, _SPELT_ALIKE)
            ]
        matches: dict[str, tuple[float, Match]] = {}
        for score, match in found:
            if score > matches.get(match.entry.iri, (0.0, match))[0]:
                matches[match.entry.iri] = (score, match)
        said = kinds_said(mention)
        scored = [Scored(match, self._score(score, match, mention, said)) for score, match in matches.values()]
        return sorted(scored, key=lambda s: (-s.score, s.entry.iri))[:CANDIDATES]

    def _score(self, base: float, match: Match, mention: Mention, said: set[str]) -> float:
        entry, kinds, form, quote = match.entry, set(match.entry.hints), mention.form, mention.quote
        score = base + _PRIOR * (math.log1p(entry.degree) / self.top - 0.5)
        if kinds & NAMED and "genre" not in kinds:
            score -= _CHANGED.get(match.way, 0.0)
            # Who writes a common word small seldom means a title, and less so with other words around it.
            said_of_it = form.form if match.way == "start" else match.name
            if quote.islower() and " " not in said_of_it and match.kind != "surname":
                score -= _SMALL if match.way in _CHANGED else _CASE
        elif (ours := head_kinds(form.form)) and (theirs := head_kinds(normalise.normal(entry.label))):
            score += _HEAD if ours & theirs else -_OTHER_HEAD
        # A title that is not known, rather than a kind of film, a person, or a title within it.
        other = form.year is not None and bool(kinds) and not titled(entry)
        if other or (match.way in ("wider", "filler") and _looks_like_title(quote)):
            score -= _OTHER_HEAD
        if match.kind == "surname":
            score += _PRIOR * math.log1p(entry.degree) / self.top
        if match.kind == "surname" or match.way == "start":
            score -= self._part_cost(match, form.form, quote)
        if said and kinds:
            score += _KIND if said & kinds else -_KIND / 2
        if form.year is not None and entry.year is not None:
            score += _YEAR_BONUS if abs(form.year - entry.year) <= 1 else -_YEAR_MALUS
        return score

    def _part_cost(self, match: Match, form: str, quote: str) -> float:
        """Part of a name says little if it is a first name, or a word that many names hold or that is written small."""
        kinds = set(match.entry.hints)
        cost = 0.0 if match.way != "start" or same_numbers(form, match.name) else _OTHER_HEAD  # a sequel
        cost += _WEAK if match.way == "start" and (not titled(match.entry) or kinds & {"actor", "director"}) else 0.0
        if len(form.split()) == 1:
            names = self._index.names_with(form)
            known = match.kind == "surname" and math.log1p(match.entry.degree) > self.top / 2
            cost += _WEAK if names > _FEW_NAMES and not known else 0.0
            cost += _WEAK if quote.islower() and match.way == "start" else 0.0
        return cost


def kinds_said(mention: Mention) -> set[str]:
    """Kinds that the mention itself speaks of, else the words close to it."""
    prepositions = normalise.word_lists()["prepositions"]
    if normalise.possessor(mention.quote):
        return {"director", "actor", "author", "band", "company"}
    form = mention.form.form
    words = form.split()
    inside = {h for word in words for h in normalise.hints_of(word)} | set(mention.form.hints)
    if opened := len(words) - len(normalise.after_opener(form).split()):
        for word in words[:opened]:
            inside.update(prepositions.get(word, ()))
    elif head_kinds(form):
        inside.add("genre")
    if inside:
        return inside
    text, start, end = mention.text, mention.start, mention.end
    before = normalise.normal(re.split(r"[.!?\n]", text[max(0, start - _NEAR) : start])[-1]).split()[-3:]
    after = normalise.normal(re.split(r"[.!?\n,]", text[end : end + _NEAR])[0]).split()[:2]
    near = {h for word in (*before, *after) for h in normalise.hints_of(word)}
    return near | set(prepositions.get(before[-1], ())) if before else near


def titled(entry: Entry) -> bool:
    """Whether the thing has a title, as works have."""
    return entry.is_item or bool(TITLED & set(entry.hints))


def _looks_like_title(quote: str) -> bool:
    words = quote.split()
    return ":" in quote or "'s " in quote or (words[0][:1].isupper() and words[-1][:1].isupper())


def head_kinds(form: str) -> set[str]:
    """Kinds that the general last word of a form speaks of: ``film`` for ``horror movies``."""
    return set(normalise.hints_of(form.split()[-1])) if normalise.without_head(form) != form else set()
