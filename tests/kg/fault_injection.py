"""Graphs that break one constraint of the shapes each, and graphs that just keep it: the gate's examination."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from pyoxigraph import Literal, NamedNode, Quad

from penchant.ontology import terms as t
from penchant.ontology.shapes import Shape

NODE = NamedNode("https://shop.example/node/1")
GRAPH = NamedNode("https://shop.example/user/ana")


@dataclass(frozen=True, slots=True)
class Case:
    """One graph: whether it breaks ``shape``, and its quads."""

    shape: Shape
    breaks: bool
    quads: tuple[Quad, ...]

    def __str__(self) -> str:
        names = (
            s.rpartition("#")[2].rpartition("/")[2] for s in (self.shape.target_class.value, self.shape.path.value)
        )
        return f"{' '.join(names)} {self.shape.kind} {'broken' if self.breaks else 'kept'}"


def cases(shapes: tuple[Shape, ...]) -> Iterator[Case]:
    """For each constraint a graph that breaks it and one that just keeps it; the rest of the node is right."""
    by_class: dict[NamedNode, dict[NamedNode, list[Shape]]] = defaultdict(lambda: defaultdict(list))
    for shape in shapes:
        by_class[shape.target_class][shape.path].append(shape)
    for paths in by_class.values():
        good = {path: list(islice(_values(several), _least(several))) for path, several in paths.items()}
        for path, several in paths.items():
            for shape in several:
                for breaks, values in ((True, _breaking(shape, several)), (False, _keeping(shape, several))):
                    others = {path: list(values)}
                    if shape.kind in ("lessThan", "lessThanOrEquals"):
                        assert isinstance(shape.value, NamedNode)
                        others[shape.value] = [_beside(shape, breaks)]
                    yield Case(shape, breaks, _node(shape.target_class, good | others))


def _node(target: NamedNode, properties: dict[NamedNode, list[NamedNode | Literal]]) -> tuple[Quad, ...]:
    quads = [Quad(NODE, t.TYPE, target, GRAPH)]
    return (*quads, *(Quad(NODE, path, value, GRAPH) for path, values in properties.items() for value in values))


def _least(several: list[Shape]) -> int:
    return next((int(s.value) for s in several if s.kind == "minCount"), 0)  # type: ignore[arg-type]


def _one(several: list[Shape], kind: str) -> object:
    return next((s.value for s in several if s.kind == kind), None)


def _values(several: list[Shape]) -> Iterator[NamedNode | Literal]:
    """Values that keep everything, each another."""
    allowed, datatype = _one(several, "in"), _one(several, "datatype")
    if isinstance(allowed, tuple):
        yield from allowed
    elif datatype is None:
        literal = _one(several, "nodeKind") == NamedNode(t.SH + "Literal")
        for number in range(1, 100):
            yield Literal(f"text {number}") if literal else NamedNode(f"https://shop.example/thing/{number}")
    else:
        assert isinstance(datatype, NamedNode)
        yield from (Literal(form, datatype=datatype) for form in _forms(datatype))


def _forms(datatype: NamedNode) -> list[str]:
    name = datatype.value.removeprefix(t.XSD)
    return {
        "decimal": ["0.5", "0.25", "0.125"],
        "integer": ["7", "8", "9"],
        "dateTime": ["2026-06-01T10:00:00Z", "2026-06-02T10:00:00Z", "2026-06-03T10:00:00Z"],
        "boolean": ["true", "false", "1"],
        "string": ["text", "other text", "third text"],
    }[name]


def _breaking(shape: Shape, several: list[Shape]) -> list[NamedNode | Literal]:
    good = _values(several)
    value = shape.value
    if shape.kind == "minCount":
        return list(islice(good, int(value) - 1))  # type: ignore[arg-type]
    if shape.kind == "maxCount":
        return list(islice(good, int(value) + 1))  # type: ignore[arg-type]
    datatype = _one(several, "datatype")
    kind = NamedNode(t.XSD + "string") if datatype is None else datatype
    assert isinstance(kind, NamedNode)
    wrong: dict[str, NamedNode | Literal] = {
        "datatype": Literal("7", datatype=NamedNode(t.XSD + "int")),
        "nodeKind": Literal("x") if _one(several, "nodeKind") == NamedNode(t.SH + "IRI") else NODE,
        "in": NamedNode("https://shop.example/of-no-list"),
        "pattern": Literal("2026-05-01T10:00:00", datatype=kind),
        "lessThan": Literal("13", datatype=kind),
        "lessThanOrEquals": Literal("2026-06-05T10:00:00Z" if kind.value.endswith("dateTime") else "13", datatype=kind),
    }
    if shape.kind == "minLength":
        return [Literal("x" * (int(value) - 1), datatype=kind)]  # type: ignore[arg-type]
    if shape.kind == "maxLength":
        return [Literal("好" * (int(value) + 1), datatype=kind)]  # type: ignore[arg-type]
    if shape.kind in wrong:
        return [wrong[shape.kind]]
    return [_near(shape, kind, beyond=True)]


def _keeping(shape: Shape, several: list[Shape]) -> list[NamedNode | Literal]:
    good = _values(several)
    if shape.kind in ("minCount", "maxCount"):
        return list(islice(good, int(shape.value)))  # type: ignore[arg-type]
    datatype = _one(several, "datatype")
    kind = NamedNode(t.XSD + "string") if datatype is None else datatype
    assert isinstance(kind, NamedNode)
    if shape.kind in ("minLength", "maxLength"):
        return [Literal("好" * int(shape.value), datatype=kind)]  # type: ignore[arg-type]
    if shape.kind == "pattern":
        return [Literal("2026-06-01T10:00:00-11:30", datatype=kind)]
    if shape.kind == "lessThan":
        return [Literal("12", datatype=kind)]
    if shape.kind == "lessThanOrEquals":
        return [_beside(shape, breaks=False)]
    if shape.kind.endswith("clusive"):
        return [_near(shape, kind, beyond=False)]
    return [next(good)]


def _beside(shape: Shape, breaks: bool) -> Literal:
    """The value of the other property that a comparison looks at."""
    integers = shape.path in (t.START, t.OPINION_START, t.SESSIONS)
    if shape.path == t.SESSIONS:
        return Literal("12" if breaks else "13", datatype=NamedNode(t.XSD + "integer"))
    if integers:
        return Literal("13", datatype=NamedNode(t.XSD + "integer"))
    return Literal("2026-06-04T10:00:00Z", datatype=NamedNode(t.XSD + "dateTime"))


def _near(shape: Shape, datatype: NamedNode, *, beyond: bool) -> Literal:
    """The bound itself, or the next number beyond or within it."""
    assert isinstance(shape.value, Literal)
    bound = Decimal(shape.value.value)
    step = Decimal(1) if datatype.value.endswith("integer") else Decimal("0.0001")
    outwards = step if shape.kind.startswith("max") else -step
    if shape.kind.endswith("Inclusive"):
        number = bound + outwards if beyond else bound
    else:
        number = bound if beyond else bound - outwards
    return Literal(f"{number:f}", datatype=datatype)
