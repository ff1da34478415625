"""Fields of a row: found by any of their usual names, and read into the type they should have."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from penchant.errors import SourceError
from penchant.ontology.terms import PREFIXES

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Above these, a number of seconds would be after the year 5000: it counts smaller units.
_UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9))
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_YES = {"true", "yes", "1", "y", "t", "instock", "in stock", "available"}
_NO = {"false", "no", "0", "n", "f", "outofstock", "out of stock", "discontinued", "soldout", "sold out", "unavailable"}


def key(name: str) -> str:
    """A field's name as it is compared: ``User ID``, ``userId``, ``user-id`` and ``user_id`` are one."""
    return re.sub(r"[\s_\-]+", "", name.strip()).casefold()


def keyed(row: Mapping[str, object]) -> dict[str, object]:
    """The row with its names as :func:`key` gives them; nulls are left out."""
    return {key(k): v for k, v in row.items() if v is not None}


def pick(row: Mapping[str, object], names: Sequence[str]) -> object | None:
    """The value of the first of ``names`` that the row has and that is not an empty string, else None."""
    for name in names:
        value = row.get(key(name))
        if value is not None and value != "":
            return value
    return None


def need_columns(header: Sequence[str], wanted: Mapping[str, Sequence[str]], where: str) -> None:
    """Check that a header names every field of ``wanted`` by one of its names.

    Raises:
        SourceError: a field has no column.
    """
    have = {key(h) for h in header}
    for field, names in wanted.items():
        if not have & {key(n) for n in names}:
            raise SourceError(
                f"no column for {field} among {', '.join(header)}", expected=f"one of {', '.join(names)}", where=where
            )


def reference(value: object, field: str) -> str:
    """A text, number, or object with an ``id`` that names a person or thing; kept as it is, never trimmed.

    Raises:
        SourceError: it is none of these, or blank.
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        value = pick(keyed(value), ("id", "@id", "identifier", "url", "href", "name"))
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        value = str(int(value)) if float(value).is_integer() else str(value)
    return words(value, field)


def words(value: object, field: str) -> str:
    """A text that is not blank.

    Raises:
        SourceError: it is no text, blank, or holds what UTF-8 or a graph cannot carry.
    """
    if value is None:
        raise SourceError(f"no {field}")
    if not isinstance(value, str):
        raise SourceError(f"{field} is {_kind(value)}", expected="a text")
    if not value.strip():
        raise SourceError(f"{field} is empty")
    return sound(value, field)


def sound(value: str, field: str) -> str:
    """``value``, if it can be stored.

    Raises:
        SourceError: it holds a NUL or half a surrogate pair.
    """
    if "\0" in value:
        raise SourceError(f"{field} holds a NUL character")
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise SourceError(f"{field} holds half a surrogate pair")
    return value


def time(value: object, field: str = "time") -> datetime:
    """A time in UTC from ISO 8601, or seconds, milli-, micro- or nanoseconds since 1970.

    A time without zone is taken as UTC, a day without time as its first instant.  A number below 10⁸ is refused:
    it is sooner a year or a day than a second of 1970.

    Raises:
        SourceError: it is no such time.
    """
    if isinstance(value, datetime):
        value = value.isoformat()
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _since_epoch(float(value))
        if isinstance(value, str):
            text = value.strip()
            if re.fullmatch(r"-?\d{9,20}(\.\d+)?", text):
                return _since_epoch(float(text))
            at = datetime.fromisoformat(re.sub(r"\s*(UTC|GMT)$", "Z", text))
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise SourceError(
        f"{field} {str(value)[:60]!r} is no time", expected="ISO 8601 (2026-01-31T12:00:00Z) or seconds since 1970"
    )


def _since_epoch(number: float) -> datetime:
    if abs(number) < 1e8:
        raise ValueError(number)
    for limit, unit in _UNITS:
        if abs(number) < limit:
            return _EPOCH + timedelta(seconds=number / unit)
    raise ValueError(number)


def number(value: object, field: str) -> float:
    """A finite number.

    Raises:
        SourceError: it is none.
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            found = float(value)
        except (ValueError, OverflowError):
            found = math.nan
        if math.isfinite(found):
            return found
    raise SourceError(f"{field} {str(value)[:60]!r} is no number")


def truth(value: object, field: str) -> bool:
    """Yes or no, as shops write it (``true``, ``no``, ``1``, ``https://schema.org/OutOfStock`` …).

    Raises:
        SourceError: it is neither.
    """
    word = str(value).strip().casefold().rpartition("/")[2]
    if word in _YES or word in _NO:
        return word in _YES
    raise SourceError(f"{field} {str(value)[:60]!r} is neither yes nor no", expected="true or false")


def many(value: object, field: str) -> tuple[str, ...]:
    """Texts from a list, or from one text that separates them by ``|``; blanks are left out, order is kept.

    Raises:
        SourceError: a member is no text.
    """
    if value is None:
        return ()
    members = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else [value]
    found = (reference(m, field).strip() for m in members if not (isinstance(m, str) and not m.strip()))
    return tuple(dict.fromkeys(found))


def iri(value: object, field: str) -> str:
    """An absolute IRI; the ontology's prefixes (``wd:Q42``) are written out.

    Raises:
        SourceError: it is none.
    """
    text = expand(words(value, field).strip())
    if not _IRI.fullmatch(text):
        raise SourceError(f"{field} {text[:80]!r} is no IRI", expected="an absolute IRI such as https://…")
    return text


def expand(text: str) -> str:
    """``text``, with a known prefix written out."""
    prefix, colon, name = text.partition(":")
    return PREFIXES[prefix] + name if colon and prefix in PREFIXES and not name.startswith("//") else text


def _kind(value: object) -> str:
    names = {bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)
