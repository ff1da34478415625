"""Which terms a query names: what an ontology may not lose without breaking the query.

IRIs and prefixed names are lexical in SPARQL, so that reading tokens is exact, even where ``$name`` still waits for a
value in a place that makes the text no SPARQL yet.

Source: SPARQL 1.1 Query Language, section 19.8 (IRIREF, PNAME_NS, PN_LOCAL).
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin

from pyoxigraph import NamedNode

from penchant.errors import QueryError
from penchant.queries.loader import load, names

_PREFIX: Final = r"(?:[^\W\d_](?:[\w.-]*[\w-])?)?"
_LOCAL: Final = r"(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""' + r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r"|(?P<iri><[^<>\"{}|^`\\\s]*>)"
    r"|\#[^\n]*"
    r"|[?$]\w+|_:\w+|@[A-Za-z-]+"
    rf"|(?P<prefix>{_PREFIX}):(?P<local>{_LOCAL}(?:(?:{_LOCAL}|[.-])*(?:{_LOCAL}|-))?)?"
    r"|(?P<word>\w+)"
)


def mentioned(query_text: str) -> frozenset[NamedNode]:
    """Every IRI that a query or update names, in full or with a prefix; strings, comments and headers do not count.

    Raises:
        QueryError: a prefix that the text does not declare.
    """
    found: set[NamedNode] = set()
    prefixes: dict[str, str] = {}
    base, awaited = "", ""
    for token in _TOKEN.finditer(query_text):
        word, iri = (token["word"] or "").upper(), token["iri"]
        if word in {"PREFIX", "BASE"}:
            awaited = word
        elif iri is not None and awaited == "BASE":
            base, awaited = iri[1:-1], ""
        elif iri is not None and awaited:
            prefixes[awaited.removeprefix("PREFIX ")] = _resolved(iri, base)
            awaited = ""
        elif iri is not None:
            found.add(NamedNode(_resolved(iri, base)))
        elif token["prefix"] is not None and awaited:
            awaited = f"PREFIX {token['prefix']}"
        elif token["prefix"] is not None:
            found.add(NamedNode(_namespace(token["prefix"], prefixes) + re.sub(r"\\(.)", r"\1", token["local"] or "")))
    return frozenset(found)


def all_mentions() -> dict[str, frozenset[NamedNode]]:
    """Name of every shipped query → the IRIs that it names."""
    return {name: mentioned(load(name).text) for name in names()}


def _resolved(iri: str, base: str) -> str:
    iri = iri[1:-1]
    if not base:
        return iri
    return urljoin(base, iri) + ("#" if iri.endswith("#") else "")  # urljoin drops an empty fragment


def _namespace(prefix: str, prefixes: dict[str, str]) -> str:
    if prefix not in prefixes:
        raise QueryError(
            f"a prefix {prefix!r} that is not declared",
            expected=f"one of {', '.join(sorted(prefixes)) or 'none'}",
            remedy=f"Add PREFIX {prefix}: <…>",
        )
    return prefixes[prefix]
