"""A snapshot made while others write is whole, is what some moment was, and can be brought back."""

import json
import shutil
import threading
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from penchant.errors import SourceError, StoreError, WorkspaceError
from penchant.kg import backup as kg_backup
from penchant.kg.backup import backup, read_manifest, snapshots, verify
from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.erasures import listed
from penchant.kg.forget import forget
from penchant.kg.fuse_all import fuse_all
from penchant.kg.proposal import EventRecord, ItemRecord, Proposal, Reading, TextRecord, Window
from penchant.kg.restore import restore
from penchant.kg.workspace import create, open_workspace
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

START = datetime(2026, 1, 1, tzinfo=UTC)


def say(w, run, n):
    text = f"I like film number {n}."
    record = TextRecord(f"p{n % 7}", text, START + timedelta(hours=n), "x", n + 1, id=str(n))
    proposal = Proposal(text[7:-1], 7, len(text) - 1, "likes", 0.8, 0.9)
    write_readings(w, run, "model", [Reading(record, (Window(0, len(text), "decoded", ""),), (proposal,))])


def fill(w, texts=5):
    write_items(w, w.ledger.begin("items", "x"), [ItemRecord(f"f{n}", f"Film {n}") for n in range(4)])
    rows = [EventRecord("ana", f"f{n}", "Like", START, None, "x", n + 1) for n in range(4)]
    run = w.ledger.begin("events", "x")
    log_events(w, run, rows)
    write_engagements(w, run)
    run = w.ledger.begin("texts", "x", "model")
    for n in range(texts):
        say(w, run, n)


def quads(w):
    return sorted(map(str, w.store.dump()))


@pytest.fixture
def filled(tmp_path):
    """A workspace with a little of everything; a test may close it."""
    w = create(tmp_path / "workspace", base_iri="https://shop.example/", plain_ids=True)
    fill(w)
    yield w
    if hasattr(w.store, "_store"):
        w.close()


@pytest.mark.parametrize("outside", [False, True])
def test_a_snapshot_brings_everything_back(filled, tmp_path, outside):
    (filled.folder / "model").mkdir()
    (filled.folder / "model" / "config.json").write_text("{}")
    made = backup(filled, tmp_path / "out" if outside else None)
    before, account = quads(filled), filled.ledger.account()
    assert verify(made) == []
    manifest = read_manifest(made)
    assert (manifest.version, manifest.quads, manifest.texts) == (3, len(before), 5)
    report = restore(made, tmp_path / "again")
    assert (report.findings, report.upgraded, report.forgotten) == ((), (), 0)
    with open_workspace(tmp_path / "again") as again:
        assert quads(again) == before
        assert again.ledger.account() == account
        assert fuse_all(again, dry_run=True).changed == 0
        assert (again.folder / "model" / "config.json").read_text() == "{}"
        assert sorted(p.name for p in (again.folder / "events").iterdir()) == sorted(
            p.name for p in (filled.folder / "events").iterdir()
        )
    assert not list((filled.folder / "staging").iterdir())


def test_a_snapshot_outside_shares_no_file_with_the_workspace(filled, tmp_path):
    made = backup(filled, tmp_path / "out")
    own = {(p.stat().st_dev, p.stat().st_ino) for p in filled.folder.rglob("*") if p.is_file()}
    assert not own & {(p.stat().st_dev, p.stat().st_ino) for p in made.rglob("*") if p.is_file()}
    assert backup(filled).parent == filled.folder / "backups"


def test_the_key_comes_along_and_others_may_not_look(tmp_path):
    with create(tmp_path / "w") as w:
        made = backup(w)
        assert (made / "workspace" / "key").read_bytes() == (w.folder / "key").read_bytes()
        assert (made / "workspace" / "key").stat().st_mode & 0o077 == 0
        assert made.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_snapshots_taken_while_threads_write_are_each_the_workspace_of_one_moment(workspace, tmp_path):
    fill(workspace, texts=0)
    run = workspace.ledger.begin("texts", "x", "model")
    stop, failed = threading.Event(), []

    def write():
        try:
            for n in range(400):
                if stop.is_set():
                    break
                say(workspace, run, n)
                if n % 20 == 0:
                    workspace.checkpoint()
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    def read():
        while not stop.is_set():
            list(workspace.store.quads(predicate=t.QUOTE))

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    made = [backup(workspace, tmp_path / f"b{n}") for n in range(3)]
    stop.set()
    for thread in threads:
        thread.join()
    assert not failed
    seen = []
    for n, folder in enumerate(made):
        assert restore(folder, tmp_path / f"r{n}").findings == ()
        with open_workspace(tmp_path / f"r{n}") as again:
            quoted = sum(1 for _ in again.store.quads(predicate=t.QUOTE))
            assert quoted == again.ledger.account().texts.get("read", 0)
            assert fuse_all(again, dry_run=True).changed == 0
            seen.append(quoted)
    assert seen == sorted(seen)
    assert seen[-1] > 0


