"""Conditions on what is wanted: the rules on hand-written sentences, and their borders."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.circumstances_scene import masked, scene
from penchant.extract.conditions import condition
from penchant.extract.plain_mentions import unmark

SET = Path(__file__).with_name("conditions.tsv")


def rows(half):
    lines = SET.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1:] for line in lines if line.startswith(f"{half}\t")]


def found(text, start, end, stance, others=()):
    place = condition(scene(masked(text, others), start, end), text[start:end], stance)
    return text[slice(*place)] if place else ""


def of(marked, stance="wants"):
    said = unmark(marked)
    return found(said.text, said.start, said.end, stance)


def scores(half):
    """Precision and recall."""
    hits = said = gold = 0
    for marked, stance, wanted in rows(half):
        got, wanted = of(marked, stance), wanted.removeprefix("-")
        hits, said, gold = hits + bool(got and got == wanted), said + bool(got), gold + bool(wanted)
    return round(hits / said, 2), round(hits / gold, 2)


def test_the_sentences_that_the_rules_were_made_with():
    assert scores("dev") == (1.0, 1.0)


def test_the_sentences_put_aside():
    assert scores("test") == (1.0, 1.0)


def test_half_of_the_sentences_have_no_condition():
    for half in ("dev", "test"):
        wanted = [row[2] for row in rows(half)]
        assert len(wanted) > 40
        assert 0.4 < wanted.count("-") / len(wanted) < 0.6


@pytest.mark.parametrize("stance", ["likes", "dislikes", "neutral"])
def test_only_what_is_wanted_has_a_condition(stance):
    assert of("I want [a phone] under 300 euros.", stance) == ""


@pytest.mark.parametrize(
    ("marked", "condition"),
    [
        ("I want [a film] with Tom Hanks and a case.", "with Tom Hanks"),
        ("I want [Inception] with Tom Hanks.", ""),  # what has a name is one thing: nothing narrows it down
        ("I want [Inception] under 10 euros.", "under 10 euros"),
        ("[A thriller] without blood, please.", "without blood"),  # a capital that opens a sentence is no name
        ("If it is waterproof, I want [the jacket].", "If it is waterproof"),
        ("I want [a desk], 2 metres long at most.", "2 metres long at most"),
        ("我想要[手机]，三百元以下。", ""),
    ],
)
def test_borders(marked, condition):
    said = unmark(marked)
    others = [(said.text.index(name), said.text.index(name) + len(name)) for name in ("a case",) if name in said.text]
    assert found(said.text, said.start, said.end, "wants", others) == condition


@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 10))
def test_any_text_gives_a_quote_behind_or_before_the_mention(text, start, length):
    start = min(start, max(len(text) - 1, 0))
    end = min(start + length, len(text))
    place = condition(scene(masked(text, ()), start, end), text[start:end], "wants")
    assert place is None or (0 <= place[0] < place[1] <= len(text) and (place[0] >= end or place[1] <= start))


@pytest.mark.parametrize("filler", ["a ", "for my ", "under ", "not too ", "that is ", ", ", "with a and "])
def test_no_text_takes_long(filler):
    text = "I want a tent " + filler * 500
    began = time.process_time()
    found(text, 7, 13, "wants")
    assert time.process_time() - began < 0.2
