"""Fixtures that every room's tests share."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from penchant.kg.workspace import Workspace, create


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace on disk with readable identifiers."""
    made = create(tmp_path / "workspace", base_iri="https://shop.example/", plain_ids=True)
    yield made
    made.close()


@pytest.fixture(scope="session", autouse=True)
def _pykeen_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """PyKEEN writes into the home folder otherwise."""
    os.environ.setdefault("PYKEEN_HOME", str(tmp_path_factory.mktemp("pykeen")))


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder with public data sets; tests that need it skip where it is not."""
    folder = os.environ.get("PENCHANT_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("public data sets are not here; set PENCHANT_DATA to their folder")
    return Path(folder)


@pytest.fixture(scope="session")
def owl_api() -> Callable[..., list[str]]:
    """Runs ``tests/ontology/OwlApi.java``: what Protégé does, done by the library inside it; answers its lines."""
    jars = "/usr/share/java"
    if shutil.which("javac") is None or not glob.glob(f"{jars}/owlapi-distribution*.jar"):
        pytest.skip("needs a Java development kit and the OWL API (on Debian: default-jdk-headless, libowlapi-java)")
    program = Path(__file__).parent / "ontology" / "OwlApi.java"

    def run(*arguments: object) -> list[str]:
        command = ["java", "-cp", f"{jars}/*", str(program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run
