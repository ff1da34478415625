"""ReDial as a road: dialogues about films, who liked what in them, and the films recommended next.

Li et al., "Towards Deep Conversational Recommendations", NeurIPS 2018, https://arxiv.org/abs/1812.07617.  Cases are
those of Wang et al., "Rethinking the Evaluation for Conversational Recommendation in the Era of Large Language Models",
EMNLP 2023, https://arxiv.org/abs/2305.13112 (files ``rec_eval_…``): the dialogue so far, and the films in the
recommender's next turn.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from penchant.errors import SourceError
from penchant.extract.evaluation.folder import Found, Json, rows, set_folder
from penchant.extract.evaluation.parts import fingerprint, known
from penchant.extract.evaluation.public_sets import SETS, is_test_file
from penchant.road.cases import Case, Deed, Label, RoadSet, Speaker, Turn
from penchant.road.redial_world import Films, films, world

#: The set gives no dates that matter here: every dialogue starts at this moment, a turn a minute.
STARTED: Final = datetime(2018, 1, 1, tzinfo=UTC)
_CASE_FORM: Final = "dialog_id, turn_id, context, entity and rec"
_FILM: Final = re.compile(r"@(\d+)")
_STANCES: Final = {0: "dislikes", 1: "likes"}


def load(folder: Path, split: str) -> RoadSet:
    """ReDial's cases of a split, with everybody else's dialogues to learn from.

    A dialogue with cases of the split teaches nothing, nor does one of an official test file.  In a context the seeker
    speaks first and the two take turns; where the recommender began, the first turn is empty.

    Args:
        folder: of the set, or the one that holds the sets.
        split: ``test`` or ``dev``: cases of files named so (``valid`` is ``dev``); where a name says neither, dialogues
            that stand in none of the public folders are ``test``.

    Raises:
        SourceError: no file has cases of the split.
    """
    place = set_folder(folder, "redial")
    found = films(place)
    dialogues = rows(folder, "redial", SETS["redial"].fits, SETS["redial"].form)
    for each in dialogues:
        for number, name in dict(each.row["movieMentions"] or {}).items():
            if name:
                found.add(str(number), str(name))
    asked = _cases(folder, split, place)
    for row in asked:
        for name in (*row["entity"], *row["rec"]):
            if found.titled(str(name)) is None and str(name).rstrip().endswith(")"):
                found.add(f"title-{len(found.by_id)}", str(name))
    ids = {str(row["dialog_id"]) for row in asked}
    labelled = {str(each.row["conversationId"]): each.row for each in dialogues}
    teaching = {
        str(each.row["conversationId"]): each.row
        for each in dialogues
        if str(each.row["conversationId"]) not in ids and not is_test_file(each.file)
    }
    facts = world(place, found)
    notes = [
        f"{len(asked):,} cases of {len(ids):,} dialogues; {len(teaching):,} other dialogues to learn from",
        f"{len(found.label):,} films, {len(facts.facts):,} facts of the world",
    ]
    if not facts.facts:
        notes.append("no world graph stands beside it (kg_dbpedia, kg_imdb)")
    return RoadSet(
        items=found.items(),
        facts=tuple(sorted(facts.facts)),
        names=facts.names,
        kinds=facts.kinds,
        deeds=tuple(_deeds(teaching, found.by_id)),
        speakers=_speakers(asked, labelled, found),
        cases=tuple(_case(row, found) for row in asked),
        teachers={f"redial:{key}": _teacher(key, row) for key, row in sorted(teaching.items())},
        descriptions=facts.plots,
        notes=tuple(notes),
    )


def _cases(folder: Path, split: str, place: Path) -> list[Json]:
    def fits(row: Json) -> bool:
        return all(key in row for key in ("dialog_id", "turn_id", "context", "entity", "rec"))

    some = rows(folder, "redial", fits, _CASE_FORM)
    asked = [each.row for each in some if _split_of(each) == split]
    if not asked or split not in ("test", "dev"):
        raise SourceError(
            f"no file has cases of the split {split!r}",
            expected="test or dev; files whose name says test, or valid or dev, as in rec_eval_test",
            where=str(place),
        )
    return asked


def _split_of(each: Found) -> str:
    """By the file's name; where it says nothing, dialogues that stand in no public folder are ``test``."""
    if is_test_file(each.file):
        return "test"
    if {"valid", "val", "dev"} & set(re.split(r"[^a-z]+", each.file.lower())):
        return "dev"
    return "dev" if fingerprint(f"redial:{each.row['dialog_id']}") in known() else "test"


