"""How well sub-stances are told from the stance that they refine, by the nearest-example step.

    python benchmarks/refine.py                      # mention and shipped stance given: the step by itself
    python benchmarks/refine.py --end-to-end WORD…   # the language model finds mention and stance

``tests/extract/sub_stances.toml`` holds twelve sub-stances: six examples each, twenty unseen sentences of the kind and
twenty others (twelve show the same shipped stance plainly, on like topics; eight show other stances).  Method and
threshold were chosen on the "dev" half.

Columns: F1 of the shipped stance on the unseen sentences before (what there is to refine); F1 of the sub-stance on the
unseen sentences, and on all forty; wrong finds among the others; F1 of the shipped stances (micro) on the others before
and after, and its fall.  "alone": the ontology has this sub-stance
only; "together": all sub-stances of the half are there at once.
"""

from __future__ import annotations

import argparse
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from penchant.extract.encoder import MiniLMEncoder
from penchant.extract.language_model import Passage, Reply
from penchant.extract.plain_mentions import Marked, unmark
from penchant.extract.refine import Refiner, SubStance
from penchant.ontology.behaviour import read_vocabulary

CASES = Path(__file__).parents[1] / "tests" / "extract" / "sub_stances.toml"
HEAD = "sub-stance (refines)             parent  F1 unseen  F1 all  wrong finds   old F1 before  after   fall"


@dataclass(frozen=True, slots=True)
class Case:
    """A sub-stance with sentences to try it on: (sentence, stance that it shows)."""

    sub: SubStance
    split: str
    unseen: tuple[tuple[Marked, str], ...]
    others: tuple[tuple[Marked, str], ...]


Said = list[tuple[int, int, str]]  # mentions of one sentence: start, end, stance
Reader = Callable[[Sequence[Marked], Sequence[str]], list[Said]]


def cases() -> Iterator[Case]:
    """All that the file holds."""
    for row in tomllib.loads(CASES.read_text(encoding="utf-8"))["sub"]:
        sub = SubStance(row["word"], row["refines"], tuple(row["examples"]))
        unseen = tuple((unmark(s), sub.word) for s in row["unseen"])
        others = tuple((unmark(s), stance) for stance, rows in row["others"].items() for s in rows)
        yield Case(sub, row["split"], unseen, others)


def shipped_examples() -> dict[str, tuple[str, ...]]:
    """English example sentences of the shipped stances, by word."""
    stances = read_vocabulary().shipped_stances()
    return {s.word: tuple(text for language, text in s.examples if language == "en") for s in stances}


def f1(gold: Sequence[tuple[Marked, str]], said: Sequence[Said], words: set[str]) -> float:
    """Micro F1 of mentions with one of ``words``: right when the spans overlap and the stance is the same."""
    right = found = wanted = 0
    for (marked, stance), mentions in zip(gold, said, strict=True):
        mine = [m for m in mentions if m[2] in words]
        found += len(mine)
        if stance in words:
            wanted += 1
            right += any(a < marked.end and marked.start < b and word == stance for a, b, word in mine)
    return 2 * right / (found + wanted) if found + wanted else 1.0


def row(case: Case, read: Reader, refiner: Refiner) -> str:
    """One line of the table."""
    word, old = case.sub.word, set(shipped_examples())
    given = [case.sub.refines] * len(case.unseen)
    before = {
        "unseen": read([m for m, _ in case.unseen], given),
        "others": read([m for m, _ in case.others], [s for _, s in case.others]),
    }
    texts = {"unseen": [m.text for m, _ in case.unseen], "others": [m.text for m, _ in case.others]}
    after = {
        part: [refined(refiner, t, said) for t, said in zip(texts[part], before[part], strict=True)] for part in texts
    }
    parent = f1([(m, case.sub.refines) for m, _ in case.unseen], before["unseen"], {case.sub.refines})
    on_unseen = f1(case.unseen, after["unseen"], {word})
    on_all = f1([*case.unseen, *case.others], after["unseen"] + after["others"], {word})
    wrong = sum(m[2] not in old for said in after["others"] for m in said)
    was, now = f1(case.others, before["others"], old), f1(case.others, after["others"], old)
    name = f"{word} ({case.sub.refines})"
    found = f"{parent:6.2f} {on_unseen:10.2f} {on_all:7.2f} {wrong:12d}"
    return f"{name:32s} {found} {was:15.3f} {now:6.3f} {was - now:6.3f}"


def refined(refiner: Refiner, text: str, said: Said) -> Said:
    """The mentions of a text, each with its sub-stance where it shows one."""
    spans = [(a, b) for a, b, _ in said]
    return [(a, b, refiner.refine(text, a, b, word, [s for s in spans if s != (a, b)])) for a, b, word in said]


def given(sentences: Sequence[Marked], stances: Sequence[str]) -> list[Said]:
    """The marked mention with the shipped stance, as if a model had read it without a fault."""
    return [[(m.start, m.end, stance)] for m, stance in zip(sentences, stances, strict=True)]


def with_the_model() -> Reader:
    """The shipped language model."""
    from penchant.extract.modes import model_for_mode

    model = model_for_mode("best", threads=1)
    kept: dict[str, Reply] = {}

    def read(sentences: Sequence[Marked], stances: Sequence[str]) -> list[Said]:
        new = [m.text for m in sentences if m.text not in kept]
        kept.update(zip(new, model.read([Passage(text) for text in new]), strict=True))
        return [[(m.start, m.end, m.stance) for m in kept[s.text].mentions] for s in sentences]

    return read


def main() -> None:
    """Run it and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "test"), action="append", help="only this half; both by default")
    parser.add_argument("--end-to-end", nargs="+", metavar="WORD", help="these sub-stances, read by the language model")
    options = parser.parse_args()
    halves = options.split or ["dev", "test"]
    encoder, held = MiniLMEncoder(), list(cases())
    chosen = [c for c in held if c.split in halves]
    read: Reader = given
    if options.end_to_end:
        chosen = [c for c in held if c.sub.word in options.end_to_end]
        read = with_the_model()
    refiners: Mapping[str, Callable[[Case], list[Case]]] = {
        "alone": lambda case: [case],
        "together": lambda case: [c for c in held if c.split == case.split],
    }
    shipped = shipped_examples()
    for title, there in refiners.items():
        print(f"\n{title}\n{HEAD}")
        made: dict[tuple[str, ...], Refiner] = {}
        for case in chosen:
            subs = [c.sub for c in there(case)]
            refiner = made.setdefault(tuple(s.word for s in subs), Refiner(encoder, subs, shipped))
            print(row(case, read, refiner), flush=True)
    started, times = time.process_time(), 50
    for _ in range(times):
        refiner.refine(case.unseen[0][0].text, case.unseen[0][0].start, case.unseen[0][0].end, case.sub.refines)
    print(f"\n{(time.process_time() - started) / times * 1000:.1f} ms of one core a mention")


if __name__ == "__main__":
    main()
