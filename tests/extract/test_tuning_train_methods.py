"""Every method of tuning, from training to reading."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from penchant.errors import ModelError, SettingError
from penchant.extract.lora import add_adapter
from penchant.extract.peft_adapter import add_peft_adapter, is_plain_lora
from penchant.extract.tuning.peft_methods import check_method, methods
from tests.extract import tiny_base
from tests.extract.tiny_runs import DEV, QUICK, loss, run


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base.make(tmp_path_factory.mktemp("base"))


#: Tried at every run of the tests; the others with the slow ones, of which they are most.
COMMON = ("adalora", "dora", "ia3", "lora", "pissa", "prefix", "prompt", "vera")
ALL = [m if m in COMMON else pytest.param(m, marks=pytest.mark.slow) for m in methods()]


@pytest.mark.parametrize("method", ALL)
def test_what_a_method_trains_is_what_is_read(method: str, base: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    rate = 0.5 if method in ("prompt", "prefix") else QUICK.rate  # few numbers, far from the answer
    curve = run(base, tmp_path / "out", replace(QUICK, method=method, rate=rate))
    kept = min(p["dev_loss"] for p in curve if "dev_loss" in p)
    dense = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(base)
    untuned = loss(dense, tokenizer, DEV)
    made = add_peft_adapter(dense, tmp_path / "out")
    assert loss(made.model, tokenizer, DEV, made.cache, made.length) == pytest.approx(kept, abs=3e-4)
    assert abs(kept - untuned) > 4e-4, "an adapter that does nothing would pass"


@pytest.mark.parametrize("method", ["ptuning", "pissa", "dora"])
def test_an_interrupted_run_of_another_method_ends_with_the_same_bytes(method: str, base: Path, tmp_path: Path) -> None:
    class PowerCutError(Exception):
        pass

    def stop(point: dict[str, float]) -> None:
        if point["step"] >= 6:
            raise PowerCutError

    recipe = replace(QUICK, method=method)
    run(base, tmp_path / "whole", recipe)
    with pytest.raises(PowerCutError):
        run(base, tmp_path / "cut", recipe, save_every=0.0, progress=stop)
    run(base, tmp_path / "cut", recipe)
    whole, cut = (tmp_path / name / "adapter_model.safetensors" for name in ("whole", "cut"))
    assert whole.read_bytes() == cut.read_bytes()


@pytest.mark.parametrize(("method", "plain"), [("lora", True), ("pissa", True), ("dora", False), ("rslora", False)])
def test_the_quick_way_is_taken_where_it_is_right(method: str, plain: bool, base: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    curve = run(base, tmp_path / "out", replace(QUICK, method=method))
    assert is_plain_lora(tmp_path / "out") == plain
    dense = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()
    add_adapter(dense, tmp_path / "out")
    kept = min(p["dev_loss"] for p in curve if "dev_loss" in p)
    agrees = loss(dense, AutoTokenizer.from_pretrained(base), DEV) == pytest.approx(kept, abs=3e-4)
    assert agrees == plain


def test_prompt_methods_put_their_tokens_before_every_prompt(base: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    run(base, tmp_path / "out", replace(QUICK, method="prompt", rank=5))
    made = add_peft_adapter(AutoModelForCausalLM.from_pretrained(base), tmp_path / "out")
    assert made.length == made.cache.get_seq_length() == 5


def test_the_rank_is_that_of_the_recipe(base: Path, tmp_path: Path) -> None:
    run(base, tmp_path / "out", replace(QUICK, rank=3, alpha=5))
    settings = json.loads((tmp_path / "out" / "adapter_config.json").read_text())
    assert (settings["r"], settings["lora_alpha"]) == (3, 5)


def test_names_that_are_not_there_and_sizes_that_do_not_fit(base: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"no method is called 'magic'; expected .*dora.*lora.*prefix"):
        check_method("magic")
    with pytest.raises(SettingError, match="no method is called"):
        run(base, tmp_path / "a", replace(QUICK, method="magic"))
    with pytest.raises(SettingError, match="gralora with rank 7 does not fit this base"):
        run(base, tmp_path / "b", replace(QUICK, method="gralora", rank=7))
    with pytest.raises(SettingError, match="adalora plans over its steps"):
        run(base, tmp_path / "c", replace(QUICK, method="adalora", steps=None, minutes=1.0))
    with pytest.raises(ModelError, match="does not fit the model"):
        add_peft_adapter(None, tmp_path / "nowhere")


@pytest.mark.parametrize("method", ["dora", "prompt"])
def test_the_reader_reads_with_adapters_of_other_methods(method: str, base: Path, tmp_path: Path) -> None:
    from penchant.extract.language_model import Passage
    from penchant.extract.transformers_model import TransformersModel

    rate = 0.5 if method == "prompt" else QUICK.rate
    run(base, tmp_path / "out", replace(QUICK, method=method, rate=rate))
    passages = [Passage(e.text, e.context) for e in DEV[:6]]
    plain = TransformersModel(base, tuned=True, threads=1, most_tokens=12).read(passages)
    model = TransformersModel(base, adapter=tmp_path / "out", tuned=True, threads=1, most_tokens=12)
    read = model.read(passages)
    if method == "dora":  # so few virtual tokens move a tiny model too little to be seen in an answer
        assert [r.raw for r in read] != [r.raw for r in plain]
    assert model.fingerprint != TransformersModel(base, tuned=True, threads=1, most_tokens=12).fingerprint
    assert [r.raw for r in read] == [model.read([p])[0].raw for p in passages]
