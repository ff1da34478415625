"""What the ontology says items can be and can carry: classes below ``pen:Item``, and properties of such classes.

This is what lets a catalogue name a new class or property as soon as the ontology declares it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from pyoxigraph import Literal, NamedNode

from penchant.ontology import terms
from penchant.ontology.declared import Declarations, declarations, is_builtin
from penchant.ontology.entries import local_name
from penchant.ontology.files import Node, Triples
from penchant.ontology.items.data_range import data_range
from penchant.ontology.items.hierarchy import Hierarchy, hierarchy

_RANGE: Final = NamedNode(terms.RDFS + "range")
_ON_PROPERTY: Final = NamedNode(terms.OWL + "onProperty")
_DATA_FILLERS: Final = tuple(NamedNode(terms.OWL + name) for name in ("onDataRange", "allValuesFrom", "someValuesFrom"))
#: What the item format has fields for already.
_OWN_FIELDS: Final = frozenset(
    {terms.AVAILABLE, terms.HAS_CONCEPT, terms.IDENTIFIER, terms.EXACT_MATCH, terms.LABEL, terms.ALT_LABEL}
    | {terms.PREF_LABEL}
)


@dataclass(frozen=True, slots=True)
class ItemProperty:
    """A property that items can carry.

    Args:
        iri: the property.
        name: its local name, e.g. ``roastLevel``.
        label_en: name in English.
        label_zh: name in Chinese.
        is_object: whether its values are things, not literals.
        datatype: the datatype that its literals are written with; None where the ontology does not say: a text.
    """

    iri: NamedNode
    name: str
    label_en: str
    label_zh: str
    is_object: bool
    datatype: NamedNode | None


@dataclass(frozen=True, slots=True)
class ItemClass:
    """A class of items.

    Args:
        iri: the class.
        name: its local name, e.g. ``Coffee``.
        label_en: name in English.
        label_zh: name in Chinese.
    """

    iri: NamedNode
    name: str
    label_en: str
    label_zh: str


_T = TypeVar("_T", ItemProperty, ItemClass)


@dataclass(frozen=True, slots=True)
class ItemSchema:
    """Classes and properties of items; each answers to its IRI, prefixed name, local name and labels.

    Case, spaces, ``_`` and ``-`` make no difference.  A name that several would answer to answers for none.
    """

    _properties: tuple[ItemProperty, ...]
    _classes: tuple[ItemClass, ...]
    _property_names: Mapping[str, ItemProperty]
    _class_names: Mapping[str, ItemClass]

    def property(self, name: str) -> ItemProperty | None:
        """The property that answers to ``name``."""
        return self._property_names.get(name) or self._property_names.get(_key(name))

    def item_class(self, name: str) -> ItemClass | None:
        """The class that answers to ``name``; ``pen:Item`` is one of them."""
        return self._class_names.get(name) or self._class_names.get(_key(name))

    def all_properties(self) -> tuple[ItemProperty, ...]:
        """Every property, sorted by IRI."""
        return self._properties

    def all_classes(self) -> tuple[ItemClass, ...]:
        """Every class, sorted by IRI."""
        return self._classes


def item_schema(triples: Triples) -> ItemSchema:
    """Read what items can be and can carry."""
    declared = declarations(triples)
    order = hierarchy(declared)
    iris = item_classes(order)
    classes = tuple(_item_class(iri, order) for iri in iris)
    properties = tuple(_item_property(iri, order) for iri in item_properties(order))
    prefixes = known_prefixes(declared)
    return ItemSchema(properties, classes, _names(properties, prefixes), _names(classes, prefixes))


def item_classes(order: Hierarchy) -> tuple[NamedNode, ...]:
    """``pen:Item`` and every class below it, sorted."""
    return tuple(sorted({terms.ITEM, *order.classes_below(terms.ITEM)}, key=lambda c: c.value))


def item_properties(order: Hierarchy) -> tuple[NamedNode, ...]:
    """Properties that are an item's by domain or restriction, or that are ways of having a concept; sorted."""
    classes = set(item_classes(order))
    restricted = {p for c in classes for part in order.parts.get(c, ()) for p in restricted_properties(part, order)}
    found = set(order.properties_below(terms.HAS_CONCEPT))
    for term, kinds in order.declared.kinds.items():
        carried = term in restricted or any(domain & classes for domain in order.domains(term))
        if carried and kinds & {"object property", "data property"}:
            found.add(term)
    return tuple(sorted((p for p in found - _OWN_FIELDS if not is_builtin(p)), key=lambda p: p.value))


