"""What is known of a person at the moment of a case, by where it is known from: behaviour, own words, human labels.

Every profile is fused by the house's one formula from evidence with times, so that a case sees only what had been said
by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from penchant.kg import normalise
from penchant.kg.evidence import of_engagements, of_stance, stored_evidence
from penchant.kg.fusion import Evidence, fuse
from penchant.kg.own_graph import item_of, own_graph
from penchant.kg.records import Engagement
from penchant.ontology import terms
from penchant.recommend.reading import joined
from penchant.road.cases import Case, Label, RoadSet

if TYPE_CHECKING:
    from penchant.api import Penchant
    from penchant.kg.workspace import Workspace

#: Where a profile comes from: items that were named, what was read in the words, what human beings labelled.
NAMED: Final = "named"
READ: Final = "read"
LABELLED: Final = "labelled"
#: The behaviour that naming an item in a dialogue stands for, chosen on ReDial's development cases among view, click,
#: save and like: who names a film says more than who clicks on it.
NAMING: Final = "Save"
_LABEL: Final = "urn:penchant:label/"


@dataclass(frozen=True, slots=True)
class Known:
    """Evidence of one person, by where it is known from; each piece with its time.

    Args:
        read: what was read in their words.
        quotes: piece of ``read`` → the words quoted.
        labelled: what human beings labelled, at the time of the turn that it is known from.
        moments: time of each turn.
    """

    read: tuple[Evidence, ...]
    quotes: Mapping[str, str]
    labelled: tuple[Evidence, ...]
    moments: tuple[datetime, ...]


def known(door: Penchant, road: RoadSet, person: str) -> Known:
    """All evidence of a person of the cases, from the store and from the set's labels."""
    workspace = door.workspace
    own = own_graph(workspace, workspace.namer.person(person))
    read = stored_evidence(own, workspace.vocabulary, lambda thing: item_of(workspace.store, thing))
    quotes = {
        node.iri.value: said.value
        for node in own.nodes(terms.OBSERVATION)
        if isinstance(said := node.values.get(terms.QUOTE), Literal)
    }
    speaker = road.speakers[person]
    labelled = tuple(
        _of_label(workspace, at, label, thing, speaker.turns[max(label.turn - 1, 0)].at)
        for at, label in enumerate(speaker.labels)
        if (thing := label.thing or _linked(door, label.words))
    )
    return Known(tuple(read), quotes, labelled, tuple(turn.at for turn in speaker.turns))


def relinked(about: Known, things: Mapping[str, str]) -> Known:
    """What was read under ideal linking: words that are a name in ``things`` (normal form → IRI) mean that."""
    read = []
    for piece in about.read:
        wanted = things.get(normalise.take_apart(about.quotes.get(piece.iri.value, "")).form)
        read.append(replace(piece, about=NamedNode(wanted)) if wanted else piece)
    return replace(about, read=tuple(read))


def profile(workspace: Workspace, case: Case, about: Known, sources: Iterable[str]) -> dict[str, float]:
    """Thing → signed weight × confidence, from evidence of the sources; fusion leaves out what came later."""
    moment = about.moments[case.turns - 1]
    evidence: list[Evidence] = []
    wanted = set(sources)
    if NAMED in wanted:
        evidence += named_evidence(workspace, case.named, moment)
    if READ in wanted:
        evidence += about.read
    if LABELLED in wanted:
        evidence += about.labelled
    return weights(workspace, evidence, moment)


def weights(workspace: Workspace, evidence: Sequence[Evidence], moment: datetime) -> dict[str, float]:
    """Evidence fused, and the facets of each thing joined as the recommender joins them."""
    parts: dict[str, list[float]] = {}
    for one in fuse(evidence, workspace.vocabulary, moment):
        parts.setdefault(one.about.value, []).append(one.weight * one.confidence)
    return {thing: value for thing, values in sorted(parts.items()) if (value := joined(values))}


def named_evidence(workspace: Workspace, named: Sequence[str], moment: datetime) -> list[Evidence]:
    """Items that were named, as behaviour of the kind :data:`NAMING`, once for each time."""
    vocabulary = workspace.vocabulary
    kind = NamedNode(terms.PEN + NAMING)
    rows = [
        Engagement(
            iri=NamedNode(f"urn:penchant:named/{at}"),
            holder=NamedNode("urn:penchant:somebody"),
            about=NamedNode(item),
            kind=kind,
            count=count,
            first=moment,
            last=moment,
            value=None,
            sessions=1,
        )
        for at, (item, count) in enumerate(sorted(Counter(named).items()))
    ]
    return of_engagements(rows, vocabulary)


def _linked(door: Penchant, words: str) -> str | None:
    """What the words of a label mean; they stand alone, so they are linked without a sentence around them."""
    _, linker = door.extractor()
    return linker.link(words, words, 0, len(words)).link


def _of_label(workspace: Workspace, at: int, label: Label, thing: str, moment: datetime) -> Evidence:
    stance = workspace.vocabulary.stance(label.stance)
    return of_stance(
        stance, iri=NamedNode(f"{_LABEL}{at}"), about=NamedNode(thing), strength=1.0, quality=1.0, at=moment
    )
