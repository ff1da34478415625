"""An index of everything that the inventories list, made on the road of the product: a store, then the label index.

One thing is one entry.  Things are the same where their IRI is, and where an inventory without Wikipedia pages names
what has a page or stands in an inventory before: then nothing can tell whether it is another thing of that name, and
it adds nothing.  Films of a set that have no page are the only ones of that name and year, or entries of their own.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from penchant.extract.evaluation.link_names import CLASSES, DBPEDIA, Named, form_of, taken_apart
from penchant.extract.evaluation.link_tables import Inventories
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.graphs import Graphs
from penchant.kg.label_build import build
from penchant.ontology import terms as t

#: File of the index in its folder.
INDEX: Final = "labels.sqlite"
_BASE: Final = "https://data.penchant.example/"
_ONTOLOGY: Final = "http://dbpedia.org/ontology/"
_TIE: Final = NamedNode(_ONTOLOGY + "wikiPageWikiLink")
_PUBLISHED: Final = NamedNode(t.WDT + "P577")
_FILM: Final = "urn:film:"
_ONLY_A_NAME: Final = "urn:name:"


@dataclass(slots=True)
class _Thing:
    name: str
    kinds: set[str] = field(default_factory=set)
    year: int | None = None
    aliases: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Size:
    """How large an index is.

    Args:
        things: entries.
        names: pairs of a name and what it names.
        left_out: things that were taken out, so that what people say of them names nothing.
    """

    things: int
    names: int
    left_out: int


class Names:
    """Things with their names, joined.

    Args:
        found: what the inventories list.
    """

    def __init__(self, found: Inventories) -> None:
        self._things: dict[str, _Thing] = {}
        self._by_form: dict[str, set[str]] = defaultdict(set)
        self._ties = found.ties
        #: Number of a film → IRI of its entry.
        self.films: dict[str, str] = {}
        for named in found.things:
            if named.iri.startswith(DBPEDIA):
                self.add(named)
        self._with_films(found)
        others = [named for named in found.things if not named.iri.startswith(DBPEDIA)]
        for named in sorted(others, key=lambda each: (each.alias, not each.iri)):
            self._add_unless_known(named)
        for iri, kinds in found.kinds.items():
            if (thing := self._things.get(iri)) and not thing.kinds:
                thing.kinds |= kinds

    def __contains__(self, iri: str) -> bool:
        return iri in self._things

    def add(self, named: Named) -> None:
        """Take in a thing by its IRI, or another name for it."""
        thing = self._things.get(named.iri)
        if thing is None:
            thing = self._things[named.iri] = _Thing(named.name)
        elif form_of(named.name) != form_of(thing.name):
            thing.aliases.add(named.name)
        thing.kinds |= named.kinds
        thing.year = thing.year or named.year
        self._by_form[form_of(named.name)].add(named.iri)

    def sharing(self, iri: str) -> str:
        """Who has a thing's main name: it ``alone``, things of ``other kinds`` too, or others of its ``own kind``."""
        thing = self._things[iri]
        others = [self._things[other] for other in self._by_form[form_of(thing.name)] if other != iri]
        if not others:
            return "alone"
        return "own kind" if any(thing.kinds & other.kinds for other in others) else "other kinds"

    def build(self, folder: Path, left_out: frozenset[str] = frozenset()) -> Size:
        """Write catalogue (the films of a set) and world (all else) to a store, and index their names in ``folder``.

        Args:
            folder: a folder of its own; the index is :data:`INDEX` in it.
            left_out: IRIs of things that the index shall not know.
        """
        folder.mkdir(parents=True, exist_ok=True)
        graphs = Graphs(_BASE)
        store = EmbeddedStore.memory()
        path = folder / "names.nt"
        films = frozenset(self.films.values())
        for graph, items in ((graphs.catalogue, True), (graphs.world("inventories"), False)):
            with path.open("wb") as out:
                serialize(self._triples(films, left_out, items=items), out, format=RdfFormat.N_TRIPLES)
            store.load(path, graph)
        path.unlink()
        things = build(store, folder / INDEX, _BASE)
        store.close()
        names = sum(1 + len(thing.aliases) for iri, thing in self._things.items() if iri not in left_out)
        return Size(things, names, len(left_out & self._things.keys()))

    def _with_films(self, found: Inventories) -> None:
        """The films of a set: the page that it gives, unless that is of another year; else the only one that fits."""
        for number in sorted(found.films, key=int):
            name, _, year = taken_apart(found.films[number])
            page = found.pages.get(number, "")
            if page in self._things and _same_year(self._things[page].year, year):
                iri = page
            else:
                same = [iri for iri in sorted(self._by_form[form_of(name)]) if self._may_be(iri, year)]
                iri = same[0] if len(same) == 1 else _FILM + number
            self.films[number] = iri
            self.add(Named(name if iri.startswith(_FILM) else self._things[iri].name, iri, frozenset({"film"}), year))

    def _may_be(self, iri: str, year: int | None) -> bool:
        """Whether the thing may be a film of the year."""
        thing = self._things[iri]
        return (not thing.kinds or "film" in thing.kinds) and _same_year(thing.year, year)

    def _add_unless_known(self, named: Named) -> None:
        iri = named.iri or _ONLY_A_NAME + quote(form_of(named.name), safe="")
        known = iri in self._things
        if named.alias and not known:
            return  # its main name is known as something else's: so is the thing
        space = iri.rpartition("/")[0] if named.iri else iri
        if all(holder.startswith(space) for holder in self._by_form[form_of(named.name)]):
            self.add(Named(named.name, iri, named.kinds, named.year, named.alias))

    def _triples(self, films: frozenset[str], left_out: frozenset[str], *, items: bool) -> Iterable[Triple]:
        for iri in sorted((films if items else self._things.keys() - films) - left_out):
            thing, node = self._things[iri], NamedNode(iri)
            if items:
                yield Triple(node, t.TYPE, t.ITEM)
            yield Triple(node, t.LABEL, Literal(thing.name, language="en"))
            for alias in sorted(thing.aliases):
                yield Triple(node, t.ALT_LABEL, Literal(alias, language="en"))
            for kind in sorted(thing.kinds):
                yield Triple(node, t.TYPE, NamedNode(_ONTOLOGY + CLASSES[kind]))
            if thing.year:
                yield Triple(node, _PUBLISHED, Literal(str(thing.year)))
        held = self._things.keys() - left_out
        for head, tail in () if items else sorted(self._ties):
            if head in held and tail in held:
                yield Triple(NamedNode(head), _TIE, NamedNode(tail))


def _same_year(one: int | None, other: int | None) -> bool:
    """Whether a film of one year may be that of the other; premiere and release may lie a year apart."""
    return one is None or other is None or abs(one - other) <= 1


def one_in(share: int, iris: Iterable[str]) -> frozenset[str]:
    """About one in ``share`` of the IRIs, chosen by themselves alone."""
    return frozenset(iri for iri in iris if int(hashlib.sha256(iri.encode()).hexdigest(), 16) % share == 0)
