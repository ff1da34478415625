"""What reading costs: each means to make it fast alone, in texts per CPU-second, and whether the replies stay the same.

    OMP_NUM_THREADS=1 python benchmarks/extract_speed.py $PENCHANT_DATA [--texts 200] [--check 20]

Texts are user turns of LAPS's official test files (Joko et al., SIGIR 2024), evenly spread, each with the turn before.
CPU time is that of one thread of this process.  ``rate`` is what a product of matrices of the model's size runs at just
before, in GFLOP per CPU-second: other work on the machine shows there, so compare lines of like rate.  The table of
docs/speed.md is the output of this.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.plain_decoding import plainly
from penchant.extract.language_model import Passage, Reply
from penchant.extract.rule_model import RuleModel
from penchant.extract.transformers_model import ADAPTER, TransformersModel

PARTS = ("movie_test.jsonl", "recipe_test.jsonl")
SHORT_CONTEXT = 80


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder that holds laps/")
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--check", type=int, default=20, help="so many texts are read plainly too, and compared")
    parser.add_argument("--only", nargs="*", help="names of lines; all if not given")
    options = parser.parse_args()
    passages = turns(options.data, options.texts)
    model = TransformersModel(adapter=ADAPTER, tuned=True, threads=1)
    model.read(passages[:4])
    print(json.dumps({"texts": len(passages), **sizes(model, passages), **grammar_costs(model, passages)}), flush=True)
    same: list[Reply] = []
    for name, run in lines(model, passages).items():
        if options.only and name not in options.only and same:
            continue
        before = rate()
        cpu, wall = time.process_time(), time.perf_counter()
        replies = run()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        same = same or replies
        other = sum((a.raw, a.status) != (b.raw, b.status) for a, b in zip(same, replies, strict=True))
        speed = f"{len(passages) / cpu:5.2f} texts per CPU-s"
        print(f"{name:28} {speed}   {wall:6.1f} s wall   rate {before:3.0f}   {other} replies differ", flush=True)
    wrong = [
        p for p, r in zip(passages[: options.check], same, strict=False) if plainly(model, p)[:2] != (r.raw, r.status)
    ]
    print(f"plain decoding: {options.check} texts, {len(wrong)} replies differ")


def turns(data: Path, count: int) -> list[Passage]:
    """User turns of the test files, evenly spread."""
    found: list[Passage] = []
    for part in PARTS:
        path = data / "laps" / part
        packed = path.with_suffix(".jsonl.xz")
        raw = path.read_bytes() if path.is_file() else lzma.decompress(packed.read_bytes())
        for line in raw.decode().splitlines():
            for session in json.loads(line)["sessions"]:
                before: str | None = None
                for turn in session["dialogue"]:
                    said = str(turn["message"]).strip()
                    if turn["role"] == "User" and said:
                        found.append(Passage(said, before))
                    elif turn["role"] != "User":
                        before = said
    step = max(1.0, len(found) / count)
    return [found[int(i * step)] for i in range(min(count, len(found)))]


def lines(model: TransformersModel, passages: Sequence[Passage]) -> dict[str, Callable[[], list[Reply]]]:
    """Name → what is measured; the first is what the others are compared with."""
    answers: dict[Passage, str] = {}

    def read(some: Sequence[Passage], *, batch: int = 64, at_once: int = 10**9) -> list[Reply]:
        model._decoder._batch = batch
        return [r for i in range(0, len(some), at_once) for r in model.read(some[i : i + at_once])]

    def first() -> list[Reply]:
        replies = read(passages)
        answers.update({p: r.raw for p, r in zip(passages, replies, strict=True)})
        return replies

    def guessed(draft: Callable[[Sequence[Passage]], list[str]], **how: int) -> list[Reply]:
        model._draft = draft
        try:
            return read(passages, **how)
        finally:
            model._draft = None

    def unsorted() -> list[Reply]:
        model._decoder._group_tokens = 10**9
        try:
            return read(passages, batch=8, at_once=8)
        finally:
            model._decoder._group_tokens = tokens

    tokens = model._decoder._group_tokens
    shorter = [Passage(p.text, p.context and p.context[-SHORT_CONTEXT:]) for p in passages]
    rules = RuleModel()
    found = {
        "all at once, 64 together": first,
        "8 at once, as they come": unsorted,
        "one at a time": lambda: read(passages, at_once=1),
        "16 at once": lambda: read(passages, at_once=16),
        "64 at once": lambda: read(passages, at_once=64),
        "8 together": lambda: read(passages, batch=8),
        "16 together": lambda: read(passages, batch=16),
        "32 together": lambda: read(passages, batch=32),
        "guess: rules": lambda: guessed(lambda ps: [r.raw for r in rules.read(ps)]),
        "guess: right": lambda: guessed(lambda ps: [answers[p] for p in ps]),
        "guess: right, one at a time": lambda: guessed(lambda ps: [answers[p] for p in ps], at_once=1),
        "guess: right, 16 at once": lambda: guessed(lambda ps: [answers[p] for p in ps], at_once=16),
        "context of 80 characters": lambda: read(shorter),
    }
    try:
        from penchant.extract.tagger import Tagger

        tagger = Tagger(threads=1, offline=True)
        found["guess: MiniLM"] = lambda: guessed(tagger.drafts)
    except Exception as problem:  # noqa: BLE001 - whatever keeps it from loading, the other lines go on
        print(f"without MiniLM's guess: {problem}")
    return found


def sizes(model: TransformersModel, passages: Sequence[Passage]) -> dict[str, float]:
    """Mean tokens of a prompt, and of one whose context is cut to 80 characters."""
    from penchant.extract.answer import prompt

    def mean(prompts: Sequence[str]) -> float:
        return round(sum(len(model._tokens(p)) for p in prompts) / len(prompts), 1)

    return {
        "prompt_tokens": mean([prompt(p.text, p.context) for p in passages]),
        "prompt_tokens_80": mean([prompt(p.text, p.context and p.context[-SHORT_CONTEXT:]) for p in passages]),
        "prompt_tokens_no_context": mean([prompt(p.text) for p in passages]),
    }


def grammar_costs(model: TransformersModel, passages: Sequence[Passage]) -> dict[str, float]:
    """Microseconds: grammar of a text built; forced tokens asked for; a mask of the vocabulary; one token asked for."""
    some = [p for p in passages if any(c.isalnum() for c in p.text)][:100]
    began = time.process_time()
    rows = [model._row(p, "") for p in some]
    costs = {"row_us": _each(began, len(some))}
    space = model._tokens(" none")[0]
    for name, ask in (
        ("forced_us", lambda m: m.compute_ff_tokens()),
        ("mask_us", lambda m: m.compute_bitmask()),
        ("token_us", lambda m: m.validate_tokens([space])),
    ):
        began = time.process_time()
        for row in rows:
            ask(row.matcher)
        costs[name] = _each(began, len(rows))
    return costs


def rate() -> float:
    """GFLOP per CPU-second of a product of 384 rows with a matrix of the model's feed-forward size."""
    import torch

    rows, matrix = torch.randn(384, 576), torch.randn(1536, 576)
    began = time.process_time()
    for _ in range(200):
        torch.nn.functional.linear(rows, matrix)
    return 200 * 2 * 384 * 576 * 1536 / 1e9 / (time.process_time() - began)


def _each(began: float, count: int) -> float:
    return round((time.process_time() - began) / count * 1e6)


if __name__ == "__main__":
    main()
