"""What people call things at the front door: ids of people and items, IRIs, prefixed names, values of queries."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from penchant.errors import QueryError, UnknownError
from penchant.kg.catalogue import item_iri
from penchant.kg.item_quads import as_iri
from penchant.kg.merges import whole_person
from penchant.kg.normalise import normal
from penchant.kg.workspace import Workspace
from penchant.queries.loader import NamedQuery


def person(workspace: Workspace, id: str) -> NamedNode:
    """The person whom sources call ``id``; the person's IRI will do.  One that was merged is the whole person.

    Raises:
        UnknownError: nothing is known of that person.
    """
    return whole_person(workspace, identifier(workspace, id))


def identifier(workspace: Workspace, id: str) -> NamedNode:
    """The very person whom sources call ``id``, also where they were merged into another; the IRI will do.

    Raises:
        UnknownError: nothing is known of that person.
    """
    found = named_person(workspace, id)
    if not workspace.store.contains_graph(workspace.graphs.user(found)):
        raise UnknownError(
            f"nothing is known of the person {id!r}",
            remedy="Add texts or events first: `penchant add texts FILE`, `penchant add events FILE`",
        )
    return found


def named_person(workspace: Workspace, id: str) -> NamedNode:
    """The IRI of whom sources call ``id``, whether or not anything is known of them."""
    iri = as_iri(id) if id.startswith(workspace.graphs.base + "u/") else None
    return iri or workspace.namer.person(id)


def own_thing(workspace: Workspace, owner: NamedNode, name: str) -> NamedNode:
    """What ``owner`` calls ``name``: an item by id, an IRI, a prefixed name, or the name of an interest of theirs.

    Raises:
        UnknownError: it is none of these, or the name of several things.
    """
    names = workspace.store.rows("person/names_of_interests", {"person": owner})
    wanted = normal(name)
    called: dict[str, str] = {}
    for row in names:
        about, label = row["about"], row["label"]
        if isinstance(about, NamedNode) and isinstance(label, Literal) and normal(label.value) == wanted:
            called[about.value] = label.value
    found = item_iri(workspace, name) or as_iri(name)
    if found is not None and found.value not in called:
        called = {} if as_iri(name) == found or not called else {**called, found.value: name}
    if len(called) > 1:
        raise UnknownError(
            f"{name!r} is the name of several things",
            expected="one of " + ", ".join(sorted(called)),
            remedy="Name it by its IRI",
        )
    if called:
        return NamedNode(next(iter(called)))
    if found is None:
        raise UnknownError(
            f"there is no interest called {name!r}",
            expected="an item's id, an IRI, a prefixed name such as wd:Q200092, or the name of an interest",
            remedy="`penchant person show` lists the interests",
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
