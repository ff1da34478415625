"""What a text states of two things: the rules on hand-written sentences, and their borders."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.relations import stated
from penchant.ontology.terms import RELATIONS

SET = Path(__file__).with_name("relations.tsv")


def rows(half):
    lines = SET.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1:] for line in lines if line.startswith(f"{half}\t")]


def triples(text):
    found = stated(text, 0, len(text))
    return [f"{text[slice(*s.subject)]} | {s.relation} | {text[slice(*s.object)]}" for s in found]


def of(text, *_):
    return " ; ".join(triples(text))


def scores(half):
    """Precision and recall of relations with both of their things."""
    hits = said = gold = 0
    for text, wanted in rows(half):
        found, right = set(triples(text)), set(wanted.split(" ; ")) - {"-"}
        hits, said, gold = hits + len(found & right), said + len(found), gold + len(right)
    return round(hits / said, 2), round(hits / gold, 2)


def test_the_sentences_that_the_rules_were_made_with():
    assert scores("dev") == (1.0, 1.0)


def test_the_sentences_put_aside():
    assert scores("test") == (1.0, 1.0)


def test_half_of_the_sentences_state_nothing():
    for half in ("dev", "test"):
        wanted = [row[1] for row in rows(half)]
        assert len(wanted) > 30
        assert 0.4 < wanted.count("-") / len(wanted) < 0.6


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Oh Hacksaw Ridge is a good film.", "Hacksaw Ridge | kind of | film"),
        ("I loved Enemy at the Gates Oh Hacksaw Ridge is a film.", ""),  # where the name begins is not to be seen
        ("Goodfellas It was a great movie", ""),
        ("Dune isn't by Tolkien.", ""),
        ("I doubt that Dune is a novel.", ""),
        ("My wife wishes that Dune is like Alien.", ""),
        (
            "Emma by Jane Austen and Dracula by Bram Stoker.",
            "Emma | made by | Jane Austen ; Dracula | made by | Bram Stoker",
        ),
        ("“Emma” by Jane Austen", "Emma | made by | Jane Austen"),
        ("Emma by May", ""),
    ],
)
def test_borders(text, wanted):
    assert of(text) == wanted


def test_only_the_asked_stretch_is_read():
    text = "Emma by Jane Austen. Dracula by Bram Stoker."
    assert [text[slice(*s.subject)] for s in stated(text, 21, len(text))] == ["Dracula"]


@given(
    st.lists(
        st.sampled_from(["Emma", "by", "is", "a", "film", "like", "Jane", ",", "part of", '"', "İ", "?"])
        | st.text(max_size=4),
        max_size=14,
    ).map(" ".join)
)
def test_any_text_gives_relations_whose_places_hold(text):
    for found in stated(text, 0, len(text)):
        first, last = found.words
        assert found.relation in RELATIONS
        for start, end in (found.subject, found.object):
            assert first <= start < end <= last <= len(text)
        assert found.subject != found.object


@pytest.mark.parametrize("filler", ["Emma ", "by Emma ", "is a ", "The Great ", "of the ", "A by B "])
def test_no_text_takes_long(filler):
    text = "Emma is " + filler * 300
    began = time.process_time()
    stated(text, 0, len(text))
    assert time.process_time() - began < 0.5
