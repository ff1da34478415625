"""Where the shipped ontology files are, and how any of them is read."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple

from penchant.errors import OntologyError
from penchant.ontology.syntaxes.horned import read_with_horned
from penchant.ontology.syntaxes.syntax import Syntax, syntax_of

FOLDER = Path(__file__).resolve().parent

Node = NamedNode | BlankNode | Literal | Triple
#: Anything with subject, predicate and object.
Triples = Iterable[Triple] | Iterable[Quad]

_RDF_FORMATS = {
    Syntax.TURTLE: RdfFormat.TURTLE,
    Syntax.N_TRIPLES: RdfFormat.N_TRIPLES,
    Syntax.RDF_XML: RdfFormat.RDF_XML,
    Syntax.JSON_LD: RdfFormat.JSON_LD,
}


def ontology_path() -> Path:
    """The shipped ontology, in Turtle: the file to open in Protégé."""
    return FOLDER / "penchant.ttl"


def shapes_path() -> Path:
    """The shipped SHACL shapes, in Turtle."""
    return FOLDER / "shapes.ttl"


def read_triples(path: Path | str) -> list[Triple]:
    """Triples of an ontology file in any syntax that Protégé saves, whatever the file is called.

    Turtle, N-Triples, RDF/XML and JSON-LD come in document order.  OWL/XML, functional and Manchester syntax come as
    their mapping to RDF; :func:`penchant.ontology.comparing.axioms.axioms` reads the same axioms from all of them.

    Raises:
        OntologyError: the file is not there, is in no known syntax, or is not well-formed.
    """
    path = Path(path)
    try:
        content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except FileNotFoundError as error:
        raise OntologyError("no such file", where=str(path)) from error
    except OSError as error:
        raise OntologyError(f"it cannot be read: {error.strerror or error}", where=str(path)) from error
    syntax = syntax_of(content, path)
    form = _RDF_FORMATS.get(syntax)
    if form is None:
        return read_with_horned(content, syntax, str(path))
    try:
        return [
            q.triple
            for q in pyoxigraph.parse(content, format=form, base_iri=path.absolute().as_uri(), rename_blank_nodes=True)
        ]
    except (SyntaxError, ValueError) as error:
        raise OntologyError(
            f"it cannot be read: {error}",
            expected=f"well-formed {syntax.value}",
            where=str(path),
            remedy="Open it in Protégé, which shows the place, or save it in another syntax",
        ) from error
