"""The store protocol: what every triple store behind Penchant can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

Term = NamedNode | Literal
Row = dict[str, NamedNode | Literal | BlankNode | Triple]


@dataclass(frozen=True, slots=True)
class Change:
    """Quads to take out and quads to put in, as one atomic step.  Deletes come first; both are idempotent."""

    delete: tuple[Quad, ...] = ()
    insert: tuple[Quad, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.delete or self.insert)

    def inverse(self) -> Change:
        """The change that undoes this one, given that it changed every quad it names."""
        return Change(delete=self.insert, insert=self.delete)


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer of a query: ``kind`` is ``rows``, ``truth`` or ``triples``; only the field of that name is filled."""

    kind: str
    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    truth: bool | None = None
    triples: tuple[Triple, ...] = ()


class Store(Protocol):
    """A set of named graphs.  Queries see their union; the default graph stays empty."""

    def rows(self, name: str, terms: Mapping[str, Term] | None = None) -> list[Row]:
        """Rows of the SELECT query ``queries/<name>.rq`` with ``terms`` bound.  Unbound variables are absent."""
        ...

    def query(self, name: str, terms: Mapping[str, Term] | None = None) -> Answer:
        """Answer of the query ``queries/<name>.rq`` with ``terms`` bound."""
        ...

    def ask_text(self, sparql: str) -> Answer:
        """Answer of a SPARQL query given as text (from a person, never built from pieces)."""
        ...

    def apply(self, change: Change) -> None:
        """Carry out ``change`` as one transaction: all of it or nothing."""
        ...

    def load(self, path: Path, graph: NamedNode) -> None:
        """Load an N-Triples file into the empty graph ``graph``, all or nothing, in bounded memory."""
        ...

    def dump(self, graph: NamedNode | None = None) -> Iterator[Quad]:
        """Quads of one graph, or of all, in the store's order."""
        ...

    def flush(self) -> None:
        """Bring everything that was written to disk."""
        ...
