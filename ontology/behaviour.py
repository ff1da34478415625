"""Stances and behaviour kinds with their numbers, read from the ontology.

The numbers live in the ontology only: change a half-life in Protégé, and every interest that rests on such behaviour
changes with it.  No name of a kind is written in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pyoxigraph import NamedNode

from penchant.errors import OntologyError, UnknownError
from penchant.ontology import terms
from penchant.ontology.entries import Entry, local_name
from penchant.ontology.files import Triples, ontology_path, read_triples


@dataclass(frozen=True, slots=True)
class Stance:
    """A way to stand towards something.

    Args:
        iri: the individual.
        name: its local name, e.g. ``LikesStance``.
        word: what a model writes for it, e.g. ``likes``.
        facet: ``pen:Attitude``, ``pen:Attention`` or ``pen:Intent``.
        polarity: −1, 0 or 1: the sign that an intensity takes.
        shortcut: the property person → thing that stands for it, if it has one.
        half_life_days: after so many days a sentence that showed it counts half.
        label_en: name in English.
        label_zh: name in Chinese.
        refines: the stance that it is a special case of, if it is one.
        examples: sentences that show it, as (language, sentence), sorted.
    """

    iri: NamedNode
    name: str
    word: str
    facet: NamedNode
    polarity: int
    shortcut: NamedNode | None
    half_life_days: float
    label_en: str
    label_zh: str
    refines: NamedNode | None = None
    examples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BehaviourKind:
    """A kind of thing that people do with items.

    Args:
        iri: the individual.
        name: its local name, e.g. ``View``.
        stance: the stance that it shows.
        intensity: how strongly, in [0, 1]; the stance's polarity gives the sign.
        reliability: how far it can be trusted to show that, in (0, 1).
        half_life_days: after so many days it counts half.
        best_rating: upper end of the rating scale; None where the kind has no value.
        worst_rating: lower end of the rating scale; None where the kind has no value.
        marks_known: whether the person knows the item afterwards, so that it is no news to them.
        label_en: name in English.
        label_zh: name in Chinese.
    """

    iri: NamedNode
    name: str
    stance: NamedNode
    intensity: float
    reliability: float
    half_life_days: float
    best_rating: float | None
    worst_rating: float | None
    marks_known: bool
    label_en: str
    label_zh: str


_T = TypeVar("_T", Stance, BehaviourKind)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All stances and behaviour kinds in force, each reachable by IRI text and by local name.

    ``renames`` maps IRIs and local names of former editions to the IRIs of today: what was written down under an old
    name keeps its meaning.
    """

    stances: Mapping[str, Stance]
    kinds: Mapping[str, BehaviourKind]
    renames: Mapping[str, str] = field(default_factory=dict)

    def stance(self, key: str | NamedNode) -> Stance:
        """The stance with this IRI, local name (``LikesStance``) or word (``likes``).

        Raises:
            UnknownError: there is none.
        """
        return _one(self.stances, self.renames, key, "stance")

    def kind(self, key: str | NamedNode) -> BehaviourKind:
        """The behaviour kind with this IRI or local name (``View``).

        Raises:
            UnknownError: there is none.
        """
        return _one(self.kinds, self.renames, key, "behaviour kind")

    def all_stances(self) -> tuple[Stance, ...]:
        """Every stance once, sorted by IRI."""
        return _each(self.stances)

    def all_kinds(self) -> tuple[BehaviourKind, ...]:
        """Every behaviour kind once, sorted by IRI."""
        return _each(self.kinds)

    def shipped_stances(self) -> tuple[Stance, ...]:
        """The stances that have a word of their own in ``terms.STANCE_WORDS``, sorted by IRI."""
        shipped = set(terms.STANCE_WORDS.values())
        return tuple(s for s in self.all_stances() if s.iri in shipped)

    def refinements(self) -> tuple[Stance, ...]:
        """The stances that are special cases of others, sorted by IRI."""
        return tuple(s for s in self.all_stances() if s.refines is not None)

    def facet(self, kind: BehaviourKind) -> NamedNode:
        """The facet that behaviour of this kind speaks of."""
        return self.stance(kind.stance).facet

    def signed_intensity(self, kind: BehaviourKind, value: float | None = None, usual: float | None = None) -> float:
        """How strongly behaviour of ``kind`` speaks for (above 0) or against (below 0) its item, in [−1, 1].

        A rating is put on its scale first: worst −1, usual 0, best 1, straight between.  Without a value a rating says
        nothing: 0.

        Args:
            kind: what was done.
            value: the rating, for kinds with a scale; values beyond the ends count as the ends.
            usual: the rating that says nothing; the middle of the scale unless given.
        """
        strength = kind.intensity * self.stance(kind.stance).polarity
        worst, best = kind.worst_rating, kind.best_rating
        if best is None or worst is None:
            return strength
        if value is None:
            return 0.0
        zero = (worst + best) / 2 if usual is None else usual
        rated = min(best, max(worst, value))
        side = best - zero if rated > zero else zero - worst
        return strength * (rated - zero) / side if side > 0 else 0.0


