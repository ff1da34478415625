"""The whole road with the real model: the demo's story, and texts that nobody should write."""

import gzip
import io
import json
import re

import pytest
from rich.console import Console

from penchant import api
from penchant.demo.story import DATA, tell
from penchant.errors import WorkspaceError
from penchant.settings import ReadingSettings

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("models")]
TOM_CRUISE = "http://www.wikidata.org/entity/Q37079"


@pytest.fixture(scope="module")
def story(tmp_path_factory, models):
    """The folder of the demo's workspace, and what was told."""
    folder = tmp_path_factory.mktemp("demo") / "penchant-data"
    out = io.StringIO()
    tell(folder, Console(file=out, width=200, highlight=False, soft_wrap=True))
    return folder, out.getvalue()


def test_the_story_is_told_to_its_end(story):
    _folder, told = story
    assert "penchant check: sound" in told
    assert "unknown item 'sofa-3-seater'" in told
    assert "bad_lines.jsonl:2: not JSON" in told


def test_one_more_sentence_changes_the_list_without_training(story):
    _, told = story
    assert re.search(r"accepted: “Tom Cruise” dislikes .* → Tom Cruise", told)
    gone = re.search(r"gone from the ten: (.*?); left out now", told)[1]
    assert gone != "none"
    seconds = float(re.search(r"From the sentence to the new list: ([\d.]+) s", told)[1])
    # The bar is 2 s on two idle cores; tests share theirs.
    assert seconds < 6


def test_the_workspace_of_the_story_can_be_asked(story):
    folder, _ = story
    with api.open(folder) as p:
        assert p.ask(f"ASK {{ ?u <https://w3id.org/penchant/ontology#dislikes> <{TOM_CRUISE}> }}").truth
        found = p.recommend("ana")
        assert len(found) == 10
        assert found.dropped["unavailable"] > 0
        quoted = 0
        for one in found:
            why = p.explain("ana", one.item)
            assert one.label in why.text("en")
            assert why.text("zh") != why.text("en")
            quoted += "you wrote “" in why.text("en")
            for step in why.steps:
                stated = p.workspace.store.quads(subject=step.subject, predicate=step.predicate)
                assert step.object in {q.object for q in stated}
        assert quoted >= 5
        assert p.workspace.ledger.account().imbalances() == []


def test_the_demo_touches_no_folder_that_it_did_not_make(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match="no demo has made"):
        tell(tmp_path, Console(file=io.StringIO()))
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_reading_the_same_file_again_changes_nothing(story):
    folder, _ = story
    with api.open(folder) as p:
        before = set(p.workspace.store.dump())
        report = p.add_texts(DATA / "texts.jsonl")
        assert report.account.texts.get("read", 0) == 0
        assert set(p.workspace.store.dump()) == before


def test_texts_that_nobody_should_write(tmp_path):
    odd = "x' } ; DROP ALL # <b> \" 李"
    rows = [
        {"person": odd, "text": "I love horror films 🎬🎬 and “westerns”.", "at": "2026-01-01T00:00:00Z"},
        {"person": "ana", "text": "", "at": "2026-01-01T00:00:00Z"},
        {"person": "ana", "text": "🎬🔥😀", "at": "2026-01-01T00:00:00Z"},
        {"person": "ana", "text": "I like thrillers. " * 60_000, "at": "2026-01-01T00:00:00Z"},
        {
            "person": "ana",
            "text": 'A"; DELETE { ?s ?p ?o } # = likes; x\\\u2028\x07',
            "at": "2026-01-01T00:00:00Z",
        },
    ]
    lines = [json.dumps(row) for row in rows]
    whole = gzip.compress("\n".join([*lines[:3], "{broken", *lines[3:], ""]).encode())
    (tmp_path / "odd.jsonl.gz").write_bytes(whole)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) - 40])
    api.create(tmp_path / "w", plain_ids=True).close()
    with api.open(tmp_path / "w", reading=ReadingSettings(mode="fast")) as p:  # who reads is not what is tried
        report = p.add_texts(tmp_path / "odd.jsonl.gz")
        account = report.account
        assert (account.lines, account.bad_lines) == (6, 1)
        assert account.texts == {"failed": 2, "read": 3}
        assert account.windows["cut"] >= 1
        assert account.imbalances() == []
        again = p.add_texts(tmp_path / "cut.jsonl.gz").account
        assert again.bad_lines >= 1
        assert again.imbalances() == []
        assert any("trunc" in refusal.reason for refusal in p.workspace.ledger.refusals(limit=None))
        assert p.check() == []
        assert p.person(odd)
