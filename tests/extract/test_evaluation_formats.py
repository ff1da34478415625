"""Every format in miniature, with our own sentences: what is labelled, what is counted, what comes out."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from penchant.errors import SettingError, SourceError
from penchant.extract.evaluation import public_sets
from penchant.extract.evaluation.exam import read
from penchant.extract.evaluation.formats import FORMATS, exam
from penchant.extract.evaluation.matching import before_bracket, same
from penchant.extract.evaluation.parts import fingerprint
from penchant.extract.evaluation.report import measure
from penchant.extract.language_model import DECODED, Mention, Passage, Reply
from penchant.extract.tuning.splits import part_of


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


def test_laps_by_session(tmp_path):
    write(tmp_path / "laps" / "anything.jsonl", [LAPS])
    found = figures("laps", tmp_path, LAPS_ANSWERS)
    # Likes: said heist, Rififi; values heist films, noir, Rififi; a turn of the writer names only heist films.
    assert found["session_precision_likes"] == 1
    assert found["session_recall_sayable_likes"] == 1
    assert found["session_recall_all_likes"] == near(2 / 3)
    assert found["session_f1_all_likes"] == near(0.8)
    assert found["session_f1_sayable_dislikes"] == 0
    # Both: two said, two right; of two sayable values (heist films, musicals) one is hit.
    assert found["session_f1_sayable_both"] == near(2 * 1 * 0.5 / 1.5)
    # Leniently "musicals" is a like too, and a wrong one.
    assert found["session_precision_likes_lenient"] == near(2 / 3)


def test_a_session_says_each_thing_once(tmp_path):
    user = laps_user(
        "w1",
        [("User", "I love heist films."), ("User", "I do love Heists, and Tuesdays.")],
        {"genre_preferences_like": ["heist"]},
    )
    write(tmp_path / "laps" / "a.jsonl", [user])
    answers = {
        "I love heist films.": [("heist", "likes")],
        "I do love Heists, and Tuesdays.": [("Heists", "likes"), ("Tuesdays", "likes")],
    }
    assert figures("laps", tmp_path, answers)["session_precision_likes"] == near(1 / 2)


@pytest.mark.parametrize(
    ("value", "said", "equal"),
    [
        ("horror (with high standards)", "Horror", True),
        ("horror", "horror movies", True),
        ("psychological thrillers", "thriller", True),
        ("dark psychological thrillers", "thriller", True),
        ("dark psychological films of the nineties", "dark sixties", False),
        ("dark psychological thrillers", "a dark, slow thriller", True),
        ("movies", "movie", True),
        ("action movies", "comedy movies", False),
        ("movies", "horror movies", False),
        ("the ring", "the matrix", False),
        ("comedies", "comedy", True),
        ("art", "party", False),
        ("series", "movies", False),
        ("", "", False),
    ],
)
def test_sameness(value, said, equal):
    assert same(value, said) is equal


def test_the_reason_in_brackets_is_no_part_of_a_value():
    assert before_bracket("soup (hot)") == "soup"
    assert before_bracket("(hot)") == "(hot)"


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


@pytest.mark.parametrize("name", ["held_back.jsonl", "held_back.jsonl.xz"])
def test_redial_by_film(tmp_path, name):
    write(tmp_path / name, [redial_dialogue()])
    found = figures("redial", tmp_path, REDIAL_ANSWERS)
    # Labelled 0 or 1: Heat right, Alien right, Saw wrong, Big unsaid.
    assert found["liked_accuracy"] == near(2 / 4)
    assert found["liked_coverage"] == near(3 / 4)
    assert found["liked_accuracy_said"] == near(2 / 3)
    # liked: 2 right, 3 verdicts, 3 films; disliked: none right.
    assert found["liked_macro_f1"] == near((4 / 6 + 0) / 2)
    # "Did not say", and nothing was said: neutral is no verdict.
    assert found["liked_accuracy_three_way"] == near(3 / 5)
    assert found["liked_accuracy_majority"] == near(3 / 4)
    assert found["human_agreement"] == near(0.778)


def test_redial_with_and_without_did_not_say(tmp_path):
    write(tmp_path / "redial" / "rows.jsonl", [redial_dialogue()])
    found = figures("redial", tmp_path, REDIAL_ANSWERS)
    # Films that the seeker names: Heat likes, Saw dislikes, Up neutral.
    assert found["mention_f1_exact"] == 1
    assert found["mention_stance_f1_exact"] == near(2 * 2 / 6)
    assert found["without_did_not_say_mention_stance_f1_exact"] == near(2 * 1 / 4)


def test_the_last_word_on_a_film_counts(tmp_path):
    dialogue = redial_dialogue()
    dialogue["messages"].append({"senderWorkerId": 1, "text": "No wait, I hate @1"})
    write(tmp_path / "rows.jsonl", [dialogue])
    answers = {**REDIAL_ANSWERS, "No wait, I hate Heat": [("Heat", "dislikes")]}
    assert figures("redial", tmp_path, answers)["liked_accuracy"] == near(1 / 4)


def test_a_film_in_two_files_is_measured_once(tmp_path):
    for name in ("a.jsonl", "b.jsonl.xz"):
        write(tmp_path / "redial" / name, [redial_dialogue()])
    report = measure(exam("redial", tmp_path), {"it": lambda: Scripted({})}, rounds=0)
    assert (report.texts, report.conversations) == (3, 1)


def iard_gold(key: str = "5") -> dict[str, Any]:
    def turn(text: str, *acts: tuple[str, str, str]) -> dict[str, Any]:
        dialogue_acts = [{"intent": i, "slot_values": [[s, v, None, None]]} for i, s, v in acts]
        return {"participant": "USER", "utterance": text, "dialogue_acts": dialogue_acts}

    turns = [
        turn("No horror for me", ("REJ", "GENRE", "horror")),
        turn("I love Heat (1995)", ("PRO", "TITLE", "Heat (1995)")),
    ]
    return {"conversation_id": key, "conversation": turns}


def test_iard_leaves_pro_out_of_stances(tmp_path):
    write(tmp_path / "gold.jsonl", [iard_gold()])
    found = figures(
        "iard", tmp_path, {"No horror for me": [("horror", "dislikes")], "I love Heat": [("Heat", "wants")]}
    )
    assert found["mention_f1_exact"] == 1
    assert found["mention_stance_f1_exact"] == 1
    assert set(found) >= {"f1_dislikes"}
    assert "f1_likes" not in found


def test_iard_folds_are_of_conversations(tmp_path):
    write(tmp_path / "gold.jsonl", [iard_gold(str(key)) for key in range(40)])
    answers = {"No horror for me": [("horror", "dislikes")]}
    report = measure(exam("iard", tmp_path, "all"), {"it": lambda: Scripted(answers)}, rounds=0)
    folds = report.details["it"]["by"]["fold"]
    assert sorted(folds) == ["1", "2", "3", "4", "5"]
    assert sum(fold["texts"] for fold in folds.values()) == 80
    found = report.models["it"]
    assert found["mention_f1_overlap_folds_mean"] == near(2 / 3)
    assert found["mention_f1_overlap_folds_sd"] == 0


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


def test_ccpe_by_type(tmp_path):
    write(tmp_path / "ccpe_rows.jsonl", [ccpe_dialogue(900)])
    answers = {
        "I like noir with Bogart": [("noir", "likes")],
        "I like the Heat one a lot": [("Heat", "likes"), ("lot", "likes")],
        "We went there on Monday": [("Monday", "likes")],
    }
    found = figures("ccpe", tmp_path, answers)
    # Borders are known of noir and Bogart alone; Monday lies in a turn without names.
    assert found["mention_f1_exact"] == near(2 * 1 / (2 + 2))
    assert found["empty_kept"] == 0
    # Two finds (lot, Monday) lie on no name: a third of them is each type's share, or all of them.
    assert found["overlap_f1_genre"] == near(2 / (1 + 2 / 3 + 1))
    assert found["overlap_f1_genre_floor"] == near(2 / (1 + 2 + 1))
    assert found["overlap_f1_title"] == near(2 / (1 + 2 / 3 + 1))
    assert found["overlap_f1_person"] == 0
    assert found["published_rules_f1_person"] == near(0.391)
    assert not any("stance" in name for name in found)


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
