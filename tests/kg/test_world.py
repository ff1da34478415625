import bz2
import gzip
import lzma

import pytest

from penchant.errors import SourceError
from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.derive import derivation_change
from penchant.kg.ntriples import Slice
from penchant.kg.proposal import ItemRecord
from penchant.kg.world import load_world
from penchant.ontology import terms as t

WD, WDT = t.WD, t.WDT
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
DUMP = f"""# a comment
<{WD}Q1> <{WDT}P136> <{WD}Q10> .
<{WD}Q1> <{WDT}P577> "1979-05-25T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
<{WD}Q1> <{LABEL}> "Alien"@en .
<{WD}Q1> <{LABEL}> "异形"@zh .
<{WD}Q1> <{LABEL}> "Alien \\u2013 Das unheimliche Wesen"@de .
<{WD}Q10> <{LABEL}> "horror film"@en .
<{WD}Q10> <{LABEL}> "film \\"noir\\" \\u00E9"@en .
<{WD}Q1> <{WDT}P57> _:someone .
this is no triple
<{WD}Q1> <{WDT}P57> <{WD}Q 2> .
"""
OPENERS = {"": open, ".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


def dump(tmp_path, text=DUMP, suffix="", name="dump"):
    path = tmp_path / f"{name}.nt{suffix}"
    with OPENERS[suffix](path, "wb") as stream:
        stream.write(text.encode())
    return path


@pytest.mark.parametrize("suffix", OPENERS)
def test_a_slice_is_kept_and_broken_lines_are_in_the_ledger(workspace, tmp_path, suffix):
    report = load_world(workspace, dump(tmp_path, suffix=suffix), "wikidata", Slice())
    assert (report.kept, report.added, report.bad) == (5, 5, 2)
    refused = workspace.ledger.refusals()
    assert [(one.line, one.raw[:4]) for one in refused] == [(10, "this"), (11, "<htt")]
    labels = {
        q.object.value for q in workspace.store.quads(predicate=t.LABEL, graph=workspace.graphs.world("wikidata"))
    }
    assert labels == {"Alien", "异形", "horror film", 'film "noir" é'}


def test_only_asked_properties_and_subjects(workspace, tmp_path):
    wanted = Slice(frozenset({f"{WDT}P57".encode()}), frozenset({b"en"}), frozenset({f"{WD}Q10".encode()}))
    report = load_world(workspace, dump(tmp_path), "wikidata", wanted)
    assert report.kept == 2


def test_a_new_version_replaces_the_old_and_says_what_changed(workspace, tmp_path):
    load_world(workspace, dump(tmp_path), "wikidata", Slice())
    newer = DUMP.replace('"Alien"@en', '"Alien (film)"@en').replace(f"<{WD}Q10> <{LABEL}>", f"<{WD}Q11> <{LABEL}>")
    report = load_world(workspace, dump(tmp_path, newer, name="newer"), "wikidata", Slice())
    assert (report.added, report.removed, report.relabelled, report.gone) == (3, 3, 1, 1)
    again = load_world(workspace, dump(tmp_path, newer, name="newer"), "wikidata", Slice())
    assert (again.added, again.removed) == (0, 0)


def test_a_truncated_dump_changes_nothing_and_says_after_which_line(workspace, tmp_path):
    whole = dump(tmp_path, DUMP * 2000, ".gz")
    broken = tmp_path / "broken.nt.gz"
    broken.write_bytes(whole.read_bytes()[:-200])
    with pytest.raises(SourceError, match=r"beyond line \d+.*nothing of it was loaded"):
        load_world(workspace, broken, "wikidata", Slice())
    assert not workspace.store.contains_graph(workspace.graphs.world("wikidata"))


@pytest.mark.parametrize("items_first", [True, False])
def test_no_triple_stands_in_two_graphs(workspace, tmp_path, items_first):
    items = [ItemRecord("alien", "Alien", iri="wd:Q1", concepts=("wd:Q10",))]
    steps = [
        lambda: write_items(workspace, workspace.ledger.begin("items", "x"), items),
        lambda: load_world(workspace, dump(tmp_path), "wikidata", Slice()),
    ]
    for step in steps if items_first else steps[::-1]:
        step()
    workspace.commit(workspace.ledger.begin("derive", "x"), derivation_change(workspace))
    assert check(workspace) == []


def test_items_are_about_what_the_world_says(workspace, tmp_path):
    load_world(workspace, dump(tmp_path), "wikidata", Slice())
    items = [ItemRecord("alien", "Alien", iri="wd:Q1"), ItemRecord("a2", "Alien again", same_as=("wd:Q1",))]
    write_items(workspace, workspace.ledger.begin("items", "x"), items)
    change = derivation_change(workspace)
    assert {(q.subject.value, q.object.value) for q in change.insert if q.predicate == t.HAS_CONCEPT} == {
        (f"{WD}Q1", f"{WD}Q10"),
        ("https://shop.example/item/a2", f"{WD}Q10"),
    }
    workspace.commit(workspace.ledger.begin("derive", "x"), change)
    assert not derivation_change(workspace)


@pytest.mark.parametrize(
    "item",
    [
        ItemRecord("x", "", iri="wd:Q5"),
        ItemRecord("x", "X", iri="not an iri"),
        ItemRecord("x", "X", type="not an iri"),
        ItemRecord("x", "X", same_as=("not an iri",)),
        ItemRecord("x", "y" * 2000),
    ],
)
def test_items_that_break_the_shapes_are_rejected_with_a_reason(workspace, item):
    run = workspace.ledger.begin("items", "x")
    assert write_items(workspace, run, [item, ItemRecord("good", "Good")]) == (1, 1)
    assert workspace.ledger.refusals(run)[0].reason
