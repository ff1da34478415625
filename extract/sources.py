"""Texts of people, from JSON lines, tables and plain files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from penchant.errors import SourceError
from penchant.extract import fields
from penchant.extract.lines import read_rows, source_name
from penchant.extract.rows import Row, Source, bad
from penchant.kg.proposal import BadLine, TextRecord

FORMATS = ("jsonl", "json", "csv", "tsv", "txt")

PERSON = ("person", "user", "user_id", "author", "author_id", "username", "speaker", "writer")
TEXT = ("text", "body", "content", "message", "utterance", "review", "comment")
AT = ("at", "time", "timestamp", "created_at", "date", "datetime", "published", "created")
ID = ("id", "text_id", "message_id", "@id")
CONTEXT = ("context", "previous", "previous_turn", "in_reply_to_text")


def read_texts(
    path: Source,
    *,
    default_person: str | None = None,
    at: datetime | None = None,
    format: str | None = None,
) -> Iterator[TextRecord | BadLine]:
    """Texts of ``path`` in its order; what is no text is a :class:`BadLine`, and reading goes on.

    JSON lines, JSON lists, CSV and TSV with a header, or plain text with one text a line; packed with gzip, bzip2 or
    xz or not.  Fields are found by their usual names (``person``, ``user``, ``author`` …), whatever their case.
    Identifiers and texts are kept character for character.  An empty text is a record: that it cannot be read is the
    extractor's to say.  A packed file that ends early yields all its complete lines, then a bad line.

    Args:
        path: a file, or ``-`` for standard input (JSON lines if it starts with ``{``; plain text if not and
            ``default_person`` is given; else CSV).
        default_person: who wrote a text that names nobody.
        at: when a text was written that does not say; without it, such a text is a bad line.
        format: one of ``FORMATS``; by default the file's ending tells.

    Raises:
        SourceError: the file is missing, of an unknown format, not readable from the start, or a table without a
            column that it needs.
    """
    where = source_name(path)
    wanted = {"text": TEXT} if default_person else {"person": PERSON, "text": TEXT}
    plain = "txt" if default_person else "csv"
    header = partial(fields.need_columns, wanted=wanted, where=where)
    for row in read_rows(path, FORMATS, format=format, plain=plain, header=header):
        if isinstance(row, BadLine):
            yield row
            continue
        if isinstance(row.value, str) and default_person is None:
            raise SourceError(
                "it does not say who wrote it", expected="a person for all its lines", where=f"{where}, line {row.line}"
            )
        try:
            yield _record(row, where, default_person, at)
        except SourceError as error:
            yield bad(where, row.line, str(error), row.raw)


def _record(row: Row, where: str, default_person: str | None, at: datetime | None) -> TextRecord:
    value = {"text": row.value} if isinstance(row.value, str) else row.value
    if not isinstance(value, dict):
        raise SourceError("not an object", expected='{"person": …, "text": …, "at": …}')
    found = fields.keyed(value)
    person, when = fields.pick(found, PERSON), fields.pick(found, AT)
    id, context = fields.pick(found, ID), fields.pick(found, CONTEXT)
    if person is None and any(fields.key(n) in found for n in PERSON):
        person = ""
    if when is None and at is None:
        raise SourceError("no time", expected="a field 'at'")
    return TextRecord(
        person=fields.reference(default_person if person is None else person, "person"),
        text=_text(found),
        at=fields.time(at if when is None else when),
        source=where,
        line=row.line,
        id=None if id is None else fields.reference(id, "id"),
        context=None if context is None else fields.words(context, "context"),
        dated=when is not None,
    )


def _text(found: dict[str, object]) -> str:
    values = [found[k] for k in map(fields.key, TEXT) if k in found]
    if not values:
        raise SourceError("no text")
    text = values[0]
    return fields.sound(text, "text") if isinstance(text, str) else fields.words(text, "text")
