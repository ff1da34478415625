"""How strongly: cue words in the mention's own clause."""

from __future__ import annotations

from pathlib import Path

import pytest

from penchant.extract.intensity import USUAL, intensity
from penchant.extract.plain_mentions import unmark
from penchant.ontology.terms import STANCE_WORDS


@pytest.mark.parametrize(
    ("text", "quote", "stance", "value"),
    [
        ("I adore jazz", "jazz", "likes", 1.0),
        ("My favourite is jazz", "jazz", "likes", 1.0),
        ("I love jazz", "jazz", "likes", 0.9),
        ("I'm a big fan of jazz", "jazz", "likes", 0.8),
        ("I like jazz", "jazz", "likes", 0.7),
        ("I really like jazz", "jazz", "likes", 0.8),
        ("I kind of like jazz", "jazz", "likes", 0.5),
        ("jazz is pretty good", "jazz", "likes", 0.5),
        ("I can't stand musicals", "musicals", "dislikes", 1.0),
        ("I can’t stand musicals", "musicals", "dislikes", 1.0),
        ("I hate musicals", "musicals", "dislikes", 1.0),
        ("musicals are awful", "musicals", "dislikes", 0.9),
        ("musicals leave me cold", "musicals", "dislikes", 0.8),
        ("I don't like musicals", "musicals", "dislikes", 0.7),
        ("not really a fan of musicals", "musicals", "dislikes", 0.5),
        ("not into musicals", "musicals", "dislikes", 0.6),
        ("I desperately need a tent", "tent", "wants", 1.0),
        ("maybe a tent", "tent", "wants", 0.5),
        ("can't wait to see Dune", "Dune", "interested", 0.9),
        ("Dune?", "Dune", "interested", 0.6),
        ("Dune is okay", "Dune", "neutral", 0.5),
    ],
)
def test_cues(text: str, quote: str, stance: str, value: float) -> None:
    start = text.index(quote)
    assert intensity(text, start, start + len(quote), stance) == value


def test_each_clause_has_its_own_cue() -> None:
    text = "I adore Studio Ghibli films, but horror leaves me cold."
    assert intensity(text, 8, 21, "likes") == 1.0
    assert intensity(text, 33, 39, "dislikes") == 0.8


def test_words_of_the_name_are_no_cue() -> None:
    text = "I like Love Actually"
    assert intensity(text, 7, 20, "likes") == 0.7


def test_every_stance_has_a_usual_strength() -> None:
    assert set(USUAL) == set(STANCE_WORDS)
    for stance, value in USUAL.items():
        assert intensity("¤ x ¤", 2, 3, stance) == value


def _rows() -> list[list[str]]:
    lines = Path(__file__).with_name("intensity.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.mark.parametrize(("marked", "stance", "least", "most"), _rows())
def test_what_a_reader_would_give(marked: str, stance: str, least: str, most: str) -> None:
    said = unmark(marked)
    assert float(least) <= intensity(said.text, said.start, said.end, stance) <= float(most)
