"""Put the training and development examples together: ``python -m penchant.extract.tuning.build --data DIR``.

Only sets of the allow-list train what ships (architecture.md, rule 6): LAPS, IARD, ReDial, CCPE, ConEL-2, texts
without a preference from GoEmotions and NewsMTSC, and sentences of our own.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from penchant.errors import SettingError, SourceError
from penchant.extract.tuning import ccpe, conel, iard, laps, own, plain_texts, redial, written
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.splits import Part, official_tests, split

ALLOWED: Final = ("laps", "iard", "redial", "ccpe", "conel", "goemotions", "newsmtsc", "own", "written")

#: Most examples with and without a preference that a source gives to training.
CAPS: Final[dict[str, tuple[int, int]]] = {
    "laps": (1600, 400),
    "iard": (400, 80),
    "redial": (1100, 350),
    "ccpe": (400, 180),
    "conel": (100, 200),
    "goemotions": (0, 200),
    "newsmtsc": (0, 150),
    "own": (3300, 740),
    "written": (4000, 1500),
}
#: What the second stage takes from each source again, beside the natural sentences, which it sees twice.
AGAIN: Final[dict[str, int]] = {
    "laps": 450,
    "iard": 100,
    "redial": 350,
    "ccpe": 150,
    "conel": 60,
    "goemotions": 40,
    "newsmtsc": 40,
    "own": 350,
}
#: Sets that come with Penchant.
OURS: Final = ("own", "written")
#: Sets of which only texts without a preference are used.
PLAIN: Final = ("goemotions", "newsmtsc")
#: Texts that such a set gives to development and to test.
MOST_PLAIN: Final = 30
OWN_SENTENCES: Final = 4800
#: Of ReDial's films most are liked; more would teach the model to answer "likes" without reading.
REDIAL_LIKES: Final = 550


def data_folder(named: Path | None) -> Path:
    """The folder with the public sets: ``named``, else ``$PENCHANT_DATA``.

    Raises:
        SettingError: neither is given.
        SourceError: the folder lacks a set.
    """
    text = str(named) if named else os.environ.get("PENCHANT_DATA", "")
    if not text:
        raise SettingError(
            "no folder with the public data sets is named",
            expected="--data DIR or the environment variable PENCHANT_DATA",
        )
    folder = Path(text)
    missing = [name for name in ALLOWED if name not in OURS and not (folder / name).is_dir()]
    if missing:
        raise SourceError(f"the data folder lacks {', '.join(missing)}", where=str(folder))
    return folder


def examples(folder: Path, seed: int = 7) -> tuple[list[Example], list[Example]]:
    """Give (training, development), each in a fixed order.

    No conversation is in both, and none of the test split or of an official test is in either.
    """
    parts = by_part(folder, seed)
    return parts["train"], parts["dev"]


def second_stage(train: Sequence[Example], seed: int = 7) -> list[Example]:
    """What an adapter of the first stage learns from next: natural sentences of our own, and some of all else again.

    Args:
        train: the training examples of :func:`examples`.
        seed: of choice and order.
    """
    natural = [e for e in train if e.source == "written"]
    again = [e for name, count in AGAIN.items() for e in [e for e in train if e.source == name][:count]]
    chosen = [*natural, *natural, *again]
    random.Random(seed).shuffle(chosen)  # noqa: S311
    return chosen


def by_part(folder: Path, seed: int = 7) -> dict[Part, list[Example]]:
    """All three splits; only training is capped and shuffled, and official tests are nowhere but in ``test``."""
    kept_out = official_tests(folder)
    chosen: dict[Part, list[Example]] = {"train": [], "dev": [], "test": []}
    for name, source in (
        ("laps", laps.load(folder)),
        ("iard", iard.load(folder)),
        ("redial", redial.load(folder, seed)),
        ("ccpe", ccpe.load(folder)),
        ("conel", conel.load(folder)),
        ("goemotions", plain_texts.goemotions(folder)),
        ("newsmtsc", plain_texts.newsmtsc(folder)),
        ("own", own.load(OWN_SENTENCES, seed)),
        ("written", written.load()),
    ):
        for part, some in split(source).items():
            fair = some if part == "test" else [e for e in some if e.conversation not in kept_out]
            chance = random.Random(f"{seed}:{name}")  # noqa: S311
            if part == "train":
                fair = _capped(fair, *CAPS[name], chance)
            elif name in PLAIN:
                fair = _capped(fair, 0, MOST_PLAIN, chance)
            chosen[part] += fair
    random.Random(seed).shuffle(chosen["train"])  # noqa: S311
    return chosen


def _capped(some: list[Example], full: int, empty: int, chance: random.Random) -> list[Example]:
    chance.shuffle(some)
    plain = [e for e in some if e.pairs and e.source == "redial" and all(s == "likes" for _, s in e.pairs)]
    rest = [e for e in some if e.pairs and e not in set(plain)]
    return (rest + plain[:REDIAL_LIKES])[:full] + [e for e in some if not e.pairs][:empty]


def account(some: Sequence[Example]) -> str:
    """A table: source, examples, without a preference, mentions per stance."""
    lines = ["source    examples  none  mentions"]
    for source in sorted({e.source for e in some}):
        mine = [e for e in some if e.source == source]
        stances = Counter(s for e in mine for _, s in e.pairs)
        said = ", ".join(f"{s} {n}" for s, n in sorted(stances.items()))
        lines.append(f"{source:9} {len(mine):8d} {sum(not e.pairs for e in mine):5d}  {said}")
    none = sum(not e.pairs for e in some)
    lines.append(f"{'all':9} {len(some):8d} {none:5d}  {none / max(1, len(some)):.1%} without a preference")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the account of both splits and some training examples to read."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path)
    reader.add_argument("--show", type=int, default=40)
    reader.add_argument("--seed", type=int, default=7)
    asked = reader.parse_args(arguments)
    parts = by_part(data_folder(asked.data), asked.seed)
    train = parts["train"]
    out = [line for part, some in parts.items() for line in (part, account(some), "")]
    out += [f"{e.source:6} [{(e.context or '')[-50:]}] {e.text} →{e.answer}" for e in train[: asked.show]]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
