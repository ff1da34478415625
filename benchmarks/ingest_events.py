"""Made-up events through gate, ledger and fusion: rate, quads, disk and memory by size.

    python -m benchmarks.ingest_events FOLDER [EVENTS …]

Twenty events a person on average, unevenly spread over people and, by Zipf's law, over items; views come in sittings
and again and again, three events in ten are ratings, one in a hundred takes an earlier one back, and the file is out of
order.  Each size has a process of its own, so that memory is its own; a size that was measured is not measured again,
and one that was cut off goes on where it stopped, without a rate.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from penchant.kg.catalogue import write_items
from penchant.kg.proposal import EventRecord, ItemRecord
from penchant.kg.workspace import create, open_workspace
from penchant.kg.write_events import log_events, write_engagements
from penchant.ontology import terms as t

SIZES: Final = (10_000, 100_000, 1_000_000)
START: Final = datetime(2025, 1, 1, tzinfo=UTC)
ITEMS: Final = 5_000
EACH: Final = 20
BATCH: Final = 20_000
KINDS: Final = ("View", "View", "View", "View", "Watch", "Like", "Save")


def events(count: int, seed: int = 7) -> Iterator[EventRecord]:
    """``count`` events out of order; people and items are chosen anew for every thousand of them."""
    rng = np.random.default_rng(seed)
    share = np.arange(1, ITEMS + 1) ** -0.8
    share /= share.sum()
    people = max(1, count // EACH)
    before = ""
    for block in range(0, count, 1_000):
        size = min(1_000, count - block)
        who = (people * rng.random(size) ** 1.5).astype(int)
        what = rng.choice(ITEMS, size=size, p=share)
        again = rng.random(size) < 0.3
        minutes = rng.integers(0, 365 * 24 * 60, size=size)
        rated, retracted = rng.random(size) < 0.3, rng.random(size) < 0.01
        for n in range(size):
            if again[n] and n:  # the same person comes back to the same thing, often in the same sitting
                who[n], what[n], rated[n] = who[n - 1], what[n - 1], False
                minutes[n] = minutes[n - 1] + int(rng.choice([5, 10, 3 * 24 * 60]))
            kind = "Rate" if rated[n] else KINDS[int(what[n] + n) % len(KINDS)]
            if retracted[n] and n:
                who[n], what[n], kind = who[n - 1], what[n - 1], before
                minutes[n] = minutes[n - 1] + 1
            before = kind
            yield EventRecord(
                f"p{who[n]}",
                str(what[n]),
                kind,
                START + timedelta(minutes=int(minutes[n])),
                float(rng.integers(1, 6)) if rated[n] and not retracted[n] else None,
                "made up",
                block + n + 1,
                retracted=bool(retracted[n]),
            )


def ingest(folder: Path, count: int) -> dict[str, object]:
    """Add ``count`` events to the workspace in ``folder``, made if it is not there; the figures."""
    if not (folder / "workspace.json").exists():
        with create(folder, plain_ids=True) as new:
            items = [ItemRecord(str(n), f"Film {n}") for n in range(ITEMS)]
            write_items(new, new.ledger.begin("items", "made up"), items)
    with open_workspace(folder) as workspace:
        run = workspace.ledger.begin("events", "made up")
        spent = {"log": 0.0, "write": 0.0}
        made = 0.0
        processor = time.process_time()
        batch: list[EventRecord] = []

        def log() -> None:
            began = time.perf_counter()
            log_events(workspace, run, batch)
            spent["log"] += time.perf_counter() - began
            batch.clear()

        reading = time.process_time()
        for record in events(count):
            batch.append(record)
            if len(batch) == BATCH:
                made += time.process_time() - reading
                log()
                reading = time.process_time()
        made += time.process_time() - reading
        log()
        began = time.perf_counter()
        write_engagements(workspace, run)
        workspace.checkpoint()
        spent["write"] = time.perf_counter() - began
        used = time.process_time() - processor - made
        began = time.perf_counter()
        one = EventRecord("p1", "1", "View", START + timedelta(days=400), line=1)
        log_events(workspace, run, [one])
        write_engagements(workspace, run)
        workspace.checkpoint()
        single = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        engagements = sum(1 for _ in workspace.store.quads(predicate=t.TYPE, object=t.ENGAGEMENT))
        quads = sum(1 for q in workspace.store.dump() if q.graph_name.value.startswith(workspace.graphs.users))
    return {
        "events": count,
        "log s": round(spent["log"], 1),
        "write s": round(spent["write"], 1),
        "events/s": round(count / sum(spent.values())),
        "CPU s": round(used, 1),
        "events/CPU s": round(count / used),
        "engagements": engagements,
        "user quads": quads,
        "quads each": round(quads / max(1, engagements), 2),
        "MB": sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) // 2**20,
        "peak MiB": peak,
        "one more s": round(single, 2),
    }


def main(folder: Path, sizes: list[int]) -> None:
    """Measure what has not been measured yet, and print everything as a table."""
    rows = []
    for size in sizes:
        result = folder / f"{size}.json"
        if not result.exists():
            subprocess.run(
                [sys.executable, "-m", "benchmarks.ingest_events", str(folder), "--one", str(size)], check=True
            )
        rows.append(json.loads(result.read_text(encoding="utf-8")))
    print("| " + " | ".join(rows[0]) + " |\n|" + " ---: |" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(f"{value:,}" for value in row.values()) + " |")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    if sys.argv[2:3] == ["--one"]:
        size = int(sys.argv[3])
        figures = ingest(target / str(size), size)
        (target / f"{size}.json").write_text(json.dumps(figures) + "\n", encoding="utf-8")
    else:
        main(target, [int(n) for n in sys.argv[2:]] or list(SIZES))
