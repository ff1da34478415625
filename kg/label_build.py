"""Build the label index from the graph."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from penchant.errors import StoreError
from penchant.kg import normalise
from penchant.kg.graphs import Graphs
from penchant.kg.label_forms import SHORT, left_out
from penchant.kg.label_index import KINDS, VERSION
from penchant.kg.store import Row, Store, Term
from penchant.ontology import terms as t

Progress = Callable[[str], None]

#: Naming properties, the best label first; the rest of a thing's names are aliases.
NAMING: Final = (t.LABEL, t.PREF_LABEL, NamedNode(t.SCHEMA + "name"), t.ALT_LABEL)
_TYPES: Final = (t.TYPE, NamedNode(t.WDT + "P31"), NamedNode(t.WDT + "P106"))
_PUBLISHED: Final = NamedNode(t.WDT + "P577")
# Longest name that is indexed; longer texts are descriptions.
_LONGEST = 200
_ORDER = tuple(KINDS)
_PARTICLES = frozenset(
    {"de", "di", "da", "del", "della", "du", "van", "von", "der", "la", "le", "mc", "st", "bin", "el"}
)
_COLON = re.compile(r":\s|\s[-–—]\s")

_SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, label TEXT NOT NULL, is_item INTEGER NOT NULL,
                    degree INTEGER NOT NULL, hints TEXT NOT NULL, year INTEGER);
CREATE TABLE form (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE name (form INTEGER NOT NULL, entry INTEGER NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (form, entry))
    WITHOUT ROWID;
CREATE TABLE word (text TEXT PRIMARY KEY, forms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE gram (text TEXT PRIMARY KEY, forms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE slip (text TEXT NOT NULL, form INTEGER NOT NULL, PRIMARY KEY (text, form)) WITHOUT ROWID;
CREATE VIRTUAL TABLE trigram USING fts5(text, content='form', content_rowid='id', tokenize='trigram', detail=none);
CREATE VIRTUAL TABLE trigram_count USING fts5vocab('trigram', 'row');
"""


@dataclass(slots=True)
class _Thing:
    names: list[tuple[int, str, str]] = field(default_factory=list)  # rank of the label, text, language
    is_item: bool = False
    degree: int = 0
    hints: set[str] = field(default_factory=set)
    year: int | None = None


def fingerprint(store: Store, base: str) -> str:
    """What the names in the catalogue and the world come down to: changes when one of them does.

    Reads them all (about a second for 200,000).
    """
    digest = hashlib.sha256(VERSION.encode())
    for prop in NAMING:
        rows = store.rows("labels/names", {"property": prop, **_scope(base), "ontology": Graphs(base).ontology})
        lines = sorted(f"{r['thing']} {prop} {r['name']} {r['graph']}\n" for r in rows)
        digest.update("".join(lines).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def build(store: Store, path: Path, base: str, *, stamp: str = "", progress: Progress | None = None) -> int:
    """Build the index of the names in the catalogue and the world, and put it in the place of an older one.

    The file appears whole or not at all; who has the older one open keeps it.

    Args:
        store: the graph.
        path: the index file.
        base: base IRI of the workspace.
        stamp: kept in the index, to tell later whether it is stale; see :func:`fingerprint`.
        progress: called with a sentence at each step.

    Returns:
        The number of things that it knows.

    Raises:
        StoreError: it cannot be written.
    """
    tell = progress or (lambda _: None)
    tell("reading names")
    things = _named(store, base)
    tell(f"reading what the {len(things)} named things are")
    _describe(store, base, things)
    things = _same_as_items(store, things)
    tell("writing the index")
    draft = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        _write(draft, things, stamp)
        draft.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"the label index cannot be written ({error})", where=str(path)) from error
    return len(things)


def _scope(base: str) -> dict[str, Term]:
    return {"catalogue": Graphs(base).catalogue, "world": Literal(base + "world/")}


def _named(store: Store, base: str) -> dict[str, _Thing]:
    catalogue = Graphs(base).catalogue
    things: dict[str, _Thing] = {}
    for place, prop in enumerate(NAMING):
        for row in store.rows("labels/names", {"property": prop, **_scope(base), "ontology": Graphs(base).ontology}):
            name = row["name"]
            assert isinstance(name, Literal)
            language = name.language or ""
            rank = 8 * place + 2 * (0 if language == "en" else 1 if not language else 2) + (row["graph"] != catalogue)
            things.setdefault(_iri(row, "thing"), _Thing()).names.append((rank, name.value, language))
    return things


def _describe(store: Store, base: str, things: dict[str, _Thing]) -> None:
    lists = normalise.word_lists()
    scope = _scope(base)
    for row in store.rows("labels/degrees", scope):
        if thing := things.get(_iri(row, "thing")):
            thing.degree = int(str(row["degree"].value))  # type: ignore[union-attr]
    for prop in _TYPES:
        for thing, value in _pairs(store, prop, scope, things):
            thing.hints.update(_type_hints(value, things))
    for role, hint in lists["subject_roles"].items():
        for thing, _ in _pairs(store, NamedNode(t.WDT + role), scope, things):
            thing.hints.add(hint)
    for role, hint in lists["object_roles"].items():
        for row in store.rows("labels/pairs", {"property": NamedNode(t.WDT + role), **scope}):
            if isinstance(row["value"], NamedNode) and (found := things.get(row["value"].value)):
                found.hints.add(hint)
    for thing, value in _pairs(store, _PUBLISHED, scope, things):
        if year := re.match(r"\d{4}", value):
            thing.year = min(thing.year or 9999, int(year[0]))


