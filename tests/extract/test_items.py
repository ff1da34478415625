from __future__ import annotations

import json
from pathlib import Path

import pytest

from penchant.errors import SourceError
from penchant.extract.items import read_items
from penchant.kg.proposal import BadLine, ItemRecord

WD = "http://www.wikidata.org/entity/"


def read(path: Path, content) -> list[ItemRecord | BadLine]:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return list(read_items(path))


def test_a_table(tmp_path: Path):
    content = (
        "id,title,iri,type,concepts,alt_labels,available,same_as,lang\n"
        'f 1,"Tea, the film",,schema:Movie,wd:Q1| tea ||wd:Q1,The Tea|Té,no,wd:Q7,de\n'
    )
    assert read(tmp_path / "i.csv", content) == [
        ItemRecord(
            id="f 1",
            label="Tea, the film",
            type="https://schema.org/Movie",
            concepts=(WD + "Q1", "tea"),
            alt_labels=("The Tea", "Té"),
            lang="de",
            available=False,
            source="i.csv",
            line=2,
            same_as=(WD + "Q7",),
        )
    ]


def test_json_lines(tmp_path: Path):
    [item] = read(
        tmp_path / "i.jsonl",
        {"@id": "wd:Q5", "name": "Tea", "genres": ["a|b", {"id": "c"}], "availability": "https://schema.org/InStock"},
    )
    assert (item.id, item.iri, item.label, item.concepts) == (WD + "Q5", WD + "Q5", "Tea", ("a|b", "c"))
    assert item.available
    assert item.lang == "en"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"label": "Tea"}, "no id"),
        ({"id": "1"}, "no label"),
        ({"id": "1", "label": "   "}, "label is empty"),
        ({"id": "1", "label": ["a", "b"]}, "label is a list"),
        ({"id": "1", "label": "Tea", "iri": "not an iri"}, "is no IRI"),
        ({"id": "1", "label": "Tea", "iri": "http://x/<script>"}, "is no IRI"),
        ({"id": "1", "label": "Tea", "type": ["Movie"]}, "type is a list"),
        ({"id": "1", "label": "Tea", "smell": "half a \ud800 pair"}, "smell holds half a surrogate pair"),
        ({"id": "1", "label": "Tea", "same_as": "x y"}, "is no IRI"),
        ({"id": "1", "label": "Tea", "available": "maybe"}, "neither yes nor no"),
        ({"id": "1", "label": "Tea", "lang": "?"}, "is no language tag"),
        ({"id": "1", "label": "Tea", "concepts": [[1, 2]]}, "concepts is a list"),
        (3, "not an object"),
    ],
)
def test_what_is_no_item(tmp_path: Path, row, reason: str):
    bad, good = read(tmp_path / "i.jsonl", json.dumps(row) + "\n" + json.dumps({"id": 2, "label": "Cake"}))
    assert isinstance(bad, BadLine)
    assert reason in bad.reason
    assert good == ItemRecord(id="2", label="Cake", source="i.jsonl", line=2)


def test_a_table_needs_its_columns(tmp_path: Path):
    with pytest.raises(SourceError, match="no column for label"):
        read(tmp_path / "i.csv", "id,price\n1,2\n")


def test_other_fields_are_handed_on_under_their_own_names(tmp_path: Path):
    [item] = read(
        tmp_path / "i.jsonl",
        {
            "id": 1,
            "label": "Guji",
            "type": "Coffee",
            "Roast level": 3,
            "price": 12.50,
            "organic": True,
            "origin": ["Ethiopia", " Peru "],
            "note": None,
            "smell": "",
            "box": {"w": 1},
            "tags": ["a"],
        },
    )
    assert item.type == "Coffee"
    assert item.concepts == ("a",)
    assert item.properties == (
        ("Roast level", ("3",)),
        ("price", ("12.5",)),
        ("organic", ("true",)),
        ("origin", ("Ethiopia", "Peru")),
        ("box", ('{"w": 1}',)),
    )
    [row] = read(tmp_path / "i.csv", "id,label,roastLevel\n1,Guji,3\n")
    assert row.properties == (("roastLevel", ("3",)),)
