"""Windows: nothing lost, nothing twice, nothing too long."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.windows import MOST_CHARACTERS, MOST_WINDOWS, OVERLAP, Span, windows

ALPHABET = st.sampled_from([*"ab .!?\n,。😀", "Mr. ", "word "])


@given(st.lists(ALPHABET, max_size=400).map("".join), st.integers(5, 60), st.integers(1, 4))
def test_windows_cover_everything_once(text: str, most: int, sentences: int) -> None:
    spans = windows(text, most_characters=most, most_sentences=sentences, most_windows=10_000)
    seen = [False] * len(text)
    last = 0
    for span in spans:
        assert last <= span.start < span.end <= len(text)
        assert span.end - span.start <= most
        assert not text[span.start].isspace()
        assert not text[span.end - 1].isspace()
        last = span.end
        seen[span.start : span.end] = [True] * (span.end - span.start)
    assert all(flag or c.isspace() for flag, c in zip(seen, text, strict=True))


def test_short_text_is_one_window() -> None:
    text = "  I love jazz. I hate techno.  "
    assert windows(text) == [Span(2, len(text) - 2)]


def test_windows_end_with_sentences() -> None:
    text = "One is here. Two is there! Three? Four. Five follows. Six."
    found = [text[s.start : s.end] for s in windows(text)]
    assert found == ["One is here. Two is there! Three? Four.", "Five follows. Six."]


def test_abbreviations_end_no_sentence() -> None:
    text = "I like Mr. Bean. I like J. R. R. Tolkien. I like Dr. Who."
    found = [text[s.start : s.end] for s in windows(text, most_sentences=1)]
    assert found == ["I like Mr. Bean.", "I like J. R. R. Tolkien.", "I like Dr. Who."]


def test_chinese_sentences_need_no_space() -> None:
    text = "我喜欢科幻电影。我不喜欢恐怖片！"
    assert [text[s.start : s.end] for s in windows(text, most_sentences=1)] == ["我喜欢科幻电影。", "我不喜欢恐怖片！"]


def test_a_megabyte_is_bounded_and_the_rest_is_reported() -> None:
    text = "I like this and that, you know, more or less. " * 22_000
    began = time.process_time()
    spans = windows(text)
    assert time.process_time() - began < 5
    assert len(spans) == MOST_WINDOWS + 1
    assert all(s.read for s in spans[:-1])
    assert not spans[-1].read
    assert spans[-1].end == len(text.rstrip())
    assert spans[-1].start - spans[-2].end == 1


def test_one_endless_word_is_cut() -> None:
    spans = windows("x" * 1000)
    assert max(s.end - s.start for s in spans) == MOST_CHARACTERS
    assert sum(s.end - s.start for s in spans) == 1000


def test_nothing_gives_no_window() -> None:
    assert windows("") == []
    assert windows(" \n\t ") == []


@given(st.lists(ALPHABET, max_size=400).map("".join), st.integers(5, 60), st.integers(1, 4), st.integers(0, 40))
def test_overlap_looks_back_into_the_window_before_and_moves_nothing(
    text: str, most: int, sentences: int, overlap: int
) -> None:
    settings = {"most_characters": most, "most_sentences": sentences, "most_windows": 20}
    plain = windows(text, **settings)
    seeing = windows(text, **settings, overlap=overlap)
    assert [(s.own, s.end, s.read) for s in seeing] == [(s.start, s.end, s.read) for s in plain]
    for before, span in zip(plain, seeing[1:], strict=False):
        again = text[span.start : before.end] if span.seen_before else ""
        assert len(again) <= overlap
        assert again == again.strip()
        assert span.start >= before.start
        assert span.read or not span.seen_before
    assert not any(s.seen_before for s in seeing[:1])


def test_a_window_sees_the_last_sentence_of_the_one_before() -> None:
    text = "One. Two. I saw Heat last week. It was superb. The rest was dull."
    found = windows(text, most_sentences=3, overlap=OVERLAP)
    assert [text[s.start : s.end] for s in found] == [
        "One. Two. I saw Heat last week.",
        "I saw Heat last week. It was superb. The rest was dull.",
    ]
    assert text[found[1].own :].startswith("It was")


def test_of_a_long_sentence_only_the_end_is_seen_again_from_a_word_on() -> None:
    text = "word " * 50 + "and Heat. It was superb."
    first, second = windows(text, most_characters=270, most_sentences=1, overlap=20)
    assert text[second.start : first.end] == "word word and Heat."
    alone = windows("x" * 300 + ". Fine.", most_characters=400, most_sentences=1, overlap=20)
    assert [s.seen_before for s in alone] == [0, 0]
