"""Texts that the language model labels, and what the fast reader and the weighing learn from."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from penchant.extract.answer import parse, settle
from penchant.extract.language_model import CUT, DECODED, Passage, Reply
from penchant.extract.tuning import ccpe, gold, laps, redial
from penchant.extract.tuning.distil import silver, unlabelled
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.fast_reader import AGAIN, second_stage
from penchant.extract.tuning.splits import part_of


def put(path: Path, rows: Sequence[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(lzma.compress(raw) if path.suffix == ".xz" else raw)


def key(part: str, source: str, after: int = 0) -> int:
    """The first number of which the conversation is in the split."""
    return next(i for i in range(after, after + 999) if part_of(f"{source}:{i}") == part)


def sets(folder: Path) -> None:
    def writer(name: int, text: str) -> dict[str, Any]:
        turns = [{"role": "Assistant", "message": "Hello you"}, {"role": "User", "message": text}]
        return {"worker_id": name, "sessions": [{"dialogue": turns, "preferences": {}}]}

    train, test = key("train", "laps"), key("test", "laps")
    official = key("train", "laps", train + 1)
    put(
        folder / "laps" / laps.TRAINING_FILES[0], [writer(train, "We had rain all day"), writer(test, "Not to be seen")]
    )
    for name in laps.TRAINING_FILES[1:]:
        put(folder / "laps" / name, [])
    put(folder / "laps" / "movie_test.jsonl", [writer(official, "")])
    put(folder / "laps" / laps.TRAINING_FILES[1], [writer(official, "Its writer is in an official test")])
    messages = [
        (1, "I saw @9 on a train"),
        (2, "Mind @9 then"),
        (1, "Known to the labels"),
        (1, "See http://x.example/"),
    ]
    dialogue = {
        "conversationId": key("train", "redial"),
        "movieMentions": {"9": "Heat (1995)"},
        "initiatorWorkerId": 1,
        "messages": [{"senderWorkerId": who, "text": text} for who, text in messages],
    }
    for name in redial.TRAINING_FILES:
        put(folder / "redial" / name, [dialogue])
    put(folder / "ccpe" / ccpe.FILE, [])
    comments = [f"So many buses in town today\t{label}\t{i}" for i, label in enumerate(("0", "27"))]
    (folder / "goemotions").mkdir()
    (folder / "goemotions" / "train.tsv.xz").write_bytes(
        lzma.compress("\n".join([*comments, "[NAME] is it\t3\tz"]).encode())
    )


def test_only_training_conversations_that_no_label_knows_are_asked_about(tmp_path: Path) -> None:
    sets(tmp_path)
    known = [Example("redial", "redial:1", "Known to the labels", None, ())]
    found = {e.text: e.context for e in unlabelled(tmp_path, known, 9)}
    assert found == {
        "We had rain all day": "Hello you",
        "I saw Heat on a train": None,
        "So many buses in town today": None,
    }


class Says:
    """Answers each text with what follows its colon."""

    fingerprint = "says"

    def __init__(self, sure: float, status: str = DECODED) -> None:
        self.sure, self.status = sure, status

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        replies = []
        for passage in passages:
            pairs = parse(passage.text.rpartition(":")[2].replace(" is ", "= "))
            mentions, unfounded = settle(pairs, [self.sure] * len(pairs), passage)
            replies.append(Reply("", mentions, self.status, unfounded))
        return replies


def test_what_the_model_is_sure_of_becomes_a_label() -> None:
    text = Example("silver", "redial:1", "Loved it and Heat: < Roma is likes; Heat is likes", "Seen  Roma?", ())
    (found,) = silver([text], Says(0.9))
    assert found.pairs == (("< Roma", "likes"), ("Heat", "likes"))
    assert (found.text, found.context, found.conversation) == (text.text, text.context, text.conversation)
    assert silver([text], Says(0.2)) == []
    assert silver([text], Says(0.9, CUT)) == []
    nowhere = Example("silver", "x", "Loved it: < Alien is likes", "Seen Roma?", ())
    assert silver([nowhere], Says(0.9)) == []


def test_the_second_stage_of_the_fast_reader_sees_natural_sentences_three_times() -> None:
    natural = [Example("written", f"written:{i}", str(i), None, ()) for i in range(4)]
    plain = [Example("own", f"own:{i}", str(i), None, ()) for i in range(AGAIN + 9)]
    labelled = [Example("silver", "x", "x", None, ())]
    chosen = second_stage([*plain, *natural], labelled, 7)
    assert [sum(e.source == s for e in chosen) for s in ("written", "own", "silver")] == [12, AGAIN, 1]
    assert chosen == second_stage([*plain, *natural], labelled, 7) != second_stage([*plain, *natural], labelled, 8)


def test_later_gold_sentences_of_a_split() -> None:
    file = Path(__file__).with_name("gold.jsonl")
    dev, test = gold.rows(file, "dev"), gold.rows(file, "test")
    assert (len(dev), len(test)) == (60, 240)
    pointing = [(e, q.removeprefix("< ")) for e in dev for q, _ in e.pairs if q.startswith("< ")]
    assert len(pointing) > 3
    assert all(q in (e.context or "") for e, q in pointing)
