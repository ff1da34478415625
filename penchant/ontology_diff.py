"""Compare two ontologies and say what the differences touch in a workspace, if there is one."""

from __future__ import annotations

from dataclasses import dataclass

from penchant.errors import UnknownError
from penchant.kg.apply_ontology import files_with
from penchant.kg.effect import Touched, touched
from penchant.kg.ontology_in_force import OntologyInForce
from penchant.kg.workspace import Workspace
from penchant.ontology.comparing.compare import Comparison, compare
from penchant.ontology.files import Triples, read_triples, shapes_path
from penchant.ontology.modules import ontology_file
from penchant.ontology.shapes import read_shapes

#: What stands for the ontology in force.
CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Diff:
    """A comparison with what it touches; ``counted`` says whether triples were counted in a workspace."""

    comparison: Comparison
    touched: tuple[Touched, ...]
    counted: bool


def diff(old: str, new: str, workspace: Workspace | None) -> Diff:
    """What ``new`` changes in ``old``.

    Args:
        old: a file, the short name of a shipped one, or ``current``: the ontology in force, all its files.
        new: the same; against ``current``, a file stands for the ontology as it would be once it is applied.
        workspace: where ``current`` is in force and triples are counted.

    Raises:
        OntologyError: a file cannot be read.
        UnknownError: ``current`` without a workspace.
    """
    comparison = compare(_triples(old, workspace), _triples(new, workspace, onto_current=old == CURRENT))
    shapes = workspace.ontology.shapes if workspace else read_shapes(shapes_path())
    return Diff(comparison, touched(comparison, shapes, workspace), workspace is not None)


def _triples(name: str, workspace: Workspace | None, *, onto_current: bool = False) -> Triples:
    if name == CURRENT:
        return _in_force(workspace).triples
    path = ontology_file(name)
    if onto_current:
        return tuple(t for p in files_with(_in_force(workspace), path).values() for t in read_triples(p))
    return read_triples(path)


def _in_force(workspace: Workspace | None) -> OntologyInForce:
    if workspace is None:
        raise UnknownError(
            "there is no workspace", expected=f"one, where {CURRENT!r} is compared", remedy="Name a file"
        )
    return workspace.ontology
