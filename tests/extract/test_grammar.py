"""What the grammar lets through, token by token."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from penchant.errors import ModelError
from penchant.extract.answer import BEFORE, written
from penchant.extract.grammar import answer_grammar, substring_kind
from penchant.extract.tuning import gold, own
from penchant.extract.tuning import written as written_sentences
from penchant.extract.weights import ensure

Check = Callable[..., bool]


def test_kind_by_script() -> None:
    assert substring_kind("I love jazz") == "substring_words"
    assert substring_kind("我喜欢《三体》") == "substring_chars"
    assert substring_kind("映画が好き") == "substring_chars"


def test_text_without_letters_has_no_grammar() -> None:
    with pytest.raises(ValueError, match="letters"):
        answer_grammar("🎉 !!!")


def test_text_is_carried_as_json() -> None:
    lines = answer_grammar('say "no" to \\ and = and ; ok').splitlines()
    (part,) = (line for line in lines if line.startswith("PART"))
    assert json.loads(part.removeprefix("PART: %regex ")) == {"substring_words": "say 'no' to / and - and , ok"}


@pytest.fixture(scope="module")
def accepts() -> Check:
    """Whether the grammar of a text accepts an answer as a whole, tokenised as in training."""
    try:
        folder = ensure("smollm2", offline=True)
    except ModelError as problem:
        pytest.skip(str(problem))
    import llguidance.hf
    from llguidance import LLMatcher
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    inner = llguidance.hf.from_tokenizer(tokenizer)

    def check(text: str, answer: str, context: str | None = None) -> bool:
        matcher = LLMatcher(inner, answer_grammar(text, context))
        assert not matcher.get_error(), matcher.get_error()
        ids = tokenizer(answer, add_special_tokens=False)["input_ids"]
        return bool(matcher.try_consume_tokens(ids) == len(ids) and matcher.is_accepting())

    return check


@pytest.mark.model
def test_every_answer_of_our_own_examples_can_be_written(accepts: Check) -> None:
    examples = [*gold.load(), *own.load(250, seed=3), *written_sentences.load()]
    refused = [e for e in examples if not accepts(e.text, written(e.pairs), e.context)]
    # The words of a text are divided where its marks stand: "E.T.," has no name that ends with a full stop.
    assert len([e for e in refused if not any(q.endswith(".") for q, _ in e.pairs)]) <= len(examples) / 500, refused
    assert any(BEFORE in written(e.pairs) for e in examples)


@pytest.mark.model
def test_words_of_the_turn_before_need_the_mark_and_the_turn(accepts: Check) -> None:
    assert accepts("Loved it", " < Roma= likes", "Have you seen Roma?")
    assert not accepts("Loved it", " Roma= likes", "Have you seen Roma?")
    assert not accepts("Loved it", " < Alien= likes", "Have you seen Roma?")
    assert not accepts("Loved it", " < Roma= likes")


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("I love jazz", " none"),
        ("I love jazz", " jazz= likes"),
        ("I love jazz", " love jazz= neutral"),
        ("I “love” R&B; jazz = life", " R&B= likes; jazz= likes"),
        ("Nolan's films", " Nolan= likes"),
        ("我不喜欢电视剧版", " 电视剧版= dislikes"),
        ("😀 sushi 🍣", " sushi= likes"),
        ("S.W.A.T. is fun", " S.W.A.T= likes"),
        ("none of this", " none"),
        ("none of this noir", " noir= likes"),
        ("nature films", " nature= likes"),
        ("nonesuch is a band I love", " nonesuch= likes"),
        ("It rocks", " It= likes"),
    ],
)
def test_lets_through(accepts: Check, text: str, answer: str) -> None:
    assert accepts(text, answer)


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("I love jazz", " opera= likes"),
        ("I love jazz", " jaz= likes"),
        ("I love jazz", " jazz= adores"),
        ("I love jazz", " jazz"),
        ("I love jazz", " jazz="),
        ("I love jazz", " = likes"),
        ("I love jazz", ""),
        ("I love jazz", " jazz= likes; none"),
        ("I love jazz.", " jazz.= likes"),
        ("三体", " 四体= likes"),
    ],
)
def test_refuses(accepts: Check, text: str, answer: str) -> None:
    assert not accepts(text, answer)


@pytest.mark.model
def test_number_of_mentions_is_bounded(accepts: Check) -> None:
    assert accepts("jazz", written([("jazz", "likes")] * 12))
    assert not accepts("jazz", written([("jazz", "likes")] * 13))
