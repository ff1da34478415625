"""What people wrote in public data sets, as texts of Penchant: one loader a set, named as the set is known.

Each loader takes the folder of its set and yields texts in the order of its files.  A writer is the person that the set
names, else one person for each dialogue or review.  Nobody says when they wrote; all texts get one time.  Sentences
that a set has split into tokens are joined (Chinese without spaces).
"""

from __future__ import annotations

import csv
import io
import json
import lzma
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from penchant.kg.proposal import TextRecord

WHEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_AFTER_CHINESE: Final = re.compile("(?<=[\u3000-\uffef]) | (?=[\u3000-\uffef])")


def laps(folder: Path) -> Iterator[TextRecord]:
    """LAPS: the user's messages, by worker."""
    for name, row in _json(folder, "*_*.jsonl*"):
        for session, part in enumerate(row["sessions"]):
            for turn in part["dialogue"]:
                if turn["role"] == "User":
                    yield _text("laps", name, row["worker_id"], turn["message"], session, turn["turn_number"])


def ccpe(folder: Path) -> Iterator[TextRecord]:
    """CCPE-M: the user's turns, one person a dialogue."""
    for name, row in _json(folder, "ccpe_aligned*"):
        for turn in row["utterances"]:
            if turn["speaker"] == "USER":
                yield _text("ccpe", name, str(row["data_json_index"]), turn["text"], turn["index"])


def redial(folder: Path) -> Iterator[TextRecord]:
    """ReDial: messages of both speakers, by worker, with titles in the place of their marks."""
    for name, row in _json(folder, "*_data.jsonl*", "train_part*"):
        titles = row["movieMentions"] or {}
        for place, message in enumerate(row["messages"]):
            said = re.sub(r"@(\d+)", lambda m, t=titles: (t.get(m[1]) or m[0]).strip(), message["text"])  # type: ignore[misc]
            worker = str(message.get("senderWorkerId", row["conversationId"]))
            yield _text("redial", name, worker, said, row["conversationId"], place)


def iard(folder: Path) -> Iterator[TextRecord]:
    """IARD: the seeker's utterances, one person a dialogue."""
    for name, row in _json(folder, "umap2020*"):
        for key, turn in row["dialogue_info"].items():
            if turn["role"] == "seeker":
                yield _text("iard", name, row["conversationId"], turn["utterance_text"], key)


def inspired(folder: Path) -> Iterator[TextRecord]:
    """INSPIRED: utterances of both sides, one person a side of a dialogue."""
    for name in ("dev.tsv", "test.tsv"):
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                person = f"{row['dialog_id']} {row['speaker']}"
                yield _text("inspired", name, person, row["text"], row["utt_id"])


def conel(folder: Path) -> Iterator[TextRecord]:
    """ConEL-2: the user's utterances, one person a dialogue; the linked part and the rest of the personal part."""
    seen: set[str] = set()
    for name, row in _json(folder, "ConEL22_EL_*", "ConEL22_PEMD_*"):
        if row["dialogue_id"] in seen:
            continue
        seen.add(row["dialogue_id"])
        for turn in row["turns"]:
            if turn["speaker"] == "USER":
                yield _text("conel", name, row["dialogue_id"], turn["utterance"], turn["turn_number"])


def diaasq(folder: Path) -> Iterator[TextRecord]:
    """DiaASQ: every sentence, by speaker of its thread; Chinese and English."""
    for name, row in _json(folder, "*.jsonl*"):
        for place, sentence in enumerate(row["sentences"]):
            speaker = row.get("speakers", [place] * (place + 1))[place]
            yield _text("diaasq", name, f"{row['doc_id']} {speaker}", _joined(sentence), place)


def durecdial(folder: Path) -> Iterator[TextRecord]:
    """DuRecDial 2.0: every turn, both sides of a dialogue apart; Chinese and English."""
    for name, row in _json(folder, "*.jsonl*"):
        for place, turn in enumerate(row["conversation"]):
            said = _joined(re.sub(r"^\[\d+\]\s*", "", turn))
            yield _text("durecdial", name, f"{row['_line']} {place % 2}", said, place)


def tg_redial(folder: Path) -> Iterator[TextRecord]:
    """TG-ReDial: messages of both sides, by user, and the sentences of their profiles."""
    for name, row in _json(folder, "*_data.jsonl*"):
        for place, message in enumerate(row["messages"]):
            person = str(row["user_id"]) if message["role"] == "Seeker" else f"helper of {row['conv_id']}"
            yield _text("tg_redial", name, person, message["content"], row["conv_id"], place)
    for name, row in _json(folder, "user_profile_sentences*"):
        for place, sentence in enumerate(row["sentences"]):
            yield _text("tg_redial", name, str(row["user_id"]), sentence, place)


def cstance(folder: Path) -> Iterator[TextRecord]:
    """C-STANCE: each post once, one person a post."""
    seen: set[str] = set()
    for name, row in _json(folder, "*.jsonl*"):
        if row["Text"] not in seen:
            seen.add(row["Text"])
            yield _text("cstance", name, str(len(seen)), row["Text"])


