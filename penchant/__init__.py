"""Penchant: learn what people care about, and say what they will care about next, and why.

::

    import penchant

    with penchant.open("penchant-data") as p:
        p.say("ana", "I adore Inception but musicals leave me cold.")
        for r in p.recommend("ana"):
            print(r.label, p.explain("ana", r.item).text("en"))

Names are loaded when they are first used, so that ``import penchant`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from penchant.api import Penchant as Penchant
    from penchant.api import create as create
    from penchant.api import open as open
    from penchant.backup_door import migrate as migrate
    from penchant.backup_door import restore as restore
    from penchant.errors import PenchantError as PenchantError
    from penchant.kg.proposal import BadLine as BadLine
    from penchant.kg.proposal import EventRecord as EventRecord
    from penchant.kg.proposal import ItemRecord as ItemRecord
    from penchant.kg.proposal import TextRecord as TextRecord
    from penchant.kg.store import Answer as Answer
    from penchant.reading import TextsReport as TextsReport
    from penchant.recommend.explain import Explanation as Explanation
    from penchant.recommend.rank import Recommendation as Recommendation
    from penchant.recommend.rank import Recommendations as Recommendations
    from penchant.rows import AddReport as AddReport
    from penchant.settings import ReadingSettings as ReadingSettings

__version__ = "0.1.0"

_HOMES = {
    "AddReport": "penchant.rows",
    "Answer": "penchant.kg.store",
    "BadLine": "penchant.kg.proposal",
    "EventRecord": "penchant.kg.proposal",
    "Explanation": "penchant.recommend.explain",
    "ItemRecord": "penchant.kg.proposal",
    "Penchant": "penchant.api",
    "PenchantError": "penchant.errors",
    "ReadingSettings": "penchant.settings",
    "Recommendation": "penchant.recommend.rank",
    "Recommendations": "penchant.recommend.rank",
    "TextRecord": "penchant.kg.proposal",
    "TextsReport": "penchant.reading",
    "create": "penchant.api",
    "migrate": "penchant.backup_door",
    "open": "penchant.api",
    "restore": "penchant.backup_door",
}

__all__ = [*sorted(_HOMES), "__version__"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'penchant' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
