"""Own terms of an ontology, and how a page speaks of any term in one language."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from penchant.ontology import terms
from penchant.ontology.entries import local_name
from penchant.ontology.files import Node
from penchant.ontology.items.hierarchy import Hierarchy
from penchant.ontology.items.schema import known_prefixes, label_of
from penchant.ontology.reference.page import link, plain
from penchant.ontology.reference.words import Lang, words


class ReferenceTerms:
    """Terms of an ontology, named and sorted for readers of ``lang``.

    ``headers`` are the ontologies, the core first; ``own`` are the terms in their namespaces, sorted.
    """

    def __init__(self, order: Hierarchy, lang: Lang) -> None:
        self.lang = lang
        self._order = order
        self._prefixes = known_prefixes(order.declared)
        headers = {n for n in order.declared.of(terms.OWL + "Ontology") if isinstance(n, NamedNode)}
        self.headers = sorted(headers, key=lambda n: (n.value != terms.PEN.rstrip("#"), n.value))
        spaces = tuple(f"{h.value.rstrip('#/')}{end}" for h in self.headers for end in "#/")
        self.own = dict.fromkeys(n for n in order.declared.named() if n.value.startswith(spaces))

    def of_kind(self, *kinds: str) -> list[NamedNode]:
        """Own terms that are declared as one of ``kinds``, sorted."""
        return [n for n in self.own if self._order.declared.kinds[n] & set(kinds)]

    def individuals(self, cls: NamedNode) -> list[NamedNode]:
        """Own individuals directly of ``cls``, sorted."""
        return [n for n in self.of_kind("individual") if n in self._order.declared.individuals(cls)]

    def all_concepts(self) -> list[NamedNode]:
        """Own individuals of ``skos:Concept`` or below, sorted."""
        classes = (terms.SKOS_CONCEPT, *self._order.classes_below(terms.SKOS_CONCEPT))
        members = {i for c in classes for i in self._order.declared.individuals(c)}
        return [n for n in self.of_kind("individual") if n in members]

    def sorted(self, those: Iterable[NamedNode]) -> list[NamedNode]:
        """Each once, by label in the language of the page."""
        return sorted(set(those), key=lambda n: (self.label(n).casefold(), n.value))

    # Words

    def say(self, key: str) -> str:
        """A phrase."""
        return words(key, self.lang)

    def label(self, term: NamedNode) -> str:
        """The label of a term, for Markdown."""
        return plain(label_of(term, self._order.declared, self.lang))

    def linked(self, term: NamedNode) -> str:
        """The label with a link to its entry; a borrowed term with its short IRI."""
        shown = link(self.label(term), term.value)
        return shown if term in self.own else f"{shown}{self.say('open')}`{self.short(term)}`{self.say('close')}"

    def links(self, term: NamedNode, predicate: str, *, both: bool = False) -> list[str]:
        """Linked values of ``predicate``; ``both``: in either direction."""
        there = NamedNode(predicate)
        found: set[Node] = set(self._order.declared.objects(term, there))
        if both:
            found |= {s for s, o in self._order.declared.pairs(there) if o == term}
        named = {n for n in found if isinstance(n, NamedNode) and not n.value.startswith(terms.OWL)}
        return [self.linked(n) for n in self.sorted(named)]

    def definition(self, term: NamedNode) -> str:
        """The definition, for Markdown; empty where there is none."""
        return plain(self.text(term, terms.DEFINITION))

    def text(self, term: NamedNode, predicate: NamedNode) -> str:
        """The text under ``predicate`` in the language of the page, or else another."""
        given = {
            v.language or "": v.value
            for v in sorted(self._order.declared.objects(term, predicate), key=str)
            if isinstance(v, Literal)
        }
        return given.get(self.lang) or given.get("") or given.get("en") or given.get("zh") or ""

    def said(self, term: Node, predicate: str) -> list[Node]:
        """Values under ``predicate``."""
        return self._order.declared.objects(term, NamedNode(predicate))

    def short(self, term: NamedNode) -> str:
        """The IRI with its prefix, if one is known."""
        name = local_name(term)
        space = term.value.removesuffix(name)
        return f"{self._prefixes[space]}:{name}" if self._prefixes.get(space) else term.value
