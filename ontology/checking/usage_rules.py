"""Terms that Penchant's own code, shapes and queries use must stay declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from penchant.ontology import terms
from penchant.ontology.checking.finding import Finding
from penchant.ontology.declared import Declarations, is_builtin
from penchant.ontology.entries import local_name
from penchant.ontology.shapes import Shape


def code_findings(declared: Declarations) -> Iterator[Finding]:
    """Rule ``used in code``: every IRI of :mod:`penchant.ontology.terms` is declared, and the model's words stand."""
    for name, value in sorted(vars(terms).items()):
        if isinstance(value, NamedNode) and not is_builtin(value) and not declared.has(value):
            yield Finding(
                value.value,
                "used in code",
                f"terms.{name} is not declared",
                "Declare it again",
                where="ontology/terms.py",
            )

    for word, stance in terms.STANCE_WORDS.items():
        said = [v.value for v in declared.objects(stance, terms.STANCE_WORD) if isinstance(v, Literal)]
        if said != [word]:
            yield Finding(
                stance.value,
                "used in code",
                f"its word is {' and '.join(map(repr, said)) or 'missing'}; the language model writes {word!r}",
                f"Keep {word!r}: it is no label; change rdfs:label to rename the stance for people",
                where="ontology/terms.py",
            )


def shape_findings(declared: Declarations, shapes: Iterable[Shape], where: str = "") -> Iterator[Finding]:
    """Rule ``used in shapes``: classes, properties and listed individuals of the shapes are declared."""
    for shape in shapes:
        used = [shape.target_class, shape.path]
        if shape.kind == "in" and isinstance(shape.value, tuple):
            used += [v for v in shape.value if isinstance(v, NamedNode)]
        elif shape.kind in {"lessThan", "lessThanOrEquals"} and isinstance(shape.value, NamedNode):
            used.append(shape.value)
        for iri in used:
            if not is_builtin(iri) and not declared.has(iri):
                found = f"{local_name(shape.shape)} uses it"
                yield Finding(iri.value, "used in shapes", found, "Declare it, or mend the shape", where=where)


def query_findings(
    declared: Declarations, used: Mapping[str, Iterable[NamedNode]], namespaces: tuple[str, ...]
) -> Iterator[Finding]:
    """Rule ``used in queries``: terms of the ontologies at hand that a query names are declared.

    Args:
        declared: everything that is said.
        used: name of the query, or another place → the IRIs that it names.
        namespaces: of the ontologies at hand.
    """
    for place, iris in sorted(used.items()):
        for iri in sorted(set(iris), key=lambda i: i.value):
            space = iri.value.removesuffix(local_name(iri))
            if space in namespaces and local_name(iri) and not declared.has(iri):
                remedy = "Declare it again, or mend the query"
                yield Finding(iri.value, "used in queries", f"query {place} names it", remedy, where=place)
