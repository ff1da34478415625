"""From a road set to arrays: a workspace filled and read, its graph, and what is known of the person of each case."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from penchant import api
from penchant.extract.language_model import LanguageModel
from penchant.extract.remembered_replies import RememberedReplies
from penchant.kg import normalise
from penchant.recommend.members.linear import rows
from penchant.recommend.reading import read_graph
from penchant.road import fill, profiles
from penchant.road.cases import RoadSet
from penchant.road.item_texts import content_member
from penchant.road.profiles import NAMED, READ, Known
from penchant.road.table import ROWS

if TYPE_CHECKING:
    import scipy.sparse as sp

    from penchant.recommend.interest_graph import InterestGraph
    from penchant.recommend.members.content import ContentMember

Progress = Callable[[str], None]

#: What is kept in the working folder.
WORKSPACE: Final = "workspace"
REPLIES: Final = "replies.jsonl"
_FILLED: Final = "filled"
_TEXTS: Final = "item_texts.safetensors"


@dataclass(slots=True)
class Clock:
    """Seconds by part."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Add what the block takes to ``name``."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - started, 1)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What rankings are made from.

    Args:
        graph: items, world, and the interests of people who are in no case.
        people: sources → shape (cases, things), what is known of each case's person.
        ideal: the same from behaviour and words, had all words been linked as the labels are.
        content: what is written about the items, as a member.
    """

    graph: InterestGraph
    people: Mapping[tuple[str, ...], sp.csr_matrix]
    ideal: sp.csr_matrix
    content: ContentMember


def gather(
    road: RoadSet,
    place: Path,
    reader: Callable[[], LanguageModel],
    *,
    clock: Clock | None = None,
    progress: Progress = lambda _: None,
) -> Knowledge:
    """Fill a workspace in ``place``, read everybody's words, and work out what is known.

    What was done before in the same folder is not done again: workspace, replies of the reader, encoded texts.

    Raises:
        ModelError: reader or encoder cannot be loaded or asked.
    """
    clock = clock or Clock()
    with _workspace(road, place, clock, progress) as door:
        with clock.time("read"):
            progress("loading the reader")
            door.read_with(RememberedReplies(reader(), place / REPLIES))
            fill.listen(door, road, progress=lambda count: progress(f"{count:,} turns read"))
        with clock.time("graph"):
            progress("reading the graph")
            graph = read_graph(door.workspace.store)
        with clock.time("profiles"):
            about = {person: profiles.known(door, road, person) for person in road.speakers}
            people = {
                sources: _known(door, road, about, sources, graph)
                for sources in dict.fromkeys(row.sources for row in ROWS.values())
            }
            names = _names(road)
            better = {person: profiles.relinked(one, _called(one, names)) for person, one in about.items()}
            ideal = _known(door, road, better, (NAMED, READ), graph)
        with clock.time("item texts"):
            content = content_member(
                door,
                road,
                graph,
                place / _TEXTS,
                progress=lambda done, all: progress(f"{done:,} of {all:,} texts about items encoded"),
            )
    return Knowledge(graph, people, ideal, content)


def _workspace(road: RoadSet, place: Path, clock: Clock, progress: Progress) -> api.Penchant:
    folder, done = place / WORKSPACE, place / _FILLED
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)  # half filled, by a run that was interrupted
        with clock.time("fill"), api.create(folder, plain_ids=True) as door:
            progress("filling the workspace")
            fill.fill(door, road, place / "files")
        done.touch()
    return api.open(folder)


def _known(
    door: api.Penchant, road: RoadSet, about: Mapping[str, Known], sources: tuple[str, ...], graph: InterestGraph
) -> sp.csr_matrix:
    known = (profiles.profile(door.workspace, case, about[case.person], sources) for case in road.cases)
    return rows(known, graph.things)


def _names(road: RoadSet) -> dict[str, tuple[str, ...]]:
    return {**road.names, **{str(item.iri): (item.label, *item.alt_labels) for item in road.items}}


def _called(about: Known, names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Normal names of what the labels of a person are about → the thing."""
    things = [piece.about.value for piece in about.labelled]
    return {normalise.take_apart(name).form: thing for thing in things for name in names.get(thing, ())}
