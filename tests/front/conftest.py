"""The front door as people use it: another process, real files."""

import os
import subprocess
import sys
from functools import partial

import pytest

from penchant.errors import ModelError
from penchant.extract.weights import ensure


def _call(folder, *words, stdin="", status=0):
    """Run ``penchant`` in ``folder``; what it said, on both channels where it was to fail."""
    environment = {**os.environ, "PENCHANT_WORKSPACE": str(folder / "data"), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", "from penchant.cli import main; main()", *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout if status == 0 else done.stdout + done.stderr


@pytest.fixture(scope="session")
def call():
    """Runs ``penchant`` in a folder."""
    return _call


@pytest.fixture
def run(tmp_path):
    """Runs ``penchant`` in a folder of the test's own."""
    return partial(_call, tmp_path)


@pytest.fixture(scope="session")
def models():
    """Both models are in the cache; skips where they are not."""
    try:
        ensure("smollm2", offline=True)
        ensure("minilm", offline=True)
    except ModelError as missing:
        pytest.skip(f"{missing}")
