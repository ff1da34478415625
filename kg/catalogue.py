"""Items into the ``catalogue`` graph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.interests import difference
from penchant.kg.proposal import ItemRecord
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t
from penchant.ontology.terms import PREFIXES

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")


def item_iri(workspace: Workspace, id: str) -> NamedNode | None:
    """The item or concept of the catalogue that ``id`` names; None if there is none.

    ``id`` may be the shop's own id, which is looked for first, an IRI, or a prefixed name (``wd:Q25188``).
    """
    own = workspace.namer.item(id)
    for row in workspace.store.rows("catalogue/by_id", {"id": Literal(id)}):
        item = row["item"]
        assert isinstance(item, NamedNode)
        return item
    for candidate in (own, as_iri(id)):
        if candidate is not None and _is_listed(workspace, candidate):
            return candidate
    return None


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


def write_items(workspace: Workspace, run: int, records: Sequence[ItemRecord]) -> tuple[int, int]:
    """Write items as one change; what was said of the same items before is replaced.

    Returns:
        How many were written, and how many were rejected (see the ledger for reasons).
    """
    nodes: list[tuple[ItemRecord, NamedNode, list[Quad]]] = []
    rejected: list[tuple[ItemRecord, str]] = []
    for record in records:
        iri = as_iri(record.iri) if record.iri else workspace.namer.item(record.id)
        quads = _quads(workspace, iri, record) if iri else f"{record.iri!r} is no IRI"
        if isinstance(quads, str) or iri is None:
            rejected.append((record, str(quads)))
        else:
            nodes.append((record, iri, quads))
    refused = workspace.gate.refused(q for _, _, quads in nodes for q in quads)
    wanted: set[Quad] = set()
    present: set[Quad] = set()
    for record, iri, quads in nodes:
        if reason := next((refused[_iri_text(q)] for q in quads if _iri_text(q) in refused), ""):
            rejected.append((record, reason))
            continue
        wanted.update(quads)
        present.update(workspace.store.quads(subject=iri, graph=workspace.graphs.catalogue))
        present.update(workspace.store.quads(subject=iri, predicate=t.EXACT_MATCH, graph=workspace.graphs.links))
    with workspace.ledger.transaction():
        for record, reason in rejected:
            workspace.ledger.reject(run, record, reason)
    workspace.commit(run, _taken_from_world(workspace, difference(present, wanted)))
    return len(records) - len(rejected), len(rejected)


def _iri_text(quad: Quad) -> str:
    return quad.subject.value if isinstance(quad.subject, NamedNode) else ""


def _quads(workspace: Workspace, iri: NamedNode, record: ItemRecord) -> list[Quad] | str:
    graph = workspace.graphs.catalogue
    kind = as_iri(record.type) if record.type else t.ITEM
    if kind is None:
        return f"type {record.type!r} is no IRI"
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
        target = as_iri(concept) or NamedNode(f"{workspace.graphs.base}concept/shop/{_slug(concept)}")
        quads.append(Quad(iri, t.HAS_CONCEPT, target, graph))
        if as_iri(concept) is None:
            quads.append(Quad(target, t.TYPE, t.CONCEPT, graph))
            quads.append(Quad(target, t.PREF_LABEL, Literal(concept, language=record.lang), graph))
    for other in record.same_as:
        target_of_link = as_iri(other)
        if target_of_link is None:
            return f"same_as {other!r} is no IRI"
        quads.append(Quad(iri, t.EXACT_MATCH, target_of_link, workspace.graphs.links))
    return quads


def _slug(text: str) -> str:
    return quote(" ".join(text.casefold().split()).replace(" ", "-"), safe="-")


def _taken_from_world(workspace: Workspace, change: Change) -> Change:
    """No triple may stand in two live graphs: what the shop says itself is taken out of the world's graphs."""
    own = {workspace.graphs.catalogue, workspace.graphs.links}
    doubles = (other for q in change.insert for other in workspace.store.same_triple(q) if other.graph_name not in own)
    return Change((*change.delete, *doubles), change.insert)


def _is_listed(workspace: Workspace, iri: NamedNode) -> bool:
    return any(q.object in (t.ITEM, t.CONCEPT) for q in workspace.store.quads(subject=iri, predicate=t.TYPE))
