"""A record in which some fields are changed: a field that has another name in it is changed, too, not added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from penchant.errors import SourceError
from penchant.extract import events, items, sources
from penchant.extract.fields import key

# By kind of run: the names of which a reader takes the first that it finds.  Concepts of items are not among them, as
# those of all fields count.
_NAMES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "texts": (sources.PERSON, sources.TEXT, sources.AT, sources.ID, sources.CONTEXT),
    "events": (events.PERSON, events.ITEM, events.KIND, events.AT, events.VALUE, events.ID, events.RETRACTED),
    "items": (
        *(items.ID, items.LABEL, items.IRI, items.TYPE),
        *(items.ALT_LABELS, items.SAME_AS, items.AVAILABLE, items.LANG),
    ),
}


def with_changes(kind: str, old: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``old`` with ``changes`` in place of the fields that they name, whatever those are called and however spelt.

    Args:
        kind: kind of the run whose reader reads it: ``texts``, ``events`` or ``items``.
        old: the record as it is.
        changes: fields with their new values.

    Raises:
        SourceError: two of the changes are of one field.
    """
    new: dict[str, str] = {}
    for name in changes:
        for same in _same(kind, name):
            if same in new:
                raise SourceError(f"{new[same]!r} and {name!r} are one field", expected="one value for it")
            new[same] = name
    return {**{name: value for name, value in old.items() if key(name) not in new}, **changes}


def _same(kind: str, name: str) -> set[str]:
    """All names of the field that ``name`` names, as they are compared."""
    groups = ({key(one) for one in names} for names in _NAMES.get(kind, ()))
    return next((group for group in groups if key(name) in group), {key(name)})
