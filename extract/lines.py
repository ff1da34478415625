"""Rows of a file or stream, with line numbers: compression, encoding and format in one place.

A row that cannot be read becomes a :class:`BadLine` and reading goes on.  Blank lines are no rows.  A compressed
file that ends early yields every complete line, then one bad line that says so.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from penchant.errors import SourceError
from penchant.extract.rows import Given, HeaderCheck, Row, Source, bad, unfit
from penchant.extract.tables import table_rows
from penchant.kg.proposal import BadLine

#: Ending of a file's name → format.
FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".jsonld": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "txt",
}

_PACKED = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\x00"}
_BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError)

if TYPE_CHECKING:
    from typing_extensions import Buffer


def source_name(path: Source) -> str:
    """The name under which a source is remembered: the file's name without its folder, or ``-``."""
    if isinstance(path, Given):
        return path.name
    return "-" if str(path) == "-" else Path(path).name


def format_of(path: Path | str, allowed: Iterable[str]) -> str | None:
    """Format by the ending of the name; None for standard input.

    Raises:
        SourceError: the ending names no format in ``allowed``.
    """
    if str(path) == "-":
        return None
    suffixes = [s.lower() for s in Path(path).suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    found = FORMATS.get(suffixes[-1]) if suffixes else None
    return check_format(found or (suffixes[-1] if suffixes else "no ending"), allowed, source_name(path))


def check_format(found: str, allowed: Iterable[str], where: str) -> str:
    """``found``, if it is in ``allowed``.

    Raises:
        SourceError: it is not.
    """
    allowed = list(allowed)
    if found not in allowed:
        endings = [end for end, name in FORMATS.items() if name in allowed]
        raise SourceError(
            f"unknown format {found!r}",
            expected=f"one of {', '.join(allowed)} (endings {', '.join(endings)}, each also with .gz, .bz2 or .xz)",
            where=where,
        )
    return found


def read_rows(
    path: Source,
    allowed: Iterable[str],
    *,
    format: str | None = None,
    plain: str = "csv",
    header: HeaderCheck | None = None,
) -> Iterator[Row | BadLine]:
    """Rows of ``path``: dictionaries for CSV and TSV, any JSON value for JSON, strings for plain text.

    Args:
        path: a file, packed with gzip, bzip2 or xz or not, ``-`` for standard input, or rows that are at hand.
        allowed: the formats that make sense to the caller.
        format: the format; by default the file's ending tells it.
        plain: what standard input is when it does not start with ``{`` or ``[``.
        header: called with the header of CSV and TSV; raises if a needed column is missing.

    Raises:
        SourceError: the file is missing, of an unknown format, or not readable from the start.
    """
    allowed = tuple(allowed)
    where = source_name(path)
    if isinstance(path, Given):
        yield from path.rows
        return
    known = check_format(format, allowed, where) if format else format_of(path, allowed)
    with _open(path) as stream:
        if known is None:
            known = check_format(_sniff(stream, plain), allowed, where)
        text = io.TextIOWrapper(cast("BinaryIO", stream), encoding="utf-8-sig", errors="surrogateescape", newline="\n")
        try:
            yield from _parse(text, known, where, header)
        finally:
            text.detach()


def _parse(text: io.TextIOWrapper, kind: str, where: str, header: HeaderCheck | None) -> Iterator[Row | BadLine]:
    if kind == "json":
        yield from _json_rows(text, where)
        return
    broken: list[BadLine] = []
    lines = _numbered(text, where, broken)
    if kind in ("csv", "tsv"):
        yield from table_rows(lines, "," if kind == "csv" else "\t", where, header)
    else:
        for number, line in lines:
            if line.strip():
                yield _line_row(number, line, kind, where)
    yield from broken


@contextmanager
def _open(path: Path | str) -> Iterator[io.BufferedReader]:
    """The unpacked bytes of a file or of standard input; the first bytes tell how it is packed."""
    where = source_name(path)
    try:
        raw = cast("io.BufferedReader", sys.stdin.buffer) if where == "-" else Path(path).open("rb")  # noqa: SIM115
    except OSError as error:
        raise SourceError(f"cannot be opened ({error.strerror or error})", where=str(path)) from error
    try:
        start = raw.peek(6)[:6]
        packing = next((end for end, magic in _PACKED.items() if start.startswith(magic)), None)
        named = Path(where).suffix.lower()
        if named in _PACKED and packing != named:
            raise SourceError(f"it is not {named[1:]} data", expected=f"what its ending {named} says", where=where)
        yield raw if packing is None else io.BufferedReader(_Unpacked(raw, packing))
    finally:
        if where != "-":
            raw.close()


class _Unpacked(io.RawIOBase):
    """Unpacked bytes, one piece at a time: what came before the damage is given out before the error is raised."""

    def __init__(self, raw: io.BufferedReader, packing: str) -> None:
        self._stream: gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
        if packing == ".gz":
            self._stream = gzip.GzipFile(fileobj=raw)
        else:
            self._stream = bz2.BZ2File(raw) if packing == ".bz2" else lzma.LZMAFile(raw)  # noqa: SIM115

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        piece = self._stream.read1(len(view))
        view[: len(piece)] = piece
        return len(piece)


def _sniff(stream: io.BufferedReader, plain: str) -> str:
    start = stream.peek(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return {b"{": "jsonl", b"[": "json", b"": "jsonl"}.get(start[:1], plain)


def _numbered(text: io.TextIOWrapper, where: str, broken: list[BadLine]) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        for number, line in enumerate(text, 1):
            yield number, line.removesuffix("\n").removesuffix("\r")
    except _BROKEN as error:
        if not number:
            raise SourceError(f"nothing can be read from it ({error})", where=where) from error
        reason = f"truncated or damaged after line {number}: {error}"
        broken.append(bad(where, number + 1, reason, ""))


def _line_row(number: int, line: str, kind: str, where: str) -> Row | BadLine:
    if reason := unfit(line):
        return bad(where, number, reason, line)
    if kind == "txt":
        return Row(number, line, line)
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return bad(where, number, f"not JSON: {error}", line)
    return Row(number, line, value)


def _json_rows(text: io.TextIOWrapper, where: str) -> Iterator[Row | BadLine]:
    try:
        whole = text.read()
    except _BROKEN as error:
        raise SourceError(
            f"truncated or damaged: {error}", expected="a whole file", where=where, remedy="JSON lines survive this"
        ) from error
    try:
        value = json.loads(whole)
    except (ValueError, RecursionError) as error:
        lines = [line for line in whole.split("\n") if line.strip()]
        if len(lines) > 1 and lines[0].lstrip().startswith("{") and lines[0].rstrip().endswith("}"):
            for number, line in enumerate(whole.split("\n"), 1):
                if line.strip():
                    yield _line_row(number, line.removesuffix("\r"), "jsonl", where)
            return
        raise SourceError(f"not JSON: {error}", where=where) from error
    for number, member in enumerate(value if isinstance(value, list) else [value], 1):
        raw = json.dumps(member, ensure_ascii=False)
        reason = unfit(raw)
        yield bad(where, number, reason, raw) if reason else Row(number, raw, member)
