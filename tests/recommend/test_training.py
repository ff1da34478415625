from __future__ import annotations

import time

import numpy as np
import pytest

from penchant.errors import ModelError, TrainingError, UnknownError
from penchant.recommend.embedding import EmbeddingModel
from penchant.recommend.interest_graph import build
from penchant.recommend.training import train

from .conftest import small

torch = pytest.importorskip("torch")


def weights_of(graph, person):
    at = graph.edge_person == graph.persons.index(person.value)
    return {graph.things[t]: float(w) for t, w in zip(graph.edge_thing[at], graph.edge_weight[at], strict=True)}


def test_scores_by_matrix_product_equal_pykeens_own(graph):
    """h · r · t over a batch: PyKEEN's ``score_hrt`` and ``score_t`` against ours, fresh and untrained."""
    from penchant.recommend.network import InterestNetwork

    net = InterestNetwork(
        len(graph.things), graph.n_items, len(graph.relations), dimension=8, query_dropout=0.5, seed=1
    ).eval()
    hr = torch.tensor([[0, 1], [3, 2], [5, 3]])
    with torch.no_grad():
        ours = net.fact_logits(hr[:, 0], hr[:, 1])
        theirs = net.kge.score_t(hr)
        torch.testing.assert_close(ours, theirs)
        hrt = torch.tensor([[0, 0, 2], [25, 0, 7]])
        heads = net.things[hrt[:, 0]]
        logits = net.item_logits(heads)[torch.arange(2), hrt[:, 2]]
        torch.testing.assert_close(logits, net.kge.score_hrt(hrt).squeeze(1) + net.bias[hrt[:, 2]])


def test_serving_equals_the_network(graph):
    """The numpy model scores what the torch network scores in evaluation mode."""
    from penchant.recommend.network import InterestNetwork

    model = train(graph, small(epochs=3))
    net = InterestNetwork(
        len(graph.things), graph.n_items, len(graph.relations), dimension=16, query_dropout=0.5, seed=1
    ).eval()
    with torch.no_grad():
        net.kge.entity_representations[0]._embeddings.weight.copy_(torch.from_numpy(model.vectors))
        net.kge.relation_representations[0]._embeddings.weight[0].copy_(torch.from_numpy(model.relation))
        net.bias.copy_(torch.from_numpy(model.bias))
        heads = net.encode(torch.tensor([1, 25, 4]), torch.tensor([0.5, 0.2, -0.3 * model.dislike]), torch.tensor([0]))
        expected = net.item_logits(heads)[0].numpy()
    weights = {graph.things[1]: 0.5, graph.things[25]: 0.2, graph.things[4]: -0.3}
    np.testing.assert_allclose(model.score(model.user_vector(weights)), expected, rtol=1e-4, atol=1e-5)


