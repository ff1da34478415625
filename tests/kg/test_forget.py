import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg import erasures
from penchant.kg.artefacts import forgotten_since, write_contributions
from penchant.kg.backup import backup
from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.compact import compact, is_due
from penchant.kg.forget import PLAN, forget, knows, resume, was_forgotten
from penchant.kg.ledger_of_person import names
from penchant.kg.proposal import BadLine, EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.records import person_quads
from penchant.kg.store import Change
from penchant.kg.workspace import create, open_workspace
from penchant.kg.write_events import log_events, write_engagements
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HORROR, OPERA = t.WD + "Q200092", t.WD + "Q1344"
#: What nobody but these people has said; their ids hold what ids may hold.
WORDS = {
    "ana-7731": "Gloomwood nights of horror",
    "bo 李雷 \"x'": "Brassmoor operas without end",
    "cho/ü": "Quellspire dances in the rain",
}
ANA, BO, CHO = WORDS


def say(workspace, person, text, quote, stance="likes", link=None, at=NOW, **more):
    start = text.index(quote)
    candidates = (LinkCandidate(link, quote, 0.9),) if link else ()
    proposal = Proposal(quote, start, start + len(quote), stance, 0.9, 0.9, candidates, link, 0.8)
    record = TextRecord(person, text, at, "file", 1, **more)
    run = workspace.ledger.begin("texts", "file", "by hand")
    write_readings(workspace, run, "by hand", [Reading(record, (Window(0, len(text), "decoded", text),), (proposal,))])


def do(workspace, *events):
    run = workspace.ledger.begin("events", "file")
    logged = log_events(workspace, run, events)
    write_engagements(workspace, run, logged.people)


def filled(workspace):
    """Three people of whom nobody shares a thing with another; what they said, did, and what was refused of theirs."""
    items = [ItemRecord(f"i{n}", f"Item {n}") for n in range(6)]
    write_items(workspace, workspace.ledger.begin("items", "x"), items)
    for n, (person, text) in enumerate(WORDS.items()):
        say(workspace, person, text, text.split()[0], link=[HORROR, OPERA, None][n])
        say(workspace, person, f"Nobody but {person} says this.", "Nobody", "dislikes", at=NOW + timedelta(days=1))
        do(workspace, EventRecord(person, f"i{n}", "Like", NOW), EventRecord(person, f"i{n + 3}", "View", NOW))
        do(workspace, EventRecord(person, "no such item", "Like", NOW))
        run = workspace.ledger.begin("texts", "file", read_with={"person": person})
        with workspace.ledger.transaction():
            workspace.ledger.bad_line(run, BadLine("file", 9, "no text", json.dumps({"user": person, "words": text})))
            workspace.ledger.count_lines(run, 1)
    workspace.checkpoint()
    return workspace


@pytest.fixture
def three(tmp_path):
    with create(tmp_path / "ws", base_iri="https://shop.example/") as made:
        yield filled(made)


def everything(folder, store=None):
    """Every byte of the folder, and once more what its databases and Parquet files say when they are asked."""
    parts = []
    for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
        parts.append(str(path).encode())
        with suppress(FileNotFoundError):  # the store tidies up beside us
            parts.append(path.read_bytes())
        if path.suffix == ".parquet":
            parts.append(str(pq.read_table(path).to_pylist()).encode())
        if path.suffix == ".sqlite":
            with closing(sqlite3.connect(path)) as db:
                parts.append("\n".join(db.iterdump()).encode())
    if store is not None:
        parts.append("\n".join(str(quad) for quad in store.dump()).encode())
    return b"\n".join(parts)


def needles(workspace, person):
    """Everything by which somebody could be found: id, words, quotes, and every IRI made for them."""
    iri = workspace.namer.person(person)
    subjects = {q.subject.value for q in workspace.store.dump(workspace.graphs.user(iri))}
    minted = {value.removeprefix("https://shop.example/") for value in subjects if value.startswith("https://shop")}
    assert len(minted) > 8
    escaped = json.dumps(person)[1:-1]
    return {n.encode() for n in {person, escaped, *WORDS[person].split()[:1], WORDS[person], *minted}}


def graph_of(workspace, person):
    return sorted(str(q) for q in workspace.store.dump(workspace.graphs.user(workspace.namer.person(person))))


