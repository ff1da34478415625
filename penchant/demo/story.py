"""The demo's story, told on the screen while it happens.  Nothing in it is picked by hand: it shows what comes."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, serialize
from rich.console import Console
from rich.table import Table
from rich.text import Text

from penchant.api import Penchant, create
from penchant.errors import WorkspaceError
from penchant.kg.ledger_entries import TextEntry
from penchant.ontology.terms import PREFIXES
from penchant.reading import TextsReport

if TYPE_CHECKING:
    from penchant.recommend.rank import Recommendations

DATA = Path(__file__).resolve().parent / "data"
BASE_IRI = "https://demo.penchant.example/"
_MARK = "demo"


def tell(folder: Path, out: Console) -> None:
    """Make the demo's workspace in ``folder``, anew if it is there from an earlier demo, and tell the story.

    Raises:
        WorkspaceError: there is something else in the folder.
    """
    _clear(folder)
    story = json.loads((DATA / "story.json").read_text(encoding="utf-8"))
    hero = story["person"]
    started = time.perf_counter()
    with create(folder, base_iri=BASE_IRI, plain_ids=True) as p:
        (folder / _MARK).touch()
        _world(p, out)
        _behaviour(p, out)
        _texts(p, out, hero)
        _triples(p, out, hero)
        _train(p, out)
        before = _recommendations(p, out, hero)
        _one_more_sentence(p, out, hero, story["sentence"], datetime.fromisoformat(story["at"]), before)
        findings = p.check()
        out.rule("The end")
        out.print(f"penchant check: {findings or 'sound'}")
    out.print(f"All of it took {time.perf_counter() - started:.0f} s.  The workspace is {folder}; go on with, say:")
    for command in (
        f"recommend {hero} --why",
        "queries",
        f"person show {hero}",
        f"query person/observations --set person={hero}",
        f"export --person {hero} {hero}.ttl",
        "ledger list",
    ):
        out.print(f"  .venv/bin/penchant -w {folder} {command}", markup=False)


def _world(p: Penchant, out: Console) -> None:
    out.rule("1  A shop's items, and what the world knows about them")
    with _timed(out, "items"):
        items = p.add_items(DATA / "items.jsonl")
    with _timed(out, "Wikidata slice"):
        world = p.load_world(DATA / "world.nt.gz", "wikidata")
    graphs = p.status()["graphs"]
    assert isinstance(graphs, dict)
    out.print(f"{items.written} items; {world.added:,} triples of Wikidata merged into world/wikidata;")
    out.print(f"{graphs['derived']:,} links item → concept follow from both and are kept in derived.")


def _behaviour(p: Penchant, out: Console) -> None:
    out.rule("2  What 40 people did")
    with _timed(out, "events → engagements → interests"):
        report = p.add_events(DATA / "events.csv")
    out.print(f"{report.lines} lines = {report.written} events + {report.rejected} rejected + {report.bad_lines} bad")
    for refusal in p.workspace.ledger.refusals(report.run):
        out.print(f"  line {refusal.line}: {refusal.reason}", markup=False, style="yellow")


def _texts(p: Penchant, out: Console, hero: str) -> None:
    out.rule("3  What they wrote, read by a language model")
    p.extractor()
    with _timed(out, "texts → observations → interests"):
        report = p.add_texts(DATA / "texts.jsonl")
    with _timed(out, "a second file, partly broken"):
        broken = p.add_texts(DATA / "bad_lines.jsonl")
    for entry in (*report.entries, *broken.entries):
        if entry.record.person == hero:
            _understood(out, p, entry)
    for name, one in (("texts.jsonl", report), ("bad_lines.jsonl", broken)):
        _account(out, name, one)
    out.print("What was refused, and why:")
    for run in (report.run, broken.run):
        for refusal in p.workspace.ledger.refusals(run, 8):
            out.print(
                f"  {refusal.id}  {refusal.source}:{refusal.line}: {refusal.reason}  | {refusal.raw[:60]}",
                markup=False,
                style="yellow",
            )


def _understood(out: Console, p: Penchant, entry: TextEntry) -> None:
    out.print(f"{entry.record.person}, {entry.record.at:%d %b}: “{entry.record.text}”", markup=False, style="bold")
    for verdict in entry.verdicts:
        said = verdict.proposal
        linked = next((c.label for c in said.candidates if c.iri == said.link), None)
        target = f"{linked} <{said.link}>" if said.link else "a concept of their own (NIL: nothing here is called so)"
        out.print(
            f"   {verdict.status}: “{said.quote}” {said.stance} (strength {said.intensity:.1f},"
            f" sure {said.confidence:.2f}) → {target} {verdict.reason}",
            markup=False,
        )


def _account(out: Console, name: str, report: TextsReport) -> None:
    a = report.account
    out.print(
        f"{name}: {a.lines} lines = {sum(a.texts.values())} texts + {a.bad_lines} bad lines; texts {a.texts};"
        f" windows {a.windows}; mentions {a.mentions}",
        markup=False,
    )


def _triples(p: Penchant, out: Console, hero: str) -> None:
    out.rule("4  The same as triples: her newest observation, and the interest it made")
    triples = sorted(p.query("person/newest", {"person": hero}).triples, key=str)
    turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes={**PREFIXES, "": BASE_IRI}) or b""
    for line in turtle.decode().splitlines():
        if not line.startswith("@prefix"):
            out.print(line, markup=False)


def _train(p: Penchant, out: Console) -> None:
    out.rule("5  An embedding trained on this graph (PyKEEN DistMult)")
    with _timed(out, "training"):
        config = p.train()
    out.print(f"counts: {config['counts']}", markup=False)


def _recommendations(p: Penchant, out: Console, hero: str) -> Recommendations:
    out.rule(f"6  What will {hero} care about next, and why?")
    found = p.recommend(hero, 10)
    for place, item in enumerate(found, start=1):
        out.print(Text(f"{place:2}. {item.label}", style="bold"), f"  ({', '.join(item.found_by)})")
        if place <= 5:
            out.print(f"    {p.explain(hero, item.item, among=found).text('en')}", markup=False)
    out.print(f"left out of {found.considered} candidates: {found.dropped}", markup=False)
    return found


def _one_more_sentence(
    p: Penchant, out: Console, hero: str, sentence: str, at: datetime, before: Recommendations
) -> None:
    out.rule("7  One more sentence")
    out.print(f"{hero}: “{sentence}”", markup=False, style="bold")
    started = time.perf_counter()
    report = p.say(hero, sentence, at=at)
    written = time.perf_counter()
    model = p.model()
    if model is not None:
        from penchant.recommend.reading import read_weights

        model.user_vector(read_weights(p.workspace.store, p.person(hero)))
    folded = time.perf_counter()
    after = p.recommend(hero, 10)
    ranked = time.perf_counter()
    for entry in report.entries:
        _understood(out, p, entry)
    _compare(out, before, after)
    parts = {**report.seconds, "fold in": folded - written, "rank": ranked - folded}
    out.print("  ".join(f"{name} {seconds:.3f} s" for name, seconds in parts.items()), markup=False)
    out.print(f"From the sentence to the new list: {ranked - started:.2f} s, without training.")


def _compare(out: Console, before: Recommendations, after: Recommendations) -> None:
    table = Table("before", "after", box=None)
    old, new = [r.item for r in before], [r.item for r in after]
    for one, other in zip(before, after, strict=False):
        table.add_row(
            Text(one.label, style="" if one.item in new else "red strike"),
            Text(other.label, style="" if other.item in old else "green"),
        )
    out.print(table)
    gone = [r.label for r in before if r.item not in new]
    out.print(f"gone from the ten: {', '.join(gone) or 'none'}; left out now: {after.dropped}", markup=False)


@contextmanager
def _timed(out: Console, words: str) -> Iterator[None]:
    started = time.perf_counter()
    with out.status(words):
        yield
    out.print(f"[dim]{words}: {time.perf_counter() - started:.1f} s[/dim]")


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise WorkspaceError(
                "there is something in the folder that no demo has made",
                where=str(folder),
                remedy="Name another folder: `penchant -w FOLDER demo`",
            )
        shutil.rmtree(folder)
