"""The network that is trained: PyKEEN's DistMult over things, with a person as the set of their interests.

PyKEEN keeps the representations and the interaction; only the way scores are computed differs: one matrix
product over the items instead of PyKEEN's batch × entities × dimension tensor, with the same result (a test
holds it).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

#: Number of the relation "cares about"; the world's relation k is 1 + 2k, its inverse 2 + 2k.
CARES_ABOUT = 0
#: Spread of the vectors before training.
_SPREAD = 0.1


class InterestNetwork(nn.Module):
    """A PyKEEN ``ERModel`` with DistMult, an item bias, and dropout on the query.

    Args:
        n_things: entities of the model.
        n_items: how many of them, from the start, are items.
        n_relations: relations of the world, without inverses.
        dimension: length of a vector.
        query_dropout: share of the query's numbers that are zeroed while training.
        seed: of PyKEEN's initialisation.
    """

    def __init__(
        self, n_things: int, n_items: int, n_relations: int, *, dimension: int, query_dropout: float, seed: int
    ) -> None:
        super().__init__()
        self.kge = _distmult(n_things, 1 + 2 * n_relations, dimension, seed)
        self.bias = nn.Parameter(torch.zeros(n_items))
        self.dropout = nn.Dropout(query_dropout)
        self.n_items = n_items

    @property
    def things(self) -> Tensor:
        """Shape (things, dimension): PyKEEN's entity representations."""
        vectors: Tensor = self.kge.entity_representations[0](indices=None)
        return vectors

    @property
    def relations(self) -> Tensor:
        """Shape (relations, dimension): PyKEEN's relation representations."""
        vectors: Tensor = self.kge.relation_representations[0](indices=None)
        return vectors

    def encode(self, things: Tensor, weights: Tensor, offsets: Tensor) -> Tensor:
        """Heads of people, shape (people, dimension).

        Args:
            things: shape (edges,), thing numbers, person after person.
            weights: shape (edges,), signed, dislikes already shrunk.
            offsets: shape (people,), where each person starts in ``things``.
        """
        sizes = torch.diff(offsets, append=offsets.new_tensor([len(things)]))
        owner = torch.repeat_interleave(torch.arange(len(offsets)), sizes)
        squares = torch.zeros(len(offsets)).index_add(0, owner, weights.square())
        scaled = weights * squares.clamp_min(1e-12).rsqrt()[owner]
        return nn.functional.embedding_bag(things, self.things, offsets, mode="sum", per_sample_weights=scaled)

    def item_logits(self, heads: Tensor) -> Tensor:
        """Shape (people, items): scores of every item for each head."""
        query: Tensor = self.dropout(heads * self.relations[CARES_ABOUT])
        return query @ self.things[: self.n_items].T + self.bias

    def fact_logits(self, heads: Tensor, relations: Tensor) -> Tensor:
        """Shape (facts, things): scores of every thing as tail of (head, relation)."""
        query: Tensor = self.dropout(self.things[heads] * self.relations[relations])
        return query @ self.things.T


def _distmult(n_entities: int, n_relations: int, dimension: int, seed: int) -> Any:
    """PyKEEN's own DistMult model, without its unit-norm constraint (vectors must be free to grow)."""
    from pykeen.models import ERModel
    from pykeen.nn.representation import Embedding
    from pykeen.triples import KGInfo

    return ERModel(
        triples_factory=KGInfo(num_entities=n_entities, num_relations=n_relations, create_inverse_triples=False),
        interaction="distmult",
        entity_representations=[Embedding],
        entity_representations_kwargs={
            "shape": dimension,
            "initializer": "normal",
            "initializer_kwargs": {"std": _SPREAD},
        },
        relation_representations=[Embedding],
        relation_representations_kwargs={
            "shape": dimension,
            "initializer": "normal",
            "initializer_kwargs": {"mean": 1.0, "std": _SPREAD},
        },
        random_seed=seed,
    )