@pytest.mark.parametrize("plain", [True, False])
def test_nothing_is_left_of_who_was_forgotten_and_everything_of_the_others(tmp_path, plain):
    folder = tmp_path / "ws"
    three = filled(create(folder, base_iri="https://shop.example/", plain_ids=plain))
    iri = three.namer.person(BO)
    found = needles(three, BO)
    others = {person: graph_of(three, person) for person in (ANA, CHO)}
    before = everything(folder, three.store)
    assert all(needle in before for needle in found)

    report = forget(three, [iri])

    assert (report.people, report.events, report.rewritten) == (1, 2, True)
    assert (report.ledger.texts, report.ledger.mentions, report.ledger.rejected, report.ledger.bad_lines) == (
        2,
        2,
        1,
        1,
    )
    assert report.quads > 20
    assert [n for n in found if n in everything(folder, three.store)] == []
    assert {person: graph_of(three, person) for person in others} == others
    assert check(three) == []
    three.close()
    assert [n for n in found if n in everything(folder)] == []
    with open_workspace(folder) as again:
        assert [n for n in found if n in everything(folder, again.store)] == []
        assert {person: graph_of(again, person) for person in others} == others
        assert check(again) == []
        assert not knows(again, iri, BO)
        assert was_forgotten(again, iri)
        assert not was_forgotten(again, again.namer.person(ANA))


def test_what_is_deleted_stays_in_the_files_of_the_store_until_they_are_rewritten(three):
    forget(three, [three.namer.person(ANA)], rewrite=False)
    assert is_due(three)
    three.store.flush()
    assert b"Gloomwood" in everything(three.folder)
    done = compact(three)
    assert done.quads == sum(1 for _ in three.store.dump())
    assert not is_due(three)
    assert b"Gloomwood" not in everything(three.folder, three.store)
    assert check(three) == []


def test_all_identifiers_of_a_human_being_are_forgotten(three):
    ana, cho = three.namer.person(ANA), three.namer.person(CHO)
    three.store.apply(Change(insert=(Quad(cho, t.MERGED_INTO, ana, three.graphs.links),)))
    found = needles(three, ANA) | needles(three, CHO)
    assert forget(three, [cho]).people == 2
    assert [n for n in found if n in everything(three.folder, three.store)] == []
    assert list(three.store.dump(three.graphs.links)) == []
    assert graph_of(three, BO)


def test_somebody_for_whom_others_wish_something_stays_somebody_else(three):
    ana, bo = three.namer.person(ANA), three.namer.person(BO)
    graph = three.graphs.user(bo)
    (said, *_) = sorted(
        (q.subject for q in three.store.quads(predicate=t.TYPE, object=t.OBSERVATION, graph=graph)), key=str
    )
    three.store.apply(Change(insert=(Quad(said, t.BENEFICIARY, ana, graph),)))
    forget(three, [ana])
    (left,) = three.store.quads(subject=said, predicate=t.BENEFICIARY)
    assert left.object == three.namer.beneficiary(bo, "somebody")
    assert any(three.store.quads(subject=left.object, predicate=t.LABEL, object=Literal("somebody")))


def test_copies_and_snapshots_inside_the_folder_go_others_stay(three):
    iri, other = three.namer.person(BO), three.namer.person(ANA)
    folder = three.folder
    (folder / "exports").mkdir()
    (folder / "exports" / "all.nt").write_text(f"<{iri.value}> <x:likes> <x:opera> .\n")
    with gzip.open(folder / "exports" / "all.nt.gz", "wt") as stream:
        stream.write("x" * 2_000_000 + f"<{iri.value}>")
    with zipfile.ZipFile(folder / "bundle.zip", "w") as packed:
        packed.writestr("consent.json", json.dumps({"people": [iri.value]}))
    (folder / "bundle").mkdir()
    (folder / "bundle" / "consent.json").write_text(json.dumps({"people": [iri.value]}))
    (folder / "bundle" / "texts.csv").write_text("Brassmoor")
    (folder / "exports" / "other.nt").write_text(f"<{other.value}> <{iri.value}x> <x:y> .\n")
    backup(three, folder / "backups" / "with")
    with_bo = set(needles(three, BO))
    report = forget(three, [iri])
    assert report.snapshots == ("with",)
    assert report.copies == ("bundle", "bundle.zip", "exports/all.nt", "exports/all.nt.gz")
    assert (folder / "exports" / "other.nt").exists()
    (folder / "exports" / "other.nt").unlink()
    assert [n for n in with_bo if n in everything(folder, three.store)] == []
    backup(three, folder / "backups" / "without")
    assert forget(three, [three.namer.person("nobody")]).snapshots == ()


