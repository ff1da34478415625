from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from penchant.errors import SettingError, SourceError
from penchant.extract.events import KINDS, kinds_of, read_events, scales_of
from penchant.kg.proposal import BadLine, EventRecord
from penchant.ontology.behaviour import read_vocabulary
from penchant.ontology.files import ontology_path, read_triples
from penchant.ontology.modules import shipped_files
from penchant.ontology.terms import PEN

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
ISO = "2026-01-31T12:00:00Z"


def read(path: Path, content, **more) -> list[EventRecord | BadLine]:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return list(read_events(path, **more))


def test_a_table(tmp_path: Path):
    found = read(tmp_path / "e.csv", f"person,item,kind,at,value,id\nana,film 1,Like,{ISO},,e1\nbo,2,rated,{ISO},4,\n")
    assert found == [
        EventRecord("ana", "film 1", "Like", AT, None, "e.csv", 2, "e1"),
        EventRecord("bo", "2", "Rate", AT, 4.0, "e.csv", 3, None),
    ]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("purchase", "Buy"),
        ("bought", "Buy"),
        ("like", "Like"),
        ("LIKED", "Like"),
        ("star", "Like"),
        ("play", "Watch"),
        ("page view", "View"),
        ("add-to-cart", "Save"),
        ("LikeAction", "Like"),
        ("https://schema.org/WatchAction", "Watch"),
        ("https://www.w3.org/ns/activitystreams#Announce", "Share"),
        ("as:Ignore", "Skip"),
        ("Listen", "Listen"),
    ],
)
def test_words_for_kinds(tmp_path: Path, word: str, kind: str):
    [found] = read(tmp_path / "e.jsonl", {"user": "ana", "item": "1", "action": word, "time": ISO})
    assert found.kind == kind


EDITED = """
pen:Gaze a owl:NamedIndividual , pen:BehaviourKind ; pen:stance pen:InterestedStance ; pen:intensity 0.5 ;
    pen:reliability 0.4 ; pen:halfLifeDays 90.0 ; rdfs:label "long look"@en , "凝视"@zh .
pen:Score a owl:NamedIndividual , pen:BehaviourKind ; pen:stance pen:LikesStance ; pen:intensity 1.0 ;
    pen:reliability 0.9 ; pen:halfLifeDays 90.0 ; pen:worstRating 0.0 ; pen:bestRating 10.0 ; rdfs:label "mark"@en .
"""


@pytest.fixture
def vocabulary(tmp_path: Path):
    path = tmp_path / "edited.ttl"
    path.write_text(ontology_path().read_text(encoding="utf-8") + EDITED, encoding="utf-8")
    return read_vocabulary(path, {NamedNode("https://old.example/#Stare"): NamedNode(PEN + "Gaze")})


@pytest.mark.parametrize("word", ["Gaze", "gaze", "long look", "凝视", "https://old.example/#Stare", "stare"])
def test_a_kind_of_an_edited_ontology_goes_by_its_names_and_former_names(tmp_path: Path, vocabulary, word):
    [found] = read(tmp_path / "e.csv", f"person,item,kind,at\nana,1,{word},{ISO}\n", kinds=kinds_of(vocabulary))
    assert found.kind == "Gaze"


def test_kinds_of_modules_are_not_taken_for_the_usual_ones(tmp_path: Path):
    triples = [t for path in shipped_files().values() for t in read_triples(path)]
    vocabulary = read_vocabulary(triples)
    words = {name: kind.name for kind in vocabulary.all_kinds() for name in (kind.name, kind.label_en, kind.label_zh)}
    assert {"AddToCart", "add to cart", "Hide"} < words.keys()
    rows = [{"user": "ana", "item": "1", "action": w, "time": ISO, "value": 3} for w in words]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    found = read(tmp_path / "e.jsonl", lines, kinds=kinds_of(vocabulary), scales=scales_of(vocabulary))
    assert {w: e.kind for w, e in zip(words, found, strict=True)} == words


def test_a_rating_goes_to_the_scale_of_its_kind(tmp_path: Path, vocabulary):
    own = {"kinds": kinds_of(vocabulary), "scales": scales_of(vocabulary)}
    assert own["scales"] == {"Rate": (1.0, 5.0), "Score": (0.0, 10.0)}
    lines = f"person,item,kind,at,value\nana,1,Score,{ISO},4\nana,1,Rate,{ISO},4\n"
    assert [e.value for e in read(tmp_path / "e.csv", lines, **own)] == [4.0, 4.0]
    assert [e.value for e in read(tmp_path / "e.csv", lines, scale=(0.0, 5.0), **own)] == [8.0, 4.2]


