"""What labels and models say of one text, and which of it agrees, one to one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from penchant.extract.answer import BEFORE, clean, place
from penchant.extract.language_model import Mention
from penchant.extract.tuning.example import Example

#: A label that tells the mention and not the stance.
UNKNOWN: Final = "?"

_WORD: Final = re.compile(r"\w+")
_SMALL_WORDS: Final = frozenset(("a", "an", "the", "of", "and", "or", "in", "on", "to", "with", "for", "at", "one"))


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled preference.

    Args:
        start: first code point of the quote in the text.
        end: code point after the quote.
        stance: a key of ``ontology.terms.STANCE_WORDS``, or :data:`UNKNOWN`.
        antecedent: what the quote stands for, as the context spells it; empty for a quote that names its own concept.
    """

    start: int
    end: int
    stance: str
    antecedent: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """The outcome of one comparison.

    Args:
        pairs: (label, mention) that agree; each label and each mention is in one pair at most.
        labels: those that count.
        said: mentions that count.
    """

    pairs: tuple[tuple[Label, Mention], ...]
    labels: tuple[Label, ...]
    said: tuple[Mention, ...]


def labels_of(example: Example) -> tuple[Label, ...]:
    """The literal quotes of an example with their places; what it says of the turn before is left out."""
    literal = [(quote, stance) for quote, stance in example.pairs if not quote.startswith(BEFORE)]
    spans = place([quote for quote, _ in literal], example.text)
    return tuple(Label(*span, stance) for span, (_, stance) in zip(spans, literal, strict=True) if span)


def words(text: str) -> frozenset[str]:
    """Words of ``text`` in lower case, without articles and the like, unless it has no others."""
    found = frozenset(_WORD.findall(clean(text).lower()))
    return found - _SMALL_WORDS or found


def share_words(one: str, other: str) -> bool:
    """Whether two phrases have a word of weight in common."""
    return bool(words(one) & words(other))


def fits(label: Label, mention: Mention, *, exact: bool) -> bool:
    """Whether a mention is about what is labelled, whatever the stance.

    A label with an antecedent is met by a mention whose antecedent shares a word with it, wherever its quote stands; a
    literal label by a mention without an antecedent on the same code points (``exact``) or on one of them.
    """
    if label.antecedent or mention.antecedent:
        return bool(label.antecedent and mention.antecedent) and share_words(label.antecedent, mention.antecedent)
    if exact:
        return (label.start, label.end) == (mention.start, mention.end)
    return label.start < mention.end and mention.start < label.end


def match(labels: Sequence[Label], said: Sequence[Mention], *, exact: bool, stance: bool) -> Matched:
    """Pair as many mentions with labels as can be, the nearest spans first.

    Args:
        labels: of one text.
        said: mentions found in that text.
        exact: borders must be equal; else one code point in common is enough.
        stance: stances must be equal too.  A label of unknown stance then counts neither for nor against anybody, nor
            does the mention that lies on it.

    Returns:
        The largest one-to-one pairing (``scipy.optimize.linear_sum_assignment``), known stances before unknown ones.
    """
    pairs = _assigned(labels, said, exact=exact, stance=stance)
    if not stance:
        return Matched(tuple(pairs), tuple(labels), tuple(said))
    idle = {id(mention) for label, mention in pairs if label.stance == UNKNOWN}
    return Matched(
        tuple((label, mention) for label, mention in pairs if label.stance != UNKNOWN),
        tuple(label for label in labels if label.stance != UNKNOWN),
        tuple(mention for mention in said if id(mention) not in idle),
    )


def literal(said: Iterable[Mention]) -> list[Mention]:
    """Mentions that name their concept themselves."""
    return [mention for mention in said if not mention.antecedent]


def _assigned(
    labels: Sequence[Label], said: Sequence[Mention], *, exact: bool, stance: bool
) -> list[tuple[Label, Mention]]:
    weight = [[_weight(label, mention, exact=exact, stance=stance) for mention in said] for label in labels]
    if not any(value for row in weight for value in row):
        return []
    if len(labels) == len(said) == 1:
        return [(labels[0], said[0])]
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(weight, maximize=True)
    return [(labels[row], said[column]) for row, column in zip(rows, columns, strict=True) if weight[row][column]]


def _weight(label: Label, mention: Mention, *, exact: bool, stance: bool) -> float:
    """0 where the two do not agree; else near 100 (near 1 for an unknown stance), more for nearer borders."""
    if not fits(label, mention, exact=exact):
        return 0.0
    if stance and label.stance not in (mention.stance, UNKNOWN):
        return 0.0
    apart = abs(label.start - mention.start) + abs(label.end - mention.end)
    return (1.0 if stance and label.stance == UNKNOWN else 100.0) + 0.01 / (1 + apart)
