"""Linking measured on miniature sets of our own: what is asked, what is counted, and what the command says."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from penchant.errors import SettingError, SourceError
from penchant.evaluating_links import evaluate_link
from penchant.extract.evaluation import link_conel, link_redial, link_set
from penchant.extract.evaluation.link_cases import Link, Turn
from penchant.extract.evaluation.link_index import Size
from penchant.extract.evaluation.link_names import iri_of
from penchant.extract.evaluation.link_report import Asked, measure
from tests.extract.miniature_sets import write
from tests.extract.test_evaluation_link_scores import case, decision

KETTLES, TEA, LIDS = iri_of("Kettle"), iri_of("Green_tea"), iri_of("Lids_(band)")


def user(text: str, links: list[tuple[str, str]] | None, own: list[tuple[str, str | None]] = []) -> dict[str, Any]:  # noqa: B006
    turn: dict[str, Any] = {"speaker": "USER", "utterance": text}
    if links is not None:
        turn["el_annotations"] = [
            {"mention": name, "entity": page, "span": [text.index(name), text.index(name) + len(name)]}
            for name, page in links
        ]
        turn["personal_entity_annotations_without_eems"] = [
            {"personal_entity_mention": name} for name, page in own if page is None
        ]
    turn["personal_entity_annotations"] = [
        {"personal_entity_mention": name, **({"entity": page} if page else {})}
        for name, page in own
        if page or links is None
    ]
    return turn


def system(text: str) -> dict[str, Any]:
    return {"speaker": "SYSTEM", "utterance": text}


def conel(folder: Path) -> Path:
    tea = "My favourite drink is green tea. I got it at Kettle for my aunt"
    write(
        folder / "conel" / "EL_Test.jsonl",
        [
            {
                "dialogue_id": "1",
                "turns": [
                    user("Hello", []),
                    system("What do you drink?"),
                    user(
                        tea,
                        [("green tea", "Green_tea"), ("Kettle", "Kettle")],
                        [("my favourite drink", "Green_tea"), ("my aunt", None), ("my uncle", None)],
                    ),
                ],
            }
        ],
    )
    write(
        folder / "conel" / "EL_Train.jsonl",
        [{"dialogue_id": "2", "turns": [user("The lids rock", [("The lids", "Lids_(band)")])]}],
    )
    write(
        folder / "conel" / "PEMD_Test.jsonl",
        [
            {"dialogue_id": "2", "turns": [user("The lids rock", None, [("The lids", None)])]},
            {
                "dialogue_id": "3",
                "turns": [user("I saw my dog and my dog", None, [("my dog", None), ("my dog", None)])],
            },
        ],
    )
    return folder


def dialogue(number: str, messages: list[tuple[int, str]], films: dict[str, str]) -> dict[str, Any]:
    return {
        "conversationId": number,
        "movieMentions": films,
        "initiatorQuestions": {},
        "initiatorWorkerId": 0,
        "messages": [{"senderWorkerId": who, "text": text} for who, text in messages],
    }


def redial(folder: Path) -> Path:
    films = {"11": "Harbour Lights (1999)", "12": "Saga%3F  (2004)", "13": "Low"}
    rows = [dialogue("1", [(0, "Hi, I saw @11"), (1, "Try @12 or @13")], films)]
    write(folder / "redial" / "test_data.jsonl.xz", rows)
    return folder


def test_conel_turns_and_splits(tmp_path):
    conel(tmp_path)
    turns = link_conel.load(tmp_path, "test")
    assert [turn.conversation for turn in turns] == ["conel:1", "conel:1", "conel:3"]
    _, tea, dogs = turns
    assert tea.context == ("Hello", "What do you drink?")
    assert tea.links == (Link(22, 31, TEA), Link(45, 51, KETTLES))
    assert tea.own == (Link(0, 18, TEA), Link(56, 63, None))  # no uncle in the text
    assert dogs.links is None
    assert dogs.own == (Link(6, 12, None), Link(17, 23, None))
    # A dialogue of both parts is where the linked part has it.
    assert {turn.conversation for turn in link_conel.load(tmp_path, "train")} == {"conel:2"}
    assert len(link_conel.load(tmp_path, "all", limit=1)) < len(link_conel.load(tmp_path, "all"))
    with pytest.raises(SourceError, match="dev"):
        link_conel.load(tmp_path, "dev")
    assert [(case.quote, case.gold) for case in link_conel.cases(turns)] == [("green tea", TEA), ("Kettle", KETTLES)]
    assert [each.iri for each in link_conel.pages(tmp_path)] == [TEA, KETTLES, LIDS]
    (alias,) = link_conel.aliases(link_conel.load(tmp_path, "train"))
    assert (alias.name, alias.iri, alias.alias) == ("The lids", LIDS, True)


def test_redial_asks_each_mention_in_four_forms(tmp_path):
    redial(tmp_path)
    cases = link_redial.load(tmp_path, "test", {"11": "urn:a", "12": "urn:b"})
    assert [case.groups["form"] for case in cases] == ["plain", "year", "small", "misspelt"] * 2
    plain, year, small, misspelt = cases[4:]
    assert (plain.text, plain.quote, plain.gold) == ("Try Saga? or Low", "Saga?", "urn:b")
    assert (year.text, year.quote) == ("Try Saga? (2004) or Low", "Saga? (2004)")
    assert (small.text, small.quote) == ("Try saga? or low", "saga?")
    assert misspelt.quote == "Saga?"  # too short for a slip
    assert plain.context == ("Hi, I saw Harbour Lights",)
    assert cases[3].quote != "Harbour Lights"
    assert link_redial.load(tmp_path, "test", {"11": "urn:a", "12": "urn:b"}) == cases
    assert link_redial.titles(tmp_path) == {"11": "Harbour Lights (1999)", "12": "Saga? (2004)", "13": "Low"}


def test_a_slip_is_one_slip():
    from rapidfuzz.distance import OSA

    slips = {link_redial.misspelt("Harbour Lights", random.Random(at)) for at in range(200)}
    assert {OSA.distance(slip, "Harbour Lights") for slip in slips} <= {0, 1}
    assert len(slips) > 30
    assert {len(slip) for slip in slips} == {13, 14, 15}


def test_end_to_end_and_personal_are_measured_on_the_turns_that_are_labelled():
    turns = [
        Turn("c", "tea", (), (Link(0, 3, "a"),), (Link(0, 3, "a"),)),
        Turn("d", "my dog", (), None, (Link(0, 6, None),)),
    ]
    asked = Asked([case("a")], turns, {"a": "alone"}, Size(1, 1, 0))
    seen: list[str] = []

    def spot(turn: Turn) -> list[Link]:
        seen.append(turn.text)
        return [Link(0, 3, "a")]

    report = measure(asked, lambda _: decision("a", link="a"), spot, lambda _: [Link(0, 3, None)], rounds=20)
    assert seen == ["tea"]
    assert report.figures["linked_strict_f1"] == 1.0
    assert report.figures["personal_strict_recall"] == 0.0
    assert report.figures["personal_found_f1"] == 1.0
    assert report.figures["accuracy_low"] == report.figures["accuracy_high"] == 1.0
    assert report.figures["links_per_cpu_second"] > 0
    without = measure(asked, lambda _: decision("a", link="a"), rounds=0)
    assert "linked_strict_f1" not in without.figures
    with pytest.raises(SourceError, match="no mention"):
        measure(Asked([], turns, {}, Size(1, 1, 0)), lambda _: decision(link=None))


def test_conel_through_the_door(tmp_path):
    conel(tmp_path)
    report = evaluate_link(tmp_path, "conel", encoder=False, rounds=0)
    assert report.figures["mentions"] == 2
    assert report.figures["accuracy"] == 1.0
    assert report.size.things == 3
    assert any("3 things alone" in note for note in report.notes)
    assert any("1 names that the training part" in note for note in report.notes)
    plain = evaluate_link(tmp_path, "conel", encoder=False, rounds=0, aliases=False)
    assert not any("training part" in note for note in plain.notes)


def test_a_test_file_alone_will_do(tmp_path):
    conel(tmp_path)
    (tmp_path / "conel" / "EL_Train.jsonl").unlink()
    report = evaluate_link(tmp_path / "conel", "conel", encoder=False, rounds=0)
    assert report.figures["accuracy"] == 1.0
    assert report.figures["linked_mentions"] == 2


def test_redial_through_the_door(tmp_path):
    films = {
        str(at): f"{word} Harbour ({1950 + at})"
        for at, word in enumerate(["Amber", "Birch", "Cedar", "Dune", "Ember", "Fern"])
    }
    messages = [(0, f"I saw @{at}") for at in films]
    write(tmp_path / "redial" / "test_data.jsonl.xz", [dialogue("1", messages, films)])
    report = evaluate_link(tmp_path, "redial", encoder=False, rounds=0)
    assert report.figures["mentions"] == 24
    assert report.size.things + report.size.left_out == 6
    assert report.figures["nil_mentions"] == 4 * report.size.left_out > 0
    assert report.figures["accuracy_known"] > 0.8
    assert set(report.by["form"]) == {"plain", "year", "small", "misspelt"}


def test_further_names_and_a_kept_index(tmp_path, monkeypatch):
    conel(tmp_path / "sets")
    (tmp_path / "more.tsv").write_text("http://x.example/1\tTeal Door\n", encoding="utf-8")
    work = tmp_path / "work"
    report = evaluate_link(
        tmp_path / "sets", "conel", names=[tmp_path / "more.tsv"], work=work, encoder=False, rounds=0
    )
    assert report.size.things == 4
    again = evaluate_link(tmp_path / "sets", "conel", names=[tmp_path / "more.tsv"], work=work, encoder=False, rounds=0)
    assert again.size == report.size
    built = (work / "labels.sqlite").stat().st_ino
    evaluate_link(tmp_path / "sets", "conel", names=[tmp_path / "more.tsv"], work=work, encoder=False, rounds=0)
    assert (work / "labels.sqlite").stat().st_ino == built
    other = evaluate_link(tmp_path / "sets", "conel", work=work, encoder=False, rounds=0)
    assert other.size.things == 3
    assert (work / "labels.sqlite").stat().st_ino != built


def test_refusals(tmp_path):
    with pytest.raises(SettingError, match="no format"):
        evaluate_link(tmp_path, "laps")  # type: ignore[arg-type]
    with pytest.raises(SettingError, match="no split"):
        evaluate_link(tmp_path, "conel", split="best")  # type: ignore[arg-type]
    with pytest.raises(SourceError, match="conel"):
        evaluate_link(tmp_path, "conel", encoder=False)
    assert link_set.LARGE == 100_000


def test_the_command(tmp_path, capsys):
    from penchant.cli import main

    conel(tmp_path)
    with pytest.raises(SystemExit) as done:
        main(["evaluate", "link", "--format", "conel", str(tmp_path), "--no-encoder", "--bootstrap", "10", "--json"])
    assert done.value.code == 0
    said = json.loads(capsys.readouterr().out)
    assert said["format"] == "conel"
    assert said["figures"]["accuracy"] == 1.0
    assert said["size"] == {"things": 3, "names": 3, "left_out": 0}
    with pytest.raises(SystemExit):
        main(["evaluate", "link", "--format", "conel", str(tmp_path), "--no-encoder", "--bootstrap", "0"])
    shown = capsys.readouterr().out
    assert "accuracy" in shown
    assert "3 things" in shown
