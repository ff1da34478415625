"""How fast the gate looks at observation–interest pairs, beside pySHACL and, where they are installed, faster engines.

    python -m benchmarks.gate

One thread.  Every engine starts from the quads that Penchant makes, so that handing over is part of the time.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from penchant.kg.fusion import Fused
from penchant.kg.gate import Gate
from penchant.kg.records import Observation, interest_quads
from penchant.ontology import terms as t
from penchant.ontology.behaviour import read_vocabulary
from penchant.ontology.files import shapes_path

_BASE = "https://shop.example/"
_GRAPH, _ANA, _RUN = (NamedNode(_BASE + name) for name in ("user/ana", "u/ana", "run/1"))
_NOW = datetime(2026, 6, 1, tzinfo=UTC)


def pairs(count: int) -> list[Quad]:
    """Quads of so many observations, each with its interest: 25 a pair."""
    vocabulary, quads = read_vocabulary(), []
    for n in range(count):
        seen, about, text = (NamedNode(f"{_BASE}{kind}/{n}") for kind in ("observation", "c", "text"))
        row = Observation(seen, _ANA, about, t.LIKES_STANCE, 0.9, 0.8, _NOW, _RUN, text, "horror", 7, 13)
        fused = Fused(about, t.ATTITUDE, t.LIKES_STANCE, 0.9, 0.4, 0.0, 1, _NOW, _NOW, (seen,), True)
        quads += row.quads(_GRAPH)
        quads += interest_quads(NamedNode(f"{_BASE}interest/{n}"), _ANA, fused, vocabulary, _GRAPH)
    return quads


def main() -> None:
    """Print pairs a second."""
    gate = Gate()
    for size in (1, 16, 1_000, 10_000):
        quads = pairs(size)
        print(f"gate, batches of {size:,}: {_rate(lambda q=quads: gate.check(q), size, max(1, 5_000 // size)):,.0f}")  # type: ignore[misc]
    for name, engine in _ENGINES.items():
        try:
            check = engine()
        except ModuleNotFoundError:
            print(f"{name}: not installed")
            continue
        for size in (1, 16, 1_000):
            quads = pairs(size)
            rate = _rate(lambda c=check, q=quads: c(q), size, max(1, 64 // size))  # type: ignore[misc]
            print(f"{name}, batches of {size:,}: {rate:,.0f}")


def _rate(work: Callable[[], Any], size: int, times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        work()
    return size * times / (time.perf_counter() - started)


def _lines(quads: list[Quad]) -> bytes:
    return ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES) or b""


def _pyshacl(module: str = "pyshacl") -> Callable[[list[Quad]], Any]:
    import rdflib

    engine, shapes = importlib.import_module(module), rdflib.Graph().parse(str(shapes_path()))
    return lambda quads: engine.validate(rdflib.Graph().parse(data=_lines(quads), format="nt"), shacl_graph=shapes)


def _turbo() -> Callable[[list[Quad]], Any]:
    return _pyshacl("pyshacl_turbo")


def _shifty(method: str = "validate_algebra") -> Callable[[list[Quad]], Any]:
    engine = importlib.import_module("shifty._shifty")
    checker = engine.PreparedValidator(shapes=shapes_path().read_bytes(), shapes_format="turtle")
    validate = getattr(checker, method)
    return lambda quads: validate(data=_lines(quads), data_format="ntriples")


def _shifty_report() -> Callable[[list[Quad]], Any]:
    return _shifty("validate_w3c")


def _rudof() -> Callable[[list[Quad]], Any]:
    rudof = importlib.import_module("pyrudof")
    engine = rudof.Rudof(rudof.RudofConfig())
    engine.read_shacl(shapes_path().read_text("utf-8"))

    def check(quads: list[Quad]) -> Any:
        engine.reset_data()
        engine.read_data(_lines(quads).decode(), rudof.RDFFormat.NTriples)
        return engine.validate_shacl()

    return check


_ENGINES = {
    "pySHACL": _pyshacl,
    "pyshacl-turbo": _turbo,
    "pyshifty": _shifty,
    "pyshifty, full report": _shifty_report,
    "pyrudof": _rudof,
}


if __name__ == "__main__":
    main()
