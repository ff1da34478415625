"""Texts that the language model labels for the fast reader (distillation; Hinton et al. 2015, with hard labels).

They are of the same sets and the same training conversations as the labelled ones, but their labels say nothing that
can be read from the text: of LAPS, ReDial and CCPE what the loaders leave out, of GoEmotions comments of every emotion.
"""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from penchant.extract.answer import BEFORE, clean
from penchant.extract.language_model import DECODED, LanguageModel, Mention, Passage
from penchant.extract.tuning import ccpe, laps, redial
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.splits import official_tests, part_of

#: Raw confidence that every mention of an answer must have.
LEAST: Final = 0.4
_LENGTHS: Final = range(12, 260)


def unlabelled(folder: Path, known: Sequence[Example], count: int, seed: int = 7) -> list[Example]:
    """``count`` texts of training conversations that are not in ``known``, a third of them of GoEmotions."""
    kept_out = official_tests(folder)
    labelled = {e.text for e in known}

    def fair(some: Iterator[tuple[str, str, str | None]]) -> list[Example]:
        found = {
            text: Example("silver", conversation, text, before, ())
            for conversation, text, before in some
            if part_of(conversation) == "train" and conversation not in kept_out and text not in labelled
        }
        rows = sorted((e for e in found.values() if len(e.text) in _LENGTHS), key=lambda e: e.text)
        random.Random(seed).shuffle(rows)  # noqa: S311
        return rows

    dialogues = fair(_dialogues(folder))[: count - count // 3]
    return dialogues + fair(_comments(folder))[: count // 3]


def silver(texts: Sequence[Example], model: LanguageModel) -> list[Example]:
    """The texts with what the model says of them; those it is not sure of are left out."""
    found = []
    for text, reply in zip(texts, model.read([Passage(e.text, e.context) for e in texts]), strict=True):
        sure = reply.status == DECODED and not reply.unfounded
        if sure and all(m.confidence >= LEAST for m in reply.mentions):
            pairs = tuple(_pair(m) for m in reply.mentions)
            found.append(Example("silver", text.conversation, text.text, text.context, pairs))
    return found


def _pair(mention: Mention) -> tuple[str, str]:
    quote = BEFORE + " ".join(clean(mention.antecedent).split()) if mention.antecedent else clean(mention.quote)
    return quote, mention.stance


def _dialogues(folder: Path) -> Iterator[tuple[str, str, str | None]]:
    """(conversation, text, turn before) of every turn of the writer whose preferences are labelled."""
    for name in laps.TRAINING_FILES:
        for user in _rows(folder / "laps" / name):
            for session in user["sessions"]:
                turns = [(t["role"] == "User", str(t["message"])) for t in session["dialogue"]]
                yield from _asked(f"laps:{user['worker_id']}", turns)
    for name in redial.TRAINING_FILES:
        for row in _rows(folder / "redial" / name):
            titles = {f"@{key}": redial.title(str(film)) for key, film in dict(row["movieMentions"] or {}).items()}
            seeker = row["initiatorWorkerId"]
            turns = [(m["senderWorkerId"] == seeker, _titled(str(m["text"]), titles)) for m in row["messages"]]
            yield from _asked(f"redial:{row['conversationId']}", turns)
    for row in _rows(folder / "ccpe" / ccpe.FILE):
        turns = [(t["speaker"] == "USER", str(t["text"])) for t in row["utterances"]]
        yield from _asked(f"ccpe:{row['data_json_index']}", turns)


def _titled(text: str, titles: dict[str, str]) -> str:
    for mark in sorted(titles, key=len, reverse=True):
        text = text.replace(mark, titles[mark])
    return text


def _asked(conversation: str, turns: Sequence[tuple[bool, str]]) -> Iterator[tuple[str, str, str | None]]:
    before: str | None = None
    for own, raw in turns:
        text = " ".join(raw.split())
        if not own:
            before = text
        elif "@" not in text and "http" not in text:
            yield conversation, text, before


def _comments(folder: Path) -> Iterator[tuple[str, str, str | None]]:
    with lzma.open(folder / "goemotions" / "train.tsv.xz", "rt", encoding="utf-8") as rows:
        for row in rows:
            text, _, key = row.rstrip("\n").split("\t")
            if "[" not in text:
                yield f"goemotions:{key}", text, None


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    raw = path.read_bytes()
    for line in (lzma.decompress(raw) if path.suffix == ".xz" else raw).decode().split("\n"):
        if line:
            yield json.loads(line)
