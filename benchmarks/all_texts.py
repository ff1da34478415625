"""Every text of the public sets through extractor, gate, ledger and fusion: does the ledger balance?

    PENCHANT_DATA=… python -m benchmarks.all_texts FOLDER [--limit TEXTS] [SET …]

The extractor is the rule baseline: what is shown is that nothing is lost, not how well it is read.  The catalogue is
empty, so that everything that is named stays the person's own concept.  Started again, it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from itertools import islice
from pathlib import Path

import penchant
from benchmarks.public_texts import SETS
from penchant.kg.account import Account
from penchant.settings import ReadingSettings


def main() -> None:
    """Read the sets and print the account of each and of all; exit status 1 where something does not add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--limit", type=int, default=None, help="so many texts of each set")
    asked = parser.parse_args()
    if "PENCHANT_DATA" not in os.environ:
        parser.error("set PENCHANT_DATA to the folder of the public sets")
    data = Path(os.environ["PENCHANT_DATA"])
    if not asked.folder.exists():
        penchant.create(asked.folder).close()
    started = time.perf_counter()
    with penchant.open(asked.folder, reading=ReadingSettings(model="rules", encoder=False, batch=256)) as p:
        for name in asked.sets:
            begun = time.perf_counter()
            report = p.add_texts(islice(SETS[name](data / name), asked.limit))
            _tell(name, report.account, time.perf_counter() - begun)
        account = p.workspace.ledger.account()
        _tell("all", account, time.perf_counter() - started)
        findings = [*account.imbalances(), *(f"{f.where}: {f.rule}: {f.found}" for f in p.check())]
    size = sum(f.stat().st_size for f in asked.folder.rglob("*") if f.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{size / 1e6:,.0f} MB on disk, {peak:,.0f} MB of memory at most; findings: {findings[:5] or 'none'}")
    sys.exit(bool(findings))


def _tell(name: str, account: Account, seconds: float) -> None:
    def parts(counts: dict[str, int]) -> str:
        return f"{sum(counts.values()):,} = " + " + ".join(f"{n:,} {word}" for word, n in counts.items())

    print(
        f"{name}: lines {account.lines:,} = {sum(account.texts.values()):,} texts + {account.bad_lines:,} bad;"
        f" texts {parts(account.texts)}; windows {parts(account.windows)}; mentions {parts(account.mentions)};"
        f" {seconds:,.0f} s; {'; '.join(account.imbalances()) or 'balanced'}",
        flush=True,
    )


if __name__ == "__main__":
    main()
