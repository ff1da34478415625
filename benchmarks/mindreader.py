"""The whole road on MindReader: load, merge with Wikidata, fuse, train, rank by the published protocol.

    python benchmarks/mindreader.py $PENCHANT_DATA/rec_mindreader_wikidata

Everything goes through the product's own door: items and ratings as JSON lines, the Wikidata slice as a world, one
training, one ranking per case.  The published protocol ranks a liked film among itself and 100 unrated ones.

Read the numbers with this in mind: no film held out for validation or test has 30 likes or more in training, while 52
of the films that serve as negatives do.  A ranker that puts those 52 last gains much without knowing anybody (rows
"cut").  The full ranking, among all films the person has not rated, is free of it in its choice of negatives only.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from penchant import api
from penchant.recommend import mindreader
from penchant.recommend.attribution import EMBEDDING
from penchant.recommend.blend import BlendWeights, blend
from penchant.recommend.embedding import EmbeddingModel
from penchant.recommend.evaluation import Standing, standing
from penchant.recommend.mindreader import Case, MindReader
from penchant.recommend.rank import POPULAR, Ranking, rank
from penchant.recommend.reading import read_weights

#: Chosen on the validation cases (``--choose`` prints the search); never on the test cases.
SETTINGS: dict[str, Any] = {"learning_rate": 0.003, "epochs": 4, "patience": 0}
#: No held-out film has so many likes in training.
CUT = 30
K = 10


def main() -> None:
    """Build the workspace, train, rank and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the published files")
    parser.add_argument("--workspace", type=Path, help="keep the workspace here; one that is there is used again")
    parser.add_argument("--seed", type=int, default=2031)
    parser.add_argument("--choose", action="store_true", help="search settings and weights on the validation cases")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    times: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        data = mindreader.read(options.data)
        folder = options.workspace or Path(temporary) / "workspace"
        fresh = not folder.exists()
        with api.create(folder, plain_ids=True) if fresh else api.open(folder) as door:
            if fresh:
                fill(door, data, Path(temporary), times)
            if options.choose:
                choose(door, data)
                return
            with timed(times, "train"):
                config = door.train(seed=options.seed, **SETTINGS)
            with timed(times, "rank"):
                report = evaluate(door, data.testing)
    report |= {"seconds": times, "peak_mb": peak_mb(), "model": config, "weights": dict(BlendWeights().members)}
    sys.stdout.write(json.dumps(report, indent=1) + "\n" if options.json else table(report))


@contextmanager
def timed(times: dict[str, float], name: str) -> Iterator[None]:
    """Put the seconds that the block takes under ``name``."""
    started = time.perf_counter()
    yield
    times[name] = round(time.perf_counter() - started, 1)


def peak_mb() -> int:
    """Most memory that the process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fill(door: api.Penchant, data: MindReader, folder: Path, times: dict[str, float]) -> None:
    """Load items, world and ratings, each as a file that anybody could have handed in."""
    items, events = folder / "items.jsonl", folder / "events.jsonl"
    with items.open("w", encoding="utf-8") as out:
        for item in data.items:
            row = {"id": item.id, "label": item.label, "iri": item.iri, "type": item.type}
            out.write(json.dumps(row) + "\n")
    with events.open("w", encoding="utf-8") as out:
        for event in data.events:
            row = {"person": event.person, "item": event.item, "kind": event.kind, "at": event.at.isoformat()}
            out.write(json.dumps(row) + "\n")
    with timed(times, "items"):
        report = door.add_items(items)
    assert report.written == len(data.items), report
    with timed(times, "world"):
        door.load_world(data.world)
    with timed(times, "events"):
        report = door.add_events(events)
    assert report.written == len(data.events), report


@dataclass(frozen=True, slots=True)
class Judged:
    """One case with the raw scores of all members, for the target and then every film unrated in training.

    Args:
        ranking: members over all those films.
        published: positions in it of the target and of its 100 negatives.
        often: for each film, whether it has ``CUT`` likes or more in training.
        dropped: for each film, whether the product would not show it (a concept of it is disliked).
    """

    ranking: Ranking
    published: np.ndarray
    often: np.ndarray
    dropped: np.ndarray


def judge(door: api.Penchant, cases: tuple[Case, ...]) -> Iterator[Judged]:
    """Rank the films of each case through the product's own ranking."""
    model = door.model()
    assert model is not None
    for case in cases:
        person = door.workspace.namer.person(case.person)
        rated = read_weights(door.workspace.store, person)
        films = (case.target, *(f for f in model.items if f != case.target and f not in rated))
        ranking = rank(door.workspace.store, model, person, among=films)
        at = {film: n for n, film in enumerate(films)}
        often = dict(zip(model.items, (model.popularity >= CUT).tolist(), strict=True))
        yield Judged(
            ranking=ranking,
            published=np.array([at[f] for f in (case.target, *case.others)]),
            often=np.array([often[f] for f in films]),
            dropped=np.array([f in ranking.reasons for f in films]),
        )


