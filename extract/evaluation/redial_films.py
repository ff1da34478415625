"""ReDial by film: what was understood of the seeker's liking, beside the seeker's own answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from penchant.extract.answer import BEFORE
from penchant.extract.evaluation.exam import Found, Text
from penchant.extract.evaluation.folder import Json
from penchant.extract.evaluation.matching import same, tokens
from penchant.extract.evaluation.spans import UNKNOWN, Label
from penchant.extract.evaluation.tally import Array, Count, Sums, f1, mean, ratio
from penchant.extract.language_model import Passage
from penchant.extract.tuning.cues import GENRE, OTHERS
from penchant.extract.tuning.example import Example
from penchant.extract.tuning.redial import title

#: Share of 12,160 film labels on which the seeker and the recommender agree (liked, did not like, did not say).
HUMAN_AGREEMENT: Final = 0.778

_FILM: Final = re.compile(r"@(\d+)")
_POLARITY: Final[Mapping[str, int]] = {"likes": 1, "wants": 1, "interested": 1, "dislikes": 0}
_SIDES: Final = {1: "liked", 0: "disliked"}
_DID_NOT_SAY: Final = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of the seeker.

    Args:
        passage: with film titles in place of ids.
        films: (start, end, film) of each title in it.
    """

    passage: Passage
    films: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation with what its seeker answered about each film afterwards.

    Args:
        conversation: identifier.
        turns: of the seeker, in order.
        titles: film → title without its year.
        answers: film → ``suggested``, ``seen``, ``liked`` as ReDial codes them.
    """

    conversation: str
    turns: tuple[Turn, ...]
    titles: Mapping[str, str]
    answers: Mapping[str, Mapping[str, int]]


def dialogues(rows: Sequence[Json]) -> list[Dialogue]:
    """The rows as dialogues; those without answers of the seeker tell nothing and are left out."""
    found = []
    for row in rows:
        answers = dict(row["initiatorQuestions"] or {})
        if answers:
            titles = {key: title(str(name)) for key, name in dict(row["movieMentions"] or {}).items()}
            known = {key: answer for key, answer in answers.items() if key in titles}
            turns = tuple(_turns(row, titles))
            found.append(Dialogue(f"redial:{row['conversationId']}", turns, titles, known))
    return found


def labelled(some: Sequence[Dialogue], *, did_not_say: bool) -> list[Text]:
    """Seeker turns with the films they name, labelled by the answers as they are.

    liked 0 → dislikes; liked 1 → likes, or interested where the film was not seen; "did not say" → neutral.  Films
    alone are labelled, so that turns which also name a genre, or speak of others, are left out, as are turns with a
    film that has no answer.

    Args:
        some: conversations.
        did_not_say: whether that answer counts; else its stance is unknown.
    """
    texts = []
    for dialogue in some:
        for turn in dialogue.turns:
            text = turn.passage.text
            if not turn.films or not 5 <= len(text) <= 300 or GENRE.search(_without(turn)) or OTHERS.search(text):
                continue
            if all(film in dialogue.answers for _, _, film in turn.films):
                labels = tuple(
                    Label(start, end, _stance(dialogue.answers[film], did_not_say=did_not_say))
                    for start, end, film in turn.films
                )
                texts.append(Text(dialogue.conversation, turn.passage, labels))
    return texts


def as_written(examples: Iterable[Example], some: Sequence[Dialogue]) -> list[Example]:
    """The examples that name no film themselves, text and turn before as they stand in the dialogues.

    Training lower-cases some titles; here every text is read once, spelt as it is.
    """
    turns = {(d.conversation, turn.passage.text.lower()): turn.passage for d in some for turn in d.turns}
    found = []
    for example in examples:
        passage = turns.get((example.conversation, example.text.lower()))
        if passage is not None and all(quote.startswith(BEFORE) for quote, _ in example.pairs):
            found.append(replace(example, text=passage.text, context=passage.context))
    return found


@dataclass(frozen=True, slots=True)
class FilmJudge:
    """Accuracy of ``liked`` per film of a conversation.

    What is said of a film: likes, wants and interested are liked, dislikes is not, neutral says nothing; the last word
    counts.  A proposal is about a film where it lies on its title, or where what it stands for is the title.
    """

    dialogues: Sequence[Dialogue]

    def passages(self) -> Iterable[Passage]:
        """The seekers' turns."""
        return (turn.passage for dialogue in self.dialogues for turn in dialogue.turns)

    def count(self, found: Found) -> Iterable[Count]:
        """One count per film with an answer."""
        for dialogue in self.dialogues:
            said = _verdicts(dialogue, found)
            for film, answer in dialogue.answers.items():
                yield dialogue.conversation, dict(_counted(answer["liked"], said.get(film)))

    def figures(self, sums: Sums) -> Mapping[str, Array]:
        """``liked_accuracy`` and ``liked_macro_f1`` over films that the seeker liked or not, silence being wrong.

        ``liked_coverage`` is the share of those of which something was said, ``liked_accuracy_said`` the accuracy on
        them.  ``liked_accuracy_three_way`` counts "did not say" as a third answer, which silence gives; it is what
        ``human_agreement`` stands beside.  ``liked_accuracy_majority`` is what "always liked" reaches.
        """
        films = sums["film/liked"] + sums["film/disliked"]
        right = sums["film/liked/right"] + sums["film/disliked/right"]
        said = sums["film/liked/said"] + sums["film/disliked/said"]
        sides = [
            f1(sums[f"film/{side}/right"], sums[f"film/verdict/{side}"], sums[f"film/{side}"])
            for side in _SIDES.values()
        ]
        unsaid = sums["film/unsaid"]
        return {
            "liked_accuracy": ratio(right, films),
            "liked_macro_f1": mean(sides),
            "liked_f1_liked": sides[0],
            "liked_f1_disliked": sides[1],
            "liked_coverage": ratio(said, films),
            "liked_accuracy_said": ratio(right, said),
            "liked_accuracy_three_way": ratio(right + sums["film/unsaid/right"], films + unsaid),
            "liked_accuracy_majority": ratio(sums["film/liked"], films),
            "human_agreement": ratio(HUMAN_AGREEMENT * (films + unsaid), films + unsaid),
        }


