"""What was refused, read again by the readers that read its source, with the options that they read it with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from penchant.errors import InputError
from penchant.extract.rows import NOT_UTF8, Given, Row
from penchant.kg.proposal import BadLine, EventRecord, ItemRecord, TextRecord
from penchant.kg.refusals import Refusal
from penchant.kg.rejected_records import as_source, record_of
from penchant.kg.stored_reading import stored_text
from penchant.kg.workspace import Workspace

Record = TextRecord | EventRecord | ItemRecord

#: Kinds of runs whose lines can be read again.
READABLE: Final = ("texts", "events", "items")


def run_kind(workspace: Workspace, refusal: Refusal) -> str:
    """What kind of run ``refusal`` came in with."""
    row = workspace.ledger.connection.execute("SELECT kind FROM runs WHERE id = ?", (refusal.run,)).fetchone()
    return str(row[0])


def fields_of(workspace: Workspace, refusal: Refusal) -> dict[str, Any] | None:
    """What was refused, or what it was mended to, as the fields of a record; None where it has none."""
    if refusal.mended is not None:
        return dict(refusal.mended)
    if refusal.kind in ("event", "item"):
        return as_source(record_of(refusal.kind, refusal.raw))
    if refusal.kind == "text":
        return _text_fields(workspace, refusal)
    value = _value(refusal.raw)
    return value if isinstance(value, dict) else None


def read_again(workspace: Workspace, refusal: Refusal, fields: Mapping[str, Any] | None = None) -> Iterator[object]:
    """The records that a refused line, event, item or text is; a :class:`BadLine` where it is none.

    Args:
        workspace: whose ontology says what words mean.
        refusal: what was refused.
        fields: what is to be read instead; what the ledger holds unless given.

    Raises:
        InputError: it is a line of a source that is not read record by record.
    """
    said = refusal.mended if fields is None else fields
    if said is None and refusal.kind in ("event", "item"):
        yield record_of(refusal.kind, refusal.raw)
        return
    if said is None and refusal.kind == "text":
        yield stored_text(workspace.ledger.connection, refusal.number).record
        return
    kind = run_kind(workspace, refusal)
    if kind not in READABLE:
        raise InputError(
            f"a line of a {kind} source is not read by itself",
            where=refusal.id,
            remedy="Mend the source, and load it again",
        )
    row = Row(refusal.line, refusal.raw, _line(workspace, refusal)) if said is None else Row(refusal.line, "", said)
    if row.value is None:
        yield BadLine(refusal.source, refusal.line, refusal.reason, refusal.raw)
        return
    yield from _reader(workspace, kind, Given(refusal.source, [row]), _options(workspace, refusal))


def _options(workspace: Workspace, refusal: Refusal) -> dict[str, Any]:
    if refusal.kind == "line":
        return workspace.ledger.read_with(refusal.run)
    if refusal.kind == "text":
        return {"at": stored_text(workspace.ledger.connection, refusal.number).record.at.isoformat()}
    return {}  # a rejected rating stands on the scale of its kind already


def _reader(workspace: Workspace, kind: str, source: Given, options: Mapping[str, Any]) -> Iterable[object]:
    if kind == "items":
        from penchant.extract.items import read_items

        return read_items(source, is_property=lambda name: workspace.ontology.schema.property(name) is not None)
    if kind == "events":
        from penchant.extract.events import kinds_of, read_events, scales_of

        scale = options.get("scale")
        vocabulary = workspace.vocabulary
        return read_events(
            source,
            kinds=kinds_of(vocabulary),
            scales=scales_of(vocabulary),
            scale=None if scale is None else (float(scale[0]), float(scale[1])),
        )
    from penchant.extract.sources import read_texts

    at = options.get("at")
    return read_texts(
        source, default_person=options.get("person"), at=None if at is None else datetime.fromisoformat(at)
    )


def _line(workspace: Workspace, refusal: Refusal) -> object | None:
    """A bad line as its reader would have found it; None where it is neither JSON nor a plain text."""
    if not refusal.raw or refusal.reason.startswith(NOT_UTF8):
        return None  # where a source ended early there is no line, and bytes are kept as escapes, which nobody wrote
    name = refusal.source.lower()
    for ending in (".gz", ".bz2", ".xz"):
        name = name.removesuffix(ending)
    if name.endswith(".txt"):
        return refusal.raw if workspace.ledger.read_with(refusal.run).get("person") else None
    return _value(refusal.raw)


def _value(raw: str) -> object | None:
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    # A bare text would be read as a line of plain text.
    return None if isinstance(value, str) else value


def _text_fields(workspace: Workspace, refusal: Refusal) -> dict[str, Any]:
    record = stored_text(workspace.ledger.connection, refusal.number).record
    said = {
        "person": record.person,
        "text": record.text,
        "at": record.at.isoformat() if record.dated else None,
        "id": record.id,
        "context": record.context,
    }
    return {name: value for name, value in said.items() if value is not None}
