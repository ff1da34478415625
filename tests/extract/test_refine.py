from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from penchant.errors import ModelError, OntologyError
from penchant.extract import weights
from penchant.extract.encoder import MiniLMEncoder
from penchant.extract.plain_mentions import plain_mentions, unmark
from penchant.extract.refine import Refiner, SubStance

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import refine as benchmark

SHIPPED = {word: [f"This shows {word}."] for word in ("likes", "dislikes", "wants", "interested", "neutral")}
EXAMPLES = (
    "Tetris brings back my childhood memories.",
    "Childhood memories come with every game of marbles.",
    "Those comics are childhood memories for me.",
    "I hear that song and childhood memories return.",
    "Memories of childhood live in every waffle.",
    "Kites? My childhood memories!",
)
NOSTALGIC = SubStance("nostalgic", "likes", EXAMPLES)
TEXT = "Radio plays wake childhood memories of mine."


class WordEncoder:
    """Counts words: sentences are near that share many."""

    size = 512

    def __init__(self, name: str = "words") -> None:
        self.name = name
        self.asked = 0

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += len(texts)
        out = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or ["?"]:
                row[zlib.crc32(word.encode()) % self.size] += 1
            row /= np.linalg.norm(row)
        return out


def refiner(*subs: SubStance, encoder: WordEncoder | None = None) -> Refiner:
    return Refiner(encoder or WordEncoder(), subs, SHIPPED)


def test_finds_the_sub_stance_and_leaves_plain_mentions_alone():
    one = refiner(NOSTALGIC)
    assert one.refine(TEXT, 0, 11, "likes") == "nostalgic"
    assert one.refine("I love radio plays.", 7, 18, "likes") == "likes"


def test_the_mention_itself_says_nothing():
    """A book may be called like that: what counts is what is said of it."""
    text = "I love Childhood Memories."
    assert refiner(NOSTALGIC).refine(text, 7, 25, "likes") == "likes"


def test_the_same_words_about_another_mention_are_not_taken():
    text = "I love jazz, but radio plays wake childhood memories of mine."
    jazz, plays = (7, 11), (17, 28)
    one = refiner(NOSTALGIC)
    assert one.refine(text, *jazz, "likes", [plays]) == "likes"
    assert one.refine(text, *plays, "likes", [jazz]) == "nostalgic"


def test_other_stances_and_an_ontology_without_sub_stances_cost_nothing():
    encoder = WordEncoder()
    for one in (refiner(encoder=encoder), refiner(NOSTALGIC, encoder=encoder)):
        stance = "".join(["dis", "likes"])  # not the interned constant
        assert one.refine(TEXT, 0, 11, stance) is stance
    assert refiner(encoder=encoder).refine(TEXT, 0, 11, "likes") == "likes"
    assert encoder.asked == 0


def test_chinese_is_left_alone():
    encoder = WordEncoder()
    one = refiner(NOSTALGIC, encoder=encoder)
    assert one.refine("俄罗斯方块 让我想起童年", 0, 5, "likes") == "likes"
    assert one.refine("Tetris 让我想起了童年的回忆", 0, 6, "likes") == "likes"
    assert encoder.asked == 0


def test_the_nearest_of_two_sub_stances_wins():
    cheap = SubStance("thrifty", "likes", tuple(e.replace("hildhood memories", "heap bargain price") for e in EXAMPLES))
    both = refiner(NOSTALGIC, cheap)
    assert both.refine(TEXT, 0, 11, "likes") == "nostalgic"
    assert both.refine("Radio plays at a cheap bargain price for all.", 0, 11, "likes") == "thrifty"


def test_a_mention_costs_one_small_batch_once_it_has_learnt():
    encoder = WordEncoder()
    one = refiner(NOSTALGIC, encoder=encoder)
    one.refine(TEXT, 0, 11, "likes")
    learnt = encoder.asked
    one.refine(TEXT, 0, 11, "likes")
    assert encoder.asked == learnt + 3


def test_examples_that_are_plain_do_not_eat_the_parent():
    """Sentences taken from the background itself: nothing sets them apart."""
    plain = plain_mentions().sentences["likes"]
    one = refiner(SubStance("same", "likes", tuple(m.text for m in plain[::20])))
    rest = [m for i, m in enumerate(plain) if i % 20]
    found = sum(one.refine(m.text, m.start, m.end, "likes") == "same" for m in rest)
    assert found <= 0.02 * len(rest)