def _pairs(
    store: Store, prop: NamedNode, scope: dict[str, Term], things: dict[str, _Thing]
) -> Iterator[tuple[_Thing, str]]:
    for row in store.rows("labels/pairs", {"property": prop, **scope}):
        thing, value = things.get(_iri(row, "thing")), row["value"]
        if thing and isinstance(value, NamedNode | Literal):
            yield thing, value.value


def _type_hints(type_iri: str, things: dict[str, _Thing]) -> tuple[str, ...]:
    """Kinds that a type speaks of: a known type, else the last word of its label or of its IRI."""
    known = normalise.word_lists()["types"].get(type_iri)
    if known:
        return (str(known),)
    named = things.get(type_iri)
    label = min(named.names)[1] if named else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.split(r"[/#]", type_iri)[-1])
    words = normalise.normal(label).split()
    return normalise.hints_of(words[-1]) if words else ()


def _same_as_items(store: Store, things: dict[str, _Thing]) -> dict[str, _Thing]:
    """Mark the items, and give each the names of the world's things that it is the same as."""
    for row in sorted(store.rows("labels/items"), key=str):
        item = things.get(_iri(row, "item"))
        if item is None:
            continue
        item.is_item = True
        same = things.pop(_iri(row, "same"), None) if "same" in row and row["same"] != row["item"] else None
        if same:
            item.names += [(rank + 100, text, language) for rank, text, language in same.names]
            item.degree += same.degree
            item.hints |= same.hints
            item.year = item.year or same.year
    return things


def _forms(thing: _Thing) -> dict[str, str]:
    """Normal forms of a thing's names → the best kind of name each is."""
    forms: dict[str, str] = {}

    def add(form: str, kind: str) -> None:
        if form and (form not in forms or _ORDER.index(kind) < _ORDER.index(forms[form])):
            forms[form] = kind

    person = bool(thing.hints & {"actor", "director", "author", "person", "band"})
    titled = thing.is_item or bool(thing.hints & {"film", "series", "book", "music", "game"})
    labels = {language: rank for rank, _, language in sorted(thing.names, reverse=True)}
    for rank, text, language in sorted(thing.names):
        if len(text) > _LONGEST:
            continue
        form = normalise.take_apart(text).form or " ".join(text.casefold().split())
        add(form, "label" if rank == labels[language] and rank % 100 < 24 else "alias")
        if not titled and not person:
            one = normalise.singular(form)
            add(one, "short")
            if one == form:  # "Flower Films" is a company, "horror film" is a genre.
                add(normalise.without_head(one), "short")
        if not person and (parts := _COLON.split(text)) and len(parts) > 1:
            for part in (parts[0], parts[-1]):
                if len(short := normalise.take_apart(part).form) > 3 and not normalise.is_generic(short):
                    add(short, "part")
        words = form.split()
        if person and len(words) > 1:
            first = len(words) - (2 if words[-2] in _PARTICLES and len(words) > 2 else 1)
            if len(surname := " ".join(words[first:])) > 3:
                add(surname, "surname")
    return forms


def _write(path: Path, things: dict[str, _Thing], stamp: str) -> None:
    db = sqlite3.connect(path)
    try:
        # A draft that is lost is built again: no need to wait for the disk at each step.
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        forms: dict[str, int] = {}
        entries: list[tuple[object, ...]] = []
        names: list[tuple[int, int, str]] = []
        for key, iri in enumerate(sorted(things), 1):
            thing = things[iri]
            year = thing.year or next((y for _, n, _ in sorted(thing.names) if (y := _year(n))), None)
            label, hints = min(thing.names)[1], " ".join(sorted(thing.hints))
            entries.append((key, iri, label, thing.is_item, thing.degree, hints, year))
            for form, kind in _forms(thing).items():
                names.append((forms.setdefault(form, len(forms) + 1), key, kind))
        db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", entries)
        db.executemany("INSERT INTO form VALUES (?, ?)", ((key, form) for form, key in forms.items()))
        db.executemany("INSERT INTO name VALUES (?, ?, ?)", sorted(names))
        slips = sorted((text, key) for form, key in forms.items() if 1 < len(form) <= SHORT for text in left_out(form))
        db.executemany("INSERT INTO slip VALUES (?, ?)", slips)
        words = Counter(word for form in forms for word in set(form.split()))
        db.executemany("INSERT INTO word VALUES (?, ?)", sorted(words.items()))
        db.execute("INSERT INTO trigram (trigram) VALUES ('rebuild')")
        db.execute("INSERT INTO trigram (trigram) VALUES ('optimize')")
        db.execute("INSERT INTO gram SELECT term, doc FROM trigram_count")
        top = max((thing.degree for thing in things.values()), default=0)
        meta = {"version": VERSION, "stamp": stamp, "size": str(len(things)), "top_degree": str(top)}
        db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        db.commit()
    finally:
        db.close()


def _year(name: str) -> int | None:
    return normalise.take_apart(name).year


def _iri(row: Row, name: str) -> str:
    value = row[name]
    assert isinstance(value, NamedNode)
    return value.value
