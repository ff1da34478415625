"""The lines of a road's table: what is known of people, and the graph that it is used with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from penchant.road.profiles import LABELLED, NAMED, READ
from penchant.road.recommenders import Condition


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what is known of people, and the graph it is used with.

    Args:
        sources: see :mod:`penchant.road.profiles`.
        graph: condition of the world.
        only: members that may take part; all of the condition if empty.
        texts: whether what is written about the items takes part too, as concept vectors.
    """

    sources: tuple[str, ...]
    graph: Condition
    only: tuple[str, ...] = ()
    texts: bool = False


ROWS: Final[Mapping[str, Row]] = {
    "popularity": Row((), "none", ("popular",)),
    "no text": Row((NAMED,), "none"),
    "extracted": Row((NAMED, READ), "none"),
    "human labels": Row((NAMED, LABELLED), "none"),
    "no text + world": Row((NAMED,), "world"),
    "extracted + world": Row((NAMED, READ), "world"),
    "human labels + world": Row((NAMED, LABELLED), "world"),
    "extracted + world + item texts": Row((NAMED, READ), "world", texts=True),
    "own words alone + world": Row((READ,), "world"),
    "extracted + shuffled world": Row((NAMED, READ), "shuffled"),
}
#: Pairs whose difference is told.
PAIRS: Final = (
    ("no text", "popularity"),
    ("extracted", "no text"),
    ("extracted + world", "no text + world"),
    ("human labels + world", "no text + world"),
    ("extracted + world", "human labels + world"),
    ("extracted + world", "extracted"),
    ("extracted + world + item texts", "extracted + world"),
    ("no text + world", "no text"),
    ("extracted + world", "extracted + shuffled world"),
)
#: The row whose losses are told, and the one that knows the labels too.
LOST: Final = "extracted + world"
LOST_BUT_FOR_LABELS: Final = "human labels + world"
