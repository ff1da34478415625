"""Aspects and the words of an opinion: the rules on hand-written sentences, and their borders."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.circumstances_scene import masked, scene
from penchant.extract.opinions import FILE, opinion
from penchant.extract.plain_mentions import unmark
from penchant.extract.vocabulary import vocabulary

SET = Path(__file__).with_name("opinions.tsv")


def rows(half):
    lines = SET.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1:] for line in lines if line.startswith(f"{half}\t")]


def found(text, start, end, stance, others=()):
    got = opinion(scene(masked(text, others), start, end), stance)
    return tuple(text[slice(*place)] if place else "" for place in (got.aspect, got.words))


def of(marked, stance="likes"):
    said = unmark(marked)
    return found(said.text, said.start, said.end, stance)


def scores(half):
    """Precision and recall of aspects, and of the words of opinions."""
    counts = [[0, 0, 0], [0, 0, 0]]
    for marked, stance, *wanted in rows(half):
        for count, got, gold in zip(counts, of(marked, stance), wanted, strict=True):
            gold = gold.removeprefix("-")
            count[0] += bool(got) and got == gold
            count[1] += bool(got)
            count[2] += bool(gold)
    return [(round(hits / said, 2), round(hits / gold, 2)) for hits, said, gold in counts]


def test_the_sentences_that_the_rules_were_made_with():
    assert scores("dev") == [(1.0, 1.0), (1.0, 1.0)]


def test_the_sentences_put_aside():
    assert scores("test") == [(1.0, 0.94), (1.0, 0.96)]


def test_many_of_the_sentences_have_no_aspect():
    for half in ("dev", "test"):
        wanted = [row[2] for row in rows(half)]
        assert len(wanted) > 30
        assert 0.4 < wanted.count("-") / len(wanted) < 0.7


@pytest.mark.parametrize("stance", ["wants", "interested", "", "fond"])
def test_who_only_wants_something_has_no_opinion_of_it(stance):
    assert of("The camera of [the Pixel] is superb.", stance) == ("", "")


@pytest.mark.parametrize(
    ("marked", "stance", "aspect", "words"),
    [
        ("The strings of [the guitar] are dead but the neck is great.", "likes", "neck", "great"),
        ("The strings of [the guitar] are dull but the neck is great.", "dislikes", "strings", "dull"),
        ("The camera of [the Pixel] is not great.", "dislikes", "camera", "not great"),
        ("The food at [Nando's] is too salty.", "dislikes", "food", "too salty"),
        ("The rest of [the series] is great.", "likes", "", "great"),
        ("The camera of [the Pixel] isn't great.", "dislikes", "", ""),
        ("I love the idea of [the sequel].", "likes", "", "love"),
        ("It felt like [a dream].", "likes", "", ""),
        ("I go to [Aldi]. Their olives are superb.", "likes", "olives", "superb"),
        ("I would love [a Pixel].", "likes", "", ""),
        ("我喜欢[手机]，相机很好。", "likes", "", ""),
    ],
)
def test_borders(marked, stance, aspect, words):
    assert of(marked, stance) == (aspect, words)


def test_words_of_other_mentions_are_no_opinion():
    text = "I loved Great Camera on this phone"
    start = text.index("this phone")
    assert found(text, start, len(text), "likes", [(8, 20)])[0] == ""


def test_every_word_has_one_polarity():
    adjectives = vocabulary(FILE)["adjectives"]
    assert not {*adjectives["likes"]} & {*adjectives["dislikes"]}


@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 10))
def test_any_text_gives_places_outside_the_mention(text, start, length):
    start = min(start, max(len(text) - 1, 0))
    end = min(start + length, len(text))
    got = opinion(scene(masked(text, ()), start, end), "likes")
    for place in (got.aspect, got.words):
        assert place is None or (0 <= place[0] < place[1] <= len(text) and (place[0] >= end or place[1] <= start))


@pytest.mark.parametrize(
    "filler", ["really ", "the camera of ", "is so ", "has a very ", ", the zoom is ", "I love the "]
)
def test_no_text_takes_long(filler):
    text = "I like the Pixel " + filler * 300
    began = time.process_time()
    found(text, 7, 16, "likes")
    assert time.process_time() - began < 0.5
