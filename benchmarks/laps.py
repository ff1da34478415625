"""Extraction over every user message of LAPS's movie dialogues, with the ledger's account.

    python benchmarks/laps.py $PENCHANT_DATA

Joko et al., "Doing Personal LAPS", SIGIR 2024.  The messages go in as JSON lines, with the assistant's turn before as
context, against a catalogue of MindReader's films and concepts with its Wikidata slice.  The set gives no times: turns
are a minute apart and sessions a day.  A part of the set (``movie_train``) trained the adapter, so this shows that the
road carries real people's sentences, and at what cost; how well they are understood is `penchant.extract.evaluation`'s
to say, on conversations kept apart.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from penchant import api
from penchant.ontology import terms as t
from penchant.recommend import mindreader

START = datetime(2024, 1, 1, tzinfo=UTC)
PARTS = ("movie_train", "movie_val", "movie_test")


def main() -> None:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder that holds laps/ and rec_mindreader_wikidata/")
    parser.add_argument("--workspace", type=Path, help="keep the workspace here; one that is there goes on")
    parser.add_argument("--limit", type=int, help="only so many messages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.workspace or Path(temporary) / "workspace"
        fresh = not folder.exists()
        with api.create(folder, plain_ids=True) if fresh else api.open(folder) as door:
            if fresh:
                fill(door, options.data / "rec_mindreader_wikidata", Path(temporary))
            texts = Path(temporary) / "laps.jsonl"
            with texts.open("w", encoding="utf-8") as out:
                for number, row in enumerate(messages(options.data / "laps")):
                    if options.limit is None or number < options.limit:
                        out.write(json.dumps(row, ensure_ascii=False) + "\n")
            sys.stdout.write(json.dumps(read(door, texts), indent=1) + "\n")


def fill(door: api.Penchant, folder: Path, temporary: Path) -> None:
    """Films and concepts that mentions can be linked to."""
    data = mindreader.read(folder)
    items = temporary / "items.jsonl"
    with items.open("w", encoding="utf-8") as out:
        for item in data.items:
            row = {"id": item.id, "label": item.label, "iri": item.iri, "type": item.type}
            out.write(json.dumps(row) + "\n")
    door.add_items(items)
    door.load_world(data.world)


def messages(folder: Path) -> Iterator[dict[str, str]]:
    """User messages in the form of ``penchant add texts``."""
    for part in PARTS:
        for line in (folder / f"{part}.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            for session, dialogue in enumerate(record["sessions"]):
                before = ""
                for turn in dialogue["dialogue"]:
                    if turn["role"] == "User":
                        at = START + timedelta(days=session, minutes=turn["turn_number"])
                        row = {
                            "id": f"{record['worker_id']}-{session}-{turn['turn_number']}",
                            "person": str(record["worker_id"]),
                            "at": at.isoformat(),
                            "text": turn["message"],
                        }
                        yield {**row, "context": before} if before else row
                    before = turn["message"]


def read(door: api.Penchant, texts: Path) -> dict[str, object]:
    """Read the file and report the account, the cost and what is in the graph."""
    door.extractor()
    started, cpu = time.perf_counter(), time.process_time()
    report = door.add_texts(texts, progress=lambda n: sys.stderr.write(f"\r{n} lines"))
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    quads = [q for q in door.workspace.store.dump() if q.graph_name.value.startswith(door.workspace.graphs.users)]
    types = Counter(q.object.value.rsplit("#")[-1] for q in quads if q.predicate == t.TYPE)
    read_now = sum(report.account.texts.values()) - report.account.texts.get("duplicate", 0)
    return {
        "account": asdict(report.account),
        "imbalances": report.account.imbalances(),
        "seconds": {"wall": round(wall, 1), "cpu": round(cpu, 1)}
        | {name: round(value, 1) for name, value in report.seconds.items()},
        "texts_per_cpu_second": round(read_now / cpu, 2) if cpu else None,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "nodes": dict(types),
        "user_quads_per_observation": round(len(quads) / max(1, types["Observation"]), 1),
        "findings": [asdict(finding) for finding in door.check()],
    }


if __name__ == "__main__":
    main()
