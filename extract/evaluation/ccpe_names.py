"""CCPE-M by type of name: genres, people and titles that speakers marked, whatever they think of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from penchant.extract.evaluation.exam import Found
from penchant.extract.evaluation.folder import Json
from penchant.extract.evaluation.spans import UNKNOWN, Label, literal, match
from penchant.extract.evaluation.tally import Array, Count, Sums, f1
from penchant.extract.language_model import Passage

TYPES: Final[Mapping[str, str]] = {
    "MOVIE_GENRE_OR_CATEGORY": "genre",
    "PERSON": "person",
    "MOVIE_OR_SERIES": "title",
}
#: Overlap F1 of published hand-written rules, which type what they find.
PUBLISHED_RULES: Final[Mapping[str, float]] = {"genre": 0.609, "person": 0.391, "title": 0.471}


@dataclass(frozen=True, slots=True)
class Named:
    """A user turn with its names.

    Args:
        conversation: identifier.
        passage: the turn as it stands, the assistant's before it.
        names: (type, label); of a name whose borders are not the annotator's the place is right within a word or two.
    """

    conversation: str
    passage: Passage
    names: tuple[tuple[str, Label], ...]


def turns(dialogues: Sequence[Json]) -> list[Named]:
    """All user turns, those without names too."""
    found = []
    for dialogue in dialogues:
        before: str | None = None
        for turn in dialogue["utterances"]:
            text = str(turn["text"])
            if turn["speaker"] != "USER":
                before = " ".join(text.split())
            elif text.strip():
                names = tuple(
                    (TYPES[name["entityType"]], Label(int(name["startIndex"]), int(name["endIndex"]), UNKNOWN))
                    for name in turn["entity_names"]
                    if name["entityType"] in TYPES
                )
                found.append(Named(f"ccpe:{dialogue['data_json_index']}", Passage(text, before), names))
    return found


@dataclass(frozen=True, slots=True)
class NameJudge:
    """Overlap F1 per type of name.

    A model does not type what it finds, so that a find that lies on no name belongs to no type.  Two figures bound the
    truth: ``overlap_f1_TYPE`` charges each type its share of such finds (the share that it has of all names), and
    ``overlap_f1_TYPE_floor`` charges all of them to every type.  A find on a name of another type is charged to
    neither.  CCPE marks names, not preferences: one of which nothing is thought and that a reader rightly leaves alone
    counts as missed.
    """

    turns: Sequence[Named]

    def passages(self) -> Iterable[Passage]:
        """The user turns."""
        return (turn.passage for turn in self.turns)

    def count(self, found: Found) -> Iterable[Count]:
        """Names and hits by type, and finds that lie on no name."""
        for turn in self.turns:
            said = literal(found[turn.passage])
            matched = match([label for _, label in turn.names], said, exact=False, stance=False)
            hit = {id(label) for label, _ in matched.pairs}
            taken = {id(mention) for _, mention in matched.pairs}
            counts: dict[str, float] = {"name/stray": sum(id(mention) not in taken for mention in said)}
            for kind, label in turn.names:
                for name, value in (("", 1), ("/hits", id(label) in hit)):
                    counts[f"name/{kind}{name}"] = counts.get(f"name/{kind}{name}", 0) + value
            yield turn.conversation, counts

    def figures(self, sums: Sums) -> Mapping[str, Array]:
        """``overlap_f1_genre``, ``overlap_f1_genre_floor`` and so on, over all types too, and the published rules."""
        kinds = [kind for kind in TYPES.values() if f"name/{kind}" in sums]
        names = sum((sums[f"name/{kind}"] for kind in kinds), 0 * sums["name/stray"])
        hits = sum((sums[f"name/{kind}/hits"] for kind in kinds), 0 * sums["name/stray"])
        figures = {"overlap_f1_names": f1(hits, hits + sums["name/stray"], names)} if kinds else {}
        for kind in kinds:
            mine, right, stray = sums[f"name/{kind}"], sums[f"name/{kind}/hits"], sums["name/stray"]
            share = mine / names.clip(1)
            figures[f"overlap_f1_{kind}"] = f1(right, right + stray * share, mine)
            figures[f"overlap_f1_{kind}_floor"] = f1(right, right + stray, mine)
            figures[f"published_rules_f1_{kind}"] = 0 * mine + PUBLISHED_RULES[kind]
        return figures
