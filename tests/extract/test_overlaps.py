"""What two windows say of the same words is kept once, and nothing else is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.language_model import Mention, Reply
from penchant.extract.overlaps import in_text
from penchant.extract.windows import Span, windows

TEXT = "I saw Heat with my brother. It was superb. The cinema was cold."
FIRST, SECOND = Span(0, 42), Span(28, len(TEXT), seen_before=15)


def reply(span: Span, *mentions: tuple[int, int, str]) -> Reply:
    """Mentions given by their places in the whole text."""
    inside = [Mention(TEXT[a:b], a - span.start, b - span.start, stance, 0.9) for a, b, stance in mentions]
    return Reply("", tuple(inside), "decoded")


def test_places_are_those_of_the_whole_text() -> None:
    (one, two) = in_text([FIRST, SECOND], [reply(FIRST, (6, 10, "likes")), reply(SECOND, (47, 53, "dislikes"))])
    assert [(m.start, m.end, TEXT[m.start : m.end]) for m in (*one.mentions, *two.mentions)] == [
        (6, 10, "Heat"),
        (47, 53, "cinema"),
    ]


def test_the_same_words_with_the_same_stance_are_kept_once() -> None:
    one, two = in_text([FIRST, SECOND], [reply(FIRST, (28, 30, "likes")), reply(SECOND, (28, 30, "likes"))])
    assert [m.stance for m in one.mentions] == ["likes"]
    assert two.mentions == ()


def test_the_window_that_saw_more_around_them_is_believed() -> None:
    early, late = (28, 30), (35, 41)  # 12 and 1 characters from the first window's end, 0 and 7 from the second's start
    for place, stance in ((early, "likes"), (late, "dislikes")):
        one, two = in_text([FIRST, SECOND], [reply(FIRST, (*place, "likes")), reply(SECOND, (*place, "dislikes"))])
        assert [m.stance for m in (*one.mentions, *two.mentions)] == [stance]


def test_what_is_sure_stays_before_what_is_doubted() -> None:
    place = (28, 30)  # in the middle of the first window, at the edge of the second
    doubting = Reply("", (), "decoded", doubted=reply(FIRST, (*place, "likes"), (6, 10, "likes")).mentions)
    one, two = in_text([FIRST, SECOND], [doubting, reply(SECOND, (*place, "dislikes"))])
    assert [(m.start, m.end) for m in one.doubted] == [(6, 10)]
    assert (one.mentions, [m.stance for m in two.mentions]) == ((), ["dislikes"])


def test_words_in_part_the_same_are_one_thing() -> None:
    one, two = in_text([FIRST, SECOND], [reply(FIRST, (28, 41, "likes")), reply(SECOND, (35, 41, "likes"))])
    assert [(m.start, m.end) for m in (*one.mentions, *two.mentions)] == [(35, 41)]


def test_one_window_may_say_two_things_of_the_same_words() -> None:
    one, two = in_text(
        [FIRST, SECOND], [reply(FIRST, (6, 10, "likes"), (6, 10, "wants")), reply(SECOND, (28, 30, "likes"))]
    )
    assert [m.stance for m in one.mentions] == ["likes", "wants"]
    assert len(two.mentions) == 1


@given(st.data())
def test_nothing_is_twice_and_what_goes_was_said_elsewhere(data: st.DataObject) -> None:
    text = data.draw(st.lists(st.sampled_from(["ab ", "cde. ", "f, ", "g! "]), max_size=80).map("".join))
    spans = windows(text, most_characters=30, most_sentences=2, overlap=15)
    replies = []
    for span in spans:
        length = span.end - span.start
        places = data.draw(st.lists(st.tuples(st.integers(0, length - 1), st.integers(1, 8)), max_size=4))
        mentions = [Mention("", a, min(a + n, length), "likes", 0.5) for a, n in places]
        replies.append(Reply("", tuple(mentions), "decoded"))
    kept = [found.mentions for found in in_text(spans, replies)]
    for window, mentions in enumerate(kept):
        elsewhere = [m for w, others in enumerate(kept) if w != window for m in others]
        assert not any(m.start < o.end and o.start < m.end for m in mentions for o in elsewhere)
        for m in replies[window].mentions:
            place = (spans[window].start + m.start, spans[window].start + m.end)
            stays = place in {(k.start, k.end) for k in mentions}
            assert stays or any(place[0] < o.end and o.start < place[1] for o in elsewhere)
