"""Inference: every rule of prior knowledge is asked about every person, and their interests follow.

An inference draws on *stated* interests only, so that no guess rests on a guess, and is about nothing of which the
person has shown anything themselves.  What a rule no longer says is taken away; running twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from pyoxigraph import NamedNode

from penchant.kg.changes import difference
from penchant.kg.inferences import of_inference
from penchant.kg.interests import News, Rewrite, evidence_of, join, rewrite_interests
from penchant.kg.literals import as_float, as_time
from penchant.kg.merges import whole_person
from penchant.kg.own_graph import item_of, own_graph
from penchant.kg.records import Inference
from penchant.kg.rules import Conclusion, Rule, catalogue_size, conclusions, rule_quads, rules
from penchant.kg.store import Row
from penchant.kg.workspace import Workspace
from penchant.kg.write_events import PEOPLE_PER_CHANGE
from penchant.ontology import terms as t

#: An inference names so many of its grounds, the strongest.
MOST_GROUNDS = 5
#: A rule concludes so much about one person: what most things speak for.
MOST_OF_A_RULE = 20


@dataclass(frozen=True, slots=True)
class InferenceReport:
    """What a run of the rules did.

    Args:
        people: how many were looked at.
        drawn: rule → how many inferences stand now.
        added: quads written.
        removed: quads taken away.
    """

    people: int
    drawn: dict[str, int]
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """A stated interest that rules may draw on."""

    iri: NamedNode
    strength: float
    seen: datetime


def infer(
    workspace: Workspace, people: Iterable[NamedNode] | None = None, progress: Callable[[int], None] = lambda _: None
) -> InferenceReport:
    """Ask every rule about ``people``, and bring their inferences and interests up to date.

    Args:
        workspace: where they stand.
        people: whom to look at; everybody if None.
        progress: called with the number of people done.

    Raises:
        QueryError: a rule's file is wrong.
        UnknownError: a rule names a stance that the ontology in force does not have.
    """
    everybody = _everybody(workspace) if people is None else sorted(set(people), key=lambda p: p.value)
    everybody = [person for person in everybody if whole_person(workspace, person) == person]
    every_rule = rules()
    items = catalogue_size(workspace.store)
    run = workspace.ledger.begin("infer", "rules")
    added, removed, done = _describe_rules(workspace, run), 0, 0
    drawn = Counter({rule.name: 0 for rule in every_rule})
    for first in range(0, len(everybody), PEOPLE_PER_CHANGE):
        several = everybody[first : first + PEOPLE_PER_CHANGE]
        rewrites = []
        for person in several:
            shown = {e.about for e in evidence_of(workspace, person) if not e.inferred}
            inferences = list(_draw(workspace, person, every_rule, items, shown))
            drawn.update(rule.name for rule, _ in inferences)
            rewrites.append(_rewrite(workspace, person, [inference for _, inference in inferences]))
        whole = join(rewrites)
        workspace.gate.demand(whole.nodes)
        workspace.commit(run, whole.change)
        added, removed, done = added + len(whole.change.insert), removed + len(whole.change.delete), done + len(several)
        progress(done)
    workspace.checkpoint()
    report = InferenceReport(done, dict(sorted(drawn.items())), added, removed)
    workspace.ledger.finish(run, note=asdict(report))
    return report


def _everybody(workspace: Workspace) -> list[NamedNode]:
    return [row["person"] for row in workspace.store.rows("person/everybody") if isinstance(row["person"], NamedNode)]


def _describe_rules(workspace: Workspace, run: int) -> int:
    """Put rules that are new into ``derived``, where the next derivation keeps them."""
    graph = workspace.graphs.derived
    wanted = set(rule_quads(workspace.namer, graph))
    change = difference({q for q in wanted if any(workspace.store.same_triple(q))}, wanted)
    workspace.commit(run, change)
    return len(change.insert)


def _draw(
    workspace: Workspace, person: NamedNode, every_rule: Iterable[Rule], items: int, shown: set[NamedNode]
) -> Iterator[tuple[Rule, Inference]]:
    """What the rules conclude about ``person``, beyond the things of which they have ``shown`` something themselves."""
    stated = [_ground(row) for row in workspace.store.rows("person/stated_interests", {"person": person})]
    grounds = {ground.iri.value: ground for ground in stated}
    for rule in every_rule:
        found = conclusions(workspace.store, rule, person, items)
        left = MOST_OF_A_RULE
        for conclusion in sorted(found, key=lambda c: (-c.support, -c.strength, c.about.value)):
            own = [grounds[iri] for iri in conclusion.grounds if iri in grounds]
            about = _canonical(workspace, conclusion.about)
            if left and own and not shown & {about, conclusion.about}:
                left -= 1
                yield rule, _inference(workspace, person, rule, conclusion, about, own)


def _inference(
    workspace: Workspace,
    person: NamedNode,
    rule: Rule,
    conclusion: Conclusion,
    about: NamedNode,
    grounds: list[_Ground],
) -> Inference:
    grounds.sort(key=lambda ground: (-ground.strength, ground.iri.value))
    return Inference(
        iri=workspace.namer.inference(person, about, rule.name),
        holder=person,
        about=about,
        stance=workspace.vocabulary.stance(rule.stance).iri,
        intensity=rule.intensity,
        confidence=round(rule.weight * conclusion.strength, 4),  # as it is stored
        at=max(ground.seen for ground in grounds),
        rule=workspace.namer.rule(rule.name),
        grounds=tuple(ground.iri for ground in grounds[:MOST_GROUNDS]),
    )


def _rewrite(workspace: Workspace, person: NamedNode, inferences: list[Inference]) -> Rewrite:
    """What brings the person's graph to ``inferences``, and their interests to both."""
    graph = workspace.graphs.user(person)
    wanted = {quad for inference in inferences for quad in inference.quads(graph)}
    present = own_graph(workspace, person).of_class(t.INFERENCE)
    change = difference(present, wanted)
    touched = {quad.subject for quad in change.insert}
    own = Rewrite(change, tuple(quad for quad in wanted if quad.subject in touched))
    news = News(
        gone=frozenset(q.subject for q in present if isinstance(q.subject, NamedNode)),
        evidence=tuple(of_inference(inference, workspace.vocabulary) for inference in inferences),
    )
    return join([own, rewrite_interests(workspace, person, news)])


def _canonical(workspace: Workspace, thing: NamedNode) -> NamedNode:
    """The item that stands for ``thing``, where a link says so."""
    return item_of(workspace.store, thing) or thing


def _ground(row: Row) -> _Ground:
    interest = row["interest"]
    assert isinstance(interest, NamedNode)
    strength = abs(as_float(row["weight"])) * as_float(row["confidence"])
    return _Ground(interest, strength, as_time(row["seen"]))
