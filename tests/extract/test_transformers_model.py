"""The model in this process, with the adapter that ships."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from penchant.errors import ModelError
from penchant.extract.language_model import Passage, Reply
from penchant.extract.transformers_model import ADAPTER, TransformersModel
from penchant.extract.weights import ensure

pytestmark = pytest.mark.model

TEXTS = [
    "I adore Studio Ghibli films, but horror leaves me cold.",
    "I can't stand musicals.",
    "My sister loves opera.",
    "I love The Lord of the Rings, Star Wars and anything by Akira Kurosawa.",
    "Inception was directed by Christopher Nolan.",
    "😀 “Amélie” = my favourite film; I hate “Saw”",
    "Looking for a good thriller tonight",
    "!!!",
]


@pytest.fixture(scope="module")
def base() -> Path:
    try:
        return ensure("smollm2", offline=True)
    except ModelError as problem:
        pytest.skip(str(problem))


@pytest.fixture(scope="module")
def model(base: Path) -> TransformersModel:
    return TransformersModel(base, adapter=ADAPTER, tuned=True, threads=1)


@pytest.fixture(scope="module")
def replies(model: TransformersModel) -> list[Reply]:
    return model.read([Passage(text) for text in TEXTS])


def pairs(reply: Reply) -> set[tuple[str, str]]:
    return {(m.quote, m.stance) for m in reply.mentions}


def test_understands_the_plain_sentences(replies: Sequence[Reply]) -> None:
    assert pairs(replies[0]) == {("Studio Ghibli", "likes"), ("horror", "dislikes")}
    assert pairs(replies[1]) == {("musicals", "dislikes")}
    assert pairs(replies[3]) == {
        ("The Lord of the Rings", "likes"),
        ("Star Wars", "likes"),
        ("Akira Kurosawa", "likes"),
    }
    assert pairs(replies[5]) == {("Amélie", "likes"), ("Saw", "dislikes")}
    assert pairs(replies[6]) == {("thriller", "wants")}


def test_says_nothing_where_there_is_nothing(replies: Sequence[Reply]) -> None:
    assert [replies[i].mentions for i in (2, 4, 7)] == [(), (), ()]
    assert {r.status for r in replies} == {"decoded"}


def test_quotes_are_literal_and_confidences_are_probabilities(replies: Sequence[Reply]) -> None:
    mentions = [(text, m) for text, r in zip(TEXTS, replies, strict=True) for m in r.mentions]
    assert len(mentions) >= 9
    for text, mention in mentions:
        assert text[mention.start : mention.end] == mention.quote
        assert 0 < mention.confidence <= 1
    assert len({m.confidence for _, m in mentions}) > 5


def test_batches_change_nothing(base: Path, model: TransformersModel, replies: Sequence[Reply]) -> None:
    alone = [model.read([Passage(text)])[0] for text in TEXTS]
    assert [r.raw for r in alone] == [r.raw for r in replies]
    for one, other in zip(alone, replies, strict=True):
        for a, b in zip(one.mentions, other.mentions, strict=True):
            assert a.confidence == pytest.approx(b.confidence, abs=1e-3)


def test_the_turn_before_is_read(model: TransformersModel) -> None:
    liked, avoided = model.read(
        [Passage("Horror", "What kinds of films do you like?"), Passage("Horror", "Is there anything you can't stand?")]
    )
    assert pairs(liked) == {("Horror", "likes")}
    assert pairs(avoided) == {("Horror", "dislikes")}


def test_token_limit_cuts_and_time_limit_stops(base: Path) -> None:
    limited = TransformersModel(base, adapter=ADAPTER, tuned=True, threads=1, most_tokens=6)
    (cut,) = limited.read([Passage(TEXTS[3])])
    assert cut.status == "cut"
    assert len(cut.mentions) <= 1
    hasty = TransformersModel(base, adapter=ADAPTER, tuned=True, threads=1, seconds=0.0)
    (late,) = hasty.read([Passage(TEXTS[3])])
    assert late.status == "timed out"


def test_untuned_model_is_shown_examples_and_held_to_the_text(base: Path) -> None:
    untuned = TransformersModel(base, threads=1, most_tokens=40)
    for text, reply in zip(TEXTS[:2], untuned.read([Passage(t) for t in TEXTS[:2]]), strict=True):
        assert all(text[m.start : m.end] == m.quote for m in reply.mentions)
        assert reply.status == "decoded"


def test_fingerprint_follows_weights_and_settings(base: Path, model: TransformersModel) -> None:
    assert model.fingerprint.startswith("smollm2-0.1.2+")
    assert TransformersModel(base, adapter=ADAPTER, tuned=True).fingerprint == model.fingerprint
    assert TransformersModel(base, adapter=ADAPTER, tuned=True, most_tokens=7).fingerprint != model.fingerprint


def test_missing_model_and_foreign_adapter(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        TransformersModel(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="does not fit"):
        TransformersModel(base, adapter=tmp_path, tuned=True)
    shutil.copytree(ADAPTER, tmp_path / "other")
    settings = json.loads((ADAPTER / "adapter_config.json").read_text(encoding="utf-8"))
    settings.pop("lora_alpha")
    (tmp_path / "other" / "adapter_config.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(ModelError, match="does not fit"):
        TransformersModel(base, adapter=tmp_path / "other", tuned=True)


def test_adapter_is_small_and_described() -> None:
    assert (ADAPTER / "adapter_model.safetensors").stat().st_size < 5_000_000
    for name in ("README.md", "DATA_CARD.md", "evaluation.json", "loss.jsonl"):
        assert (ADAPTER / name).stat().st_size > 100
