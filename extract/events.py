"""What people did, from tables, JSON lines, Activity Streams 2.0 and schema.org actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Final

from penchant.errors import SettingError, SourceError
from penchant.extract import fields
from penchant.extract.kind_words import KINDS, UNDONE, kind_of, plain, takes_back
from penchant.extract.lines import read_rows, source_name
from penchant.extract.rows import Row, Source, bad
from penchant.kg.proposal import BadLine, EventRecord
from penchant.ontology.behaviour import Vocabulary

FORMATS = ("jsonl", "json", "csv", "tsv")

PERSON = ("person", "user", "user_id", "actor", "agent", "username", "customer", "customer_id", "attributedTo")
ITEM = ("item", "item_id", "object", "product", "product_id", "movie", "movie_id", "asin", "iri", "url")
KIND = ("kind", "action", "event", "event_type", "verb", "type", "@type")
AT = ("at", "time", "timestamp", "created_at", "date", "datetime", "published", "startTime", "endTime", "unix_time")
VALUE = ("value", "rating", "ratingValue", "score", "stars", "reviewRating", "resultReview", "result")
ID = ("id", "@id", "event_id")
RETRACTED = ("retracted", "deleted", "removed")
MEMBERS = ("orderedItems", "items", "@graph")

#: Kind with a rating → its worst and best, as the shipped ontology has it.
SCALES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType({"Rate": (1.0, 5.0)})


def read_events(
    path: Source,
    format: str | None = None,
    *,
    kinds: Mapping[str, str] = KINDS,
    scales: Mapping[str, tuple[float, float]] = SCALES,
    default_kind: str | None = None,
    scale: tuple[float, float] | None = None,
    at: datetime | None = None,
) -> Iterator[EventRecord | BadLine]:
    """Events of ``path`` in its order; what is no event is a :class:`BadLine`, and reading goes on.

    Tables and JSON lines with person, item, kind, time and, for ratings, value, under their usual names; Activity
    Streams 2.0 activities and schema.org actions, alone, as lines or in a Collection.  An activity with several
    objects is one event for each.  A row that has no kind but a rating is a rating.

    What takes an event back is a record with ``retracted``: a row whose column says so, a word such as ``unlike`` or
    ``refund``, and an ``Undo`` or ``Delete`` of an activity.  With the id of the event it needs neither item nor kind.

    Args:
        path: a file, or ``-`` for standard input.
        format: one of ``FORMATS``; by default the file's ending tells.
        kinds: words of the source, lower case → local name of a behaviour kind (``View``, ``Like`` …).
        scales: kinds with a rating → worst and best of the kind.
        default_kind: kind of the events that name none, where the source holds one kind only.
        scale: worst and best rating of the source, mapped in a straight line to those of the kind; the kind's own
            unless given.  A rating that carries its own ``worstRating`` and ``bestRating`` keeps to them.
        at: when an event happened that does not say; without it, such an event is a bad line.

    Raises:
        SettingError: the scale has no length.
        SourceError: the file is missing, of an unknown format, not readable from the start, or a table without a
            column that it needs.
    """
    if scale is not None and scale[0] == scale[1]:
        raise SettingError("the worst rating is the best one", expected="two numbers that differ", where="scale")
    where = source_name(path)
    header = partial(fields.need_columns, wanted={"person": PERSON, "item": ITEM}, where=where)
    for row in read_rows(path, FORMATS, format=format, header=header):
        if isinstance(row, BadLine):
            yield row
            continue
        for member in _members(row):
            try:
                yield from _events(member, where, kinds, scales, default_kind, scale, at)
            except SourceError as error:
                yield bad(where, row.line, str(error), member.raw)


def kinds_of(vocabulary: Vocabulary) -> dict[str, str]:
    """Words for the behaviour kinds of ``vocabulary``: local names, then labels, former names, and usual words.

    What the ontology calls a kind comes before a usual word for another: a shop that has a kind ``AddToCart`` does not
    mean ``Save`` by it.
    """
    kinds = vocabulary.all_kinds()
    words = {plain(kind.name): kind.name for kind in kinds}
    for kind in kinds:
        for label in (kind.label_en, kind.label_zh):
            words.setdefault(plain(label), kind.name)
    for former, today in vocabulary.renames.items():
        if today in vocabulary.kinds:
            words.setdefault(plain(former), vocabulary.kinds[today].name)
    for many in UNDONE.values():  # a shop that has a kind "Return" does not mean by "refund" that nothing was bought
        own = next((words[word] for word in many if word in words), None)
        words |= {} if own is None else {word: own for word in many if word not in words}
    return {word: name for word, name in KINDS.items() if name in vocabulary.kinds} | words


def scales_of(vocabulary: Vocabulary) -> dict[str, tuple[float, float]]:
    """Worst and best rating of the kinds that have one."""
    return {
        kind.name: (kind.worst_rating, kind.best_rating)
        for kind in vocabulary.all_kinds()
        if kind.worst_rating is not None and kind.best_rating is not None
    }


def _members(row: Row) -> Iterator[Row]:
    """The activities of a Collection, else the row itself."""
    if isinstance(row.value, dict):
        for name in MEMBERS:
            members = row.value.get(name)
            if isinstance(members, list):
                for member in members:
                    yield Row(row.line, "", member)
                return
    yield row


def _events(
    row: Row,
    where: str,
    kinds: Mapping[str, str],
    scales: Mapping[str, tuple[float, float]],
    default_kind: str | None,
    scale: tuple[float, float] | None,
    at: datetime | None,
) -> list[EventRecord]:
    if not isinstance(row.value, dict):
        raise SourceError("not an object", expected='{"person": …, "item": …, "kind": …, "at": …}')
    found = fields.keyed(row.value)
    word = fields.pick(found, KIND)
    if takes_back(word, kinds):
        return _undone(found, row, where, kinds, at)
    value, when, id = (fields.pick(found, names) for names in (VALUE, AT, ID))
    gone = fields.pick(found, RETRACTED)
    retracted = gone is not None and fields.truth(gone, "retracted")
    name = None if id is None else fields.reference(id, "id")
    if retracted and name is not None and word is None and value is None:
        kind, undone = "", False
    else:
        kind, undone = kind_of(word, kinds, "Rate" if default_kind is None and value is not None else default_kind)
    if undone:
        retracted, name = True, None  # the id is that of taking it back
    if when is None and at is None and (not retracted or name is None):
        raise SourceError("no time", expected="a field 'at'")
    rating = _rating(value, scale or scales[kind], scales[kind]) if kind in scales and not retracted else None
    person = fields.reference(fields.pick(found, PERSON), "person")
    items = fields.pick(found, ITEM)
    if items is None and retracted and name is not None:
        items = [""]
    objects = items if isinstance(items, list) else [items]
    if not objects:
        raise SourceError("no item")
    return [
        EventRecord(
            person=person,
            item=fields.reference(item, "item") if item != "" else "",
            kind=kind,
            at=_moment(when, at),
            value=rating,
            source=where,
            line=row.line,
            id=name if len(objects) == 1 or name is None else f"{name}#{number}",
            retracted=retracted,
        )
        for number, item in enumerate(objects, 1)
    ]


def _undone(
    undo: Mapping[str, object], row: Row, where: str, kinds: Mapping[str, str], at: datetime | None
) -> list[EventRecord]:
    """The retractions that an Undo or Delete is: of an activity that is named by its id, or of one that is told whole.

    Without an id, the activity is known by its person, kind and items.
    """
    named = undo.get("object")
    objects = named if isinstance(named, list) else [named]
    if named is None or not objects:
        raise SourceError("nothing that is taken back", expected="an activity or its id as 'object'")
    found: list[EventRecord] = []
    for object in objects:
        inner = fields.keyed(object) if isinstance(object, dict) else {}
        who = fields.pick(undo, PERSON) or fields.pick(inner, PERSON)
        person = fields.reference(who, "person")
        when = fields.pick(undo, AT) or fields.pick(inner, AT)
        id = fields.pick(inner, ID) if inner else object
        if id is not None:
            name = fields.reference(id, "id")
            found.append(EventRecord(person, "", "", _moment(when, at), None, where, row.line, name, retracted=True))
            continue
        word = fields.pick(inner, KIND)
        kind, undone = ("", True) if takes_back(word, kinds) else kind_of(word, kinds)
        if undone:
            raise SourceError("it takes back that something was taken back", expected="the activity itself, once more")
        if when is None and at is None:
            raise SourceError("no time", expected="a field 'published'")
        items = fields.pick(inner, ITEM)
        for item in items if isinstance(items, list) else [items]:
            what = fields.reference(item, "item")
            found.append(EventRecord(person, what, kind, _moment(when, at), None, where, row.line, retracted=True))
    return found


def _moment(when: object, at: datetime | None) -> datetime:
    """When it happened; what is taken back by its id needs no time, and has none that means anything."""
    if when is None and at is None:
        return fields.time("1970-01-01")
    return fields.time(at if when is None else when)


def _rating(value: object, source: tuple[float, float], target: tuple[float, float]) -> float:
    """A rating on the scale ``source``, on the scale ``target``."""
    worst, best = source
    for _ in range(3):
        if not isinstance(value, dict):
            break
        inner = fields.keyed(value)
        worst = fields.number(inner.get("worstrating", worst), "worst rating")
        best = fields.number(inner.get("bestrating", best), "best rating")
        value = fields.pick(inner, ("ratingValue", "reviewRating", "value"))
    if value is None:
        raise SourceError("no value for a rating")
    found = fields.number(value, "rating")
    if worst == best or not min(worst, best) <= found <= max(worst, best):
        raise SourceError(
            f"rating {found:g} is off the scale", expected=f"{worst:g} to {best:g}", remedy="Give the source's scale"
        )
    return round(target[0] + (target[1] - target[0]) * (found - worst) / (best - worst), 4)
