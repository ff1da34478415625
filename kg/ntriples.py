"""Truthy N-Triples of a dump, line by line: which lines are kept, and which are no N-Triples at all.

Wikidata's dump has some eight thousand million lines, so a line is first looked at with a regular expression
(about a million lines a second) and only then, if it is wanted, parsed.
"""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from penchant.errors import SourceError
from penchant.kg.proposal import BadLine

_LINE: Final = re.compile(
    rb'<(?P<s>[^<>"{}|^`\\\x00-\x20]+)>[ \t]+<(?P<p>[^<>"{}|^`\\\x00-\x20]+)>[ \t]+'
    rb'(?:<(?P<o>[^<>"{}|^`\\\x00-\x20]+)>|"(?P<text>(?:[^"\\\r\n]|\\.)*)"(?:@(?P<lang>[A-Za-z0-9-]+)|\^\^<[^<>\s]+>)?)'
    rb"[ \t]*\.[ \t]*(?:#.*)?"
)

LABELS: Final = frozenset(
    iri.encode()
    for iri in (
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://www.w3.org/2004/02/skos/core#altLabel",
        "http://schema.org/name",
        "https://schema.org/name",
    )
)
_PROPERTY_ENTITY = b"http://www.wikidata.org/entity/P"
_DIRECT = b"http://www.wikidata.org/prop/direct/"


@dataclass(frozen=True, slots=True)
class Slice:
    """What to keep of a dump.

    Args:
        properties: IRIs of the direct properties to keep; empty keeps every property whose value is an IRI.
        languages: languages of labels and aliases to keep.
        subjects: keep only statements about these; None keeps all.
    """

    properties: frozenset[bytes] = frozenset()
    languages: frozenset[bytes] = frozenset({b"en", b"zh"})
    subjects: frozenset[bytes] | None = None

    def keeps(self, line: re.Match[bytes]) -> bool:
        """Whether the statement on ``line`` belongs to the slice."""
        if self.subjects is not None and line["s"] not in self.subjects and not line["s"].startswith(_DIRECT):
            return False
        if line["p"] in LABELS:
            return line["lang"] is not None and line["lang"].lower() in self.languages
        if line["o"] is None:
            return False
        return not self.properties or line["p"] in self.properties


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered lines of an N-Triples file: plain, .gz, .bz2 or .xz.

    Raises:
        SourceError: it is not there, or its compressed data is broken or cut off; says after which line.
    """
    number = 0
    try:
        with _open(path) as stream:
            for number, line in enumerate(stream, start=1):
                yield number, line.rstrip(b"\r\n")
    except FileNotFoundError as error:
        raise SourceError("no such file", where=str(path)) from error
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise SourceError(
            f"it cannot be read beyond line {number} ({error})",
            expected="a whole file",
            where=str(path),
            remedy="Fetch it again; nothing of it was loaded",
        ) from error


def kept(path: Path, wanted: Slice, bad: Callable[[BadLine], None]) -> Iterator[tuple[re.Match[bytes], bytes]]:
    """Statements of the slice, as match and line in canonical N-Triples; lines that are none go to ``bad``."""
    for number, line in lines(path):
        match = _LINE.fullmatch(line)
        if match is not None and not wanted.keeps(match):
            continue
        if match is not None and match["text"] is None and b"\\" not in line:
            yield match, b"<%s> <%s> <%s> ." % (match["s"], match["p"], match["o"])
        elif line.strip() and not line.lstrip().startswith(b"#"):
            parsed = _parse(line)
            if isinstance(parsed, str):
                raw = line[:10_000].decode("utf-8", "backslashreplace")
                bad(BadLine(str(path.name), number, parsed, raw))
            elif (again := _LINE.fullmatch(parsed)) is not None and wanted.keeps(again):
                yield again, parsed


def _parse(line: bytes) -> bytes | str:
    """The line in canonical form, or why it is no N-Triples.  Blank nodes have no identity here and are left out."""
    try:
        quads = list(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        return f"no N-Triples: {error}"
    return str(quads[0].triple).encode() + b" ." if quads else b""


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    from isal import igzip

    openers: dict[str, Callable[..., Any]] = {".gz": igzip.open, ".bz2": bz2.open, ".xz": lzma.open}
    with openers.get(path.suffix, open)(path, "rb") as stream:
        yield stream
