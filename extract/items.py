"""Items of a catalogue, from tables and JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial

from penchant.errors import SourceError
from penchant.extract import fields
from penchant.extract.lines import read_rows, source_name
from penchant.extract.rows import Row, Source, bad
from penchant.kg.proposal import BadLine, ItemRecord

FORMATS = ("jsonl", "json", "csv", "tsv")

ID = ("id", "item", "item_id", "sku", "asin", "product_id", "movie_id", "identifier")
LABEL = ("label", "title", "name")
IRI = ("iri", "uri", "@id", "wikidata")
TYPE = ("type", "@type", "class")
CONCEPTS = ("concepts", "concept", "genres", "genre", "tags", "categories", "category", "about", "keywords")
ALT_LABELS = ("alt_labels", "alt_label", "aliases", "alias", "alternateName", "other_names")
SAME_AS = ("same_as", "sameAs", "exact_match")
AVAILABLE = ("available", "availability", "in_stock")
LANG = ("lang", "language", "@language")

_FIELDS = (ID, LABEL, IRI, TYPE, CONCEPTS, ALT_LABELS, SAME_AS, AVAILABLE, LANG)
_KNOWN = frozenset(fields.key(name) for names in _FIELDS for name in names)

_CONCEPTS = frozenset(map(fields.key, CONCEPTS))

_LANG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def read_items(
    path: Source, format: str | None = None, *, is_property: Callable[[str], bool] = lambda _: False
) -> Iterator[ItemRecord | BadLine]:
    """Items of ``path`` in its order; what is no item is a :class:`BadLine`, and reading goes on.

    Needs an identifier or an IRI, and a label (``label``, ``title`` or ``name``).  Lists (concepts, other names) are
    JSON lists or texts separated by ``|``.  IRIs may use the ontology's prefixes (``wd:Q25188``).  Other fields are
    handed on under their own names: what they mean is for the ontology to say.

    Args:
        path: a file, or ``-`` for standard input.
        format: one of ``FORMATS``; by default the file's ending tells.
        is_property: whether the ontology has a property of this name; it then comes before a usual word for concepts
            (``genre``, ``category``).

    Raises:
        SourceError: the file is missing, of an unknown format, not readable from the start, or a table without a
            column that it needs.
    """
    where = source_name(path)
    header = partial(fields.need_columns, wanted={"id": ID + IRI, "label": LABEL}, where=where)
    for row in read_rows(path, FORMATS, format=format, header=header):
        if isinstance(row, BadLine):
            yield row
            continue
        try:
            yield _item(row, where, is_property)
        except SourceError as error:
            yield bad(where, row.line, str(error), row.raw)


def _item(row: Row, where: str, is_property: Callable[[str], bool]) -> ItemRecord:
    if not isinstance(row.value, dict):
        raise SourceError("not an object", expected='{"id": …, "label": …}')
    named = {
        name for name in row.value if isinstance(name, str) and fields.key(name) in _CONCEPTS and is_property(name)
    }
    found = fields.keyed({name: value for name, value in row.value.items() if name not in named})
    iri, type, lang, available = (fields.pick(found, names) for names in (IRI, TYPE, LANG, AVAILABLE))
    own = None if iri is None else fields.iri(iri, "iri")
    id = fields.pick(found, ID)
    language = "en" if lang is None else fields.words(lang, "lang").strip()
    if not _LANG.fullmatch(language):
        raise SourceError(f"lang {language[:40]!r} is no language tag", expected="such as en or zh-Hans")
    return ItemRecord(
        id=own if id is None and own is not None else fields.reference(id, "id"),
        label=fields.words(fields.pick(found, LABEL), "label").strip(),
        iri=own,
        type=None if type is None else fields.expand(fields.words(type, "type").strip()),
        concepts=tuple(dict.fromkeys(_concepts(found))),
        alt_labels=fields.many(fields.pick(found, ALT_LABELS), "alt_labels"),
        lang=language,
        available=True if available is None else fields.truth(available, "available"),
        source=where,
        line=row.line,
        same_as=tuple(fields.iri(s, "same_as") for s in fields.many(fields.pick(found, SAME_AS), "same_as")),
        properties=tuple(_others(row.value, named)),
    )


def _concepts(found: Mapping[str, object]) -> Iterator[str]:
    """Concepts of every field that has some: a shop may give categories and tags."""
    for name in CONCEPTS:
        yield from (fields.expand(c) for c in fields.many(found.get(fields.key(name)), "concepts"))


def _others(row: Mapping[object, object], named: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, value in row.items():
        if isinstance(name, str) and (name in named or fields.key(name) not in _KNOWN):
            members = value if isinstance(value, list) else [value]
            texts = tuple(fields.sound(t, name) for m in members if (t := _text(m)))
            if texts:
                yield name.strip(), texts


def _text(value: object) -> str:
    """A value as the text of a literal: ``true``, ``12``, ``0.5``; nothing for null and blank."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f") if math.isfinite(value) else str(value)
    return "" if value is None else str(value).strip()