def test_what_is_written_while_the_moment_is_taken_is_in_it_or_not(filled, tmp_path, monkeypatch):
    """A writer that comes between store and ledger waits, or its change is found in the ledger and carried out."""
    copied = EmbeddedStore.backup
    threads = []

    def interrupted(store, folder):
        copied(store, folder)
        threads.append(threading.Thread(target=lambda: (say(filled, 4, 99), filled.checkpoint())))
        threads[0].start()
        threads[0].join(0.5)

    monkeypatch.setattr(EmbeddedStore, "backup", interrupted)
    made = backup(filled, tmp_path / "out")
    threads[0].join()
    assert filled.ledger.account().texts == {"read": 6}
    monkeypatch.undo()
    assert restore(made, tmp_path / "again").findings == ()
    with open_workspace(tmp_path / "again") as again:
        assert sum(1 for _ in again.store.quads(predicate=t.IN_TEXT)) == again.ledger.account().texts["read"]


def test_writers_wait_only_while_the_moment_is_taken(filled, tmp_path, monkeypatch):
    """Hashing and writing the manifest happen while others write."""
    written = threading.Event()

    def slow(draft, at):
        thread = threading.Thread(target=lambda: (say(filled, 4, 99), written.set()))
        thread.start()
        assert written.wait(10), "a writer waited for more than the moment"
        thread.join()
        manifest(draft, at)

    manifest = kg_backup._write_manifest
    monkeypatch.setattr(kg_backup, "_write_manifest", slow)
    assert read_manifest(backup(filled, tmp_path / "out")).texts == 5
    assert filled.ledger.account().texts == {"read": 6}


def test_damage_is_found_and_not_restored(filled, tmp_path):
    made = backup(filled)
    table = next((made / "workspace" / "store").glob("*.sst"))
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.unlink()  # it is a link to the workspace's own
    table.write_bytes(content)
    (made / "workspace" / "workspace.json").unlink()
    (made / "workspace" / "more").write_text("")
    found = verify(made)
    assert found == sorted(found)
    assert [line.split(": ")[1] for line in found] == ["not in the manifest", "its content has changed", "missing"]
    with pytest.raises(SourceError, match="the backup is damaged"):
        restore(made, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert check(filled) == []


def test_no_half_snapshot_stays(filled, tmp_path, monkeypatch):
    def full(draft, at):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kg_backup, "_write_manifest", full)
    with pytest.raises(Exception, match="No space left"):
        backup(filled, tmp_path / "out")
    assert not list(tmp_path.glob("out*"))
    assert not list((filled.folder / "staging").iterdir())


def test_places_that_are_no_place_for_a_snapshot(filled, tmp_path):
    (tmp_path / "there").mkdir()
    for folder, words in [
        (tmp_path / "there", "something is there already"),
        (filled.folder / "mine", "no place for a backup"),
        (filled.folder / "backups", "no place for a backup"),
    ]:
        with pytest.raises(WorkspaceError, match=words):
            backup(filled, folder)


def test_what_a_killed_backup_leaves_is_cleared_on_opening(filled, tmp_path):
    (filled.folder / "staging" / "backup-x" / "store").mkdir(parents=True)
    filled.close()
    with open_workspace(filled.folder):
        assert not (filled.folder / "staging" / "backup-x").exists()


def test_a_workspace_that_stands_is_replaced_only_if_so_told(filled, tmp_path):
    made = backup(filled)
    before = quads(filled)
    say(filled, 4, 50)
    with pytest.raises(WorkspaceError, match="something is there already"):
        restore(made, filled.folder)
    with pytest.raises(WorkspaceError, match="open in another process"):
        restore(made, filled.folder, replace=True)
    filled.close()
    restore(made, filled.folder, replace=True)
    with open_workspace(filled.folder) as again:
        assert quads(again) == before
        assert snapshots(again.folder) == [made]
        assert verify(made) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["workspace"]


def test_a_folder_that_is_no_workspace_is_never_replaced(filled, tmp_path):
    made = backup(filled, tmp_path / "out")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "thesis").write_text("all my work")
    with pytest.raises(WorkspaceError, match="it is no workspace"):
        restore(made, tmp_path / "papers", replace=True)
    assert (tmp_path / "papers" / "thesis").read_text() == "all my work"


