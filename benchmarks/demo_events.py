"""Behaviour for the demo, made up: what forty people of stated tastes may have done with the shop's films.

Seeded by person, so a change to one person's tastes changes that person's rows only.
"""

from __future__ import annotations

import csv
import io
import math
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

SEED: Final = 20260301
FIRST: Final = datetime(2026, 1, 5, 18, tzinfo=UTC)
DAYS: Final = 140
PER_PERSON: Final = 15


def _happenings(score: float, chance: random.Random) -> list[tuple[str, str]]:
    """What somebody does with a film that suits them by ``score`` (about −2 to 3): (kind, value) pairs in order."""
    mood = score + chance.gauss(0, 0.6)
    if mood < -0.6:
        return [("view", ""), ("rate", str(chance.choice((1, 1, 2))))] if chance.random() < 0.5 else [("skip", "")]
    steps = [("view", "")]
    if mood > 0.4:
        steps.append(("click" if chance.random() < 0.5 else "watch", ""))
    if mood > 1.0:
        steps.append(("rate", str(min(5, 3 + round(mood / 1.5)))) if chance.random() < 0.5 else ("like", ""))
    elif mood > 0.3 and chance.random() < 0.5:
        steps.append(chance.choice((("save", ""), ("rate", "3"))))
    return steps


def made_up_events(
    about: Mapping[str, set[str]],
    fame: Mapping[str, int],
    tastes: Mapping[str, Mapping[str, list[str]]],
    odd: Iterable[list[str]],
) -> str:
    """Rows of behaviour as CSV: at least ``PER_PERSON`` a person, drawn by taste and fame, with chance as noise.

    Args:
        about: item → labels of all that it has to do with.
        fame: item → how many people know it, in any unit.
        tastes: person → ``likes`` and ``dislikes``, as labels.
        odd: rows that a reader must refuse, as person, item, kind, at, value.

    Returns:
        ``person,item,kind,at,value`` with a header, in order of time.
    """
    rows: list[tuple[str, str, str, str, str]] = []
    for person, taste in tastes.items():
        chance = random.Random(f"{SEED} {person}")
        likes, dislikes = set(taste["likes"]), set(taste["dislikes"])
        scores = {item: len(labels & likes) - 1.5 * len(labels & dislikes) for item, labels in about.items()}
        # what one dislikes is met as often as what one knows nothing about
        weights = {item: math.log(3 + fame[item]) * math.exp(1.8 * max(score, 0)) for item, score in scores.items()}
        count = 0
        while count < PER_PERSON and weights:
            item = chance.choices(list(weights), list(weights.values()))[0]
            del weights[item]
            at = FIRST + timedelta(minutes=chance.randrange(0, 60 * 24 * DAYS))
            for kind, value in _happenings(scores[item], chance):
                rows.append((at.strftime("%Y-%m-%dT%H:%M:%SZ"), person, item, kind, value))
                at += timedelta(minutes=chance.randrange(1, 150))
                count += 1
    rows += [(at, person, item, kind, value) for person, item, kind, at, value in odd]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("person", "item", "kind", "at", "value"))
    writer.writerows((person, item, kind, at, value) for at, person, item, kind, value in sorted(rows))
    return out.getvalue()
