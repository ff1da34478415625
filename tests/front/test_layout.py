"""The house: rooms at the top, one link to each in the front door, walls that hold."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("ontology", "kg", "extract", "recommend", "queries")


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_a_folder_with_a_relative_link_in_the_front_door(room):
    link = ROOT / "penchant" / room
    assert (ROOT / room).is_dir()
    assert link.is_symlink()
    assert str(link.readlink()) == f"../{room}"


def test_the_walls_hold():
    said = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout[-2000:]


@pytest.mark.slow
def test_the_wheel_holds_every_room_and_works_alone(tmp_path):
    def run(*words, **more):
        return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout

    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    run(sys.executable, "-m", "pip", "install", "--no-deps", "--target", tmp_path / "site", wheel)
    code = (
        "import penchant, pathlib; from penchant.queries import loader\n"
        "from penchant.ontology.behaviour import read_vocabulary\n"
        f"assert pathlib.Path(penchant.__file__).is_relative_to({str(tmp_path)!r})\n"
        f"with penchant.create({str(tmp_path / 'w')!r}) as p: print(p.ask('ASK {{}}').truth, len(loader.names()) > 20)"
    )
    assert run(sys.executable, "-c", code, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site")}).split() == [
        "True",
        "True",
    ]
