"""Names of things for people, from the graph."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from penchant.kg.store import Store

Names = Mapping[str, str]


def names(store: Store, thing: str) -> dict[str, str]:
    """Language → name of ``thing``; the empty language for names without one."""
    found: dict[str, str] = {}
    for row in store.rows("recommend/label", {"thing": NamedNode(thing)}):
        label = row["label"]
        if isinstance(label, Literal):
            found.setdefault(label.language or "", label.value)
    return found


def choose(of: Names, lang: str, thing: str) -> str:
    """The name in ``lang``, else in English, else any; without any name, the last part of the IRI."""
    for language in (lang, "en", "", *sorted(of)):
        if language in of:
            return of[language]
    return re.split(r"[/#]", thing.rstrip("/#"))[-1] or thing


def label(store: Store, thing: str, lang: str = "en") -> str:
    """One name of ``thing``; see :func:`choose`."""
    return choose(names(store, thing), lang, thing)
