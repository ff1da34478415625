"""Ask HermiT whether an ontology contradicts itself.  Needs Java; used for ontology checks only, never on data."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Triple

from penchant.errors import OntologyError
from penchant.ontology.files import Triples, ontology_path, read_triples
from penchant.ontology.terms import OWL, TYPE

#: What owlready2 calls the ontologies that it is given; nothing is fetched from there.
_TOGETHER: Final = "https://penchant.invalid/together"


@dataclass(frozen=True, slots=True)
class Verdict:
    """HermiT's answer.

    Args:
        consistent: whether the ontology can be true at all.
        unsatisfiable: IRIs of the classes that nothing can be a member of, sorted.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Consistent, and every class can have members."""
        return self.consistent and not self.unsatisfiable


def has_java() -> bool:
    """Whether HermiT can be started here."""
    import owlready2

    return shutil.which(owlready2.JAVA_EXE) is not None


def consistent(path: Path | str | None = None) -> Verdict:
    """Let HermiT judge an ontology file; about one second for the shipped one.

    Args:
        path: a file in any OWL syntax; the shipped ontology if None.

    Raises:
        OntologyError: there is no Java, the file cannot be read, or HermiT refuses it (an unsupported datatype, say).
    """
    path = Path(path or ontology_path())
    return judge(read_triples(path), where=str(path))


def judge(triples: Triples, *, where: str = "ontology") -> Verdict:
    """Let HermiT judge ontologies together: all their axioms as one, without what they import.

    Args:
        triples: of one ontology or several.
        where: names them in errors.

    Raises:
        OntologyError: there is no Java, or HermiT refuses them.
    """
    import owlready2
    import pyoxigraph

    if not has_java():
        raise OntologyError(
            "Java was not found",
            expected="a Java runtime for the reasoner HermiT",
            where=where,
            remedy="Install Java 11 or newer; all other checks work without it",
        )
    lines = pyoxigraph.serialize(_axioms(triples), format=pyoxigraph.RdfFormat.N_TRIPLES)
    world = owlready2.World()
    try:
        world.get_ontology(_TOGETHER).load(fileobj=io.BytesIO(lines or b""), format="ntriples")
        owlready2.sync_reasoner_hermit(world, debug=0)
        nothing = {c.iri for c in world.inconsistent_classes()} - {owlready2.Nothing.iri}
    except owlready2.OwlReadyInconsistentOntologyError:
        return Verdict(consistent=False)
    except Exception as error:  # owlready2 answers what it cannot read with errors of any kind
        cause = next((line for line in str(error).splitlines() if "Exception" in line or "Error" in line), "")
        raise OntologyError(
            f"HermiT refuses it: {cause.strip() or f'{type(error).__name__}: {error}'}",
            where=where,
            remedy="`check` names the terms that are not OWL 2 DL",
        ) from error
    return Verdict(consistent=True, unsatisfiable=tuple(sorted(nothing)))


def _axioms(triples: Triples) -> Iterator[Triple]:
    """All but ontology headers: owlready2 would follow their imports, to the network if need be."""
    held = [t if isinstance(t, Triple) else t.triple for t in triples]
    header = NamedNode(OWL + "Ontology")
    headers = {t.subject for t in held if t.predicate == TYPE and t.object == header}
    return (t for t in held if t.subject not in headers and not isinstance(t.object, Triple))
