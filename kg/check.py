"""Is the workspace sound?  Each rule that the house plan states about the store, asked of the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad

from penchant.kg.gate_repairs import Repair, suggest
from penchant.kg.workspace import Workspace

#: Quads that the gate looks at together.
QUADS_AT_ONCE: Final = 100_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    rule: str
    where: str
    found: str


def check(workspace: Workspace) -> list[Finding]:
    """What is not sound; empty when all is."""
    return [
        *_graph_names(workspace),
        *_ontology(workspace),
        *_rows(workspace, "check/triples_in_two_graphs", "no triple stands in two live graphs", "one"),
        *_rows(workspace, "check/shortcut_without_interest", "every shortcut has its interest", "person"),
        *_rows(workspace, "check/evidence_missing", "every interest's evidence is in the graph", "interest"),
        *_shapes(workspace),
        *(Finding("the ledger balances", where, words) for where, words in workspace.ledger.unbalanced()),
    ]


def graph_sizes(workspace: Workspace) -> dict[str, int]:
    """Triples per live graph, people's graphs summed as ``user/*``."""
    sizes: dict[str, int] = {}
    for row in workspace.store.rows("check/graphs"):
        graph, triples = row["graph"], row["triples"]
        assert isinstance(graph, NamedNode)
        name = graph.value.removeprefix(workspace.graphs.base)
        name = "user/*" if name.startswith("user/") else name
        sizes[name] = sizes.get(name, 0) + int(triples.value)  # type: ignore[union-attr]
    return dict(sorted(sizes.items()))


def _graph_names(workspace: Workspace) -> list[Finding]:
    names = [row["graph"].value for row in workspace.store.rows("check/graphs")]  # type: ignore[union-attr]
    return [
        Finding("only live graphs are in the store", name, "a graph of another name")
        for name in names
        if not workspace.graphs.is_live(name)
    ]


def _ontology(workspace: Workspace) -> list[Finding]:
    graph = workspace.graphs.ontology
    present, wanted = set(workspace.store.dump(graph)), workspace.ontology.quads(graph)
    if present == wanted:
        return []
    words = f"{len(present - wanted)} quads too many, {len(wanted - present)} missing"
    return [Finding("the graph holds the ontology in force", graph.value, words)]


def _rows(workspace: Workspace, query: str, rule: str, subject: str) -> list[Finding]:
    return [
        Finding(rule, str(row[subject]), ", ".join(f"{name} {term}" for name, term in row.items() if name != subject))
        for row in workspace.store.rows(query)
    ]


def _shapes(workspace: Workspace) -> list[Finding]:
    """What the shapes say, graph by graph: each node stands in one, and memory holds a few graphs at a time."""
    graphs = workspace.graphs
    foreign = (graphs.ontology.value, graphs.world("").value)
    found: list[Finding] = []
    batch: list[Quad] = []
    for row in workspace.store.rows("check/graphs"):
        graph = row["graph"]
        assert isinstance(graph, NamedNode)
        if not graph.value.startswith(foreign):
            batch.extend(workspace.store.dump(graph))
        if len(batch) >= QUADS_AT_ONCE:
            found += _shaped(workspace, batch)
            batch = []
    return found + _shaped(workspace, batch)


def _shaped(workspace: Workspace, quads: list[Quad]) -> list[Finding]:
    violations = workspace.gate.check(quads)
    own: dict[str, list[Quad]] = {violation.node: [] for violation in violations}
    for quad in quads if own else ():
        subject = quad.subject
        if isinstance(subject, NamedNode | BlankNode) and subject.value in own:
            own[subject.value].append(quad)
    return [
        Finding(f"the shapes hold ({v.severity})", v.node, v.reason + _advice(suggest(v, own[v.node])))
        for v in violations
    ]


def _advice(repair: Repair | None) -> str:
    return f" ({repair.description_en})" if repair else ""
