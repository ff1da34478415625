"""Stances and behaviour kinds: their numbers come from the ontology, and a lack is named."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from penchant.errors import OntologyError, UnknownError
from penchant.ontology import terms as t
from penchant.ontology.behaviour import read_vocabulary
from penchant.ontology.files import ontology_path, read_triples

DECIMAL = NamedNode(t.XSD + "decimal")
KINDS = {
    *("View", "Click", "Read", "Watch", "Listen", "Save", "Share"),
    *("Like", "Dislike", "Rate", "Buy", "Own", "Seen", "Skip"),
}


@pytest.fixture
def triples() -> list[Triple]:
    return read_triples(ontology_path())


def without(triples, subject, predicate):
    return [x for x in triples if (x.subject, x.predicate) != (subject, predicate)]


def changed(triples, name, predicate, *values):
    subject = NamedNode(t.PEN + name)
    return [*without(triples, subject, predicate), *(Triple(subject, predicate, v) for v in values)]


def test_the_five_stances():
    table = {s.name: (s.word, s.facet, s.polarity, s.shortcut) for s in read_vocabulary().all_stances()}
    assert table == {
        "LikesStance": ("likes", t.ATTITUDE, 1, t.LIKES),
        "DislikesStance": ("dislikes", t.ATTITUDE, -1, t.DISLIKES),
        "NeutralStance": ("neutral", t.ATTITUDE, 0, None),
        "InterestedStance": ("interested", t.ATTENTION, 1, t.INTERESTED_IN),
        "WantsStance": ("wants", t.INTENT, 1, t.WANTS),
    }


def test_words_are_those_the_model_may_write():
    assert {s.word: s.iri for s in read_vocabulary().shipped_stances()} == t.STANCE_WORDS


def test_kinds_are_complete_and_within_bounds():
    vocabulary = read_vocabulary()
    assert {k.name for k in vocabulary.all_kinds()} == KINDS
    for kind in vocabulary.all_kinds():
        assert 0 <= kind.intensity <= 1
        assert 0 < kind.reliability < 1
        assert kind.half_life_days > 0
        assert vocabulary.facet(kind) in {t.ATTITUDE, t.ATTENTION, t.INTENT}


def test_the_more_it_costs_the_more_it_tells():
    r = {k.name: k.reliability for k in read_vocabulary().all_kinds()}
    assert r["View"] < r["Click"] < r["Watch"] < r["Save"] < r["Buy"] < r["Like"] < r["Rate"]


def test_what_makes_an_item_known():
    known = {k.name for k in read_vocabulary().all_kinds() if k.marks_known}
    assert known == KINDS - {"View", "Click", "Save", "Share", "Skip"}


def test_reached_by_iri_name_and_word():
    vocabulary = read_vocabulary()
    assert vocabulary.kind("View") is vocabulary.kind(NamedNode(t.PEN + "View"))
    assert vocabulary.stance("likes") is vocabulary.stance("LikesStance") is vocabulary.stance(t.LIKES_STANCE)
    assert vocabulary.kinds[t.PEN + "View"].label_en == "view"
    assert vocabulary.kind("View").label_zh == "浏览"


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(UnknownError, match=r"no behaviour kind 'Gaze'; expected one of .*View"):
        read_vocabulary().kind("Gaze")
    with pytest.raises(UnknownError, match=r"no stance 'View'"):
        read_vocabulary().stance("View")


def test_a_rating_is_put_on_its_scale():
    vocabulary = read_vocabulary()
    rate = vocabulary.kind("Rate")
    assert [vocabulary.signed_intensity(rate, v) for v in (1, 2, 3, 4, 5)] == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert [vocabulary.signed_intensity(rate, v) for v in (-3, 9, None)] == [-1.0, 1.0, 0.0]


def test_the_stance_gives_the_sign():
    vocabulary = read_vocabulary()
    assert vocabulary.signed_intensity(vocabulary.kind("Dislike")) == -0.9
    assert vocabulary.signed_intensity(vocabulary.kind("View"), 4.0) == 0.2


def test_quads_of_a_store_read_the_same(triples):
    graph = NamedNode("https://example.org/ontology")
    assert read_vocabulary(Quad(*x, graph) for x in reversed(triples)) == read_vocabulary()
    assert read_vocabulary(str(ontology_path())) == read_vocabulary(ontology_path()) == read_vocabulary(iter(triples))


def test_an_edited_number_counts(triples):
    edited = changed(triples, "View", t.HALF_LIFE_DAYS, Literal("3.5", datatype=DECIMAL))
    assert read_vocabulary(edited).kind("View").half_life_days == 3.5
    assert read_vocabulary().kind("View").half_life_days == 30


def test_a_new_kind_takes_part_with_nothing_but_triples(triples):
    new = parse(
        f"""@prefix pen: <{t.PEN}> . <https://shop.example/kinds/Return> a pen:BehaviourKind ;
        pen:stance pen:DislikesStance ; pen:intensity 0.4 ; pen:reliability 0.5 ; pen:halfLifeDays 90 .""",
        RdfFormat.TURTLE,
    )
    vocabulary = read_vocabulary([*triples, *(q.triple for q in new)])
    kind = vocabulary.kind("Return")
    assert (kind.half_life_days, kind.best_rating, kind.marks_known) == (90, None, False)
    assert (kind.label_en, kind.label_zh) == ("Return", "Return")
    assert vocabulary.signed_intensity(kind) == -0.4


@pytest.mark.parametrize("name", ["intensity", "reliability", "halfLifeDays", "stance"])
def test_a_kind_that_lacks_something_is_named(triples, name):
    broken = without(triples, NamedNode(t.PEN + "Watch"), NamedNode(t.PEN + name))
    with pytest.raises(OntologyError, match=f"Watch has nothing for {name}") as caught:
        read_vocabulary(broken)
    assert t.PEN + "Watch" in caught.value.remedy


@pytest.mark.parametrize("name", ["facet", "polarity", "halfLifeDays", "word"])
def test_a_stance_that_lacks_something_is_named(triples, name):
    broken = without(triples, t.LIKES_STANCE, NamedNode(t.PEN + name))
    with pytest.raises(OntologyError, match=f"LikesStance has nothing for {name}"):
        read_vocabulary(broken)


@pytest.mark.parametrize(
    ("name", "predicate", "value", "complaint"),
    [
        ("View", t.INTENSITY, Literal("1.1", datatype=DECIMAL), "a number, 0 to 1"),
        ("View", t.INTENSITY, Literal("-0.1", datatype=DECIMAL), "a number, 0 to 1"),
        ("View", t.RELIABILITY, Literal("1.0", datatype=DECIMAL), "ends left out"),
        ("View", t.RELIABILITY, Literal("0.0", datatype=DECIMAL), "ends left out"),
        ("View", t.HALF_LIFE_DAYS, Literal("0", datatype=DECIMAL), "0 to any"),
        ("View", t.HALF_LIFE_DAYS, Literal("INF", datatype=NamedNode(t.XSD + "double")), "0 to any"),
        ("View", t.HALF_LIFE_DAYS, Literal("a month"), "a number"),
        ("View", t.HALF_LIFE_DAYS, Literal("many", datatype=DECIMAL), "a number"),
        ("View", t.HALF_LIFE_DAYS, t.LIKES, "a number"),
        ("View", t.HAS_STANCE, t.LIKES, "a stance of the ontology"),
        ("View", t.HAS_STANCE, Literal("likes"), "an IRI"),
        ("View", t.MARKS_KNOWN, Literal("maybe"), "true or false"),
        ("View", t.BEST_RATING, Literal("5", datatype=DECIMAL), "or neither"),
        ("Rate", t.WORST_RATING, Literal("5", datatype=DECIMAL), "more than the worst"),
        ("Rate", t.WORST_RATING, Literal("NaN", datatype=NamedNode(t.XSD + "double")), "a number"),
        ("LikesStance", t.POLARITY, Literal("0.5", datatype=DECIMAL), "-1, 0 or 1"),
        ("LikesStance", t.STANCE_WORD, Literal(" "), "a text"),
        ("LikesStance", t.STANCE_WORD, Literal("dislikes"), "names and words of their own"),
    ],
)
def test_a_wrong_value_is_named(triples, name, predicate, value, complaint):
    with pytest.raises(OntologyError, match=complaint):
        read_vocabulary(changed(triples, name, predicate, value))


NOSTALGIC = f"""@prefix pen: <{t.PEN}> . @prefix skos: <{t.SKOS}> . @prefix shop: <https://shop.example/#> .
shop:Nostalgic a pen:Stance ; pen:refines pen:LikesStance ; pen:word "nostalgic" ;
    skos:example "I grew up on it."@en , "小时候常看。"@zh """


def refined(triples, more=""):
    text = f"{NOSTALGIC} {more} ."
    return read_vocabulary([*triples, *(q.triple for q in parse(text, RdfFormat.TURTLE))])


def test_a_stance_that_refines_takes_after_the_one_it_refines(triples):
    vocabulary = refined(triples)
    found, whole = vocabulary.stance("nostalgic"), vocabulary.stance("likes")
    assert found.refines == t.LIKES_STANCE
    assert (found.facet, found.polarity, found.shortcut) == (whole.facet, whole.polarity, whole.shortcut)
    assert found.half_life_days == whole.half_life_days == 730
    assert found.examples == (("en", "I grew up on it."), ("zh", "小时候常看。"))
    assert vocabulary.refinements() == (found,)
    assert whole in vocabulary.shipped_stances()
    assert found not in vocabulary.shipped_stances()
    assert refined(triples, "; pen:halfLifeDays 3650").stance("nostalgic").half_life_days == 3650


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ("; pen:polarity -1", "another sign"),
        ("; pen:facet pen:Intent", "Attitude>, as LikesStance has it"),
        ("; pen:shortcut pen:wants", "likes>, as LikesStance has it"),
        (". shop:Deep a pen:Stance ; pen:refines shop:Nostalgic", "refines nothing itself"),
    ],
)
def test_a_stance_that_contradicts_what_it_refines_is_refused(triples, more, complaint):
    with pytest.raises(OntologyError, match=complaint):
        refined(triples, more)


def test_former_names_lead_to_those_of_today(triples):
    renames = {NamedNode("https://old.example/#Peek"): NamedNode(t.PEN + "View"), t.LIKES: NamedNode("urn:x:gone")}
    vocabulary = read_vocabulary(triples, renames)
    assert vocabulary.kind("Peek") == vocabulary.kind("https://old.example/#Peek") == vocabulary.kind("View")
    with pytest.raises(UnknownError):
        vocabulary.kind(t.LIKES)


def test_two_values_are_one_too_many(triples):
    two = [*triples, Triple(NamedNode(t.PEN + "View"), t.INTENSITY, Literal("0.3", datatype=DECIMAL))]
    with pytest.raises(OntologyError, match="View has 2 values for intensity"):
        read_vocabulary(two)


def test_a_triple_said_twice_is_said_once(triples):
    assert read_vocabulary([*triples, *triples]) == read_vocabulary()


def test_an_ontology_without_behaviour_is_refused():
    with pytest.raises(OntologyError, match="no stances or no behaviour kinds"):
        read_vocabulary([])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OntologyError, match=r"gone\.ttl: no such file"):
        read_vocabulary(tmp_path / "gone.ttl")
    (tmp_path / "ontology.docx").write_text("Dear all", encoding="utf-8")
    with pytest.raises(OntologyError, match=r"ontology\.docx"):
        read_vocabulary(tmp_path / "ontology.docx")