def test_a_snapshot_made_while_the_rewriting_was_due_holds_nothing_either(three, tmp_path):
    forget(three, [three.namer.person(BO)], rewrite=False)
    kept = backup(three, tmp_path / "between")
    assert b"Brassmoor" not in everything(kept)


def test_counts_of_a_model_go_exactly_and_it_says_on_whom_it_was_trained(three):
    from safetensors.numpy import load_file, save_file

    np = pytest.importorskip("numpy")
    model = three.folder / "model"
    model.mkdir()
    save_file(
        {"popularity": np.array([2, 1, 0], np.float32), "bias": np.ones(3, np.float32)}, model / "model.safetensors"
    )
    (model / "config.json").write_text("{}")
    bo, ana = three.namer.person(BO).value, three.namer.person(ANA).value
    write_contributions(model, {bo: [0], ana: [0, 1]})
    assert forget(three, [NamedNode(bo)]).model
    assert load_file(model / "model.safetensors")["popularity"].tolist() == [1, 1, 0]
    assert load_file(model / "model.safetensors")["bias"].tolist() == [1, 1, 1]
    assert forgotten_since(model) == 1
    assert not forget(three, [three.namer.person(CHO)]).model  # who came after the training
    (model / "contributions.json").unlink()
    assert forget(three, [NamedNode(ana)]).model  # it cannot tell
    assert forgotten_since(model) == 1


def test_the_ledger_of_a_source_named_after_a_person_names_them_no_more(three):
    run = three.ledger.begin("texts", "mail of ana-7731.mbox")
    three.ledger.finish(run, note={"by": "ana-7731", "of": "ana-77315"})
    forget(three, [three.namer.person(ANA)])
    (kept,) = [row for row in three.ledger.runs() if row["id"] == run]
    assert (kept["source"], kept["note"]) == ("mail of ….mbox", '{"by": "…", "of": "ana-77315"}')


def test_a_text_that_others_answered_to_is_gone_from_their_dialogue(three):
    text = WORDS[ANA]
    say(three, BO, "So do I love it.", "it", context=text)
    forget(three, [three.namer.person(ANA)])
    rows = three.ledger.connection.execute("SELECT context FROM texts WHERE text = 'So do I love it.'").fetchall()
    assert rows == [(None,)]


@pytest.mark.parametrize(
    ("raw", "theirs"),
    [
        ('{"user": "7", "n": 1}', True),
        ('{"user": 7}', True),
        ('{"user": "77", "text": "it is 7, or so"}', False),
        ("7,film,Like", True),
        ("film;7;Like", True),
        ("film,77,Like", False),
        ('{"user": "7", "text": "cut o', True),
        ("", False),
    ],
)
def test_a_line_that_could_not_be_read_is_theirs_where_a_value_of_it_is_their_id(raw, theirs):
    assert names(raw, ["7"]) == theirs


def test_somebody_of_whom_only_a_refused_line_is_kept(three):
    run = three.ledger.begin("events", "file")
    three.ledger.bad_line(run, BadLine("file", 1, "no time", "dora,i1,Like,never"))
    dora = three.namer.person("dora")
    assert knows(three, dora, "dora")
    assert forget(three, [dora], ["dora"]).ledger.bad_lines == 1
    assert not knows(three, dora, "dora")


def test_a_line_of_a_file_that_was_read_as_theirs_is_theirs_though_it_names_nobody(three):
    db = three.ledger.connection
    run = three.ledger.begin("texts", "diary.txt", read_with={"person": ANA})
    with three.ledger.transaction():
        three.ledger.bad_line(run, BadLine("diary.txt", 3, "not valid UTF-8", "I love caf\\udce9s"))
        three.ledger.bad_line(run, BadLine("diary.txt", 4, "no text", json.dumps({"person": BO})))
        three.ledger.count_lines(run, 2)
    forget(three, [three.namer.person(ANA)], [ANA])
    assert db.execute("SELECT line FROM bad_lines WHERE run = ?", (run,)).fetchall() == [(4,)]
    assert db.execute("SELECT lines FROM runs WHERE id = ?", (run,)).fetchone() == (1,)
    assert check(three) == []


