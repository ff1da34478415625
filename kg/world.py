"""The world's knowledge: a slice of a dump, staged, compared with what stands, and applied as one change.

Compare-and-apply holds the slice as a set of lines in memory (about 200 bytes a triple); the first load of a source
streams and does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from penchant.kg.ntriples import LABELS, Slice, kept
from penchant.kg.proposal import BadLine
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WorldReport:
    """What loading a dump did.

    Args:
        kept: statements of the slice.
        bad: lines that are no N-Triples.
        added: triples that are new in the graph.
        removed: triples that are not in the new version any more.
        relabelled: things whose labels changed.
        gone: things that the new version does not know any more.
        interests: interests of people in things that are gone.
    """

    kept: int
    bad: int
    added: int
    removed: int
    relabelled: int
    gone: int
    interests: int


def load_world(
    workspace: Workspace,
    path: Path,
    source: str,
    wanted: Slice,
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> WorldReport:
    """Bring the graph ``world/<source>`` to what the dump's slice says.

    The dump is read once and staged; a broken dump changes nothing.  Statements that ontology, catalogue or links make
    themselves are left out, so that no triple stands in two live graphs.

    Raises:
        SourceError: the dump cannot be read to its end.
    """
    graph = workspace.graphs.world(source)
    run = workspace.ledger.begin("world", str(path.name))
    staged = workspace.folder / "staging" / f"{source}.nt"
    staged.parent.mkdir(exist_ok=True)
    bad: list[BadLine] = []
    count = _stage(path, staged, wanted, bad, _own_lines(workspace), progress)
    with workspace.writing, workspace.ledger.transaction():
        for line in bad:
            workspace.ledger.bad_line(run, line)
    with workspace.writing:
        if workspace.store.contains_graph(graph):
            report = _update(workspace, run, staged, graph, count, len(bad))
        else:
            if count:
                workspace.ledger.pend_load(run, staged, graph)
                workspace.store.load(staged, graph)
            report = WorldReport(count, len(bad), count, 0, 0, 0, 0)
        workspace.checkpoint()
    staged.unlink(missing_ok=True)
    workspace.ledger.finish(run, note={"kept": report.kept, "added": report.added, "removed": report.removed})
    return report


def _stage(
    path: Path,
    staged: Path,
    wanted: Slice,
    bad: list[BadLine],
    own: set[bytes],
    progress: Callable[[int], None],
) -> int:
    """Write the slice's statements to ``staged``; how many lines that is."""
    count = 0
    draft = staged.with_suffix(".tmp")
    with draft.open("wb") as out:
        for _, line in kept(path, wanted, bad.append):
            if line in own:
                continue
            count += 1
            out.write(line + b"\n")
            if count % 100_000 == 0:
                progress(count)
    draft.replace(staged)
    progress(count)
    return count


def _own_lines(workspace: Workspace) -> set[bytes]:
    graphs = (workspace.graphs.catalogue, workspace.graphs.links, workspace.graphs.ontology)
    return {_line(q) for graph in graphs for q in workspace.store.dump(graph)}


def _update(workspace: Workspace, run: int, staged: Path, graph: NamedNode, count: int, bad: int) -> WorldReport:
    present = {_line(q) for q in workspace.store.dump(graph)}
    new = set(staged.read_bytes().splitlines())
    removed, added = sorted(present - new), sorted(new - present)
    subjects_before, subjects_after = _subjects(present), _subjects(new)
    gone = subjects_before - subjects_after
    labels = tuple(b"> <" + label + b"> " for label in LABELS)
    relabelled = {_subject(line) for line in (*removed, *added) if any(label in line for label in labels)}
    report = WorldReport(
        kept=count,
        bad=bad,
        added=len(added),
        removed=len(removed),
        relabelled=len(relabelled & subjects_before & subjects_after),
        gone=len(gone),
        interests=sum(_interests(workspace, thing) for thing in sorted(gone)),
    )
    workspace.commit(run, Change(_quads(removed, graph), _quads(added, graph)))
    return report


def _interests(workspace: Workspace, subject: bytes) -> int:
    rows = workspace.store.rows("world/interests_in", {"thing": NamedNode(subject.decode().strip("<>"))})
    return int(rows[0]["n"].value)  # type: ignore[union-attr]


def _line(quad: Quad) -> bytes:
    return f"{quad.subject} {quad.predicate} {quad.object} .".encode()


def _subject(line: bytes) -> bytes:
    return line[: line.index(b">") + 1]


def _subjects(lines: set[bytes]) -> set[bytes]:
    return {_subject(line) for line in lines}


def _quads(lines: list[bytes], graph: NamedNode) -> tuple[Quad, ...]:
    triples = ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    return tuple(Quad(t.subject, t.predicate, t.object, graph) for t in triples)
