"""The names in a text that the index knows: which words are a name at all, and what each means.

Runs of up to six words are looked up by name, all of a text at once.  What each may mean, the linker decides; how
likely such words are a name here at all, learned weights say (``spot_weights.json``): how sure the link is, capitals,
how many and how common the words are, quotation marks, a year in brackets.  Of runs that overlap, those stay that are
the most likely together.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from penchant.extract.link_features import commonness, kinds_spoken_of
from penchant.extract.link_score import Mention
from penchant.extract.word_runs import Run, runs, start_with_article
from penchant.kg import normalise
from penchant.kg.label_index import NAMED, Match

if TYPE_CHECKING:
    from penchant.extract.linking import LinkDecision, Linker

#: Least probability of words that are taken for a name; chosen on development dialogues.
LEAST: Final = 0.25
#: Where the weights stand that ship.
WEIGHTS: Final = Path(__file__).with_name("spot_weights.json")

_LEAST_SHARE = 0.1
_WIDE: Final = "share, of wide characters"
_MARKS: Final = frozenset('"“”‘«»《》')
_YEAR = re.compile(r"\s*[(\[](?:18|19|20)\d\d[)\]]")
_SENTENCE_START = re.compile(r"(?:^|[.!?\n])\s*[\"“'‘(]*\s*$")


@dataclass(frozen=True, slots=True)
class Spotted:
    """A name in a text.

    Args:
        start: first code point.
        end: code point after the last; a year in brackets behind the name is left out.
        decision: what it means.
        confidence: how likely these words are a name and mean that.
    """

    start: int
    end: int
    decision: LinkDecision
    confidence: float


@dataclass(frozen=True, slots=True)
class Possible:
    """A run of words that has a name's form, before it is decided whether it is one."""

    start: int
    end: int
    decision: LinkDecision
    features: Mapping[str, float]


def spot(text: str, linker: Linker, context: Sequence[str] = (), *, least: float = LEAST) -> list[Spotted]:
    """The names in ``text`` that the linker's index knows, in their order; they do not overlap.

    Args:
        text: what was written.
        linker: decides what words mean.
        context: earlier turns of the dialogue, the newest last.
        least: words that are less likely a name are left out.
    """
    found = []
    for each in possible(text, linker, context):
        likely = probability(each.features)
        if likely >= least:
            found.append(Spotted(each.start, each.end, each.decision, round(likely, 4)))
    return _best_together(found, least)


def possible(text: str, linker: Linker, context: Sequence[str] = ()) -> list[Possible]:
    """Every run of words that is the name of something, with what it means and what speaks for and against."""
    some = list(runs(text))
    forms: dict[str, tuple[float, str]] = {}
    for run in some:
        for form, said in run.forms.items():
            if said[0] > forms.get(form, (0.0, ""))[0]:
                forms[form] = said
    known: dict[str, list[Match]] = {}
    for match in linker.index.named(forms):
        known.setdefault(match.name, []).append(match)
    if not known:
        return []
    topic = kinds_spoken_of([*context, text])
    made = []
    for run in some:
        matches = [match for form in run.forms for match in known.get(form, ())]
        if matches and (found := _possible(text, run, matches, linker, context, topic)):
            made.append(found)
    return made


def probability(features: Mapping[str, float]) -> float:
    """How likely words of these features are a name that means what was decided."""
    if _WIDE in features:
        return features[_WIDE]
    weights = _weights()
    strength = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, strength))))


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    found: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return found


def _possible(
    text: str, run: Run, matches: list[Match], linker: Linker, context: Sequence[str], topic: Mapping[str, int]
) -> Possible | None:
    year = _YEAR.match(text, run.end)
    end = year.end() if year else run.end
    start = start_with_article(text, run.start, matches[0].entry.label) if len(matches) == 1 else run.start
    decision = linker.decide(Mention(text[run.start : end], text, run.start, end), context, matches)
    if decision.link is None:
        if not decision.candidates or decision.candidates[0].score < _LEAST_SHARE:
            return None
        # Whether the words are a name at all is decided here, by more than the linker looks at.
        best = decision.candidates[0]
        decision = replace(decision, link=best.iri, confidence=best.score)
    chosen = next(match for match in matches if match.entry.iri == decision.link)
    start = start_with_article(text, run.start, chosen.entry.label)
    if normalise.is_wide(text[run.start : run.end]):
        # The weights know English.  Words of two characters are more often plain words than names.
        return Possible(start, run.end, decision, {_WIDE: decision.confidence * (1.0 if run.words > 2 else 0.5)})
    return Possible(start, run.end, decision, _features(text, run, start, chosen, decision, topic, bool(year)))


def _features(
    text: str, run: Run, start: int, match: Match, decision: LinkDecision, topic: Mapping[str, int], year: bool
) -> Mapping[str, float]:
    quote = text[run.start : run.end]
    kinds = set(match.entry.hints)
    group = "film" if "film" in kinds else "named" if kinds & NAMED else "concept"
    words = quote.split()
    large = sum(word[:1].isupper() for word in words) / len(words)
    first = bool(_SENTENCE_START.search(text[:start]))
    small = float(text.islower())
    common = commonness(normalise.normal(quote))
    share = decision.confidence
    before = re.findall(r"\w+", text[max(0, start - 16) : start].casefold())[-1:]
    telling = normalise.word_lists()["before_names"]
    about = {
        "one": 1.0,
        "share": math.log(max(share, 0.01) / max(1.01 - share, 0.01)),
        "large": large * (1.0 - first),
        "large, first": large * first,
        "small text": small,
        "one word": float(run.words == 1),
        "words": math.log(run.words),
        "common": common,
        "very common": float(common > 0.5),
        "unknown word": float(common == 0.0),
        "one common word": common * (run.words == 1),
        "letters": math.log1p(len(quote)),
        "known": math.log1p(match.entry.degree),
        "of the topic": float(any(topic.get(kind) for kind in kinds)),
    }
    features = {f"{group}: {name}": value for name, value in about.items()}
    return features | {
        "marks": float(text[start - 1 : start] in _MARKS and text[run.end : run.end + 1] in _MARKS and start > 0),
        "year": float(year),
        "article": float(start < run.start),
        "whole text": float(start == 0 and run.end >= len(text.rstrip(" .!?"))),
        "as written": float(match.entry.label == text[start : run.end]),
        f"way {match.way}": 1.0,
        f"name {match.kind}": 1.0,
        f"after {before[0] if before and before[0] in telling else 'another'}": 1.0,
    }


def _best_together(found: Sequence[Spotted], least: float) -> list[Spotted]:
    """Those that do not overlap and whose log-odds above the least probability sum to the most; longer before equal."""
    order = sorted(found, key=lambda s: (s.end, s.start))
    ends = [s.end for s in order]
    bar = _logit(least)
    best: list[tuple[float, int, tuple[int, ...]]] = [(0.0, 0, ())]
    for at, each in enumerate(order):
        before = best[bisect_right(ends, each.start, 0, at)]
        gain = _logit(each.confidence) - bar + 1e-6
        taken = (before[0] + gain, before[1] + each.end - each.start, (*before[2], at))
        best.append(max(best[-1], taken, key=lambda b: (round(b[0], 9), b[1])))
    return [order[at] for at in best[-1][2]]


def _logit(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))
