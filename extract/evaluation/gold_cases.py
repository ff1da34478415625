"""Our own gold sentences: ``gold.jsonl``, one case a line.

``{"id", "split", "domain", "tags": […], "text", "context"?, "pairs": [{"quote", "stance", "antecedent"?, …}]}``.
"""

from __future__ import annotations

from collections.abc import Sequence

from penchant.extract.answer import place
from penchant.extract.evaluation.exam import Text
from penchant.extract.evaluation.folder import Json
from penchant.extract.evaluation.spans import Label
from penchant.extract.language_model import Passage

FORM = "text and pairs of quote and stance"


def fits(row: Json) -> bool:
    """Whether a row is a gold case."""
    return "text" in row and isinstance(row.get("pairs"), list) and all(isinstance(p, dict) for p in row["pairs"])


def split_of(row: Json) -> str:
    """``dev`` or ``test``; test where the row says nothing."""
    return str(row.get("split", "test"))


def texts(some: Sequence[Json]) -> list[Text]:
    """The cases, to be counted by tag and by domain too.

    A quote that the text does not hold literally is placed over the whole text, so that it counts as a label.
    """
    return [_text(number, row) for number, row in enumerate(some)]


def name_of(number: int, row: Json) -> str:
    """Identifier of a case."""
    return f"gold:{row.get('id', number)}"


def _text(number: int, row: Json) -> Text:
    text, pairs = str(row["text"]), row["pairs"]
    spans = place([str(pair["quote"]) for pair in pairs], text)
    labels = tuple(
        Label(*(span or (0, len(text))), str(pair["stance"]), str(pair.get("antecedent") or ""))
        for span, pair in zip(spans, pairs, strict=True)
    )
    groups = [f"tag/{tag}" for tag in row.get("tags", ())]
    if row.get("domain"):
        groups.append(f"domain/{row['domain']}")
    return Text(name_of(number, row), Passage(text, row.get("context")), labels, tuple(groups))
