"""What to do about a node that the gate refuses: words for everybody, and the mend itself where only one is safe.

Safe is what keeps the value, or comes as near to it as the shapes allow.  A value that is missing, a time zone that
nobody said, one of several that contradict: those are not ours to make up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.gate import Violation
from penchant.kg.gate_tests import Term, value_test
from penchant.ontology.shapes import Shape
from penchant.ontology.terms import ALT_LABEL, LABEL, PREF_LABEL, SH, XSD

#: How alike two names must be for one to be a slip for the other (``difflib``'s ratio).
_NEAR: Final = 0.9
_LABELS: Final = frozenset({LABEL, PREF_LABEL, ALT_LABEL})
_OPPOSITE: Final = {
    "minInclusive": "maxInclusive",
    "maxInclusive": "minInclusive",
    "minExclusive": "maxInclusive",
    "maxExclusive": "minInclusive",
}
_NUMBERS: Final = frozenset(XSD + name for name in ("decimal", "integer", "double", "float"))
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?\Z")
_ABSOLUTE: Final = re.compile(r"(?:https?|urn):[^\s<>\"{}|\\^`]+\Z")


@dataclass(frozen=True, slots=True)
class Repair:
    """A way to make a node pass one constraint.

    Args:
        description_en: what to do, in English.
        description_zh: the same in Chinese.
        delete: quads to delete.
        insert: quads to insert; with none of either, somebody has to decide.
    """

    description_en: str
    description_zh: str
    delete: tuple[Quad, ...] = ()
    insert: tuple[Quad, ...] = ()

    @property
    def is_safe(self) -> bool:
        """Whether the mend is there as data, not in words alone."""
        return bool(self.delete or self.insert)


#: What to write for a value (None: nothing that is safe), with words in English and Chinese.
_Advice = tuple[Term | None, str, str]


def suggest(violation: Violation, quads: Iterable[Quad]) -> Repair | None:
    """How to mend ``violation``.

    It mends the one constraint that is broken; ask the gate again, for the mended value may break another.

    Args:
        violation: what the gate says of ``quads``.
        quads: what the gate was asked about; more does no harm.

    Returns:
        The repair; None where ``quads`` hold the broken value no longer.
    """
    shape, found = violation.shape, violation.found
    own = [q for q in quads if getattr(q.subject, "value", None) == violation.node and q.predicate == shape.path]
    if found is None:
        return _count(shape, list(dict.fromkeys(q.object for q in own)))
    broken = [q for q in own if q.object == found]
    if not broken:
        return None
    mended, english, chinese = _ADVICE[shape.kind](shape, found)
    if mended is None:
        return Repair(english, chinese)
    insert = dict.fromkeys(Quad(q.subject, q.predicate, mended, q.graph_name) for q in broken)
    return Repair(english, chinese, tuple(dict.fromkeys(broken)), tuple(insert))


def _count(shape: Shape, values: Sequence[Term]) -> Repair:
    limit, name = shape.value, _name(shape.path)
    assert isinstance(limit, int)
    if shape.kind == "minCount":
        more = limit - len(values)
        return Repair(f"{name}: say it; {more} more to come", f"{name}：请补充，还缺 {more} 个值")
    shown = ", ".join(sorted(_shown(v) for v in values))
    return Repair(
        f"{name}: keep {limit} of {len(values)} and drop the rest: {shown}",
        f"{name}：在 {len(values)} 个值中保留 {limit} 个，删除其余：{shown}",
    )


def _datatype(shape: Shape, found: Term) -> _Advice:
    name, wanted = _name(shape.path), shape.value
    assert isinstance(wanted, NamedNode)
    kind = _short(wanted)
    holds = value_test(shape)
    for form in _forms(found, wanted) if isinstance(found, Literal) else ():
        if holds(value := Literal(form, datatype=wanted)):
            return (
                value,
                f"{name}: write the same value as {kind}, {form!r}",
                f"{name}：把同一个值写成 {kind} 类型：{form!r}",
            )
    return (
        None,
        f"{name}: {_shown(found)!r} is no {kind}; write one",
        f"{name}：{_shown(found)!r} 不是 {kind}，请改写",
    )


def _forms(found: Literal, wanted: NamedNode) -> list[str]:
    """Ways to write the value of ``found`` as ``wanted``, the plainest first."""
    if wanted.value == XSD + "string":
        return [found.value]
    forms = [found.value.strip()]  # white space at the ends says nothing (XML Schema 1.1 part 2, 4.3.6)
    if wanted.value in _NUMBERS and found.datatype.value in _NUMBERS:
        number = _number(forms[0])
        if number is not None:
            plain = f"{number:f}"
            forms.append(plain.partition(".")[0] if number == number.to_integral_value() else plain)
    return forms


def _number(form: str) -> Decimal | None:
    """The finite number that ``form`` writes; None for one that would take more than a screen to write out."""
    if not _NUMBER.match(form):
        return None
    number = Decimal(form)
    return number if abs(number.adjusted()) <= 400 else None


def _node_kind(shape: Shape, found: Term) -> _Advice:
    name, wanted = _name(shape.path), shape.value
    assert isinstance(wanted, NamedNode)
    takes_iri = wanted.value in (SH + "IRI", SH + "BlankNodeOrIRI")
    if takes_iri and isinstance(found, Literal) and _ABSOLUTE.match(found.value):
        return (
            NamedNode(found.value),
            f"{name}: write {found.value} as an IRI, not as text",
            f"{name}：把 {found.value} 写成 IRI，而不是文本",
        )
    kind = _short(wanted)
    return (
        None,
        f"{name}: {_shown(found)!r} is no {kind}; write one",
        f"{name}：{_shown(found)!r} 不是 {kind}，请改写",
    )


def _bound(shape: Shape, found: Term) -> _Advice:
    name, bound, side = _name(shape.path), shape.value, _OPPOSITE[shape.kind]
    assert isinstance(bound, Literal)
    beyond = value_test(replace(shape, kind=side))(found)  # not merely of another sort
    low, inclusive = shape.kind.startswith("min"), shape.kind.endswith("Inclusive")
    asked_en = (
        f"{'at least' if low else 'at most'} {bound.value}"
        if inclusive
        else f"{'above' if low else 'below'} {bound.value}"
    )
    asked_zh = (
        f"{'不小于' if low else '不大于'} {bound.value}" if inclusive else f"{'大于' if low else '小于'} {bound.value}"
    )
    nearest = _nearest(bound, found, step=0 if inclusive else 1 if low else -1) if beyond else None
    if nearest is None or not value_test(shape)(nearest):
        return None, f"{name}: write a value that is {asked_en}", f"{name}：请写一个{asked_zh}的值"
    return (
        nearest,
        f"{name}: {_shown(found)} must be {asked_en}; write {nearest.value}",
        f"{name}：{_shown(found)} 必须{asked_zh}，请写 {nearest.value}",
    )


def _nearest(bound: Literal, found: Term, step: int) -> Literal | None:
    """``bound``, typed as ``found`` is; where it does not belong itself, the integer ``step`` away from it."""
    assert isinstance(found, Literal)
    if step == 0 and bound.datatype == found.datatype:
        return bound
    number = _number(bound.value)
    if number is None or not {bound.datatype.value, found.datatype.value} <= _NUMBERS:
        return None
    if found.datatype.value == XSD + "integer":
        return Literal(str(int(number) + step), datatype=found.datatype) if number == int(number) else None
    return Literal(f"{number:f}", datatype=found.datatype) if step == 0 else None


def _length(shape: Shape, found: Term) -> _Advice:
    name, limit = _name(shape.path), shape.value
    assert isinstance(limit, int)
    if shape.kind == "minLength":
        return None, f"{name}: write at least {limit} character(s)", f"{name}：请至少写 {limit} 个字符"
    if shape.path in _LABELS and isinstance(found, Literal):
        cut = found.value[:limit].rstrip() or found.value[:limit]
        value = Literal(cut, language=found.language) if found.language else Literal(cut, datatype=found.datatype)
        return (
            value,
            f"{name}: cut it to {limit} characters",
            f"{name}：截短为 {limit} 个字符",
        )
    return None, f"{name}: write at most {limit} character(s)", f"{name}：最多写 {limit} 个字符"


def _list(shape: Shape, found: Term) -> _Advice:
    name, allowed = _name(shape.path), shape.value
    assert isinstance(allowed, tuple)
    said = _name(found).casefold()
    near = [one for one in allowed if SequenceMatcher(None, said, _name(one).casefold()).ratio() >= _NEAR]
    if len(near) == 1:
        meant = _name(near[0])
        return (
            near[0],
            f"{name}: {_shown(found)!r} looks like {meant}; write that",
            (f"{name}：{_shown(found)!r} 应为 {meant}，请改写"),
        )
    several = ", ".join(_name(one) for one in allowed)
    return None, f"{name}: write one of {several}", f"{name}：请写下列之一：{several}"


def _pattern(shape: Shape, found: Term) -> _Advice:
    name, test = _name(shape.path), value_test(shape)
    if isinstance(found, Literal) and found.datatype.value == XSD + "dateTime" and test(Literal(found.value + "Z")):
        return (
            None,
            f"{name}: {found.value} has no time zone; say which, for it cannot be guessed (Z is UTC)",
            f"{name}：{found.value} 没有时区；时区无法猜测，请注明（Z 表示 UTC）",
        )
    if isinstance(found, Literal) and found.language is None:
        stripped = Literal(found.value.strip(), datatype=found.datatype)
        if stripped != found and test(stripped):
            return stripped, f"{name}: drop the spaces around it", f"{name}：去掉首尾空格"
    return (
        None,
        f"{name}: {_shown(found)!r} is not written as {shape.value}; write it so",
        f"{name}：{_shown(found)!r} 不符合格式 {shape.value}，请改写",
    )


def _pair(shape: Shape, found: Term) -> _Advice:
    name = _name(shape.path)
    assert isinstance(shape.value, NamedNode)
    other = _name(shape.value)
    than_en = "less than" if shape.kind == "lessThan" else "at most"
    than_zh = "小于" if shape.kind == "lessThan" else "不大于"
    return (
        None,
        f"{name}: {_shown(found)} must be {than_en} {other}; see which of the two is wrong",
        f"{name}：{_shown(found)} 必须{than_zh} {other}，请确认两者中哪个有误",
    )


_ADVICE: Final[dict[str, Callable[[Shape, Term], _Advice]]] = {
    "datatype": _datatype,
    "nodeKind": _node_kind,
    **dict.fromkeys(_OPPOSITE, _bound),
    "minLength": _length,
    "maxLength": _length,
    "in": _list,
    "pattern": _pattern,
    "lessThan": _pair,
    "lessThanOrEquals": _pair,
}


def _name(term: Term) -> str:
    """The last part of an IRI; a literal's text."""
    text = _text(term)
    return re.split("[#/]", text)[-1] or text if isinstance(term, NamedNode) else text


def _short(iri: NamedNode) -> str:
    return iri.value.replace(XSD, "xsd:").replace(SH, "sh:")


def _shown(term: Term) -> str:
    text = _text(term)
    return text if len(text) <= 60 else text[:59] + "…"


def _text(term: Term) -> str:
    return str(getattr(term, "value", term))
