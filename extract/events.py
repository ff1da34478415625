"""What people did, from tables, JSON lines, Activity Streams 2.0 and schema.org actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from penchant.errors import SettingError, SourceError
from penchant.extract import fields
from penchant.extract.lines import read_rows, source_name
from penchant.extract.rows import Row, bad
from penchant.kg.proposal import BadLine, EventRecord
from penchant.ontology.behaviour import Vocabulary

FORMATS = ("jsonl", "json", "csv", "tsv")

PERSON = ("person", "user", "user_id", "actor", "agent", "username", "customer", "customer_id", "attributedTo")
ITEM = ("item", "item_id", "object", "product", "product_id", "movie", "movie_id", "asin", "iri", "url")
KIND = ("kind", "action", "event", "event_type", "verb", "type", "@type")
AT = ("at", "time", "timestamp", "created_at", "date", "datetime", "published", "startTime", "endTime", "unix_time")
VALUE = ("value", "rating", "ratingValue", "score", "stars", "reviewRating", "resultReview", "result")
ID = ("id", "@id", "event_id")
MEMBERS = ("orderedItems", "items", "@graph")

_WORDS: Final[dict[str, str]] = {
    "View": "view viewed impression pageview page_view open opened visit visited arrive",
    "Click": "click clicked tap select selected clickthrough",
    "Read": "read finished_reading",
    "Watch": "watch watched play played stream streamed view_video",
    "Listen": "listen listened scrobble heard",
    "Save": "save saved bookmark bookmarked add added follow followed subscribe subscribed wishlist watchlist"
    " add_to_cart cart addtocart star_item",
    "Share": "share shared announce announced repost retweet boost recommend recommended",
    "Like": "like liked love loved favorite favourite favorited favourited upvote star starred thumbs_up endorse agree",
    "Dislike": "dislike disliked hate hated downvote thumbs_down disagree",
    "Rate": "rate rated rating review reviewed score",
    "Buy": "buy bought purchase purchased order ordered checkout",
    "Own": "own owned have has",
    "Seen": "seen already_seen known",
    "Skip": "skip skipped ignore ignored hide hidden dismiss dismissed block not_interested",
}

#: Word of a source (lower case, without ``Action`` at its end) → local name of a behaviour kind.
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {word: kind for kind, many in _WORDS.items() for word in many.split()}
)
#: Kind with a rating → its worst and best, as the shipped ontology has it.
SCALES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType({"Rate": (1.0, 5.0)})


def read_events(
    path: Path | str,
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
    words = {_word(kind.name): kind.name for kind in kinds}
    for kind in kinds:
        for label in (kind.label_en, kind.label_zh):
            words.setdefault(_word(label), kind.name)
    for former, today in vocabulary.renames.items():
        if today in vocabulary.kinds:
            words.setdefault(_word(former), vocabulary.kinds[today].name)
    return {word: name for word, name in KINDS.items() if name in vocabulary.kinds} | words


def scales_of(vocabulary: Vocabulary) -> dict[str, tuple[float, float]]:
    """Worst and best rating of the kinds that have one."""
    return {
        kind.name: (kind.worst_rating, kind.best_rating)
        for kind in vocabulary.all_kinds()
        if kind.worst_rating is not None and kind.best_rating is not None
    }


def _word(name: str) -> str:
    """``name`` as kinds are compared: the part after the last ``#``, ``/`` or ``:``, small letters, no spaces."""
    local = name.strip().replace("\\", "/").rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]
    return local.casefold().replace(" ", "_")


def _members(row: Row) -> Iterator[Row]:
    """The activities of a Collection, else the row itself."""
    if isinstance(row.value, dict):
        for name in MEMBERS:
            members = row.value.get(name)
            if isinstance(members, list):
                for member in members:
                    yield Row(row.line, str(member), member)
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
    value, when, id = (fields.pick(found, names) for names in (VALUE, AT, ID))
    kind = _kind(
        fields.pick(found, KIND), kinds, "Rate" if default_kind is None and value is not None else default_kind
    )
    if when is None and at is None:
        raise SourceError("no time", expected="a field 'at'")
    rating = _rating(value, scale or scales[kind], scales[kind]) if kind in scales else None
    person = fields.reference(fields.pick(found, PERSON), "person")
    items = fields.pick(found, ITEM)
    objects = items if isinstance(items, list) else [items]
    if not objects:
        raise SourceError("no item")
    name = None if id is None else fields.reference(id, "id")
    return [
        EventRecord(
            person=person,
            item=fields.reference(item, "item"),
            kind=kind,
            at=fields.time(at if when is None else when),
            value=rating,
            source=where,
            line=row.line,
            id=name if len(objects) == 1 or name is None else f"{name}#{number}",
        )
        for number, item in enumerate(objects, 1)
    ]


def _kind(value: object, kinds: Mapping[str, str], default: str | None) -> str:
    words = [v for v in (value if isinstance(value, list) else [value]) if v is not None]
    if not words and default is not None:
        return default
    if not words:
        raise SourceError("no kind", expected=f"one of {', '.join(sorted(set(kinds.values())))}")
    for word in words:
        name = _word(fields.words(word, "kind"))
        for form in (name, name.removesuffix("action"), name.replace("-", "_")):
            if form in kinds:
                return kinds[form]
    raise SourceError(
        f"unknown kind {str(value)[:60]!r}",
        expected=f"{', '.join(sorted(set(kinds.values())))}, or a usual word for one",
    )


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
