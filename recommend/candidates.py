"""Candidates: every query file in ``queries/candidates`` proposes items; each item remembers who found it."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from penchant.errors import QueryError
from penchant.kg.literals import as_float
from penchant.kg.store import Store, Term
from penchant.queries import loader

#: Folder of the candidate queries: drop a file in and it takes part.
FOLDER = "candidates"


def find(store: Store, person: NamedNode) -> dict[str, dict[str, float]]:
    """What each candidate query proposes for ``person``: query name → item IRI → score, best first.

    A candidate query answers ``?item`` and, if it can, ``?score`` (higher is better; 1 without), and may have the
    parameter ``$person``.  It need not leave out what the person knows or dislikes: that is done, and counted,
    afterwards.

    Raises:
        QueryError: a file in the folder has another parameter, or answers no ``?item``.
    """
    return {name.removeprefix(f"{FOLDER}/"): _ask(store, name, {"person": person}) for name in loader.names(FOLDER)}


def _ask(store: Store, name: str, terms: Mapping[str, Term]) -> dict[str, float]:
    wanted = loader.used(loader.load(name).text)
    answer = store.query(name, {key: value for key, value in terms.items() if key in wanted})
    if answer.kind != "rows" or "item" not in answer.variables:
        raise QueryError(
            "it proposes no items", expected="SELECT ?item ?score", where=f"query {name}", remedy="Correct the file"
        )
    found: dict[str, float] = {}
    for row in answer.rows:
        item = row.get("item")
        if isinstance(item, NamedNode):
            score = as_float(row.get("score"), 1.0)
            found[item.value] = max(score, found.get(item.value, score))
    return found
