"""OWL's own syntaxes as triples: OWL/XML, functional and Manchester syntax, read by py-horned-owl.

Two gaps of the library (2.0) are filled: here, OWL/XML is handed over with every IRI written out; in
:mod:`penchant.ontology.syntaxes.horned_rdf`, what its RDF writer loses.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Literal
from urllib.parse import urljoin

from pyoxigraph import Triple

from penchant.errors import OntologyError
from penchant.ontology.syntaxes.horned_rdf import triples_of
from penchant.ontology.syntaxes.syntax import Syntax
from penchant.ontology.terms import OWL

_NAMES: dict[Syntax, Literal["owx", "ofn", "omn"]] = {
    Syntax.OWL_XML: "owx",
    Syntax.FUNCTIONAL: "ofn",
    Syntax.MANCHESTER: "omn",
}
_POSITION = re.compile(r"line_col: Pos\(\((\d+), (\d+)\)\)")
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


def read_with_horned(content: bytes, syntax: Syntax, where: str) -> list[Triple]:
    """Triples of an ontology in OWL/XML, functional or Manchester syntax.

    Raises:
        OntologyError: it is not UTF-8, not well-formed, or uses what the library does not know.
    """
    import pyhornedowl

    try:
        text = _with_full_iris(content) if syntax is Syntax.OWL_XML else content.decode()
        return triples_of(pyhornedowl.open_ontology_from_string(text, _NAMES[syntax]))
    except (KeyboardInterrupt, SystemExit, OntologyError):
        raise
    except BaseException as error:  # a panic of a library in Rust is no Exception
        raise OntologyError(
            f"it cannot be read: {_message(error)}",
            expected=f"well-formed {syntax.value}",
            where=where,
            remedy="Save it as Turtle or RDF/XML, which every part of OWL 2 survives",
        ) from error


def _with_full_iris(content: bytes) -> str:
    """OWL/XML without abbreviated or relative IRIs (OWL 2 XML Serialization, 2.2 and 3)."""
    root = ET.fromstring(content)  # noqa: S314 - expat limits entities
    base = root.get(_XML_BASE, "")
    prefixes = {p.get("name", ""): p.get("IRI", "") for p in root.iter(f"{{{OWL}}}Prefix")}

    def full(abbreviated: str) -> str:
        prefix, _, local = abbreviated.strip().partition(":")
        if prefix not in prefixes:
            raise ValueError(f"the prefix of {abbreviated.strip()!r} is not declared")
        return prefixes[prefix] + local

    for element in root.iter():
        if element.tag == f"{{{OWL}}}IRI":
            element.text = urljoin(base, (element.text or "").strip())
        elif element.tag == f"{{{OWL}}}AbbreviatedIRI":
            element.tag, element.text = f"{{{OWL}}}IRI", full(element.text or "")
        if "abbreviatedIRI" in element.attrib:
            element.set("IRI", full(element.attrib.pop("abbreviatedIRI")))
        elif "IRI" in element.attrib and element.tag != f"{{{OWL}}}Prefix":
            element.set("IRI", urljoin(base, element.attrib["IRI"]))
    return ET.tostring(root, encoding="unicode")


def _message(error: BaseException) -> str:
    """What a library said, in one short line, with line and column first where it gave them."""
    said = " ".join(str(error).removeprefix("Failed to open ontology: ").split())
    position = _POSITION.search(said)
    line = re.search(r'line: "((?:[^"\\]|\\.)*)"', said)
    if position:
        at = f"line {position[1]}, column {position[2]}"
        return f"{at}: {line[1].replace(chr(92), '').strip()[:80]}" if line else at
    return said[:200] or type(error).__name__
