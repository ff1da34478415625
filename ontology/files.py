"""Where the shipped ontology files are, and how any of them is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple

from penchant.errors import OntologyError

FOLDER = Path(__file__).resolve().parent

Node = NamedNode | BlankNode | Literal | Triple
#: Anything with subject, predicate and object.
Triples = Iterable[Triple] | Iterable[Quad]

_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}


def ontology_path() -> Path:
    """The shipped ontology, in Turtle: the file to open in Protégé."""
    return FOLDER / "penchant.ttl"


def shapes_path() -> Path:
    """The shipped SHACL shapes, in Turtle."""
    return FOLDER / "shapes.ttl"


def read_triples(path: Path | str) -> list[Triple]:
    """Triples of an RDF file in document order; the ending tells the format (Turtle, N-Triples, RDF/XML, JSON-LD).

    Raises:
        OntologyError: the file is not there, has another ending, or is not well-formed.
    """
    path = Path(path)
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        raise OntologyError(
            f"a file that ends in {path.suffix!r}",
            expected=f"one of {', '.join(_FORMATS)}",
            where=str(path),
            remedy="Save it as Turtle",
        )
    try:
        return [q.triple for q in pyoxigraph.parse(path=path, format=form, base_iri=path.absolute().as_uri())]
    except FileNotFoundError as error:
        raise OntologyError("no such file", where=str(path)) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise OntologyError(
            f"it cannot be read: {error}", expected=f"well-formed {form.name}", where=str(path)
        ) from error
