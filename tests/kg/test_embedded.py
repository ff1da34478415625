import subprocess
import sys

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.errors import QueryError, SourceError, StoreError, WorkspaceError
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.store import Change

S, P, G = (NamedNode(f"https://shop.example/{n}") for n in "spg")
OTHER = NamedNode("https://shop.example/g2")


@pytest.fixture(params=["memory", "disk"])
def store(request, tmp_path):
    made = EmbeddedStore.memory() if request.param == "memory" else EmbeddedStore.open(tmp_path / "store")
    yield made
    made.close()


def quad(value, graph=G):
    return Quad(S, P, Literal(value), graph)


def test_apply_deletes_then_inserts_as_one(store):
    store.apply(Change(insert=(quad("a"), quad("b"))))
    store.apply(Change(delete=(quad("a"),), insert=(quad("c"),)))
    assert {q.object.value for q in store.dump()} == {"b", "c"}


def test_a_change_twice_is_a_change_once(store):
    change = Change(delete=(quad("x"),), insert=(quad("a"),))
    store.apply(change)
    store.apply(change)
    assert [q.object.value for q in store.dump()] == ["a"]
    store.apply(change.inverse())
    assert [q.object.value for q in store.dump()] == ["x"]


def test_no_value_can_leave_its_place(store):
    nasty = '"} } ; DROP ALL # \\ \n <https://shop.example/x> é 🎬'
    store.apply(Change(delete=(quad("x"),), insert=(quad(nasty),)))
    assert [q.object.value for q in store.dump()] == [nasty]


def test_queries_see_the_union_of_the_graphs(store):
    store.apply(Change(insert=(quad("a"), quad("b", OTHER))))
    rows = store.ask_text("SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?o").rows
    assert [r["o"].value for r in rows] == ["a", "b"]


def test_kinds_of_answers(store):
    store.apply(Change(insert=(quad("a"),)))
    assert store.ask_text("ASK { ?s ?p ?o }").truth is True
    assert len(store.ask_text("CONSTRUCT WHERE { ?s ?p ?o }").triples) == 1
    unbound = store.ask_text("SELECT ?o ?x WHERE { ?s ?p ?o }")
    assert unbound.variables == ("o", "x")
    assert unbound.rows == ({"o": Literal("a")},)


def test_broken_sparql_is_a_query_error(store):
    with pytest.raises(QueryError, match="not SPARQL"):
        store.ask_text("SELEC ?s")


def test_load_is_all_or_nothing(store, tmp_path):
    good, bad = tmp_path / "good.nt", tmp_path / "bad.nt"
    good.write_text(f"{S} {P} {Literal('a')} .\n")
    bad.write_text(f"{S} {P} {Literal('b')} .\nnonsense\n")
    with pytest.raises(SourceError):
        store.load(bad, OTHER)
    assert not store.contains_graph(OTHER)
    store.load(good, G)
    with pytest.raises(StoreError, match="holds triples already"):
        store.load(good, G)


def test_a_second_process_is_told_who_has_the_store(tmp_path):
    store = EmbeddedStore.open(tmp_path / "store")
    code = (
        "import sys; from pathlib import Path; from penchant.kg.embedded import EmbeddedStore\n"
        "from penchant.errors import WorkspaceError\n"
        "try: EmbeddedStore.open(Path(sys.argv[1]))\n"
        "except WorkspaceError as error: print(error)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "store")], capture_output=True, text=True, check=True
    ).stdout
    assert "open in another process" in said
    store.close()
    EmbeddedStore.open(tmp_path / "store").close()


def test_locked_here_too(tmp_path):
    store = EmbeddedStore.open(tmp_path / "store")
    with pytest.raises(WorkspaceError):
        EmbeddedStore.open(tmp_path / "store")
    store.close()
