"""Events and items as the ledger keeps them when they cannot be used: made into records again, and into fields."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from penchant.kg.proposal import EventRecord, ItemRecord


def record_of(kind: str, raw: str) -> EventRecord | ItemRecord:
    """The ``event`` or ``item`` that ``raw`` is the JSON of."""
    found: dict[str, Any] = json.loads(raw)
    if kind == "event":
        return EventRecord(**{**_known(found, EventRecord), "at": datetime.fromisoformat(found["at"])})
    lists = {name: tuple(found[name]) for name in ("concepts", "alt_labels", "same_as")}
    properties = tuple((name, tuple(values)) for name, values in found["properties"])
    return ItemRecord(**{**_known(found, ItemRecord), **lists, "properties": properties})


def as_source(record: EventRecord | ItemRecord) -> dict[str, object]:
    """A record as a line of JSON would say it, so that a field can be changed and it can be read again.

    A rating stands on the scale of its kind, whatever the scale of its source was.
    """
    if isinstance(record, EventRecord):
        said: dict[str, object] = {
            "person": record.person,
            "item": record.item,
            "kind": record.kind,
            "at": record.at.isoformat(),
            "value": record.value,
            "id": record.id,
            "retracted": record.retracted or None,
        }
    else:
        said = {
            "id": record.id,
            "label": record.label,
            "iri": record.iri,
            "type": record.type,
            "concepts": list(record.concepts),
            "alt_labels": list(record.alt_labels),
            "lang": record.lang,
            "available": record.available,
            "same_as": list(record.same_as),
            **{name: list(values) for name, values in record.properties},
        }
    return {name: value for name, value in said.items() if value is not None and value != []}


def _known(found: dict[str, Any], kind: type[EventRecord] | type[ItemRecord]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in found.items() if name in names}
