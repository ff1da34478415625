"""What must hold of a workspace whose process was killed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crash_operations import FORGOTTEN, people, reading
from penchant import api
from penchant.kg import compact, event_log
from penchant.kg import forget as kg_forget
from penchant.kg.backup import snapshots, verify
from penchant.kg.fuse_all import fuse_all
from penchant.kg.own_graph import own_graph
from penchant.kg.refusals import refusal
from penchant.kg.write_texts import text_iri
from penchant.ontology import terms as t


@dataclass(frozen=True, slots=True)
class Expected:
    """The graph before and after the operation, as sorted lines."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def graph_lines(folder: Path) -> list[str]:
    """The whole graph, sorted."""
    with api.open(folder) as p:
        return _lines(p)


def _lines(p: api.Penchant) -> list[str]:
    """The whole graph, sorted; a run that was killed and begun again has another number."""
    return sorted(re.sub(r"/run/\d+>", "/run/>", str(quad)) for quad in p.workspace.store.dump())


def aftermath(name: str, folder: Path, acknowledged: list[str], expected: Expected) -> Iterator[str]:
    """What is wrong after a kill, in words."""
    with api.open(folder) as p:
        yield from (f"{f.where} breaks “{f.rule}”: {f.found}" for f in p.check())
        yield from _readings(p)
        if stale := p.workspace.ledger.stale_people():
            yield f"interests of {len(stale)} people are behind the event log after opening"
        if name == "fuse":
            yield from _per_person(p, expected)
        elif (report := fuse_all(p.workspace, dry_run=True)).changed:
            yield f"interests of {report.changed} people are not what their evidence fuses to"
        if name == "apply" and tuple(_lines(p)) not in (expected.before, expected.after):
            yield "the ontology is applied by half"
        if name == "forget":
            yield from _forgotten(p, acknowledged, expected)
        yield from _lost(p, name, acknowledged, expected)


def _readings(p: api.Penchant) -> Iterator[str]:
    """Each text's observations are in the graph, all of them, and no others."""
    w = p.workspace
    wanted: dict[str, set[str]] = defaultdict(set)
    sql = (
        "SELECT t.iri, m.observation FROM texts t JOIN mentions m ON m.text = t.id WHERE t.status = 'read'"
        " AND t.superseded = 0 AND m.status = 'accepted' AND m.observation IS NOT NULL"
    )
    for text, observation in w.ledger.connection.execute(sql):
        wanted[text].add(observation)
    stored: dict[str, set[str]] = defaultdict(set)
    for quad in w.store.quads(predicate=t.IN_TEXT):
        stored[quad.object.value].add(quad.subject.value)  # type: ignore[union-attr]
    for text in sorted(wanted.keys() | stored.keys()):
        if wanted[text] != stored[text]:
            yield f"{text}: {len(stored[text])} observations in the graph, {len(wanted[text])} in the ledger"


def _per_person(p: api.Penchant, expected: Expected) -> Iterator[str]:
    """Each person's interests are those of before or those of after."""
    before, after = set(expected.before), set(expected.after)
    for id in people():
        lines = {str(q) for q in own_graph(p.workspace, p.workspace.namer.person(id)).derived()}
        graph = str(p.workspace.graphs.user(p.workspace.namer.person(id)))
        if lines - after or (lines and {q for q in after - before if q.endswith(f"{graph}")} - lines):
            yield f"{id}: interests are there by half"


def _forgotten(p: api.Penchant, acknowledged: list[str], expected: Expected) -> Iterator[str]:
    """Each person is wholly there or not at all; who was acknowledged is not."""
    w, everything = p.workspace, _lines(p)
    for id in FORGOTTEN:
        person = w.namer.person(id)
        graph = f" {w.graphs.user(person)}"
        lines = {line for line in everything if line.endswith(graph)}
        if kg_forget.knows(w, person, id) or lines:
            if f"forgot {id}" in acknowledged:
                yield f"{id} was forgotten, and is there"
            if lines != {line for line in expected.before if line.endswith(graph)}:
                yield f"{id} is there by half"
            continue
        # The store is rewritten for every second one, and of whom waits for that only its files may still speak.
        spoken = re.compile(re.escape(person.value).encode() + rb"(?![0-9])")
        places = [path for path in w.folder.rglob("*") if path.is_file() and spoken.search(path.read_bytes())]
        if compact.is_due(w):
            places = [path for path in places if path.parent != w.folder / "store"]
        if places:
            yield f"{id} was forgotten, and is spoken of in {places[0].relative_to(w.folder)}"
        if any(row.person == id for row in event_log.scan(w.folder / "events")):
            yield f"{id} was forgotten, and did something"


def _lost(p: api.Penchant, name: str, acknowledged: list[str], expected: Expected) -> Iterator[str]:
    w = p.workspace
    stored: set[str] | None = None
    for what in acknowledged:
        kind, _, which = what.partition(" ")
        if kind == "text":
            for number in range(int(which), int(which) + 4):
                if not w.ledger.knows_text(text_iri(w, reading(number).record), "model 2"):
                    yield f"acknowledged text {number} is lost"
        elif kind == "events":
            rows = w.ledger.connection.execute(
                "SELECT count(*) FROM runs WHERE kind = 'events' AND source = ? AND finished IS NOT NULL",
                (f"events{which}.csv",),
            ).fetchone()[0]
            if not rows:
                yield f"acknowledged events {which} are lost"
        elif kind == "replayed":
            if refusal(w.ledger.connection, which).state != "replayed":
                yield f"{which} was tried again, and waits"
        elif kind == "backup":
            if Path(which) not in snapshots(w.folder):
                yield f"acknowledged backup {which} is lost"
        elif kind in ("fused", "applied"):
            stored = stored or set(_lines(p))
            if stored != set(expected.after):
                yield f"{name} was acknowledged, and is not in the graph"
    for snapshot in snapshots(w.folder):
        yield from (f"{snapshot}: {words}" for words in verify(snapshot))
