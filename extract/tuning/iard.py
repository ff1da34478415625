"""IARD gold (MIT, Apache-2.0; Cai and Chen, UMAP 2020; UserSimCRS): intents with the mentions they are about.

The dialogues are ReDial's.  Mapping of intent × slot: REJ, CRI-F → dislikes; GENRE, KEYWORDS, YEAR asked for (IQU,
CRI-A, CRI-C, REF, ANS, CON, STO) → wants; TITLE, ACTOR and DIRECTOR in those ("a film like X") → likes; ACC →
interested where the writer will see it, else likes; INQ → interested; PRO → likes; SEE, NRE → likes where the
utterance says so, else unknown (stance masked); everything but REJ, CRI-F, INQ and ACC is unknown where the utterance
negates.  Utterances whose only intent is OTH are examples of none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from penchant.extract.tuning.cues import ASKING, LIKING, NEGATION, PREFERENCE, TRYING
from penchant.extract.tuning.example import Example, in_order

_SLOTS: Final = ("TITLE", "GENRE", "ACTOR", "DIRECTOR", "KEYWORDS", "YEAR")
_NAMES: Final = ("TITLE", "ACTOR", "DIRECTOR")
_YEAR: Final = re.compile(r"\s*\((?:19|20)\d\d\)\s*")


def load(folder: Path) -> Iterator[Example]:
    """Read both files of ``iard/`` below ``folder``."""
    with (folder / "iard" / "usersimcrs_iard_gold.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield from _gold(json.loads(line))
    with (folder / "iard" / "umap2020_IARD_Cai.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield from _others(json.loads(line))


def _tidy(text: str) -> str:
    return " ".join(_YEAR.sub(" ", text).replace("...", ". ").replace("&quot;", "").replace("%3F", "?").split())


def _gold(dialogue: dict[str, Any]) -> Iterator[Example]:
    before: str | None = None
    for turn in dialogue["conversation"]:
        text = _tidy(str(turn["utterance"]))
        if turn["participant"] != "USER":
            before = text
            continue
        found: list[tuple[str, str]] = []
        for act in turn["dialogue_acts"]:
            for slot, value, *_ in act["slot_values"]:
                if value and slot in _SLOTS:
                    found.append((_tidy(value), _stance(act["intent"], slot, text)))
        intents = {act["intent"] for act in turn["dialogue_acts"]}
        if found:
            pairs = in_order(text, found)
            if pairs:
                yield Example("iard", f"redial:{dialogue['conversation_id']}", text, before, pairs)
        elif intents == {"OTH"} and len(text.split()) >= 3 and not PREFERENCE.search(text):
            yield Example("iard", f"redial:{dialogue['conversation_id']}", text, before, ())


def _stance(intent: str, slot: str, text: str) -> str:
    if intent in ("REJ", "CRI-F"):
        return "dislikes"
    if intent == "INQ":
        return "interested"
    if intent == "ACC":
        return "interested" if TRYING.search(text) else "likes"
    if NEGATION.search(text):
        return "?"
    if intent in ("SEE", "NRE", "ASK", "OTH"):
        return "likes" if LIKING.search(text) else "?"
    if intent == "PRO" or slot in _NAMES:
        return "likes"
    return "likes" if LIKING.search(text) and not ASKING.search(text) else "wants"


def _others(dialogue: dict[str, Any]) -> Iterator[Example]:
    before: str | None = None
    for turn in dialogue["dialogue_info"].values():
        text = str(turn["utterance_text"])
        if "@" in text:
            before = None
            continue
        text = _tidy(text)
        if turn["role"] != "seeker":
            before = text
            continue
        intents = set(turn["sub-intent/action"])
        if intents == {"OTH"} and not PREFERENCE.search(text) and len(text.split()) >= 3 and len(text) <= 300:
            yield Example("iard", f"redial:{dialogue['conversationId']}", text, before, ())
