"""The embedded store: Oxigraph in this process, in memory or on disk."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad

from penchant.errors import QueryError, SourceError, StoreError, WorkspaceError
from penchant.kg.store import Answer, Change, Row, Term
from penchant.queries import loader

#: From so many quads on, an insertion goes around the store's log into files of its own, as one transaction: a third
#: of the bytes, in less than half of the time.  Smaller ones would leave too many files.
BULK_FROM: Final = 5_000

_LOCKED = ("lock file", "LOCK", "lock hold")


class EmbeddedStore:
    """Oxigraph through pyoxigraph.  One process owns a folder; threads may share the object.

    Reads never block.  Writes are serialised here, because Oxigraph does not detect every write conflict.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._writing = threading.Lock()

    @classmethod
    def memory(cls) -> EmbeddedStore:
        """An empty store that lives as long as the object."""
        return cls(ox.Store())

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """The store in ``folder``, made if it is not there.

        Raises:
            WorkspaceError: another process has it open.
            StoreError: it cannot be read.
        """
        try:
            return cls(ox.Store(str(folder)))
        except (OSError, RuntimeError) as error:
            if any(word in str(error) for word in _LOCKED):
                raise WorkspaceError(
                    "the store is open in another process",
                    expected="one process at a time",
                    where=str(folder),
                    remedy="Close the other one, or wait for it to end",
                ) from error
            raise StoreError(f"the store cannot be opened ({error})", where=str(folder)) from error

    def rows(self, name: str, terms: Mapping[str, Term] | None = None) -> list[Row]:
        """Rows of the SELECT query ``queries/<name>.rq``; see :class:`penchant.kg.store.Store`."""
        answer = self.query(name, terms)
        if answer.kind != "rows":
            raise QueryError("it is no SELECT query", expected="SELECT", where=f"query {name}")
        return list(answer.rows)

    def query(self, name: str, terms: Mapping[str, Term] | None = None) -> Answer:
        """Answer of the query ``queries/<name>.rq``; see :class:`penchant.kg.store.Store`."""
        return self._run(loader.bind(loader.load(name), terms), where=f"query {name}")

    def ask_text(self, sparql: str) -> Answer:
        """Answer of a SPARQL query given as text; see :class:`penchant.kg.store.Store`."""
        return self._run(sparql, where="query")

    def _run(self, text: str, where: str) -> Answer:
        try:
            result = self._store.query(text, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise QueryError(f"it is not SPARQL ({error})", where=where, remedy="Correct it there") from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"it cannot be answered ({error})", where=where) from error
        if isinstance(result, ox.QueryBoolean):
            return Answer("truth", truth=bool(result))
        if isinstance(result, ox.QueryTriples):
            return Answer("triples", triples=tuple(result))
        variables = [v.value for v in result.variables]
        rows = tuple(
            {name: value for name, value in zip(variables, solution, strict=True) if value is not None}
            for solution in result
        )
        return Answer("rows", variables=tuple(variables), rows=rows)

    def apply(self, change: Change) -> None:
        """Carry out ``change`` as one SPARQL update, which Oxigraph commits as one transaction."""
        if not change.delete:
            return self._insert(change.insert)
        parts = [f"DELETE DATA {{{_data(change.delete)}}}"]
        if change.insert:
            parts.append(f"INSERT DATA {{{_data(change.insert)}}}")
        with self._writing:
            try:
                self._store.update(" ;\n".join(parts))
            except (OSError, RuntimeError, SyntaxError) as error:
                raise StoreError(f"the change was not written ({error})", remedy="Nothing of it is stored") from error

    def _insert(self, quads: tuple[Quad, ...]) -> None:
        with self._writing:
            try:
                if len(quads) < BULK_FROM:
                    self._store.extend(quads)
                else:
                    self._store.bulk_extend(quads)
            except OSError as error:
                raise StoreError(f"the change was not written ({error})", remedy="Nothing of it is stored") from error

    def load(self, path: Path, graph: NamedNode) -> None:
        """Bulk-load N-Triples into the empty graph ``graph``; all or nothing."""
        if self.contains_graph(graph):
            raise StoreError("the graph holds triples already", expected="an empty graph", where=graph.value)
        with self._writing:
            try:
                self._store.bulk_load(path=str(path), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
            except (SyntaxError, OSError) as error:
                raise SourceError(f"it is not N-Triples ({error})", where=str(path)) from error

    def contains_graph(self, graph: NamedNode) -> bool:
        """Whether ``graph`` holds a triple."""
        return next(self._store.quads_for_pattern(None, None, None, graph), None) is not None

    def dump(self, graph: NamedNode | None = None) -> Iterator[Quad]:
        """Quads of ``graph``, or of all graphs."""
        return self._store.quads_for_pattern(None, None, None, graph)

    def quads(
        self,
        *,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | Literal | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """Quads with these terms in these places."""
        return self._store.quads_for_pattern(subject, predicate, object, graph)

    def same_triple(self, quad: Quad) -> Iterator[Quad]:
        """Quads of any graph that state the triple of ``quad``."""
        return self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)

    def naming(self, term: NamedNode) -> Iterator[Quad]:
        """Quads that name ``term`` as subject, property or object; one that does so twice comes twice."""
        yield from self._store.quads_for_pattern(term, None, None, None)
        yield from self._store.quads_for_pattern(None, term, None, None)
        yield from self._store.quads_for_pattern(None, None, term, None)

    def flush(self) -> None:
        """Bring everything that was written to disk."""
        self._store.flush()

    def close(self) -> None:
        """Let go of the folder, so that another process can open it; the object cannot be used any more."""
        self._store.flush()
        del self._store

    def backup(self, folder: Path) -> None:
        """A copy of a disk store at this moment, made of hard links; ``folder`` must not exist."""
        if folder.exists():
            shutil.rmtree(folder)
        self._store.backup(str(folder))

    def remove_graph(self, graph: NamedNode) -> None:
        """Take out ``graph`` with all its quads, as one transaction; nothing happens where there is none."""
        with self._writing:
            try:
                self._store.remove_graph(graph)
            except OSError as error:
                raise StoreError(f"the graph was not removed ({error})", where=graph.value) from error

    def copy(self, folder: Path) -> int:
        """Write every quad into a new store in ``folder``, which shares no file with this one; how many there are."""
        with self._writing:
            try:
                new = ox.Store(str(folder))
                new.bulk_extend(self._store.quads_for_pattern(None, None, None, None))
                new.flush()
                return len(new)
            except (OSError, RuntimeError) as error:
                raise StoreError(f"the store cannot be copied ({error})", where=str(folder)) from error

    def reopen(self, folder: Path, between: Callable[[], None]) -> None:
        """Let go of the folder, do ``between``, and go on with the store in ``folder``."""
        with self._writing:
            self._store.flush()
            del self._store
            try:
                between()
            finally:
                self._store = ox.Store(str(folder))


def as_stored(quads: Iterable[Quad]) -> set[Quad]:
    """Quads as a store gives them back: Oxigraph keeps numbers and times by value (``90.0`` becomes ``90``)."""
    memory = ox.Store()
    memory.extend(quads)
    return set(memory)


def _data(quads: Iterable[Quad]) -> str:
    """``GRAPH`` blocks of an update; the terms write themselves in N-Triples, so nothing can leave its place."""
    by_graph: dict[str, list[str]] = {}
    for quad in quads:
        by_graph.setdefault(str(quad.graph_name), []).append(f"{quad.subject} {quad.predicate} {quad.object} .")
    return "\n".join(f"GRAPH {graph} {{\n{chr(10).join(lines)}\n}}" for graph, lines in by_graph.items())