def restricted_properties(expression: Node, order: Hierarchy) -> list[NamedNode]:
    """The property of a restriction; nothing for any other class expression."""
    return [p for p in order.declared.objects(expression, _ON_PROPERTY) if isinstance(p, NamedNode)]


def label_of(term: NamedNode, declared: Declarations, lang: str) -> str:
    """The label of ``term`` in ``lang``; the other language's or the local name where there is none."""
    given = {
        value.language: value.value
        for predicate in (terms.PREF_LABEL, terms.LABEL)
        for value in sorted(declared.objects(term, predicate), key=str, reverse=True)
        if isinstance(value, Literal) and value.value.strip()
    }
    other = "en" if lang == "zh" else "zh"
    return given.get(lang) or given.get(other) or local_name(term)


def written_datatype(term: NamedNode, order: Hierarchy) -> NamedNode | None:
    """The datatype that literals of a data property are written with, by its range or else its restrictions."""
    declared = order.declared
    for one in (term, *order.properties_above(term)):
        ranges = {data_range(node, declared).datatype for node in declared.objects(one, _RANGE)} - {None}
        if ranges:
            return min((d for d in ranges if d), key=lambda d: d.value)
    fillers = (
        data_range(node, declared).datatype
        for restriction, p in declared.pairs(_ON_PROPERTY)
        if p == term
        for predicate in _DATA_FILLERS
        for node in declared.objects(restriction, predicate)
    )
    agreed = {datatype for datatype in fillers if datatype}
    return agreed.pop() if len(agreed) == 1 else None


def _item_class(iri: NamedNode, order: Hierarchy) -> ItemClass:
    return ItemClass(
        iri=iri,
        name=local_name(iri),
        label_en=label_of(iri, order.declared, "en"),
        label_zh=label_of(iri, order.declared, "zh"),
    )


def _item_property(iri: NamedNode, order: Hierarchy) -> ItemProperty:
    is_object = "object property" in order.declared.kinds.get(iri, ())
    return ItemProperty(
        iri=iri,
        name=local_name(iri),
        label_en=label_of(iri, order.declared, "en"),
        label_zh=label_of(iri, order.declared, "zh"),
        is_object=is_object,
        datatype=None if is_object else written_datatype(iri, order),
    )


def known_prefixes(declared: Declarations) -> dict[str, str]:
    """Namespace → prefix: the well-known ones, and the last word of each ontology's own IRI."""
    own = (n.value for n in declared.of(terms.OWL + "Ontology") if isinstance(n, NamedNode))
    named = {f"{iri}{end}": local_name(NamedNode(iri.rstrip("#/"))) for iri in sorted(own) for end in ("#", "/", "")}
    taken = set(terms.PREFIXES)
    return {space: p for space, p in named.items() if p not in taken} | {v: k for k, v in terms.PREFIXES.items()}


def _names(entries: Iterable[_T], prefixes: Mapping[str, str]) -> dict[str, _T]:
    answers: dict[str, dict[str, _T]] = {}
    exact: dict[str, _T] = {}
    for entry in entries:
        exact[entry.iri.value] = entry
        names = {entry.name, entry.label_en, entry.label_zh}
        space = entry.iri.value.removesuffix(entry.name)
        if space in prefixes:
            names.add(f"{prefixes[space]}:{entry.name}")
        for name in names:
            answers.setdefault(_key(name), {})[entry.iri.value] = entry
    alone = {key: next(iter(found.values())) for key, found in answers.items() if len(found) == 1}
    return alone | exact


def _key(name: str) -> str:
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", name)).casefold()
