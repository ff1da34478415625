"""The other formats in miniature, mixtures, limits and refusals: what is labelled, what is counted, what comes out."""

from __future__ import annotations

from typing import Any

import pytest

from penchant.errors import SettingError, SourceError
from penchant.extract.evaluation import public_sets
from penchant.extract.evaluation.exam import read
from penchant.extract.evaluation.formats import FORMATS, exam
from penchant.extract.evaluation.parts import fingerprint
from penchant.extract.evaluation.report import measure
from penchant.extract.language_model import Mention
from penchant.extract.tuning.splits import part_of
from tests.extract.miniature_sets import (
    LAPS,
    REDIAL_ANSWERS,
    Scripted,
    ccpe_dialogue,
    figures,
    iard_gold,
    laps_user,
    near,
    redial_dialogue,
    write,
)


def test_gold_counts_references_tags_and_interest(tmp_path):
    rows = [
        {
            "id": "1",
            "split": "test",
            "domain": "film",
            "tags": ["negation"],
            "text": "No opera for me, but I'd try jazz.",
            "pairs": [{"quote": "opera", "stance": "dislikes"}, {"quote": "jazz", "stance": "interested"}],
        },
        {
            "id": "2",
            "split": "test",
            "domain": "film",
            "tags": ["coreference"],
            "text": "I loved it",
            "context": "And The Ring?",
            "pairs": [{"quote": "it", "stance": "likes", "antecedent": "The Ring"}],
        },
        {"id": "3", "split": "test", "domain": "news", "tags": ["empty"], "text": "It is Monday.", "pairs": []},
        {"id": "4", "split": "dev", "domain": "news", "tags": [], "text": "x y", "pairs": []},
    ]
    write(tmp_path / "gold.jsonl", rows)
    answers = {
        "No opera for me, but I'd try jazz.": [("opera", "dislikes"), ("jazz", "wants")],
        "I loved it": [("it", "likes", "The Ring")],
        "It is Monday.": [("It", "likes", "Sunday")],
    }
    report = measure(exam("gold", tmp_path), {"it": lambda: Scripted(answers)}, rounds=0)
    found, by = report.models["it"], report.details["it"]["by"]
    assert report.texts == 3
    assert found["mention_stance_f1_overlap"] == near(2 * 2 / (4 + 3))
    assert found["coreference_recall"] == 1
    assert found["coreference_f1"] == near(2 / 3)
    assert found["f1_interested"] == 0
    assert found["empty_kept"] == 0
    assert by["tag"]["negation"]["mention_stance_f1_overlap"] == near(0.5)
    assert by["domain"]["film"]["texts"] == 2
    assert figures("gold", tmp_path, {}, split="dev")["empty_kept"] == 1


def test_conel_measures_recall_of_what_is_ones_own(tmp_path):
    text = "My favourite sport is hockey, and Canada is cold"
    turn = {
        "speaker": "USER",
        "utterance": text,
        "el_annotations": [
            {"mention": "hockey", "entity": "Hockey", "span": [22, 28]},
            {"mention": "Canada", "entity": "Canada", "span": [34, 40]},
        ],
        "personal_entity_annotations": [
            {"personal_entity_mention": "My favourite sport", "explicit_entity_mention": "hockey", "entity": "Hockey"}
        ],
    }
    write(tmp_path / "conel" / "rows.jsonl", [{"dialogue_id": "x9", "turns": [turn]}])
    found = figures("conel", tmp_path, {text: [("hockey", "wants"), ("Canada", "likes")]})
    assert found["personal_mentions"] == 1
    assert found["personal_recall_overlap"] == 1
    assert found["personal_likes_recall"] == 0
    assert found["other_links_taken"] == 1


def test_a_dialogue_of_conel_s_test_that_also_stands_in_a_training_file_is_no_test(tmp_path, monkeypatch):
    turn = {"speaker": "USER", "utterance": "I like hockey", "el_annotations": []}
    trains = [key for key in map(str, range(60)) if part_of(f"conel:{key}") == "train"][:2]
    known = frozenset(fingerprint(f"conel:{key}") for key in trains)
    monkeypatch.setattr("penchant.extract.evaluation.parts.known", lambda: known)
    write(tmp_path / "conel" / "EL_Test.jsonl", [{"dialogue_id": key, "turns": [turn]} for key in trains])
    plain = {"speaker": "USER", "utterance": "It is Monday"}
    write(tmp_path / "conel" / "PEMD_Train.jsonl", [{"dialogue_id": trains[0], "turns": [plain]}])
    rows = public_sets.load(tmp_path, "conel", "test")
    assert [row["dialogue_id"] for row in rows] == trains[1:]


XML = """<?xml version="1.0"?><sentences><sentence><text>Great soup, dull room</text><aspectTerms>
<aspectTerm from="6" polarity="positive" term="soup" to="10"/>
<aspectTerm from="17" polarity="negative" term="room" to="21"/></aspectTerms></sentence></sentences>"""


