"""Texts to readings with a model whose answers are known."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from penchant.errors import ModelError
from penchant.extract.answer import place
from penchant.extract.extractor import CORRECTED, NOT_IN_TEXT, SAYS_NOTHING, UNSURE, Extractor
from penchant.extract.language_model import Mention, Passage, Reply
from penchant.extract.linking import LinkDecision
from penchant.kg.proposal import LinkCandidate, TextRecord

AT = datetime(2026, 5, 1, tzinfo=UTC)
NIL = LinkDecision((), None, 1.0)


class Known:
    """A model that finds the given words wherever they stand."""

    fingerprint = "known"

    def __init__(self, words: dict[str, str], *, confidence: float = 0.8, unfounded: Sequence[tuple[str, str]] = ()):
        self.words = words
        self.confidence = confidence
        self.unfounded = tuple(unfounded)
        self.asked: list[Passage] = []

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        self.asked += passages
        return [self.reply(p) for p in passages]

    def reply(self, passage: Passage) -> Reply:
        if "poison" in passage.text:
            raise ModelError("cannot read this")
        quotes = [w for w in self.words for _ in range(passage.text.count(w))]
        spans = place(quotes, passage.text)
        mentions = tuple(
            Mention(q, *span, self.words[q], self.confidence) for q, span in zip(quotes, spans, strict=True) if span
        )
        return Reply(f"found {len(mentions)}", mentions, "decoded", self.unfounded)


class Links:
    """A linker that knows jazz."""

    def link(self, quote: str, text: str, start: int, end: int, *, context: Sequence[str] = ()) -> LinkDecision:
        assert text[start:end] == quote
        if quote == "jazz":
            return LinkDecision((LinkCandidate("http://x.example/jazz", "jazz", 0.9),), "http://x.example/jazz", 0.9)
        return NIL


def record(text: str, context: str | None = None) -> TextRecord:
    return TextRecord("u1", text, AT, context=context)


def test_a_proposal_has_all_its_parts() -> None:
    (reading,) = Extractor(Known({"jazz": "likes"}), Links()).read([record("I adore jazz!")])
    (proposal,) = reading.proposals
    assert (proposal.quote, proposal.start, proposal.end) == ("jazz", 8, 12)
    assert (proposal.stance, proposal.intensity, proposal.confidence) == ("likes", 1.0, 0.8)
    assert proposal.link == "http://x.example/jazz"
    assert proposal.link_confidence == 0.9
    assert proposal.candidates[0].label == "jazz"
    assert [(w.start, w.end, w.status, w.reply) for w in reading.windows] == [(0, 13, "decoded", "found 1")]
    assert not reading.failed


class Fond:
    """A refiner that finds the second mention of a text fond, and keeps what it was told."""

    fingerprint = "fond 1"

    def __init__(self) -> None:
        self.told: list[tuple[int, int, str, tuple[tuple[int, int], ...]]] = []

    def refine(self, text: str, start: int, end: int, stance: str, others: Sequence[tuple[int, int]] | None = None):
        self.told.append((start, end, stance, tuple(others or ())))
        return "fond" if start else stance


def test_a_refiner_names_the_special_case_and_is_told_of_the_other_mentions() -> None:
    refiner = Fond()
    extractor = Extractor(Known({"jazz": "likes", "tea": "dislikes"}), Links(), refiner=refiner)
    (reading,) = extractor.read([record("jazz and tea")])
    assert {p.quote: p.stance for p in reading.proposals} == {"jazz": "likes", "tea": "fond"}
    assert {p.quote: p.intensity for p in reading.proposals}["tea"] > 0
    assert refiner.told == [(0, 4, "likes", ((9, 12),)), (9, 12, "dislikes", ((0, 4),))]
    assert extractor.fingerprint != Extractor(Known({}), Links()).fingerprint
    assert "fond 1" in extractor.fingerprint


def test_offsets_hold_in_later_windows_and_with_emoji() -> None:
    text = "😀 One. Two. Three. Four. I love jazz. And jazz again."
    (reading,) = Extractor(Known({"jazz": "likes"}), Links()).read([record(text)])
    assert len(reading.windows) == 2
    assert [text[p.start : p.end] for p in reading.proposals] == ["jazz", "jazz"]
    assert len({p.start for p in reading.proposals}) == 2


def test_the_turn_before_reaches_the_first_window_only() -> None:
    model = Known({})
    Extractor(model, Links()).read([record("One. Two. Three. Four. Five.", context="What do you like?")])
    assert [p.context for p in model.asked] == ["What do you like?", None]


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), (" \n ", "empty"), ("🎉🎉 !!!", "no letters"), ("... ;;; ===", "no letters")]
)
def test_unreadable_texts_fail_alone(text: str, reason: str) -> None:
    model = Known({"jazz": "likes"})
    bad, good = Extractor(model, Links()).read([record(text), record("jazz")])
    assert reason in bad.failed
    assert bad.windows == ()
    assert bad.proposals == ()
    assert len(good.proposals) == 1
    assert len(model.asked) == 1


def test_a_text_that_breaks_the_model_stops_nobody_else() -> None:
    readings = Extractor(Known({"jazz": "likes"}), Links()).read(
        [record("jazz"), record("poison"), record("more jazz")]
    )
    assert [bool(r.failed) for r in readings] == [False, True, False]
    assert "cannot read this" in readings[1].failed
    assert [len(r.proposals) for r in readings] == [1, 0, 1]


def test_a_model_that_reads_nothing_is_an_error_soon() -> None:
    with pytest.raises(ModelError):
        Extractor(Known({}), Links()).read([record("poison"), record("more poison")])
    model = Known({})
    with pytest.raises(ModelError):
        Extractor(model, Links()).read([record("poison")] * 50)
    assert len(model.asked) == 50 + 3


def test_what_is_held_back_is_kept_with_its_reason() -> None:
    model = Known({"it": "likes", "jazz": "likes"}, unfounded=[("opera", "dislikes")])
    (reading,) = Extractor(model, Links()).read([record("I love it and jazz")])
    assert [p.quote for p in reading.proposals] == ["jazz"]
    assert [(p.quote, reason) for p, reason in reading.abstained] == [("opera", NOT_IN_TEXT), ("it", SAYS_NOTHING)]


def test_threshold_on_confidence() -> None:
    model = Known({"jazz": "likes"}, confidence=0.2)
    (reading,) = Extractor(model, Links(), least_confidence=0.3).read([record("jazz")])
    assert reading.proposals == ()
    assert reading.abstained[0][1] == UNSURE


def test_what_is_too_long_to_read_is_reported_as_cut() -> None:
    text = "I love jazz. " * 400
    (reading,) = Extractor(Known({"jazz": "likes"}), Links()).read([record(text)])
    assert reading.windows[-1].status == "cut"
    assert reading.windows[-1].end == len(text.rstrip())
    assert {w.status for w in reading.windows[:-1]} == {"decoded"}
    assert len(reading.proposals) == 4 * (len(reading.windows) - 1)


def test_same_input_same_readings_and_fingerprint_names_model_and_version() -> None:
    extractor = Extractor(Known({"jazz": "likes"}), Links())
    records = [record("I love jazz"), record("no jazz please")]
    assert extractor.read(records) == extractor.read(records)
    assert extractor.fingerprint == "known/extractor 5/circumstances 2 Buy,Own,Read,Seen"
    assert Extractor(Known({}), Links(), least_confidence=0.5).fingerprint != extractor.fingerprint


def test_circumstances_are_in_the_proposal() -> None:
    (reading,) = Extractor(Known({"tea": "wants"}), Links()).read([record("I want tea for my daughter.")])
    (proposal,) = reading.proposals
    assert (proposal.stance, proposal.beneficiary, proposal.experience, proposal.at) == (
        "wants",
        "my daughter",
        "",
        None,
    )
    (reading,) = Extractor(Known({"jazz": "likes"}), Links()).read([record("In 2019 I loved jazz.")])
    (proposal,) = reading.proposals
    assert proposal.at is not None
    assert proposal.at.year == 2019


def test_the_linker_hears_the_turn_before() -> None:
    heard: list[tuple[str, ...]] = []

    class Listening(Links):
        def link(self, quote: str, text: str, start: int, end: int, *, context: Sequence[str] = ()) -> LinkDecision:
            heard.append(tuple(context))
            return super().link(quote, text, start, end)

    extractor = Extractor(Known({"jazz": "likes"}), Listening())
    extractor.read([record("I adore jazz!", "What music do you like?"), record("I adore jazz!")])
    assert heard == [("What music do you like?",), ()]


class Films:
    """A linker that knows Alien well and Saw badly."""

    def link(self, quote: str, text: str, start: int, end: int, *, context: Sequence[str] = ()) -> LinkDecision:
        sure = {"Alien": 0.9, "Saw": 0.5}.get(quote)
        if sure is None:
            return NIL
        return LinkDecision(
            (LinkCandidate(f"http://x.example/{quote}", quote, sure),), f"http://x.example/{quote}", sure
        )


def test_what_was_only_seen_is_proposed_if_it_surely_links() -> None:
    text = "I love jazz. I've seen Alien in 2010. I've seen Saw. I have watched Nobody Knows."
    (reading,) = Extractor(Known({"jazz": "likes"}), Films()).read([record(text)])
    told = [p for p in reading.proposals if not p.stance]
    assert [(p.quote, p.experience, p.intensity, p.confidence) for p in told] == [("Alien", "Seen", 0.0, 0.95)]
    assert text[told[0].start : told[0].end] == "Alien"
    assert told[0].link == "http://x.example/Alien"
    assert told[0].at is not None
    assert told[0].at.year == 2010


def test_a_mention_of_the_model_is_not_told_again() -> None:
    (reading,) = Extractor(Known({"Alien": "likes"}), Films()).read([record("I've seen Alien and loved it.")])
    assert [(p.quote, p.stance, p.experience) for p in reading.proposals] == [("Alien", "likes", "Seen")]


def test_nothing_to_read() -> None:
    assert Extractor(Known({}), Links()).read([]) == []


def test_importing_extraction_is_cheap() -> None:
    code = (
        "import sys, penchant.extract.extractor, penchant.extract.transformers_model, penchant.extract.openai_model;"
        "print([m for m in ('torch', 'transformers', 'peft', 'llguidance', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Pointing(Known):
    """A model that finds a word of the turn before in a word that points at it."""

    def __init__(self, quote: str, antecedent: str) -> None:
        super().__init__({})
        self.quote, self.antecedent = quote, antecedent

    def reply(self, passage: Passage) -> Reply:
        at = passage.text.index(self.quote)
        mention = Mention(self.quote, at, at + len(self.quote), "likes", 0.8, self.antecedent)
        return Reply("found 1", (mention,), "decoded")


def test_what_a_word_points_at_is_linked_in_the_words_of_the_turn_before() -> None:
    text = record("Yes, I loved it.", "Do you know jazz? Or do you like jazz more?")
    (proposal,) = Extractor(Pointing("it", "jazz"), Links()).read([text])[0].proposals
    assert (proposal.quote, proposal.start, proposal.end, proposal.antecedent) == ("it", 13, 15, "jazz")
    assert (proposal.link, proposal.link_confidence) == ("http://x.example/jazz", 0.9)
    assert proposal.intensity == 0.9


def test_a_word_that_points_at_something_unknown_still_says_something() -> None:
    (reading,) = Extractor(Pointing("it", "Koyaanisqatsi"), Links()).read([record("I loved it", "And Koyaanisqatsi?")])
    assert [(p.antecedent, p.named, p.link) for p in reading.proposals] == [("Koyaanisqatsi", "Koyaanisqatsi", None)]


@pytest.mark.parametrize("context", [None, "", "What do you like?"])
def test_nothing_is_pointed_at_that_was_not_said_before(context: str | None) -> None:
    (reading,) = Extractor(Pointing("it", "jazz"), Links()).read([record("I loved it.", context)])
    assert reading.proposals == ()
    assert [(p.antecedent, reason) for p, reason in reading.abstained] == [("", SAYS_NOTHING)]


def test_conditions_aspects_and_opinions_are_attached_and_turn_no_stance_round() -> None:
    model = Known({"a tent": "wants", "the Pixel": "likes"})
    text = "I like the Pixel but the battery is terrible. I want a tent under 100 euros."
    tent, pixel = sorted(Extractor(model, Links()).read([record(text)])[0].proposals, key=lambda p: p.quote)
    assert (pixel.stance, pixel.aspect, pixel.opinion, pixel.condition) == ("likes", "battery", "terrible", "")
    assert text[pixel.opinion_start :].startswith("terrible. I want")
    assert (tent.stance, tent.condition, tent.opinion) == ("wants", "under 100 euros", "")


def test_what_is_found_now_is_not_said_of_the_time_before() -> None:
    text = "I loved techno in 2019, now I hate the beat of techno."
    (now, then) = sorted(
        (
            p
            for p in Extractor(Known({"techno": "dislikes"}), Links()).read([record(text)])[0].proposals
            if p.start < 20
        ),
        key=lambda p: p.at is not None,
    )
    assert (now.stance, then.stance) == ("dislikes", "likes")
    assert (then.aspect, then.opinion, then.condition) == ("", "", "")


def test_what_the_writer_corrects_is_held_back() -> None:
    model = Known({"a comedy": "wants", "a thriller": "wants"})
    (reading,) = Extractor(model, Links()).read([record("I want a comedy, no wait, a thriller.")])
    assert [p.quote for p in reading.proposals] == ["a thriller"]
    assert [(p.quote, reason) for p, reason in reading.abstained] == [("a comedy", CORRECTED)]


def test_what_a_text_states_of_two_things_is_read_in_every_window() -> None:
    text = "One. Two. Three. Four. Jazz is a style from jazz. Emma by Jane Austen bored me. Fifth. Emma is like jazz."
    (reading,) = Extractor(Known({}), Links()).read([record(text)])
    assert len(reading.windows) > 1
    (made,) = [s for s in reading.statements if s.relation == "made by"]
    assert (made.subject.quote, made.object.quote, made.quote) == ("Emma", "Jane Austen", "Emma by Jane Austen")
    assert text[made.start : made.end] == made.quote
    assert made.subject.link is None
    assert reading.proposals == ()


def test_general_words_are_no_thing_that_something_is_stated_of() -> None:
    (reading,) = Extractor(Known({}), Links()).read([record('I saw "that movie" by Hitchcock.')])
    assert reading.statements == ()


def test_what_a_model_doubts_is_held_back_once() -> None:
    class Doubting(Known):
        def reply(self, passage: Passage) -> Reply:
            said = super().reply(passage)
            sure = tuple(m for m in said.mentions if m.quote != "jazz")
            return replace(said, mentions=sure, doubted=tuple(m for m in said.mentions if m.quote == "jazz"))

    text = "It rained. It rained. It rained. I like jazz. We went by train. Then opera, and home."
    model = Doubting({"jazz": "likes", "opera": "likes"})
    (reading,) = Extractor(model, Links()).read([record(text)])
    assert ["jazz" in p.text for p in model.asked] == [True, True], "both windows must have seen it"
    assert [p.quote for p in reading.proposals] == ["opera"]
    assert [(p.start, why) for p, why in reading.abstained] == [(text.index("jazz"), UNSURE)]
