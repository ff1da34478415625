"""Examples, splits and the schedule of training."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from penchant.errors import SettingError, SourceError
from penchant.extract.answer import BEFORE, clean, parse
from penchant.extract.tuning import ccpe, conel, gold, iard, laps, own, plain_texts, redial, written
from penchant.extract.tuning.build import AGAIN, ALLOWED, account, by_part, data_folder, second_stage
from penchant.extract.tuning.example import Example, in_order
from penchant.extract.tuning.splits import part_of, split
from penchant.ontology.terms import STANCE_WORDS


def lines(path: Path, rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".xz":
        path.write_bytes(lzma.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")


# The public sets, in miniature: their form, our sentences.


def user(worker: str, turns: list[tuple[str, str]], preferences: dict[str, list[str]]) -> dict[str, Any]:
    dialogue = [{"role": role, "turn_number": i, "message": text} for i, (role, text) in enumerate(turns)]
    return {"worker_id": worker, "topic": "movie", "sessions": [{"dialogue": dialogue, "preferences": preferences}]}


def test_laps_mapping(tmp_path: Path) -> None:
    for name in laps.TRAINING_FILES[1:]:
        lines(tmp_path / "laps" / name, [])
    turns = [
        ("Assistant", "Hello. What would you like?"),
        ("User", "I'm looking for a thriller tonight."),
        ("Assistant", "Anything you avoid?"),
        ("User", "Please no Horror, and I love heist films."),
        ("User", "My son likes cartoons."),
        ("User", "The thriller has begun."),
        ("User", "It is Monday here."),
    ]
    preferences = {
        "genre_preferences_like": ["Thriller (with a twist)", "heist films", "cartoons"],
        "genre_preferences_dislike": ["horror"],
        "viewing_companions": ["son"],
        "diet_requirements": ["Monday"],
    }
    lines(tmp_path / "laps" / laps.TRAINING_FILES[0], [user("w1", turns, preferences)])
    found = list(laps.load(tmp_path))
    assert [e.pairs for e in found] == [
        (("thriller", "wants"),),
        (("Horror", "dislikes"), ("heist", "likes")),
        (("thriller", "likes"),),
        (),
    ]
    assert {e.conversation for e in found} == {"laps:w1"}
    assert found[1].context == "Anything you avoid?"


def test_redial_mapping(tmp_path: Path) -> None:
    films = {"1": "Heat (1995)", "2": "Alien (1979)", "3": "Saw (2004)", "4": "Up (2009)"}
    answers = {
        "1": {"suggested": 0, "seen": 1, "liked": 1},
        "2": {"suggested": 1, "seen": 0, "liked": 1},
        "3": {"suggested": 1, "seen": 1, "liked": 0},
        "4": {"suggested": 1, "seen": 1, "liked": 2},
    }
    texts = [
        (1, "I loved @1"),
        (2, "You might like @2"),
        (1, "I have never seen @2, I will check it out"),
        (1, "@3 was not my thing"),
        (1, "I liked @4"),
        (1, "Have you seen @1"),
        (1, "@1 is on at nine"),
        (1, "I love horror like @1"),
        (1, "ok bye then"),
        (2, "And Saw was on"),
        (1, "I hated that one"),
        (2, "Then there is Alien or so"),
        (1, "that sounds good, I will watch it"),
        (2, "Heat is long"),
        (1, "Yes, I loved it!"),
        (2, "Up is sweet"),
        (1, "Yes, I loved it!!"),
        (2, "Up or Heat"),
        (1, "I loved it, both really"),
    ]
    dialogue = {
        "conversationId": "77",
        "movieMentions": films,
        "initiatorQuestions": answers,
        "initiatorWorkerId": 1,
        "messages": [{"senderWorkerId": who, "text": text} for who, text in texts],
    }
    for name in redial.TRAINING_FILES:
        lines(tmp_path / "redial" / name, [dialogue])
    found = list(redial.load(tmp_path))
    said = [[(q.lower(), s) for q, s in e.pairs] for e in found]
    assert said == [
        [("heat", "likes")],
        [("alien", "interested")],
        [("saw", "dislikes")],
        [],
        [("< saw", "dislikes")],
        [("< alien", "interested")],
        [("< heat", "likes")],
    ]
    assert found[4].context == "And Saw was on"
    assert {e.conversation for e in found} == {"redial:77"}


def test_iard_mapping(tmp_path: Path) -> None:
    def turn(text: str, *acts: tuple[str, str, str | None]) -> dict[str, Any]:
        dialogue_acts = [{"intent": i, "slot_values": [[s, v, None, None]] if v else []} for i, s, v in acts]
        return {"participant": "USER", "utterance": text, "dialogue_acts": dialogue_acts}

    conversation = [
        turn("Looking for a comedy like Heat (1995)", ("IQU", "GENRE", "comedy"), ("IQU", "TITLE", "Heat")),
        turn("No horror for me", ("REJ", "GENRE", "horror")),
        turn("Is Alien long", ("INQ", "TITLE", "Alien")),
        turn("I saw Up on a plane", ("SEE", "TITLE", "Up")),
        turn("Good to be here", ("OTH", "", None)),
        turn("Nice weather we have", ("OTH", "", None)),
    ]
    lines(tmp_path / "iard" / "usersimcrs_iard_gold.jsonl", [{"conversation_id": "5", "conversation": conversation}])
    other = {
        "S1": {"role": "seeker", "utterance_text": "We have rain today", "sub-intent/action": ["OTH"]},
        "R2": {"role": "recommender", "utterance_text": "Same here", "sub-intent/action": ["OTH"]},
        "S3": {"role": "seeker", "utterance_text": "You too have fun", "sub-intent/action": ["OTH", "ACC"]},
    }
    lines(tmp_path / "iard" / "umap2020_IARD_Cai.jsonl", [{"conversationId": "6", "dialogue_info": other}])
    found = list(iard.load(tmp_path))
    assert [e.pairs for e in found] == [
        (("comedy", "wants"), ("Heat", "likes")),
        (("horror", "dislikes"),),
        (("Alien", "interested"),),
        (("Up", "?"),),
        (),
        (),
    ]
    assert [e.conversation for e in found] == ["redial:5"] * 5 + ["redial:6"]
    assert found[0].text == "Looking for a comedy like Heat"


def test_ccpe_gives_spans_without_stance(tmp_path: Path) -> None:
    def turn(text: str, label: str, names: list[str], exact: bool = True) -> dict[str, Any]:
        spans = [{"text": n, "exact": exact} for n in names]
        return {"speaker": "USER", "text": text, "turn_label": label, "entity_names": spans, "exact": {"PERSON": exact}}

    turns = [
        turn("I watch horror movies a lot", "ENTITY_PREFERENCE+MOVIE_GENRE_OR_CATEGORY", ["horror movies"]),
        turn("Zodiac's neat", "ENTITY_NAME+MOVIE_OR_SERIES", ["Zodiac's"], exact=False),
        turn("He saves the day", "OTHER", []),
    ]
    lines(tmp_path / "ccpe" / "ccpe_aligned.jsonl.xz", [{"data_json_index": 3, "utterances": turns}])
    found = list(ccpe.load(tmp_path))
    assert [e.pairs for e in found] == [(("horror", "?"),), ()]
    assert found[0].answer == " horror= likes"


def test_conel_gives_named_favourites_and_plain_turns(tmp_path: Path) -> None:
    def turn(text: str, *named: str, who: str = "USER") -> dict[str, Any]:
        marks = [{"personal_entity_mention": "my favourite", "explicit_entity_mention": n} for n in named]
        return {"speaker": who, "utterance": text, "personal_entity_annotations": marks}

    linked = [
        turn("My favourite sport is curling", "curling"),
        turn("Why?", who="SYSTEM"),
        turn("I love it and my dog", "my dog"),
        turn("I don't like golf, my favourite is curling", "curling"),
        turn("Is curling my favourite?", "curling"),
    ]
    plain = [turn("The lake froze over in January"), turn("I would like that"), turn("Oh well")]
    for name in (*conel.LINKED_FILES, *conel.PLAIN_FILES):
        rows = [{"dialogue_id": "1", "turns": linked}] if name in conel.LINKED_FILES[:1] else []
        rows += [{"dialogue_id": i, "turns": plain} for i in ("1", "2")] if name in conel.PLAIN_FILES[:1] else []
        lines(tmp_path / "conel" / name, rows)
    found = list(conel.load(tmp_path))
    assert [(e.text, e.pairs) for e in found] == [
        ("My favourite sport is curling", (("curling", "likes"),)),
        ("The lake froze over in January", ()),
    ]
    assert [e.conversation for e in found] == ["conel:1", "conel:2"]


def test_plain_texts_say_nothing(tmp_path: Path) -> None:
    rows = [
        "The bus leaves at seven sharp\t27\ta",
        "I love the bus at seven\t27\tb",
        "Seven buses, so many buses\t3\tc",
    ]
    file = tmp_path / "goemotions" / "train.tsv.xz"
    file.parent.mkdir()
    file.write_bytes(lzma.compress("\n".join(rows).encode()))
    assert [e.text for e in plain_texts.goemotions(tmp_path)] == ["The bus leaves at seven sharp"]
    news = [{"primary_gid": "1", "sentence_normalized": "The mayor praised the bus drivers."}]
    lines(tmp_path / "newsmtsc" / "train.jsonl.xz", news)
    assert [(e.text, e.pairs) for e in plain_texts.newsmtsc(tmp_path)] == [(news[0]["sentence_normalized"], ())]


# Our own sentences.


def test_own_sentences_are_the_same_every_time_and_true_to_themselves() -> None:
    some = list(own.load(400, seed=5))
    assert some == list(own.load(400, seed=5))
    assert len({e.text for e in some}) == 400
    for e in some:
        assert all(q in clean(e.text) for q, _ in e.pairs if not q.startswith(BEFORE))
        assert all(q.removeprefix(BEFORE) in clean(e.context or "") for q, _ in e.pairs if q.startswith(BEFORE))
        assert parse(e.answer) == list(e.pairs)
        assert "{" not in e.text
        assert not any("\ue000" <= c <= "\ue002" for c in e.text)
    stances = {s for e in some for _, s in e.pairs}
    assert stances == set(STANCE_WORDS)
    assert 0.15 < sum(not e.pairs for e in some) / len(some) < 0.4
    assert any(len(e.pairs) >= 3 for e in some)
    assert any(e.context for e in some)
    assert sum(any(q.startswith(BEFORE) for q, _ in e.pairs) for e in some) > 20


def test_gold_is_sound_and_apart_from_the_frames() -> None:
    some = gold.load()
    assert len(some) >= 150
    assert len({e.text for e in some}) == len(some)
    for e in some:
        where = clean(e.text) + BEFORE + clean(e.context or "")
        assert all(clean(q.removeprefix(BEFORE)) in where and s in STANCE_WORDS for q, s in e.pairs)
    assert {s for e in some for _, s in e.pairs} == set(STANCE_WORDS)
    trained = {e.text.lower() for e in own.load(3300)}
    shared = [e.text for e in some if e.text.lower() in trained]
    assert shared == []


def test_written_sentences_quote_what_they_say() -> None:
    some = list(written.load())
    assert len(some) >= 2800
    assert len({e.text for e in some}) == len(some)
    for e in some:
        spans = [(e.context or "", q.removeprefix(BEFORE)) if q.startswith(BEFORE) else (e.text, q) for q, _ in e.pairs]
        assert all(clean(q) in clean(where) for where, q in spans), e
        assert parse(e.answer) == [(q, s) for q, s in e.pairs], e
    assert {s for e in some for _, s in e.pairs} == set(STANCE_WORDS)
    assert sum(not e.pairs for e in some) / len(some) >= 0.24
    assert sum(any(q.startswith(BEFORE) for q, _ in e.pairs) for e in some) > 80


def test_the_second_stage_sees_natural_sentences_twice_and_some_of_all_else() -> None:
    some = [Example(name, f"{name}:{i}", f"{name} {i}", None, ()) for name in ALLOWED for i in range(500)]
    chosen = second_stage(some)
    counts = {name: sum(e.source == name for e in chosen) for name in ALLOWED}
    assert counts == {**AGAIN, "written": 1000}
    assert chosen == second_stage(some) != second_stage(some, seed=8)


# Splits.


def test_split_is_by_conversation_and_never_moves() -> None:
    some = [Example("redial", f"redial:{i % 300}", str(i), None, ()) for i in range(1500)]
    parts = split(some)
    owners = {part: {e.conversation for e in kept} for part, kept in parts.items()}
    assert sum(map(len, parts.values())) == 1500
    assert sum(map(len, owners.values())) == 300
    assert all(part_of(c) == part for part, own in owners.items() for c in own)
    assert 5 <= len(owners["dev"]) <= 30
    assert 10 <= len(owners["test"]) <= 40
    assert sorted(owners["dev"])[:3] == ["redial:144", "redial:161", "redial:165"]


@pytest.mark.data
@pytest.mark.slow
def test_public_splits_share_no_conversation_and_no_official_test(public_data: Path) -> None:
    parts = by_part(public_data)
    owners = {part: {e.conversation for e in kept} for part, kept in parts.items()}
    assert owners["train"].isdisjoint(owners["dev"] | owners["test"])
    assert owners["dev"].isdisjoint(owners["test"])
    training = parts["train"]
    assert {e.source for e in training} == set(ALLOWED)
    assert sum(not e.pairs for e in training) / len(training) >= 0.25
    with lzma.open(public_data / "redial" / "test_data.jsonl.xz", "rt", encoding="utf-8") as rows:
        official = {f"redial:{json.loads(row)['conversationId']}" for row in rows}
    for name in ("movie_test.jsonl", "recipe_test.jsonl"):
        rows_of_users = (public_data / "laps" / name).read_text(encoding="utf-8").split("\n")
        official |= {f"laps:{json.loads(row)['worker_id']}" for row in rows_of_users if row}
    assert (owners["train"] | owners["dev"]).isdisjoint(official)
    assert "without a preference" in account(training)


def test_data_folder_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PENCHANT_DATA", raising=False)
    with pytest.raises(SettingError, match="PENCHANT_DATA"):
        data_folder(None)
    (tmp_path / "laps").mkdir()
    with pytest.raises(SourceError, match="iard, redial, ccpe"):
        data_folder(tmp_path)


# Order.


def test_in_order_spells_as_the_text_and_keeps_the_longer() -> None:
    text = "Drive and the drive-in, Taxi Driver too"
    assert in_order(text, [("taxi driver", "likes"), ("DRIVE", "wants"), ("driver", "wants")]) == (
        ("Drive", "wants"),
        ("Taxi Driver", "likes"),
    )
    assert in_order(text, [("opera", "likes")]) is None
    assert in_order("scary", [("car", "likes")]) is None