def read_vocabulary(
    source: Path | str | Triples | None = None, renames: Mapping[NamedNode, NamedNode] | None = None
) -> Vocabulary:
    """Stances and behaviour kinds of an ontology.

    Args:
        source: an RDF file, or triples or quads (of the store, say); the shipped ontology if None.
        renames: IRIs of former editions → IRIs of today.

    Raises:
        OntologyError: the file cannot be read; a stance or kind lacks something, has it twice, or out of bounds.
    """
    if source is None:
        return _shipped()
    if isinstance(source, Path | str):
        return _vocabulary(read_triples(source), Path(source).name, renames)
    return _vocabulary(source, "ontology", renames)


@lru_cache(maxsize=1)
def _shipped() -> Vocabulary:
    return _vocabulary(read_triples(ontology_path()), ontology_path().name)


def _vocabulary(triples: Triples, where: str, renames: Mapping[NamedNode, NamedNode] | None = None) -> Vocabulary:
    entries: dict[NamedNode, Entry] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            entry = entries.setdefault(triple.subject, Entry(triple.subject, where))
            entry.add(triple.predicate, triple.object)
    stances: dict[str, Stance] = {}
    kinds: dict[str, BehaviourKind] = {}
    for entry in sorted(entries.values(), key=lambda e: (e.has(terms.REFINES), e.iri.value)):
        if entry.is_a(terms.STANCE):
            stance = _refined(entry, stances) if entry.has(terms.REFINES) else _stance(entry)
            _enter(stances, stance, where, stance.iri.value, stance.name, stance.word)
    for entry in sorted(entries.values(), key=lambda e: e.iri.value):
        if entry.is_a(terms.BEHAVIOUR_KIND):
            kind = _kind(entry, stances)
            _enter(kinds, kind, where, kind.iri.value, kind.name)
    if not stances or not kinds:
        raise OntologyError("no stances or no behaviour kinds", expected="both", where=where)
    former = {old.value: new.value for old, new in (renames or {}).items()}
    return Vocabulary(stances, kinds, former | {local_name(NamedNode(old)): new for old, new in former.items()})


def _stance(entry: Entry) -> Stance:
    polarity = entry.number(terms.POLARITY, -1, 1)
    if polarity not in (-1, 0, 1):
        raise entry.error(terms.POLARITY, f"{polarity:g}", "-1, 0 or 1")
    english, chinese = entry.labels()
    return Stance(
        iri=entry.iri,
        name=entry.name,
        word=entry.text(terms.STANCE_WORD),
        facet=entry.named(terms.HAS_FACET),
        polarity=int(polarity),
        shortcut=entry.named(terms.SHORTCUT) if entry.has(terms.SHORTCUT) else None,
        half_life_days=entry.number(terms.HALF_LIFE_DAYS, 0, None, open_ends=True),
        label_en=english,
        label_zh=chinese,
        examples=entry.texts(terms.EXAMPLE),
    )


