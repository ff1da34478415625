from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from penchant.errors import ModelError
from penchant.extract import weights
from penchant.extract.encoder import MiniLMEncoder
from penchant.kg.encoder import Encoder


@pytest.fixture(scope="module")
def folder() -> Path:
    try:
        return weights.ensure("minilm", offline=True)
    except ModelError as error:
        pytest.skip(f"{error.found}; fetch it with `penchant model get`")


def test_nothing_is_loaded_before_it_is_asked(tmp_path: Path):
    encoder: Encoder = MiniLMEncoder(tmp_path)
    assert (encoder.name, encoder.size) == ("all-MiniLM-L6-v2", 384)
    assert encoder.encode([]).shape == (0, 384)
    with pytest.raises(ModelError, match="cannot be loaded"):
        encoder.encode(["tea"])


@pytest.mark.model
def test_vectors_are_unit_length_and_say_what_is_near(folder: Path):
    encoder = MiniLMEncoder(folder)
    texts = ["I love horror films", "scary movies are great", "the price of wheat", "", "x " * 2000, "日本語 😀"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.4 > vectors[0] @ vectors[2]


@pytest.mark.model
def test_order_and_company_change_no_vector(folder: Path):
    encoder = MiniLMEncoder(folder)
    texts = [f"sentence number {i} " * (1 + i % 7) for i in range(70)]
    together = encoder.encode(texts)
    assert np.allclose(together[::-1], encoder.encode(texts[::-1]), atol=1e-6)
    assert np.allclose(together[5], encoder.encode([texts[5]])[0], atol=1e-5)


def test_the_module_itself_is_light():
    import subprocess

    code = "import sys, penchant.extract.encoder, penchant.extract.linking; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
