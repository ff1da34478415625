"""From a mention to the thing that it means, or to the plain answer that it is none of them (NIL).

Candidates come from the label index: by name, by spelling, by the start of a name.  Each is scored by how alike the
names are, how well known the thing is, whether the sentence speaks of its kind (film, actor, genre …), the year, and,
with an encoder, how near the sentence is to it in meaning.  The shares of a softmax over the candidates and NIL, which
has the threshold as its score, are the confidences: things that tie share it.
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from penchant.extract.spelling import same_numbers, spelling_score
from penchant.kg import normalise
from penchant.kg.encoder import Encoder
from penchant.kg.label_index import NAMED, Entry, LabelIndex, Match
from penchant.kg.proposal import LinkCandidate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Score of NIL.  It and the temperature were chosen on 3,534 development mentions: titles that people named in
#: dialogues, as they are, in small letters, with the year, or misspelt; 46 % of them are not in the index.  F1 stays
#: within .003 of its best from 0.64 to 0.74.  On 3,323 other mentions: precision .94, recall .96, right in 95 %,
#: expected calibration error of the confidences .03.  With the encoder, 1 mention in 8 is asked about, and of those
#: 78 % instead of 77 % come out right.
NIL_THRESHOLD: Final = 0.66
#: How sharply a better score wins.
TEMPERATURE: Final = 0.09
#: A link with a smaller share is a guess among many: NIL.
LEAST_SHARE: Final = 0.3

_CANDIDATES = 8
_KEPT_VECTORS = 4096
# Characters of the sentence on each side of a mention that are looked at.
_AROUND = 160
_NEAR = 40
_PRIOR, _KIND, _YEAR_BONUS, _YEAR_MALUS, _CASE, _MEANING = 0.08, 0.06, 0.08, 0.30, 0.08, 0.20
_HEAD, _OTHER_HEAD, _SMALL = 0.06, 0.30, 0.35
_DOUBT = 0.12
# Cosine of a sentence with a thing that it may or may not mean.
_USUAL_NEARNESS = 0.55
_FEW_NAMES = 3
_WEAK = 0.12
_TITLED: Final = frozenset({"film", "series", "book", "music", "game"})
# What it costs a title or a person's name that the mention had to be changed: "killers" is not "The Killer".
_CHANGED: Final = {"singular": 0.25, "synonym": 0.30, "head": 0.05, "filler": 0.02}


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """What a mention means.

    Args:
        candidates: what it may mean, best first; their scores are shares, in [0, 1].
        link: the IRI chosen, or None for NIL.
        confidence: the share of what was chosen, NIL too; genres of one name count together.
    """

    candidates: tuple[LinkCandidate, ...]
    link: str | None
    confidence: float


_NOTHING: Final = LinkDecision((), None, 1.0)


class Linker:
    """Links mentions through a label index.  The same mention in the same text always gets the same answer.

    Args:
        index: names of the graph's things.
        encoder: re-ranks by meaning; without it linking is faster and a little worse.
        nil_threshold: the score below which a mention is none of the candidates.
    """

    def __init__(
        self, index: LabelIndex, encoder: Encoder | None = None, *, nil_threshold: float = NIL_THRESHOLD
    ) -> None:
        self._index = index
        self._encoder = encoder
        self._nil = nil_threshold
        self._top = math.log1p(max(index.top_degree, 1))
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def link(self, quote: str, text: str, start: int, end: int) -> LinkDecision:
        """Decide what ``quote``, which is ``text[start:end]``, means.

        Pronouns and general words (``it``, ``that one``, ``good movies``) are always NIL, unless a year in brackets
        or a capital inside the sentence shows that they are a title.
        """
        form = normalise.take_apart(quote)
        if not form.form or (normalise.is_generic(form.form) and not self._is_named(quote, form, text, start)):
            return _NOTHING
        scored = self._scored(quote, form, text, start, end)
        if not scored:
            return _NOTHING
        highest = max(self._nil, scored[0][0])
        weights = [math.exp((score - highest) / TEMPERATURE) for score, _ in scored]
        nil = math.exp((self._nil - highest) / TEMPERATURE)
        total = sum(weights) + nil
        candidates = tuple(
            LinkCandidate(entry.iri, entry.label, round(weight / total, 4))
            for weight, (_, entry) in zip(weights, scored, strict=True)
        )
        best = candidates[0]
        if scored[0][0] < self._nil:
            return LinkDecision(candidates, None, round(nil / total, 4))
        if best.score < LEAST_SHARE:
            return LinkDecision(candidates, None, round(1 - best.score, 4))
        alike = [c.score for c, (_, entry) in zip(candidates, scored, strict=True) if _alike(entry, scored[0][1])]
        return LinkDecision(candidates, best.iri, round(min(sum(alike), 1.0), 4))

    def _is_named(self, quote: str, form: normalise.Name, text: str, start: int) -> bool:
        """Whether general words are a name: ``It (2017)``, ``The Thing`` in a sentence, the genre ``family film``."""
        if form.year is not None:
            return True
        if form.form in normalise.word_lists()["pronouns"]:
            return False
        found = self._index.exact(quote)
        if " " in form.form and any("genre" in m.entry.hints and m.way != "wider" for m in found):
            return True
        inside = bool(re.search(r"[\w,;:\"“(]\s*$", text[:start]))
        capital = all(word[:1].isupper() for word in quote.split())
        return inside and capital and any(match.entry.label == quote.strip() for match in found)

    def _scored(self, quote: str, form: normalise.Name, text: str, start: int, end: int) -> list[tuple[float, Entry]]:
        matches: dict[str, tuple[float, Match]] = {}
        found = [(m.score, m) for m in self._index.exact(quote)]
        if any(m.way != "wider" and score > 0.8 for score, m in found):
            found = [(score, m) for score, m in found if m.way != "wider"]
        if not any(score > 0.9 for score, _ in found):
            wanted = normalise.after_opener(form.form)
            found += [(m.score, m) for m in self._index.starting(quote)]
            found += [(spelling_score(wanted, m, self._index), m) for m in self._index.fuzzy(quote, _CANDIDATES)]
        for score, match in found:
            if score > matches.get(match.entry.iri, (0.0, match))[0]:
                matches[match.entry.iri] = (score, match)
        said = self._hints(quote, form, text, start, end)
        first = sorted(
            ((self._score(s, m, quote, form, said), m.entry) for s, m in matches.values()),
            key=lambda pair: (-pair[0], pair[1].iri),
        )[:_CANDIDATES]
        if self._encoder is None or not self._in_doubt(first):
            return first
        near = self._nearness(text[max(0, start - _AROUND) : end + _AROUND], [entry for _, entry in first])
        again = [
            (score + _MEANING * (n - _USUAL_NEARNESS), entry) for (score, entry), n in zip(first, near, strict=True)
        ]
        return sorted(again, key=lambda pair: (-pair[0], pair[1].iri))

    def _in_doubt(self, scored: list[tuple[float, Entry]]) -> bool:
        """Whether meaning could change the answer; asking the encoder takes most of the time."""
        if not scored or scored[0][0] < self._nil - _DOUBT:
            return False
        close = [s for s, _ in scored if s > max(scored[0][0] - _DOUBT, self._nil - _DOUBT)]
        return len(close) > 1 or abs(scored[0][0] - self._nil) < _DOUBT

    def _score(self, base: float, match: Match, quote: str, form: normalise.Name, said: set[str]) -> float:
        entry, kinds = match.entry, set(match.entry.hints)
        score = base + _PRIOR * (math.log1p(entry.degree) / self._top - 0.5)
        if kinds & NAMED and "genre" not in kinds:
            score -= _CHANGED.get(match.way, 0.0)
            # Who writes a common word small seldom means a title, and less so with other words around it.
            said_of_it = form.form if match.way == "start" else match.name
            if quote.islower() and " " not in said_of_it and match.kind != "surname":
                score -= _SMALL if match.way in _CHANGED else _CASE
        elif (ours := _head_kinds(form.form)) and (theirs := _head_kinds(normalise.normal(entry.label))):
            score += _HEAD if ours & theirs else -_OTHER_HEAD
        # A title that is not known, rather than a kind of film, a person, or a title within it.
        other = form.year is not None and bool(kinds) and not _titled(entry)
        if other or (match.way in ("wider", "filler") and _looks_like_title(quote)):
            score -= _OTHER_HEAD
        if match.kind == "surname":
            score += _PRIOR * math.log1p(entry.degree) / self._top
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
        cost += _WEAK if match.way == "start" and (not _titled(match.entry) or kinds & {"actor", "director"}) else 0.0
        if len(form.split()) == 1:
            names = self._index.names_with(form)
            known = match.kind == "surname" and math.log1p(match.entry.degree) > self._top / 2
            cost += _WEAK if names > _FEW_NAMES and not known else 0.0
            cost += _WEAK if quote.islower() and match.way == "start" else 0.0
        return cost

    def _hints(self, quote: str, form: normalise.Name, text: str, start: int, end: int) -> set[str]:
        """Kinds that the mention itself speaks of, else the words close to it."""
        prepositions = normalise.word_lists()["prepositions"]
        if normalise.possessor(quote):
            return {"director", "actor", "author", "band", "company"}
        words = form.form.split()
        inside = {h for word in words for h in normalise.hints_of(word)} | set(form.hints)
        if opened := len(words) - len(normalise.after_opener(form.form).split()):
            for word in words[:opened]:
                inside.update(prepositions.get(word, ()))
        elif _head_kinds(form.form):
            inside.add("genre")
        if inside:
            return inside
        before = normalise.normal(re.split(r"[.!?\n]", text[max(0, start - _NEAR) : start])[-1]).split()[-3:]
        after = normalise.normal(re.split(r"[.!?\n,]", text[end : end + _NEAR])[0]).split()[:2]
        near = {h for word in (*before, *after) for h in normalise.hints_of(word)}
        return near | set(prepositions.get(before[-1], ())) if before else near

    def _nearness(self, sentence: str, entries: list[Entry]) -> list[float]:
        """Cosine of the sentence with each entry's description."""
        assert self._encoder is not None
        missing = [e for e in entries if e.iri not in self._vectors]
        vectors = self._encoder.encode([sentence, *(_description(e) for e in missing)])
        for entry, vector in zip(missing, vectors[1:], strict=True):
            self._vectors[entry.iri] = vector
        near = [float(vectors[0] @ self._vectors[e.iri]) for e in entries]
        while len(self._vectors) > _KEPT_VECTORS:
            self._vectors.popitem(last=False)
        return near


def _alike(one: Entry, other: Entry) -> bool:
    """Whether two things are the same to a person: a thing itself, or the genres ``drama`` and ``drama film``."""
    if one.iri == other.iri:
        return True
    ours, theirs = ({form, normalise.without_head(form)} for form in map(normalise.normal, (one.label, other.label)))
    return bool(ours & theirs) and "genre" in one.hints and "genre" in other.hints


def _titled(entry: Entry) -> bool:
    return entry.is_item or bool(_TITLED & set(entry.hints))


def _looks_like_title(quote: str) -> bool:
    words = quote.split()
    return ":" in quote or "'s " in quote or (words[0][:1].isupper() and words[-1][:1].isupper())


def _head_kinds(form: str) -> set[str]:
    """Kinds that the general last word of a form speaks of: ``film`` for ``horror movies``."""
    return set(normalise.hints_of(form.split()[-1])) if normalise.without_head(form) != form else set()


def _description(entry: Entry) -> str:
    about = ", ".join((*entry.hints, *([str(entry.year)] if entry.year else [])))
    return f"{entry.label} ({about})" if about else entry.label
