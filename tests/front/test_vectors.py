"""Concept vectors at the front door: made, gone on with, asked, and free of people."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from penchant import api, vectors_build
from penchant.errors import ModelError, UnknownError
from penchant.kg.thing_texts import ThingTexts
from penchant.recommend.concept_vectors import ConceptVectors
from penchant.vectors_build import PLACE, build

TEXTS = ThingTexts(
    things=tuple(f"urn:{n:02}" for n in range(40)),
    n_items=30,
    views={
        "names": tuple(f"name {n}" for n in range(40)),
        "facts": tuple(f"fact {n % 7}" if n % 3 else "" for n in range(40)),
        "description": ("",) * 40,
    },
)


class Words:
    """An encoder that hashes words: deterministic, and it counts what it is asked."""

    name, size = "words", 16

    def __init__(self, stops_after=10**9):
        self.asked, self._left = [], stops_after

    def encode(self, texts):
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        self.asked += texts
        out = np.zeros((len(texts), self.size), np.float32)
        for at, text in enumerate(texts):
            for word in text.split():
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
                out[at] += np.random.default_rng(seed).normal(size=self.size)
        return out / np.linalg.norm(out, axis=1, keepdims=True)


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(vectors_build, "BATCH", 5)


def test_each_text_is_encoded_once_and_stands_where_it_belongs(tmp_path, small_batches):
    words, seen = Words(), []
    vectors, report = build(TEXTS, words, tmp_path / "v.safetensors", progress=lambda done, of: seen.append((done, of)))
    different = {text for view in TEXTS.views.values() for text in view if text}
    assert sorted(words.asked) == sorted(different)
    assert (report.things, report.items, report.texts, report.encoded) == (40, 30, len(different), len(different))
    assert report.views == {"names": 40, "facts": 26}
    assert report.bytes == (tmp_path / "v.safetensors").stat().st_size
    assert seen[-1] == (len(different), len(different))
    assert all(a < b for (a, _), (b, _) in pairwise(seen))
    assert np.allclose(vectors.units[11, 0], Words().encode(["name 11"])[0], atol=1e-3)
    assert np.allclose(vectors.units[11, 1], Words().encode(["fact 4"])[0], atol=1e-3)
    assert not vectors.units[12, 1].any()


def test_cut_off_and_gone_on_with_it_gives_the_same_bytes(tmp_path, small_batches):
    whole, path = tmp_path / "whole.safetensors", tmp_path / "v.safetensors"
    build(TEXTS, Words(), whole)
    cut = Words(stops_after=3)
    with pytest.raises(KeyboardInterrupt):
        build(TEXTS, cut, path)
    assert not path.exists()
    rest = Words()
    _, report = build(TEXTS, rest, path)
    assert len(cut.asked) == 15
    assert report.encoded == len(rest.asked) == report.texts - 15
    assert path.read_bytes() == whole.read_bytes()
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".parts"] == []


def test_a_batch_that_is_damaged_is_made_again(tmp_path, small_batches):
    path = tmp_path / "v.safetensors"
    with pytest.raises(KeyboardInterrupt):
        build(TEXTS, Words(stops_after=2), path)
    first = next(iter(sorted(tmp_path.glob("*.parts/*/*.npy"))))
    first.write_bytes(first.read_bytes()[:-9])
    _, report = build(TEXTS, Words(), path)
    assert report.encoded == report.texts - 5


def test_nothing_is_encoded_where_nothing_changed_and_all_where_something_did(tmp_path):
    path = tmp_path / "v.safetensors"
    build(TEXTS, Words(), path)
    before = path.read_bytes()
    again = Words()
    assert build(TEXTS, again, path)[1].encoded == 0
    assert again.asked == []
    assert path.read_bytes() == before
    reweighed, report = build(TEXTS, again, path, weights={"names": 1.0, "facts": 0.0})
    assert report.encoded == 0
    assert dict(ConceptVectors.load(path).weights) == {"names": 1.0, "facts": 0.0} == dict(reweighed.weights)
    other = ThingTexts(TEXTS.things, TEXTS.n_items, {**TEXTS.views, "names": ("new name", *TEXTS.views["names"][1:])})
    assert build(other, again, path)[1].encoded == report.texts
    path.write_bytes(b"broken")
    assert build(other, again, path)[1].encoded == report.texts


def test_nothing_to_say_is_an_error(tmp_path):
    with pytest.raises(ModelError, match="nothing to make vectors of"):
        build(ThingTexts((), 0, {"names": ()}), Words(), tmp_path / "v.safetensors")


# Through the door, with the encoder that ships

FILMS = {
    "alien": ("Alien", ["horror film", "science fiction film"]),
    "aliens": ("Aliens", ["science fiction film", "action film"]),
    "ring": ("The Ring", ["horror film", "ghost story"]),
    "grease": ("Grease", ["musical", "romantic comedy"]),
    "cats": ("Cats", ["musical"]),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory, models):
    folder = tmp_path_factory.mktemp("shop")
    rows = [{"id": id, "label": label, "concepts": concepts} for id, (label, concepts) in FILMS.items()]
    (folder / "items.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    days = [("ana", "alien", "Like"), ("ana", "grease", "Dislike"), ("bo", "cats", "Like")]
    events = "".join(f"{p},{i},{k},2026-05-0{n}T12:00:00Z\n" for n, (p, i, k) in enumerate(days, 1))
    (folder / "events.csv").write_text("person,item,kind,at\n" + events, "utf-8")
    with api.create(folder / "data", plain_ids=True) as door:
        door.add_items(folder / "items.jsonl")
        door.add_events(folder / "events.csv")
        door.vectors.build()
        yield door


@pytest.mark.model
def test_things_and_people_lie_near_what_is_like_them(shop):
    assert shop.vectors.near("alien", 1)[0].label == "Aliens"
    items = [one.label for one in shop.vectors.near("ana", 20) if one.is_item]
    assert items[0] == "Aliens"
    assert "Alien" not in items and "Grease" not in items  # she knows them
    assert items.index("The Ring") < items.index("Cats")
    concepts = {one.label for one in shop.vectors.near(shop.item("cats").value, 4) if not one.is_item}
    assert "musical" in concepts


@pytest.mark.model
def test_a_second_build_encodes_nothing_and_a_new_one_gives_the_same_bytes(shop):
    path = shop.workspace.folder / PLACE
    before = path.read_bytes()
    assert shop.vectors.build().encoded == 0
    path.unlink()
    assert shop.vectors.build().encoded > 0
    assert path.read_bytes() == before


@pytest.mark.model
def test_what_is_neither_thing_nor_person_is_refused(shop):
    with pytest.raises(UnknownError, match="neither a thing nor a person"):
        shop.vectors.near("nobody")
    with pytest.raises(UnknownError, match="no concept vector"):
        shop.vectors.near("wd:Q42")


@pytest.mark.model
def test_ranking_goes_on_as_before_and_a_damaged_file_says_so(shop, tmp_path):
    before = [one.item for one in shop.recommend("ana")]
    path = shop.workspace.folder / PLACE
    kept = path.read_bytes()
    shutil.move(path, tmp_path / "away")
    shop._loaded.vectors_change()
    assert [one.item for one in shop.recommend("ana")] == before
    with pytest.raises(ModelError, match="penchant vectors build"):
        shop.vectors.near("alien")
    path.write_bytes(kept[:-5])
    assert [one.item for one in shop.recommend("ana")] == before  # they have no weight, and are not opened
    with pytest.raises(ModelError, match="cannot be read"):
        shop.vectors.near("alien")
    path.write_bytes(kept)


@pytest.mark.model
def test_no_person_is_in_the_file(shop):
    """Who is forgotten need not be taken out: neither names nor words of people have ever been in it."""
    stored = (shop.workspace.folder / PLACE).read_bytes()
    assert shop.item("alien").value.encode() in stored
    for person in ("ana", "bo"):
        assert f"/u/{person}".encode() not in stored
    shop.add_events(_one_more(shop))
    assert shop.vectors.build().encoded == 0  # what people do is in no text
    shop.people.forget("bo")
    assert (shop.workspace.folder / PLACE).read_bytes() == stored


def _one_more(shop):
    path = shop.workspace.folder.parent / "more.csv"
    at = datetime(2026, 6, 1, tzinfo=UTC).isoformat()
    path.write_text(f"person,item,kind,at\nbo,ring,Like,{at}\n", "utf-8")
    return path


@pytest.mark.model
@pytest.mark.slow
def test_the_command_line_builds_and_shows_neighbours(run, models, tmp_path):
    rows = [{"id": id, "label": label, "concepts": concepts} for id, (label, concepts) in FILMS.items()]
    (tmp_path / "items.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    run("init", "--plain-ids")
    assert "penchant vectors build" in run("vectors", "near", "alien", status=3)
    run("add", "items", "items.jsonl")
    assert "(5 items)" in run("vectors", "build")
    assert json.loads(run("vectors", "build", "--json"))["encoded"] == 0
    said = run("vectors", "near", "alien", "-k", "1")
    assert said.startswith(" 1. Aliens  0.")
    assert json.loads(run("vectors", "near", "alien", "-k", "2", "--json"))[0]["label"] == "Aliens"
