"""A run of tuning: what is learnt, how long it lasts, and that it goes on as if it had not been interrupted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from penchant.errors import ModelError, SettingError, TrainingError
from penchant.extract.answer import written
from penchant.extract.peft_adapter import add_peft_adapter, is_plain_lora
from penchant.extract.tuning.coding import IGNORED, batches, encode, together
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.recipe import Recipe
from penchant.extract.tuning.train import tune
from penchant.extract.weights import ensure
from tests.extract import tiny_base
from tests.extract.tiny_runs import DEV, QUICK, TRAIN, loss, run


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base.make(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def finished(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("finished") / "run"
    run(base, out)
    return out


def adapter(out: Path) -> bytes:
    return (out / "adapter_model.safetensors").read_bytes()


class PowerCutError(Exception):
    """Stands for whatever ends a process."""


def interrupted(base: Path, out: Path, recipe: Recipe, at: int, **settings: Any) -> None:
    def stop(point: dict[str, float]) -> None:
        if point["step"] >= at:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        run(base, out, recipe, save_every=0.0, progress=stop, **settings)


# What is learnt.


def masked(tokenizer: Any) -> None:
    example = Example("ccpe", "c", "I saw Up and Heat", "Hello?", (("Up", "?"), ("Heat", "likes")))
    coded = encode(tokenizer, example)
    assert tokenizer.decode(coded.ids[:-1]).endswith("Preferences: Up= likes; Heat= likes")
    assert tokenizer.decode([t for t in coded.labels[:-1] if t != IGNORED]) == " Up=; Heat= likes"
    assert coded.labels[-1] == coded.ids[-1] == tokenizer.eos_token_id
    plain = encode(tokenizer, Example("own", "c", "It rains", None, ()))
    assert tokenizer.decode([t for t in plain.labels[:-1] if t != IGNORED]) == written([])


def test_only_the_answer_is_learnt_and_unknown_stances_are_not(base: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    masked(tokenizer)
    filled = together([encode(tokenizer, e) for e in TRAIN[:5]], tokenizer.eos_token_id)
    assert (filled["labels"][filled["attention_mask"] == 0] == IGNORED).all()
    assert len(set(filled["attention_mask"].sum(1).tolist())) > 1


@pytest.mark.model
def test_pieces_give_the_tokens_that_decoding_meets() -> None:
    try:
        folder = ensure("smollm2", offline=True)
    except ModelError as problem:
        pytest.skip(str(problem))
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    masked(tokenizer)
    for example in (*TRAIN, Example("own", "c", "Loved it", "Seen Roma?", (("< Roma", "likes"),))):
        whole = tokenizer(example.answer, add_special_tokens=False)["input_ids"]
        assert encode(tokenizer, example).ids[-1 - len(whole) : -1] == whole


def test_a_known_stance_changes_the_adapter_and_an_unknown_one_does_not(base: Path, tmp_path: Path) -> None:
    def trained(stance: str, name: str) -> bytes:
        some = [Example("ccpe", "c", "I saw Heat", None, (("Heat", stance),))] * 4
        run(base, tmp_path / name, replace(QUICK, steps=2), train=some, dev=[])
        return adapter(tmp_path / name)

    assert trained("?", "a") != trained("likes", "b")
    assert trained("dislikes", "c") != trained("likes", "d")


def test_development_loss_is_that_of_the_adapter_that_is_left(base: Path, finished: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    dense = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(base)
    untuned = loss(dense, tokenizer, DEV)
    curve = [json.loads(line) for line in (finished / "loss.jsonl").read_text().splitlines()]
    kept = min(p["dev_loss"] for p in curve if "dev_loss" in p)
    assert kept < untuned - 0.01
    assert loss(add_peft_adapter(dense, finished).model, tokenizer, DEV) == pytest.approx(kept, abs=1e-3)


def test_what_is_left(finished: Path) -> None:
    from safetensors.torch import load_file

    names = {p.name for p in finished.iterdir()}
    assert names == {"adapter_model.safetensors", "adapter_config.json", "recipe.json", "loss.jsonl"}
    assert {str(v.dtype) for v in load_file(finished / "adapter_model.safetensors").values()} == {"torch.bfloat16"}
    settings = json.loads((finished / "adapter_config.json").read_text())
    assert "/" not in settings["base_model_name_or_path"]
    assert settings["target_modules"] == sorted(settings["target_modules"])
    assert len(settings["target_modules"]) == 7
    assert is_plain_lora(finished)
    assert json.loads((finished / "recipe.json").read_text())["steps"] == QUICK.steps


# Order and length.


def test_batches_are_a_plan_that_a_longer_run_continues() -> None:
    lengths = [10 + i % 7 for i in range(50)]

    def plan(steps: int | None, seed: int = 7) -> list[list[int]]:
        return batches(lengths, batch=8, steps=steps, seed=seed)

    assert plan(20)[:9] == plan(9)
    assert len(plan(20)) == 20
    assert sorted(i for b in plan(20)[:7] for i in b) == list(range(50))
    assert plan(9, seed=8) != plan(9)
    assert len(plan(None)) == 700


def test_same_seed_same_bytes(base: Path, finished: Path, tmp_path: Path) -> None:
    run(base, tmp_path / "again")
    run(base, tmp_path / "other", replace(QUICK, seed=8))
    assert adapter(tmp_path / "again") == adapter(finished)
    assert adapter(tmp_path / "other") != adapter(finished)


@pytest.mark.slow
def test_minutes_end_the_run_and_its_recipe_makes_it_again(base: Path, tmp_path: Path) -> None:
    timed = replace(QUICK, steps=None, minutes=0.05, evaluate_every=20)
    curve = run(base, tmp_path / "timed", timed)
    recipe = Recipe(**json.loads((tmp_path / "timed" / "recipe.json").read_text()))
    assert recipe.minutes is None
    assert recipe.steps is not None
    assert recipe.steps == curve[-1]["step"]
    assert recipe.cooldown is not None
    assert recipe.steps > recipe.cooldown > 1
    assert 1.5 <= curve[-1]["cpu_s"] <= 4
    assert "dev_loss" in curve[-1], "the last adapter must be measured too"
    run(base, tmp_path / "again", recipe)
    assert adapter(tmp_path / "again") == adapter(tmp_path / "timed")


def test_a_run_that_gets_no_better_stops_early_and_keeps_the_best(base: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    wild = replace(QUICK, steps=200, rate=0.5, evaluate_every=4, patience=2, schedule="constant")
    curve = run(base, tmp_path / "wild", wild)
    measured = [p["dev_loss"] for p in curve if "dev_loss" in p]
    assert curve[-1]["step"] < 200
    assert min(measured) not in measured[-2:]
    assert len(measured) - 1 - measured.index(min(measured)) == 2
    dense = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    left = add_peft_adapter(dense, tmp_path / "wild").model
    found = loss(left, AutoTokenizer.from_pretrained(base), DEV)
    assert abs(found - min(measured)) < abs(found - measured[-1])


def test_an_adapter_can_be_the_start(base: Path, finished: Path, tmp_path: Path) -> None:
    first = run(base, tmp_path / "more", replace(QUICK, rate=1e-6), start=finished)
    curve = [json.loads(line) for line in (finished / "loss.jsonl").read_text().splitlines()]
    assert first[0]["dev_loss"] == pytest.approx(min(p["dev_loss"] for p in curve if "dev_loss" in p), abs=2e-3)
    with pytest.raises(SettingError, match="has r 8; expected 4"):
        run(base, tmp_path / "less", replace(QUICK, rank=4), start=finished)


# Interruption.


@pytest.mark.parametrize("at", [6, 10])
def test_an_interrupted_run_ends_with_the_same_bytes(base: Path, finished: Path, tmp_path: Path, at: int) -> None:
    out = tmp_path / "run"
    interrupted(base, out, QUICK, at)
    assert not (out / "adapter_model.safetensors").exists()
    assert len(list(out.glob("checkpoint-*"))) in (1, 2)
    steps: list[float] = []
    run(base, out, progress=lambda point: steps.append(point["step"]))
    assert steps[0] >= at, "went on, did not begin anew"
    assert adapter(out) == adapter(finished)
    assert list(out.glob("checkpoint-*")) == []


def test_a_checkpoint_cut_short_is_passed_over(base: Path, finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    interrupted(base, out, QUICK, 10)
    torn = out / "checkpoint-11"
    torn.mkdir()
    (torn / "adapter_model.safetensors").write_bytes(b"half")
    run(base, out)
    assert adapter(out) == adapter(finished)


def test_checkpoints_come_by_the_clock(base: Path, tmp_path: Path) -> None:
    def seen(every: float) -> set[str]:
        out, found = tmp_path / str(every), set()
        run(
            base,
            out,
            replace(QUICK, steps=40, evaluate_on=0),
            save_every=every,
            progress=lambda _: found.update(p.name for p in out.glob("checkpoint-*")),
        )
        return found

    assert seen(3600.0) == set()
    assert len(seen(0.0)) >= 3


@pytest.mark.parametrize(
    ("recipe", "dev", "said"),
    [(replace(QUICK, rank=4), DEV, "another rank; expected rank = 8"), (QUICK, DEV[1:], "another dev")],
)
def test_another_run_is_not_gone_on_with(
    base: Path, tmp_path: Path, recipe: Recipe, dev: list[Example], said: str
) -> None:
    interrupted(base, tmp_path, QUICK, 6)
    with pytest.raises(SettingError, match=said):
        run(base, tmp_path, recipe, dev=dev)


def test_a_finished_adapter_is_not_written_over(base: Path, finished: Path) -> None:
    before = adapter(finished)
    with pytest.raises(SettingError, match="holds an adapter already"):
        run(base, finished)
    assert adapter(finished) == before


# What cannot be.


def test_nothing_to_train_on(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no training examples"):
        tune([], [], tmp_path, Recipe(steps=1))


def test_a_loss_that_is_no_number_ends_the_run(base: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="Try a lower rate"):
        run(base, tmp_path / "out", replace(QUICK, rate=1e30, warmup=0), dev=[])


def test_a_base_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="smollm2, or a folder"):
        run(tmp_path / "nowhere", tmp_path / "out")


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (Recipe(steps=5, minutes=1.0), "both steps and minutes"),
        (Recipe(rank=0), "rank is 0; expected a whole number from 1"),
        (Recipe(rate=-1.0), "rate is -1.0"),
        (Recipe(minutes=0.0), "minutes is 0.0"),
    ],
)
def test_numbers_out_of_range(recipe: Recipe, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        recipe.checked()