def test_every_kind_of_the_ontology_can_be_named():
    assert {kind.name for kind in read_vocabulary().all_kinds()} == set(KINDS.values())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"person": "ana", "item": "1", "kind": "sneeze", "at": ISO}, "unknown kind 'sneeze'"),
        ({"person": "ana", "item": "1", "at": ISO}, "no kind"),
        ({"person": "", "item": "1", "kind": "like", "at": ISO}, "no person"),
        ({"item": "1", "kind": "like", "at": ISO}, "no person"),
        ({"person": "ana", "kind": "like", "at": ISO}, "no item"),
        ({"person": "ana", "item": [], "kind": "like", "at": ISO}, "no item"),
        ({"person": "ana", "item": {"size": 1}, "kind": "like", "at": ISO}, "no item"),
        ({"person": "ana", "item": "1", "kind": "like"}, "no time"),
        ({"person": "ana", "item": "1", "kind": "rate", "at": ISO}, "no value for a rating"),
        ({"person": "ana", "item": "1", "kind": "rate", "at": ISO, "value": 9}, "off the scale"),
        ({"person": "ana", "item": "1", "kind": "rate", "at": ISO, "value": "NaN"}, "is no number"),
        ({"person": "ana", "item": "1", "kind": "rate", "at": ISO, "value": True}, "is no number"),
        ("like", "not an object"),
    ],
)
def test_what_is_no_event(tmp_path: Path, row, reason: str):
    bad, good = read(
        tmp_path / "e.jsonl",
        json.dumps(row) + "\n" + json.dumps({"person": "ana", "item": "1", "kind": "view", "at": ISO}),
    )
    assert isinstance(bad, BadLine)
    assert reason in bad.reason
    assert isinstance(good, EventRecord)


def test_an_unknown_kind_lists_the_known_ones(tmp_path: Path):
    [bad] = read(
        tmp_path / "e.jsonl",
        {"person": "a", "item": "1", "kind": "x", "at": ISO},
        kinds={"hum": "Listen", "buy": "Buy"},
    )
    assert "expected Buy, Listen, or a usual word for one" in bad.reason


@pytest.mark.parametrize(
    ("value", "scale", "rating"),
    [(1, (1, 5), 1), (0.5, (0.5, 5), 1), (5, (0.5, 5), 5), ("50", (0, 100), 3), (1, (6, 1), 5), (-1, (-1, 1), 1)],
)
def test_ratings_are_brought_to_one_scale(tmp_path: Path, value, scale, rating):
    row = {"userId": 1, "movieId": 2, "rating": value, "timestamp": 1769860800}
    [found] = read(tmp_path / "e.jsonl", row, scale=scale)
    assert (found.person, found.item, found.kind, found.value, found.at) == ("1", "2", "Rate", rating, AT)


def test_a_scale_needs_length(tmp_path: Path):
    with pytest.raises(SettingError, match="worst"):
        read(tmp_path / "e.csv", "person,item\n", scale=(3, 3))


def test_a_table_needs_its_columns(tmp_path: Path):
    with pytest.raises(SourceError, match="no column for item"):
        read(tmp_path / "e.csv", "person,when\n")


def test_activity_streams(tmp_path: Path):
    like = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://a.example/1",
        "type": "Like",
        "actor": "https://a.example/ana",
        "object": {"type": "Video", "id": "https://a.example/film"},
        "published": ISO,
    }
    many = {
        "type": ["x:Odd", "Add"],
        "actor": {"id": "bo"},
        "object": ["i1", {"id": "i2"}],
        "published": ISO,
        "id": "2",
    }
    found = read(tmp_path / "e.json", {"type": "OrderedCollection", "orderedItems": [like, many, {"type": "Undo"}]})
    assert [(e.person, e.item, e.kind, e.id) for e in found[:3]] == [
        ("https://a.example/ana", "https://a.example/film", "Like", "https://a.example/1"),
        ("bo", "i1", "Save", "2#1"),
        ("bo", "i2", "Save", "2#2"),
    ]
    assert isinstance(found[3], BadLine)
    assert "nothing that is taken back" in found[3].reason
    assert read(tmp_path / "f.jsonl", like)[0].item == "https://a.example/film"


def test_schema_org_actions(tmp_path: Path):
    watch = {"@type": "WatchAction", "agent": {"@id": "ana"}, "object": {"@id": "f1"}, "startTime": ISO}
    review = {
        "@type": "ReviewAction",
        "agent": {"name": "ana"},
        "object": {"url": "f2"},
        "endTime": ISO,
        "resultReview": {"reviewRating": {"ratingValue": "8", "bestRating": 10, "worstRating": 0}},
    }
    found = read(tmp_path / "e.json", [watch, review])
    assert [(e.person, e.item, e.kind, e.value) for e in found] == [
        ("ana", "f1", "Watch", None),
        ("ana", "f2", "Rate", 4.2),
    ]


