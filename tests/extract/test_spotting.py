from __future__ import annotations

import time
from itertools import pairwise

import pytest

from penchant.extract.linking import Linker
from penchant.extract.spotting import probability, spot
from penchant.extract.word_runs import MOST_WORDS, runs
from penchant.ontology import terms as t
from tests.extract.names_index import built

THINGS = {
    "Q1": ("The Silver Kettle", "film", 9),
    "Q2": ("Kettle", "", 2),
    "Q3": ("Harbour Lights: The Return", "film", 5),
    "Q4": ("horror film", "genre", 30),
    "Q5": ("Orla Quimby", "actor", 12),
    "Q6": ("It", "film", 5),
    "Q7": ("Speed", "film", 5),
    "Q8": ("Porky's Picnic", "film", 4),
    "Q9": ("Dream Within", "film", 9),
    "Q10": ("Tapioca", "", 4),
}


@pytest.fixture(scope="module")
def linker(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    return Linker(built(tmp_path_factory.mktemp("names"), THINGS, {"Q9": "盗梦空间"}))


def named(linker: Linker, text: str, context: tuple[str, ...] = (), **options: float) -> list[tuple[str, str]]:
    found = spot(text, linker, context, **options)
    return [(text[s.start : s.end], (s.decision.link or "").removeprefix(t.WD)) for s in found]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I saw The Silver Kettle with my sister", [("The Silver Kettle", "Q1")]),  # the longer name, its article too
        ("i watched the silver kettle again", [("the silver kettle", "Q1")]),
        ("Have you seen Harbour Lights: The Return?", [("Harbour Lights: The Return", "Q3")]),
        (
            "We watched The Silver Kettle (1987) and Porky's Picnic.",
            [("The Silver Kettle", "Q1"), ("Porky's Picnic", "Q8")],
        ),
        ("A film with Orla Quimby in it", [("Orla Quimby", "Q5")]),
        ("it was good", []),
        ("she drives at full speed", []),
        ("!!! ... ()", []),
        ("", []),
    ],
)
def test_what_a_text_names(linker: Linker, text: str, names: list[tuple[str, str]]):
    assert named(linker, text) == names


def test_names_end_where_sentences_do(linker: Linker):
    assert ("Orla. Quimby", "Q5") not in named(linker, "I like Orla. Quimby is another.", least=0.01)


def test_chinese_names_stand_without_spaces(linker: Linker):
    assert named(linker, "我喜欢盗梦空间") == [("盗梦空间", "Q9")]


def test_names_do_not_overlap_and_are_in_order(linker: Linker):
    text = "The Silver Kettle, Kettle, Orla Quimby, horror movies and Harbour Lights: The Return"
    found = spot(text, linker, least=0.01)
    assert len(found) >= 4
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0.01 <= s.confidence <= 1.0 for s in found)


def test_a_higher_bar_leaves_fewer(linker: Linker):
    text = "horror movies, a kettle and tapioca with Orla Quimby"
    sizes = [len(named(linker, text, least=least)) for least in (0.01, 0.3, 0.999)]
    assert sizes[0] > sizes[2] == 0
    assert sizes == sorted(sizes, reverse=True)


def test_the_same_text_has_the_same_names(linker: Linker):
    text = "The Silver Kettle (1987) is no horror film"
    assert spot(text, linker) == spot(text, linker)


def test_capitals_speak_for_people_and_places():
    small = {"named: one": 1.0, "named: common": 0.9, "named: one word": 1.0}
    assert probability(small | {"named: large": 1.0}) > probability(small)


def test_runs_are_neighbouring_words():
    text = "one two three four five six seven; eight"
    quotes = [text[r.start : r.end] for r in runs(text)]
    assert max(r.words for r in runs(text)) == MOST_WORDS
    assert not any("seven; eight" in quote for quote in quotes)
    assert "three four" in quotes


@pytest.mark.slow
def test_two_hundred_turns_take_a_second_of_the_processor(linker: Linker):
    turns = [
        f"Well {i}, I saw The Silver Kettle with Orla Quimby and it was good, more horror movies" for i in range(200)
    ]
    spot(turns[0], linker)
    started = time.process_time()
    for turn in turns:
        spot(turn, linker)
    assert time.process_time() - started < 2.0  # half the speed measured, for slower machines
