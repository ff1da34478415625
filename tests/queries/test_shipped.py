"""Every query that people are offered gives, with its example on the sample, the answer worked out by hand."""

import csv
import io
import re
from pathlib import Path

import pytest

from penchant.errors import QueryError, UnknownError
from penchant.kg.check import check
from penchant.queries import loader

EXPECTED = Path(__file__).parent / "expected"
DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs" / "queries.md"
NAMES = [name for name in loader.names() if "/" not in name]
#: Short for the long IRIs of the expected files.
SHORT = {
    "https://w3id.org/penchant/ontology#": "pen:",
    "http://www.wikidata.org/entity/": "wd:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "https://data.penchant.example/": "base:",
}


def shown(answer):
    """Rows as lists of texts; IRIs made by hashing keep their kind only."""
    return [[short(row[v].value) if v in row else "" for v in answer.variables] for row in answer.rows]


def short(value):
    for long, prefix in SHORT.items():
        if value.startswith(long):
            value = prefix + value.removeprefix(long)
    return re.sub(r"^base:(text|observation|engagement|interest|concept)/[a-z2-7]{32}$", r"base:\1/…", value)


def tsv(text):
    return list(csv.reader(io.StringIO(text), delimiter="\t"))


@pytest.mark.parametrize("name", NAMES)
def test_the_example_gives_the_expected_answer(sample, name):
    answer = sample.query(name, loader.load(name).example)
    header, *rows = tsv((EXPECTED / f"{name}.tsv").read_text("utf-8"))
    assert list(answer.variables) == header
    assert rows, "an example that finds nothing shows nothing"
    assert shown(answer) == rows


@pytest.mark.parametrize("name", NAMES)
def test_every_query_has_header_example_expected_answer_and_a_section_in_the_documentation(name):
    query = loader.load(name)
    assert query.purpose
    assert set(query.example) == set(query.parameters)
    assert (EXPECTED / f"{name}.tsv").exists()
    assert f"\n## {name}\n" in DOCUMENTATION.read_text("utf-8")


def test_no_expected_answer_and_no_section_without_a_query():
    assert sorted(p.stem for p in EXPECTED.glob("*.tsv")) == NAMES
    assert sorted(re.findall(r"^## (\w+)$", DOCUMENTATION.read_text("utf-8"), re.MULTILINE)) == NAMES


def test_the_sample_is_sound(sample):
    assert check(sample.workspace) == []


def test_behaviour_and_corrections_are_evidence_too(sample):
    """Two views count 1 − .9² = .19; a correction has neither words nor kind."""
    columns = ("sort", "stance", "kind", "count", "first", "at")
    did = sample.query("evidence", {"user": "bo", "about": "alien"}).rows
    assert [[short(row[c].value) if c in row else "" for c in columns] for row in did] == [
        ["did", "", "pen:View", "2", "2026-04-02T12:00:00Z", "2026-05-02T12:00:00Z"]
    ]
    corrected = sample.query("evidence", {"user": "chen", "about": "wd:Q842256"}).rows
    assert [[short(row[c].value) if c in row else "" for c in columns] for row in corrected] == [
        ["corrected", "pen:DislikesStance", "", "", "", "2026-05-20T12:00:00Z"]
    ]


def test_months_show_behaviour_and_the_sign_of_a_rating(sample):
    """A rating of 1 out of 5 is −1; a view is .2 in the month of the last one; a like is .9."""
    bo = sample.query("interests_over_time", {"user": "bo"}).rows
    assert [(r["month"].value, r["name"].value, r["strength"].value) for r in bo] == [
        ("2026-05", "horror film", "1"),
        ("2026-05", "Alien", "0.2"),
        ("2026-05", "Solaris", "0.9"),
    ]


def test_who_agrees_with_themselves_has_no_contradictions(sample):
    assert sample.query("contradictions", {"user": "bo"}).rows == ()


def test_a_name_is_the_english_one_or_else_any(sample):
    names = {r["about"].value: r["name"].value for r in sample.query("profile", {"user": "chen"}).rows}
    assert names["http://www.wikidata.org/entity/Q200092"] == "horror film"
    assert "鬼片之夜" in names.values()


@pytest.mark.parametrize("name", [n for n in NAMES if "user" in loader.load(n).parameters])
def test_unknown_people_and_missing_values_are_refused(sample, name):
    rest = {k: v for k, v in loader.load(name).example.items() if k != "user"}
    with pytest.raises(UnknownError, match="nothing is known of the person"):
        sample.query(name, {"user": "nobody", **rest})
    with pytest.raises(QueryError, match="no value for user"):
        sample.query(name, rest)


def test_the_same_question_gets_the_same_answer_in_the_same_order(sample):
    for name in NAMES:
        example = loader.load(name).example
        assert sample.query(name, example) == sample.query(name, example)
