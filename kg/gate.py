"""The gate: only what the SHACL shapes allow gets into the store.

pySHACL checks some 450 observation–interest pairs a second, and engines in Rust up to 7,900 (``docs/gate.md``), most of
whose time goes into handing them the data.  So the few constraint kinds that shapes may use are compiled to plain tests
of values (:mod:`penchant.kg.gate_tests`), and one pass goes over the nodes of a batch.  In tests, pySHACL referees.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from penchant.errors import GateError
from penchant.kg.gate_tests import PairTest, Term, ValueTest, pair_test, value_test
from penchant.ontology.shapes import Shape, read_shapes
from penchant.ontology.terms import TYPE

_PAIRS: Final = frozenset({"lessThan", "lessThanOrEquals"})
_COUNTS: Final = frozenset({"minCount", "maxCount"})


@dataclass(frozen=True, slots=True)
class Violation:
    """A node that a constraint refuses.

    Args:
        node: IRI or label of the node.
        severity: ``Violation``, ``Warning`` or ``Info``.
        reason: property, constraint and what was found.
        shape: the constraint.
        found: the value that breaks it; None where values are too few or too many.
    """

    node: str
    severity: str
    reason: str
    shape: Shape
    found: Term | None = None


@dataclass(frozen=True, slots=True)
class _Path:
    """All constraints on one property of one class."""

    path: NamedNode
    counts: tuple[Shape, ...]
    values: tuple[tuple[Shape, ValueTest], ...]
    pairs: tuple[tuple[Shape, NamedNode, PairTest], ...]


_Values = dict[NamedNode, list[Term]]


class Gate:
    """The shapes, compiled once; threads may share it."""

    def __init__(self, shapes: Sequence[Shape] | None = None) -> None:
        by_class: dict[NamedNode, dict[NamedNode, list[Shape]]] = defaultdict(lambda: defaultdict(list))
        for shape in read_shapes() if shapes is None else shapes:
            by_class[shape.target_class][shape.path].append(shape)
        self._classes = {
            target: tuple(_compiled(path, several) for path, several in paths.items())
            for target, paths in by_class.items()
        }

    def check(self, quads: Iterable[Quad]) -> list[Violation]:
        """Violations in ``quads``, sorted by node; graphs do not matter."""
        nodes: dict[NamedNode | BlankNode, _Values] = {}
        targets: list[tuple[NamedNode | BlankNode, tuple[_Path, ...]]] = []
        for quad in quads:
            subject, predicate, object = quad.subject, quad.predicate, quad.object
            values = nodes.get(subject)  # type: ignore[arg-type]
            if values is None:
                values = nodes[subject] = {}  # type: ignore[index]
            values.setdefault(predicate, []).append(object)  # type: ignore[arg-type]
            if predicate == TYPE and object in self._classes:
                targets.append((subject, self._classes[object]))  # type: ignore[arg-type, index]
        found: dict[Violation, None] = {}
        for node, paths in targets:
            for violation in _broken(node.value, nodes[node], paths):
                found[violation] = None
        return sorted(found, key=lambda v: (v.node, v.reason))

    def refused(self, quads: Iterable[Quad]) -> dict[str, str]:
        """Node → reasons, for nodes that may not be written (severity Violation)."""
        return _reasons(v for v in self.check(quads) if v.severity == "Violation")

    def flagged(self, quads: Iterable[Quad]) -> dict[str, str]:
        """Node → reasons, for nodes that are kept and should be looked at (severity Warning or Info)."""
        return _reasons(v for v in self.check(quads) if v.severity != "Violation")

    def demand(self, quads: Iterable[Quad]) -> None:
        """Make sure that quads of our own making pass.

        Raises:
            GateError: they do not; this is a defect of Penchant or of an edited ontology, never of the input.
        """
        refused = self.refused(quads)
        if refused:
            node, reason = next(iter(refused.items()))
            raise GateError(
                f"{len(refused)} node(s) break the shapes: {reason}",
                expected="nodes as ontology/shapes.ttl asks",
                where=node,
                remedy="Nothing was written; compare the shapes with the ontology in force",
            )


def _compiled(path: NamedNode, shapes: Sequence[Shape]) -> _Path:
    return _Path(
        path,
        counts=tuple(shape for shape in shapes if shape.kind in _COUNTS),
        values=tuple((shape, value_test(shape)) for shape in shapes if shape.kind not in _COUNTS | _PAIRS),
        pairs=tuple(
            (shape, shape.value, pair_test(shape))
            for shape in shapes
            if shape.kind in _PAIRS and isinstance(shape.value, NamedNode)
        ),
    )


def _broken(node: str, properties: _Values, paths: Iterable[_Path]) -> Iterable[Violation]:
    for constraints in paths:
        values = properties.get(constraints.path, [])
        if len(values) > 1:
            values = list(dict.fromkeys(values))  # a triple that stands in two graphs is one value
        for shape in constraints.counts:
            limit = shape.value
            assert isinstance(limit, int)
            if len(values) < limit if shape.kind == "minCount" else len(values) > limit:
                yield Violation(node, shape.severity, _reason(shape, str(len(values))), shape)
        for value in values:
            for shape, test in constraints.values:
                if not test(value):
                    yield Violation(node, shape.severity, _reason(shape, _shown(value)), shape, value)
            for shape, other, compare in constraints.pairs:
                if not all(compare(value, one) for one in properties.get(other, ())):
                    yield Violation(node, shape.severity, _reason(shape, _shown(value)), shape, value)


def _reasons(violations: Iterable[Violation]) -> dict[str, str]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for violation in violations:
        reasons[violation.node].append(violation.reason)
    return {node: "; ".join(dict.fromkeys(why)) for node, why in reasons.items()}


def _reason(shape: Shape, found: str) -> str:
    path = re.split("[#/]", shape.path.value)[-1]
    asked = "a list" if isinstance(shape.value, tuple) else getattr(shape.value, "value", shape.value)
    return f"{path}: {shape.kind} {re.split('[#]', str(asked))[-1]}, found {found[:80]!r}"


def _shown(value: Term) -> str:
    return str(value.value) if isinstance(value, NamedNode | Literal | BlankNode) else str(value)
