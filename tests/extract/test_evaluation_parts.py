"""What measures has neither trained nor tuned; and the command that measures."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

from penchant.cli.app import app
from penchant.errors import SettingError, SourceError
from penchant.evaluating import evaluate_extract, model_named
from penchant.extract.evaluation import parts, public_sets
from penchant.extract.evaluation.known import fingerprints
from penchant.extract.tuning.splits import part_of

GOLD = Path(__file__).parent


def named(part: str) -> str:
    """A conversation that stood in the folders that train, of this part."""
    return next(name for name in ("seen-1", *(f"seen-{at}" for at in range(2, 500))) if part_of(name) == part)


@pytest.fixture
def known(monkeypatch):
    names = {named("train"), named("dev"), named("test")}
    monkeypatch.setattr(parts, "known", lambda: frozenset(map(parts.fingerprint, names)))


def test_parts_of_conversations(known):
    assert [parts.part(named(part)) for part in ("train", "dev", "test")] == ["train", "dev", "test"]
    assert parts.part(named("train"), frozenset({named("train")})) == "test"
    assert parts.part("never-seen") == "test"


def test_the_split_chooses_and_says_when_nothing_is_left(known):
    some = [named("train"), named("dev")]
    assert parts.of_split(some, str, "dev", frozenset(), Path("x")) == [named("dev")]
    assert parts.of_split(some, str, "all", frozenset(), Path("x")) == some
    with pytest.raises(SourceError, match="--split all"):
        parts.of_split(some, str, "test", frozenset(), Path("x"))


@pytest.mark.parametrize(
    ("name", "test"),
    [("movie_test.jsonl", True), ("test_data.jsonl.xz", True), ("latest.jsonl", False), ("movie_train.jsonl", False)],
)
def test_names_of_official_tests(name, test):
    assert public_sets.is_test_file(name) is test


@pytest.mark.data
@pytest.mark.slow
def test_the_list_of_known_conversations_is_that_of_the_folders(public_data):
    assert fingerprints(public_data) == parts.KNOWN.read_text(encoding="ascii").split()


@pytest.mark.data
@pytest.mark.slow
def test_no_conversation_that_trains_or_tunes_is_measured(public_data):
    from penchant.extract.tuning.build import examples

    train, dev = examples(public_data)
    used = {example.conversation for example in (*train, *dev)}
    for name, known in public_sets.SETS.items():
        some = public_sets.load(public_data, name, "test")
        measured = set(map(known.conversation, some))
        assert len(measured) > 10
        assert not measured & used, name


def call(*words: str) -> str:
    done = CliRunner().invoke(app, ["evaluate", "extract", *map(str, words)])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_the_command_answers_in_json():
    answer = json.loads(call("--format", "gold", GOLD, "--model", "rules", "--bootstrap", "50", "--json"))
    assert (answer["format"], answer["split"]) == ("gold", "test")
    found = answer["models"]["rules"]
    assert all(isinstance(value, int | float) and math.isfinite(value) for value in found.values())
    assert found["mention_f1_overlap_low"] <= found["mention_f1_overlap"] <= found["mention_f1_overlap_high"]
    assert found["texts_per_cpu_second"] > 0
    assert answer["details"]["rules"]["by"]["domain"].keys() == {"film", "shop", "news", "video"}
    assert answer["details"]["rules"]["reliability"]


def test_the_command_shows_a_table():
    shown = call("--format", "gold", GOLD, "--model", "rules", "--bootstrap", "0", "--limit", "20")
    assert "20 texts of 20 conversations" in shown
    assert "mention_stance_f1_overlap" in shown
    assert "_low" not in shown


def test_two_runs_are_alike_but_for_their_cost():
    def run() -> dict[str, object]:
        answer = json.loads(call("--format", "gold", GOLD, "--model", "rules", "--bootstrap", "50", "--json"))
        return {name: value for name, value in answer["models"]["rules"].items() if "cpu" not in name}

    assert run() == run()


def test_differences_are_paired():
    from penchant.extract.evaluation.formats import exam
    from penchant.extract.evaluation.report import measure
    from penchant.extract.language_model import Reply
    from penchant.extract.rule_model import RuleModel

    class Silent:
        fingerprint = "silent"

        def read(self, passages):
            return [Reply("", (), "decoded") for _ in passages]

    models = {"rules": RuleModel, "again": RuleModel, "silent": Silent}
    report = measure(exam("gold", GOLD), models, rounds=200)
    assert set(report.differences["again"]["mention_f1_overlap"].values()) == {0.0}
    apart = report.differences["silent"]["mention_f1_overlap"]
    found = report.models["rules"]
    assert apart["difference"] == found["mention_f1_overlap"]
    assert apart["low"] == found["mention_f1_overlap_low"] > 0
    assert report.differences["silent"]["empty_kept"]["difference"] <= 0
    assert measure(exam("gold", GOLD), {"rules": RuleModel}, rounds=20).differences == {}


@pytest.mark.parametrize("name", ["no such model", "openai:nothing"])
def test_unknown_models_are_refused(name):
    with pytest.raises(SettingError):
        model_named(name)()


def test_unknown_splits_are_refused():
    with pytest.raises(SettingError, match="train"):
        evaluate_extract(GOLD, "gold", ["rules"], split="nothing")
    with pytest.raises(SettingError, match="no model"):
        evaluate_extract(GOLD, "gold", [])
