"""Put the training and development examples together: ``python -m penchant.extract.tuning.build --data DIR``.

Only sets of the allow-list train what ships (architecture.md, rule 6): LAPS, IARD, ReDial, CCPE and sentences of our
own.
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
from penchant.extract.tuning import ccpe, iard, laps, own, redial
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.splits import official_tests, split

ALLOWED: Final = ("laps", "iard", "redial", "ccpe", "own")

#: Most examples with and without a preference that a source gives to training.
CAPS: Final[dict[str, tuple[int, int]]] = {
    "laps": (1000, 300),
    "iard": (400, 60),
    "redial": (800, 300),
    "ccpe": (400, 150),
    "own": (2000, 800),
}
OWN_SENTENCES: Final = 3300
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
    missing = [name for name in ALLOWED if name != "own" and not (folder / name).is_dir()]
    if missing:
        raise SourceError(f"the data folder lacks {', '.join(missing)}", where=str(folder))
    return folder


def examples(folder: Path, seed: int = 7) -> tuple[list[Example], list[Example]]:
    """Give (training, development), each in a fixed order.

    No conversation is in both, and none of an official test trains.
    """
    kept_out = official_tests(folder)
    train: list[Example] = []
    dev: list[Example] = []
    for name, source in (
        ("laps", laps.load(folder)),
        ("iard", iard.load(folder)),
        ("redial", redial.load(folder, seed)),
        ("ccpe", ccpe.load(folder)),
        ("own", own.load(OWN_SENTENCES, seed)),
    ):
        some, kept = split(source)
        some = [e for e in some if e.conversation not in kept_out]
        train += _capped(some, *CAPS[name], random.Random(f"{seed}:{name}"))  # noqa: S311
        dev += kept
    random.Random(seed).shuffle(train)  # noqa: S311
    return train, dev


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
    train, dev = examples(data_folder(asked.data), asked.seed)
    out = [account(train), "", account(dev), ""]
    out += [f"{e.source:6} [{(e.context or '')[-50:]}] {e.text} →{e.answer}" for e in train[: asked.show]]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
