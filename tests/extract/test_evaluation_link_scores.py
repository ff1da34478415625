"""Figures of linking, counted by hand; and the plain way to find mentions."""

from __future__ import annotations

from penchant.extract.evaluation import link_scores
from penchant.extract.evaluation.link_cases import Case, Link, Turn
from penchant.extract.evaluation.link_names import iri_of
from penchant.extract.evaluation.tally import Table
from penchant.extract.linking import LinkDecision
from penchant.kg.proposal import LinkCandidate
from tests.extract.miniature_sets import near


def decision(*iris: str, link: str | None, confidence: float = 0.9) -> LinkDecision:
    return LinkDecision(tuple(LinkCandidate(iri, iri, 0.5) for iri in iris), link, confidence)


def case(gold: str, **groups: str) -> Case:
    return Case("c", "x", 0, 1, gold, (), groups)


def test_figures_of_given_mentions():
    counts = [
        link_scores.given(case("a", form="small"), decision("a", "b", link="a"), "alone"),
        link_scores.given(case("b"), decision("a", "b", link="a", confidence=0.6), "own kind"),
        link_scores.given(case("c"), decision("d", link=None), "alone"),
        link_scores.given(case("d"), decision("a", link=None), None),
        link_scores.given(case("d"), decision("a", link="a"), None),
    ]
    sums = Table.of(("c", each) for each in counts).sums()
    found = {name: float(values[0]) for name, values in link_scores.of_given(sums).items()}
    assert found == {
        "mentions": 5,
        "accuracy": near(2 / 5),
        "accuracy_known": near(1 / 3),
        "accuracy_alone": near(1 / 2),
        "precision": near(1 / 3),
        "recall": near(1 / 3),
        "f1": near(1 / 3),
        "nil_mentions": 2,
        "nil_precision": near(1 / 2),
        "nil_recall": near(1 / 2),
        "nil_f1": near(1 / 2),
        "recall_at_1": near(1 / 3),
        "recall_at_5": near(2 / 3),
        "recall_at_10": near(2 / 3),
        "ece": near((4 * abs(0.9 - 2 / 4) + 0.6) / 5),
    }
    assert link_scores.by_group(sums)["name"]["alone"] == {"mentions": 2, "accuracy": 0.5}
    assert link_scores.by_group(sums)["form"] == {"small": {"mentions": 1, "accuracy": 1.0}}


def test_figures_of_places():
    gold = [Link(0, 5, "a"), Link(10, 15, "b"), Link(20, 25, None)]
    said = [Link(0, 5, "a"), Link(11, 15, "b"), Link(11, 13, "b"), Link(21, 22, "c"), Link(30, 31, "a")]
    sums = Table.of([("c", link_scores.spans("own", gold, said))]).sums()
    found = {name: float(values[0]) for name, values in link_scores.of_spans("own", sums, places=True).items()}
    assert found["own_mentions"] == 3
    assert (found["own_strict_precision"], found["own_strict_recall"]) == (near(1 / 5), near(1 / 2))
    assert (found["own_overlap_precision"], found["own_overlap_recall"]) == (near(2 / 5), near(1))
    assert found["own_overlap_f1"] == near(4 / 7)
    assert (found["own_found_precision"], found["own_found_recall"]) == (near(3 / 5), near(1))


def test_one_thing_said_is_one_hit():
    counts = link_scores.spans("own", [Link(0, 9, "a"), Link(2, 3, "a")], [Link(1, 4, "a")])
    assert (counts["own/overlap"], counts["own/strict"], counts["own/places/hits"]) == (1, 0, 1)
    assert link_scores.spans("own", [Link(0, 9, "a")], [Link(0, 9, "b")])["own/overlap"] == 0


def test_where_nobody_said_what_is_meant_places_alone_count():
    counts = link_scores.spans("own", [Link(0, 5, None)], [Link(0, 5, "a")], linked=False)
    assert counts == {"own/places": 1, "own/places/said": 1, "own/places/hits": 1}


def test_the_plain_finder_takes_what_is_linked_elsewhere(tmp_path, monkeypatch):
    from penchant.extract.evaluation import link_plain
    from penchant.extract.evaluation.link_index import INDEX, Names
    from penchant.extract.evaluation.link_names import of_page
    from penchant.extract.evaluation.link_plain import PlainFinder
    from penchant.extract.evaluation.link_tables import Inventories
    from penchant.extract.linking import Linker
    from penchant.kg.label_index import LabelIndex

    Names(Inventories(things=[of_page(page) for page in ("Harbour", "Harbour_tea", "Name", "Tea")])).build(tmp_path)
    index = LabelIndex.open(tmp_path / INDEX)
    train = [
        Turn("t", "some harbour tea", (), (Link(5, 16, iri_of("Harbour_tea")),), ()),
        Turn("t", "a harbour", (), (Link(2, 9, iri_of("Harbour")),), ()),
        Turn("t", "my name", (), (), ()),
        Turn("t", "the name", (), (), ()),
    ]
    monkeypatch.setattr(link_plain, "LEAST", 0.3)
    find = PlainFinder(index, Linker(index), train)
    turn = Turn("c", "Is harbour tea the name of a harbour?", (), (), ())
    assert find(turn) == [Link(3, 14, iri_of("Harbour_tea")), Link(29, 36, iri_of("Harbour"))]
    assert find(Turn("c", "No word of it", (), (), ())) == []
