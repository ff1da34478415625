"""The whole road on a tiny set, through real workspace, gate, ledger, fusion, graph and members; and its measures."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from penchant.cli.app import app
from penchant.errors import SettingError
from penchant.evaluating_road import evaluate_road
from penchant.recommend.interest_graph import build
from penchant.road import report
from penchant.road.cases import Case
from penchant.road.evaluation import store_weights, stored_weights
from penchant.road.losses import losses
from penchant.road.ranks import Answer, answers, recall
from penchant.road.recommenders import conditioned
from penchant.road.table import ROWS
from tests.front import tiny_redial


class Fixed:
    """A member that gives everybody the same scores."""

    name = "fixed"

    def __init__(self, *scores):
        self.values = np.array(scores, dtype=np.float32)

    def scores(self, people):
        return np.tile(self.values, (people.shape[0], 1))


def ranked(case, *scores):
    import scipy.sparse as sp

    number = {"a": 0, "b": 1, "c": 2, "d": 3}
    return answers([case], sp.csr_matrix((1, 4), dtype=np.float32), {"fixed": Fixed(*scores)}, {"fixed": 1.0}, number)


def test_items_named_before_stand_in_nobodys_way_by_the_protocol_of_new_items():
    (one,) = ranked(Case("p", 1, ("a", "b"), ("c",)), 4, 3, 2, 1)
    assert (one.new, one.place, one.place_of_all) == (True, 0.0, 2.0)


def test_an_item_named_before_counts_only_with_repeats():
    (one,) = ranked(Case("p", 1, ("a",), ("a",)), 4, 3, 2, 1)
    assert not one.new
    assert recall([one], 1) == 0.0
    assert recall([one], 1, new=False) == 1.0


def test_ties_count_half():
    (one,) = ranked(Case("p", 1, (), ("b",)), 1, 1, 1, 0)
    assert one.place == 1.0


def test_what_is_not_in_the_catalogue_is_never_found():
    (one,) = ranked(Case("p", 1, (), ("z",)), 4, 3, 2, 1)
    assert recall([one], 50) == 0.0


def row(*places, person="p"):
    return [Answer(at, person, "i", True, float(place), float(place)) for at, place in enumerate(places)]


def test_figures_are_those_worked_out_by_hand():
    drawn = report.drawn(row(0, 9, 10, 60), ["p"], 0, 0)
    assert report.shown(drawn) == {
        "recall@1": 0.25,
        "recall@10": 0.5,
        "recall@50": 0.75,
        "ndcg@10": round((1 + 1 / np.log2(11)) / 4, 4),
        "recall@1_repeats": 0.25,
        "recall@10_repeats": 0.5,
        "recall@50_repeats": 0.75,
        "ndcg@10_repeats": round((1 + 1 / np.log2(11)) / 4, 4),
    }


def people(rows):
    return [answer for n, places in enumerate(rows) for answer in row(*places, person=f"p{n}")]


def test_the_share_kept_is_told_only_where_the_labels_gain_something():
    names = [f"p{n}" for n in range(40)]
    silent = report.drawn(people([[20, 20, 20, 5]] * 40), names, 200, 1)
    labelled = report.drawn(people([[5, 5, 20, 5]] * 40), names, 200, 1)
    read = report.drawn(people([[5, 20, 20, 5]] * 40), names, 200, 1)
    told = report.kept(read, labelled, silent)
    assert told["share"] == 0.5
    assert "share" not in report.kept(read, silent, silent)


def test_each_loss_is_put_down_to_one_part():
    read = [Answer(n, "p", "i", True, place, place) for n, place in enumerate([0.0, 20.0, 20.0, 20.0, 20.0])]
    saved_by_links = [Answer(1, "p", "i", True, 0.0, 0.0)]
    saved_by_labels = [Answer(n, "p", "i", True, 0.0, 0.0) for n in (1, 2)]
    told = losses(read, saved_by_labels, saved_by_links, {(3, "i"): True, (4, "i"): False})
    assert told == {"found": 0.2, "extraction": 0.2, "linking": 0.2, "candidates": 0.2, "ranking": 0.2}


def test_shuffling_keeps_every_count_but_not_what_is_said():
    facts = [(f"i{n}", "genre", f"g{n % 5}") for n in range(60)]
    graph = build([f"i{n}" for n in range(60)], {}, facts)
    shuffled = conditioned(graph, "shuffled", seed=3)
    assert sorted(shuffled.triples[:, 2]) == sorted(graph.triples[:, 2])
    assert sorted(shuffled.triples[:, 0]) == sorted(graph.triples[:, 0])
    assert shuffled.triples.tolist() != graph.triples.tolist()
    assert len(conditioned(graph, "none").triples) == 0


@pytest.fixture(scope="module")
def measured(tmp_path_factory, models):
    """Weights chosen on the development cases of the tiny set, then its test cases measured, kept to be run again."""
    place = tmp_path_factory.mktemp("road")
    folder = tiny_redial.write(place / "data")
    weights = place / "weights.json"
    evaluate_road(folder, "redial", split="dev", model="rules", choose=True, rounds=20, weights=weights)
    first = evaluate_road(folder, "redial", model="rules", work=place / "work", rounds=20, weights=weights)
    return folder, place, first


@pytest.mark.slow
@pytest.mark.model
def test_words_and_world_together_find_what_words_alone_cannot(measured):
    _, _, told = measured
    assert told.rows["extracted + world"]["recall@1"] > told.rows["popularity"]["recall@1"]
    assert set(told.rows) == set(ROWS)
    assert told.cases == 8
    assert told.people == 4


@pytest.mark.slow
@pytest.mark.model
def test_cases_are_told_apart_by_what_was_named_and_what_was_read(measured):
    _, _, told = measured
    assert told.by["nothing named"]["no text"]["items"] == 4
    assert told.by["1 or 2 named"]["no text"]["items"] == 8
    assert "3 or more named" not in told.by
    assert sum(told.by[group]["no text"]["items"] for group in told.by if group.endswith("read")) == 12
    assert "a concept read" in told.by


def test_groups_count_new_items_of_their_cases_alone():
    found = {"row": row(0, 20, 60), "other": row(60, 60, 60)}
    told = report.by_group(found, {"first": frozenset({0}), "rest": frozenset({1, 2}), "none": frozenset({9})})
    assert told["first"]["row"] == {"items": 1, "recall@10": 1.0, "recall@50": 1.0}
    assert told["rest"]["row"] == {"items": 2, "recall@10": 0.0, "recall@50": 0.5}
    assert "none" not in told


@pytest.mark.slow
@pytest.mark.model
def test_the_same_run_again_reads_nothing_and_says_the_same(measured):
    folder, place, first = measured
    replies = (place / "work" / "replies.jsonl").read_bytes()
    again = evaluate_road(
        folder, "redial", model="rules", work=place / "work", rounds=20, weights=place / "weights.json"
    )
    assert (again.rows, again.kept, again.losses) == (first.rows, first.kept, first.losses)
    assert (place / "work" / "replies.jsonl").read_bytes() == replies


@pytest.mark.slow
@pytest.mark.model
def test_the_command_gives_json(measured):
    folder, place, first = measured
    answer = CliRunner().invoke(
        app,
        f"evaluate road {folder} --format redial --model rules --work {place / 'work'} --bootstrap 20 --json "
        f"--weights {place / 'weights.json'}".split(),
    )
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["rows"] == json.loads(json.dumps(first.rows))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"format": "netflix"}, "no format"),
        ({"split": "train"}, "no split"),
        ({"choose": True}, "not chosen on 'test'"),
    ],
)
def test_wishes_that_make_no_sense_are_said(tmp_path, wrong, words):
    with pytest.raises(SettingError, match=words):
        evaluate_road(tmp_path, **{"format": "redial", **wrong})


def test_weights_that_were_never_chosen_are_said(tmp_path):
    with pytest.raises(SettingError, match="no weights were chosen for 'laps'"):
        stored_weights("laps", tmp_path / "none.json")


def test_weights_of_one_set_leave_those_of_another_alone(tmp_path):
    file = tmp_path / "weights.json"
    for format in ("redial", "laps"):
        store_weights(format, {row: {"popular": float(len(format))} for row in ROWS}, file)
    assert stored_weights("redial", file)["no text"] == {"popular": 6.0}
