"""The graph in other tools' formats: sorted, so that the same graph gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat

from penchant.errors import SettingError
from penchant.kg.embedded import EmbeddedStore
from penchant.ontology.terms import PREFIXES

#: Format name → (RDF format, whether it keeps named graphs).
FORMATS: Final[dict[str, tuple[RdfFormat, bool]]] = {
    "nt": (RdfFormat.N_TRIPLES, False),
    "ttl": (RdfFormat.TURTLE, False),
    "rdf": (RdfFormat.RDF_XML, False),
    "jsonld": (RdfFormat.JSON_LD, True),
    "trig": (RdfFormat.TRIG, True),
    "nq": (RdfFormat.N_QUADS, True),
}
_ENDINGS: Final = {"xml": "rdf", "owl": "rdf", "turtle": "ttl", "json": "jsonld", "ntriples": "nt", "nquads": "nq"}


def format_of(name: str | None, path: Path | None) -> str:
    """The format called ``name``, or else the one that the ending of ``path`` tells; Turtle if neither.

    Raises:
        SettingError: there is no such format.
    """
    wanted = (name or (path.suffix if path else "") or "ttl").lower().lstrip(".")
    wanted = _ENDINGS.get(wanted, wanted)
    if wanted not in FORMATS:
        raise SettingError(f"no format {wanted!r}", expected=f"one of {', '.join(FORMATS)}", where="--format")
    return wanted


def export(
    store: EmbeddedStore,
    output: IO[bytes],
    format: str,
    graphs: Iterable[NamedNode] | None = None,
    without: Iterable[NamedNode] = (),
) -> int:
    """Write ``graphs`` (all, unless given) to ``output``; the number of triples written.

    Formats without named graphs get the union.  Never blank nodes: every node keeps its IRI.

    Raises:
        SettingError: there is no such format.
    """
    kind, keeps_graphs = FORMATS[format_of(format, None)]
    left_out = set(without)
    chosen = (
        (q for q in store.dump() if q.graph_name not in left_out)
        if graphs is None
        else (q for graph in graphs for q in store.dump(graph))
    )
    quads = sorted((q for q in chosen if not isinstance(q.object, BlankNode)), key=_order)
    ox.serialize(
        quads if keeps_graphs else (q.triple for q in quads),
        output,
        format=kind,
        prefixes=None if kind in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS) else PREFIXES,
    )
    return len(quads)


def _order(quad: Quad) -> tuple[str, str, str, str]:
    return str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object)