def mg_shopdial(folder: Path) -> Iterator[TextRecord]:
    """MG-ShopDial: the client's utterances, one person a dialogue."""
    for name, row in _json(folder, "MGShopDial*"):
        for turn in row["utterances"]:
            if turn["participant"] == "Client":
                yield _text("mg_shopdial", name, row["id"], turn["utterance"], turn["utterance_id"])


def reviews_absa(folder: Path) -> Iterator[TextRecord]:
    """Reviews with labelled aspects: each sentence or post of a file once, one person each."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix != ".md" and p.is_file()):
        name = path.relative_to(folder).as_posix()
        for place, said in enumerate(dict.fromkeys(_reviews(path))):
            yield _text("reviews_absa", name, f"{name} {place}", said)


def newsmtsc(folder: Path) -> Iterator[TextRecord]:
    """NewsMTSC: each sentence once, one person each."""
    seen: set[str] = set()
    for name, row in _json(folder, "*.jsonl*"):
        if row["sentence_normalized"] not in seen:
            seen.add(row["sentence_normalized"])
            yield _text("newsmtsc", name, row["primary_gid"], row["sentence_normalized"])


def opendialkg(folder: Path) -> Iterator[TextRecord]:
    """OpenDialKG: user turns about books, and the newest turn of each case about films, one person a dialogue."""
    for name, turns in _json(folder, "dialog_Books*"):
        person = str(turns[0]["text"])[:80]
        for place, turn in enumerate(turns):
            if turn["role"] == "user":
                yield _text("opendialkg", name, person, turn["text"], place)
    for name, row in _json(folder, "rec_eval_*"):
        if row["context"]:
            yield _text("opendialkg", name, f"{name} {row['dialog_id']}", row["context"][-1], row["turn_id"])


def goemotions(folder: Path) -> Iterator[TextRecord]:
    """GoEmotions: each comment, one person each."""
    for path in sorted(folder.glob("*.tsv*")):
        for row in csv.reader(_open(path), delimiter="\t", quoting=csv.QUOTE_NONE):
            yield _text("goemotions", path.name, row[2], row[0])


def uneed(folder: Path) -> Iterator[TextRecord]:
    """U-NEED: the client's turns of the published examples, one person a dialogue."""
    text = (folder / "examples.md").read_text(encoding="utf-8")
    for number, block in enumerate(re.findall(r"```(?:json)?\n(.*?)```", text, re.DOTALL)):
        for turn in json.loads(block)["dialogue"]:
            if turn["sender_type"] == "用户":
                yield _text("uneed", "examples.md", str(number), turn["send_content"], turn["seq_no"])


#: Folder of a set → its loader.
SETS: Final[dict[str, Callable[[Path], Iterator[TextRecord]]]] = {
    **{f.__name__: f for f in (laps, ccpe, redial, iard, inspired, conel, diaasq, durecdial, tg_redial, cstance)},
    **{f.__name__: f for f in (mg_shopdial, reviews_absa, newsmtsc, opendialkg, goemotions)},
    "uneed_examples": uneed,
}


def _reviews(path: Path) -> Iterator[str]:
    """Texts of one file of reviews, whatever its format."""
    if path.suffix == ".csv":
        yield from (row["reviewbody"] for row in csv.DictReader(_open(path, "utf-8-sig")))
    elif ".xml" in path.suffixes and ".seg" not in path.suffixes:
        yield from ("".join(node.itertext()) for node in ElementTree.parse(_open(path)).iter("text"))
    else:
        lines = [line.rstrip("\n") for line in _open(path)]
        if any("####" in line for line in lines[:3]):
            yield from (_joined(line.partition("####")[0]) for line in lines if line)
        else:  # three lines each: the sentence with $T$ for the aspect, the aspect, its polarity
            for sentence, aspect in zip(lines[::3], lines[1::3], strict=False):
                yield _joined(sentence.replace("$T$", aspect))


def _joined(tokens: str) -> str:
    """Tokens as a sentence: no spaces beside Chinese characters."""
    said = tokens.strip()
    return _AFTER_CHINESE.sub("", said) if _CHINESE.search(said) else said


def _text(source: str, file: str, person: str, said: str, *place: object) -> TextRecord:
    return TextRecord(
        person=f"{source} {person}",
        text=said,
        at=WHEN,
        source=source,
        id=" ".join(map(str, (source, file, person, *place))),
        dated=False,
    )


def _json(folder: Path, *patterns: str) -> Iterator[tuple[str, Any]]:
    paths: Iterable[Path] = (path for pattern in patterns for path in sorted(folder.glob(pattern)))
    for path in paths:
        yield from ((path.name, json.loads(line)) for line in _open(path) if line.strip())


def _open(path: Path, encoding: str = "utf-8") -> io.TextIOBase:
    if path.suffix == ".xz":
        return io.TextIOWrapper(lzma.open(path), encoding=encoding, newline="\n")
    return path.open(encoding=encoding, newline="\n")
