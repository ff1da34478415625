"""Ask HermiT whether an ontology contradicts itself.  Needs Java; used for ontology checks only, never on data."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path

from penchant.errors import OntologyError
from penchant.ontology.files import ontology_path, read_triples


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
        path: an RDF file; the shipped ontology if None.

    Raises:
        OntologyError: there is no Java, the file cannot be read, or HermiT refuses it (an unsupported datatype, say).
    """
    import owlready2
    import pyoxigraph

    path = Path(path or ontology_path())
    if not has_java():
        raise OntologyError(
            "Java was not found",
            expected="a Java runtime for the reasoner HermiT",
            where=str(path),
            remedy="Install Java 11 or newer; all other checks work without it",
        )
    lines = pyoxigraph.serialize(read_triples(path), format=pyoxigraph.RdfFormat.N_TRIPLES)
    world = owlready2.World()
    try:
        world.get_ontology(path.absolute().as_uri()).load(fileobj=io.BytesIO(lines or b""), format="ntriples")
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return Verdict(consistent=False)
    except (owlready2.OwlReadyJavaError, owlready2.OwlReadyOntologyParsingError) as error:
        cause = next((line for line in str(error).splitlines() if "Exception" in line or "Error" in line), str(error))
        raise OntologyError(
            f"HermiT refuses it: {cause.strip()}",
            where=str(path),
            remedy="`check` names the terms that are not OWL 2 DL",
        ) from error
    nothing = {c.iri for c in world.inconsistent_classes()} - {owlready2.Nothing.iri}
    return Verdict(consistent=True, unsatisfiable=tuple(sorted(nothing)))
