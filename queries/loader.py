"""Load a query by name and bind values into it.

A query file starts with a header of ``#`` lines::

    # purpose: what it answers, in one sentence
    # parameter: person (IRI): whose interests
    # example: person=<https://example.org/u/ana>

``$name`` in the text is a parameter.  Values are RDF terms; their N-Triples form takes the parameter's place,
so no value can leave its place in the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from penchant.errors import QueryError, UnknownError

FOLDER = Path(__file__).resolve().parent

# A string, an IRI, a comment, or a parameter: only the last is replaced.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>"{}|^`\\\s]*>|#[^\n]*'
    r"|\$(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
)


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query file: its name, text, purpose, parameters (name → meaning), their kinds, and example values.

    A kind is ``IRI``, ``graph`` (of a person, who is named by id), ``string``, ``time``, ``integer`` or ``number``.
    """

    name: str
    text: str
    purpose: str
    parameters: dict[str, str]
    kinds: dict[str, str]
    example: dict[str, str]


def names(under: str = "") -> list[str]:
    """Names of all shipped queries (or those in the folder ``under``), sorted, without the ending ``.rq``."""
    return sorted(p.relative_to(FOLDER).with_suffix("").as_posix() for p in (FOLDER / under).rglob("*.rq"))


@lru_cache(maxsize=512)
def load(name: str) -> NamedQuery:
    """The query ``name`` (``profile``, ``candidates/popular``).

    Raises:
        UnknownError: there is no such query.
    """
    path = (FOLDER / f"{name}.rq").resolve()
    if not path.is_relative_to(FOLDER) or not path.is_file():
        near = get_close_matches(name, names(), cutoff=0.4)
        raise UnknownError(
            f"no query named {name!r}",
            expected=f"{' or '.join(near)}, perhaps" if near else "",
            remedy="`penchant queries` lists them all",
        )
    return parse(name, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> NamedQuery:
    """A query file's text as a :class:`NamedQuery`."""
    fields: dict[str, list[str]] = {"purpose": [], "parameter": [], "example": []}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        key, _, value = line.lstrip("# ").partition(":")
        fields.setdefault(key.strip(), []).append(value.strip())
    parsed = [_parameter(p) for p in fields["parameter"]]
    parameters = {name: meaning for name, _, meaning in parsed}
    kinds = {name: kind for name, kind, _ in parsed}
    example = dict(e.partition("=")[::2] for line in fields["example"] for e in line.split() if "=" in e)
    return NamedQuery(name, text, " ".join(fields["purpose"]), parameters, kinds, example)


def _parameter(line: str) -> tuple[str, str, str]:
    head, _, meaning = line.partition(":")
    name, _, kind = head.partition("(")
    return name.strip(), kind.strip(" )") or "string", meaning.strip()


def used(text: str) -> set[str]:
    """Names of the parameters that stand in ``text`` outside strings, IRIs and comments."""
    return {m["name"] for m in _tokens(text)}


def _tokens(text: str) -> Iterator[re.Match[str]]:
    return (m for m in _TOKEN.finditer(text) if m["name"])


def bind(query: NamedQuery, terms: Mapping[str, NamedNode | Literal] | None = None) -> str:
    """SPARQL text of ``query`` with every ``$name`` replaced by its term.

    Raises:
        QueryError: a parameter has no value, or a value has no parameter.
    """
    terms = terms or {}
    wanted = used(query.text)
    if missing := sorted(wanted - terms.keys()):
        raise QueryError(
            f"no value for {', '.join(missing)}",
            expected=f"values for {', '.join(sorted(wanted))}",
            where=f"query {query.name}",
        )
    if extra := sorted(terms.keys() - wanted):
        raise QueryError(
            f"it has no parameter {', '.join(extra)}",
            expected=f"values for {', '.join(sorted(wanted)) or 'nothing'}",
            where=f"query {query.name}",
        )
    return _TOKEN.sub(lambda m: str(terms[m["name"]]) if m["name"] else m[0], query.text)
