"""What is known of a mention and of each thing that it may mean, as numbers that weights are learned for."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from penchant.extract.link_score import TITLED, Mention, Scored, head_kinds, kinds_said, titled
from penchant.extract.spelling import meant
from penchant.kg import normalise
from penchant.kg.label_index import NAMED

Features = Mapping[str, float]

#: Steps of how common a word is: the most common English words have this one, unknown words 0.
MOST_COMMON: Final = 9

_KIND_GROUPS: Final = {"actor": "people", "director": "people", "author": "people", "person": "people"}
_SURE = 0.9
_FARTHEST = 4
_OLDEST = 5.0


@lru_cache(maxsize=1)
def _levels() -> dict[str, int]:
    lines = Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").splitlines()
    return {
        word: int(level)
        for level, _, words in (line.partition(" ") for line in lines if not line.startswith("#"))
        for word in words.split()
    }


def commonness(form: str) -> float:
    """How common the rarest word of a normal form is in plain small-letter English, from 0 to 1."""
    levels = _levels()
    return min((levels.get(word, 0) for word in form.split()), default=0) / MOST_COMMON


def kinds_spoken_of(texts: Sequence[str]) -> Counter[str]:
    """How many words of the texts speak of each kind of thing: ``movie`` of ``film``."""
    return Counter(kind for text in texts for kind in _kinds_in(text))


@lru_cache(maxsize=256)
def _kinds_in(text: str) -> tuple[str, ...]:
    return tuple(kind for word in re.findall(r"[a-z]+", text.casefold()) for kind in normalise.hints_of(word))


def of_candidates(mention: Mention, scored: Sequence[Scored], topic: Mapping[str, int], top: float) -> list[Features]:
    """The features of each candidate.

    Args:
        mention: the mention.
        scored: its candidates.
        topic: of the text and the turns before it, :func:`kinds_spoken_of`.
        top: logarithm of the largest number of facts about a thing.
    """
    form = mention.form
    plain = mention.quote.islower() and not mention.text.islower()
    common = commonness(form.form)
    spoken = sum(topic.values())
    alike = Counter(s.match.name for s in scored)
    best_known: dict[str, int] = {}
    for s in scored:
        best_known[s.match.name] = max(best_known.get(s.match.name, 0), s.entry.degree)
    said, head = kinds_said(mention), head_kinds(form.form)
    bare = " ".join(mention.quote.casefold().split())
    as_written = any(s.entry.label == mention.quote for s in scored)
    with_article = any(s.entry.label.casefold() == bare for s in scored)
    newest: dict[str, int] = {}
    for s in scored:
        if s.entry.year and titled(s.entry):
            newest[s.match.name] = max(newest.get(s.match.name, 0), s.entry.year)
    made: list[Features] = []
    for s in scored:
        entry, match = s.entry, s.match
        kinds = set(entry.hints)
        named = bool(kinds & NAMED) and "genre" not in kinds
        prior = math.log1p(entry.degree) / top
        features: dict[str, float] = {
            "score": s.score,
            f"way {match.way}": 1.0,
            f"name {match.kind}": 1.0,
            "known": prior,
            "another as written": float(as_written and entry.label != mention.quote),
            "another with the article": float(with_article and entry.label.casefold() != bare),
            "alone": float(alike[match.name] == 1),
            "less known than others": math.log1p(best_known[match.name]) / top - prior,
            "others of its name": math.log(alike[match.name]),
            "common name": common * named,
            "small name": float(plain and named),
            "small common name": float(mention.quote.islower() and named) * common,
            "small single name": float(mention.quote.islower() and named and " " not in form.form),
        }
        if said and kinds:
            features["kind said" if said & kinds else "other kind said"] = 1.0
            features["genre said"] = float("genre" in said and "genre" in kinds)
        if head and not named and (theirs := head_kinds(normalise.normal(entry.label))):
            features["same head" if head & theirs else "other head"] = 1.0
        elif head and not named:
            features["no head"] = 1.0
        if match.way not in ("same", "spelling"):
            features[f"named, way {match.way}"] = float(named)
        if match.kind not in ("label", "alias"):
            features[f"named, name {match.kind}"] = float(named)
        for kind in dict.fromkeys(_KIND_GROUPS.get(k, k) for k in sorted(kinds)) or ("none",):
            features[f"kind {kind}"] = 1.0
        if spoken:
            share = max((topic.get(kind, 0) for kind in kinds), default=0) / (1 + spoken)
            features["of the topic"] = share
            features["off the topic"] = float(bool(kinds) and share == 0.0)
            features["no kind, but a topic"] = float(not kinds)
        if titled(entry):
            if latest := newest.get(match.name):
                features["years older"] = min(_OLDEST, (latest - entry.year) / 10) if entry.year else 0.0
                features["no year, others have"] = float(entry.year is None)
            features["no year"] = float(entry.year is None)
            features["film and more"] = float(len(kinds & TITLED) > 1)
        if form.year is not None:
            features["year differs"] = float(min(3, abs(form.year - entry.year))) if entry.year else 0.0
            features["year unknown"] = float(entry.year is None)
        if match.way == "spelling":
            features |= _spelling(meant(form.form, match.name), match.name)
            features["spelling score"] = s.score
        made.append(features)
    return made


def _spelling(wanted: str, name: str) -> Features:
    from rapidfuzz.distance import OSA

    edits = OSA.distance(wanted, name)
    return {
        "edits": float(min(edits, _FARTHEST)),
        "one edit": float(edits == 1),
        "edits by letter": edits / max(len(wanted), len(name), 1),
        "one edit, by letter": float(edits == 1) / max(len(wanted), 1),
        "short": float(len(wanted) < 6),
        "one edit, one long word": float(edits == 1 and " " not in name and len(wanted) > 5),
        "one edit, more words": float(edits == 1 and " " in name),
        "two edits, more words": float(edits == 2 and " " in name),
        "plain word": commonness(wanted),
        "other start": float(wanted[:1] != name[:1]),
        "joined": float(wanted.replace(" ", "") == name.replace(" ", "")),
    }


def of_none(mention: Mention, scored: Sequence[Scored], topic: Mapping[str, int]) -> Features:
    """The features of the answer that the mention is none of the candidates."""
    form = mention.form.form
    words = form.split()
    best = scored[0].score if scored else 0.0
    exact = any(s.match.way != "spelling" and s.match.score > _SURE for s in scored)
    small = mention.quote.islower()
    return {
        "one": 1.0,
        "one word": float(len(words) == 1),
        "words": math.log1p(len(words)),
        "short": float(len(form) < 5),
        "common": commonness(form),
        "common and small": commonness(form) * small,
        "small": float(small and not mention.text.islower()),
        "small text": float(mention.text.islower()),
        "best score": best,
        "no sure name": float(not exact),
        "no sure name, one word": float(not exact and len(words) == 1),
        "candidates": math.log1p(len(scored)),
        "year": float(mention.form.year is not None),
        "general": float(normalise.is_generic(form)),
        "of films": float(bool(topic.get("film"))),
        "no film": float(bool(topic.get("film")) and not any("film" in s.entry.hints for s in scored)),
    }
