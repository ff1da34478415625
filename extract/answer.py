"""The prompt a tuned model reads and the short answer it writes, with offsets that stay true.

The model sees ``clean(text)``, which swaps single characters for single characters, so a span of the cleaned text is
the same span of the text as read.  Its answer is `` none`` or `` horror= dislikes; thrillers= wants``.  Where the
text only points at something that the turn before named ("loved it"), the answer quotes that turn behind a mark:
`` < Roma= likes``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from penchant.extract.language_model import Mention, Passage
from penchant.extract.references import referring
from penchant.ontology.terms import STANCE_WORDS

NONE: Final = " none"
#: Stands before a quote of the turn before; ``clean`` keeps its first character out of texts.
BEFORE: Final = "< "
_CONTEXT_LIMIT: Final = 160

#: Characters that the answer format needs for itself, and spellings the tokenizer knows less well.
_SWAPS: Final = {
    '"': "'",
    "“": "'",
    "”": "'",
    "„": "'",
    "«": "'",
    "»": "'",
    "‘": "'",
    "’": "'",
    "=": "-",
    ";": ",",
    "\\": "/",
    "<": "(",
    "–": "-",
    "—": "-",
    "…": ".",
}


def clean(text: str) -> str:
    """Swap reserved, control and space-like characters one for one; the length never changes."""
    return "".join(_SWAPS.get(c, c if c.isprintable() and not c.isspace() else " ") for c in text)


def prompt(text: str, context: str | None = None) -> str:
    """What the model is asked: the turn before (its last 160 characters), the text, the cue.

    Args:
        text: the passage as read.
        context: what somebody else said just before, if anything.
    """
    before = seen_context(context)
    turn = f"Assistant: {before}\n" if before else ""
    return f"{turn}User: {clean(text)}\nPreferences:"


def seen_context(context: str | None) -> str:
    """What the model sees of the turn before: its last 160 characters, cleaned, on one line."""
    return " ".join(clean(context or "").split())[-_CONTEXT_LIMIT:].strip()


def written(pairs: Iterable[tuple[str, str]]) -> str:
    """The answer that says these (quote, stance) pairs; the inverse of ``parse``.

    A quote of the turn before begins with ``BEFORE``.
    """
    parts = [f"{_marked(quote)}= {stance}" for quote, stance in pairs]
    return " " + "; ".join(parts) if parts else NONE


def parse(answer: str) -> list[tuple[str, str]]:
    """Pairs of (quote, stance) in an answer, in order.

    An unfinished last pair, as a cut answer has, is left out: it says no stance.
    """
    found = []
    for part in answer.strip().split(";"):
        quote, sign, stance = part.rpartition("=")
        quote, stance = quote.strip(), stance.strip()
        if sign and quote and stance in STANCE_WORDS:
            found.append((quote, stance))
    return found


def place(quotes: Iterable[str], text: str) -> list[tuple[int, int] | None]:
    """Give each quote its span in the text: the first occurrence that no earlier quote took.

    Whole-word occurrences come before others, so that "it" isn't found inside "with".

    Args:
        quotes: parts of ``clean(text)``, in the order of the answer.
        text: the text as read.

    Returns:
        ``(start, end)`` in code points for each quote; the same span again when it is quoted more often than it occurs;
        None for a quote that isn't in the text.
    """
    cleaned = clean(text)
    taken: set[tuple[int, int]] = set()
    spans: list[tuple[int, int] | None] = []
    for quote in quotes:
        where = _occurrences(cleaned, clean(quote))
        free = [span for span in where if not any(span[0] < e and s < span[1] for s, e in taken)]
        if not where:
            spans.append(None)
            continue
        span = (free or where)[0]
        taken.add(span)
        spans.append(span)
    return spans


def settle(
    pairs: Sequence[tuple[str, str]], sure: Sequence[float], passage: Passage
) -> tuple[tuple[Mention, ...], tuple[tuple[str, str], ...]]:
    """Turn what an answer says into mentions of the passage, and what it says of nothing there.

    Args:
        pairs: as ``parse`` gives them.
        sure: a confidence for each.
        passage: what was read.

    Returns:
        Mentions in the order of the answer, and the (quote, stance) pairs whose words are not in the passage.  A quote
        of the turn before becomes a mention of the words that point at it.
    """
    spans = place([quote for quote, _ in pairs if not quote.startswith(BEFORE)], passage.text)
    pointing = referring(passage.text, sum(quote.startswith(BEFORE) for quote, _ in pairs))
    mentions: list[Mention] = []
    unfounded: list[tuple[str, str]] = []
    for (quote, stance), confidence in zip(pairs, sure, strict=True):
        named = ""
        if quote.startswith(BEFORE):
            named = _in_context(quote.removeprefix(BEFORE), passage.context)
            span = pointing.pop(0) if pointing else None
            span = span if named else None
        else:
            span = spans.pop(0)
        if span is None:
            unfounded.append((quote, stance))
        else:
            mentions.append(Mention(passage.text[span[0] : span[1]], *span, stance, confidence, named))
    return tuple(mentions), tuple(unfounded)


def _marked(quote: str) -> str:
    mark = BEFORE if quote.startswith(BEFORE) else ""
    return mark + clean(quote.removeprefix(BEFORE)).strip()


def _in_context(quote: str, context: str | None) -> str:
    """The words of the context as read that ``quote`` is, or the empty string."""
    words = clean(quote).split()
    pattern = r"\s+".join(map(re.escape, words))
    hit = re.search(pattern, clean(context or "")) if words else None
    return (context or "")[hit.start() : hit.end()] if hit else ""


def _occurrences(text: str, quote: str) -> list[tuple[int, int]]:
    if not quote:
        return []
    whole: list[tuple[int, int]] = []
    part: list[tuple[int, int]] = []
    start = text.find(quote)
    while start >= 0:
        end = start + len(quote)
        inside = (start > 0 and text[start - 1].isalnum() and quote[0].isalnum()) or (
            end < len(text) and text[end].isalnum() and quote[-1].isalnum()
        )
        (part if inside else whole).append((start, end))
        start = text.find(quote, start + 1)
    return whole + part
