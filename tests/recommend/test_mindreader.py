from __future__ import annotations

import json
import lzma
import os
from pathlib import Path

import pytest

from penchant.errors import SourceError
from penchant.ontology import terms
from penchant.recommend.mindreader import Case, read

WD = "http://www.wikidata.org/entity/"
ENTITIES = f""",uri,name,labels
0,Decade-1980,Films of the eighties,Decade
1,{WD}Q1,A film,Movie
2,{WD}Q2,"Doe, Jane",Person|Actor
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "entities.csv").write_text(ENTITIES, encoding="utf-8")
    (tmp_path / "meta.json").write_text(json.dumps({"e_idx_map": {WD + "Q1": 0, WD + "Q2": 1, "Decade-1980": 2}}))
    ratings = [{"u_idx": 7, "e_idx": n, "rating": r, "is_movie_rating": n == 0} for n, r in ((0, 1), (1, -1), (2, 0))]
    split = {"training": [[7, ratings]], "validation": [[7, [0, [1, 2]]]], "testing": []}
    with lzma.open(tmp_path / "split.json.xz", "wt") as out:
        json.dump(split, out)
    return tmp_path


def test_reads_the_published_form(folder):
    data = read(folder)
    decade, film, actor = data.items
    assert (film.iri, film.label, film.type) == (WD + "Q1", "A film", terms.ITEM.value)
    assert (actor.label, actor.type) == ("Doe, Jane", terms.CONCEPT.value)
    assert decade.iri == "urn:mindreader:Decade-1980"
    assert [(e.person, e.item, e.kind) for e in data.events] == [("7", WD + "Q1", "Like"), ("7", WD + "Q2", "Dislike")]
    assert data.validation == (Case("7", WD + "Q1", (WD + "Q2", "urn:mindreader:Decade-1980")),)


def test_a_missing_file(folder):
    (folder / "meta.json").unlink()
    with pytest.raises(SourceError, match=r"meta.json.*cannot be read"):
        read(folder)


@pytest.mark.parametrize("text", ["{}", "no json", '{"e_idx_map": {"x": "y"}}'])
def test_a_file_in_another_form(folder, text):
    (folder / "meta.json").write_text(text)
    with pytest.raises(SourceError, match="not in MindReader's form"):
        read(folder)


@pytest.mark.data
def test_the_real_set():
    root = os.environ.get("PENCHANT_DATA")
    if not root:
        pytest.skip("PENCHANT_DATA is not set")
    data = read(Path(root) / "rec_mindreader_wikidata")
    assert len(data.events) == 39_316
    assert len(data.testing) == len(data.validation) == 942
    assert all(len(case.others) == 100 for case in data.testing)