def evaluate(door: api.Penchant, cases: tuple[Case, ...]) -> dict[str, object]:
    """HR@10 and NDCG@10 of popularity, embedding and blend: as published, with the cut, and among all films."""
    rows: dict[str, list[Standing]] = {}
    for case in judge(door, cases):
        everything = np.arange(len(case.often))
        for which, at in (("101", case.published), ("all", everything)):
            scores = members(case.ranking, at, BlendWeights())
            scores["blend, shown"] = np.where(case.dropped[at], -np.inf, scores["blend"])
            for name, of in scores.items():
                rows.setdefault(f"{which}: {name}", []).append(place(of))
                rows.setdefault(f"{which}: {name}, cut", []).append(place(np.where(case.often[at], -np.inf, of)))
    return {"cases": len(cases), "measures": {name: mean(places) for name, places in sorted(rows.items())}}


def members(ranking: Ranking, at: np.ndarray, weights: BlendWeights) -> dict[str, np.ndarray]:
    """Scores of popularity alone, the embedding alone, and the blend, for the films at some positions."""
    raw = {name: values[at] for name, values in ranking.blend.raw.items()}
    items = tuple(ranking.blend.items[n] for n in at)
    mixed = blend(items, raw, weights).scores
    return {"popularity": raw[POPULAR], "embedding": raw.get(EMBEDDING, raw[POPULAR]), "blend": mixed}


def place(scores: np.ndarray) -> Standing:
    """Where the first stands among the others."""
    return standing(float(scores[0]), scores[1:].tolist())


def mean(places: list[Standing]) -> dict[str, float]:
    """Mean measures over the cases."""
    values = {"hr@10": [p.hit_at(K) for p in places], "ndcg@10": [p.ndcg_at(K) for p in places]}
    return {name: round(float(np.mean(each)), 4) for name, each in values.items()}


def choose(door: api.Penchant, data: MindReader) -> None:
    """Print what settings and weights reach on the validation cases, mean of three seeds."""
    door.train(epochs=1, patience=0)
    judged = list(judge(door, data.validation))
    for rate, epochs in product((0.003, 0.01), (2, 4, 8, 16)):
        found: dict[str, list[tuple[float, float]]] = {}
        for seed in (1, 2, 3):
            door.train(seed=seed, patience=0, learning_rate=rate, epochs=epochs)
            model = door.model()
            assert model is not None
            raws = [renewed(model, case) for case in judged]
            for name in ("popular", EMBEDDING):
                found.setdefault(name, []).append(pair([place(raw[name]) for raw in raws]))
            for weights in variants():
                places = [place(blend(("",) * len(raw[EMBEDDING]), raw, weights).scores) for raw in raws]
                found.setdefault(json.dumps(dict(weights.members)), []).append(pair(places))
        means = {name: np.mean(values, axis=0) for name, values in found.items()}
        best = sorted(means, key=lambda name: -float(means[name][1]))[:6]
        for name in ("popular", EMBEDDING, *best):
            print(f"{rate} {epochs:>3} {means[name][0]:.4f} {means[name][1]:.4f} {name}", flush=True)


def renewed(model: EmbeddingModel, case: Judged) -> dict[str, np.ndarray]:
    """Raw scores of a case's 101 films, the embedding's from ``model``."""
    ranking, at = case.ranking, case.published
    scores = model.score(model.user_vector(ranking.interests))
    raw = {name: values[at] for name, values in ranking.blend.raw.items()}
    numbers = [model.item_number(ranking.blend.items[n]) for n in at]
    raw[EMBEDDING] = np.array([scores[n] for n in numbers if n is not None], dtype=np.float64)
    return raw


def pair(places: list[Standing]) -> tuple[float, float]:
    """HR@10 and NDCG@10."""
    values = mean(places)
    return values["hr@10"], values["ndcg@10"]


def variants() -> Iterator[BlendWeights]:
    """Weights to try."""
    for concept, people, popular in product((0.0, 0.25, 0.5), (0.0, 0.25, 0.5, 1.0), (0.0, 0.5, 1.0)):
        yield BlendWeights({EMBEDDING: 1.0, "shared_concept": concept, "similar_people": people, POPULAR: popular})


def table(report: dict[str, object]) -> str:
    """The report for people."""
    measures = report["measures"]
    assert isinstance(measures, dict)
    lines = [f"{'':<34}{'HR@10':>8}{'NDCG@10':>9}"]
    lines += [f"{name:<34}{v['hr@10']:>8.3f}{v['ndcg@10']:>9.3f}" for name, v in measures.items()]
    rest = {key: report[key] for key in ("cases", "seconds", "peak_mb", "weights")}
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in rest.items())]) + "\n"


if __name__ == "__main__":
    main()