def _turns(row: Json, titles: Mapping[str, str]) -> Iterable[Turn]:
    before: str | None = None
    for message in row["messages"]:
        text, films = _spelt(" ".join(str(message["text"]).split()), titles)
        if message["senderWorkerId"] != row["initiatorWorkerId"]:
            before = text
        elif text:
            yield Turn(Passage(text, before), films)


def _spelt(raw: str, titles: Mapping[str, str]) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """The message with titles in place of ids, and where they stand."""
    text, last = "", 0
    films = []
    for hit in _FILM.finditer(raw):
        name = titles.get(hit.group(1), "")
        text += raw[last : hit.start()]
        if name:
            films.append((len(text), len(text) + len(name), hit.group(1)))
        text += name or hit.group()
        last = hit.end()
    return text + raw[last:], tuple(films)


def _without(turn: Turn) -> str:
    """The text with its titles blotted out: a genre in a title is none."""
    text = turn.passage.text
    for start, end, _ in turn.films:
        text = text[:start] + "@" * (end - start) + text[end:]
    return text


def _stance(answer: Mapping[str, int], *, did_not_say: bool) -> str:
    if answer["liked"] == _DID_NOT_SAY:
        return "neutral" if did_not_say else UNKNOWN
    if answer["liked"] == 0:
        return "dislikes"
    return "interested" if answer["seen"] == 0 else "likes"


def _verdicts(dialogue: Dialogue, found: Found) -> dict[str, int]:
    """Film → 1 liked, 0 not liked; films of which nothing was said are not in it."""
    said: dict[str, int] = {}
    for turn in dialogue.turns:
        for mention in found[turn.passage]:
            if mention.stance not in _POLARITY:
                continue
            if mention.antecedent:
                films = _named(mention.antecedent, dialogue.titles)
            else:
                films = [film for start, end, film in turn.films if start < mention.end and mention.start < end]
            for film in films:
                said[film] = _POLARITY[mention.stance]
    return said


def _named(words: str, titles: Mapping[str, str]) -> list[str]:
    """Films that are called so; those only nearly called so where none is."""
    exactly = [key for key, name in titles.items() if tokens(name) == tokens(words)]
    return exactly or [key for key, name in titles.items() if same(name, words)]


def _counted(liked: int, verdict: int | None) -> Iterable[tuple[str, float]]:
    if liked == _DID_NOT_SAY:
        yield from (("film/unsaid", 1), ("film/unsaid/right", verdict is None))
        return
    side = _SIDES[liked]
    yield from (
        (f"film/{side}", 1),
        (f"film/{side}/right", verdict == liked),
        (f"film/{side}/said", verdict is not None),
    )
    if verdict is not None:
        yield f"film/verdict/{_SIDES[verdict]}", 1
