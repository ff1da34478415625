"""Examples, splits and the schedule of training."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from penchant.errors import ModelError, SettingError, SourceError, TrainingError
from penchant.extract.answer import clean, parse, written
from penchant.extract.tuning import ccpe, gold, iard, laps, own, redial
from penchant.extract.tuning.build import ALLOWED, account, data_folder, examples
from penchant.extract.tuning.example import Example, in_order
from penchant.extract.tuning.splits import is_dev, split
from penchant.extract.tuning.train import IGNORED, Recipe, batches, encode, rate_at, train
from penchant.extract.weights import ensure
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
        (),
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
    assert said == [[("heat", "likes")], [("alien", "interested")], [("saw", "dislikes")], []]
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


# Our own sentences.


def test_own_sentences_are_the_same_every_time_and_true_to_themselves() -> None:
    some = list(own.load(400, seed=5))
    assert some == list(own.load(400, seed=5))
    assert len({e.text for e in some}) == 400
    for e in some:
        assert all(q in clean(e.text) for q, _ in e.pairs)
        assert parse(e.answer) == list(e.pairs)
        assert "{" not in e.text
        assert not any("\ue000" <= c <= "\ue002" for c in e.text)
    stances = {s for e in some for _, s in e.pairs}
    assert stances == set(STANCE_WORDS)
    assert 0.15 < sum(not e.pairs for e in some) / len(some) < 0.4
    assert any(len(e.pairs) >= 3 for e in some)
    assert any(e.context for e in some)


def test_gold_is_sound_and_apart_from_the_frames() -> None:
    some = gold.load()
    assert len(some) >= 150
    assert len({e.text for e in some}) == len(some)
    for e in some:
        assert all(clean(q) in clean(e.text) and s in STANCE_WORDS for q, s in e.pairs)
    assert {s for e in some for _, s in e.pairs} == set(STANCE_WORDS)
    trained = {e.text.lower() for e in own.load(3300)}
    shared = [e.text for e in some if e.text.lower() in trained]
    assert shared == []


# Splits.


def test_split_is_by_conversation_and_never_moves() -> None:
    some = [Example("redial", f"redial:{i % 40}", str(i), None, ()) for i in range(200)]
    training, dev = split(some)
    assert {e.conversation for e in training}.isdisjoint(e.conversation for e in dev)
    assert len(training) + len(dev) == 200
    assert training
    assert dev
    assert [i for i in range(40) if is_dev(f"redial:{i}")] == sorted({int(e.conversation[7:]) for e in dev})


@pytest.mark.data
@pytest.mark.slow
def test_public_splits_share_no_conversation_and_no_official_test(public_data: Path) -> None:
    training, dev = examples(public_data)
    assert {e.conversation for e in training}.isdisjoint(e.conversation for e in dev)
    assert {e.source for e in training} == set(ALLOWED)
    assert sum(not e.pairs for e in training) / len(training) >= 0.25
    with lzma.open(public_data / "redial" / "test_data.jsonl.xz", "rt", encoding="utf-8") as rows:
        official = {f"redial:{json.loads(row)['conversationId']}" for row in rows}
    for name in ("movie_test.jsonl", "recipe_test.jsonl"):
        rows_of_users = (public_data / "laps" / name).read_text(encoding="utf-8").split("\n")
        official |= {f"laps:{json.loads(row)['worker_id']}" for row in rows_of_users if row}
    both = {e.conversation for e in training} & official
    assert both == set()
    assert "without a preference" in account(training)


def test_data_folder_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PENCHANT_DATA", raising=False)
    with pytest.raises(SettingError, match="PENCHANT_DATA"):
        data_folder(None)
    (tmp_path / "laps").mkdir()
    with pytest.raises(SourceError, match="iard, redial, ccpe"):
        data_folder(tmp_path)


# Order, masks, schedule.


def test_in_order_spells_as_the_text_and_keeps_the_longer() -> None:
    text = "Drive and the drive-in, Taxi Driver too"
    assert in_order(text, [("taxi driver", "likes"), ("DRIVE", "wants"), ("driver", "wants")]) == (
        ("Drive", "wants"),
        ("Taxi Driver", "likes"),
    )
    assert in_order(text, [("opera", "likes")]) is None
    assert in_order("scary", [("car", "likes")]) is None


def test_batches_are_a_plan_that_a_longer_run_continues() -> None:
    lengths = [10 + i % 7 for i in range(50)]
    short, long = batches(lengths, Recipe(steps=9)), batches(lengths, Recipe(steps=20))
    assert long[:9] == short
    assert sorted(i for b in long[:7] for i in b) == list(range(50))
    assert batches(lengths, Recipe(steps=9, seed=8)) != short


def test_learning_rate_warms_up_falls_and_ends_at_nothing() -> None:
    recipe = Recipe(steps=500, warmup=25, horizon=1000, cooldown=100)
    rates = [rate_at(step, recipe) for step in range(500)]
    assert rates[0] == pytest.approx(recipe.rate / 25)
    assert max(rates) == rates[24]
    assert rates[25:] == sorted(rates[25:], reverse=True)
    assert rates[-1] < recipe.rate / 100
    assert rates[:400] == [
        rate_at(step, Recipe(steps=900, warmup=25, horizon=1000, cooldown=100)) for step in range(400)
    ]


def test_nothing_to_train_on(tmp_path: Path) -> None:
    with pytest.raises(TrainingError):
        train([], tmp_path, Recipe(steps=1))


@pytest.fixture(scope="module")
def base() -> Path:
    try:
        return ensure("smollm2", offline=True)
    except ModelError as problem:
        pytest.skip(str(problem))


@pytest.mark.model
def test_only_the_answer_is_learnt_and_unknown_stances_are_not(base: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    example = Example("ccpe", "c", "I saw Up and Heat", "Hello?", (("Up", "?"), ("Heat", "likes")))
    ids, labels = encode(tokenizer, example)
    assert tokenizer.decode(ids[:-1]).endswith("Preferences: Up= likes; Heat= likes")
    learnt = tokenizer.decode([t for t in labels[:-1] if t != IGNORED])
    assert learnt == " Up=; Heat= likes"
    assert labels[-1] == ids[-1] == tokenizer.eos_token_id
    plain = tokenizer(example.answer, add_special_tokens=False)["input_ids"]
    assert ids[-1 - len(plain) : -1] == plain, "pieces must give the tokens that decoding meets"
    assert written([]) == " none"


@pytest.mark.model
@pytest.mark.slow
def test_training_resumes_to_the_same_adapter(base: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    some = list(own.load(24, seed=1))
    whole = Recipe(steps=4, batch=2, warmup=1, horizon=8, cooldown=1)
    train(some, tmp_path / "a", whole)
    train(some, tmp_path / "b", Recipe(steps=4, batch=2, warmup=1, horizon=8, cooldown=1), save_every=0.0, stop_after=2)
    assert (tmp_path / "b" / "checkpoint.pt").exists()
    curve = train(some, tmp_path / "b", whole)
    one, two = (load_file(tmp_path / run / "adapter_model.safetensors") for run in "ab")
    assert one.keys() == two.keys()
    assert all(bool((one[k] == two[k]).all()) for k in one)
    assert curve[-1]["step"] == 4
    assert (tmp_path / "a" / "adapter_model.safetensors").stat().st_size < 5_000_000
    assert not (tmp_path / "b" / "checkpoint.pt").exists()
