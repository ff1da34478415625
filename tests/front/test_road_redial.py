"""ReDial's form as a road set: who teaches, who is asked, what was known when."""

import json
import lzma

import pytest

from penchant.errors import SourceError
from penchant.road import redial
from penchant.road.redial_world import dbpedia_name, films, title_key
from tests.front import tiny_redial


@pytest.fixture
def folder(tmp_path):
    return tiny_redial.write(tmp_path)


def test_who_is_asked_teaches_nothing(folder):
    for split, asked in (("test", {"redial:300", "redial:301", "redial:302", "redial:303"}), ("dev", None)):
        road = redial.load(folder, split)
        teachers = {deed.person for deed in road.deeds}
        assert teachers == {f"redial:{100 + n}" for n in range(8)} == set(road.teachers)
        assert not teachers & {case.person for case in road.cases}
        assert asked is None or {case.person for case in road.cases} == asked
        assert {case.person for case in road.cases} == set(road.speakers)


def test_a_dialogue_without_cases_in_the_split_may_teach_unless_it_is_a_test(folder):
    place = folder / "redial" / "train_data.jsonl"
    row = json.loads(place.read_text().splitlines()[0])
    place.write_text(place.read_text() + json.dumps({**row, "conversationId": "200"}) + "\n")
    assert "redial:200" in redial.load(folder, "test").teachers
    assert "redial:200" not in redial.load(folder, "dev").teachers
    assert not any(person.startswith("redial:30") for person in redial.load(folder, "dev").teachers)


def test_a_case_knows_what_was_named_before_and_what_came_next(folder):
    road = redial.load(folder, "test")
    label = {item.iri: item.label for item in road.items}
    second = next(case for case in road.cases if case.person == "redial:301" and case.turns == 3)
    assert [label[item] for item in second.named] == ["Night of Frost (1999)"] * 2
    assert [label[item] for item in second.gold] == [
        "The Cellar Door (2004)",
        "Cold Hands (2011)",
        "Night of Frost (1999)",
    ]


def test_turns_alternate_and_times_keep_their_order(folder):
    turns = redial.load(folder, "test").speakers["redial:301"].turns
    assert [turn.own for turn in turns] == [True, False, True]
    assert [turn.at for turn in turns] == sorted({turn.at for turn in turns})


def test_labels_are_known_from_the_turn_that_a_case_names_their_film(folder):
    road = redial.load(folder, "test")
    (label,) = road.speakers["redial:301"].labels
    assert (label.stance, label.turn) == ("likes", 3)


def test_deeds_say_liked_disliked_or_nothing(folder):
    place = folder / "redial" / "train_data.jsonl"
    row = json.loads(place.read_text().splitlines()[1])
    row["initiatorQuestions"]["2"]["liked"] = 2
    place.write_text(json.dumps(row) + "\n")
    said = {deed.item: deed.liked for deed in redial.load(folder, "test").deeds}
    assert sorted(said.values(), key=str) == [False, None, True, True]


def test_teachers_say_in_one_turn_what_they_said_in_a_row(folder):
    turns = redial.load(folder, "test").teachers["redial:101"].turns
    assert [turn.text for turn in turns] == [
        "I love horror movies. I loved Night of Frost (1999)",
        "Then see The Cellar Door (2004) and Cold Hands (2011)",
        "I hate Two Left Feet (2001)",
    ]


def test_the_world_says_what_is_published_beside_it(folder):
    road = redial.load(folder, "test")
    assert len([fact for fact in road.facts if fact[1].endswith("/genre")]) == 8
    assert "horror" in {name for names in road.names.values() for name in names}
    assert set(road.kinds.values()) >= {"film", "genre", "director", "actor"}


def test_without_a_graph_beside_it_there_is_a_note(folder):
    (folder / "redial" / "kg_imdb" / "id2info.json.xz").unlink()
    road = redial.load(folder, "test")
    assert road.facts == ()
    assert any("no world graph" in note for note in road.notes)


def test_films_of_one_title_and_year_are_one_and_share_no_iri_with_others(folder):
    place = folder / "redial"
    with (place / "movies_with_mentions.csv").open("a") as out:
        out.write("9,Night of Frost  (1999),1\n10,Night of Frost (2020),1\n")
    (place / "movie2dbpedia.tsv").write_text(
        "movie_id\tdbpedia\n1\t<http://dbpedia.org/resource/Frost>\n10\t<http://dbpedia.org/resource/Frost>\n"
    )
    found = films(place)
    assert found.by_id["1"] == found.by_id["9"] == "http://dbpedia.org/resource/Frost"
    assert found.by_id["10"] == "urn:redial:film/10"


def test_dbpedia_facts_are_read_and_empty_relations_left_out(folder):
    place = folder / "redial" / "kg_dbpedia"
    place.mkdir()
    names = ["<http://dbpedia.org/resource/Ada_Frost>", "<http://dbpedia.org/resource/Leeds>", "<http://x.org/y__1>"]
    rows = ["entity\tid", *(f"{name}\t{at}" for at, name in enumerate(names))]
    (place / "entity2id.tsv.xz").write_bytes(lzma.compress("\n".join(rows).encode()))
    (place / "subkg.tsv.xz").write_bytes(lzma.compress(b"head\trelation\ttail\n0\t104\t1\n0\t86\t0\n0\t5\t2\n"))
    (place / "relation_guess.tsv").write_text(
        "relation\tname_inferred\ttriples\twhy\n104\tbirthPlace\t1\tx\n86\tself-loop\t1\tx\n"
    )
    facts = redial.load(folder, "test").facts
    assert (
        "http://dbpedia.org/resource/Ada_Frost",
        "http://dbpedia.org/ontology/birthPlace",
        "http://dbpedia.org/resource/Leeds",
    ) in facts
    assert not any("__1" in tail or head == tail for head, _, tail in facts)
    # The director of IMDb is DBpedia's resource of that very name.
    assert any(tail == "http://dbpedia.org/resource/Ada_Frost" for _, _, tail in facts)


def test_cases_in_a_file_without_a_split_are_test_where_nobody_was_trained_on_them(folder):
    place = folder / "redial"
    (place / "rec_eval_valid.jsonl").rename(place / "kept_apart.jsonl")
    (place / "rec_eval_test.jsonl").unlink()
    assert {case.person for case in redial.load(folder, "test").cases} == {f"redial:{200 + n}" for n in range(4)}
    with pytest.raises(SourceError):
        redial.load(folder, "dev")


@pytest.mark.parametrize("split", ["train", "nonsense"])
def test_a_split_without_cases_is_said(folder, split):
    with pytest.raises(SourceError, match="no file has cases of the split"):
        redial.load(folder, split)


def test_a_folder_without_the_set_is_said(tmp_path):
    with pytest.raises(SourceError, match="no file in it is of the format redial"):
        redial.load(tmp_path, "test")


def test_titles_are_the_same_however_they_are_written():
    assert title_key("WALL·E  (2008)") == title_key("wall-e (2008) ")
    assert title_key("Heat (1995)") != title_key("Heat (1986)")
    assert dbpedia_name("http://dbpedia.org/resource/Heat_(1995_film)") == "Heat"
