"""Killed at any moment, a workspace opens again, repeats cleanly and holds no doubles."""

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.check import check
from penchant.kg.store import Change
from penchant.kg.workspace import create, open_workspace
from penchant.ontology import terms as t

ADD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from penchant.kg.proposal import LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.workspace import open_workspace
from penchant.kg.write_texts import text_iri, write_readings
w = open_workspace(Path(sys.argv[1]))
run = w.ledger.begin("texts", "x", "model")
print("started", flush=True)
for n in range(400):
    text = f"I like film number {n}."
    record = TextRecord(f"p{n % 20}", text, datetime(2026, 1, 1, tzinfo=UTC), "x", n + 1, id=str(n))
    if w.ledger.knows_text(text_iri(w, record), "model"):
        continue
    quote = f"film number {n}"
    proposal = Proposal(quote, 7, 7 + len(quote), "likes", 0.8, 0.9)
    write_readings(w, run, "model", [Reading(record, (Window(0, len(text), "decoded", ""),), (proposal,))])
    if n % 50 == 0: w.checkpoint()
w.close()
print("ended", flush=True)
"""
EVENTS = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from penchant.kg.catalogue import write_items
from penchant.kg.proposal import EventRecord, ItemRecord
from penchant.kg.workspace import open_workspace
from penchant.kg.write_events import log_events, write_engagements
w = open_workspace(Path(sys.argv[1]))
write_items(w, w.ledger.begin("items", "x"), [ItemRecord(f"f{i}", f"Film {i}") for i in range(30)])
start = datetime(2026, 1, 1, tzinfo=UTC)
events = [
    EventRecord(f"p{n % 200}", f"f{n % 30}", "Like", start + timedelta(hours=n), None, "x", n) for n in range(6000)
]
print("started", flush=True)
run = w.ledger.begin("events", "x")
log_events(w, run, events)
write_engagements(w, run)
w.close()
print("ended", flush=True)
"""
LOAD = """
import sys
from pathlib import Path
from penchant.kg.ntriples import Slice
from penchant.kg.workspace import open_workspace
from penchant.kg.world import load_world
w = open_workspace(Path(sys.argv[1]))
print("started", flush=True)
load_world(w, Path(sys.argv[2]), "wikidata", Slice())
w.close()
print("ended", flush=True)
"""


def killed_after(seconds, code, *arguments):
    """Run ``code`` and kill it so long after it has started; whether it had ended before."""
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "started"
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    rest = process.stdout.read()
    process.wait()
    return "ended" in rest


def finish(code, *arguments):
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True)


@pytest.mark.slow
def test_sigkill_while_adding_texts(tmp_path):
    folder = tmp_path / "w"
    create(folder, base_iri="https://shop.example/", plain_ids=True).close()
    cut_short = [not killed_after(seconds, ADD, str(folder)) for seconds in (0.05, 0.3, 0.9)]
    assert any(cut_short), "every run ended before it was killed: nothing was shown"
    with open_workspace(folder) as w:
        assert check(w) == []
    finish(ADD, str(folder))
    with open_workspace(folder) as w:
        assert check(w) == []
        observations = [q for q in w.store.quads(predicate=t.TYPE) if q.object == t.OBSERVATION]
        assert len(observations) == 400
        assert w.ledger.account().texts["read"] == 400
        interrupted = {q.graph_name for q in w.store.dump()}
        assert all(w.graphs.is_live(g.value) for g in interrupted)


@pytest.mark.slow
def test_sigkill_while_adding_events(tmp_path):
    folder = tmp_path / "w"
    create(folder, base_iri="https://shop.example/", plain_ids=True).close()
    cut_short = [not killed_after(seconds, EVENTS, str(folder)) for seconds in (0.1, 0.5, 1.2)]
    assert any(cut_short), "every run ended before it was killed: nothing was shown"
    with open_workspace(folder) as w:
        assert check(w) == []
    finish(EVENTS, str(folder))
    with open_workspace(folder) as w:
        assert check(w) == []
        counts = [int(q.object.value) for q in w.store.quads(predicate=t.COUNT)]
        assert sum(counts) == 6000
        assert len(counts) == 600


@pytest.mark.slow
def test_sigkill_while_loading_the_world(tmp_path):
    folder, dump = tmp_path / "w", tmp_path / "dump.nt.gz"
    create(folder, base_iri="https://shop.example/", plain_ids=True).close()
    count = 200_000
    with gzip.open(dump, "wt") as stream:
        stream.writelines(f"<{t.WD}Q{n}> <{t.WDT}P136> <{t.WD}Q{n % 50}> .\n" for n in range(count))
    cut_short = [not killed_after(seconds, LOAD, str(folder), str(dump)) for seconds in (0.1, 0.5, 1.0)]
    assert any(cut_short), "every run ended before it was killed: nothing was shown"
    with open_workspace(folder) as w:
        loaded = sum(1 for _ in w.store.dump(w.graphs.world("wikidata")))
        assert loaded in (0, count)
    finish(LOAD, str(folder), str(dump))
    with open_workspace(folder) as w:
        assert sum(1 for _ in w.store.dump(w.graphs.world("wikidata"))) == count
        assert check(w) == []


def test_a_change_stays_in_the_ledger_until_the_store_has_flushed(workspace):
    quad = Quad(NamedNode("https://shop.example/c"), t.PREF_LABEL, Literal("x"), workspace.graphs.catalogue)
    workspace.commit(workspace.ledger.begin("items", "x"), Change(insert=(quad,)))
    assert [p.change.insert for p in workspace.ledger.pending()] == [(quad,)]
    workspace.checkpoint()
    assert list(workspace.ledger.pending()) == []


def test_a_change_that_the_store_never_saw_is_carried_out_on_opening(tmp_path):
    folder = tmp_path / "w"
    quad = Quad(
        NamedNode("https://shop.example/concept/1"),
        t.PREF_LABEL,
        Literal("x"),
        NamedNode("https://shop.example/catalogue"),
    )
    with create(folder, base_iri="https://shop.example/", plain_ids=True) as w:
        w.checkpoint()
        # As if killed between ledger and store:
        w.ledger.pend(w.ledger.begin("texts", "x"), Change(insert=(quad,)))
        w.store.close()
        w.ledger.close()
        w.store = type(w.store).memory()
        w.ledger = type(w.ledger)(tmp_path / "elsewhere.sqlite")
    with open_workspace(folder) as w:
        assert w.redone == 1
        assert quad in set(w.store.dump())
    with open_workspace(folder) as w:
        assert w.redone == 0


@pytest.mark.slow
def test_killed_at_random_moments_nothing_is_lost_and_nothing_is_half_there():
    """A share of what ``python -m benchmarks.crash`` does."""
    command = [sys.executable, "-m", "benchmarks.crash", "12", "--seed", "12"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 kills" in done.stdout
