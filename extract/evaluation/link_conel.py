"""ConEL-2 (MIT; Joko and Hasibi, CIKM 2022): user turns linked to Wikipedia, and what writers call their own.

Its split is the official one, by file; a dialogue of both parts is where the linked part has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from penchant.errors import SourceError
from penchant.extract.evaluation.folder import Found, Json, rows, set_folder
from penchant.extract.evaluation.link_cases import Case, Link, Turn
from penchant.extract.evaluation.link_names import Named, iri_of, of_page
from penchant.extract.evaluation.parts import Split, sample

_SPLITS: Final = {"train": "train", "val": "dev", "valid": "dev", "dev": "dev", "test": "test"}
_FORM: Final = "dialogue_id and turns with el_annotations or personal_entity_annotations"


def load(folder: Path, split: Split, *, limit: int | None = None, seed: int = 0) -> list[Turn]:
    """User turns of a split.

    Args:
        folder: of the set, or of all sets.
        split: ``train``, ``dev`` (the official validation file), ``test`` or ``all``.
        limit: at most so many conversations.
        seed: chooses which.

    Raises:
        SourceError: the folder does not hold the set, or nothing of the split.
    """
    found = _found(folder)
    linked = {str(each.row["dialogue_id"]): _split(each) for each in found if _is_linked(each.row)}
    turns = []
    for each in found:
        dialogue = str(each.row["dialogue_id"])
        part = linked.get(dialogue, _split(each))
        if split in ("all", part):
            turns += list(_turns(each.row))
    if not turns:
        raise SourceError(f"nothing of the split {split!r} is in it", where=str(set_folder(folder, "conel")))
    kept = sample((turn.conversation for turn in turns), limit, seed)
    return [turn for turn in turns if turn.conversation in kept]


def training(folder: Path) -> list[Turn]:
    """User turns of the training part; none where the folder has no such file."""
    try:
        return load(folder, "train")
    except SourceError:
        return []


def cases(turns: Sequence[Turn]) -> list[Case]:
    """The linked mentions."""
    return [
        Case(turn.conversation, turn.text, link.start, link.end, link.iri, turn.context)
        for turn in turns
        for link in turn.links or ()
        if link.iri is not None
    ]


def pages(folder: Path) -> list[Named]:
    """The pages that any annotation of any file names: they stand in every dump of Wikipedia."""
    titles = {
        str(annotation["entity"])
        for each in _found(folder)
        for turn in each.row["turns"]
        for annotation in _annotations(turn)
    }
    return [of_page(title) for title in sorted(titles)]


def aliases(turns: Sequence[Turn]) -> list[Named]:
    """How the annotated turns call what they name."""
    names = {(turn.text[link.start : link.end], link.iri) for turn in turns for link in turn.links or ()}
    return [Named(name, iri, alias=True) for name, iri in sorted(names, key=str) if iri is not None]


def _found(folder: Path) -> list[Found]:
    return rows(folder, "conel", lambda row: "dialogue_id" in row and "turns" in row, _FORM)


def _is_linked(row: Json) -> bool:
    return any("el_annotations" in turn for turn in row["turns"])


def _split(found: Found) -> str:
    words = re.split(r"[^a-z]+", found.file.lower())
    return next((_SPLITS[word] for word in words if word in _SPLITS), "test")


def _annotations(turn: Json) -> Iterator[Json]:
    yield from turn.get("el_annotations", ())
    yield from (own for own in turn.get("personal_entity_annotations", ()) if "entity" in own)


def _turns(dialogue: Json) -> Iterator[Turn]:
    before: list[str] = []
    for turn in dialogue["turns"]:
        text = str(turn["utterance"])
        if turn["speaker"] == "USER" and ("el_annotations" in turn or "personal_entity_annotations" in turn):
            links = None
            if "el_annotations" in turn:
                links = tuple(
                    Link(int(a["span"][0]), int(a["span"][1]), iri_of(str(a["entity"]))) for a in turn["el_annotations"]
                )
            yield Turn(f"conel:{dialogue['dialogue_id']}", text, tuple(before), links, tuple(_own(turn, text)))
        before.append(text)


def _own(turn: Json, text: str) -> Iterator[Link]:
    """Personal mentions by their places; one that the text does not hold in its words is left out."""
    taken: set[int] = set()
    for own in (*turn["personal_entity_annotations"], *turn.get("personal_entity_annotations_without_eems", ())):
        name = str(own["personal_entity_mention"])
        for hit in re.finditer(re.escape(name), text, re.IGNORECASE):
            if hit.start() not in taken:
                taken.add(hit.start())
                yield Link(*hit.span(), iri_of(str(own["entity"])) if "entity" in own else None)
                break
