"""The command line, as a person uses it: another process, real files."""

import json
import shutil
import time

import pytest

NASTY = "x' } ; DROP ALL # <b> \" 李"


ITEMS = """\
id,label,concepts
f1,Alien,Horror|Space
f2,Airplane!,Comedy
f3,Life,Horror
"""
EVENTS = """\
person,item,kind,at
ana,f1,like,2026-01-01T00:00:00Z
bo,f2,view,2026-01-02
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory, call):
    """A small shop, made once."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "items.csv").write_text(ITEMS)
    (folder / "events.csv").write_text(EVENTS)
    call(folder, "init", "--plain-ids")
    call(folder, "add", "items", "items.csv")
    call(folder, "add", "events", "events.csv")
    return folder


@pytest.fixture
def shop(made, tmp_path, run):
    """The small shop, to do with as one likes."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return run


def test_point_query_answers_within_a_second(run):
    run("init")
    best = 9.0
    for _ in range(3):
        started = time.perf_counter()
        assert run("query", "-", stdin="ASK {}") == "true\n"
        best = min(best, time.perf_counter() - started)
    # The bar is 1 s on an idle machine; CI shares its cores, so the limit that fails is wider.
    assert best < 2.5


def test_from_files_to_an_explained_recommendation(shop):
    answer = json.loads(shop("recommend", "ana", "--json"))
    assert next(r["label"] for r in answer["items"]) == "Life"
    why = shop("explain", "ana", "f3")
    assert "Alien" in why
    assert "Horror" in why
    assert shop("explain", "ana", "f3", "--lang", "zh") != why


def test_shipped_queries_by_name_file_and_stdin(shop, tmp_path):
    rows = json.loads(shop("query", "person/engagements", "--set", "person=ana", "--json"))["results"]["bindings"]
    assert rows[0]["count"]["value"] == "1"
    (tmp_path / "mine.rq").write_text("SELECT (COUNT(*) AS ?n) { ?i a <https://w3id.org/penchant/ontology#Item> }")
    assert shop("query", "@mine.rq", "--format", "csv") == "n\n3\n"
    assert "person/engagements" in shop("queries")


@pytest.mark.parametrize("format", ["nt", "ttl", "rdf", "jsonld", "trig", "nq"])
def test_exports_are_read_by_rdflib_and_have_the_same_bytes_each_time(shop, tmp_path, format):
    import rdflib

    names = {"nt": "nt", "ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "trig": "trig", "nq": "nquads"}
    shop("export", f"out.{format}")
    first = (tmp_path / f"out.{format}").read_bytes()
    shop("export", f"again.{format}")
    assert (tmp_path / f"again.{format}").read_bytes() == first
    read = rdflib.Dataset(default_union=True).parse(data=first, format=names[format])
    ask = "ASK { ?u <https://w3id.org/penchant/ontology#likes> ?i }"
    assert read.query(ask).askAnswer


def test_status_check_and_person_export(shop):
    assert json.loads(shop("status", "--json"))["graphs"]["user/*"] > 0
    assert "sound" in shop("check")
    mine = shop("export", "--person", "ana", "--format", "nt")
    assert "/u/ana>" in mine
    assert "/u/bo>" not in mine


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["status"], "penchant -w"),
        (["-w", "elsewhere", "recommend", "ana"], "there is no workspace"),
    ],
)
def test_without_a_workspace_the_remedy_is_told(run, words, said):
    assert said in run(*words, status=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["recommend", "nobody"], "nothing is known of the person 'nobody'"),
        (["recommend", NASTY], "nothing is known"),
        (["explain", "ana", NASTY], "no item"),
        (["explain", "ana", "f99"], "no item 'f99'"),
        (["query", "nope"], "no query named 'nope'"),
        (["query", "person/observations"], "no value for person"),
        (["query", "person/observations", "--set", "person"], "NAME=VALUE"),
        (["query", "person/observations", "--set", f"person={NASTY}"], "nothing is known"),
        (["query", "check/graphs", "--set", "x=1"], "no parameter x"),
        (["query", "@missing.rq"], "cannot be read"),
        (["add", "items", "missing.csv"], "missing.csv"),
        (["add", "events", "missing.csv"], "missing.csv"),
        (["world", "load", "missing.nt"], "no such file"),
        (["world", "load", "items.csv", "--properties", "nonsense"], "is no IRI"),
        (["export", "--format", "docx"], "no format 'docx'"),
        (["add", "events", "events.csv", "--scale", "five"], "two numbers"),
        (["--model", "nowhere", "add", "text", "ana", "hello"], "is no model"),
        (["init"], "the folder is not empty"),
        (["frobnicate"], "No such command"),
    ],
)
def test_mistakes_get_a_sentence_and_status_2(shop, words, said):
    assert said in shop(*words, status=2)


def test_errors_are_json_when_json_is_asked_for(shop):
    error = json.loads(shop("recommend", "nobody", "--json", status=2))
    assert error["error"] == "UnknownError"
    assert error["remedy"]


def test_a_value_that_is_no_number_is_said(shop):
    said = shop("query", "rules/shared_concept", "--set", "person=ana", "--set", "items=many", status=2)
    assert "items is 'many'; expected a number (integer)" in said


def test_broken_sparql_says_where(shop):
    assert "not SPARQL" in (said := shop("query", "-", stdin="SELEC ?x", status=2))
    assert "1:" in said


def test_bad_lines_and_odd_names_in_sources(shop, tmp_path):
    rows = [
        {"person": NASTY, "item": "f1", "kind": "like", "at": "2026-01-01T00:00:00Z"},
        {"person": "a b", "item": NASTY, "kind": "like", "at": "2026-01-01T00:00:00Z"},
        {"person": "ana", "item": "f1", "kind": "like", "at": "soon"},
    ]
    lines = [json.dumps(row) for row in rows]
    (tmp_path / "odd.jsonl").write_text("\n".join([*lines, "{broken", ""]))
    report = json.loads(shop("add", "events", "odd.jsonl", "--json"))
    assert (report["lines"], report["written"], report["rejected"], report["bad_lines"]) == (4, 1, 1, 2)
    refused = json.loads(shop("ledger", "list", "--run", report["run"], "--json"))
    assert sorted(r["line"] for r in refused) == [2, 3, 4]
    assert json.loads(shop("recommend", NASTY, "--json"))["items"]
    assert "sound" in shop("check")


def test_bytes_of_the_command_line_that_are_no_text_are_said_so(made, call):
    assert "not valid UTF-8" in call(made, "ledger", "list", "--person", "\udce9", status=2)