def test_the_fingerprint_follows_whatever_changes_the_answers():
    first = refiner(NOSTALGIC).fingerprint
    assert first == refiner(SubStance("nostalgic", "likes", EXAMPLES[::-1])).fingerprint
    other = [
        refiner(SubStance("wistful", "likes", EXAMPLES)),
        refiner(SubStance("nostalgic", "wants", EXAMPLES)),
        refiner(SubStance("nostalgic", "likes", EXAMPLES[1:])),
        refiner(NOSTALGIC, SubStance("wistful", "likes", EXAMPLES[1:])),
        refiner(NOSTALGIC, encoder=WordEncoder("other")),
        Refiner(WordEncoder(), [NOSTALGIC], SHIPPED | {"likes": ["I like that."]}),
    ]
    assert len({first, *(one.fingerprint for one in other)}) == 7
    assert refiner().fingerprint == ""


@pytest.mark.parametrize(
    ("subs", "message"),
    [
        ([SubStance("nostalgic", "likes", (*EXAMPLES[:4], EXAMPLES[0]))], "has 4 English example"),
        ([SubStance("nostalgic", "likes", (*EXAMPLES[:4], "这让我想起童年。"))], "has 4 English example"),
        ([SubStance("nostalgic", "loves", EXAMPLES)], "refines “loves”; expected .*dislikes, interested, likes"),
        ([SubStance("wants", "likes", EXAMPLES)], "“wants” refines “likes”; expected a word of its own"),
        ([NOSTALGIC, SubStance("nostalgic", "wants", EXAMPLES)], "share the word “nostalgic”"),
    ],
)
def test_says_what_is_wrong_with_a_sub_stance(subs: list[SubStance], message: str):
    with pytest.raises(OntologyError, match=message):
        refiner(*subs)


def test_plain_sentences_are_not_those_it_is_measured_with():
    plain = {m.text for rows in plain_mentions().sentences.values() for m in rows}
    assert len(plain) == sum(len(rows) for rows in plain_mentions().sentences.values())
    for case in benchmark.cases():
        tried = {m.text for m, _ in (*case.unseen, *case.others)}
        assert len(case.sub.examples) == 6
        assert (len(case.unseen), len(case.others), len(tried)) == (20, 20, 40)
        assert not tried & plain
        assert not tried & set(case.sub.examples)


@pytest.mark.parametrize("marked", ["no mention", "[two] of [them]", "[open", "closed]", "[]", "]a["])
def test_a_marked_sentence_has_one_mention(marked: str):
    with pytest.raises(ValueError, match="one \\[mention\\] expected"):
        unmark(marked)
    assert unmark("a [b] c") == type(unmark("[x]"))("a b c", 2, 3)


@pytest.mark.model
@pytest.mark.slow
def test_holds_the_bar_on_sentences_that_chose_nothing():
    """F1 of at least .5 on twenty unseen sentences; F1 of the shipped stances falls by at most .02 on twenty others."""
    try:
        folder = weights.ensure("minilm", offline=True)
    except ModelError as error:
        pytest.skip(f"{error.found}; fetch it with `penchant model get`")
    shipped = benchmark.shipped_examples()
    chosen = {c.sub.word: c for c in benchmark.cases() if c.sub.word in ("recommends", "boycotts")}
    one = Refiner(MiniLMEncoder(folder), [c.sub for c in chosen.values()], shipped)
    for word, case in sorted(chosen.items()):
        assert case.split == "test"
        said = {}
        for part, rows in (("unseen", case.unseen), ("others", case.others)):
            stances = [case.sub.refines if s == word else s for _, s in rows]
            read = benchmark.given([m for m, _ in rows], stances)
            said[part] = [benchmark.refined(one, m.text, mentions) for (m, _), mentions in zip(rows, read, strict=True)]
        assert benchmark.f1(case.unseen, said["unseen"], {word}) >= 0.75
        assert benchmark.f1(case.others, said["others"], set(shipped)) >= 0.98
