"""What a case knows: what was said by then, by each source; and nobody who is asked about is learned from."""

from datetime import UTC, datetime, timedelta

import pytest

from penchant import api
from penchant.extract.rule_model import RuleModel
from penchant.kg.proposal import ItemRecord
from penchant.recommend.reading import read_graph
from penchant.road import fill, profiles
from penchant.road.cases import Case, Deed, Label, RoadSet, Speaker, Turn
from penchant.road.profiles import LABELLED, NAMED, READ
from penchant.settings import ReadingSettings

START = datetime(2020, 1, 1, tzinfo=UTC)
FROST, GOAT = "urn:film/frost", "urn:film/goat"
SAID = ["I love horror.", "Have you seen Night of Frost?", "I loved Night of Frost.", "And now?", "I hate horror."]
SPEAKER = Speaker(
    "ana",
    tuple(Turn(text, at % 2 == 0, START + timedelta(minutes=at)) for at, text in enumerate(SAID)),
    (
        Label("likes", words="horror", turn=1),
        Label("dislikes", thing=GOAT, turn=5),
        Label("likes", words="no such", turn=1),
    ),
)
ROAD = RoadSet(
    items=(ItemRecord(FROST, "Night of Frost", iri=FROST), ItemRecord(GOAT, "My Cousin the Goat", iri=GOAT)),
    facts=((FROST, "urn:genre", "urn:horror"), (GOAT, "urn:genre", "urn:comedy")),
    names={"urn:horror": ("horror",), "urn:comedy": ("comedy",)},
    kinds={"urn:horror": "genre", "urn:comedy": "genre", FROST: "film", GOAT: "film"},
    deeds=(Deed("bo", FROST, True), Deed("bo", GOAT, False)),
    speakers={"ana": SPEAKER},
    cases=(Case("ana", 1, (), (FROST,)), Case("ana", 5, (FROST,), (GOAT,))),
    teachers={"bo": Speaker("bo", (Turn("I like horror.", True, START),))},
)


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    place = tmp_path_factory.mktemp("road")
    api.create(place / "w", plain_ids=True).close()
    with api.open(place / "w", reading=ReadingSettings(encoder=False)) as opened:
        fill.fill(opened, ROAD, place / "files")
        opened.read_with(RuleModel())
        fill.listen(opened, ROAD)
        yield opened


@pytest.fixture(scope="module")
def ana(door):
    return profiles.known(door, ROAD, "ana")


def profile(door, known, at, *sources):
    return profiles.profile(door.workspace, ROAD.cases[at], known, sources)


def test_a_case_sees_only_what_was_said_by_then(door, ana):
    first, last = profile(door, ana, 0, READ), profile(door, ana, 1, READ)
    assert first["urn:horror"] > 0
    assert FROST not in first
    assert last[FROST] > 0
    assert last["urn:horror"] < first["urn:horror"]


def test_each_source_tells_its_own(door, ana):
    assert profile(door, ana, 0, NAMED) == {}
    assert list(profile(door, ana, 1, NAMED)) == [FROST]
    assert profile(door, ana, 1) == {}
    assert profile(door, ana, 1, LABELLED)[GOAT] < 0
    assert set(profile(door, ana, 1, NAMED, READ, LABELLED)) == {FROST, GOAT, "urn:horror"}


def test_labels_in_words_are_linked_and_known_from_their_turn(door, ana):
    assert profile(door, ana, 0, LABELLED) == pytest.approx(
        {"urn:horror": profile(door, ana, 0, LABELLED)["urn:horror"]}
    )
    assert {piece.about.value for piece in ana.labelled} == {"urn:horror", GOAT}


def test_ideal_linking_changes_what_words_mean_and_nothing_else(door, ana):
    better = profiles.relinked(ana, {"horror": "urn:comedy"})
    assert profile(door, better, 0, READ) == {"urn:comedy": profile(door, ana, 0, READ)["urn:horror"]}
    assert profiles.relinked(ana, {}) == ana


def test_nobody_who_is_asked_about_is_learned_from(door):
    graph = read_graph(door.workspace.store)
    assert graph.persons == (door.workspace.namer.person("bo").value,)
    # Bo's words are learned from as well as what Bo did.
    assert "urn:horror" in {graph.things[thing] for thing in graph.edge_thing}
