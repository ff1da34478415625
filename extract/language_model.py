"""What extraction asks of a language model: passages in, quoted mentions with a stance out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

DECODED = "decoded"
CUT = "cut"
TIMED_OUT = "timed out"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text short enough to be read at once.

    Args:
        text: what the person wrote.
        context: what somebody else said just before, or None.
    """

    text: str
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A quote with the stance shown to it.

    Args:
        quote: literal part of the passage, ``text[start:end]``.
        start: first code point of the quote in the passage.
        end: code point after the quote.
        stance: a key of ``ontology.terms.STANCE_WORDS``.
        confidence: in [0, 1]; each model says in its own docstring what it means.
        antecedent: where the quote only points at something ("it", "the second one"), the literal words of the context
            that it stands for; else empty.
    """

    quote: str
    start: int
    end: int
    stance: str
    confidence: float
    antecedent: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered about one passage.

    Args:
        raw: the answer as written.
        mentions: what was understood, in the order of the answer.
        status: ``decoded`` (it ended by itself), ``cut`` (the token limit ended it) or ``timed out``.
        unfounded: (quote, stance) pairs whose quote isn't in the passage, nor in its context where the answer says so;
            never proposed, always accounted for.
        doubted: mentions of which the model is not sure enough to propose them; kept and accounted for.
    """

    raw: str
    mentions: tuple[Mention, ...]
    status: str
    unfounded: tuple[tuple[str, str], ...] = ()
    doubted: tuple[Mention, ...] = ()


class LanguageModel(Protocol):
    """A model that can read passages.  The same passages get the same replies."""

    @property
    def fingerprint(self) -> str:
        """Identifies weights, prompt and settings: readings of different fingerprints supersede each other."""
        ...

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """Read every passage; one reply each, in the same order.

        Raises:
            ModelError: the model cannot be loaded or asked at all.
        """
        ...
