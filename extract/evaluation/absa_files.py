"""Reviews with a polarity per aspect, in the four forms that are about.

MAMS (Jiang et al., EMNLP 2019) is SemEval's XML; ASTE-Data-V2 (Xu et al., EMNLP 2020) has word positions of target and
opinion; ACOS (Cai et al., ACL 2021) has spans of words, category and polarity; the fourth form has three lines an
aspect: the text with ``$T$`` in its place, the aspect, the polarity.
"""

from __future__ import annotations

import ast
import lzma
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from penchant.errors import SourceError
from penchant.extract.evaluation.exam import Text
from penchant.extract.evaluation.folder import files, set_folder
from penchant.extract.evaluation.spans import UNKNOWN, Label
from penchant.extract.language_model import Passage

_ENDINGS: Final = (".xml", ".txt", ".seg", ".tsv", ".raw", ".dat")
_STANCES: Final = {
    **dict.fromkeys(("positive", "pos", "1"), "likes"),
    **dict.fromkeys(("negative", "neg", "-1"), "dislikes"),
    **dict.fromkeys(("neutral", "neu", "0"), "neutral"),
}
#: ACOS counts otherwise than the three-line form.
_ACOS: Final = {"0": "dislikes", "1": "neutral", "2": "likes"}
_ACOS_LINE: Final = re.compile(r"^.+?(?:####|\t)-?\d+,-?\d+ \S+ [012] -?\d+,-?\d+", re.DOTALL)
_CJK: Final = re.compile(r"[\u3400-\u9fff]")

#: Sentence → span of an aspect → stance.
Sentences = dict[str, dict[tuple[int, int], str]]


def texts(folder: Path, split: str) -> list[Text]:
    """English sentences with their aspects, each set (a folder) a group.

    A file is test, dev or train by its name, and test where that says nothing.  Categories without a place in the text
    are no mentions; a sentence with nothing else is left out.

    Raises:
        SourceError: no file is of these forms, or none of the split.
    """
    place = set_folder(folder, "absa")
    found, parts = [], set()
    for path in files(place, _ENDINGS):
        sentences = _read(path)
        if not sentences:
            continue
        parts.add(_part(path.name))
        if split in ("all", _part(path.name)):
            name = str(path.parent.relative_to(place)) if path.parent != place else place.name
            found += list(_texts(sentences, name.replace("/", " ")))
    if not parts:
        raise SourceError(
            "no file in it has aspects of reviews",
            expected="MAMS's XML, ASTE-Data-V2, ACOS or three lines an aspect, in English",
            where=str(place),
        )
    if not found:
        raise SourceError(
            f"it has no file of the split {split!r}",
            expected=f"one of {sorted(parts)}",
            where=str(place),
            remedy="--split all measures all of it",
        )
    return found


def _part(name: str) -> str:
    words = set(re.split(r"[^a-z]+", name.lower()))
    return "train" if "train" in words else "dev" if words & {"dev", "val", "valid"} else "test"


def _texts(sentences: Sentences, name: str) -> Iterator[Text]:
    for sentence, aspects in sentences.items():
        labels = tuple(Label(*span, stance) for span, stance in sorted(aspects.items()))
        yield Text(f"absa:{name}:{sentence}", Passage(sentence), labels, (f"set/{name}",))


def _read(path: Path) -> Sentences:
    try:
        raw = path.read_bytes()
        text = (lzma.decompress(raw) if path.suffix == ".xz" else raw).decode("utf-8-sig", errors="replace")
    except (OSError, lzma.LZMAError):
        return {}
    head = text[:2000]
    if len(_CJK.findall(head)) > len(head) / 50:
        return {}
    sentences: Sentences = {}
    for sentence, span, stance in _aspects(text):
        aspects = sentences.setdefault(sentence, {})
        # The same words judged twice, differently: nobody can say which.
        aspects[span] = stance if aspects.get(span, stance) == stance else UNKNOWN
    return sentences


def _aspects(text: str) -> Iterable[tuple[str, tuple[int, int], str]]:
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    if first.lstrip().startswith("<"):
        return _mams(text)
    if "####[(" in first:
        return _aste(lines)
    if _ACOS_LINE.match(first):
        return _acos(lines)
    return _three_lines(lines) if "$T$" in first else ()


def _mams(text: str) -> Iterator[tuple[str, tuple[int, int], str]]:
    try:
        root = ElementTree.fromstring(text.encode())  # noqa: S314  (expat bounds the growth of entities)
    except ElementTree.ParseError:
        return
    for sentence in root.iter("sentence"):
        words = sentence.findtext("text") or ""
        for term in sentence.iter("aspectTerm"):
            span = (int(term.get("from", "0")), int(term.get("to", "0")))
            if span[0] < span[1]:
                yield words, span, _STANCES.get(str(term.get("polarity")).lower(), UNKNOWN)


def _aste(lines: Iterable[str]) -> Iterator[tuple[str, tuple[int, int], str]]:
    for line in lines:
        sentence, _, triples = line.partition("####")
        try:
            found = ast.literal_eval(triples or "[]")
        except (ValueError, SyntaxError):
            continue
        for target, _, polarity in found:
            yield sentence, _span(sentence, target[0], target[-1] + 1), _STANCES.get(polarity.lower(), UNKNOWN)


def _acos(lines: Iterable[str]) -> Iterator[tuple[str, tuple[int, int], str]]:
    for line in lines:
        sentence, *quads = re.split(r"####|\t", line)
        for quad in quads:
            target, _, polarity, *_ = quad.split()
            start, end = map(int, target.split(","))
            if start >= 0:
                yield sentence, _span(sentence, start, end), _ACOS.get(polarity, UNKNOWN)


def _three_lines(lines: list[str]) -> Iterator[tuple[str, tuple[int, int], str]]:
    for at in range(0, len(lines) - 2, 3):
        frame, aspect, polarity = lines[at], lines[at + 1].strip(), lines[at + 2].strip()
        start = frame.find("$T$")
        if start >= 0 and aspect:
            stance = _STANCES.get(polarity.lower(), UNKNOWN)
            yield frame.replace("$T$", aspect, 1), (start, start + len(aspect)), stance


def _span(sentence: str, first: int, end: int) -> tuple[int, int]:
    """Code points of the words ``[first, end)`` of a sentence whose words are parted by single spaces."""
    words = sentence.split(" ")
    start = len(" ".join(words[:first])) + (first > 0)
    return start, start + len(" ".join(words[first:end]))
