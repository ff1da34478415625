"""Prompt, answer and offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.answer import clean, parse, place, prompt, written
from penchant.ontology.terms import STANCE_WORDS


@given(st.text())
def test_clean_keeps_length_and_frees_reserved_characters(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert not set(cleaned) & set('"=;\\\n\t')
    assert clean(cleaned) == cleaned


WORD = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1)


@given(st.lists(st.tuples(WORD, st.sampled_from(sorted(STANCE_WORDS)))))
def test_parse_undoes_written(pairs: list[tuple[str, str]]) -> None:
    assert parse(written(pairs)) == [(clean(q).strip(), s) for q, s in pairs]


def test_answers_read_as_the_format_says() -> None:
    assert written([]) == " none"
    assert written([("horror", "dislikes"), ("thrillers", "wants")]) == " horror= dislikes; thrillers= wants"
    assert parse(" none") == []


@pytest.mark.parametrize(
    ("answer", "pairs"),
    [
        (" horror= dislikes; thril", [("horror", "dislikes")]),
        (" horror= dislikes; thrillers= wa", [("horror", "dislikes")]),
        (" horror= adores", []),
        (" = likes", []),
        ("", []),
    ],
)
def test_unfinished_or_foreign_pairs_say_nothing(answer: str, pairs: list[tuple[str, str]]) -> None:
    assert parse(answer) == pairs


def test_prompt_shows_the_turn_before_on_one_line() -> None:
    assert prompt('I "love" it') == "User: I 'love' it\nPreferences:"
    asked = prompt("Yes", "Do you\n like horror?" + " really" * 100)
    assert asked.startswith("Assistant: ")
    assert asked.count("\n") == 2
    assert len(asked) < 220


def test_each_quote_takes_its_own_occurrence() -> None:
    text = "Jazz at home, jazz at work: jazz"
    assert place(["jazz", "jazz"], text) == [(14, 18), (28, 32)]
    assert place(["jazz"] * 3, text)[2] == (14, 18)


def test_whole_words_come_first() -> None:
    assert place(["it"], "I sit with it") == [(11, 13)]
    assert place(["cat"], "concatenate") == [(3, 6)]


def test_places_count_code_points_of_the_text_as_read() -> None:
    text = "😀 “Amélie” = bliss"
    (span,) = place(["Amélie"], text)
    assert span is not None
    assert text[slice(*span)] == "Amélie"
    assert place(["'Amélie'"], text) == [(2, 10)]
    assert place(["Brazil", ""], text) == [None, None]
