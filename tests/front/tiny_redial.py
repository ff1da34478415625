"""A ReDial of our own making: eight films, two tastes, the published forms, no published sentence."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

FILMS = {
    "1": "Night of Frost (1999)",
    "2": "The Cellar Door (2004)",
    "3": "Cold Hands (2011)",
    "4": "Whisper Lane (2015)",
    "5": "Two Left Feet (2001)",
    "6": "Cake for Breakfast (2009)",
    "7": "My Cousin the Goat (2013)",
    "8": "Laughing Water (2016)",
}
HORROR, COMEDY = ("1", "2", "3", "4"), ("5", "6", "7", "8")


def write(folder: Path) -> Path:
    """The folder that holds the set, made."""
    place = folder / "redial"
    (place / "kg_imdb").mkdir(parents=True)
    info = {
        number: {
            "name": name,
            "genre": ["horror"] if number in HORROR else ["comedy"],
            "director": ["Ada Frost" if number in HORROR else "Ben Cake"],
            "writer": [],
            "star": [f"Star {number}"],
            "imdb_id": f"tt{number}",
        }
        for number, name in FILMS.items()
    }
    (place / "kg_imdb" / "id2info.json.xz").write_bytes(lzma.compress(json.dumps(info).encode()))
    lines = ["movieId,movieName,nbMentions", *(f"{number},{name},1" for number, name in FILMS.items())]
    (place / "movies_with_mentions.csv").write_text("\n".join(lines) + "\n")
    _rows(place / "train_data.jsonl", [_dialogue(str(100 + n), taste) for n in range(8) for taste in [_taste(n)]])
    for name, start in (("rec_eval_valid", 200), ("rec_eval_test", 300)):
        _rows(place / f"{name}.jsonl", [row for n in range(4) for row in _cases(str(start + n), _taste(n))])
    _rows(place / "test_data.jsonl", [_dialogue(str(300 + n), _taste(n)) for n in range(4)])
    return folder


def _taste(n: int) -> tuple[str, ...]:
    return HORROR if n % 2 else COMEDY


def _dialogue(key: str, taste: tuple[str, ...]) -> dict[str, object]:
    other = COMEDY if taste is HORROR else HORROR
    genre = "horror" if taste is HORROR else "comedy"
    named = (*taste[:3], other[0])
    return {
        "conversationId": key,
        "initiatorWorkerId": 1,
        "respondentWorkerId": 2,
        "movieMentions": {number: FILMS[number] for number in named},
        "initiatorQuestions": {
            number: {"suggested": int(at > 0), "seen": 1, "liked": 0 if number == other[0] else 1}
            for at, number in enumerate(named)
        },
        "respondentQuestions": {},
        "messages": [
            {"senderWorkerId": 1, "text": f"I love {genre} movies.", "messageId": 1, "timeOffset": 0},
            {"senderWorkerId": 1, "text": f"I loved @{taste[0]}", "messageId": 2, "timeOffset": 1},
            {"senderWorkerId": 2, "text": f"Then see @{taste[1]} and @{taste[2]}", "messageId": 3, "timeOffset": 2},
            {"senderWorkerId": 1, "text": f"I hate @{other[0]}", "messageId": 4, "timeOffset": 3},
        ],
    }


def _cases(key: str, taste: tuple[str, ...]) -> list[dict[str, object]]:
    genre = "horror" if taste is HORROR else "comedy"
    opening = f"I love {genre} movies."
    first, second, third = (FILMS[number] for number in taste[:3])
    return [
        {
            "dialog_id": key,
            "turn_id": 1,
            "context": [opening],
            "entity": [],
            "rec": [first],
            "resp": first,
            "template": [],
        },
        {
            "dialog_id": key,
            "turn_id": 3,
            "context": [opening, f"How about {first}?", f"I loved {first}"],
            "entity": [first, first],
            "rec": [second, third, first],
            "resp": second,
            "template": [],
        },
    ]


def _rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
