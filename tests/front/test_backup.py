"""Backup, restore and migrate as a person types them."""

import json
import shutil
import tarfile
from pathlib import Path

import pytest

PACKED = Path(__file__).parents[1] / "kg" / "data" / "workspace-1.tar.xz"
EVENTS = "person,item,kind,at\nana,f1,like,2026-01-01T00:00:00Z\n"


@pytest.fixture
def shop(tmp_path, run):
    """A small shop."""
    (tmp_path / "items.csv").write_text("id,label,concepts\nf1,Alien,Horror\nf2,Life,Horror\n")
    (tmp_path / "events.csv").write_text(EVENTS)
    run("init")
    run("add", "items", "items.csv")
    run("add", "events", "events.csv")
    return run


def test_backup_lose_everything_restore(shop, tmp_path):
    said = json.loads(shop("backup", "kept", "--json"))
    assert said["folder"] == "kept"
    assert said["quads"] > 1_000
    before = shop("export", "--format", "nq")
    assert shop("backup", "--verify", "kept") == "kept: whole\n"
    shutil.rmtree(tmp_path / "data")
    assert "sound" in shop("restore", "kept")
    assert shop("export", "--format", "nq") == before


def test_a_workspace_that_stands_is_named_with_the_way_out(shop):
    shop("backup", "kept")
    assert "--replace" in shop("restore", "kept", status=2)
    report = json.loads(shop("restore", "kept", "--replace", "--json"))
    assert report["findings"] == []
    assert report["forgotten"] == 0


def test_without_a_folder_it_lies_in_the_workspace(shop, tmp_path):
    words = shop("backup")
    (made,) = (tmp_path / "data" / "backups").iterdir()
    assert words.startswith(f"{made}: ")
    assert shop("backup", "--verify", made) == f"{made}: whole\n"


def test_damage_is_said_and_is_the_exit_status(shop, tmp_path):
    shop("backup", "kept")
    (tmp_path / "kept" / "workspace" / "ledger.sqlite").write_bytes(b"")
    assert "ledger.sqlite: 0 bytes, expected" in shop("backup", "kept", "--verify", status=1)
    assert "the backup is damaged" in shop("restore", "kept", "--replace", status=2)
    assert "name the folder" in shop("backup", "--verify", status=2)
    assert "there is no backup" in shop("backup", "--verify", "nowhere", status=2)


def test_an_old_workspace_says_migrate_and_migrate_does_it(run, tmp_path):
    with tarfile.open(PACKED) as packed:
        packed.extractall(tmp_path, filter="data")
    (tmp_path / "plain").rename(tmp_path / "data")
    assert "penchant -w" in run("status", status=2)
    words = run("migrate")
    assert words.startswith("version 1 → 3; as it was: ")
    assert words.endswith("sound\n")
    assert run("check") == "sound\n"
    assert run("migrate") == "nothing to do: it is of version 3\n"