def test_defaults_stand_in_only_where_something_is_missing(tmp_path: Path):
    found = read(tmp_path / "e.csv", "user,item,kind\nana,1,\nana,2,view\nana,3,odd\n", default_kind="Seen", at=AT)
    assert [getattr(e, "kind", "bad") for e in found] == ["Seen", "View", "bad"]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("unlike", "Like"),
        ("Unfollowed", "Save"),
        ("remove-from-cart", "Save"),
        ("refund", "Buy"),
        ("https://schema.org/ReturnAction", "Buy"),
        ("https://www.w3.org/ns/activitystreams#Remove", "Save"),
        ("remove rating", "Rate"),
        ("unhide", "Skip"),
    ],
)
def test_words_for_taking_back(tmp_path: Path, word: str, kind: str):
    [found] = read(tmp_path / "e.csv", f"person,item,action,at,id\nana,1,{word},{ISO},e9\n")
    # The row's id names the taking back, so what is taken back has to be known by person, item, kind and time.
    assert found == EventRecord("ana", "1", kind, AT, None, "e.csv", 2, None, retracted=True)


def test_what_an_ontology_calls_a_kind_is_no_taking_back(tmp_path: Path):
    words = kinds_of(read_vocabulary([t for path in shipped_files().values() for t in read_triples(path)]))
    lines = "".join(f"ana,1,{word},{ISO}\n" for word in ("return", "refunded", "remove_from_cart", "unlike"))
    found = read(tmp_path / "e.csv", "person,item,action,at\n" + lines, kinds=words)
    assert [(e.kind, e.retracted) for e in found] == [
        ("Return", False),
        ("Return", False),
        ("AddToCart", True),
        ("Like", True),
    ]


def test_a_column_says_what_was_taken_back(tmp_path: Path):
    rows = f"ana,1,like,{ISO},,e1,no\nana,1,like,{ISO},,e1,true\nana,,,,,e2,1\n"
    rows += f"ana,1,,{ISO},4,e3,yes\nana,1,rate,{ISO},,,yes\n"
    rows += f"ana,1,,{ISO},,,yes\nana,,like,{ISO},,,yes\nana,1,like,{ISO},,e1,maybe\nana,1,like,,,,yes\n"
    found = read(tmp_path / "e.csv", "person,item,kind,at,value,id,Deleted\n" + rows)
    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    assert found[:5] == [
        EventRecord("ana", "1", "Like", AT, None, "e.csv", 2, "e1"),
        EventRecord("ana", "1", "Like", AT, None, "e.csv", 3, "e1", retracted=True),
        EventRecord("ana", "", "", long_ago, None, "e.csv", 4, "e2", retracted=True),
        EventRecord("ana", "1", "Rate", AT, None, "e.csv", 5, "e3", retracted=True),
        EventRecord("ana", "1", "Rate", AT, None, "e.csv", 6, None, retracted=True),
    ]
    reasons = [bad.reason for bad in found[5:]]
    assert [r.split(";")[0].split(",")[0] for r in reasons] == [
        "no kind",
        "no item",
        "retracted 'maybe' is neither yes nor no",
        "no time",
    ]


def test_activity_streams_undo_and_delete(tmp_path: Path):
    like = {"type": "Like", "actor": "ana", "object": ["f1", {"id": "f2"}]}
    rows = [
        {"id": "u1", "type": "Undo", "actor": "ana", "object": {**like, "id": "a1"}, "published": ISO},
        {"type": "Undo", "actor": "ana", "object": like, "published": ISO},
        {"type": "Undo", "object": like, "published": ISO},
        {"type": "as:Delete", "actor": "ana", "object": "a1"},
        {"type": "Delete", "actor": "ana", "object": {"type": "Tombstone", "formerType": "Like", "id": "a2"}},
        {"type": "Undo", "actor": "ana", "object": {"type": "Undo", "actor": "ana", "object": {**like}}},
        {"type": "Undo", "actor": "ana", "object": {"type": "unlike", "object": "f1"}, "published": ISO},
        {"type": "Undo", "actor": "ana", "object": like},
        {"type": "Undo", "object": "a1"},
    ]
    found = read(tmp_path / "e.json", rows)
    events = [e for e in found if isinstance(e, EventRecord)]
    assert all(e.retracted and e.person == "ana" for e in events)
    assert [(e.item, e.kind, e.id, e.at.year) for e in events] == [
        ("", "", "a1", 2026),
        ("f1", "Like", None, 2026),
        ("f2", "Like", None, 2026),
        ("f1", "Like", None, 2026),
        ("f2", "Like", None, 2026),
        ("", "", "a1", 1970),
        ("", "", "a2", 1970),
    ]
    reasons = [e.reason for e in found if isinstance(e, BadLine)]
    assert [r.split(",")[0].split(";")[0] for r in reasons] == [
        "it takes back that something was taken back",
        "it takes back that something was taken back",
        "no time",
        "no person",
    ]
