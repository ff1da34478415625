"""LAPS, ReDial, IARD and CCPE in miniature: what is labelled, what is counted, what comes out."""

from __future__ import annotations

import pytest

from penchant.extract.evaluation.formats import exam
from penchant.extract.evaluation.matching import before_bracket, same
from penchant.extract.evaluation.report import measure
from tests.extract.miniature_sets import (
    LAPS,
    LAPS_ANSWERS,
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