def test_a_record_of_somebody_else_that_was_mended_into_theirs_is_as_it_came_in_again(three):
    db = three.ledger.connection
    (row,) = db.execute("SELECT id FROM rejected WHERE person = ?", (BO,)).fetchone()
    mended = json.dumps({"person": "dee-88", "item": "i1", "kind": "Like"})
    db.execute("UPDATE rejected SET mended = ?, state = 'mended' WHERE id = ?", (mended, row))
    assert knows(three, three.namer.person("dee-88"), "dee-88")
    forget(three, [three.namer.person("dee-88")], ["dee-88"])
    assert db.execute("SELECT mended, state FROM rejected WHERE id = ?", (row,)).fetchone() == (None, "open")


def test_the_list_of_the_forgotten_finds_them_in_a_backup_and_names_nobody(three, tmp_path):
    kept = backup(three, tmp_path / "kept")
    since = datetime.now(UTC).isoformat(timespec="seconds")
    forget(three, [three.namer.person(BO)])
    listed = erasures.listed(three.folder)
    assert len(listed.erased) == 1
    assert BO not in str(listed)
    with open_workspace(kept / "workspace") as restored:
        assert erasures.listed_people(restored, listed, since) == (three.namer.person(BO),)
        assert erasures.listed_people(restored, listed, "2999") == ()
        assert erasures.take_over(restored, listed)
        assert erasures.listed(restored.folder).erased == listed.erased


STEPS = [
    "penchant.kg.erasures.begin",
    "penchant.kg.embedded.EmbeddedStore.remove_graph",
    "penchant.kg.forget.erase",
    "penchant.kg.forget.shrink",
    "penchant.kg.event_log.drop",
    "penchant.kg.forget.remove_copies",
    "penchant.kg.forget.take_out",
    "penchant.kg.forget.make_due",
    "penchant.kg.erasures.stored",
    "penchant.kg.forget.compact",
    "penchant.kg.embedded.EmbeddedStore.copy",
    "penchant.kg.embedded.EmbeddedStore.reopen",
    "penchant.kg.erasures.done",
]
KILL = """
import os, signal, sys
from importlib import import_module
from pathlib import Path
from pyoxigraph import NamedNode
from penchant.kg.workspace import open_workspace
folder, person, step, when = sys.argv[1:]
module, _, name = step.rpartition(".")
try:
    owner = import_module(module)
except ModuleNotFoundError:
    module, _, middle = module.rpartition(".")
    owner = getattr(import_module(module), middle)
plain = getattr(owner, name)
def killed(*arguments, **more):
    if when == "after":
        plain(*arguments, **more)
    os.kill(os.getpid(), signal.SIGKILL)
from penchant.kg import forget
workspace = open_workspace(Path(folder))
setattr(owner, name, killed)
forget.forget(workspace, [NamedNode(person)])
"""


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_is_carried_to_its_end_when_the_workspace_is_opened(tmp_path, step, when):
    folder = tmp_path / "ws"
    with filled(create(folder, base_iri="https://shop.example/", plain_ids=True)) as workspace:
        iri = workspace.namer.person(BO)
        found = needles(workspace, BO)
        others = {person: graph_of(workspace, person) for person in (ANA, CHO)}
    command = [sys.executable, "-c", KILL, str(folder), iri.value, step, when]
    assert subprocess.run(command, check=False, env=os.environ).returncode == -signal.SIGKILL
    with open_workspace(folder) as again:
        assert [n for n in found if n in everything(folder, again.store)] == [] or step == STEPS[0]
        if (folder / PLAN).exists():
            resume(again)
        assert [n for n in found if n in everything(folder, again.store)] == []
        assert {person: graph_of(again, person) for person in others} == others
        assert check(again) == []
        assert not is_due(again)


def test_a_store_that_was_only_partly_swapped_is_found_whole(tmp_path):
    from penchant.kg.compact import settle

    for left, right in (("store.new", "store.old"), ("store.old", "store.tmp")):
        folder = tmp_path / left
        for name in (left, right):
            (folder / name).mkdir(parents=True)
            (folder / name / "which").write_text(name)
        settle(folder)
        assert [path.name for path in folder.iterdir()] == ["store"]
        assert (folder / "store" / "which").read_text() == left


def test_an_empty_person_is_forgotten_too(three):
    dora = three.namer.person("dora")
    three.store.apply(Change(insert=tuple(person_quads(dora, three.graphs.user(dora)))))
    assert forget(three, [dora]).quads == 1
    assert ox.Quad(dora, t.TYPE, t.PERSON, three.graphs.user(dora)) not in set(three.store.dump())