def test_a_damaged_workspace_can_be_replaced(filled, tmp_path):
    made = backup(filled)
    filled.close()
    (filled.folder / "store" / "CURRENT").write_text("nonsense\n")
    assert restore(made, filled.folder, replace=True).findings == ()


@pytest.mark.parametrize("killed", ["moved aside", "not yet removed"])
def test_what_a_killed_restore_leaves_is_finished_by_the_next(filled, tmp_path, killed):
    made = backup(filled)
    kept = made.relative_to(filled.folder)
    filled.close()
    folder, former = filled.folder, tmp_path / "workspace.before-restore"
    folder.rename(former)
    if killed == "not yet removed":
        shutil.copytree(former / kept / "workspace", folder)
    restore(folder / kept, folder, replace=True)
    with open_workspace(folder) as again:
        assert check(again) == []
        assert snapshots(folder) == [made]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["workspace"]


def test_a_manifest_of_another_kind_or_none_is_an_error(filled, tmp_path):
    with pytest.raises(SourceError, match="there is no backup"):
        verify(tmp_path)
    made = backup(filled)
    said = json.loads((made / "manifest.json").read_text())
    (made / "manifest.json").write_text(json.dumps({**said, "version": 99}))
    with pytest.raises(SourceError, match="written by a newer Penchant"):
        restore(made, tmp_path / "again")
    (made / "manifest.json").write_text(json.dumps({**said, "format": 2}))
    with pytest.raises(SourceError, match="another kind"):
        verify(made)
    (made / "manifest.json").write_text("{")
    with pytest.raises(SourceError, match="cannot be read"):
        verify(made)


def holds(folder, words):
    """Whether any file below ``folder`` has these bytes, packed rows of events unpacked."""
    parquet = [str(row) for path in folder.rglob("*.parquet") for row in pq.read_table(path).to_pylist()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return any(words.encode() in path.read_bytes() for path in files) or any(words in row for row in parquet)


@pytest.mark.parametrize("place", ["replaced", "named", "named backup"])
def test_who_was_forgotten_since_is_forgotten_again(filled, tmp_path, place):
    made = backup(filled, tmp_path / "out")
    ana = filled.namer.person("ana")
    others = [q for q in quads(filled) if "ana" not in q]
    forget(filled, [ana])
    later = backup(filled, tmp_path / "later")
    filled.close()
    assert holds(made, "u/ana")
    if place == "replaced":
        folder = filled.folder
        report = restore(made, folder, replace=True)
    else:
        folder = tmp_path / "again"
        report = restore(made, folder, erasures=filled.folder if place == "named" else later)
    assert (report.forgotten, report.findings) == (1, ())
    assert not holds(folder, "u/ana")
    assert not holds(folder / "events", "ana")
    with open_workspace(folder) as again:
        assert [q for q in quads(again) if "/run/" not in q] == [q for q in others if "/run/" not in q]
        known = listed(folder)
    assert known.at(ana) is not None
    assert restore(backup_of_before(made), tmp_path / "once more", erasures=folder).forgotten == 1


def backup_of_before(made):
    """The snapshot is as it was: restoring never changes it."""
    assert verify(made) == []
    return made


def test_who_came_back_after_being_forgotten_stays(filled, tmp_path, monkeypatch):
    forget(filled, [filled.namer.person("ana")])
    monkeypatch.setattr(kg_backup, "datetime", Later)
    log_events(filled, filled.ledger.begin("events", "x"), [EventRecord("ana", "f1", "Like", START, None, "y", 1)])
    write_engagements(filled, 9)
    made = backup(filled, tmp_path / "out")
    filled.close()
    assert restore(made, filled.folder, replace=True).forgotten == 0
    with open_workspace(filled.folder) as again:
        assert again.store.contains_graph(again.graphs.user(again.namer.person("ana")))


class Later(datetime):
    """A clock that is ahead."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(hours=1)


def test_a_snapshot_holds_nothing_of_whom_the_store_still_has_strings(filled, tmp_path):
    forget(filled, [filled.namer.person("ana")], rewrite=False)
    assert holds(filled.folder / "store", "u/ana")
    made = backup(filled, tmp_path / "out")
    assert not holds(made, "u/ana")
    assert not holds(filled.folder / "store", "u/ana")


def test_a_list_that_cannot_be_read_stops_the_restoring(filled, tmp_path):
    made = backup(filled, tmp_path / "out")
    forget(filled, [filled.namer.person("ana")])
    filled.close()
    (filled.folder / "ledger.sqlite").write_bytes(b"nonsense" * 1_000)
    with pytest.raises(StoreError, match="list of forgotten people cannot be read"):
        restore(made, filled.folder, replace=True)
    assert holds(filled.folder, "nonsense")
