"""Sensitive topics: what the module ``sensitive``, while it is in force, does not let anybody keep.

A topic is a concept in the module's scheme.  A thing falls under it in one of three ways:

- it stands below the topic, or below what the topic names under ``skos:narrowMatch`` or ``skos:exactMatch``: by
  "instance of" once, then by all that is broader, as ``queries/derive/broader_properties.rq`` lists it;
- it has a concept (``pen:hasConcept``) or is the same (``skos:exactMatch``) as something that does;
- a name of it, or of something above it, is among the topic's words (:mod:`penchant.kg.sensitive_words`).

Titles are made of any words, so an item falls under a topic by its concepts alone, and a thing of the world only by a
name that is one of the words and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import pyoxigraph as ox
from pyoxigraph import NamedNode

from penchant.kg.embedded import EmbeddedStore
from penchant.kg.ontology_in_force import OntologyInForce
from penchant.kg.sensitive_words import Words
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t

Sort = Literal["item", "world", "concept"]

_SCHEME: Final = NamedNode(t.SENSITIVE_TOPICS)
_HIDDEN_LABEL: Final = NamedNode(t.SKOS + "hiddenLabel")
_MATCHES: Final = (t.EXACT_MATCH, NamedNode(t.SKOS + "narrowMatch"))
_INSTANCE_OF: Final = NamedNode(t.WDT + "P31")
#: Things whose topic is remembered; more are looked up anew.
_REMEMBERED: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Policy:
    """What the ontology says.

    Args:
        topics: English names of the topics.
        things: topics, their parts, and the things that they match → topic.
        words: by which names a thing falls under a topic.
    """

    topics: frozenset[str] = frozenset()
    things: Mapping[NamedNode, str] = field(default_factory=dict)
    words: Words = field(default_factory=lambda: Words({}, {}))


@dataclass(slots=True)
class SensitiveTopics:
    """The policy in force, asked of the catalogue and the world as they were when it was first asked about a thing.

    Make a new one with :meth:`of` when the ontology, the catalogue or the world has changed.
    """

    _store: EmbeddedStore
    _world: str
    _policy: _Policy
    _broader: tuple[NamedNode, ...] = ()
    _known: dict[NamedNode, tuple[str | None, Sort]] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace) -> SensitiveTopics:
        """The policy of ``workspace``; one that refuses nothing, and costs nothing, where the module isn't in force."""
        world = workspace.graphs.world("").value
        if t.SENSITIVE not in workspace.ontology.files:
            return cls(workspace.store, world, _Policy())
        rows = workspace.store.rows("derive/broader_properties", {"ontology": workspace.graphs.ontology})
        found = {row["property"] for row in rows} | {t.BROADER_TRANSITIVE}
        broader = sorted((p for p in found if isinstance(p, NamedNode)), key=lambda p: p.value)
        return cls(workspace.store, world, _policy(workspace.ontology), tuple(broader))

    @property
    def topics(self) -> tuple[str, ...]:
        """English names of the topics in force, sorted; empty where the module isn't in force."""
        return tuple(sorted(self._policy.topics))

    def topic_of(self, about: NamedNode, label: str = "") -> str | None:
        """English name of the topic that ``about`` falls under; None if it falls under none.

        Args:
            about: a concept, an item or a thing of the world; it need not be stored yet.
            label: what it is called in the text or source at hand.
        """
        if not self._policy.topics:
            return None
        known = self._known.get(about)
        if known is None:
            known = self._topic(about), self._sort(about)
            if len(self._known) < _REMEMBERED:
                self._known[about] = known
        topic, sort = known
        return topic or (self._by_name(label, sort) if label else None)

    def _topic(self, about: NamedNode) -> str | None:
        """The topic of the nearest thing around and above ``about`` that falls under one."""
        same = self._reached([about, *self._objects(about, t.HAS_CONCEPT)], (t.EXACT_MATCH,))
        kinds = [kind for thing in same for kind in self._objects(thing, _INSTANCE_OF)]
        for thing in self._reached([*same, *kinds], (*self._broader, t.EXACT_MATCH)):
            if topic := self._policy.things.get(thing) or self._by_own_name(thing):
                return topic
        return None

    def _reached(self, starts: Iterable[NamedNode], properties: Iterable[NamedNode]) -> list[NamedNode]:
        """``starts`` and all that ``properties`` lead to, the nearest first."""
        properties = tuple(properties)
        reached = dict.fromkeys(starts)
        ring = list(reached)
        while ring:
            ring = [n for thing in ring for p in properties for n in self._objects(thing, p) if n not in reached]
            reached |= dict.fromkeys(ring)
        return list(reached)

    def _objects(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        found = {q.object for q in self._store.quads(subject=subject, predicate=predicate)}
        return sorted((o for o in found if isinstance(o, NamedNode)), key=lambda o: o.value)

    def _by_own_name(self, thing: NamedNode) -> str | None:
        quads = [q for p in (t.LABEL, t.PREF_LABEL) for q in self._store.quads(subject=thing, predicate=p)]
        names = {q.object.value for q in quads if isinstance(q.object, ox.Literal)}
        if not names:
            return None
        sort = self._sort(thing)
        return next((topic for name in sorted(names) if (topic := self._by_name(name, sort))), None)

    def _by_name(self, name: str, sort: Sort) -> str | None:
        return None if sort == "item" else self._policy.words.topic_of(name, whole=sort == "world")

    def _sort(self, thing: NamedNode) -> Sort:
        if any(self._store.quads(subject=thing, predicate=t.TYPE, object=t.ITEM)):
            return "item"
        graphs = {q.graph_name for q in self._store.quads(subject=thing)}
        in_world = any(isinstance(g, NamedNode) and g.value.startswith(self._world) for g in graphs)
        return "world" if in_world else "concept"


def refusal(topic: str) -> str:
    """Why something on ``topic`` is not kept, for the ledger."""
    return f"sensitive topic ({topic}): the policy in force keeps none"


def _policy(ontology: OntologyInForce) -> _Policy:
    said: dict[tuple[NamedNode, NamedNode], list[NamedNode | ox.Literal]] = {}
    for triple in ontology.triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | ox.Literal):
            said.setdefault((triple.subject, triple.predicate), []).append(triple.object)
    concepts = sorted((c for (c, p), o in said.items() if p == t.IN_SCHEME and _SCHEME in o), key=lambda c: c.value)
    things: dict[NamedNode, str] = {}
    anywhere: dict[str, str] = {}
    alone: dict[str, str] = {}
    for concept in concepts:
        topic = _english(said, _top(said, concept, frozenset(concepts)))
        matched = (o for p in _MATCHES for o in said.get((concept, p), ()) if isinstance(o, NamedNode))
        for thing in (concept, *matched):
            things.setdefault(thing, topic)
        for predicate, words in ((t.PREF_LABEL, alone), (_HIDDEN_LABEL, alone), (t.ALT_LABEL, anywhere)):
            for word in _texts(said.get((concept, predicate), ())):
                words.setdefault(word, topic)
    return _Policy(frozenset(things.values()), things, Words(anywhere, alone))


def _top(
    said: Mapping[tuple[NamedNode, NamedNode], list[NamedNode | ox.Literal]],
    concept: NamedNode,
    concepts: frozenset[NamedNode],
) -> NamedNode:
    """The topic that ``concept`` is, or is a part of."""
    seen = {concept}
    while above := [o for o in said.get((concept, t.BROADER), ()) if o in concepts and o not in seen]:
        concept = min((o for o in above if isinstance(o, NamedNode)), key=lambda o: o.value)
        seen.add(concept)
    return concept


def _english(said: Mapping[tuple[NamedNode, NamedNode], list[NamedNode | ox.Literal]], topic: NamedNode) -> str:
    names = [o for p in (t.PREF_LABEL, t.LABEL) for o in said.get((topic, p), ()) if isinstance(o, ox.Literal)]
    english = [o for o in names if o.language == "en"] or names
    return english[0].value if english else topic.value


def _texts(terms: Iterable[NamedNode | ox.Literal]) -> Iterator[str]:
    return (term.value for term in terms if isinstance(term, ox.Literal))
