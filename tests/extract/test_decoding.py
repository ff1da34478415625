"""Decoding is fast and says what plain greedy decoding says: with any guess, any company, any limit."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.plain_decoding import plainly
from penchant.errors import ModelError
from penchant.extract.answer import written
from penchant.extract.decoding_head import LastLogits
from penchant.extract.language_model import Passage
from penchant.extract.transformers_model import ADAPTER, TransformersModel
from penchant.extract.weights import ensure
from tests.extract import tiny_base

PASSAGES = [
    Passage(text, context)
    for text, context in (
        ("I adore Studio Ghibli films, but horror leaves me cold.", None),
        ("Horror", "What kinds of films do you like?"),
        ("No.", "Would you like to see another one of these, or something that is not as long as the last?"),
        ("My sister loves opera and my brother the sound of his own voice, which he calls jazz.", None),
        ("thrillers", None),
        ("!!!", None),
        ("I love The Lord of the Rings, Star Wars and anything by Akira Kurosawa.", "Name three."),
        ("😀 “Amélie” = my favourite film; I hate “Saw”", None),
    )
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights, made strong enough that every token's place and forerunners show in the logits."""
    from safetensors.torch import load_file, save_file

    folder = tiny_base.make(tmp_path_factory.mktemp("base"))
    weights = load_file(folder / "model.safetensors")
    strong = {name: w * (10 if w.dim() == 2 else 1) for name, w in weights.items()}
    save_file(strong, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


Build = Callable[..., TransformersModel]


@pytest.fixture(scope="module")
def build(tiny: Path) -> Build:
    """A model of random weights: it writes long nonsense that the grammar allows."""

    def make(**settings: Any) -> TransformersModel:
        return TransformersModel(tiny, **{"tuned": True, "threads": 1, "most_tokens": 24, **settings})

    return make


@pytest.fixture(scope="module")
def plain(build: Build) -> list[tuple[str, str, list[float]]]:
    model = build()
    return [plainly(model, p) for p in PASSAGES]


def said(model: TransformersModel, passages: Sequence[Passage] = PASSAGES) -> list[tuple[str, str]]:
    return [(r.raw, r.status) for r in model.read(passages)]


def cut_at(answers: Sequence[str], seed: int) -> list[str]:
    """Answers that are right up to some place and wrong from there on."""
    chance = random.Random(seed)
    return [a[: chance.randrange(len(a) + 1)] + chance.choice(["", " jazz", "= likes", "; it= wants"]) for a in answers]


@pytest.mark.parametrize("batch", [1, 3, 64])
def test_company_changes_nothing(build: Build, plain: list[tuple[str, str, list[float]]], batch: int) -> None:
    assert said(build(batch=batch)) == [(raw, status) for raw, status, _ in plain]


@pytest.mark.parametrize("tokens", [1, 60])
def test_size_of_groups_changes_nothing(build: Build, plain: list[tuple[str, str, list[float]]], tokens: int) -> None:
    model = build(batch=4)
    model._decoder._group_tokens = tokens
    assert said(model) == [(raw, status) for raw, status, _ in plain]


@pytest.mark.parametrize("seed", range(12))
def test_no_guess_changes_the_answer(build: Build, plain: list[tuple[str, str, list[float]]], seed: int) -> None:
    guesses = cut_at([raw for raw, _, _ in plain], seed)
    model = build(batch=(1, 4, 64)[seed % 3], draft=lambda _: guesses)
    assert said(model) == [(raw, status) for raw, status, _ in plain]


def test_probabilities_are_those_of_the_model(build: Build, plain: list[tuple[str, str, list[float]]]) -> None:
    answers = [raw for raw, _, _ in plain]
    for draft in (None, lambda _: answers, lambda _: cut_at(answers, 5)):
        model = build(draft=draft)
        rows = [
            model._row(p, g) for p, g in zip(PASSAGES, draft(PASSAGES) if draft else [""] * len(PASSAGES), strict=True)
        ]
        model._decoder.decode(rows, 60)
        for row, (_, _, chances) in zip(rows, plain, strict=True):
            known = len(row.chances)  # of an answer that was cut, the last tokens may not have been given to the model
            assert known == len(chances) or row.status == "cut"
            assert row.chances == pytest.approx(chances[:known], rel=1e-3, abs=1e-9)


def test_an_untuned_model_is_shown_its_examples_once_and_says_the_same(build: Build) -> None:
    model = build(tuned=False, most_tokens=8, batch=3)
    assert said(model) == [plainly(model, p)[:2] for p in PASSAGES]


def test_an_answer_ends_only_where_the_grammar_lets_it(build: Build) -> None:
    import torch

    model = build()
    row = model._row(Passage("I love jazz"), "")
    logits = torch.zeros(1, model._model.config.vocab_size)
    logits[0, row.end] = 9.0
    row.read(logits, 0)
    assert not row.status
    assert len(row.written) == 1
    assert row.chances[0] == pytest.approx(float(torch.softmax(logits[0], -1)[row.written[0]]))
    row = model._row(Passage("I love jazz"), "")
    row.matcher.consume_tokens(model._tokens(" jazz= likes"))
    row.written += model._tokens(" jazz= likes")
    row.read(logits, len(row.written))
    assert row.status == "decoded"


def passes(model: TransformersModel, count: list[tuple[int, int]]) -> None:
    """Have ``count`` told how many rows and tokens each pass through the model has."""
    model._model.model.register_forward_hook(
        lambda _, args, kwargs, __: count.append(tuple(kwargs["input_ids"].shape)), with_kwargs=True
    )


def test_a_right_guess_costs_one_pass(build: Build) -> None:
    model = build()
    count: list[tuple[int, int]] = []
    passes(model, count)
    slow, quick = model._row(PASSAGES[0], ""), model._row(PASSAGES[0], "")
    model._decoder.decode([slow], 60)
    assert len(count) > 1
    count.clear()
    quick.guess = list(slow.written)
    model._decoder.decode([quick], 60)
    assert len(count) == 1
    assert (quick.written, quick.status) == (slow.written, slow.status)


def test_the_head_is_asked_for_what_is_decided(build: Build) -> None:
    import torch

    model = build()
    direct = LastLogits(model._model, "cpu")
    assert direct.direct
    asked = LastLogits(model._model, "cpu")
    object.__setattr__(asked, "direct", False)
    ids = torch.tensor([[5, 6, 7, 8], [9, 8, 7, 6]])
    with torch.inference_mode():
        for one, other in zip(direct([1, 3], input_ids=ids), asked([1, 3], input_ids=ids), strict=True):
            assert one.shape == other.shape
            assert torch.allclose(one, other, atol=1e-5)


def test_a_model_that_bends_its_logits_is_asked_through_its_front(build: Build) -> None:
    model = build()._model
    forward = model.forward

    def bent(**inputs: Any) -> Any:
        out = forward(**inputs)
        out.logits = out.logits * 0.5
        return out

    model.forward = bent
    assert not LastLogits(model, "cpu").direct


def test_time_limit_leaves_every_row_with_a_status(build: Build) -> None:
    assert {r.status for r in build(seconds=0.0, batch=2).read(PASSAGES)} == {"timed out", "decoded"}


@pytest.mark.model
@pytest.mark.slow
def test_the_shipped_model_says_what_it_says_plainly_and_none_costs_one_pass() -> None:
    try:
        base = ensure("smollm2", offline=True)
    except ModelError as problem:
        pytest.skip(str(problem))
    guesses = [written([("Studio Ghibli", "likes"), ("horror", "wants")]), *[" none"] * (len(PASSAGES) - 1)]
    model = TransformersModel(base, adapter=ADAPTER, tuned=True, threads=1, draft=lambda ps: guesses[: len(ps)])
    assert said(model) == [plainly(model, p)[:2] for p in PASSAGES]
    count: list[tuple[int, int]] = []
    passes(model, count)
    (reply,) = model.read([Passage("The shop opens at nine.")])
    assert reply.raw == " none"
    assert len(count) == 1