def _refined(entry: Entry, stances: Mapping[str, Stance]) -> Stance:
    """A special case: facet, polarity and shortcut are those of the stance it refines, and so is what it leaves out."""
    general = entry.named(terms.REFINES)
    if general.value not in stances or stances[general.value].refines is not None:
        raise entry.error(terms.REFINES, str(general), "a stance that refines nothing itself")
    whole = stances[general.value]
    for predicate, found in ((terms.HAS_FACET, whole.facet), (terms.SHORTCUT, whole.shortcut)):
        if entry.has(predicate) and entry.named(predicate) != found:
            raise entry.error(predicate, str(entry.named(predicate)), f"{found}, as {whole.name} has it, or nothing")
    if entry.has(terms.POLARITY) and entry.number(terms.POLARITY, -1, 1) != whole.polarity:
        raise entry.error(terms.POLARITY, "another sign", f"{whole.polarity}, as {whole.name} has it, or nothing")
    english, chinese = entry.labels()
    own = entry.has(terms.HALF_LIFE_DAYS)
    return Stance(
        iri=entry.iri,
        name=entry.name,
        word=entry.text(terms.STANCE_WORD) if entry.has(terms.STANCE_WORD) else english,
        facet=whole.facet,
        polarity=whole.polarity,
        shortcut=whole.shortcut,
        half_life_days=entry.number(terms.HALF_LIFE_DAYS, 0, None, open_ends=True) if own else whole.half_life_days,
        label_en=english,
        label_zh=chinese,
        refines=general,
        examples=entry.texts(terms.EXAMPLE),
    )


def _kind(entry: Entry, stances: Mapping[str, Stance]) -> BehaviourKind:
    stance = entry.named(terms.HAS_STANCE)
    if stance.value not in stances:
        raise entry.error(terms.HAS_STANCE, str(stance), "a stance of the ontology")
    best, worst = (
        entry.number(p, None, None) if entry.has(p) else None for p in (terms.BEST_RATING, terms.WORST_RATING)
    )
    if (best is None) != (worst is None):
        raise entry.error(terms.BEST_RATING, "one end of a scale", "bestRating and worstRating, or neither")
    if best is not None and worst is not None and worst >= best:
        raise entry.error(terms.BEST_RATING, f"{best:g}", f"more than the worst rating, {worst:g}")
    english, chinese = entry.labels()
    return BehaviourKind(
        iri=entry.iri,
        name=entry.name,
        stance=stance,
        intensity=entry.number(terms.INTENSITY, 0, 1),
        reliability=entry.number(terms.RELIABILITY, 0, 1, open_ends=True),
        half_life_days=entry.number(terms.HALF_LIFE_DAYS, 0, None, open_ends=True),
        best_rating=best,
        worst_rating=worst,
        marks_known=entry.truth(terms.MARKS_KNOWN),
        label_en=english,
        label_zh=chinese,
    )


def _enter(into: dict[str, _T], value: _T, where: str, *keys: str) -> None:
    for key in keys:
        if key in into:
            raise OntologyError(
                f"both <{into[key].iri.value}> and <{value.iri.value}> are called {key!r}",
                expected="names and words of their own",
                where=where,
            )
        into[key] = value


def _one(entries: Mapping[str, _T], renames: Mapping[str, str], key: str | NamedNode, what: str) -> _T:
    name = key.value if isinstance(key, NamedNode) else key
    seen = {name}
    while name not in entries and name in renames and renames[name] not in seen:
        name = renames[name]
        seen.add(name)
    if name not in entries:
        raise UnknownError(f"no {what} {name!r}", expected=f"one of {', '.join(e.name for e in _each(entries))}")
    return entries[name]


def _each(entries: Mapping[str, _T]) -> tuple[_T, ...]:
    return tuple(sorted({e.iri: e for e in entries.values()}.values(), key=lambda e: e.iri.value))