def _case(row: Json, found: Films) -> Case:
    named = (found.titled(str(name)) for name in row["entity"])
    gold = (found.titled(str(name)) for name in row["rec"])
    return Case(
        person=f"redial:{row['dialog_id']}",
        turns=len(row["context"]),
        named=tuple(film for film in named if film),
        gold=tuple(dict.fromkeys(film for film in gold if film)),
    )


def _speakers(asked: Sequence[Json], labelled: Mapping[str, Json], found: Films) -> dict[str, Speaker]:
    longest: dict[str, list[str]] = defaultdict(list)
    named: dict[str, dict[str, int]] = defaultdict(dict)
    for row in asked:
        key, context = str(row["dialog_id"]), [str(text) for text in row["context"]]
        longest[key] = max(longest[key], context, key=len)
        for name in row["entity"]:
            film = found.titled(str(name))
            if film:
                named[key].setdefault(film, len(context))
    return {
        f"redial:{key}": Speaker(
            f"redial:{key}",
            tuple(
                Turn(text, own=at % 2 == 0, at=STARTED + timedelta(minutes=at)) for at, text in enumerate(longest[key])
            ),
            tuple(_labels(labelled.get(key), named[key], found)),
        )
        for key in sorted(longest)
    }


def _teacher(key: str, row: Json) -> Speaker:
    """A dialogue in the form of a case's context: films by title and year, what one side says in a row as one turn."""
    names = {
        str(number): " ".join(str(name).split()) for number, name in dict(row["movieMentions"] or {}).items() if name
    }
    said: list[tuple[bool, str]] = []
    for message in row["messages"]:
        own = str(message["senderWorkerId"]) == str(row["initiatorWorkerId"])
        text = _FILM.sub(lambda hit: names.get(hit[1], hit[0]), str(message["text"]))
        text = " ".join(text.split())
        if text and said and said[-1][0] == own:
            said[-1] = (own, f"{said[-1][1]} {text}")
        elif text:
            said.append((own, text))
    turns = tuple(Turn(text, own, STARTED + timedelta(minutes=at)) for at, (own, text) in enumerate(said))
    return Speaker(f"redial:{key}", turns)


def _labels(row: Json | None, named: Mapping[str, int], found: Films) -> Iterable[Label]:
    """The seeker's answers, each known from the first case that names its film; "did not say" is neither."""
    for number, answer in dict((row or {}).get("initiatorQuestions") or {}).items():
        film, stance = found.by_id.get(str(number)), _STANCES.get(int(answer["liked"]))
        if film is not None and film in named and stance:
            yield Label(stance, thing=film, turn=named[film])


def deeds_elsewhere(folder: Path, by_number: Mapping[str, str]) -> list[Deed]:
    """What ReDial's seekers thought of films, for another set; official test dialogues are left out.

    Args:
        folder: that holds the sets; empty where ReDial is not among them.
        by_number: ReDial's number of a film → the other set's IRI.
    """
    if not (folder / "redial").is_dir():
        return []
    dialogues = rows(folder, "redial", SETS["redial"].fits, SETS["redial"].form)
    teaching = {str(each.row["conversationId"]): each.row for each in dialogues if not is_test_file(each.file)}
    return list(_deeds(teaching, by_number))


def _deeds(teaching: Mapping[str, Json], by_number: Mapping[str, str]) -> Iterable[Deed]:
    """What other seekers answered about the films of their dialogue; a film without an answer was but named."""
    for key, row in sorted(teaching.items()):
        answers = {str(n): int(a["liked"]) for n, a in dict(row["initiatorQuestions"] or {}).items()}
        seen: dict[str, bool | None] = {}
        for number in dict(row["movieMentions"] or {}):
            film = by_number.get(str(number))
            if film is not None:
                liked = answers.get(str(number))
                seen[film] = None if liked not in _STANCES else liked == 1
        for film, said in sorted(seen.items()):
            yield Deed(f"redial:{key}", film, said)
