"""Sentences of an explanation, in English and Chinese; names come from the graph and the ontology."""

from __future__ import annotations

from typing import Final

from penchant.errors import SettingError

LANGUAGES: Final = ("en", "zh")

#: What the person said or did, or a rule inferred → {quote} {antecedent} {stance} {date} {thing} {kind} {reason}.
EVIDENCE: Final[dict[str, dict[str, str]]] = {
    "en": {
        "words": "On {date} you wrote “{quote}” ({stance}: {thing}).",
        "pointing": "On {date} you wrote “{quote}”, meaning “{antecedent}” ({stance}: {thing}).",
        "behaviour": "Your last “{kind}” of {thing} was on {date}.",
        "correction": "On {date} you said yourself: {stance} {thing}.",
        "rule": "Inferred, not said by you ({stance}: {thing}): {reason}.",
        "nothing": "{thing} is among your interests.",
    },
    "zh": {
        "words": "您在 {date} 写道“{quote}”（{stance}：{thing}）。",
        "pointing": "您在 {date} 写道“{quote}”，指“{antecedent}”（{stance}：{thing}）。",
        "behaviour": "您在 {date} 对“{thing}”有过“{kind}”。",
        "correction": "您在 {date} 亲自说明：{stance}“{thing}”。",
        "rule": "这是推断，并非您亲口所说（{stance}：{thing}）：{reason}。",
        "nothing": "“{thing}”是您的兴趣之一。",
    },
}

#: How the thing leads to the item → {item} {thing} {concept} {relation} {people}.
ROAD: Final[dict[str, dict[str, str]]] = {
    "en": {
        "same": "That is {item} itself.",
        "direct": "{item} – {relation} – {thing}.",
        "shared": "{item} and {thing} have something in common: {relation} – {concept}.",
        "related": "{item} has to do with {concept}, and {concept} – {relation} – {thing}.",
        "people": "{people} other people care about both {thing} and {item}.",
        "near": "The model places {item} near {thing}; no fact of the graph says why.",
        "away": "The model places {item} far from {thing}.",
    },
    "zh": {
        "same": "那就是“{item}”本身。",
        "direct": "“{item}”——{relation}——“{thing}”。",
        "shared": "“{item}”与“{thing}”有共同之处：{relation}——“{concept}”。",
        "related": "“{item}”涉及“{concept}”，而“{concept}”——{relation}——“{thing}”。",
        "people": "另有 {people} 人同时关注“{thing}”和“{item}”。",
        "near": "模型认为“{item}”与“{thing}”相近；图谱中没有事实说明原因。",
        "away": "模型认为“{item}”与“{thing}”相去甚远。",
    },
}

#: Where no interest speaks for the item.
NO_REASON: Final[dict[str, str]] = {
    "en": "Nothing that is known of you speaks for {item}; it is liked by many.",
    "zh": "您的已知兴趣中没有支持“{item}”的依据；它受到许多人的喜爱。",
}

#: Where the item would not be recommended → {item} {reason}.
EXCLUDED: Final[dict[str, str]] = {
    "en": "{item} is not recommended: {reason}.",
    "zh": "不会推荐“{item}”：{reason}。",
}

REASON: Final[dict[str, dict[str, str]]] = {
    "en": {
        "unavailable": "it is not available",
        "disliked": "you dislike it",
        "disliked concept": "it belongs to something you dislike",
        "known": "you know it already",
    },
    "zh": {
        "unavailable": "目前不可获得",
        "disliked": "您不喜欢它",
        "disliked concept": "它属于您不喜欢的事物",
        "known": "您已经了解它",
    },
}


def check(lang: str) -> str:
    """``lang``, if explanations can be written in it.

    Raises:
        SettingError: they cannot.
    """
    if lang not in LANGUAGES:
        raise SettingError(f"explanations cannot be written in {lang!r}", expected=" or ".join(LANGUAGES), where="lang")
    return lang
