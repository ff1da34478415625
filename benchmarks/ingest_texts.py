"""Made-up readings of texts through gate, ledger and fusion: rate, quads, disk and memory by size.

    python -m benchmarks.ingest_texts FOLDER [OBSERVATIONS …]

The extractor is left out: what is measured is what happens to its readings.  Texts come in order of time, two
observations each, from people who make twenty on average; what is spoken of follows Zipf's law, one observation in
twenty is of a concept of the person's own.  A size whose workspace is there already goes on where it stopped.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from penchant.kg.catalogue import write_items
from penchant.kg.proposal import ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.workspace import create, open_workspace
from penchant.kg.write_texts import text_iri, write_readings
from penchant.ontology import terms as t

START: Final = datetime(2025, 1, 1, tzinfo=UTC)
STANCES: Final = ("likes", "likes", "likes", "dislikes", "wants", "interested")
ITEMS: Final = 5_000
EACH: Final = 20
BATCH: Final = 64


def readings(observations: int, seed: int = 7) -> Iterator[Reading]:
    """Readings of ``observations`` / 2 texts, in order of time."""
    rng = np.random.default_rng(seed)
    share = np.arange(1, ITEMS + 1) ** -0.8
    share /= share.sum()
    people = max(1, observations // EACH)
    step = timedelta(days=365) / (observations // 2)
    for number in range(observations // 2):
        chosen = rng.choice(ITEMS, size=2, replace=False, p=share)
        names = [f"own idea {n}" if rng.random() < 0.05 else f"Film {n}" for n in chosen]
        text = f"I care for {names[0]} and for {names[1]}, as you know."
        starts = (11, 11 + len(names[0]) + 9)
        proposals = tuple(
            _proposal(name, start, STANCES[int(rng.integers(len(STANCES)))], rng)
            for name, start in zip(names, starts, strict=True)
        )
        record = TextRecord(
            f"p{int(rng.integers(people))}", text, START + number * step, "made up", number + 1, id=str(number)
        )
        yield Reading(record, (Window(0, len(text), "decoded", "made up"),), proposals)


def _proposal(name: str, start: int, stance: str, rng: np.random.Generator) -> Proposal:
    link = None if name.startswith("own") else f"https://data.penchant.example/item/{name.split()[1]}"
    candidates = () if link is None else (LinkCandidate(link, name, 0.95),)
    strength, sure = (round(float(v), 3) for v in rng.uniform(0.4, 1.0, 2))
    return Proposal(name, start, start + len(name), stance, strength, sure, candidates, link, 0.95)


def ingest(folder: Path, observations: int) -> dict[str, float]:
    """Write so many observations into a workspace in ``folder``; figures of it."""
    if not folder.exists():
        create(folder, plain_ids=True).close()
    with open_workspace(folder) as w:
        write_items(w, w.ledger.begin("items", "made up"), [ItemRecord(str(n), f"Film {n}") for n in range(ITEMS)])
        w.checkpoint()
        run = w.ledger.begin("texts", "made up", "made up")
        started, done, batch = time.perf_counter(), 0, []
        for reading in readings(observations):
            if not w.ledger.knows_text(text_iri(w, reading.record), "made up"):
                batch.append(reading)
            if len(batch) == BATCH:
                write_readings(w, run, "made up", batch)
                done, batch = done + len(batch), []
                if done % (8 * BATCH) == 0:
                    w.checkpoint()
        write_readings(w, run, "made up", batch)
        w.checkpoint()
        seconds = time.perf_counter() - started
        own = sum(1 for q in w.store.dump() if q.graph_name.value.startswith(w.graphs.users))  # type: ignore[union-attr]
        kept = sum(1 for _ in w.store.quads(predicate=t.TYPE, object=t.OBSERVATION))
        problems = w.ledger.account().imbalances()
    assert not problems, problems
    return {
        "observations": kept,
        "seconds": seconds,
        "rate": kept / seconds,
        "quads": own / kept,
        "store MB": _size(folder / "store") / 1e6,
        "ledger MB": _size(folder / "ledger.sqlite") / 1e6,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _size(path: Path) -> int:
    return sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) if path.is_dir() else path.stat().st_size


def main() -> None:
    """Print one row for each size."""
    folder, *sizes = sys.argv[1:]
    for size in [int(s) for s in sizes] or [10_000, 100_000]:
        figures = ingest(Path(folder) / f"texts-{size}", size)
        print("  ".join(f"{name} {value:,.1f}" for name, value in figures.items()), flush=True)


if __name__ == "__main__":
    main()
