"""What can be said in words of each item and concept: its names, the world's facts about it, its description.

Only the catalogue, the world's graphs and the ontology's concept schemes are read.  No person's graph is, so that
nothing that one person alone has named or claimed gets into a text, or into what is made of the texts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.graphs import Graphs
from penchant.kg.label_build import NAMING
from penchant.kg.store import Store
from penchant.ontology import terms as t

#: The views, in the order in which their vectors stand.
VIEWS: Final = ("names", "facts", "description")
#: Properties whose value describes a thing in a sentence, the best first.
DESCRIBING: Final = (
    *(NamedNode(t.SCHEMA + "description"), NamedNode(t.RDFS + "comment")),
    *(NamedNode(t.DCTERMS + "description"), t.DEFINITION),
)
#: Names in one text, and things that one relation adds to it; a text of more than about 200 words is cut anyway.
MOST_NAMES: Final = 4
MOST_OF_A_RELATION: Final = 6
MOST_WORDS: Final = 160

_KINDS: Final = (t.TYPE, NamedNode(t.WDT + "P31"))
_CONCEPTS: Final = frozenset({t.CONCEPT, NamedNode(t.SKOS + "Concept")})
_NO_KIND: Final = frozenset({t.ITEM, *_CONCEPTS, NamedNode(t.OWL + "NamedIndividual")})
_SILENT: Final = (t.PEN + "available", t.OWL, t.PROV)
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d(?!\d)")
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class ThingTexts:
    """Texts of things by view.

    Args:
        things: IRIs of items and then of concepts, each sorted.
        n_items: how many of ``things``, from the start, are items.
        views: view → one text for each thing; empty where there is nothing to say.
    """

    things: tuple[str, ...]
    n_items: int
    views: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class _Thing:
    names: dict[str, tuple[int, str]] = field(default_factory=dict)  # name → rank and language
    description: tuple[int, str] | None = None
    values: set[str] = field(default_factory=set)  # short literals: years, sizes, materials
    is_item: bool = False


@dataclass(slots=True)
class _World:
    things: dict[str, _Thing] = field(default_factory=lambda: defaultdict(_Thing))
    facts: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    relations: set[str] = field(default_factory=set)


def read_texts(store: Store, base: str, language: str = "en") -> ThingTexts:
    """Texts of every item, and of everything else with a name that catalogue, world and concept schemes know.

    Reads these graphs once, whole, into memory (about 1 KB a thing).

    Args:
        store: the graph.
        base: base IRI of the workspace.
        language: of names and descriptions; where a thing has none in it, its names in any other language stand.
    """
    world = _read(store, base, language)
    items = sorted(iri for iri, thing in world.things.items() if thing.is_item)
    named = (iri for iri, thing in world.things.items() if thing.names and not thing.is_item)
    concepts = sorted(iri for iri in named if iri not in world.relations)
    called = {iri: _best(thing, language) for iri, thing in world.things.items() if thing.names}
    facts = _facts(world, called, set(items))
    everything = (*items, *concepts)
    views = {
        "names": tuple(_names(world.things[iri], language) for iri in everything),
        "facts": tuple(facts(iri) for iri in everything),
        "description": tuple((world.things[iri].description or (0, ""))[1] for iri in everything),
    }
    return ThingTexts(everything, len(items), views)


def _read(store: Store, base: str, language: str) -> _World:
    graphs = Graphs(base)
    world = _World()
    same = {_text(row["same"]): _text(row["item"]) for row in store.rows("labels/items") if "same" in row}
    for graph in (graphs.catalogue, *_worlds(store, base)):
        for quad in store.dump(graph):
            _note(world, quad, same, language)
    ontology = list(store.dump(graphs.ontology))
    concepts = {q.subject for q in ontology if q.predicate == t.TYPE and q.object in _CONCEPTS}
    for quad in ontology:
        if quad.subject in concepts:
            _note(world, quad, same, language)
    for row in store.rows("recommend/items"):
        world.things[_text(row["item"])].is_item = True
    return world


def _worlds(store: Store, base: str) -> list[NamedNode]:
    graphs = (_text(row["graph"]) for row in store.rows("check/graphs"))
    return [NamedNode(name) for name in sorted(graphs) if name.startswith(base + "world/")]


def _note(world: _World, quad: Quad, same: Mapping[str, str], language: str) -> None:
    subject, predicate, value = quad.subject, quad.predicate, quad.object
    if not isinstance(subject, NamedNode):
        return
    iri = same.get(subject.value, subject.value)
    if isinstance(value, NamedNode):
        target = same.get(value.value, value.value)
        if predicate in _KINDS:
            if value not in _NO_KIND:
                world.kinds[iri].add(target)
        elif not predicate.value.startswith(_SILENT) and predicate != t.IN_SCHEME and target != iri:
            world.relations.add(predicate.value)
            world.facts[iri][predicate.value].add(target)
    elif isinstance(value, Literal):
        _note_literal(world.things[iri], predicate, value, language, borrowed=iri != subject.value)


def _note_literal(thing: _Thing, predicate: NamedNode, value: Literal, language: str, *, borrowed: bool) -> None:
    said = " ".join(value.value.split())
    if not said or predicate == t.IDENTIFIER or predicate.value.startswith(_SILENT):
        return
    if predicate in NAMING:
        foreign = 0 if value.language in {language, None} else 1
        rank = 16 * foreign + 2 * NAMING.index(predicate) + borrowed
        thing.names[said] = min(thing.names.get(said, (99, "")), (rank, value.language or ""))
    elif predicate in DESCRIBING:
        found = (DESCRIBING.index(predicate), said)
        if value.language in {language, None} and (thing.description is None or found < thing.description):
            thing.description = found
    elif value.language in {language, None} and len(said) <= _LONGEST:
        year = _YEAR.match(said) if value.datatype.value.startswith(t.XSD) and "-" in said else None
        thing.values.add(year[0] if year else said)


def _best(thing: _Thing, language: str) -> str:
    return _ordered(thing, language)[0]


def _ordered(thing: _Thing, language: str) -> list[str]:
    """Names in ``language`` or without one, the label first; where there are none, all others."""
    every = sorted((rank, name) for name, (rank, _) in thing.names.items())
    own = [name for rank, name in every if rank < 16]
    return own or [name for _, name in every]


def _names(thing: _Thing, language: str) -> str:
    return "; ".join(_ordered(thing, language)[:MOST_NAMES]) if thing.names else ""


class _facts:  # noqa: N801 - a function with what it has worked out once
    """Text of the facts about a thing: its name, its kinds, then relation by relation, those with few values first.

    Of a concept also what points at it: a director is known by the films.  The name leads, so that the facts of a film
    and its director's have words in common.
    """

    def __init__(self, world: _World, called: Mapping[str, str], items: set[str]) -> None:
        self._world, self._called, self._items = world, called, items
        self._into: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        pairs: Counter[str] = Counter()
        heads: Counter[str] = Counter()
        self._degree: Counter[str] = Counter()
        for head, relations in world.facts.items():
            for relation, tails in relations.items():
                pairs[relation] += len(tails)
                heads[relation] += 1
                for tail in tails:
                    self._degree[tail] += 1
                    self._into[tail][relation].add(head)
        self._spread = {relation: pairs[relation] / heads[relation] for relation in pairs}

    def __call__(self, iri: str) -> str:
        kinds = sorted({self._called.get(kind) or _last_part(kind) for kind in self._world.kinds.get(iri, ())})
        parts = [*kinds, *self._told(self._world.facts.get(iri, {})), *sorted(self._world.things[iri].values)]
        if iri not in self._items:
            parts += self._told(self._into.get(iri, {}))
        said = list(dict.fromkeys(part for part in parts if part))
        if not said:
            return ""
        name = self._called.get(iri, "")
        return " ".join(f"{name}: {', '.join(said)}".split()[:MOST_WORDS])

    def _told(self, relations: Mapping[str, Iterable[str]]) -> Iterator[str]:
        for relation in sorted(relations, key=lambda one: (self._spread[one], one)):
            known = [
                (-self._degree[other], self._called[other]) for other in relations[relation] if other in self._called
            ]
            yield from (name for _, name in sorted(known)[:MOST_OF_A_RELATION])


def _last_part(iri: str) -> str:
    """``SciFiMovie`` of an IRI as ``sci fi movie``; nothing of one that ends in a number, such as Wikidata's."""
    last = re.split(r"[/#:]", iri.rstrip("/#"))[-1]
    return "" if re.search(r"\d", last) else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last).replace("_", " ").lower()


def _text(term: object) -> str:
    return str(getattr(term, "value", term))
