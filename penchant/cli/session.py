"""Open the workspace a command was given, and show what it answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer
from pyoxigraph import Literal, NamedNode

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from penchant.api import Penchant


def opened(context: typer.Context) -> Penchant:
    """The workspace that the command line names."""
    from penchant import api
    from penchant.settings import ReadingSettings

    common = context.obj
    reading = ReadingSettings(mode=common.mode, encoder=common.encoder)
    if common.model:
        reading = replace(reading, model=common.model)
    return api.open(common.workspace, reading=reading)


def console(*, error: bool = False) -> Console:
    """A console on standard output, or on standard error; wide where it is no terminal, so that nothing is cut."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    return Console(stderr=error, highlight=False, soft_wrap=True, width=None if stream.isatty() else 1_000)


@contextmanager
def counting(words: str) -> Iterator[Progress]:
    """A progress display on standard error, silent where that is no terminal."""
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn(words), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(error=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        progress.add_task(words, total=None)
        yield progress


def counts(parts: dict[str, int]) -> str:
    """``3 read + 1 duplicate``; ``none`` where there is nothing."""
    return " + ".join(f"{count:,} {name}" for name, count in parts.items()) or "none"


def as_json(value: Any) -> str:
    """``value`` as one line of JSON; terms are written as their text, as keys too."""
    return json.dumps(_plain(value), ensure_ascii=False)


def show_json(value: Any) -> None:
    """Write ``value`` to standard output as one line of JSON."""
    sys.stdout.write(as_json(value) + "\n")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(_plain(k)): _plain(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(v) for v in value), key=str)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, NamedNode | Literal):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
