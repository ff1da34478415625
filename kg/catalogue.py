"""Items into the ``catalogue`` graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.changes import difference
from penchant.kg.embedded import as_stored
from penchant.kg.item_quads import as_iri, item_quads
from penchant.kg.proposal import ItemRecord
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t


def item_iri(workspace: Workspace, id: str) -> NamedNode | None:
    """The item or concept of the catalogue that ``id`` names; None if there is none.

    ``id`` may be the shop's own id, which is looked for first, an IRI, or a prefixed name (``wd:Q25188``).
    """
    called = (q.subject for q in workspace.store.quads(predicate=t.IDENTIFIER, object=Literal(id)))
    by_id = sorted((iri for iri in called if isinstance(iri, NamedNode)), key=lambda iri: iri.value)
    for candidate in (*by_id, workspace.namer.item(id), as_iri(id)):
        if candidate is not None and _is_listed(workspace, candidate):
            return candidate
    return None


def write_items(
    workspace: Workspace, run: int, records: Sequence[ItemRecord], unknown: Counter[str] | None = None
) -> tuple[int, int]:
    """Write items as one change; what was said of the same items before is replaced.

    Args:
        workspace: where to.
        run: number of the run in the ledger.
        records: the items.
        unknown: counts fields that the ontology has no property for; they are not stored.

    Returns:
        How many were written, and how many were rejected (see the ledger for reasons).
    """
    nodes: list[tuple[ItemRecord, NamedNode, list[Quad]]] = []
    rejected: list[tuple[ItemRecord, str]] = []
    for record in records:
        iri = as_iri(record.iri) if record.iri else workspace.namer.item(record.id)
        quads = item_quads(workspace, iri, record, unknown) if iri else f"{record.iri!r} is no IRI"
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
    change = _taken_from_world(workspace, difference(present, as_stored(wanted)))
    with workspace.writing:
        with workspace.ledger.transaction():
            for record, reason in rejected:
                workspace.ledger.reject(run, record, reason)
            if change:
                workspace.ledger.pend(run, change)
        workspace.store.apply(change)
    return len(records) - len(rejected), len(rejected)


def _iri_text(quad: Quad) -> str:
    return quad.subject.value if isinstance(quad.subject, NamedNode) else ""


def _taken_from_world(workspace: Workspace, change: Change) -> Change:
    """No triple may stand in two live graphs: what the shop says itself is taken out of the world's graphs."""
    own = {workspace.graphs.catalogue, workspace.graphs.links}
    doubles = (other for q in change.insert for other in workspace.store.same_triple(q) if other.graph_name not in own)
    return Change((*change.delete, *doubles), change.insert)


def _is_listed(workspace: Workspace, iri: NamedNode) -> bool:
    return any(q.object in (t.ITEM, t.CONCEPT) for q in workspace.store.quads(subject=iri, predicate=t.TYPE))
