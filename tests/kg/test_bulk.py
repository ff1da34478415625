"""Large insertions into the embedded store: all or nothing, whatever is there already and whenever they are killed."""

import os
import signal
import subprocess
import sys
import time

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.embedded import BULK_FROM, EmbeddedStore
from penchant.kg.store import Change

GRAPH = NamedNode("https://shop.example/g")

BULK = """
import sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Quad
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.store import Change
store = EmbeddedStore.open(Path(sys.argv[1]))
size = int(sys.argv[2])
print("started", flush=True)
for batch in range(1000):
    graph = NamedNode(f"https://shop.example/{batch}")
    rows = [Quad(NamedNode(f"https://shop.example/s{n}"), graph, Literal(f"{n}"), graph) for n in range(size)]
    store.apply(Change(insert=tuple(rows)))
    print(batch, flush=True)
"""


def quads(start, end):
    return tuple(
        Quad(NamedNode(f"https://shop.example/s{n}"), GRAPH, Literal(str(n)), GRAPH) for n in range(start, end)
    )


def test_quads_that_are_there_already_do_no_harm(tmp_path):
    store = EmbeddedStore.open(tmp_path / "s")
    store.apply(Change(insert=quads(0, 100)))
    store.apply(Change(insert=quads(50, BULK_FROM + 50)))
    store.apply(Change(insert=quads(0, BULK_FROM)))
    assert set(store.dump()) == set(quads(0, BULK_FROM + 50))
    assert sum(1 for _ in store.dump()) == BULK_FROM + 50
    store.apply(Change(delete=quads(0, BULK_FROM + 40)))
    assert set(store.dump()) == set(quads(BULK_FROM + 40, BULK_FROM + 50))
    store.close()
    store = EmbeddedStore.open(tmp_path / "s")
    assert set(store.dump()) == set(quads(BULK_FROM + 40, BULK_FROM + 50))
    store.close()


@pytest.mark.slow
def test_sigkill_in_a_large_insertion_leaves_all_or_nothing_of_it(tmp_path):
    size = 4 * BULK_FROM
    for number, seconds in enumerate((0.05, 0.13, 0.21, 0.37, 0.5, 0.61)):
        folder = tmp_path / str(number)
        code = [sys.executable, "-c", BULK, str(folder), str(size)]
        process = subprocess.Popen(code, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "started"
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGKILL)
        done = [int(line) for line in process.stdout.read().split()]
        process.wait()
        store = EmbeddedStore.open(folder)
        sizes = {}
        for quad in store.dump():
            sizes[quad.graph_name] = sizes.get(quad.graph_name, 0) + 1
        store.close()
        assert set(sizes.values()) <= {size}
        assert len(done) <= len(sizes) <= len(done) + 1
        assert len(sizes) < 1000