def test_learns_the_two_camps(graph, model, town):
    for n, camp in ((0, 0), (13, 1)):
        scores = model.score(model.user_vector(weights_of(graph, town.person(f"p{n}"))))
        camps = np.array([int(iri.rsplit("Q", 1)[1]) // 12 for iri in model.items])
        assert scores[camps == camp].mean() > scores[camps != camp].mean() + 0.5


def test_a_concept_alone_is_enough_to_serve_a_new_person(model, town):
    scores = model.score(model.user_vector({town.concept_of(1).value: 0.4}))
    camps = np.array([int(iri.rsplit("Q", 1)[1]) // 12 for iri in model.items])
    assert scores[camps == 1].mean() > scores[camps == 0].mean()


def test_a_dislike_turns_the_scores(model, town):
    concept = town.concept_of(1).value
    liked, disliked = (model.score(model.user_vector({concept: w})) - model.bias for w in (0.5, -0.5))
    np.testing.assert_allclose(liked, -disliked, rtol=1e-5, atol=1e-6)


def test_shares_sum_to_the_score(graph, model, town):
    weights = weights_of(graph, town.person("p3")) | {"https://town.example/unheard-of": 0.7}
    scores = model.score(model.user_vector(weights))
    for item in model.items:
        shares = model.shares(weights, item)
        assert shares.total == pytest.approx(float(scores[model.item_number(item)]), abs=1e-5)
        assert shares.interests.keys() == weights.keys() - {"https://town.example/unheard-of"}


def test_shares_of_an_unknown_item(model):
    with pytest.raises(UnknownError, match="no vector"):
        model.shares({}, "https://town.example/unheard-of")


def test_same_graph_and_seed_same_bytes(graph, tmp_path):
    for name in ("one", "two"):
        train(graph, small(epochs=5)).save(tmp_path / name)
    for file in ("model.safetensors", "ids.json", "config.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_another_seed_another_model(graph):
    one, two = (train(graph, small(epochs=2, seed=seed)) for seed in (1, 2))
    assert not np.allclose(one.vectors, two.vectors)


def test_resumed_run_equals_unbroken_run(graph, tmp_path):
    unbroken = train(graph, small(epochs=6))

    def stop(progress):
        if progress.epoch == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(graph, small(epochs=6), progress=stop, checkpoint=tmp_path, checkpoint_seconds=0)
    assert (tmp_path / "checkpoint.pt").exists()
    seen = []
    resumed = train(graph, small(epochs=6), progress=seen.append, checkpoint=tmp_path, checkpoint_seconds=0)
    assert [p.epoch for p in seen] == [4, 5, 6]  # the state was written after the third epoch
    np.testing.assert_array_equal(resumed.vectors, unbroken.vectors)
    assert not (tmp_path / "checkpoint.pt").exists()


def test_checkpoint_of_another_graph_is_not_used(graph, tmp_path):
    def stop(progress):
        if progress.epoch == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(graph, small(), progress=stop, checkpoint=tmp_path, checkpoint_seconds=0)
    seen = []
    train(graph, small(epochs=2, seed=9), progress=seen.append, checkpoint=tmp_path)
    assert [p.epoch for p in seen] == [1, 2]


def test_length_is_chosen_on_held_out_likes(graph):
    model = train(graph, small(epochs=20, patience=3))
    curve = model.config["quality_by_epoch"]
    assert model.config["epochs"] == curve.index(max(curve)) + 1
    assert len(curve) <= min(20, model.config["epochs"] + 3)


@pytest.mark.parametrize(
    ("items", "interests"),
    [([], {}), (["i"], {}), (["i"], {("p", "i"): -0.5}), (["i"], {("p", "c"): 0.5, ("q", "c"): 0.5})],
)
def test_nothing_to_train_on(items, interests):
    with pytest.raises(TrainingError):
        train(build(items, interests, []))


def test_a_loss_that_is_no_number_is_an_error(graph):
    with pytest.raises(TrainingError, match="loss is nan"):
        train(graph, small(learning_rate=float("inf")))


def test_save_and_load(model, tmp_path):
    model.save(tmp_path)
    again = EmbeddingModel.load(tmp_path)
    assert again.things == model.things
    assert again.n_items == model.n_items
    assert again.dislike == model.dislike
    assert again.config["counts"] == model.config["counts"]
    for name in ("vectors", "relation", "bias", "popularity"):
        np.testing.assert_array_equal(getattr(again, name), getattr(model, name))


def test_no_model_there(tmp_path):
    with pytest.raises(ModelError, match="no trained model"):
        EmbeddingModel.load(tmp_path)


@pytest.mark.parametrize("file", ["model.safetensors", "ids.json", "config.json"])
def test_damaged_model(model, tmp_path, file):
    model.save(tmp_path)
    whole = (tmp_path / file).read_bytes()
    (tmp_path / file).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="cannot be read"):
        EmbeddingModel.load(tmp_path)


def test_model_of_other_things(model, tmp_path):
    model.save(tmp_path)
    ids = tmp_path / "ids.json"
    ids.write_text(ids.read_text().replace('"things": [', '"things": ["urn:one-more",'))
    with pytest.raises(ModelError, match="differ in number"):
        EmbeddingModel.load(tmp_path)


def test_no_person_in_the_artefact(model, town, tmp_path):
    model.save(tmp_path)
    everything = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"/u/" not in everything


@pytest.mark.slow
def test_the_size_of_the_demo_trains_in_seconds():
    random = np.random.default_rng(0)
    items = [f"urn:i{n:03}" for n in range(200)]
    interests = {
        (f"urn:p{p:02}", f"urn:i{i:03}"): 0.3 for p in range(40) for i in random.choice(200, 15, replace=False)
    }
    facts = [(item, "urn:r", f"urn:c{random.integers(60)}") for item in items for _ in range(5)]
    graph = build(items, interests, facts)
    train(graph, small(epochs=1))  # imports
    started = time.perf_counter()
    train(graph)
    assert time.perf_counter() - started < 15
