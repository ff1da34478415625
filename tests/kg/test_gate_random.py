"""Nodes with random values, one and two classes at a time: whatever pySHACL finds, the gate finds."""

from __future__ import annotations

from decimal import InvalidOperation
from random import Random

import pyshacl.errors
import rdflib
from pyoxigraph import BlankNode, NamedNode, Quad

from penchant.kg.gate import Gate
from penchant.ontology import terms as t
from penchant.ontology.shapes import read_shapes
from tests.kg.fault_injection import GRAPH
from tests.kg.test_gate_referee import SHIPPED, VALUES, by_gate, by_pyshacl

GRAPHS = 100
#: pySHACL 0.40.1 fails on comparisons that the recommendation asks it to report (NaN, times without a zone).
FAILURES = (InvalidOperation, TypeError, pyshacl.errors.ReportableRuntimeError)
#: Where the gate is stricter: what cannot be compared, ``1e2`` as a decimal, and ``0`` and ``-0`` as two values.
STRICTER = {"minInclusive", "maxInclusive", "minExclusive", "lessThan", "lessThanOrEquals", "datatype", "maxCount"}


def test_the_gate_finds_all_that_pyshacl_finds(monkeypatch):
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # rdflib would write literals anew
    chance, shapes = Random(20261124), read_shapes()
    gate = Gate(shapes)
    paths = {s.target_class: set[NamedNode]() for s in shapes}
    for shape in shapes:
        paths[shape.target_class].add(shape.path)
    values = [value for several in VALUES.values() for value in several]
    values += [t.LIKES_STANCE, t.ATTITUDE, t.EXTRACTION, BlankNode("b")]
    results = compared = 0
    for _ in range(GRAPHS):
        quads = [quad for number in range(2) for quad in _node(number, paths, values, chance)]
        try:
            theirs = by_pyshacl(quads, SHIPPED)
        except FAILURES:
            continue
        mine = by_gate(gate, quads)
        assert theirs - mine == set()
        assert {kind for _, _, kind, _ in mine - theirs} <= STRICTER
        compared, results = compared + 1, results + len(theirs)
    assert compared > GRAPHS // 2
    assert results > 10 * compared


def _node(number, paths, values, chance):
    node = NamedNode(f"https://shop.example/random/{number}")
    classes = sorted(paths, key=str)
    for target in chance.sample(classes, chance.choice((1, 1, 2))):
        yield Quad(node, t.TYPE, target, GRAPH)
        for path in sorted(paths[target], key=str):
            for value in chance.sample(values, chance.choice((0, 1, 1, 1, 2))):
                yield Quad(node, path, value, GRAPH)
