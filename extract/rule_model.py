"""A reader without weights: cue words, and the noun next to the cue.  English and Chinese.

It is the baseline that a language model is compared with, and what reads where none can be fetched
(``--model rules``).  "I love ¤", "looking for ¤", "¤ is great", "我喜欢¤", "¤很好看": the cue gives the stance, a
negation before it turns likes into dislikes, the noun chunk beside it is the quote.  It knows no context and resolves
nothing.  F1 of mention and stance, exact: .25 on hand-written sentences, .35 on public dialogues
(``docs/circumstances.md``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from penchant.extract.answer import clean, written
from penchant.extract.language_model import DECODED, Mention, Passage, Reply
from penchant.extract.rule_model_chinese import chinese_finds
from penchant.extract.rule_model_english import english_finds
from penchant.extract.rule_model_words import FILE

#: Rises whenever the same passage would be read otherwise.
VERSION: Final = 1

_LATIN: Final = re.compile("[A-Za-z]{2}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


class RuleModel:
    """A :class:`penchant.extract.language_model.LanguageModel` of cue words.

    The confidence of a mention is the share of right finds of its kind of cue on training sentences, in
    ``rule_model.toml``.
    """

    @property
    def fingerprint(self) -> str:
        """Changes with the words and with the version of the rules."""
        return f"rules {VERSION} {hashlib.sha256(FILE.read_bytes()).hexdigest()[:12]}"

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """Read every passage; one reply each, in the same order."""
        return [_reply(passage.text) for passage in passages]


def _reply(text: str) -> Reply:
    plain = clean(text)
    chinese = _CHINESE.search(plain) is not None
    # In a Chinese sentence Latin letters are names, not English.
    found = chinese_finds(text) if chinese else english_finds(plain) if _LATIN.search(plain) else []
    kept: list[Mention] = []
    for find in sorted(found, key=lambda f: (-f.confidence, f.start, -f.end, f.stance)):
        if all(find.end <= m.start or find.start >= m.end for m in kept):
            kept.append(Mention(text[find.start : find.end], find.start, find.end, find.stance, find.confidence))
    kept.sort(key=lambda m: m.start)
    return Reply(written((m.quote, m.stance) for m in kept), tuple(kept), DECODED)
