"""Rows of CSV and TSV, one bad line for each that is broken."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterator
from typing import Final

from penchant.errors import SourceError
from penchant.extract.rows import HeaderCheck, Row, bad, unfit
from penchant.kg.proposal import BadLine

# A quote that is never closed must not swallow the rest of the file.
RECORD_LINES: Final = 1_000
# Characters of the header in a reason.
_HEADER_SHOWN: Final = 300


class _Table:
    """CSV lines that can be put back, so that a quote left open costs one line and not the rest of the file."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._back: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= RECORD_LINES:
            raise csv.Error(f"a quote stays open for {RECORD_LINES} lines")
        pair = self._back.popleft() if self._back else next(self._lines)
        self.taken.append(pair)
        return pair[1] + "\n"

    def put_back(self) -> None:
        """Give back all lines of the current record but its first."""
        self._back.extendleft(reversed(self.taken[1:]))


def table_rows(
    lines: Iterator[tuple[int, str]], delimiter: str, where: str, check: HeaderCheck | None
) -> Iterator[Row | BadLine]:
    """Rows of CSV lines as dictionaries by the header's names.

    Args:
        lines: lines with their numbers.
        delimiter: what separates fields.
        where: name of the source.
        check: called with the header; raises if a needed column is missing.

    Raises:
        SourceError: a column stands twice in the header, or ``check`` says so.
    """
    csv.field_size_limit(max(csv.field_size_limit(), 1 << 28))
    table = _Table(lines)
    reader = csv.reader(table, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        table.taken.clear()
        try:
            fields = next(reader, None)
        except csv.Error as error:
            number, raw = table.taken[0]
            table.put_back()
            reader = csv.reader(table, delimiter=delimiter, strict=True)
            yield bad(where, number, f"not a row: {error}", raw)
            continue
        if fields is None:
            return
        if not any(f.strip() for f in fields):
            continue
        number, raw = table.taken[0][0], "\n".join(line for _, line in table.taken)
        if header is None:
            header = _header(fields, where, check)
        elif len(fields) != len(header):
            columns = _shown(header)
            yield bad(where, number, f"has {len(fields)} fields where the header has {len(header)} ({columns})", raw)
        elif reason := unfit(raw):
            yield bad(where, number, reason, json.dumps(dict(zip(header, fields, strict=True)), ensure_ascii=False))
        else:
            yield Row(number, "", dict(zip(header, fields, strict=True)))


def _shown(header: list[str]) -> str:
    names = ", ".join(header)
    return names if len(names) <= _HEADER_SHOWN else names[:_HEADER_SHOWN] + " …"


def _header(fields: list[str], where: str, check: HeaderCheck | None) -> list[str]:
    names = [f.strip() for f in fields]
    if twice := sorted({n for n in names if n and names.count(n) > 1}):
        raise SourceError(f"column {', '.join(twice)} stands twice in the header", where=where)
    if check:
        check(names)
    return names
