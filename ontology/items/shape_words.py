"""What a constraint on the values of a property asks for, said in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode

from penchant.ontology.shapes import Value
from penchant.ontology.terms import SH, XSD

_SHOWN: Final = 10
_DATATYPES: Final = {
    "boolean": ("true or false", "布尔值"),
    "decimal": ("a decimal number", "小数"),
    "double": ("a floating-point number", "浮点数"),
    "float": ("a floating-point number", "浮点数"),
    "integer": ("a whole number", "整数"),
    "string": ("text", "文本"),
    "dateTime": ("a date with time", "日期时间"),
}
_NODE_KINDS: Final = {"IRI": ("given by its IRI", "用 IRI 表示"), "Literal": ("a literal", "字面值")}
_LIMITS: Final = {
    "minInclusive": ("at least {}", "不小于 {}"),
    "minExclusive": ("above {}", "大于 {}"),
    "maxInclusive": ("at most {}", "不大于 {}"),
    "maxExclusive": ("below {}", "小于 {}"),
    "minLength": ("at least {} character(s)", "至少 {} 个字符"),
    "maxLength": ("at most {} character(s)", "至多 {} 个字符"),
    "pattern": ("of the form {}", "符合 {}"),
}


def message(
    constraints: Mapping[str, Value],
    cls: tuple[str, str],
    path: tuple[str, str],
    names: Mapping[NamedNode, tuple[str, str]],
) -> tuple[str, str]:
    """Messages of a property shape, English and Chinese.

    Args:
        constraints: SHACL parameter (local name) → its value.
        cls: label of the class in both languages.
        path: label of the property in both languages.
        names: labels of individuals that may be listed.
    """
    said = [
        _count(constraints),
        *_kinds(constraints),
        *_members(constraints.get("in", ()), names),
        *limits_words(constraints),
    ]
    english, chinese = ([words[i] for words in said if words[i]] for i in (0, 1))
    return f"“{path[0]}” of “{cls[0]}”: {', '.join(english)}.", f"“{cls[1]}”的“{path[1]}”：{'，'.join(chinese)}。"


def count_words(low: int, high: int | None) -> tuple[str, str]:
    """How many values there may be; empty where nothing is asked."""
    if high is None:
        return (f"at least {_values(low)}", f"至少{_ge(low)}值") if low else ("", "")
    if high == 0:
        return "no value", "没有值"
    if low == high:
        return f"exactly {_values(low)}", f"恰好{_ge(low)}值"
    if low == 0:
        return f"at most {_values(high)}", f"至多{_ge(high)}值"
    return f"from {low} to {high} values", f"{low} 到 {high} 个值"


def datatype_words(datatype: NamedNode) -> tuple[str, str]:
    """A datatype in plain words, or its local name."""
    name = datatype.value.removeprefix(XSD)
    return _DATATYPES.get(name, (name, name))


def limits_words(asked: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Bounds, lengths and forms in plain words, lower ends first; other kinds of constraints are left out."""
    said = []
    for kind, (english, chinese) in _LIMITS.items():
        if kind in asked:
            value = asked[kind]
            shown = value.value if isinstance(value, Literal) else str(value)
            said.append((english.format(shown), chinese.format(shown)))
    return said


def _count(constraints: Mapping[str, Value]) -> tuple[str, str]:
    low, high = constraints.get("minCount", 0), constraints.get("maxCount")
    assert isinstance(low, int)
    assert high is None or isinstance(high, int)
    return count_words(low, high)


def _values(number: int) -> str:
    return "one value" if number == 1 else f"{number} values"


def _ge(number: int) -> str:
    return "一个" if number == 1 else f" {number} 个"


def _kinds(constraints: Mapping[str, Value]) -> list[tuple[str, str]]:
    said = []
    if isinstance(datatype := constraints.get("datatype"), NamedNode):
        said.append(datatype_words(datatype))
    if isinstance(kind := constraints.get("nodeKind"), NamedNode):
        said.append(_NODE_KINDS[kind.value.removeprefix(SH)])
    return said


def _members(value: Value, names: Mapping[NamedNode, tuple[str, str]]) -> list[tuple[str, str]]:
    if not isinstance(value, tuple) or not value:
        return []
    shown: Sequence[tuple[str, str]] = [
        names.get(m, (m.value, m.value)) if isinstance(m, NamedNode) else (m.value, m.value) for m in value[:_SHOWN]
    ]
    if len(value) == 1:
        return [(f"only {shown[0][0]}", f"只能为{shown[0][1]}")]
    more = ("", "") if len(value) <= _SHOWN else (", …", "等")
    return [
        (
            f"one of: {', '.join(english for english, _ in shown)}{more[0]}",
            f"取值为{'、'.join(chinese for _, chinese in shown)}{more[1]}之一",
        )
    ]
