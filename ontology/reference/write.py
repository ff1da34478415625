"""A readable reference of an ontology, in English or Chinese: Markdown with links, the same for the same ontology."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, cast

from pyoxigraph import Literal, NamedNode

from penchant.errors import OntologyError
from penchant.ontology import terms
from penchant.ontology.declared import Declarations, declarations
from penchant.ontology.files import Node, Triples
from penchant.ontology.items.hierarchy import Hierarchy, hierarchy
from penchant.ontology.reference.class_words import ClassWords
from penchant.ontology.reference.individuals import concept_lists, kind_row, stance_lines
from penchant.ontology.reference.page import Page, link, plain
from penchant.ontology.reference.terms import ReferenceTerms
from penchant.ontology.reference.words import Lang

_LANGUAGES: Final = ("en", "zh")
_PROPERTY_KINDS: Final = ("object property", "data property", "annotation property")
_CHARACTERS: Final = (
    *("FunctionalProperty", "InverseFunctionalProperty", "TransitiveProperty", "SymmetricProperty"),
    *("AsymmetricProperty", "ReflexiveProperty", "IrreflexiveProperty"),
)


def reference(triples: Triples, lang: str) -> str:
    """A reference page of all that ``triples`` declare.

    Args:
        triples: one ontology, or several together.
        lang: ``en`` or ``zh``: language of headings, phrases, labels, definitions and examples.

    Raises:
        OntologyError: the language is neither.
    """
    if lang not in _LANGUAGES:
        raise OntologyError(f"language {lang!r}", expected="en or zh", where="reference")
    return _Reference(hierarchy(declarations(triples)), cast(Lang, lang)).text()


class _Reference:
    """Writes the page; every own term gets one entry."""

    def __init__(self, order: Hierarchy, lang: Lang) -> None:
        self._order = order
        self._declared: Declarations = order.declared
        self._lang: Lang = lang
        self._page = Page()
        self._terms = ReferenceTerms(order, lang)
        self._words = ClassWords(order, lang, self._terms.linked)

    def text(self) -> str:
        sections: list[tuple[str, list[NamedNode], Callable[[list[NamedNode]], None]]] = [
            ("classes", self._terms.of_kind("class"), self._classes),
            ("properties", self._terms.of_kind(*_PROPERTY_KINDS), self._properties),
            ("stances", self._terms.individuals(terms.STANCE), self._stances),
            ("kinds", self._terms.individuals(terms.BEHAVIOUR_KIND), self._kinds),
            ("schemes", self._terms.individuals(terms.CONCEPT_SCHEME), self._schemes),
            ("concepts", self._loose_concepts(), self._concepts),
            ("individuals", self._others(), self._entries),
            ("datatypes", self._terms.of_kind("datatype"), self._entries),
            ("borrowed", [n for n in self._declared.named() if n not in self._terms.own], self._borrowed),
            ("index", list(self._terms.own), self._index),
        ]
        sections = [section for section in sections if section[1]]
        self._head()
        self._page.heading(2, self._terms.say("contents"))
        self._page.add(*(f"- {link(self._terms.say(key), f'section {key}')}" for key, _, _ in sections))
        for key, members, write in sections:
            self._page.heading(2, self._terms.say(key), f"section {key}")
            write(members)
        return self._page.text()

    # Head

    def _head(self) -> None:
        titles = [self._terms.text(h, NamedNode(terms.DCTERMS + "title")) or h.value for h in self._terms.headers]
        self._page.heading(1, plain(titles[0]) if titles else self._terms.say("index"))
        self._page.add(self._terms.say("made"), "")
        for at, header in enumerate(self._terms.headers):
            if at:
                self._page.heading(2, plain(titles[at]))
            version = self._terms.text(header, NamedNode(terms.OWL + "versionInfo"))
            shown = f"{self._terms.say('version')} {version} · " if version else ""
            self._page.add(f"{shown}<{header.value}>", "")
            self._page.add(plain(self._terms.text(header, NamedNode(terms.DCTERMS + "description"))), "")

    # Classes

    def _classes(self, classes: list[NamedNode]) -> None:
        self._page.heading(3, self._terms.say("tree"))
        straight = {c: [u for u in self._order.classes.get(c, ()) if u in classes] for c in classes}
        seen: set[NamedNode] = set()
        for top in self._terms.sorted(c for c in classes if not straight[c]):
            self._branch(top, straight, 0, seen)
        for left in self._terms.sorted(set(classes) - seen):  # in a circle
            self._branch(left, straight, 0, seen)
        for cls in self._terms.sorted(classes):
            self._class(cls)

    def _branch(
        self, cls: NamedNode, above: dict[NamedNode, list[NamedNode]], depth: int, seen: set[NamedNode]
    ) -> None:
        definition = self._terms.definition(cls).partition("。" if self._lang == "zh" else ". ")[0].rstrip(".")
        self._page.add(
            f"{'  ' * depth}- {self._terms.linked(cls)}{self._terms.say('dash') + definition if definition else ''}"
        )
        if cls in seen:
            return
        seen.add(cls)
        for below in self._terms.sorted(c for c, uppers in above.items() if cls in uppers):
            self._branch(below, above, depth + 1, seen)

    def _class(self, cls: NamedNode) -> None:
        self._entry(cls)
        parts = self._order.parts.get(cls, ())
        named = [self._terms.linked(p) for p in self._terms.sorted(p for p in parts if isinstance(p, NamedNode))]
        other = [self._words.expression(p) for p in parts if not isinstance(p, NamedNode) and not self._on(p)]
        apart = {o for s, o in self._disjoint() if s == cls}
        self._facts(
            cls,
            ("above", named + sorted(set(other))),
            (
                "below",
                [
                    self._terms.linked(c)
                    for c in self._terms.sorted(c for c, up in self._order.classes.items() if cls in up)
                ],
            ),
            ("apart", [self._terms.linked(c) for c in self._terms.sorted(apart)]),
        )
        own = self._terms.sorted(self._words.properties(cls))
        rows = [self._property_row(p, cls) for p in own]
        for upper in (u for u in self._order.classes_above(cls) if u in self._terms.own):
            inherited = [p for p in self._terms.sorted(self._words.properties(upper)) if p not in own]
            rows += [self._property_row(p, cls, upper) for p in inherited]
            own += inherited
        if rows:
            self._page.table([self._terms.say(k) for k in ("property", "value", "number", "meaning")], rows)
        self._examples(cls)

    def _property_row(self, path: NamedNode, cls: NamedNode, by: NamedNode | None = None) -> list[str]:
        name = self._terms.linked(path)
        if by is not None:
            name += self._terms.say("inherited").format(self._terms.linked(by))
        return [name, self._words.values(path, cls), self._words.number(path, cls), self._terms.definition(path)]

    def _disjoint(self) -> Iterator[tuple[NamedNode, NamedNode]]:
        declared = self._declared
        for s, o in declared.pairs(NamedNode(terms.OWL + "disjointWith")):
            if isinstance(s, NamedNode) and isinstance(o, NamedNode):
                yield from ((s, o), (o, s))
        for node in declared.of(terms.OWL + "AllDisjointClasses"):
            for head in declared.objects(node, NamedNode(terms.OWL + "members")):
                members = [m for m in declared.list_items(head) if isinstance(m, NamedNode)]
                yield from ((a, b) for a in members for b in members if a != b)

    # Properties

    def _properties(self, properties: list[NamedNode]) -> None:
        for path in self._terms.sorted(properties):
            self._entry(path)
            kinds = self._declared.kinds[path]
            characters = [self._terms.say(c) for c in _CHARACTERS if path in self._declared.of(terms.OWL + c)]
            facts = [("sort", [self._terms.say(k) for k in _PROPERTY_KINDS if k in kinds])]
            if "annotation property" not in kinds:
                facts += [("of", [self._words.domain(path)]), ("value", [self._words.values(path)])]
            self._facts(
                path,
                *facts,
                ("property above", self._terms.links(path, terms.RDFS + "subPropertyOf")),
                ("disjoint", self._terms.links(path, terms.OWL + "propertyDisjointWith", both=True)),
                ("inverse", self._terms.links(path, terms.OWL + "inverseOf", both=True)),
                ("character", characters),
            )
            self._examples(path)

    # Individuals

    def _stances(self, stances: list[NamedNode]) -> None:
        for stance in self._terms.sorted(stances):
            self._entry(stance)
            self._facts(stance, *stance_lines(stance, self._declared, self._lang, self._terms.linked))
            self._examples(stance)

    def _kinds(self, kinds: list[NamedNode]) -> None:
        head = ("kind", "done", "stance", "intensity", "reliability", "half-life in days", "known", "scale", "reason")
        rows = []
        for kind in self._terms.sorted(kinds):
            self._page.anchor(kind.value, "section kinds")
            numbers = kind_row(kind, self._declared, self._lang, self._terms.linked)
            reason = plain(self._terms.text(kind, NamedNode(terms.RDFS + "comment")))
            rows.append(
                [
                    f"`{self._terms.short(kind)}` {self._terms.label(kind)}",
                    self._terms.definition(kind),
                    *numbers,
                    reason,
                ]
            )
        self._page.table([self._terms.say(k) for k in head], rows)

    def _schemes(self, schemes: list[NamedNode]) -> None:
        for scheme in self._terms.sorted(schemes):
            self._entry(scheme)
            self._facts(scheme)
            self._concepts([c for c in self._terms.all_concepts() if self._scheme_of(c, schemes) == scheme])

    def _scheme_of(self, concept: NamedNode, schemes: list[NamedNode]) -> NamedNode | None:
        """The scheme under which a concept is shown: one, even if it is in several."""
        return next((s for s in schemes if s in self._declared.objects(concept, terms.IN_SCHEME)), None)

    def _concepts(self, concepts: list[NamedNode]) -> None:
        schemes = self._terms.individuals(terms.CONCEPT_SCHEME)
        for concept in concepts:
            scheme = self._scheme_of(concept, schemes)
            self._page.anchor(concept.value, scheme.value if scheme else "section concepts")
        lines = concept_lists(
            self._terms.sorted(concepts),
            self._declared,
            self._lang,
            lambda c: f"`{self._terms.short(c)}` {self._terms.label(c)}",
        )
        self._page.add(*lines, "")

    def _entries(self, those: list[NamedNode]) -> None:
        for term in self._terms.sorted(those):
            self._entry(term)
            is_individual = "individual" in self._declared.kinds[term]
            types = self._terms.links(term, terms.RDF + "type") if is_individual else [self._words.values_of(term)]
            self._facts(term, ("is a", types))
            self._examples(term)

    def _borrowed(self, borrowed: list[NamedNode]) -> None:
        rows = []
        for term in self._terms.sorted(borrowed):
            source = next(iter(self._declared.objects(term, NamedNode(terms.RDFS + "isDefinedBy"))), None)
            where = f"<{source.value}>" if isinstance(source, NamedNode) else ""
            rows.append([f"`{self._terms.short(term)}`", self._terms.label(term), where])
        self._page.table([self._terms.say(k) for k in ("term", "name", "from")], rows)

    def _index(self, own: list[NamedNode]) -> None:
        self._page.add(
            *(f"- {self._terms.linked(term)} `{self._terms.short(term)}`" for term in self._terms.sorted(own))
        )

    # What every entry has

    def _entry(self, term: NamedNode) -> None:
        self._page.heading(3, f"`{self._terms.short(term)}` {self._terms.label(term)}", term.value)
        if any(
            isinstance(v, Literal) and v.value in {"true", "1"}
            for v in self._terms.said(term, terms.OWL + "deprecated")
        ):
            self._page.add(self._terms.say("deprecated"), "")
        self._page.add(self._terms.definition(term), "")

    def _facts(self, term: NamedNode, *facts: tuple[str, Iterable[str]]) -> None:
        for key, values in (*facts, *self._remarks(term)):
            if shown := self._terms.say("comma").join(values):
                self._page.add(f"- **{self._terms.say(key)}**{self._terms.say('colon')}{shown}")
        self._page.add("")

    def _remarks(self, term: NamedNode) -> list[tuple[str, list[str]]]:
        """What any entry may have besides: why it is so, what it replaces, where else to look."""
        comment = plain(self._terms.text(term, NamedNode(terms.RDFS + "comment")))
        elsewhere = sorted(
            f"<{n.value}>" for n in self._terms.said(term, terms.RDFS + "seeAlso") if isinstance(n, NamedNode)
        )
        replaced = self._terms.links(term, terms.DCTERMS + "replaces")
        return [("why", [comment] if comment else []), ("replaces", replaced), ("see also", elsewhere)]

    def _examples(self, term: NamedNode) -> None:
        given = (v for v in self._declared.objects(term, terms.EXAMPLE) if isinstance(v, Literal))
        if sentences := sorted(v.value for v in given if v.language == self._lang):
            self._page.add(f"**{self._terms.say('examples')}**", "", *(f"- {plain(s)}" for s in sentences), "")

    # Which terms

    def _loose_concepts(self) -> list[NamedNode]:
        schemes = set(self._terms.individuals(terms.CONCEPT_SCHEME))
        return [c for c in self._terms.all_concepts() if not schemes & set(self._declared.objects(c, terms.IN_SCHEME))]

    def _others(self) -> list[NamedNode]:
        shown = {*self._terms.all_concepts()}
        for cls in (terms.STANCE, terms.BEHAVIOUR_KIND, terms.CONCEPT_SCHEME):
            shown |= set(self._terms.individuals(cls))
        taken = set(self._terms.of_kind("class", *_PROPERTY_KINDS, "datatype"))
        return [n for n in self._terms.of_kind("individual") if n not in shown | taken]

    def _on(self, part: Node) -> bool:
        return bool(self._terms.said(part, terms.OWL + "onProperty"))
