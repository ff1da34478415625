"""A long review is read from end to end, and nothing of it counts twice."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from penchant.errors import ModelError
from penchant.extract.extractor import Extractor
from penchant.extract.language_model import Mention, Passage, Reply
from penchant.extract.linking import LinkDecision
from penchant.extract.weights import ensure
from penchant.extract.windows import MOST_WINDOWS, OVERLAP
from penchant.kg.proposal import TextRecord

AT = datetime(2026, 5, 1, tzinfo=UTC)
MANNERS = ("tender", "quiet", "clumsy", "slow", "wild", "dark", "long", "silly")
THINGS = ("song", "chase", "dance", "duel", "storm", "dream", "speech", "fight", "wedding")
FILLER = (
    "We went on a rainy Tuesday and found seats near the back.",
    "The lights went down a little after eight.",
    "A man in front of us was looking for his coat.",
    "The story begins in a small town by the sea, where nobody has work.",
    "Half an hour later everybody is on a ship, and the weather turns.",
    "It takes two hours and ten minutes with the credits.",
)


def review(words: int) -> str:
    """At least so many words, in paragraphs; praise and blame at known turns, one thing a sentence."""
    parts: list[str] = []
    count = turn = 0
    while count < words:
        thing = f"the {MANNERS[turn % len(MANNERS)]} {THINGS[turn % len(THINGS)]}"
        said = f"I {('loved', 'hated')[turn % 2]} {thing}."
        more = [FILLER[(turn * 3 + i) % len(FILLER)] for i in range(3)]
        parts.append(" ".join([*more, said]))
        count += len(parts[-1].split())
        turn += 1
    return "\n\n".join(parts)


class Cues:
    """A model that quotes what stands between "loved" or "hated" and the full stop."""

    fingerprint = "cues"

    def __init__(self) -> None:
        self.read_before: list[str] = []

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        self.read_before += [p.text for p in passages]
        return [self.reply(p.text) for p in passages]

    def reply(self, text: str) -> Reply:
        found = []
        for cue, stance in (("I loved ", "likes"), ("I hated ", "dislikes")):
            at = text.find(cue)
            while at >= 0:
                start = at + len(cue)
                end = text.index(".", start)
                found.append(Mention(text[start:end], start, end, stance, 0.9))
                at = text.find(cue, end)
        return Reply(f" {len(found)}", tuple(found), "decoded")


class Nothing:
    """A linker that knows nothing."""

    def link(self, quote: str, text: str, start: int, end: int, *, context: Sequence[str] = ()) -> LinkDecision:
        return LinkDecision((), None, 1.0)


def test_three_thousand_words_are_read_and_each_thing_counts_once() -> None:
    text = review(3_000)
    assert 3_000 <= len(text.split()) < 3_100
    model = Cues()
    began = time.process_time()
    (reading,) = Extractor(model, Nothing()).read([TextRecord("u1", text, AT)])
    assert time.process_time() - began < 10
    said = text.count("I loved ") + text.count("I hated ")
    twice = sum(p.count("I loved ") + p.count("I hated ") for p in model.read_before) - said
    assert twice > 10  # the windows do overlap where things are said
    places = [(p.start, p.end) for p in reading.proposals]
    assert len(places) == len(set(places)) == said
    assert {w.status for w in reading.windows} == {"decoded"}
    assert [w.reply for w in reading.windows] == [model.reply(p).raw for p in model.read_before]
    seen = {i for w in reading.windows for i in range(w.start, w.end)}
    assert all(i in seen or c.isspace() for i, c in enumerate(text))
    for before, after in zip(reading.windows, reading.windows[1:], strict=False):
        assert 0 <= before.end - after.start <= OVERLAP or after.start - before.end <= 4


def test_what_is_too_long_is_reported_as_cut_and_not_read() -> None:
    text = review(6_000)
    (reading,) = Extractor(Cues(), Nothing()).read([TextRecord("u1", text, AT)])
    *read, rest = reading.windows
    assert len(read) == MOST_WINDOWS
    assert (rest.status, rest.reply, rest.end) == ("cut", "", len(text))
    assert rest.start >= read[-1].end
    assert max(p.end for p in reading.proposals) <= read[-1].end


@pytest.mark.model
@pytest.mark.slow
def test_the_model_reads_a_long_review_to_its_end() -> None:
    from penchant.extract.modes import model_for_mode

    try:
        ensure("smollm2", offline=True)
    except ModelError as problem:
        pytest.skip(str(problem))
    text = review(1_200)
    (reading,) = Extractor(model_for_mode("best", threads=1, offline=True), Nothing()).read(
        [TextRecord("u1", text, AT)]
    )
    decoded = sum(w.status == "decoded" for w in reading.windows)
    assert decoded >= 0.95 * len(reading.windows)
    assert reading.windows[-1].end == len(text)
    places = {(p.start, p.end) for p in reading.proposals}
    assert not any(a[0] < b[0] < a[1] < b[1] for a in places for b in places)
    said = [hit.span(1) for hit in re.finditer(r"I (?:loved|hated) the (\w+ \w+)\.", text)]
    found = [any(start < e and s < end for s, e in places) for start, end in said]
    half = len(found) // 2
    assert sum(found[:half]) >= 0.7 * half
    assert sum(found[half:]) >= 0.7 * half  # the end is read as well as the beginning
