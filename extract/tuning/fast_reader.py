"""Make the fast reader that ships: ``python -m penchant.extract.tuning.fast_reader --data DIR --out DIR``.

Two stages.  The first learns from the labelled examples alone, three times each.  The second goes on with natural
sentences of our own (three times each), texts that the language model labelled, and some of the first stage's examples.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from penchant.extract.transformers_model import ADAPTER, TransformersModel
from penchant.extract.tuning.build import account, data_folder, examples
from penchant.extract.tuning.distil import silver, unlabelled
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.tagger import TaggerRecipe, train_tagger

FIRST: Final = TaggerRecipe(epochs=3.0, rate=1e-3)
SECOND: Final = TaggerRecipe(epochs=1.0, rate=6e-4)
#: Texts that the language model is asked about, and examples of the first stage that the second sees again.
UNLABELLED, AGAIN = 2300, 5000


def second_stage(train: Sequence[Example], labelled: Sequence[Example], seed: int) -> list[Example]:
    """What the fast reader learns from in its second stage.

    Args:
        train: the training examples.
        labelled: texts with what the language model says of them.
        seed: of the order.
    """
    natural = [e for e in train if e.source == "written"]
    again = [e for e in train if e.source != "written"][:AGAIN]
    some = [*natural, *natural, *natural, *labelled, *again]
    random.Random(seed).shuffle(some)  # noqa: S311
    return some


def main(arguments: Sequence[str] | None = None) -> None:
    """Train both stages; what is there already is gone on with."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path, help="folder with the public sets; else $PENCHANT_DATA")
    reader.add_argument("--out", type=Path, required=True)
    reader.add_argument("--adapter", type=Path, default=ADAPTER, help="of the language model that labels")
    reader.add_argument("--seed", type=int, default=7)
    asked = reader.parse_args(arguments)
    folder = data_folder(asked.data)
    train, _ = examples(folder, asked.seed)
    sys.stdout.write(account(train) + "\n")
    plain = [e for e in train if e.source != "written"]
    first = asked.out / "first"
    if not (first / "heads.safetensors").exists():
        train_tagger(plain, first, FIRST)
    model = TransformersModel(adapter=asked.adapter, tuned=True, threads=1)
    labelled = silver(unlabelled(folder, train, UNLABELLED, asked.seed), model)
    some = second_stage(train, labelled, asked.seed)
    sys.stdout.write(account(some) + "\n")
    train_tagger(some, asked.out, SECOND, start=first)


if __name__ == "__main__":
    main()
