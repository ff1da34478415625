"""ConEL-2: what people call their own ("my favourite cake is black forest") and other things that they name.

Its labels are mentions and their Wikipedia pages.  A linked mention is no preference by itself, so that precision
cannot be measured; what a writer calls a favourite by name is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from penchant.extract.evaluation.exam import Found
from penchant.extract.evaluation.folder import Json
from penchant.extract.evaluation.spans import UNKNOWN, Label, literal, match
from penchant.extract.evaluation.tally import Array, Count, Sums, ratio
from penchant.extract.language_model import Passage


@dataclass(frozen=True, slots=True)
class Linked:
    """A user turn.

    Args:
        conversation: identifier.
        passage: the turn and the one before.
        own: names that the writer gives to a thing of the writer's own, in this turn.
        others: the other linked mentions.
    """

    conversation: str
    passage: Passage
    own: tuple[Label, ...]
    others: tuple[Label, ...]


def turns(dialogues: Sequence[Json]) -> list[Linked]:
    """User turns that were annotated."""
    found = []
    for dialogue in dialogues:
        before: str | None = None
        for turn in dialogue["turns"]:
            text = str(turn["utterance"])
            if turn["speaker"] != "USER":
                before = text
            elif "el_annotations" in turn:
                found.append(_turn(f"conel:{dialogue['dialogue_id']}", turn, Passage(text, before)))
    return found


@dataclass(frozen=True, slots=True)
class EntityJudge:
    """Recall of what writers call their own, beside how much of what else they name is taken for a preference."""

    turns: Sequence[Linked]

    def passages(self) -> Iterable[Passage]:
        """The turns."""
        return (turn.passage for turn in self.turns)

    def count(self, found: Found) -> Iterable[Count]:
        """Mentions and how many of them were found."""
        for turn in self.turns:
            said = literal(found[turn.passage])
            counts: dict[str, float] = {"entity/turns": 1}
            for name, labels in (("own", turn.own), ("others", turn.others)):
                counts[f"entity/{name}"] = len(labels)
                counts[f"entity/{name}/found"] = len(match(labels, said, exact=False, stance=False).pairs)
            liked = [mention for mention in said if mention.stance == "likes"]
            counts["entity/own/liked"] = len(match(turn.own, liked, exact=False, stance=False).pairs)
            yield turn.conversation, counts

    def figures(self, sums: Sums) -> Mapping[str, Array]:
        """``personal_recall_overlap``, with ``likes`` as stance ``personal_likes_recall``, ``other_links_taken``."""
        own, others = sums["entity/own"], sums["entity/others"]
        return {
            "personal_mentions": own,
            "personal_recall_overlap": ratio(sums["entity/own/found"], own),
            "personal_likes_recall": ratio(sums["entity/own/liked"], own),
            "other_links_taken": ratio(sums["entity/others/found"], others),
        }


def _turn(conversation: str, turn: Json, passage: Passage) -> Linked:
    named = [str(a.get("explicit_entity_mention") or "") for a in turn.get("personal_entity_annotations", ())]
    own: list[Label] = []
    for name in filter(None, named):
        hit = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", passage.text, re.IGNORECASE)
        if hit is not None:  # else an earlier turn named it
            own.append(Label(*hit.span(), UNKNOWN))
    links = (Label(int(a["span"][0]), int(a["span"][1]), UNKNOWN) for a in turn["el_annotations"])
    others = tuple(link for link in links if not any(link.start < o.end and o.start < link.end for o in own))
    return Linked(conversation, passage, tuple(dict.fromkeys(own)), others)
