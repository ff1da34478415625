"""What a writer takes back: the rules on hand-written sentences, and their borders."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.corrections import taken_back

SET = Path(__file__).with_name("corrections.tsv")


def rows(half):
    lines = SET.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1:] for line in lines if line.startswith(f"{half}\t")]


def of(marked, *_):
    text, spans = "", []
    for before, inside in re.findall(r"([^\[]*)(?:\[([^\]]*)\])?", marked):
        text += before
        if inside:
            spans.append((len(text), len(text) + len(inside)))
            text += inside
    return ", ".join(text[start:end] for start, end in sorted(taken_back(text, spans)))


def scores(half):
    """Precision and recall."""
    some = [(of(marked), wanted.removeprefix("-")) for marked, wanted in rows(half)]
    hits = sum(got == wanted for got, wanted in some if got)
    return round(hits / sum(bool(got) for got, _ in some), 2), round(hits / sum(bool(w) for _, w in some), 2)


def test_the_sentences_that_the_rules_were_made_with():
    assert scores("dev") == (1.0, 1.0)


def test_the_sentences_put_aside():
    assert scores("test") == (1.0, 1.0)


def test_half_of_the_sentences_take_nothing_back():
    for half in ("dev", "test"):
        wanted = [row[1] for row in rows(half)]
        assert 0.4 < wanted.count("-") / len(wanted) < 0.6


def test_of_three_only_the_corrected_one_is_taken_back():
    assert of("I want [tea] and [a comedy], no wait, [a thriller].") == "a comedy"
    assert of("[Tea], sorry, [coffee], no, [cocoa].") == "Tea, coffee"


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(1, 8)), max_size=4))
def test_only_mentions_are_taken_back(text, places):
    spans = [(min(at, len(text)), min(at + length, len(text))) for at, length in places]
    assert taken_back(text, spans) <= {*spans}
