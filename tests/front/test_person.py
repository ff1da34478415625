"""One person: as people type it, and as Python says it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from penchant import api, names
from penchant.errors import InputError, SettingError, UnknownError
from penchant.kg.artefacts import CONTRIBUTIONS, forgotten_since
from penchant.kg.person_correct import correct
from penchant.kg.proposal import LinkCandidate, Named, Proposal, Reading, Statement, TextRecord, Window
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t
from penchant.person_door import PersonDoor
from penchant.recommend.candidates import find
from penchant.settings import ReadingSettings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ITEMS = "id,label,concepts\n" + "".join(f"f{n},Film {n},\n" for n in range(8)) + "t,Teapot,\n"
EVENTS = """person,item,kind,at,value
ana,f1,view,2026-05-01T10:00:00Z,
ana,f1,view,2026-05-01T10:05:00Z,
ana,f1,view,2026-05-02T10:00:00Z,
ana,f2,rate,2026-05-03T10:00:00Z,2
ana@work,f3,buy,2026-05-04T10:00:00Z,
bo,f4,like,2026-05-01T10:00:00Z,
bo,f5,like,2026-05-01T10:00:00Z,
"""


@pytest.fixture
def door(tmp_path):
    (tmp_path / "items.csv").write_text(ITEMS)
    (tmp_path / "events.csv").write_text(EVENTS)
    with api.create(tmp_path / "data") as p:
        p.add_items(tmp_path / "items.csv")
        p.add_events(tmp_path / "events.csv")
        yield p


@pytest.fixture
def people(door):
    return PersonDoor(door._loaded)


def say(door, person, text, quote, stance, at=NOW, *, context=None, statements=(), **more):
    start = text.index(quote)
    link = door.workspace.namer.item("t").value
    proposal = Proposal(
        quote, start, start + len(quote), stance, 0.9, 0.8, (LinkCandidate(link, quote, 1.0),), link, 1.0, **more
    )
    run = door.workspace.ledger.begin("texts", "mail", "by hand")
    record = TextRecord(person, text, at, "mail.txt", 1, None, context)
    windows = (Window(0, len(text), "decoded", ""),)
    write_readings(
        door.workspace, run, "by hand", [Reading(record, windows, (proposal,), statements=tuple(statements))]
    )


def test_shown_in_english(door, people):
    say(door, "ana", "I love this teapot.", "teapot", "likes")
    say(door, "ana", "Teapots bore me.", "Teapots", "dislikes", datetime(2024, 6, 1, 12, tzinfo=UTC))
    say(door, "ana", "My son wants a teapot.", "teapot", "wants", beneficiary="My son")
    people.consent("ana", refuse=["train"], keep_days=400)
    assert people.show("ana").text().splitlines() == [
        "ana: interests as of 2026-06-01: 3",
        # One rating, 2: usual = (2 + 4 · 3) / 5 = 2.8; (2 − 2.8) / (2.8 − 1) = −.44; n = .9 · 2^(−29/730) = .88
        "1. Film 2: dislikes (attitude). Weight -0.44, confidence 0.30; 1 piece of evidence in all.",
        "   · 2026-05-03: rate, 2 on a scale from 1 to 5; you usually give 2.8 (-0.44; counts 0.88)",
        # n = .8 and .8 · ½: weight = .9 · (.8 − .4) / 1.2, confidence = 1.2 / 3.2, conflict = 1 − .4 / 1.2
        "2. Teapot: likes (attitude). Weight 0.30, confidence 0.38; 2 pieces of evidence in all.",
        "   You have also said or shown the opposite (conflict 0.67).",
        "   · 2026-06-01: in your words, “teapot” (likes, +0.90; counts 0.80), in mail.txt",
        "   · 2024-06-01: in your words, “Teapots” (dislikes, -0.90; counts 0.40), in mail.txt",
        # Two sittings: 1 − .9² = .19, halved by 30 days
        "3. Film 1: interested (attention). Weight 0.20, confidence 0.05; 1 piece of evidence in all.",
        "   · 2026-05-01 – 2026-05-02: view, 3 times in 2 sittings (+0.20; counts 0.09)",
        "Said for others; it does not count as your own interest:",
        "   · 2026-06-01: for “My son”: wants Teapot (“teapot”), in mail.txt",
        "You refuse: training.",
        "What you show is kept for 400 days.",
    ]


POINTED = "Love it, the spout is superb. Emma by Jane Austen, too."


def point(door):
    made = Statement("made by", Named("Emma", 30, 34), Named("Jane Austen", 38, 49), POINTED[30:49], 30, 49, 0.9)
    more = {"antecedent": "teapot", "aspect": "spout", "opinion": "superb", "opinion_start": 22}
    say(door, "ana b", POINTED, "it", "likes", context="Is the teapot good?", statements=[made], **more)


def test_what_was_understood_is_shown(door, people):
    point(door)
    say(door, "ana b", "I want a teapot under 20 euros.", "teapot", "wants", condition="under 20 euros")
    lines = people.show("ana b").text().splitlines()
    assert (
        "   · 2026-06-01: in your words, “it” (meaning “teapot”) (likes, +0.90; counts 0.80), in mail.txt;"
        " about its “spout”: “superb”" in lines
    )
    assert (
        "   · 2026-06-01: in your words, “teapot” (wants, +0.90; counts 0.80), in mail.txt;"
        " on one condition: “under 20 euros”" in lines
    )
    at = lines.index("Said of the world in your own words; others never see it:")
    assert lines[at + 1] == (
        "   · 2026-06-01: Emma – made by – Jane Austen (“Emma by Jane Austen”; confidence 0.90), in mail.txt"
    )


def test_what_was_understood_is_shown_in_chinese(door, people):
    point(door)
    lines = people.show("ana b").text("zh").splitlines()
    assert any(
        "您的原话“it”（指“teapot”）（喜欢" in line and line.endswith("；关于其“spout”：“superb”") for line in lines
    )
    assert "   · 2026-06-01：“Emma”——出自——“Jane Austen”（“Emma by Jane Austen”；可信度 0.90），见 mail.txt" in lines


def test_shown_in_chinese(door, people):
    say(door, "李雷", "我很喜欢这把茶壶。", "茶壶", "likes")
    correct(door.workspace, door.person("李雷"), door.item("t"), "dislikes", 0.5, NOW + timedelta(days=730))
    lines = people.show("李雷").text("zh").splitlines()
    assert lines == [
        "李雷：1 项兴趣，截至 2028-05-31",
        "1. Teapot：不喜欢（态度）。强度 -0.50，可信度 1.00，共 2 条依据。",
        "   以您本人的说法为准，其余依据不再影响结果。",
        # n = 1 against, .8 · ½ for: conflict = 1 − .6 / 1.4
        "   您也曾表达或表现出相反的态度（矛盾程度 0.57）。",
        "   · 2028-05-31：您的更正：不喜欢（-0.50）",
        "   · 2026-06-01：您的原话“茶壶”（喜欢，+0.90；计入 0.40），见 mail.txt",
        "您未拒绝任何用途。",
        "您的记录无限期保留。",
    ]
    people.correct("李雷", "t", wrong=True)
    assert "1. Teapot：您已表示这不是您的兴趣（态度）。" in people.show("李雷").text("zh")


def test_history_and_as_of(door, people):
    say(door, "ana", "I love this teapot.", "teapot", "likes")
    shown = people.history("ana", "Teapot")
    assert shown.text().splitlines() == [
        "Teapot (attitude)",
        "  2026-06-01 12:00: likes, weight 0.90, confidence 0.29",
        "     · 2026-06-01: in your words, “teapot” (likes, +0.90; counts 0.80), in mail.txt",
    ]
    before = people.show("ana", as_of=datetime(2026, 5, 1, 23, tzinfo=UTC))
    assert [one.evidence[0].count for one in before.known.interests] == [2]


def test_a_thing_is_named_by_id_iri_or_the_name_of_an_interest(door, people):
    workspace = door.workspace
    ana, film = door.person("ana"), workspace.namer.item("f1")
    assert names.own_thing(workspace, ana, "f1") == names.own_thing(workspace, ana, "film 1") == film
    assert names.own_thing(workspace, ana, film.value) == film
    assert names.own_thing(workspace, ana, "wd:Q1").value == t.WD + "Q1"
    with pytest.raises(UnknownError, match="no interest called 'Film 7'"):
        names.own_thing(workspace, ana, "Film 7")
    (items := workspace.folder / "more.csv").write_text("id,label\nx1,Film 1\n")
    door.add_items(items)
    door.add_events(_events(workspace, "ana,x1,like,2026-05-01T10:00:00Z"))
    with pytest.raises(UnknownError, match=r"several things.*item/f1.*item/x1"):
        names.own_thing(workspace, ana, "Film 1")


def _events(workspace, *rows):
    path = workspace.folder / "more-events.csv"
    path.write_text("person,item,kind,at\n" + "".join(row + "\n" for row in rows))
    return path


def test_who_was_merged_is_the_whole_person_for_recommendations_and_profile(door, people):
    people.merge("ana@work", "ana")
    assert door.person("ana@work") == door.person("ana")
    assert door.workspace.namer.item("f3").value not in {r.item for r in door.recommend("ana@work")}
    profile = door.query("profile", {"user": "ana@work"})
    assert len(profile.rows) == 3
    evidence = door.query("evidence", {"user": "ana", "about": "f3"})
    assert {row["sort"].value for row in evidence.rows} == {"did"}
    people.unmerge("ana@work")
    assert len(door.query("profile", {"user": "ana@work"}).rows) == 1


def test_consent_can_be_refused_before_anything_is_known(door, people):
    with pytest.raises(UnknownError):
        people.consent("dora")
    assert people.consent("dora", refuse=["extract"]).refused == (t.EXTRACTION,)
    report = door.add_events(_events(door.workspace, "dora,f1,like,2026-05-01T10:00:00Z"))
    assert report.written == 0
    assert people.consent("dora", allow=["extract"]).refused == ()
    with pytest.raises(SettingError, match="no purpose 'spy'"):
        people.consent("dora", refuse=["spy"])
    with pytest.raises(SettingError, match="contradict"):
        people.consent("dora", keep_days=3, keep_forever=True)


def test_forgetting_leaves_the_recommendations_of_who_shares_nothing_as_they_are(door, people):
    rows = [f"{name},f{n},like,2026-05-0{n + 1}T10:00:00Z" for n, name in enumerate(["eva", "eva", "fay", "fay"], 4)]
    door.add_events(_events(door.workspace, *rows))
    workspace, eva = door.workspace, door.person("eva")

    def graphs():
        names = ("ana", "bo", "eva", "fay")
        return [sorted(map(str, workspace.store.dump(workspace.graphs.user(door.person(name))))) for name in names]

    stands, found = graphs(), find(workspace.store, eva)
    people.forget("ana@work")  # who alone has bought f3
    assert graphs() == stands
    gone = workspace.namer.item("f3").value
    assert found["popular"].pop(gone) == 1
    assert find(workspace.store, eva) == found
    with pytest.raises(InputError, match="forgotten already"):
        people.forget("ana@work")
    with pytest.raises(UnknownError, match="nothing is known"):
        people.forget("nobody")
    with pytest.raises(UnknownError):
        people.show("ana@work")


def test_a_model_counts_without_who_was_forgotten_and_says_so(door, people):
    from penchant.recommend.reading import read_graph
    from penchant.recommend.training import TrainingSettings, train

    rows = [f"p{n},f{n % 4},like,2026-05-01T10:00:00Z" for n in range(8)]
    rows += [f"p{n},f{(n + 1) % 4},like,2026-05-02T10:00:00Z" for n in range(8)]
    door.add_events(_events(door.workspace, *rows))
    graph = read_graph(door.workspace.store)
    model = train(graph, TrainingSettings(dimension=4, epochs=1, patience=0))
    door._loaded.keep(model, graph)
    counted = dict(zip(model.items, model.popularity, strict=True))
    film = door.workspace.namer.item("f1").value
    report = people.forget("p1")
    assert report.model
    left = door.model()
    assert dict(zip(left.items, left.popularity, strict=True))[film] == counted[film] - 1
    assert forgotten_since(door.workspace.folder / "model") == 1
    assert door.workspace.namer.person("p1").value not in (door.workspace.folder / "model" / CONTRIBUTIONS).read_text()


@pytest.mark.slow
def test_the_whole_road_on_the_command_line(tmp_path, run):
    (tmp_path / "items.csv").write_text(ITEMS)
    (tmp_path / "events.csv").write_text(EVENTS)
    run("init")
    run("add", "items", "items.csv")
    run("add", "events", "events.csv")
    assert "you usually give 2.8" in run("person", "show", "ana")
    assert "您通常给 2.8 分" in run("person", "show", "ana", "--lang", "zh")
    shown = json.loads(run("person", "show", "ana", "--as-of", "2026-05-01", "--json"))
    assert [one["evidence"][0]["count"] for one in shown["known"]["interests"]] == [2]
    assert "Film 2 (attitude)" in run("person", "history", "ana", "f2")
    said = run("person", "correct", "ana", "Film 2", "--stance", "likes", "--intensity", "0.8")
    assert "weight 0.80, confidence 1.00" in said
    assert "no interest" not in run("person", "correct", "ana", "Film 2", "--undo")
    assert "weight 0.00" in run("person", "correct", "ana", "Film 1", "--wrong")
    assert "it is not clear" in run("person", "correct", "ana", "Film 1", status=2)
    assert "3 rows in events.csv" not in run("person", "export", "ana", "bundle.zip")
    assert (tmp_path / "bundle.zip").exists()
    assert "counts for ana now" in run("person", "merge", "ana@work", "ana")
    assert "merged already" in run("person", "merge", "ana@work", "ana", status=2)
    assert "counts for themselves" in run("person", "merge", "ana@work", "--undo")
    asked = run("person", "consent", "ana", "--refuse", "train,recommend", "--keep-days", "30")
    assert asked == "You refuse: recommendation, training.\nWhat you show is kept for 30 days.\n"
    assert "1 people" in run("person", "expire", "--defer-rewrite")
    assert "quads" in run("compact")
    assert "Forgotten" not in run("person", "forget", "bo", stdin="n\n", status=1)
    said = run("person", "forget", "bo", "--yes", "--defer-rewrite")
    assert "2 events" in said
    assert "penchant compact" in said
    assert "forgotten already" in run("person", "forget", "bo", "--yes", status=2)
    assert "no date" in run("person", "show", "ana", "--as-of", "soon", status=2)
    assert run("check") == "sound\n"


def test_texts_of_somebody_who_refuses_are_neither_read_nor_kept(tmp_path):
    api.create(tmp_path / "w", plain_ids=True).close()
    with api.open(tmp_path / "w", reading=ReadingSettings(model="rules", encoder=False)) as p:
        p.people.consent("ana", refuse=["extract"])
        report = p.add_texts([TextRecord(who, "I love gloomy harbours.", NOW, "x", 1) for who in ("ana", "bo")])
        assert report.account.texts == {"failed": 1, "read": 1}
        kept = p.workspace.ledger.connection.execute("SELECT person, text, reason FROM texts ORDER BY id").fetchall()
        assert sorted((who, words) for who, words, _ in kept) == [("ana", ""), ("bo", "I love gloomy harbours.")]
        assert any("refuses" in reason for _, _, reason in kept)
        assert p.check() == []