CATEGORIES = """<?xml version="1.0"?><sentences><sentence><text>Great soup</text><aspectCategories>
<aspectCategory category="food" polarity="positive"/></aspectCategories></sentence></sentences>"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("atsa_test.xml", XML),
        ("test.txt", "Great soup , dull room####[([1], [0], 'POS'), ([4], [3], 'NEG')]\n"),
        (
            "x_test.tsv.txt",
            "Great soup , dull room####1,2 FOOD#QUALITY 2 0,1####4,5 PLACE#GENERAL 0 3,4####-1,-1 X#Y 0 -1,-1\n",
        ),
        ("X_Test_Gold.xml.seg", "Great $T$, dull room\nsoup\nPositive\nGreat soup, dull $T$\nroom\nNegative\n"),
        ("x_test.raw", "Great $T$, dull room\nsoup\n1\nGreat soup, dull $T$\nroom\n-1\n"),
    ],
)
def test_absa_in_all_its_forms(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "acsa_test.xml").write_text(CATEGORIES, encoding="utf-8")
    text = "Great soup , dull room" if name.endswith(".txt") else "Great soup, dull room"
    found = figures("absa", tmp_path, {text: [("soup", "likes"), ("room", "likes")]})
    assert found["mention_f1_exact"] == 1
    assert found["mention_stance_f1_exact"] == near(0.5)
    assert found["f1_dislikes"] == 0


def test_absa_reads_english_alone_and_files_of_the_split(tmp_path):
    (tmp_path / "zh_test.txt").write_text("$T$很好\n汤\nPositive\n", encoding="utf-8")
    with pytest.raises(SourceError, match="no file in it has aspects"):
        exam("absa", tmp_path)
    (tmp_path / "x_train.txt").write_text("Great $T$\nsoup\nPositive\n", encoding="utf-8")
    with pytest.raises(SourceError, match="--split all"):
        exam("absa", tmp_path)
    assert len(exam("absa", tmp_path, "train").passages()) == 1


def test_news_is_nobody_s_preference(tmp_path):
    def row(key: str, text: str, start: int, end: int) -> dict[str, Any]:
        target = {"from": start, "to": end, "mention": text[start:end], "polarity": 6.0}
        return {"primary_gid": key, "sentence_normalized": text, "targets": [target]}

    texts = ["Ann praised Bob.", "Bob was praised.", "Ann likes Bob's hat."]
    write(tmp_path / "newsmtsc" / "devtest_mt.jsonl", [row(t, t, t.index("Bob"), t.index("Bob") + 3) for t in texts])
    found = figures("newsmtsc", tmp_path, {texts[0]: [("Bob", "likes")], texts[2]: [("hat", "likes")]})
    assert found["empty_kept"] == near(1 / 3)
    assert found["person_taken"] == near(1 / 3)


def test_stratified_takes_of_each_set_what_there_is(tmp_path):
    write(tmp_path / "laps" / "a.jsonl", [LAPS])
    write(tmp_path / "redial" / "a.jsonl", [redial_dialogue()])
    write(tmp_path / "iard" / "a.jsonl", [iard_gold()])
    write(tmp_path / "ccpe" / "a.jsonl", [ccpe_dialogue(900)])
    report = measure(exam("stratified", tmp_path), {"it": lambda: Scripted(REDIAL_ANSWERS)}, rounds=0)
    sources = report.details["it"]["by"]["source"]
    assert {name: part["texts"] for name, part in sources.items()} == {"ccpe": 2, "iard": 2, "laps": 1, "redial": 2}
    found = report.models["it"]
    assert found["without_did_not_say_mention_stance_f1_overlap"] != found["mention_stance_f1_overlap"]
    assert "readable_mention_stance_f1_overlap" in found


def test_a_limit_takes_the_same_conversations_whatever_their_order(tmp_path):
    users = [laps_user(f"w{at}", [("User", f"I love soup number {at}.")], {}) for at in range(30)]
    write(tmp_path / "one" / "a.jsonl", users)
    write(tmp_path / "two" / "a.jsonl", users[::-1])
    one, two = (exam("laps", tmp_path / name, limit=7).passages() for name in ("one", "two"))
    assert len(one) == 7
    assert set(one) == set(two)
    assert set(exam("laps", tmp_path / "one", limit=7, seed=1).passages()) != set(one)


def test_long_texts_are_read_in_windows_and_placed_in_the_whole(tmp_path):
    filler = "It was a long day at work and the bus came late again. " * 8
    text = (filler + "I love heist films.").strip()
    write(tmp_path / "laps" / "a.jsonl", [laps_user("w1", [("User", text)], {"genre_preferences_like": ["heist"]})])
    asked = exam("laps", tmp_path)

    class Finder(Scripted):
        def _mentions(self, text: str) -> list[Mention]:
            at = text.find("heist")
            return [Mention("heist", at, at + 5, "likes", 1.0)] if at >= 0 else []

    model = Finder({})
    found = measure(asked, {"it": lambda: model}, rounds=0).models["it"]
    assert found["session_f1_sayable_likes"] == 1
    assert max(len(p.text) for p in model.asked) <= 300
    ((passage, (mention,)),) = read(model, asked.passages()).found.items()
    assert passage.text[mention.start : mention.end] == "heist"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_folder_of_something_else_is_refused(tmp_path, name):
    write(tmp_path / "other.jsonl", [{"some": "thing"}])
    with pytest.raises(SourceError):
        exam(name, tmp_path)
    with pytest.raises(SourceError, match="no such folder"):
        exam(name, tmp_path / "nowhere")


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(SettingError, match="stratified"):
        exam("nothing", tmp_path)
