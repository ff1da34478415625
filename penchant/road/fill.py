"""A road set into a workspace, through the doors that everybody uses: items, world, behaviour, texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from penchant.kg.proposal import TextRecord
from penchant.ontology import terms
from penchant.road.cases import RoadSet, Speaker

if TYPE_CHECKING:
    from penchant.api import Penchant

Progress = Callable[[int], None]

#: Name of the world graph.
SOURCE: Final = "road"
#: When the deeds of others were done: the sets give no times, so none has faded beside another.
DONE_AT: Final = datetime(2018, 1, 1, tzinfo=UTC)
#: What a deed is written down as, by whether it was liked.
KINDS: Final = {True: "Like", False: "Dislike", None: "Click"}
_KIND_OF_THING: Final = "urn:kind/"


def fill(door: Penchant, road: RoadSet, folder: Path) -> None:
    """Load catalogue, world and other people's deeds, each as a file that anybody could have handed in.

    Args:
        door: an empty workspace.
        road: what to load.
        folder: where the files are written; they are left there to be looked at.
    """
    folder.mkdir(parents=True, exist_ok=True)
    items, world, events = folder / "items.jsonl", folder / "world.nt", folder / "events.jsonl"
    with items.open("w", encoding="utf-8") as out:
        for item in road.items:
            row = {"id": item.id, "label": item.label, "iri": item.iri, "alt_labels": list(item.alt_labels)}
            out.write(json.dumps({key: value for key, value in row.items() if value}) + "\n")
    world.write_bytes(serialize(triples(road), format=RdfFormat.N_TRIPLES) or b"")
    with events.open("w", encoding="utf-8") as out:
        for deed in road.deeds:
            row = {"person": deed.person, "item": deed.item, "kind": KINDS[deed.liked], "at": DONE_AT.isoformat()}
            out.write(json.dumps(row) + "\n")
    door.add_items(items)
    if road.facts:
        door.load_world(world, SOURCE)
    if road.deeds:
        door.add_events(events)


def triples(road: RoadSet) -> Iterator[Triple]:
    """Facts, names and kinds of the world as RDF, in a fixed order."""
    for head, relation, tail in road.facts:
        yield Triple(NamedNode(head), NamedNode(relation), NamedNode(tail))
    for thing, kind in sorted(road.kinds.items()):
        yield Triple(NamedNode(thing), terms.TYPE, NamedNode(_KIND_OF_THING + kind))
    for thing, names in sorted(road.names.items()):
        for at, name in enumerate(names):
            named_by = terms.PREF_LABEL if at == 0 else terms.ALT_LABEL
            yield Triple(NamedNode(thing), named_by, Literal(name, language="en"))


def listen(door: Penchant, road: RoadSet, *, progress: Progress = lambda _: None) -> None:
    """Read what everybody wrote.  The people of the cases refuse training: nothing is learned from who is asked about.

    A text that was read before costs nothing, so this can be interrupted.
    """
    for person in sorted(road.speakers):
        door.people.consent(person, refuse=["train"])
    everybody = [*road.teachers.values(), *road.speakers.values()]
    door.add_texts([record for speaker in everybody for record in texts(speaker)], progress=progress)


def texts(speaker: Speaker) -> Iterator[TextRecord]:
    """The person's own turns, each with the turn before."""
    for at, turn in enumerate(speaker.turns):
        if turn.own and turn.text.strip():
            before = speaker.turns[at - 1].text.strip() if at else ""
            yield TextRecord(
                person=speaker.person,
                text=turn.text.strip(),
                at=turn.at,
                source="road",
                line=at + 1,
                id=f"{speaker.person}/{at}",
                context=before or None,
            )
