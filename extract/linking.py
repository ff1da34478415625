"""From a mention to the thing that it means, or to the plain answer that it is none of them (NIL).

Candidates come from the label index: by name, by spelling, by the start of a name.  Rules score how well each fits
(:mod:`penchant.extract.link_score`); learned weights turn these scores and what else is known (how common the words
are, how they are written, what kinds of thing the dialogue is about, how many others have the name) into shares of
confidence for each candidate and for NIL (:mod:`penchant.extract.link_model`).  With an encoder, what the turns say
decides where this leaves doubt.  Things that tie share the confidence.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from penchant.extract.link_features import kinds_spoken_of, of_candidates, of_none
from penchant.extract.link_model import LinkModel, shares, shipped
from penchant.extract.link_score import Mention, Scored, Scorer
from penchant.kg import normalise
from penchant.kg.encoder import Encoder
from penchant.kg.label_index import NAMED, Entry, LabelIndex, Match
from penchant.kg.proposal import LinkCandidate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The least score by the rules that a thing wants, where all else is even: a higher one makes more mentions NIL.
NIL_THRESHOLD: Final = 0.66
#: By how much of that score the odds against NIL change e-fold.
TEMPERATURE: Final = 0.09
#: A link with a smaller share is a guess among many: NIL.
LEAST_SHARE: Final = 0.2

_KEPT_VECTORS = 4096
# Characters of the sentence on each side of a mention, and of the turns before, that the encoder reads.
_AROUND = 160
_BEFORE = 240
# How many of the turns before say what a dialogue is about.
_TURNS = 4
# Strength of one cosine, and the usual one of a sentence with a thing that it may or may not mean.
_MEANING = 2.2
_USUAL_NEARNESS = 0.55
# Shares that leave no doubt.
_SURE, _NO_RIVAL = 0.85, 0.12


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


#: The answer to words that name nothing.
NOTHING: Final = LinkDecision((), None, 1.0)


class Linker:
    """Links mentions through a label index.  The same mention in the same texts always gets the same answer.

    Args:
        index: names of the graph's things.
        encoder: re-ranks by meaning; without it linking is faster and a little worse.
        nil_threshold: raises or lowers the bar below which a mention is none of the candidates.
        model: learned weights; those that ship, unless others are given.
    """

    def __init__(
        self,
        index: LabelIndex,
        encoder: Encoder | None = None,
        *,
        nil_threshold: float = NIL_THRESHOLD,
        model: LinkModel | None = None,
    ) -> None:
        #: The names.
        self.index = index
        self._scorer = Scorer(index)
        self._encoder = encoder
        self._bar = (nil_threshold - NIL_THRESHOLD) / TEMPERATURE
        self._model = model or shipped()
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def link(self, quote: str, text: str, start: int, end: int, *, context: Sequence[str] = ()) -> LinkDecision:
        """Decide what ``quote``, which is ``text[start:end]``, means.

        Pronouns and general words (``it``, ``that one``, ``good movies``) are always NIL, unless a year in brackets
        or a capital inside the sentence shows that they are a title, or they name a kind of thing at large
        (``movies``) that the index knows.

        Args:
            quote: the words.
            text: the text that they stand in.
            start: first code point of the words.
            end: code point after them.
            context: earlier turns of the dialogue, the newest last.
        """
        return self.decide(Mention(quote, text, start, end), context)

    def decide(
        self, mention: Mention, context: Sequence[str] = (), matches: Iterable[Match] | None = None
    ) -> LinkDecision:
        """As :meth:`link`; with ``matches``, which were looked up by name already, names only alike are not tried."""
        form = mention.form.form
        if not form:
            return NOTHING
        if normalise.is_generic(form) and not self._is_named(mention):
            return self._at_large(mention, matches)
        scored = self._scorer.candidates(mention, matches)
        if not scored:
            return NOTHING
        # The weights were learned on whole English names.
        if normalise.is_wide(form) or (mention.form.year is None and _is_part(scored[0].match)):
            return self._by_rules(scored)
        topic = kinds_spoken_of([*context[-_TURNS:], mention.text])
        model = self._model
        strengths = [model.strength(f) for f in of_candidates(mention, scored, topic, self._scorer.top)]
        none = model.strength_of_none(of_none(mention, scored, topic)) + self._bar
        likely, nil = shares(strengths, none)
        if self._encoder is not None and _in_doubt(likely, nil):
            near = self._nearness(_around(mention, context), [s.entry for s in scored])
            strengths = [s + _MEANING * (n - _USUAL_NEARNESS) for s, n in zip(strengths, near, strict=True)]
            likely, nil = shares(strengths, none)
        return _decision(scored, likely, nil)

    def _is_named(self, mention: Mention) -> bool:
        """Whether general words are a name: ``It (2017)``, ``The Thing`` in a sentence, the genre ``family film``."""
        form, quote = mention.form, mention.quote
        if form.year is not None:
            return True
        if form.form in normalise.word_lists()["pronouns"]:
            return False
        found = self.index.exact(quote)
        if " " in form.form and any("genre" in m.entry.hints and m.way != "wider" for m in found):
            return True
        inside = bool(re.search(r"[\w,;:\"“(]\s*$", mention.text[: mention.start]))
        capital = all(word[:1].isupper() for word in quote.split())
        return inside and capital and any(match.entry.label == quote.strip() for match in found)

    def _at_large(self, mention: Mention, matches: Iterable[Match] | None) -> LinkDecision:
        """What a plural without a word before it that points (``movies``, not ``those movies``) says in general."""
        lists = normalise.word_lists()
        word = mention.quote.casefold().strip()
        before = re.findall(r"\w+", mention.text[: mention.start].casefold())[-1:]
        if normalise.singular(word) == word or word in lists["vague"] or set(before) & set(lists["pointing"]):
            return NOTHING
        found = [
            m
            for m in (self.index.exact(mention.quote) if matches is None else matches)
            if m.kind in ("label", "alias") and m.way in ("same", "singular") and not set(m.entry.hints) & NAMED
        ]
        scored = self._scorer.candidates(mention, found)
        return self._by_rules(scored) if scored else NOTHING

    def _by_rules(self, scored: Sequence[Scored]) -> LinkDecision:
        likely, nil = shares([s.score / TEMPERATURE for s in scored], NIL_THRESHOLD / TEMPERATURE + self._bar)
        return _decision(scored, likely, nil)

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


def _is_part(match: Match) -> bool:
    """Whether the words are part of a name (``Hitchcock``, one side of a colon) or hold one (``Quimby's films``)."""
    return match.kind in ("surname", "part") or match.way in ("start", "phrase")


def _in_doubt(likely: Sequence[float], nil: float) -> bool:
    """Whether meaning could change the answer; asking the encoder takes most of the time."""
    best, second = [*sorted(likely, reverse=True), 0.0][:2]
    return max(best, nil) < _SURE and (second > _NO_RIVAL or min(best, nil) > _NO_RIVAL)


def _around(mention: Mention, context: Sequence[str]) -> str:
    """The words around a mention, after the end of what was said before."""
    near = mention.text[max(0, mention.start - _AROUND) : mention.end + _AROUND]
    said = " ".join(context[-_TURNS:])[-_BEFORE:]
    return f"{said} {near}" if said else near


def _decision(scored: Sequence[Scored], likely: Sequence[float], nil: float) -> LinkDecision:
    order = sorted(range(len(scored)), key=lambda i: (-likely[i], -scored[i].score, scored[i].entry.iri))
    ranked = [(scored[i].entry, likely[i]) for i in order]
    candidates = tuple(LinkCandidate(entry.iri, entry.label, round(share, 4)) for entry, share in ranked)
    first, best = ranked[0]
    together = sum(share for entry, share in ranked if _alike(entry, first))
    if nil > together:
        return LinkDecision(candidates, None, round(nil, 4))
    if best < LEAST_SHARE:
        return LinkDecision(candidates, None, round(1 - best, 4))
    return LinkDecision(candidates, first.iri, round(min(together, 1.0), 4))


def _alike(one: Entry, other: Entry) -> bool:
    """Whether two things are the same to a person: a thing itself, or the genres ``drama`` and ``drama film``."""
    if one.iri == other.iri:
        return True
    ours, theirs = ({form, normalise.without_head(form)} for form in map(normalise.normal, (one.label, other.label)))
    return bool(ours & theirs) and "genre" in one.hints and "genre" in other.hints


def _description(entry: Entry) -> str:
    about = ", ".join((*entry.hints, *([str(entry.year)] if entry.year else [])))
    return f"{entry.label} ({about})" if about else entry.label
