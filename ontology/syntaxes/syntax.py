"""Which syntax an ontology file is written in: its content tells, and where that is silent, the ending."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from enum import Enum
from pathlib import Path

from penchant.errors import OntologyError
from penchant.ontology.terms import OWL, RDF


class Syntax(Enum):
    """A syntax for OWL ontologies; the value is its name for people."""

    TURTLE = "Turtle"
    N_TRIPLES = "N-Triples"
    RDF_XML = "RDF/XML"
    JSON_LD = "JSON-LD"
    OWL_XML = "OWL/XML"
    FUNCTIONAL = "OWL functional syntax"
    MANCHESTER = "Manchester syntax"


_ENDINGS = {
    ".ttl": Syntax.TURTLE,
    ".nt": Syntax.N_TRIPLES,
    ".rdf": Syntax.RDF_XML,
    ".owl": Syntax.RDF_XML,
    ".xml": Syntax.RDF_XML,
    ".jsonld": Syntax.JSON_LD,
    ".owx": Syntax.OWL_XML,
    ".ofn": Syntax.FUNCTIONAL,
    ".omn": Syntax.MANCHESTER,
}
#: What may stand before the first word: blanks, and comments in Turtle, functional and Manchester syntax.
_LEADING = re.compile(r"(?:\s|#[^\n]*(?:\n|\Z))*")
_FIRST_WORDS = (
    (re.compile(r"(?:Prefix|Ontology)\s*\("), Syntax.FUNCTIONAL),
    (re.compile(r"(?:Prefix|Ontology)\s*:"), Syntax.MANCHESTER),
    (re.compile(r"\[?\s*\{"), Syntax.JSON_LD),
    (re.compile(r"@(?:prefix|base)\b|(?:PREFIX|BASE)\s|<[a-zA-Z][\w+.-]*:[^>\s]*>\s|_:|\["), Syntax.TURTLE),
)


def syntax_of(content: bytes, path: Path) -> Syntax:
    """The syntax of ``content``, which was read from ``path``.

    Protégé saves any syntax under the ending ``.owl``, so that the content comes first.

    Raises:
        OntologyError: neither content nor ending tells.
    """
    text = content.decode(errors="replace")
    start = text[_LEADING.match(text).end() :]  # type: ignore[union-attr]  # it matches the empty string
    ending = _ENDINGS.get(path.suffix.lower())
    for first, syntax in _FIRST_WORDS:
        if first.match(start):
            return ending if ending is Syntax.N_TRIPLES and syntax is Syntax.TURTLE else syntax
    if start.startswith("<"):
        return _xml_syntax(content) or ending or Syntax.RDF_XML
    if ending is None:
        raise OntologyError(
            f"an ending {path.suffix!r} and a content that tell no syntax",
            expected=f"one of {', '.join(s.value for s in Syntax)}",
            where=str(path),
            remedy="Save it as Turtle, RDF/XML, OWL/XML, functional or Manchester syntax",
        )
    return ending


def _xml_syntax(content: bytes) -> Syntax | None:
    """OWL/XML or RDF/XML by the root element; None where there is none to be read."""
    try:
        _, root = next(ET.iterparse(io.BytesIO(content), events=("start",)))  # noqa: S314 - expat limits entities
    except (ET.ParseError, StopIteration):
        return None
    # RDF/XML may have one node element as its root (RDF 1.1 XML Syntax, 2.6), and that one may be an owl:Ontology
    in_rdf = any(name.startswith(f"{{{RDF}}}") for name in root.attrib)
    return Syntax.OWL_XML if root.tag == f"{{{OWL}}}Ontology" and not in_rdf else Syntax.RDF_XML
