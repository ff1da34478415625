"""What people call things at the front door: ids of people and items, IRIs, prefixed names, values of queries."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from penchant.errors import QueryError, UnknownError
from penchant.kg.catalogue import item_iri
from penchant.kg.item_quads import as_iri
from penchant.kg.workspace import Workspace
from penchant.queries.loader import NamedQuery


def person(workspace: Workspace, id: str) -> NamedNode:
    """The person whom sources call ``id``; the person's IRI will do.

    Raises:
        UnknownError: nothing is known of that person.
    """
    iri = as_iri(id) if id.startswith(workspace.graphs.base) else None
    found = iri or workspace.namer.person(id)
    if not workspace.store.contains_graph(workspace.graphs.user(found)):
        raise UnknownError(
            f"nothing is known of the person {id!r}",
            remedy="Add texts or events first: `penchant add texts FILE`, `penchant add events FILE`",
        )
    return found


def item(workspace: Workspace, id: str) -> NamedNode:
    """The item that the shop calls ``id``; an IRI or a prefixed name will do.

    Raises:
        UnknownError: it is not in the catalogue.
    """
    found = item_iri(workspace, id)
    if found is None:
        raise UnknownError(f"no item {id!r} in the catalogue", remedy="Add it with `penchant add items FILE`")
    return found


def resolved(name: str) -> NamedNode:
    """The IRI that ``name`` is, or stands for with its prefix.

    Raises:
        UnknownError: it is none.
    """
    iri = as_iri(name)
    if iri is None:
        raise UnknownError(f"{name!r} is no IRI", expected="an IRI, or a prefixed name such as wdt:P136")
    return iri


def term(workspace: Workspace, query: NamedQuery, name: str, value: str) -> NamedNode | Literal:
    """The term that ``value`` means for the parameter ``name``: a person's or item's id where one is asked for.

    Raises:
        UnknownError: it names nobody, or nothing.
        QueryError: it should be a number, and is none.
    """
    kind = query.kinds.get(name, "string")
    if kind == "graph":
        return workspace.graphs.user(person(workspace, value))
    if kind == "IRI":
        if name in {"person", "user", "holder"}:
            return person(workspace, value)
        return item_iri(workspace, value) or resolved(value)
    if kind in {"integer", "number"}:
        try:
            return Literal(float(value) if "." in value else int(value))
        except ValueError as error:
            raise QueryError(
                f"{name} is {value!r}", expected=f"a number ({kind})", where=f"query {query.name}"
            ) from error
    return Literal(value)
