"""Measure extraction: ``python -m penchant.extract.evaluation [--data DIR] [--json]``.

Three sets that never train: ``gold`` (hand-written, in the package), ``public`` (development conversations of LAPS,
IARD, ReDial and CCPE, stratified; needs their folder) and ``own`` (template sentences put aside; the same frames
train, so it flatters). The tuned model stands beside the same model untuned, shown eight worked examples.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from penchant.extract.language_model import LanguageModel, Passage
from penchant.extract.scores import Spanned, score
from penchant.extract.transformers_model import ADAPTER, TransformersModel
from penchant.extract.tuning import gold
from penchant.extract.tuning.build import data_folder, examples
from penchant.extract.tuning.example import Example

#: Texts with and without a preference that each source gives to its set.
SHARE: Final = {"laps": (120, 40), "iard": (40, 10), "redial": (120, 40), "ccpe": (60, 30), "own": (120, 40)}
COLUMNS: Final = (
    "texts",
    "mention exact",
    "mention overlap",
    "mention+stance exact",
    "mention+stance overlap",
    "±",
    "stance macro-F1",
    "empty kept",
    "texts per CPU-s",
)


def sets(folder: Path | None, seed: int = 7, share: float = 1.0) -> dict[str, list[Example]]:
    """The development sets by name; only ``gold`` without a data folder.

    Args:
        folder: the public sets.
        seed: of the examples; that of training, so that the split is the same.
        share: part of each stratum to take, for a quicker look.
    """
    found = {"gold": gold.load()}
    if folder is not None:
        _, dev = examples(folder, seed)
        for name in ("public", "own"):
            found[name] = []
        for source, (full, empty) in SHARE.items():
            mine = [e for e in dev if e.source == source]
            random.Random(f"{seed}:{source}").shuffle(mine)  # noqa: S311
            some = [e for e in mine if e.pairs][: round(full * share)]
            some += [e for e in mine if not e.pairs][: round(empty * share)]
            found["own" if source == "own" else "public"] += some
    return found


def measure(model: LanguageModel, some: Sequence[Example]) -> tuple[dict[str, Any], list[list[Spanned]]]:
    """Read the examples and score what was found; also by source where there are several."""
    began = time.process_time()
    replies = model.read([Passage(e.text, e.context) for e in some])
    spent = time.process_time() - began
    said = [[(m.start, m.end, m.stance) for m in reply.mentions] for reply in replies]
    numbers: dict[str, Any] = dict(score(some, said))
    numbers["texts per CPU-s"] = round(len(some) / max(spent, 1e-9), 2)
    sources = sorted({e.source for e in some})
    if len(sources) > 1:
        numbers["by source"] = {
            source: score(
                [e for e in some if e.source == source],
                [s for e, s in zip(some, said, strict=True) if e.source == source],
            )
            for source in sources
        }
    return numbers, said


def table(results: dict[str, dict[str, dict[str, Any]]]) -> str:
    """A Markdown table: one line per model and set."""
    lines = ["| model | set | " + " | ".join(COLUMNS) + " |", "|---|---|" + "---:|" * len(COLUMNS)]
    for model, by_set in results.items():
        for name, numbers in by_set.items():
            rows = [(name, numbers)]
            rows += [(f"{name}: {source}", part) for source, part in numbers.get("by source", {}).items()]
            lines += [
                f"| {model} | {label} | " + " | ".join(str(part.get(column, "")) for column in COLUMNS) + " |"
                for label, part in rows
            ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of the module."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path, help="folder with the public sets; without it only the gold sentences")
    reader.add_argument("--adapter", type=Path, default=ADAPTER)
    reader.add_argument("--untuned", action=argparse.BooleanOptionalAction, default=True)
    reader.add_argument("--untuned-share", type=float, default=0.35, help="part of the sets the untuned model reads")
    reader.add_argument("--threads", type=int, default=1)
    reader.add_argument("--json", action="store_true", help="print JSON instead of a table")
    reader.add_argument("--out", type=Path, help="also write the JSON here")
    reader.add_argument("--show", action="store_true", help="print every gold sentence with what was found")
    asked = reader.parse_args(arguments)
    folder = data_folder(asked.data) if asked.data else None
    results: dict[str, dict[str, dict[str, Any]]] = {"tuned": {}}
    tuned = TransformersModel(adapter=asked.adapter, tuned=True, threads=asked.threads)
    for name, some in sets(folder).items():
        results["tuned"][name], said = measure(tuned, some)
        if asked.show and name == "gold":
            sys.stdout.write("".join(_shown(e, s) for e, s in zip(some, said, strict=True)))
    if asked.untuned:
        results["untuned, 8 examples"] = {}
        untuned = TransformersModel(threads=asked.threads)
        for name, some in sets(folder, share=asked.untuned_share).items():
            results["untuned, 8 examples"][name], _ = measure(untuned, some)
    text = json.dumps(results, indent=1, ensure_ascii=False)
    sys.stdout.write((text if asked.json else table(results)) + "\n")
    if asked.out:
        asked.out.write_text(text + "\n", encoding="utf-8")


def _shown(example: Example, said: Sequence[Spanned]) -> str:
    found = ", ".join(f"{example.text[s:e]}={word}" for s, e, word in said) or "none"
    wanted = ", ".join(f"{q}={s}" for q, s in example.pairs) or "none"
    mark = " " if found == wanted else "✗"
    return f"{mark} [{example.context or ''}] {example.text} → {found}{'' if mark == ' ' else f'   (gold: {wanted})'}\n"


if __name__ == "__main__":
    main()
