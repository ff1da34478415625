"""What points at something said before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.answer import parse, settle
from penchant.extract.language_model import Passage
from penchant.extract.references import referring


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Loved it", ["it"]),
        ("I liked that one, it was fun", ["that one"]),
        ("The second one, always", ["The second one"]),
        ("Yes, one of my favourites", ["Yes"]),
        ("not for me!", ["not for me"]),
        ("I'm a fan of both of them", ["both of them"]),
    ],
)
def test_the_words_that_say_most_point(text: str, words: list[str]) -> None:
    assert [text[a:b] for a, b in referring(text)] == words


def test_several_things_need_several_words_or_share_one() -> None:
    text = "I liked the first one, hated the second"
    assert [text[a:b] for a, b in referring(text, 2)] == ["the first one", "the second"]
    text = "that one, no; it bored me"
    assert [text[a:b] for a, b in referring(text, 2)] == ["that one", "it"]
    text = "both, please"
    assert [text[a:b] for a, b in referring(text, 2)] == ["both", "both"]


@given(st.text(), st.integers(0, 4))
def test_pointing_words_are_in_the_text(text: str, count: int) -> None:
    found = referring(text, count)
    assert len(found) in (0, count)
    assert all(0 <= a < b <= len(text) for a, b in found)


def test_an_answer_of_the_turn_before_becomes_a_mention_of_what_points_there() -> None:
    passage = Passage("Loved that one, hated Heat", "Have you seen\n  Roma or Heat?")
    mentions, unfounded = settle(parse(" < Roma= likes; Heat= dislikes; < Alien= likes"), [0.9, 0.8, 0.7], passage)
    assert [(m.quote, m.antecedent, m.stance, m.confidence) for m in mentions] == [
        ("that one", "Roma", "likes", 0.9),
        ("Heat", "", "dislikes", 0.8),
    ]
    assert unfounded == (("< Alien", "likes"),)


def test_the_antecedent_is_as_the_turn_before_spells_it() -> None:
    passage = Passage("loved it", "Try  “The\nFall”!")
    (mention,), _ = settle(parse(" < The Fall= likes"), [1.0], passage)
    assert mention.antecedent == "The\nFall"
    assert settle(parse(" < The Fall= likes"), [1.0], Passage("loved it"))[0] == ()
