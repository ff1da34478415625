"""Two readers weighed: candidates, calibration, thresholds, routing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from penchant.errors import ModelError, SettingError
from penchant.extract.answer import parse, settle
from penchant.extract.language_model import DECODED, Passage, Reply
from penchant.extract.modes import MODES, model_for_mode
from penchant.extract.second_opinion import (
    FILE,
    OneReader,
    TwoReaders,
    Weighing,
    alone,
    candidates,
    features,
    log_odds,
    probability,
    weighed,
)
from penchant.extract.tagger import Looked, Tagger
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.weigh import Read, calibration_error, f1, fit, right
from tests.extract.thoughts import BEGIN, IN, OUT, thought

#: Believes the language model by its confidence alone, and the fast reader by how its words are marked.
PLAIN = Weighing(
    model=(0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
    tagger=(0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    alone=(0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    threshold=0.5,
    threshold_alone=0.5,
    certainty=0.75,
)
TEXT = Passage("love silent films and Heat", "Roma or Alien?")
LOOKED = thought(TEXT.text, [OUT, BEGIN, IN, OUT, IN], ["likes"] * 4 + ["dislikes"])


def said(raw: str, *sure: float) -> Reply:
    mentions, unfounded = settle(parse(raw), sure, TEXT)
    return Reply(raw, mentions, DECODED, unfounded)


def test_candidates_are_what_either_reader_found() -> None:
    found = candidates(TEXT, said(" silent= likes", 0.6), LOOKED)
    assert [(c.mention.quote, c.by_model, c.silent) for c in found] == [("silent", True, False), ("Heat", False, False)]
    assert found[0].marked == pytest.approx(0.9)
    assert found[0].agreed == pytest.approx(0.8)
    assert [c.silent for c in candidates(TEXT, said(" none"), LOOKED)] == [True, True]
    assert features(found[0])[:2] == (1.0, log_odds(0.6))


def test_an_antecedent_is_looked_up_in_the_turn_before() -> None:
    looked = thought(TEXT.text, [IN, OUT, OUT, *[OUT] * 5], ["wants"] * 8, before="Roma or Alien?")
    (first,) = candidates(TEXT, said(" < Roma= wants", 0.9), looked)
    assert (first.marked, first.agreed) == (pytest.approx(0.8), pytest.approx(0.8))
    assert features(first)[4] == 1.0


def test_the_unlikely_is_held_back_and_kept() -> None:
    reply = weighed(TEXT, said(" silent= likes; films= likes", 0.7, 0.2), LOOKED, PLAIN)
    assert [(m.quote, m.confidence) for m in reply.mentions] == [("silent", 0.7), ("Heat", 0.8)]
    assert [(m.quote, m.confidence) for m in reply.doubted] == [("films", 0.2)]
    quick = alone(TEXT, LOOKED, replace_threshold(0.82))
    assert [(m.quote, m.confidence) for m in quick.mentions] == [("silent films", 0.85)]
    assert [m.quote for m in quick.doubted] == ["Heat"]


def replace_threshold(least: float) -> Weighing:
    return PLAIN.model_copy(update={"threshold_alone": least})


class Answers:
    """Answers what it is told, and remembers what it was asked."""

    def __init__(self, raw: str) -> None:
        self.fingerprint, self.raw = "answers", raw
        self.asked: list[Passage] = []

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        self.asked += passages
        return [said(self.raw, *[0.9] * self.raw.count("=")) for _ in passages]


class Looks:
    """Looks at passages as it is told."""

    def __init__(self, **seen: Looked) -> None:
        self.fingerprint, self.seen = "looks", seen

    def look(self, passages: Sequence[Passage]) -> list[Looked]:
        return [self.seen[p.text] for p in passages]


def test_only_the_unsure_is_asked_about() -> None:
    sure = thought("Heat", [(0.01, 0.99, 0.0)], ["likes"])
    unsure = thought("Up", [(0.6, 0.4, 0.0)], ["likes"])
    tagger = cast(Tagger, Looks(Heat=sure, Up=unsure))
    passages = [Passage("Heat"), Passage("Up")]
    model = Answers(" none")
    routed = TwoReaders(model, tagger, PLAIN, only_if_unsure=True)
    assert [[m.quote for m in r.mentions] for r in routed.read(passages)] == [["Heat"], []]
    assert model.asked == passages[1:]
    always = TwoReaders(model, tagger, PLAIN, only_if_unsure=False)
    always.read(passages)
    assert model.asked == [passages[1], *passages]
    prints = {routed.fingerprint, always.fingerprint, OneReader(tagger, PLAIN).fingerprint}
    assert len(prints) == 3
    other = TwoReaders(model, tagger, replace_threshold(0.4), only_if_unsure=True)
    assert other.fingerprint != routed.fingerprint


def test_a_candidate_is_right_by_words_and_stance() -> None:
    example = Example(
        "x", "x", TEXT.text, TEXT.context, (("< Roma", "likes"), ("silent films", "likes"), ("Heat", "?"))
    )
    found = candidates(TEXT, said(" silent= likes; films= wants; < Roma= likes; < Alien= likes", *[0.5] * 4), LOOKED)
    assert [right(c, example) for c in found] == [True, False, True, False, None]


def readings(count: int) -> list[Read]:
    """Texts in which the language model is right as often as it says, and the fast reader marks what is right."""
    chance = random.Random(5)
    some = []
    for i in range(count):
        sure = chance.choice([0.3, 0.6, 0.9])
        correct = chance.random() < sure
        text = f"Heat {i}"
        example = Example("x", str(i), text, None, (("Heat", "likes"),) if correct else ())
        marked = 0.95 if correct == (chance.random() < 0.8) else 0.2
        looked = thought(text, [(1 - marked, marked, 0.0), OUT], ["likes"] * 2)
        (mention,), _ = settle([("Heat", "likes")], [sure], Passage(text))
        some.append(Read(example, Passage(text), Reply(" Heat= likes", (mention,), DECODED), looked))
    return some


def test_what_is_fitted_is_calibrated_and_better_than_either_reader() -> None:
    pytest.importorskip("sklearn")
    some, others = readings(300), readings(200)[::-1]
    some += [replace(r, said=Reply(" none", (), DECODED)) for r in some[:100]]  # what only the fast reader found
    weighing = fit(some)
    assert calibration_error(others, weighing) < 0.08
    assert calibration_error(others, PLAIN.model_copy(update={"model": (3.0, 0.0, 0.0, 0.0, 0.0, 0.0)})) > 0.3
    assert f1(others, weighing, 2.0) > f1(others, PLAIN.model_copy(update={"threshold": 0.0}), 2.0) + 0.03
    assert 0 < weighing.threshold < 0.9
    assert weighing.model[1] > 0.3 < weighing.model[2]


def test_probability_is_the_logistic_function() -> None:
    assert probability((0.0, 1.0), (1.0, log_odds(0.7))) == pytest.approx(0.7)
    assert log_odds(0.0) == pytest.approx(-log_odds(1.0))


def test_the_weights_that_ship_are_there_and_a_bad_file_says_so(tmp_path: Path) -> None:
    shipped = Weighing.load()
    assert 0 < shipped.threshold < 1
    (tmp_path / "w.json").write_text(FILE.read_text().replace('"threshold"', '"limit"'), encoding="utf-8")
    with pytest.raises(ModelError, match="limit"):
        Weighing.load(tmp_path / "w.json")


def test_unknown_modes_are_refused() -> None:
    assert MODES == ("fast", "balanced", "best")
    with pytest.raises(SettingError, match="slow"):
        model_for_mode("slow")  # type: ignore[arg-type]
