"""What the same people care about: cosine between a thing and an item over the people who care about both."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.sparse as sp

from penchant.recommend.interest_graph import InterestGraph
from penchant.recommend.members.linear import LinearMember, strongest

#: Added to the product of the lengths: a pair that two people share says less than one that twenty do.
SHRINK: Final = 1.0
#: Items kept for a thing.
KEPT: Final = 200


def fit(graph: InterestGraph, *, shrink: float = SHRINK, kept: int = KEPT) -> LinearMember:
    """Item-kNN over interests (Sarwar et al. 2001), concepts that people named among the neighbours.

    Only positive interests count, each as one: what one person cares about twice as much is not twice as likely to be
    cared about together with something else.

    Args:
        graph: whose interests.
        shrink: added to the denominator.
        kept: neighbours kept for each thing.
    """
    liked = graph.edge_weight > 0
    ones = np.ones(int(liked.sum()), dtype=np.float32)
    shape = (len(graph.persons), len(graph.things))
    people = sp.csr_matrix((ones, (graph.edge_person[liked], graph.edge_thing[liked])), shape=shape)
    count = np.asarray(people.sum(axis=0)).ravel()
    both = (people.T @ people[:, : graph.n_items]).tocoo()
    length = np.sqrt(count)
    cosine = both.data / (length[both.row] * length[both.col] + shrink)
    other = both.row != both.col
    matrix = sp.csr_matrix((cosine[other], (both.row[other], both.col[other])), shape=both.shape)
    return LinearMember("together", graph.things, graph.n_items, strongest(matrix, kept))
