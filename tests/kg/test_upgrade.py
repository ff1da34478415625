"""A workspace that version 1 has made becomes one of today: its rows, its people, its numbers, its edits."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from penchant.errors import StoreError, WorkspaceError
from penchant.kg.apply_ontology import undo_ontology
from penchant.kg.backup import read_manifest, verify
from penchant.kg.check import check
from penchant.kg.fuse_all import fuse_all
from penchant.kg.ledger import SCHEMA
from penchant.kg.proposal import Proposal, Reading, TextRecord, Window
from penchant.kg.restore import restore
from penchant.kg.stored_reading import stored_text
from penchant.kg.upgrade import TERMS_OF_2, TERMS_OF_3, upgrade
from penchant.kg.upgrade_ledger import statements, upgrade_ledger
from penchant.kg.workspace import VERSION, create, open_workspace, read_about
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t
from penchant.ontology.declared import declarations
from penchant.ontology.files import ontology_path, read_triples

PACKED = Path(__file__).parent / "data" / "workspace-1.tar.xz"
UPGRADE = """
import sys
from pathlib import Path
from penchant.kg.upgrade import upgrade
print("started", flush=True)
upgrade(Path(sys.argv[1]))
print("ended", flush=True)
"""


@pytest.fixture
def old(tmp_path):
    """Folder with the workspaces ``plain`` and ``hmac`` of version 1."""
    with tarfile.open(PACKED) as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path


def rows(folder, sql):
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as db:
        return db.execute(sql).fetchall()


def schema(folder):
    """Columns of each table, whatever their order, and what each index is over."""
    found = {}
    for kind, name, sql in rows(folder, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        columns = rows(folder, f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{name}')")
        checks = sorted(re.findall(r"CHECK \([^)]*\)\)|REFERENCES \"?\w+\"?", sql))
        found[name] = sql if kind == "index" else (sorted(columns, key=str), [c.replace('"', "") for c in checks])
    return found


def test_an_older_or_newer_workspace_says_what_to_do(old):
    with pytest.raises(WorkspaceError, match=r"of version 1; expected version 3.*penchant -w .* migrate"):
        open_workspace(old / "plain")
    about = {**read_about(old / "plain"), "version": VERSION + 1}
    (old / "plain" / "workspace.json").write_text(json.dumps(about))
    for call in (open_workspace, upgrade):
        with pytest.raises(WorkspaceError, match="written by a newer Penchant"):
            call(old / "plain")


@pytest.mark.parametrize("kind", ["plain", "hmac"])
def test_after_the_upgrade_it_is_as_if_made_today(old, kind, tmp_path):
    before = rows(
        old / kind, "SELECT run, iri, person, line, source_id, at, text, status, reason FROM texts ORDER BY id"
    )
    report = upgrade(old / kind)
    assert (report.before, report.after, report.findings) == (1, 3, ())
    assert any("3 people fused anew, 1 of them changed" in words for words in report.changes)
    after = rows(
        old / kind, "SELECT run, iri, person, line, source_id, at, text, status, reason FROM texts ORDER BY id"
    )
    assert after == before
    create(tmp_path / "new").close()
    assert schema(old / kind) == schema(tmp_path / "new")
    assert rows(old / kind, "PRAGMA user_version") == [(3,)]
    with open_workspace(old / kind) as w:
        assert check(w) == []
        assert fuse_all(w, dry_run=True).changed == 0
        assert w.ledger.account().imbalances() == []
        for id in ("ana", "bo", "cy", "eve"):
            assert w.ledger.called(w.namer.person(id)) == id
    assert upgrade(old / kind).changes == ()
    assert upgrade(old / kind).backup is None


def test_rows_of_the_ledger_get_what_they_lacked(old):
    upgrade(old / "plain")
    texts = rows(old / "plain", "SELECT person, extractor, dated, windows, mentions, superseded FROM texts ORDER BY id")
    assert texts == [
        ("ana", "model 1", 1, 1, 3, 1),
        ("cy", "model 1", 0, 1, 3, 0),
        ("bo", "model 1", 1, 0, 0, 0),
        ("ana", "model 1", 1, 0, 0, 0),
        ("ana", "model 2", 1, 1, 3, 0),
    ]
    assert rows(old / "plain", "SELECT id, kind, person, state FROM rejected") == [(1, "event", "eve", "open")]
    runs = rows(old / "plain", "SELECT kind, lines, used FROM runs WHERE kind IN ('items', 'events') ORDER BY id")
    assert runs == [("items", 0, 0), ("events", 1, 0)]
    assert rows(old / "plain", "SELECT id, raw, state FROM bad_lines") == [(1, "{", "open")]
    mentions = rows(old / "plain", "SELECT id, status, stance, experience, at, state FROM mentions ORDER BY id LIMIT 3")
    assert mentions == [
        (1, "accepted", "likes", "", None, "open"),
        (2, "accepted", "dislikes", "", None, "open"),
        (3, "rejected", "adores", "", None, "open"),
    ]


def test_ratings_weigh_by_the_persons_own_mean_afterwards(old):
    """Who has always given little says less against each by giving little again."""
    upgrade(old / "hmac")
    with open_workspace(old / "hmac") as w:
        graph = w.graphs.user(w.namer.person("bo"))
        weights = {float(q.object.value) for q in w.store.quads(predicate=t.WEIGHT, graph=graph)}
        # bo rated five films 2: the usual is (5·2 + 4·3)/9 = 22/9, and 2 lies (2 − 22/9)/(22/9 − 1) = −4/13 below.
        assert any(weight == pytest.approx(-4 / 13, abs=1e-4) for weight in weights)


def test_an_edited_core_keeps_its_edit_and_gets_the_new_terms(old):
    edited = (old / "plain" / "ontology" / "0002" / "penchant.ttl").read_text()
    upgrade(old / "plain")
    with open_workspace(old / "plain") as w:
        assert w.ontology.number == 2
        assert w.ontology.files[t.CORE].read_text().startswith(edited)
        assert w.vocabulary.kind("View").reliability == pytest.approx(0.33)
        assert len(w.ontology.files) == 2
        declared = declarations(w.ontology.triples)
        assert all(declared.has(term) for term in (*TERMS_OF_2, *TERMS_OF_3))
        assert t.SESSIONS in {shape.path for shape in w.ontology.shapes}
        assert {q.subject for q in w.store.dump(w.graphs.ontology)} >= {*TERMS_OF_2, *TERMS_OF_3}
        assert undo_ontology(w).edition == 3
        assert undo_ontology(w).edition == 4
        assert w.vocabulary.kind("View").reliability == pytest.approx(0.1)


def test_the_new_terms_are_those_that_the_core_of_version_1_lacks(old):
    former = declarations(read_triples(old / "plain" / "ontology" / "0002" / "penchant.ttl")).kinds.keys()
    today = declarations(read_triples(ontology_path())).kinds.keys()
    assert {*TERMS_OF_2, *TERMS_OF_3} == today - former


def test_a_workspace_of_version_2_gets_room_for_what_is_understood_now(tmp_path):
    folder = tmp_path / "w"
    with create(folder) as w:
        wanted = schema(folder)
        run = w.ledger.begin("texts", "file", "model 1")
        said = TextRecord("ana", "I love horror.", datetime(2026, 5, 1, tzinfo=UTC), "file", 1)
        mention = Proposal("horror", 7, 13, "likes", 0.9, 0.9)
        write_readings(w, run, "model 1", [Reading(said, (Window(0, 14, "decoded", ""),), (mention,))])
        w.checkpoint()
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as db:
        for column in ("antecedent", "condition", "aspect", "opinion", "opinion_start"):
            db.execute(f"ALTER TABLE mentions DROP COLUMN {column}")
        db.execute("DROP TABLE statements")
        db.execute("PRAGMA user_version = 2")
        db.commit()
    (folder / "workspace.json").write_text(json.dumps({**read_about(folder), "version": 2}))
    report = upgrade(folder)
    assert (report.before, report.after, report.findings) == (2, 3, ())
    assert schema(folder) == wanted
    with open_workspace(folder) as w:
        (mention_again,) = stored_text(w.ledger.connection, 1).mentions
        assert mention_again.proposal == mention
    assert upgrade(folder).changes == ()


def test_the_backup_made_first_is_the_workspace_as_it_was(old, tmp_path):
    report = upgrade(old / "plain", backup=tmp_path / "kept")
    assert report.backup == tmp_path / "kept"
    assert verify(report.backup) == []
    assert read_manifest(report.backup).version == 1
    again = restore(report.backup, tmp_path / "again")
    assert any("3 people fused anew, 1 of them changed" in words for words in again.upgraded)
    assert again.findings == ()
    with open_workspace(tmp_path / "again") as one, open_workspace(old / "plain") as other:
        assert set(one.store.dump()) == set(other.store.dump())
    assert read_manifest(report.backup).version == 1


def test_where_no_backup_can_be_made_nothing_changes(old, tmp_path):
    (tmp_path / "taken").mkdir()
    before = {p: p.read_bytes() for p in (old / "plain").glob("*") if p.is_file()}
    with pytest.raises(StoreError):
        upgrade(old / "plain", backup=tmp_path / "taken")
    assert {p: p.read_bytes() for p in (old / "plain").glob("*") if p.is_file()} == before


def test_a_broken_ledger_changes_nothing(old):
    file = old / "plain" / "ledger.sqlite"
    with closing(sqlite3.connect(file)) as db:
        db.execute("INSERT INTO rejected VALUES (1, 'x', 1, 'because', 'no JSON')")
        db.commit()
    with pytest.raises(StoreError, match="no ledger of version 1"):
        upgrade(old / "plain")
    assert rows(old / "plain", "SELECT count(*) FROM rejected") == [(2,)]
    assert rows(old / "plain", "PRAGMA user_version") == [(0,)]
    with pytest.raises(WorkspaceError, match="Go on with `penchant"):
        open_workspace(old / "plain")
    with closing(sqlite3.connect(file)) as db:
        db.execute("DELETE FROM rejected WHERE raw = 'no JSON'")
        db.commit()
    assert upgrade(old / "plain").findings == ()


def test_a_ledger_of_today_is_left_alone(tmp_path):
    with create(tmp_path / "w") as w:
        namer = w.namer
    assert upgrade_ledger(tmp_path / "w" / "ledger.sqlite", namer, ()) is None


def test_an_upgrade_under_way_does_not_open_and_goes_on_with_its_backup(old, monkeypatch):
    from penchant.kg import upgrade as module

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "fuse_all", killed)
        with pytest.raises(KeyboardInterrupt):
            upgrade(old / "plain")
    with pytest.raises(WorkspaceError, match="Go on with `penchant"):
        open_workspace(old / "plain")
    (made,) = (old / "plain" / "backups").iterdir()
    report = upgrade(old / "plain")
    assert (report.before, report.backup, report.findings) == (1, made, ())
    assert list((old / "plain" / "backups").iterdir()) == [made]
    with open_workspace(old / "plain") as w:
        assert w.ontology.number == 2


@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on(old, tmp_path):
    wanted = tmp_path / "wanted"
    subprocess.run(["cp", "-r", old / "plain", wanted], check=True)
    upgrade(wanted)
    cut_short = 0
    for seconds in (0.0, 0.1, 0.2, 0.3, 0.5, 0.8):
        folder = tmp_path / f"killed after {seconds}"
        subprocess.run(["cp", "-r", old / "plain", folder], check=True)
        process = subprocess.Popen([sys.executable, "-c", UPGRADE, str(folder)], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "started\n"
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGKILL)
        cut_short += "ended" not in process.stdout.read()
        process.wait()
        assert upgrade(folder).findings == ()
        with open_workspace(folder) as one, open_workspace(wanted) as other:
            assert set(one.store.dump()) == set(other.store.dump())
            assert one.ledger.account() == other.ledger.account()
    assert cut_short, "every upgrade ended before it was killed: nothing was shown"


def test_the_schema_is_read_statement_by_statement():
    script = SCHEMA.read_text("utf-8")
    found = list(statements(script))
    assert "".join(found).rstrip() == script.rstrip()
    assert all(sum(line.lstrip().startswith(("CREATE", "PRAGMA")) for line in s.splitlines()) == 1 for s in found)
