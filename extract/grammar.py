"""The grammar of an answer: literal parts of this text, each with one of five stances.

Compiled per text by llguidance (Moskal et al.; Lark dialect, ``%regex`` with ``substring_words``).  Its lexer is
greedy, so the character after a mention, ``=``, is one that ``answer.clean`` keeps out of the text.
"""

from __future__ import annotations

import json
import re
from typing import Final

from penchant.extract.answer import BEFORE, clean, seen_context
from penchant.ontology.terms import STANCE_WORDS

MOST_MENTIONS: Final = 12
#: What a quote may look like: it begins and ends with no mark that only divides, but for "E.T.".
_WORDS: Final = r"/[^\s,.:!?](.*([^\s,.:]|\.[^\s.]\.))?/"
_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")


def substring_kind(text: str) -> str:
    """``substring_chars`` for writing without spaces (Chinese, Japanese, Thai), else ``substring_words``."""
    return "substring_chars" if _UNSPACED.search(text) else "substring_words"


def answer_grammar(text: str, context: str | None = None, *, end: str = "", most: int = MOST_MENTIONS) -> str:
    """Lark grammar of every answer that is possible for ``text``.

    Args:
        text: the passage as read.
        context: the turn before, which an answer may quote too; None if it may not.
        end: what closes the answer; empty when the model's end-of-text token does.
        most: most mentions in an answer.

    Raises:
        ValueError: the text has no letter or digit, so there is nothing to quote.
    """
    cleaned = clean(text)
    if not any(c.isalnum() for c in cleaned):
        raise ValueError("a grammar needs a text with letters")
    stances = " | ".join(json.dumps(word) for word in STANCE_WORDS)
    closing = f" {json.dumps(end)}" if end else ""
    before = seen_context(context)
    quoted = any(c.isalnum() for c in before)
    rules = [
        # The space stands apart from "none": a greedy lexer that has read " n" would not go back to " noir".
        f'start: " " (NONE | pref ("; " pref){{0,{most - 1}}}){closing}',
        'NONE: "none"',
        f'pref: {"(MENTION | BEFORE NAMED)" if quoted else "MENTION"} "= " STANCE',
        f"STANCE: {stances}",
        rf"MENTION: PART & {_WORDS}",
        f"PART: {_part_of(cleaned)}",
    ]
    if quoted:
        rules += [f"BEFORE: {json.dumps(BEFORE)}", rf"NAMED: SAID & {_WORDS}", f"SAID: {_part_of(before)}"]
    return "\n".join(rules)


def _part_of(cleaned: str) -> str:
    return f"%regex {json.dumps({substring_kind(cleaned): cleaned}, ensure_ascii=False)}"
