"""Kill a workspace at random moments, and prove that nothing that was acknowledged is lost and nothing is half there.

    python -m benchmarks.crash [KILLS] [--seed N] [--only OPERATION] [--folder FOLDER]

A process runs an operation on a copy of a prepared workspace and acknowledges each call that has returned.  It is
killed (SIGKILL) at a random moment between its start and, measured, its end; opening the workspace is part of that.
Every second kill comes at one of the moments of :mod:`benchmarks.crash_points` instead.
Another process opens what is left and looks: the workspace is sound and its ledger balanced, what was acknowledged is
there, every text is there with all its mentions or not at all, and interests are what all evidence fuses to.  Up to
three kills hit one copy before the operation is run to its end; then the graph is that of a run that nobody killed.

Processes are forked from one that has loaded everything and opened nothing, so that a kill costs little time.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.crash_checks import Expected, aftermath, graph_lines
from benchmarks.crash_operations import OPERATIONS, prepare, without_interests
from benchmarks.crash_points import Points
from penchant import api

Say = Callable[[str], None]

KILLS_EACH: Final = 3


@dataclass(frozen=True, slots=True)
class Prepared:
    """A workspace before the operation, how long that takes unharmed, and what the graph is before and after."""

    folder: Path
    seconds: float
    points: int
    expected: Expected


def forked(work: Callable[[Say], None], kill_after: float | None = None) -> tuple[list[str], bool]:
    """What ``work`` said in a process of its own, and whether it ended by itself; an error in it ends this program."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        status = 1
        try:
            with os.fdopen(writer, "w", buffering=1, encoding="utf-8") as stream:
                work(lambda line: print(line, file=stream, flush=True))
                print("ended", file=stream)
            status = 0
        except BaseException:  # noqa: BLE001  (a forked process must not run on into its parent's code)
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(writer)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader, encoding="utf-8") as stream:
        said = stream.read().splitlines()
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a process failed; see above")
    return [line for line in said if line != "ended"], said[-1:] == ["ended"]


def asked(lines: Callable[[], Iterable[str]]) -> list[str]:
    """``lines`` as another process gives them."""

    def work(say: Say) -> None:
        for line in lines():
            say(line)

    return forked(work)[0]


def run_operation(name: str, folder: Path, fatal: int | None = None) -> Callable[[Say], None]:
    """The operation on ``folder``, as work for a process, which may be killed at one of its points."""

    def work(say: Say) -> None:
        points = Points(fatal)
        with api.open(folder) as p:
            OPERATIONS[name](p, say)
        say(f"points {points.passed}")

    return work


def prepared(name: str, folder: Path) -> Prepared:
    """Prepare for an operation, and measure it."""
    folder.mkdir(parents=True)
    made = folder / "workspace"
    forked(lambda _: prepare(made))
    if name == "fuse":
        forked(lambda _: without_interests(made))
    whole = _copy(made, folder / "whole")
    started = time.monotonic()
    said, _ = forked(run_operation(name, whole))
    seconds = time.monotonic() - started
    assert len(said) > 1, f"{name} acknowledges nothing"
    before, after = (tuple(asked(partial(graph_lines, state))) for state in (made, whole))
    return Prepared(made, seconds, int(said[-1].removeprefix("points ")), Expected(before, after))


def _copy(folder: Path, target: Path) -> Path:
    target.mkdir()
    shutil.copytree(folder, target / "workspace")
    shutil.copytree(folder.parent / "inputs", target / "inputs")
    return target / "workspace"


def main(arguments: list[str] | None = None) -> int:
    """Kill, look, and say what was found; 1 where anything was."""
    parser = argparse.ArgumentParser(description="Kill a workspace at random moments.")
    parser.add_argument("kills", nargs="?", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=sorted(OPERATIONS), action="append")
    parser.add_argument("--folder", type=Path, default=None)
    chosen = parser.parse_args(arguments)
    rng = random.Random(chosen.seed)
    root = chosen.folder or Path(tempfile.mkdtemp(prefix="crash-"))
    names = chosen.only or list(OPERATIONS)
    ready = {name: prepared(name, root / name) for name in names}
    kills: Counter[str] = Counter()
    under_way: Counter[str] = Counter()
    wrong: list[str] = []
    trial = 0
    while sum(kills.values()) < chosen.kills:
        name = names[trial % len(names)]
        found, killed, cut = _trial(name, ready[name], root / f"trial {trial}", rng, chosen.kills - sum(kills.values()))
        kills[name] += killed
        under_way[name] += cut
        wrong += [f"trial {trial} ({name}): {words}" for words in found]
        if not found:
            shutil.rmtree(root / f"trial {trial}")
        trial += 1
    print(f"{'operation':<10} {'seconds':>8} {'kills':>6} {'under way':>10}")
    for name in names:
        print(f"{name:<10} {ready[name].seconds:>8.2f} {kills[name]:>6} {under_way[name]:>10}")
    print(f"{sum(kills.values())} kills, {sum(under_way.values())} of them under way, seed {chosen.seed}")
    print("\n".join(wrong) or "nothing acknowledged was lost, nothing is half there, and all ledgers balance")
    if wrong:
        print(f"see {root}")
    elif chosen.folder is None:
        shutil.rmtree(root)
    return 1 if wrong else 0


def _trial(name: str, ready: Prepared, folder: Path, rng: random.Random, left: int) -> tuple[list[str], int, int]:
    """Kill one copy up to three times, then run it to its end; what was wrong, kills, and kills before the end."""
    copy = _copy(ready.folder, folder)
    acknowledged: list[str] = []
    killed = cut = 0
    wrong: list[str] = []
    look = partial(aftermath, name, copy, acknowledged, ready.expected)
    for _ in range(min(left, KILLS_EACH)):
        if rng.random() < 0.5:
            said, ended = forked(run_operation(name, copy), kill_after=rng.random() * ready.seconds)
        else:
            said, ended = forked(run_operation(name, copy, fatal=rng.randrange(ready.points)))
        acknowledged += said
        killed += 1
        cut += not ended
        found = asked(look)
        wrong += found
        if ended or found:
            break
    if not wrong:
        forked(run_operation(name, copy))
        if differing := sorted(set(asked(partial(graph_lines, copy))) ^ set(ready.expected.after)):
            wrong.append(f"run to its end, the graph differs in {len(differing)} quads: {differing[:2]}")
        wrong += asked(look)
    return wrong, killed, cut


if __name__ == "__main__":
    raise SystemExit(main())
