"""Concept vectors: joined at length 1, stored byte for byte, scored exactly."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from penchant.errors import ModelError, UnknownError
from penchant.recommend import rank as ranking
from penchant.recommend.blend import BlendWeights
from penchant.recommend.concept_vectors import ConceptVectors, join
from penchant.recommend.interest_vector import closed_form
from penchant.recommend.members.content import CONCEPT_VECTORS, ContentMember

from .conftest import entity

THINGS = ("urn:a", "urn:b", "urn:c", "urn:x", "urn:y")


def made(things=THINGS, n_items=3, seed=1, **changes):
    """Random unit views; the last thing lacks the second."""
    units = np.random.default_rng(seed).normal(size=(len(things), 2, 6))
    units /= np.linalg.norm(units, axis=2, keepdims=True)
    units[-1, 1] = 0
    given = {"encoder": "dice", "stamp": "s", "weights": {"names": 0.25, "facts": 1.0}}
    return ConceptVectors(things, n_items, ("names", "facts"), units.astype(np.float16), **{**given, **changes})


@pytest.fixture
def vectors():
    return made()


def test_joined_vectors_have_length_one_and_weigh_the_views(vectors):
    assert np.linalg.norm(vectors.vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-6)
    single = vectors.units.astype(np.float64)
    single /= np.maximum(np.linalg.norm(single, axis=2, keepdims=True), 1e-9)
    cosines = np.einsum("tvd,vd->tv", single, single[0])
    expected = (0.25 * cosines[:4, 0] + cosines[:4, 1]) / 1.25
    assert vectors.vectors[:4] @ vectors.vectors[0] == pytest.approx(expected, abs=1e-6)
    assert not join(np.zeros((2, 2, 3), np.float16), [1.0, 1.0]).any()


weights = st.dictionaries(st.sampled_from([*THINGS, "urn:strange"]), st.floats(-1, 1, width=32), max_size=6)


@given(weights)
def test_a_score_is_the_product_with_the_closed_form_and_its_shares_sum_to_it(cared):
    vectors = made()
    member = vectors.member()
    known = {iri: w * (member.dislike if w < 0 else 1) for iri, w in cared.items() if iri in THINGS}
    numbers = [THINGS.index(iri) for iri in known]
    v = closed_form(vectors.vectors[numbers].astype(np.float64).reshape(-1, 12), np.array([*known.values()]))
    scores = vectors.score(cared)
    assert scores.dtype == np.float32
    assert scores == pytest.approx(vectors.vectors[:3] @ v, abs=1e-6)
    for at, item in enumerate(vectors.items):
        assert vectors.shares(cared, item).total == pytest.approx(float(scores[at]), abs=1e-6)


def test_many_people_at_once_score_as_each_alone(vectors):
    people = sp.csr_matrix(np.array([[0.5, 0, -1, 0, 0.2], [0, 0, 0, 0, 0], [0, 1, 0, -0.3, 0]], dtype=np.float32))
    together = vectors.member().scores(people)
    assert together.shape == (3, 3)
    for row, scores in zip(people.toarray(), together, strict=True):
        assert vectors.score(dict(zip(THINGS, map(float, row), strict=True))) == pytest.approx(scores, abs=1e-6)
    assert not together[1].any()


def test_a_member_follows_the_order_of_another_graph(vectors):
    things = ("urn:c", "urn:new", "urn:a", "urn:y", "urn:elsewhere")
    member = vectors.member(things, 3)
    assert isinstance(member, ContentMember)
    scores = member.score({"urn:y": 1.0})
    own = vectors.score({"urn:y": 1.0})
    assert scores == pytest.approx([own[2], 0.0, own[0]])
    assert not member.knows("urn:new")
    assert member.score({"urn:elsewhere": 1.0, "urn:y": 1.0}) == pytest.approx(
        scores
    )  # what says nothing weighs nothing


def test_the_ridge_changes_no_order(vectors):
    cared = {"urn:a": 0.4, "urn:x": -0.2}
    assert np.argsort(vectors.score(cared)).tolist() == np.argsort(vectors.score(cared, ridge=9.0)).tolist()
    assert np.abs(vectors.score(cared, ridge=9.0)).max() < np.abs(vectors.score(cared)).max()


def test_near_is_sorted_and_leaves_out_what_it_is_told_to(vectors):
    found = vectors.near(vectors.vector("urn:b"), 3)
    assert found[0].thing == "urn:b"
    assert found[0].cosine == pytest.approx(1.0, abs=1e-6)
    assert [one.cosine for one in found] == sorted((one.cosine for one in found), reverse=True)
    assert "urn:b" not in {one.thing for one in vectors.near(vectors.vector("urn:b"), 9, without=["urn:b"])}
    assert vectors.near(np.zeros(12, np.float32)) == []


def test_what_is_unknown_is_refused(vectors):
    for ask in (lambda: vectors.vector("urn:z"), lambda: vectors.shares({}, "urn:x"), lambda: vectors.shares({}, "z")):
        with pytest.raises(UnknownError, match="no concept vector"):
            ask()


def test_saved_and_loaded_it_is_the_same_in_the_same_bytes(vectors, tmp_path):
    path, again = tmp_path / "index" / "v.safetensors", tmp_path / "w.safetensors"
    vectors.save(path)
    loaded = ConceptVectors.load(path)
    assert (loaded.things, loaded.n_items, loaded.views) == (vectors.things, 3, ("names", "facts"))
    assert (loaded.encoder, loaded.stamp, dict(loaded.weights)) == ("dice", "s", vectors.weights)
    assert np.array_equal(loaded.vectors, vectors.vectors)
    loaded.save(again)
    assert again.read_bytes() == path.read_bytes()


def test_weights_of_views_can_be_changed_without_the_encoder(vectors, tmp_path):
    only = made(weights={"names": 0.0, "facts": 1.0})
    assert only.vectors[0] @ only.vectors[1] != pytest.approx(vectors.vectors[0] @ vectors.vectors[1])
    assert not only.vectors[:, :6].any()
    assert not only.knows("urn:y")  # it has names alone


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "no concept vectors"),
        (lambda path: path.write_bytes(path.read_bytes()[:-7]), "cannot be read"),
        (lambda path: path.write_bytes(b"{}"), "cannot be read"),
        (lambda path: made(things=THINGS[:2], n_items=3).save(path), "cannot be read"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b'\\"layout\\": 1', b'\\"layout\\": 7')), "layout 7"),
        (lambda path: _stretched().save(path), "not of length 1"),
    ],
)
def test_a_damaged_file_says_what_to_do(vectors, tmp_path, damage, said):
    path = tmp_path / "v.safetensors"
    vectors.save(path)
    damage(path)
    with pytest.raises(ModelError, match=said) as caught:
        ConceptVectors.load(path)
    assert "penchant vectors build" in caught.value.remedy


def _stretched():
    vectors = made()
    vectors.units[0] *= 3
    return vectors


# In the ranking


def of_town(town):
    """Vectors that know films 0–11 of the town and its two genres: films lie near the genre of their camp."""
    films = [entity(n).value for n in range(24) if n != 23]
    things = (*films, town.concept_of(0).value, town.concept_of(1).value)
    camps = [n // 12 for n in range(24) if n != 23] + [0, 1]
    units = np.zeros((len(things), 1, 3), np.float16)
    for at, camp in enumerate(camps):
        units[at, 0] = [0.8, 0.6, 0] if camp == 0 else [0.0, 0.6, 0.8]
    units[5, 0] = [1, 0, 0]
    return ConceptVectors(things, len(films), ("facts",), units, "by hand", "s", {"facts": 1.0})


WEIGHTS = BlendWeights({"embedding": 1.0, "shared_concept": 0.5, "popular": 0.5, CONCEPT_VECTORS: 2.0})


def test_without_a_weight_the_vectors_change_nothing(town, model):
    person = town.person("p0")
    assert ranking.rank(town.store, model, person, vectors=of_town(town)).blend.scores.tolist() == (
        ranking.rank(town.store, model, person).blend.scores.tolist()
    )


@pytest.mark.parametrize("trained", [True, False])
def test_with_a_weight_they_rank_propose_and_are_attributed_exactly(town, model, trained):
    town.says("p4", "dislikes", entity(12), "that one")
    person = town.person("p4")
    found = ranking.rank(town.store, model if trained else None, person, weights=WEIGHTS, vectors=of_town(town))
    assert CONCEPT_VECTORS in found.found
    raw = found.blend.raw[CONCEPT_VECTORS]
    assert np.isnan(raw[found.blend.items.index(entity(23).value)])  # it has no vector: the mean stands for it
    for at, item in enumerate(found.blend.items):
        parts = found.attribution(town.store, item)
        assert parts.total == pytest.approx(float(found.blend.scores[at]), abs=1e-4)
    heist, ghost = (next(i for i in found.blend.items if i in span) for span in (_camp(0), _camp(1)))
    assert _of_vectors(found, heist) > 0 > _of_vectors(found, ghost)


def _camp(camp):
    return {entity(n).value for n in range(12 * camp, 12 * camp + 11)}


def _of_vectors(found, item):
    at = found.blend.items.index(item)
    name = CONCEPT_VECTORS
    return (found.blend.raw[name][at] - found.blend.centre[name]) * found.blend.scale[name]


def test_who_they_know_nothing_of_is_ranked_without_them(town, model):
    from pyoxigraph import NamedNode

    town.says("new", "likes", NamedNode("https://town.example/concept/own"), "moonlight")
    found = ranking.rank(town.store, model, town.person("new"), weights=WEIGHTS, vectors=of_town(town))
    assert found.vectors is None
    assert CONCEPT_VECTORS not in found.blend.raw
