"""A small label index for tests of spotting and of personal mentions."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.embedded import EmbeddedStore
from penchant.kg.label_build import build
from penchant.kg.label_index import LabelIndex
from penchant.kg.store import Change
from penchant.ontology import terms as t

BASE = "https://shop.example/"
WORLD = NamedNode(BASE + "world/things")
TYPES = {"film": "Q11424", "actor": "Q33999", "genre": "Q201658", "band": "Q215380"}


def built(folder: Path, things: dict[str, tuple[str, str, int]], others: dict[str, str] | None = None) -> LabelIndex:
    """An index of ``things``: name → label, kind ("" for a plain concept), facts; ``others`` are Chinese names."""
    quads = []
    for name, (label, kind, facts) in things.items():
        iri = NamedNode(t.WD + name)
        quads.append(Quad(iri, t.LABEL, Literal(label, language="en"), WORLD))
        if kind:
            quads.append(Quad(iri, NamedNode(t.WDT + "P31"), NamedNode(t.WD + TYPES[kind]), WORLD))
        quads += [Quad(iri, NamedNode(t.WDT + "P1"), NamedNode(f"{t.WD}x{i}"), WORLD) for i in range(facts)]
    for name, label in (others or {}).items():
        quads.append(Quad(NamedNode(t.WD + name), t.ALT_LABEL, Literal(label, language="zh"), WORLD))
    store = EmbeddedStore.memory()
    store.apply(Change(insert=tuple(quads)))
    build(store, folder / "labels.sqlite", BASE)
    return LabelIndex.open(folder / "labels.sqlite")
