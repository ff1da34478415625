"""Concept vectors for a road: of items and concepts of its graph, with the descriptions that the set has of items."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from penchant.kg.thing_texts import ThingTexts, read_texts
from penchant.road.cases import RoadSet
from penchant.vectors_build import build

if TYPE_CHECKING:
    from penchant.api import Penchant
    from penchant.recommend.interest_graph import InterestGraph
    from penchant.recommend.members.content import ContentMember

Progress = Callable[[int, int], None]


def texts(door: Penchant, road: RoadSet, graph: InterestGraph) -> ThingTexts:
    """Names of all things of the graph; of items also what the world says, and the set's description."""
    everything = read_texts(door.workspace.store, door.workspace.graphs.base)
    place = {iri: at for at, iri in enumerate(everything.things)}

    def of(view: str, iri: str) -> str:
        return everything.views[view][place[iri]] if iri in place else ""

    items = set(graph.items)
    return ThingTexts(
        graph.things,
        graph.n_items,
        {
            "names": tuple(of("names", iri) for iri in graph.things),
            "facts": tuple(of("facts", iri) if iri in items else "" for iri in graph.things),
            "description": tuple(road.descriptions.get(iri, "") for iri in graph.things),
        },
    )


def content_member(
    door: Penchant, road: RoadSet, graph: InterestGraph, file: Path, *, progress: Progress = lambda _, __: None
) -> ContentMember:
    """The content member over these texts; what was encoded before is not encoded again.

    Raises:
        ModelError: the encoder cannot be fetched or loaded.
    """
    from penchant.models import encoder
    from penchant.settings import ReadingSettings

    maker = encoder(ReadingSettings(encoder=True))
    assert maker is not None
    vectors, _ = build(texts(door, road, graph), maker, file, progress=progress)
    return vectors.member(graph.things, graph.n_items)
