"""What the world says: items that share rare facts with an item, and items that have a concept."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.sparse as sp

from penchant.recommend.interest_graph import InterestGraph
from penchant.recommend.members.linear import LinearMember, strongest

#: Items kept for an item.
KEPT: Final = 500
#: A concept that almost every item has tells little, but still something where a person names it.
LEAST_RARITY: Final = 0.5
#: Items compared with all others at a time: memory stays bounded.
BLOCK: int = 1_000


def attributes(graph: InterestGraph) -> sp.csr_matrix:
    """What each item has, shape (items, relations × things × 2): one column a (relation, thing), in or out.

    The same thing through another relation is something else: who directed is not who starred.
    """
    n = graph.n_items
    heads, relations, tails = graph.triples.T if len(graph.triples) else np.zeros((3, 0), dtype=np.int64)
    out, into = heads < n, tails < n
    rows = np.concatenate([heads[out], tails[into]])
    columns = np.concatenate(
        [
            (2 * relations[out]) * len(graph.things) + tails[out],
            (2 * relations[into] + 1) * len(graph.things) + heads[into],
        ]
    )
    known, at = np.unique(columns, return_inverse=True)
    ones = np.ones(len(rows), dtype=np.float32)
    made = sp.csr_matrix((ones, (rows, at)), shape=(n, len(known)))
    made.data[:] = 1.0
    return made


def concepts(graph: InterestGraph) -> sp.csr_matrix:
    """Which things each item is tied to by any fact, either way, shape (items, things), ones."""
    n = graph.n_items
    heads, _, tails = graph.triples.T if len(graph.triples) else np.zeros((3, 0), dtype=np.int64)
    out, into = heads < n, tails < n
    rows = np.concatenate([heads[out], tails[into]])
    columns = np.concatenate([tails[out], heads[into]])
    made = sp.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(n, len(graph.things)))
    made.data[:] = 1.0
    return made


def rarity(matrix: sp.csr_matrix) -> np.ndarray:
    """Inverse document frequency of each column: log(items / items that have it), shape (columns,)."""
    count = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.asarray(np.log(matrix.shape[0] / np.maximum(count, 1)))


def fit_alike(graph: InterestGraph, *, kept: int = KEPT) -> LinearMember:
    """Cosine of the items' attributes, each weighed by its rarity (tf–idf; Salton & Buckley 1988)."""
    have = attributes(graph)
    weighed = have @ sp.diags(rarity(have))
    length = np.sqrt(np.asarray(weighed.power(2).sum(axis=1)).ravel())
    unit = (sp.diags(1 / np.maximum(length, 1e-9)) @ weighed).tocsr()
    near = strongest(_without_itself(_product(unit, kept)), kept)
    rest = sp.csr_matrix((len(graph.things) - graph.n_items, graph.n_items), dtype=np.float32)
    return LinearMember("alike", graph.things, graph.n_items, sp.vstack([near, rest], format="csr"))


def fit_has(graph: InterestGraph) -> LinearMember:
    """A concept that a person cares about speaks for the items that have it, the more the rarer it is."""
    have = concepts(graph)
    weight = np.maximum(rarity(have), LEAST_RARITY)
    weight[: graph.n_items] = 0.0  # an item is no concept of another
    matrix = (have @ sp.diags(weight)).T.tocsr().astype(np.float32)
    return LinearMember("has_concept", graph.things, graph.n_items, matrix)


def _product(unit: sp.csr_matrix, kept: int) -> sp.csr_matrix:
    """``unit @ unit.T`` by blocks of rows, each cut at once to what is kept."""
    turned = unit.T.tocsr()
    parts = [strongest(unit[at : at + BLOCK] @ turned, kept + 1) for at in range(0, unit.shape[0], BLOCK)]
    return sp.vstack(parts, format="csr") if parts else unit @ turned


def _without_itself(matrix: sp.csr_matrix) -> sp.csr_matrix:
    pairs = matrix.tocoo()
    other = pairs.row != pairs.col
    return sp.csr_matrix((pairs.data[other], (pairs.row[other], pairs.col[other])), shape=matrix.shape)
