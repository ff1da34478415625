"""How a person's interests went: at every moment at which they showed something of a thing, what it added up to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import NamedNode

from penchant.kg.fusion import fuse
from penchant.kg.literals import kept
from penchant.kg.merges import identifiers
from penchant.kg.own_graph import item_of, own_graph
from penchant.kg.person_past import past
from penchant.kg.person_pieces import Piece, Pieces
from penchant.kg.records import Engagement
from penchant.kg.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Point:
    """An interest at one moment, seen from that moment, and the evidence of that moment, which moved it there."""

    at: datetime
    stance: NamedNode
    weight: float
    confidence: float
    conflict: float
    support: int
    moved_by: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """One interest over time, oldest point first."""

    about: NamedNode
    facet: NamedNode
    points: tuple[Point, ...]


def history(workspace: Workspace, person: NamedNode, about: NamedNode | None = None) -> list[Course]:
    """Each interest of the human being that ``person`` is over time, or only those in ``about``; sorted by thing.

    It is what is known today of then: an event that was taken back, or a reading that a newer one has replaced, is
    not in it.
    """
    graphs = [own_graph(workspace, one) for one in identifiers(workspace, person)]
    known, pieces = past(workspace, graphs), Pieces(workspace, graphs)
    only = None if about is None else item_of(workspace.store, about) or about
    points: dict[tuple[str, str], list[Point]] = defaultdict(list)
    names: dict[str, NamedNode] = {}
    rated: dict[NamedNode, Engagement] = {}
    for moment in known.moments():
        moved = known.moved(moment)
        shown = {row.iri: row for row in known.engagements(moment, moved)}
        # A rating speaks by what this person usually gives, so that all of them have to be looked at.
        rated |= {iri: row for iri, row in shown.items() if row.value is not None}
        if only is not None:
            moved &= {only}
        done = {**rated, **shown}
        evidence = [e for e in known.evidence(moment, done.values()) if e.about in moved]
        for fused in fuse(evidence, workspace.vocabulary, moment):
            new = [e for e in evidence if e.at == moment and e.iri in fused.sources]
            if not new:
                continue
            names |= {fused.about.value: fused.about, fused.facet.value: fused.facet}
            points[fused.about.value, fused.facet.value].append(
                Point(
                    at=moment,
                    stance=fused.stance,
                    weight=kept(fused.weight),
                    confidence=kept(fused.confidence),
                    conflict=kept(fused.conflict),
                    support=fused.support,
                    moved_by=tuple(pieces.piece(e, moment, done) for e in sorted(new, key=lambda e: e.iri.value)),
                )
            )
    return [Course(names[key[0]], names[key[1]], tuple(points[key])) for key in sorted(points)]
