"""The fast reader: grouping of marks, labels, training, reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from penchant.errors import ModelError, TrainingError
from penchant.extract.language_model import Passage
from penchant.extract.tagger import FOLDER, STANCES, Marked, Tagger, pairs, reply
from penchant.extract.tuning import own
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.tagger import IGNORED, TaggerRecipe, labelled, train_tagger
from penchant.extract.weights import ensure
from tests.extract.thoughts import BEGIN, IN, OUT, thought


def test_marked_words_are_grouped() -> None:
    looked = thought("love silent films and Heat", [OUT, BEGIN, IN, OUT, IN], ["likes"] * 4 + ["dislikes"])
    first, second = looked.found()
    assert (first.start, first.end, first.stance, first.before) == (5, 17, "likes", False)
    assert first.confidence == pytest.approx(0.85 * 0.8)
    assert (second.start, second.end, second.stance) == (22, 26, "dislikes")
    assert looked.certainty == pytest.approx(0.8)
    assert looked.of(Marked(0, 4, "likes", 1.0, False))[0] == pytest.approx(0.1)
    assert looked.of(Marked(90, 95, "likes", 1.0, False)) == (0.0, dict.fromkeys(STANCES, 0.2))


def test_two_that_begin_are_two_and_the_turn_before_stands_apart() -> None:
    looked = thought("Up Heat", [IN, BEGIN, BEGIN], ["likes", "likes", "dislikes"], before="Roma")
    assert [(m.start, m.end, m.before) for m in looked.found()] == [(0, 4, True), (0, 2, False), (3, 7, False)]
    passage = Passage("Up Heat", "Roma")
    assert pairs(passage, looked.found()) == [("< Roma", "likes"), ("Up", "likes"), ("Heat", "dislikes")]
    said = reply(passage, looked)
    assert said.raw == " < Roma= likes; Up= likes; Heat= dislikes"
    assert [(m.quote, m.antecedent) for m in said.mentions] == [("Up Heat", "Roma"), ("Up", ""), ("Heat", "")]


def test_nothing_marked_is_none_and_marks_without_letters_say_nothing() -> None:
    assert reply(Passage("so what"), thought("so what", [OUT, OUT], ["likes"] * 2)).raw == " none"
    said = reply(Passage("! Up"), thought("! Up", [BEGIN, BEGIN], ["likes", "wants"]))
    assert [(m.quote, m.stance) for m in said.mentions] == [("Up", "wants")]


@pytest.fixture(scope="module")
def base() -> Path:
    try:
        return ensure("minilm", offline=True)
    except ModelError as problem:
        pytest.skip(str(problem))


@pytest.mark.model
def test_labels_stand_on_the_first_token_of_each_word(base: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    some = Example(
        "x", "x", "Loved Koyaanisqatsi, hated it", "Seen Heat?", (("< Heat", "likes"), ("Koyaanisqatsi", "?"))
    )
    (row,) = labelled(tokenizer, [some])
    tokens = tokenizer.convert_ids_to_tokens(row["input_ids"])
    marked = {t: (m, s) for t, m, s in zip(tokens, row["spans"], row["stances"], strict=True) if m not in (IGNORED, 0)}
    assert marked == {"heat": (1, STANCES.index("likes")), "ko": (1, IGNORED)}
    assert row["spans"][tokens.index("##ya")] == IGNORED
    assert row["spans"][0] == IGNORED


@pytest.mark.model
@pytest.mark.slow
def test_what_is_trained_reads_and_is_the_same_again(base: Path, tmp_path: Path) -> None:
    some = list(own.load(48, seed=3))
    recipe = TaggerRecipe(epochs=1.0, batch=8, rank=4, alpha=4)
    for name in "ab":
        train_tagger(some, tmp_path / name, recipe)
    for file in ("adapter_model.safetensors", "heads.safetensors", "adapter_config.json", "recipe.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    tagger = Tagger(tmp_path / "a", threads=1)
    passages = [Passage(e.text, e.context) for e in some]
    together = tagger.read(passages)
    apart = [Tagger(tmp_path / "b", threads=1, batch=1).read([p])[0] for p in passages[:6]]
    assert [r.raw for r in together[:6]] == [r.raw for r in apart]
    with pytest.raises(TrainingError):
        train_tagger([], tmp_path / "c", recipe)


def test_a_missing_adapter_is_an_error_that_says_where(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=str(tmp_path)):
        Tagger(tmp_path, offline=True)


@pytest.mark.model
def test_the_one_that_ships_is_small_and_reads(base: Path) -> None:
    size = sum((FOLDER / f).stat().st_size for f in ("adapter_model.safetensors", "heads.safetensors"))
    assert size < 3_000_000
    tagger = Tagger(threads=1)
    loved, pointed, nothing = tagger.read(
        [
            Passage("I love silent films but I can't stand musicals."),
            Passage("Loved it!", "Have you seen Casablanca?"),
            Passage("The shop opens at nine on Sundays."),
        ]
    )
    assert [(m.quote, m.stance) for m in loved.mentions] == [("silent", "likes"), ("musicals", "dislikes")]
    assert [(m.antecedent, m.stance) for m in pointed.mentions] == [("Casablanca", "likes")]
    assert nothing.mentions == ()
    assert tagger.drafts([Passage("Loved it!", "Have you seen Casablanca?")]) == [" < Casablanca= likes"]
