"""The public sets in miniature: their form, our sentences; and a model that says what it is told."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from penchant.extract.evaluation.formats import exam
from penchant.extract.evaluation.report import measure
from penchant.extract.language_model import DECODED, Mention, Passage, Reply


def near(value: float) -> Any:
    """Figures are rounded to four digits."""
    return pytest.approx(value, abs=1e-4)


class Scripted:
    """Answers known texts as it was told, (quote, stance) or (quote, stance, antecedent), and is silent otherwise."""

    fingerprint = "scripted"

    def __init__(self, answers: dict[str, list[tuple[str, ...]]]) -> None:
        self.answers = answers
        self.asked: list[Passage] = []

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        self.asked += passages
        return [Reply("", tuple(self._mentions(p.text)), DECODED) for p in passages]

    def _mentions(self, text: str) -> list[Mention]:
        found = []
        for quote, stance, *antecedent in self.answers.get(text, ()):
            start = text.index(quote)
            found.append(Mention(quote, start, start + len(quote), stance, 0.9, "".join(antecedent)))
        return found


def write(path: Path, rows: Sequence[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(lzma.compress(text.encode()) if path.suffix == ".xz" else text.encode())


def figures(name: str, folder: Path, answers: dict[str, list[tuple[str, ...]]], **more: Any) -> dict[str, float]:
    report = measure(exam(name, folder, **more), {"it": lambda: Scripted(answers)}, rounds=0)
    return dict(report.models["it"])


def laps_user(worker: str, turns: Sequence[tuple[str, str]], preferences: dict[str, list[str]]) -> dict[str, Any]:
    dialogue = [{"role": role, "turn_number": at, "message": text} for at, (role, text) in enumerate(turns)]
    return {"worker_id": worker, "topic": "movie", "sessions": [{"dialogue": dialogue, "preferences": preferences}]}


LAPS = laps_user(
    "w1",
    [
        ("Assistant", "What do you like?"),
        ("User", "I love heist films and I hate musicals."),
        ("Assistant", "Have you seen Rififi?"),
        ("User", "Yes, I love that one."),
    ],
    {
        "genre_preferences_like": ["heist films (clever ones)", "noir"],
        "movie_like": ["Rififi"],
        "genre_preferences_dislike": ["musicals"],
        "users_mood": ["heist"],
    },
)


LAPS_ANSWERS = {
    "I love heist films and I hate musicals.": [("heist", "likes"), ("musicals", "wants")],
    "Yes, I love that one.": [("that one", "likes", "Rififi")],
}


def redial_dialogue(key: str = "77") -> dict[str, Any]:
    texts = [
        (1, "I loved @1"),
        (2, "You might like @2"),
        (1, "I will check it out"),
        (1, "@3 was boring, and @4 exists"),
        (2, "What of @5"),
    ]
    return {
        "conversationId": key,
        "movieMentions": {"1": "Heat (1995)", "2": "Alien (1979)", "3": "Saw (2004)", "4": "Up (2009)", "5": "Big"},
        "initiatorQuestions": {
            "1": {"suggested": 0, "seen": 1, "liked": 1},
            "2": {"suggested": 1, "seen": 0, "liked": 1},
            "3": {"suggested": 0, "seen": 1, "liked": 0},
            "4": {"suggested": 0, "seen": 2, "liked": 2},
            "5": {"suggested": 1, "seen": 1, "liked": 1},
        },
        "initiatorWorkerId": 1,
        "messages": [{"senderWorkerId": who, "text": text} for who, text in texts],
    }


REDIAL_ANSWERS = {
    "I loved Heat": [("Heat", "likes")],
    "I will check it out": [("it", "interested", "Alien")],
    "Saw was boring, and Up exists": [("Saw", "likes"), ("Up", "neutral")],
}


def iard_gold(key: str = "5") -> dict[str, Any]:
    def turn(text: str, *acts: tuple[str, str, str]) -> dict[str, Any]:
        dialogue_acts = [{"intent": i, "slot_values": [[s, v, None, None]]} for i, s, v in acts]
        return {"participant": "USER", "utterance": text, "dialogue_acts": dialogue_acts}

    turns = [
        turn("No horror for me", ("REJ", "GENRE", "horror")),
        turn("I love Heat (1995)", ("PRO", "TITLE", "Heat (1995)")),
    ]
    return {"conversation_id": key, "conversation": turns}


def ccpe_dialogue(key: int = 0) -> dict[str, Any]:
    exact = {"MOVIE_GENRE_OR_CATEGORY": True, "PERSON": True, "MOVIE_OR_SERIES": True}

    def turn(text: str, label: str, *names: tuple[str, str, bool]) -> dict[str, Any]:
        spans = [
            {"text": n, "startIndex": text.index(n), "endIndex": text.index(n) + len(n), "entityType": t, "exact": e}
            for n, t, e in names
        ]
        sure = {kind: all(e for _, t, e in names if t == kind) for kind in exact}
        return {"speaker": "USER", "text": text, "turn_label": label, "entity_names": spans, "exact": sure}

    return {
        "data_json_index": key,
        "utterances": [
            turn(
                "I like noir with Bogart",
                "ENTITY_PREFERENCE+PERSON",
                ("noir", "MOVIE_GENRE_OR_CATEGORY", True),
                ("Bogart", "PERSON", True),
            ),
            turn("I like the Heat one a lot", "ENTITY_NAME+MOVIE_OR_SERIES", ("the Heat", "MOVIE_OR_SERIES", False)),
            turn("We went there on Monday", "OTHER"),
        ],
    }
