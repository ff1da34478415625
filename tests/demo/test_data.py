"""The demo's data are whole: counts, real identifiers, enough facts, every deliberate flaw in its place."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from penchant.ontology import terms

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "penchant" / "demo" / "data"
KINDS = {"view", "click", "watch", "like", "save", "rate", "skip"}
ODD_ITEMS = {"film-the-lost-reel", "sofa-3-seater"}
ODD_KINDS = {"teleport", "hum"}


def json_lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def world() -> list[Quad]:
    return list(parse(gzip.decompress((FOLDER / "world.nt.gz").read_bytes()), RdfFormat.N_TRIPLES))


@pytest.fixture(scope="module")
def labels(world: list[Quad]) -> dict[str, str]:
    return {q.subject.value: q.object.value for q in world if q.predicate == terms.LABEL and q.object.language == "en"}


@pytest.fixture(scope="module")
def about(world: list[Quad]) -> dict[str, set[tuple[str, str]]]:
    facts: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for quad in world:
        if isinstance(quad.object, NamedNode):
            facts[quad.subject.value].add((quad.predicate.value, quad.object.value))
    return facts


@pytest.fixture(scope="module")
def items() -> list[dict]:
    return json_lines("items.jsonl")


@pytest.fixture(scope="module")
def texts() -> list[dict]:
    return json_lines("texts.jsonl")


@pytest.fixture(scope="module")
def events() -> list[dict[str, str]]:
    with (FOLDER / "events.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_all_files_together_stay_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_000_000


def test_readme_tells_the_true_counts(world, labels, texts, events):
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    kinds = Counter(quad.predicate for quad in world)
    facts = len(world) - kinds[terms.LABEL] - kinds[terms.ALT_LABEL]
    things = sum(iri.startswith(terms.WD) for iri in labels)
    for told in (
        f"{len(world):,} triples: {facts:,} facts, {kinds[terms.LABEL]:,} labels, "
        f"{kinds[terms.ALT_LABEL]} other names; {things:,} things, {len(labels) - things} relations",
        f"{len(texts)} texts by {len({text['person'] for text in texts})} people",
        f"{len(events)} rows",
    ):
        assert told in readme


def test_world_is_truthy_wikidata_and_nothing_else(world):
    for quad in world:
        subject, predicate, target = quad.subject.value, quad.predicate.value, quad.object
        if isinstance(target, NamedNode):
            assert re.fullmatch(re.escape(terms.WD) + r"Q[1-9]\d*", subject), quad
            assert re.fullmatch(re.escape(terms.WDT) + r"P[1-9]\d*", predicate), quad
            assert re.fullmatch(re.escape(terms.WD) + r"Q[1-9]\d*", target.value), quad
        else:
            assert isinstance(target, Literal)
            assert quad.predicate in {terms.LABEL, terms.ALT_LABEL}, quad
            assert target.language in {"en", "zh"}, quad
            assert target.value.strip() == target.value != "", quad
    assert len(set(world)) == len(world)


def test_everything_in_the_world_has_one_english_label(world, labels, about):
    count = Counter(q.subject.value for q in world if q.predicate == terms.LABEL and q.object.language == "en")
    named = {end for subject, facts in about.items() for end in (subject, *(target for _, target in facts))}
    relations = {predicate for facts in about.values() for predicate, _ in facts}
    assert {thing for thing in named | relations if count[thing] != 1} == set()
    assert set(labels) == named | relations, "a label for something that no fact mentions"
    chinese = {q.subject.value for q in world if q.predicate == terms.LABEL and q.object.language == "zh"}
    assert chinese == relations


def test_two_hundred_items_each_with_label_and_facts(items, labels, about):
    assert len(items) == 200
    assert len({item["id"] for item in items}) == len({item["iri"] for item in items}) == 200
    for item in items:
        assert re.fullmatch(r"film-[a-z0-9]+(-[a-z0-9]+)*", item["id"])
        assert item["label"] == labels[item["iri"]]
        assert item["type"] == "https://schema.org/Movie"
        assert len(about[item["iri"]]) >= 3
        assert (terms.WDT + "P136") in {relation for relation, _ in about[item["iri"]]}, item["label"]
    assert [item["available"] for item in items if "available" in item] == [False] * 4


def test_texts_are_forty_people_with_two_to_four_each(texts):
    assert len({text["id"] for text in texts}) == len(texts)
    per_person = Counter(text["person"] for text in texts)
    assert len(per_person) == 40
    assert set(per_person.values()) <= {2, 3, 4}
    assert len({text["text"] for text in texts}) == len(texts)
    for text in texts:
        assert set(text) <= {"id", "person", "at", "text", "context"}
        moment = datetime.fromisoformat(text["at"])
        assert moment.year == 2026
        assert moment.tzinfo is not None


def test_texts_hold_the_hard_cases(texts):
    written = [text["text"] for text in texts]
    assert written.count("") == 1
    assert sum(bool(text) and not re.search(r"\w", text) for text in written) == 1, "one of emoji only"
    for wording in ("but", "can't stand", "Looking for", "don't", "brother", "closed on Monday", "anime"):
        assert any(wording in text for text in written), wording
    assert any("context" in text for text in texts)


def test_bad_lines_are_five_of_different_kinds_and_two_good():
    verdicts = Counter()
    ids = {text["id"] for text in json_lines("texts.jsonl")}
    for line in (FOLDER / "bad_lines.jsonl").read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            verdicts["not JSON"] += 1
            continue
        if not isinstance(row, dict):
            verdicts["no object"] += 1
        elif "text" not in row:
            verdicts["no text"] += 1
        elif not row["person"]:
            verdicts["nobody"] += 1
        else:
            assert row["id"] not in ids
            try:
                datetime.fromisoformat(row["at"])
                verdicts["good"] += 1
            except ValueError:
                verdicts["no time"] += 1
    assert verdicts == {"not JSON": 1, "no object": 1, "no text": 1, "nobody": 1, "no time": 1, "good": 2}


def test_events_fit_the_catalogue_but_for_four(events, items, texts):
    people = {text["person"] for text in texts}
    known = {item["id"] for item in items}
    assert 550 <= len(events) <= 700
    assert {event["item"] for event in events} - known == ODD_ITEMS
    odd = [event for event in events if event["item"] not in known or event["kind"] not in KINDS]
    assert len(odd) == 4
    assert {event["kind"] for event in odd} >= ODD_KINDS
    assert {event["person"] for event in events} == people
    rows = [(event["person"], event["item"], event["kind"], event["at"]) for event in events]
    assert len(set(rows)) == len(rows)
    for event in events:
        assert datetime.fromisoformat(event["at"]).tzinfo is not None
        assert (event["value"] in {"1", "2", "3", "4", "5"}) == (event["kind"] == "rate"), event
    assert {event["kind"] for event in events} - ODD_KINDS >= KINDS


def test_story_comes_last_and_is_about_something_shared(texts, events, world, labels, items, about):
    story = json.loads((FOLDER / "story.json").read_text(encoding="utf-8"))
    assert story["sentence"] not in {text["text"] for text in texts}
    newest = max(datetime.fromisoformat(row["at"]) for row in [*texts, *events])
    assert datetime.fromisoformat(story["at"]) > newest
    named = [iri for iri, label in labels.items() if len(label) > 6 and label in story["sentence"]]
    assert len(named) == 1
    films = {item["iri"]: item["label"] for item in items if named[0] in {target for _, target in about[item["iri"]]}}
    liked = next(iri for iri, label in labels.items() if label == "Steven Spielberg")
    likely = [film for film in films if liked in {target for _, target in about[film]}]
    assert len(films) >= 3
    assert len(likely) >= 2
    own = " ".join(text["text"] for text in texts if text["person"] == story["person"])
    seen = {event["item"] for event in events if event["person"] == story["person"]}
    assert "Spielberg" in own
    for item in items:
        if item["iri"] in likely:
            assert item["label"] not in own
            assert item["id"] not in seen


@pytest.mark.data
class TestAgainstTheSource:
    @pytest.fixture(scope="class")
    def source(self) -> Path:
        if not (folder := os.environ.get("PENCHANT_DATA")):
            pytest.skip("PENCHANT_DATA is not set: the public data sets are not here")
        return Path(folder)

    def test_every_identifier_stands_in_the_source(self, source, labels):
        known = set()
        for path in (source / "kg_codex_wikidata").glob("[sml]-*.txt"):
            if "negatives" not in path.name:
                known |= set(re.findall(r"\bQ\d+", path.read_text(encoding="utf-8")))
        mindreader = source / "rec_mindreader_wikidata"
        known |= set(
            re.findall(r"entity/(Q\d+)>", gzip.decompress((mindreader / "wikidata_slice.nt.gz").read_bytes()).decode())
        )
        known |= set(re.findall(r"entity/(Q\d+)", (mindreader / "entities.csv").read_text(encoding="utf-8")))
        used = {iri.removeprefix(terms.WD) for iri in labels if iri.startswith(terms.WD)}
        assert len(used) > 1000
        assert used - known == set()

    def test_the_files_are_what_the_script_makes(self, source):
        command = [sys.executable, "benchmarks/make_demo_world.py", "--data", str(source), "--check"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
