"""What a person says of their own interests: it outranks all evidence, whatever is read or done afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from pyoxigraph import NamedNode, Quad

from penchant.errors import InputError
from penchant.kg.changes import difference
from penchant.kg.evidence import of_stance
from penchant.kg.fusion import Evidence, fuse
from penchant.kg.interests import News, Rewrite, evidence_of, join, rewrite_interests
from penchant.kg.literals import kept, utc
from penchant.kg.merges import identifiers, whole_person
from penchant.kg.own_graph import item_of, own_graph
from penchant.kg.records import Correction, person_quads
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t
from penchant.ontology.behaviour import Stance


def correct(
    workspace: Workspace,
    person: NamedNode,
    about: NamedNode,
    stance: str,
    intensity: float = 1.0,
    now: datetime | None = None,
) -> Change:
    """Let ``person`` say how they stand towards ``about``; what was written.

    Args:
        workspace: where.
        person: under any identifier.
        about: the thing.
        stance: a stance's word (``likes``, ``dislikes``, ``wants``, ``interested``, ``neutral``).
        intensity: how strongly, in [0, 1].
        now: when they say so; this moment unless given.

    Raises:
        UnknownError: no stance has that word.
        InputError: the intensity is out of bounds.
    """
    if not 0 <= intensity <= 1:
        raise InputError(f"an intensity of {intensity:g}", expected="a number from 0 to 1", where="--intensity")
    return _say(workspace, person, about, [(workspace.vocabulary.stance(stance), intensity)], now)


def disown(workspace: Workspace, person: NamedNode, about: NamedNode, now: datetime | None = None) -> Change:
    """Let ``person`` say that ``about`` is no interest of theirs, whatever speaks for one; what was written.

    Raises:
        InputError: they have no interest in it.
    """
    thing = item_of(workspace.store, about) or about
    found = fuse((e for e in evidence_of(workspace, person) if e.about == thing), workspace.vocabulary)
    if not found:
        raise InputError("there is no interest to take back", where=about.value, expected="one of the person's own")
    stances = [workspace.vocabulary.stance(one.stance) for one in found]
    plain = [workspace.vocabulary.stance(one.refines) if one.refines else one for one in stances]
    return _say(workspace, person, thing, [(one, 0.0) for one in plain], now)


def uncorrect(workspace: Workspace, person: NamedNode, about: NamedNode) -> Change:
    """Take back everything that ``person`` has said of their interest in ``about``; what was written.

    Raises:
        InputError: they have said nothing of it.
    """
    things = {about, item_of(workspace.store, about) or about}
    gone: set[Quad] = set()
    for one in identifiers(workspace, person):
        own = own_graph(workspace, one)
        for node in own.nodes(t.CORRECTION):
            if node.iri_of(t.ABOUT) in things:
                gone.update(own.quads[node.iri])
    if not gone:
        raise InputError("there is no correction to take back", where=about.value)
    news = News(gone=frozenset(quad.subject for quad in gone if isinstance(quad.subject, NamedNode)))
    own_change = Rewrite(difference(gone, set()), ())
    return _write(workspace, join([own_change, rewrite_interests(workspace, person, news)]), "undo")


def _say(
    workspace: Workspace,
    person: NamedNode,
    about: NamedNode,
    said: Iterable[tuple[Stance, float]],
    now: datetime | None,
) -> Change:
    whole = whole_person(workspace, person)
    graph = workspace.graphs.user(whole)
    thing = item_of(workspace.store, about) or about
    at = utc(now or datetime.now(UTC))
    rows = [
        Correction(workspace.namer.correction(whole, thing, one.facet), whole, thing, one.iri, kept(strength), at)
        for one, strength in said
    ]
    wanted = set(person_quads(whole, graph)) | {quad for row in rows for quad in row.quads(graph)}
    own = own_graph(workspace, whole)
    present = {quad for row in rows for quad in own.quads.get(row.iri, ())}
    present |= {quad for quad in own.quads.get(whole, ()) if quad.predicate == t.TYPE}
    news = News(gone=frozenset(row.iri for row in rows), evidence=tuple(_evidence(workspace, row) for row in rows))
    own_change = Rewrite(difference(present, wanted), tuple(wanted))
    return _write(workspace, join([own_change, rewrite_interests(workspace, whole, news)]), "correct")


def _evidence(workspace: Workspace, row: Correction) -> Evidence:
    return of_stance(
        workspace.vocabulary.stance(row.stance),
        iri=row.iri,
        about=row.about,
        strength=row.intensity,
        quality=1.0,
        at=row.at,
        correction=True,
    )


def _write(workspace: Workspace, rewrite: Rewrite, what: str) -> Change:
    workspace.gate.demand(rewrite.nodes)
    run = workspace.ledger.begin("person", what)
    workspace.commit(run, rewrite.change)
    workspace.checkpoint()
    workspace.ledger.finish(run, note={"quads": len(rewrite.change.insert) + len(rewrite.change.delete)})
    return rewrite.change
