"""An item of the catalogue as quads: fields that every item has, and properties that the ontology gives its class."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.proposal import ItemRecord
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t
from penchant.ontology.items.schema import ItemProperty
from penchant.ontology.terms import PREFIXES

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")
_STRING = NamedNode(t.XSD + "string")
_LANG_STRING = NamedNode(t.RDF + "langString")


def as_iri(text: str) -> NamedNode | None:
    """``text`` as an IRI, if it is an absolute one or a prefixed name with a known prefix."""
    prefix, _, local = text.partition(":")
    if prefix in PREFIXES and local and not local.startswith("//"):
        text = PREFIXES[prefix] + local
    elif not _ABSOLUTE.fullmatch(text):
        return None
    try:
        return NamedNode(text)
    except ValueError:
        return None


def item_quads(
    workspace: Workspace, iri: NamedNode, record: ItemRecord, unknown: Counter[str] | None = None
) -> list[Quad] | str:
    """Quads of one item, or why it cannot be said in the ontology's words.

    Args:
        workspace: whose ontology and graphs.
        iri: the item.
        record: what the shop says of it.
        unknown: counts fields that the ontology has no property for.
    """
    graph = workspace.graphs.catalogue
    kind = _class(workspace, record.type)
    if kind is None:
        return f"type {record.type!r} is neither an item class of the ontology nor an IRI"
    # A concept of the catalogue can be liked and shared like an item, but is never recommended.
    base, naming = (t.CONCEPT, t.PREF_LABEL) if kind == t.CONCEPT else (t.ITEM, t.LABEL)
    quads = [
        Quad(iri, t.TYPE, base, graph),
        Quad(iri, naming, Literal(record.label, language=record.lang), graph),
        Quad(iri, t.IDENTIFIER, Literal(record.id), graph),
    ]
    if kind != base:
        quads.append(Quad(iri, t.TYPE, kind, graph))
    quads += [Quad(iri, t.ALT_LABEL, Literal(label, language=record.lang), graph) for label in record.alt_labels]
    if not record.available and base == t.ITEM:
        quads.append(Quad(iri, t.AVAILABLE, Literal(False), graph))
    for concept in record.concepts:
        quads += _link(workspace, iri, t.HAS_CONCEPT, concept, record.lang)
    for name, values in record.properties:
        found = workspace.ontology.schema.property(name)
        if found is None:
            if unknown is not None:
                unknown[name] += 1
            continue
        for value in values:
            quads += _said(workspace, iri, found, value, record.lang)
    for other in record.same_as:
        target_of_link = as_iri(other)
        if target_of_link is None:
            return f"same_as {other!r} is no IRI"
        quads.append(Quad(iri, t.EXACT_MATCH, target_of_link, workspace.graphs.links))
    return quads


def _class(workspace: Workspace, type: str | None) -> NamedNode | None:
    if not type:
        return t.ITEM
    known = workspace.ontology.schema.item_class(type)
    return known.iri if known else as_iri(type)


def _said(workspace: Workspace, iri: NamedNode, found: ItemProperty, value: str, lang: str) -> list[Quad]:
    if found.is_object:
        parts = [part.strip() for part in value.split("|") if part.strip()]
        return [q for part in parts for q in _link(workspace, iri, found.iri, part, lang)]
    # A value that its datatype does not have is refused by the gate, with the reason.
    tagged = found.datatype == _LANG_STRING
    literal = Literal(value, language=lang) if tagged else Literal(value, datatype=found.datatype or _STRING)
    return [Quad(iri, found.iri, literal, workspace.graphs.catalogue)]


def _link(workspace: Workspace, iri: NamedNode, predicate: NamedNode, concept: str, lang: str) -> list[Quad]:
    """A link to a concept: by IRI, by a name that a concept scheme of the ontology has, or to one of the shop's own."""
    graph = workspace.graphs.catalogue
    known = as_iri(concept) or workspace.ontology.concept(concept)
    if known is not None:
        return [Quad(iri, predicate, known, graph)]
    own = NamedNode(f"{workspace.graphs.base}concept/shop/{_slug(concept)}")
    return [
        Quad(iri, predicate, own, graph),
        Quad(own, t.TYPE, t.CONCEPT, graph),
        Quad(own, t.PREF_LABEL, Literal(concept, language=lang), graph),
    ]


def _slug(text: str) -> str:
    return quote(" ".join(text.casefold().split()).replace(" ", "-"), safe="-")
