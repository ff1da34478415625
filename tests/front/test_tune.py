"""``penchant tune`` as a command."""

from __future__ import annotations

import json

import pytest

from tests.extract import tiny_base


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "lacks laps"),
        (("nowhere", "--steps", 5, "--minutes", 1), "both steps and minutes"),
        (("nowhere", "--rank", 0), "rank is 0"),
    ],
)
def test_what_cannot_be(run, words, said):
    assert said in run("tune", *words, "--out", "out", status=2)


@pytest.mark.data
@pytest.mark.slow
def test_from_data_to_adapter(run, tmp_path, public_data):
    base = tiny_base.make(tmp_path / "base")
    words = ("tune", public_data, "--base", base, "--steps", 4, "--evaluate-on", 8, "--tracker", "none", "--out")
    answer = json.loads(run(*words, tmp_path / "out", "--json"))
    assert [point["step"] for point in answer["curve"]] == [4]
    assert answer["curve"][0]["dev_loss"] > 0
    assert (tmp_path / "out" / "adapter_model.safetensors").exists()
    assert "holds an adapter already" in run(*words, tmp_path / "out", status=2)
    assert "no method is called 'magic'" in run(*words, tmp_path / "new", "--method", "magic", status=2)
