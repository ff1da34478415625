"""Trackers by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from penchant.errors import SettingError
from penchant.extract.tuning.trackers import chosen, installed, trackers
from tests.extract import tiny_base
from tests.extract.tiny_runs import run


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base.make(tmp_path_factory.mktemp("base"))


def test_tensorboard_is_written_where_it_is_installed(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    curve = run(base, tmp_path / "out", tracker=None)
    (file,) = (tmp_path / "out").rglob("events.out.tfevents.*")
    events = EventAccumulator(str(file.parent))
    events.Reload()
    assert [e.step for e in events.Scalars("eval/loss")] == [p["step"] for p in curve if "dev_loss" in p]
    assert [round(e.value, 4) for e in events.Scalars("train/loss")] == [
        pytest.approx(p["loss"], abs=1e-3) for p in curve if "loss" in p
    ]


#: These write files and ask nobody anything; the others need an account or a server.
OFFLINE: dict[str, dict[str, str]] = {
    "codecarbon": {},
    "dvclive": {},
    "mlflow": {},
    "swanlab": {"SWANLAB_MODE": "offline"},
    "wandb": {"WANDB_MODE": "offline"},
}


@pytest.mark.parametrize("name", sorted(OFFLINE))
def test_other_trackers(name: str, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name not in installed():
        pytest.skip(f"{name} is not installed")
    monkeypatch.chdir(tmp_path)
    for variable, value in OFFLINE[name].items():
        monkeypatch.setenv(variable, value)
    before = set(tmp_path.rglob("*"))
    run(base, tmp_path / "out", tracker=name)
    assert len(set(tmp_path.rglob("*")) - before) > 4, "wrote more than the adapter"


def test_names() -> None:
    assert chosen("none") == []
    assert chosen(None) == [name for name in installed() if name == "tensorboard"]
    with pytest.raises(SettingError, match=r"no tracker is called 'abacus'; expected none, .*mlflow.*wandb"):
        chosen("abacus")


@pytest.mark.parametrize("name", trackers())
def test_a_missing_package_is_named(name: str) -> None:
    if name in installed():
        assert chosen(name) == [name]
        return
    with pytest.raises(SettingError, match=r"not installed. Run `pip install [a-z-]+`"):
        chosen(name)
