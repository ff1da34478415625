"""From a person's evidence to the quads of their interests, as the change that brings the graph up to date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from pyoxigraph import NamedNode, Quad

from penchant.kg.changes import difference
from penchant.kg.evidence import of_engagements, stored_engagements, stored_evidence
from penchant.kg.fusion import Evidence, fuse
from penchant.kg.merges import identifiers
from penchant.kg.own_graph import OwnGraph, item_of, own_graph
from penchant.kg.records import Engagement, interest_quads
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace


@dataclass(frozen=True, slots=True)
class News:
    """What is about to change in a person's evidence, under any of their identifiers.

    Args:
        gone: evidence that is taken away or stands among the new with other numbers.
        evidence: new observations, corrections and inferences.
        engagements: new engagements, about the items that their things are.
    """

    gone: frozenset[NamedNode] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    engagements: tuple[Engagement, ...] = ()


def evidence_of(workspace: Workspace, person: NamedNode, news: News | None = None) -> list[Evidence]:
    """All evidence of the human being that ``person`` is, as the store holds it and as ``news`` changes it."""
    return _evidence(workspace, [own_graph(workspace, one) for one in identifiers(workspace, person)], news or News())


def _evidence(workspace: Workspace, graphs: Iterable[OwnGraph], news: News) -> list[Evidence]:
    items: dict[NamedNode, NamedNode | None] = {}

    def item(thing: NamedNode) -> NamedNode | None:
        if thing not in items:
            items[thing] = item_of(workspace.store, thing)
        return items[thing]

    vocabulary = workspace.vocabulary
    every = list(graphs)
    found = (e for own in every for e in stored_evidence(own, vocabulary, item))
    done = (e for own in every for e in stored_engagements(own, item) if e.iri not in news.gone)
    return [
        *(e for e in found if e.iri not in news.gone),
        *news.evidence,
        *of_engagements([*done, *news.engagements], vocabulary),
    ]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A change of one person's graph, with all quads of the nodes it touches, for the gate to look at."""

    change: Change
    nodes: tuple[Quad, ...]


def rewrite_interests(
    workspace: Workspace,
    person: NamedNode,
    news: News | None = None,
    as_of: datetime | None = None,
    *,
    under: Sequence[NamedNode] = (),
) -> Rewrite:
    """What brings the interests of the human being that ``person`` is to what their evidence adds up to.

    Interests stand with the whole person; what stands with others that were merged into them is taken away.

    Args:
        workspace: where they stand.
        person: under any identifier.
        news: what is about to change in their evidence; it must be all that is written in the same change.
        as_of: the moment to look from; the newest evidence unless given.
        under: all identifiers, the whole person first, where merging is about to change them.
    """
    graphs = [own_graph(workspace, one) for one in under or identifiers(workspace, person)]
    whole = graphs[0].person
    graph = workspace.graphs.user(whole)
    wanted: set[Quad] = set()
    for fused in fuse(_evidence(workspace, graphs, news or News()), workspace.vocabulary, as_of):
        iri = workspace.namer.interest(whole, fused.about, fused.facet)
        wanted.update(interest_quads(iri, whole, fused, workspace.vocabulary, graph))
    present = {quad for own in graphs for quad in own.derived()}
    change = difference(present, wanted)
    touched = {q.subject for q in change.insert}
    return Rewrite(change, tuple(q for q in wanted if q.subject in touched))


def join(rewrites: Iterable[Rewrite]) -> Rewrite:
    """Several rewrites as one."""
    every = list(rewrites)
    return Rewrite(
        Change(
            tuple(chain.from_iterable(r.change.delete for r in every)),
            tuple(chain.from_iterable(r.change.insert for r in every)),
        ),
        tuple(chain.from_iterable(r.nodes for r in every)),
    )
