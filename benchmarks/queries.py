"""How long every shipped query takes on a made-up workspace of 500,000 interests, asked as a user would.

    python -m benchmarks.queries FOLDER        # made anew if it is not there (four minutes, 3.5 GB)

Each query is asked by name through ``Penchant.query`` with parameters drawn at random; the first twenty answers warm up
and are not counted.  Queries that read the whole graph are asked five times, and slow ones until 45 seconds are spent.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import quantiles

import numpy as np
from pyoxigraph import NamedNode

from benchmarks.interests_world import Size, make
from penchant import api
from penchant.queries import loader

WARM = 20
DRAWS = 200
#: A query that has taken so long is asked no more, once it has five answers that count.
ENOUGH_SECONDS = 45
#: Queries that read everything, and are for reports.
WHOLE = frozenset({"contradictions_of_all", "coverage", "emerging_concepts", "quality", "candidates/popular"})
#: Queries that people and recommendation ask; the others run once for a load or a check, not for a person.
ASKED = ("", "person/", "recommend/", "candidates/", "rules/")
TIMES = {"since": "2026-05-01T00:00:00Z", "earlier": "2026-04-01T00:00:00Z"}
#: Read whole, for training and for inference over everybody.
BATCH = frozenset(
    {
        "person/everybody",
        "recommend/all_interests",
        "recommend/concept_facts",
        "recommend/item_facts",
        "recommend/items",
    }
)


def main() -> None:
    """Make the workspace if need be, ask, and print one row a query."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="only queries whose name holds this")
    arguments = parser.parse_args()
    if not (arguments.folder / "workspace.json").exists():
        make(arguments.folder, Size())
    with api.open(arguments.folder) as p:
        print(f"{'query':34} {'rows':>7} {'p50 ms':>9} {'p95 ms':>9} {'max ms':>9} {'asked':>6}")
        for name in loader.names():
            if _asked(name) and arguments.only in name:
                _measure(p, name)


def _asked(name: str) -> bool:
    folder, slash, _ = name.rpartition("/")
    return folder + slash in ASKED and name not in BATCH


def _measure(p: api.Penchant, name: str) -> None:
    rng = np.random.default_rng(7)
    size = Size()
    warm, draws = (1, 5) if name in WHOLE else (WARM, DRAWS)
    seconds, rows = [], []
    for number in range(warm + draws):
        values = _values(p, loader.load(name).parameters, size, rng)
        started = time.perf_counter()
        answer = p.query(name, values)
        seconds.append(time.perf_counter() - started)
        rows.append(len(answer.rows) or len(answer.triples))
        if number >= warm + 5 and sum(seconds) > ENOUGH_SECONDS:
            break
    counted = sorted(1_000 * s for s in seconds[warm:])
    p95 = quantiles(counted, n=20, method="inclusive")[-1] if len(counted) > 1 else counted[0]
    middle = int(np.median(rows[warm:]))
    print(f"{name:34} {middle:7} {np.median(counted):9.2f} {p95:9.2f} {counted[-1]:9.2f} {len(counted):6}", flush=True)


def _values(p: api.Penchant, keys: Iterable[str], size: Size, rng: np.random.Generator) -> dict[str, str]:
    """A person at random, one of their interests (so things come as often as they are liked), an item at random."""
    person = f"p{rng.integers(size.people)}"
    interests = p.query("recommend/interests", {"person": person}).rows
    thing = interests[int(rng.integers(len(interests)))]["thing"]
    assert isinstance(thing, NamedNode)
    known = {"person": person, "user": person, "holder": person, "about": thing.value, "thing": thing.value, **TIMES}
    known |= {"item": f"i{rng.integers(size.items)}", "items": str(size.items)}
    return {key: known.get(key, thing.value) for key in keys}


if __name__ == "__main__":
    main()
