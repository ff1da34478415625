from __future__ import annotations

import pytest

from penchant.extract.masking import guesses, in_latin_letters, masked, stretch


def cut(text: str, mention: str, *others: str, known: bool = True) -> str:
    start = text.index(mention)
    spans = [(text.index(o), text.index(o) + len(o)) for o in others]
    first, last = stretch(text, start, start + len(mention), spans if known else None)
    return text[first:last]


def test_a_filler_takes_the_place_of_the_mention():
    assert masked("I love tea.", 7, 10) == ["I love it.", "I love this.", "I love something."]


def test_an_example_is_read_with_every_phrase_that_could_be_its_mention():
    sentence = "I adore my slow westerns."
    assert [sentence[a:b] for a, b in guesses(sentence)] == [
        "adore",
        "adore my slow",
        "adore my slow westerns",
        "my slow",
        "my slow westerns",
        "westerns",
    ]


@pytest.mark.parametrize("sentence", ["", "It is so.", "Tea!", "?!"])
def test_a_sentence_with_nothing_beside_the_mention_has_no_guess(sentence: str):
    assert guesses(sentence) == []


def test_a_guess_never_reaches_over_a_comma():
    assert all("," not in "Tea, cake"[a:b] for a, b in guesses("Tea, cake"))


def test_only_the_sentence_of_the_mention_speaks_of_it():
    text = "I hate rain. Tetris takes me back to school! We ate soup."
    assert cut(text, "Tetris") == "Tetris takes me back to school!"
    assert cut(text, "Tetris", known=False) == "Tetris takes me back to school!"


def test_what_is_said_of_another_mention_is_kept_apart():
    text = "I adore jazz, but that old cartoon takes me back to my childhood."
    assert cut(text, "jazz", "that old cartoon") == "I adore jazz, "
    assert cut(text, "that old cartoon", "jazz") == " that old cartoon takes me back to my childhood."
    assert cut(text, "jazz", known=False) == text


def test_a_list_is_not_cut():
    text = "I want gin and tonic for my sister's birthday."
    assert cut(text, "gin", "tonic") == text


def test_a_sentence_that_says_nothing_takes_in_its_neighbour():
    assert cut("Oh, Tetris! Those were the days.", "Tetris") == "Oh, Tetris! Those were the days."
    assert cut("Those were the days. Oh, Tetris!", "Tetris") == "Those were the days. Oh, Tetris!"


def test_but_not_a_neighbour_that_speaks_of_something_else():
    text = "Oh, Tetris! Chess takes me back."
    assert cut(text, "Tetris", "Chess") == "Oh, Tetris!"
    assert cut(text, "Tetris", known=False) == "Oh, Tetris!"


def test_a_mention_across_two_sentences_keeps_both():
    text = "I saw Mr. Bean! The movie yesterday. Fine."
    assert cut(text, "Bean! The movie") == "I saw Mr. Bean! The movie yesterday."


def test_the_end_of_a_long_text_is_read_too():
    text = "It rained. " * 500 + "Tetris takes me back to school!"
    assert cut(text, "Tetris") == "Tetris takes me back to school!"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I love tea", True),
        ("Ça, c'est bon", True),
        ("我喜欢茶", False),
        ("我喜欢 iPhone 手机壳套子呀", False),
        ("12!", False),
    ],
)
def test_english_needs_latin_letters(text: str, expected: bool):
    assert in_latin_letters(text) is expected
