"""The gate: only what the SHACL shapes allow gets into the store.

pySHACL checks about 150 observation–interest pairs a second, so the shapes' few constraint kinds (see
``ontology/shapes.py``) are compiled to one violation query each, run over a batch in a small store of its own.
pySHACL is the referee in the tests.  The queries are the files in ``queries/gate/``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from penchant.errors import GateError
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.literals import integer
from penchant.kg.store import Change, Term
from penchant.ontology.shapes import Shape, read_shapes

_LISTS = NamedNode("urn:penchant:gate:lists")
_ALLOWS = NamedNode("urn:penchant:gate:allows")


@dataclass(frozen=True, slots=True)
class Violation:
    """A node that a constraint refuses; ``reason`` names property, constraint and what was found."""

    node: str
    severity: str
    reason: str


class Gate:
    """The shapes, compiled once; ``check`` may be called from one thread at a time."""

    def __init__(self, shapes: Sequence[Shape] | None = None) -> None:
        self._shapes = tuple(read_shapes() if shapes is None else shapes)
        self._lists: list[Quad] = []
        self._compiled = [(shape, *self._compile(number, shape)) for number, shape in enumerate(self._shapes)]

    def check(self, quads: Iterable[Quad]) -> list[Violation]:
        """Violations in ``quads``, sorted by node; graphs do not matter."""
        batch = EmbeddedStore.memory()
        data = tuple(quads)
        batch.apply(Change(insert=(*data, *self._lists)))
        classes = {q.object for q in data}
        found = []
        for shape, query, terms in self._compiled:
            if shape.target_class in classes:
                found += [
                    Violation(row["node"].value, shape.severity, _reason(shape, row.get("found")))  # type: ignore[union-attr]
                    for row in batch.rows(query, terms)
                ]
        return sorted(found, key=lambda v: (v.node, v.reason))

    def refused(self, quads: Iterable[Quad]) -> dict[str, str]:
        """Node → reasons, for nodes that may not be written (severity Violation)."""
        reasons: dict[str, list[str]] = defaultdict(list)
        for violation in self.check(quads):
            if violation.severity == "Violation":
                reasons[violation.node].append(violation.reason)
        return {node: "; ".join(dict.fromkeys(why)) for node, why in reasons.items()}

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

    def _compile(self, number: int, shape: Shape) -> tuple[str, dict[str, Term]]:
        name = re.sub("([A-Z])", lambda m: "_" + m[1].lower(), shape.kind)
        value: Term
        if isinstance(shape.value, tuple):
            value = NamedNode(f"urn:penchant:gate:list/{number}")
            self._lists += [Quad(value, _ALLOWS, member, _LISTS) for member in shape.value]
        elif isinstance(shape.value, int):
            value = integer(shape.value)
        elif isinstance(shape.value, str):
            value = Literal(shape.value)
        else:
            value = shape.value
        return f"gate/{name}", {"class": shape.target_class, "path": shape.path, "value": value}


def _reason(shape: Shape, found: object) -> str:
    path = re.split("[#/]", shape.path.value)[-1]
    value = getattr(found, "value", found)
    shown = "a list" if isinstance(shape.value, tuple) else getattr(shape.value, "value", shape.value)
    return f"{path}: {shape.kind} {re.split('[#]', str(shown))[-1]}, found {str(value)[:80]!r}"
