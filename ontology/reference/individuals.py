"""Stances, behaviour kinds and concepts as lines of the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyoxigraph import Literal, NamedNode

from penchant.ontology import terms
from penchant.ontology.declared import Declarations
from penchant.ontology.reference.page import plain
from penchant.ontology.reference.words import WORDS, Lang, words

Name = Callable[[NamedNode], str]


def stance_lines(stance: NamedNode, declared: Declarations, lang: Lang, name: Name) -> list[tuple[str, list[str]]]:
    """What there is to say of a stance: key of a phrase, and its values; a special case says what it inherits."""
    wholes = [n for n in declared.objects(stance, terms.REFINES) if isinstance(n, NamedNode)]

    def own(predicate: NamedNode) -> str:
        for one in (stance, *wholes):
            for value in declared.objects(one, predicate):
                return name(value) if isinstance(value, NamedNode) else getattr(value, "value", "")
        return ""

    polarity, days, word = own(terms.POLARITY), own(terms.HALF_LIFE_DAYS), own(terms.STANCE_WORD)
    lines = [
        ("refines", ", ".join(name(n) for n in wholes)),
        ("facet", own(terms.HAS_FACET)),
        ("polarity", words(polarity, lang) if polarity in WORDS else polarity),
        ("half-life", words("days", lang).format(_number(days)) if days else ""),
        ("shortcut", own(terms.SHORTCUT)),
        ("word", f"`{word}`" if word else ""),
    ]
    return [(key, [value]) for key, value in lines if value]


def kind_row(kind: NamedNode, declared: Declarations, lang: Lang, name: Name) -> list[str]:
    """Cells of a behaviour kind: stance, intensity, reliability, half-life, whether known, scale."""

    def one(predicate: NamedNode) -> str:
        value = next(iter(declared.objects(kind, predicate)), None)
        return name(value) if isinstance(value, NamedNode) else getattr(value, "value", "")

    worst, best = one(terms.WORST_RATING), one(terms.BEST_RATING)
    return [
        one(terms.HAS_STANCE),
        *(_number(one(p)) for p in (terms.INTENSITY, terms.RELIABILITY, terms.HALF_LIFE_DAYS)),
        words("yes", lang) if one(terms.MARKS_KNOWN) in {"true", "1"} else "",
        words("from to", lang).format(_number(worst), _number(best)) if worst and best else "",
    ]


def concept_lists(concepts: Sequence[NamedNode], declared: Declarations, lang: Lang, name: Name) -> list[str]:
    """Concepts as a list, narrower ones under broader ones; each once."""
    held, seen = set(concepts), set[NamedNode]()
    lines: list[str] = []

    def branch(concept: NamedNode, depth: int) -> None:
        if concept in seen:
            return
        seen.add(concept)
        others = sorted(
            {
                v.value
                for v in declared.objects(concept, terms.ALT_LABEL)
                if isinstance(v, Literal) and v.language == lang
            }
        )
        also = words("comma", lang).join(map(plain, others))
        gap = "" if lang == "zh" else " "
        shown = f"{words('open', lang)}{words('also called', lang)}{gap}{also}{words('close', lang)}" if also else ""
        definition = next(
            (
                v.value
                for v in declared.objects(concept, terms.DEFINITION)
                if isinstance(v, Literal) and v.language == lang
            ),
            "",
        )
        said = f"{words('dash', lang)}{plain(definition)}" if definition else ""
        lines.append(f"{'  ' * depth}- {name(concept)}{shown}{said}")
        for below in concepts:
            if concept in declared.objects(below, terms.BROADER):
                branch(below, depth + 1)

    for concept in concepts:
        if not held & set(declared.objects(concept, terms.BROADER)):
            branch(concept, 0)
    for concept in concepts:  # in a circle
        branch(concept, 0)
    return lines


def _number(text: str) -> str:
    """A number as people write it: 730, not 730.0."""
    return text.rstrip("0").rstrip(".") if "." in text else text
