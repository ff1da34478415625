"""How strongly a stance is shown, from the words around the mention; English.

Each stance has its own table of cues with a strength in [0, 1].  The strongest cue in the mention's clause counts;
without one the stance's usual strength does.  A strengthener adds 0.1; a softener takes the cue down to at most 0.5:

=====  ================================  ==================================  =====================
value  likes                             dislikes                            wants, interested
=====  ================================  ==================================  =====================
1.0    adore, obsessed, favourite        hate, can't stand, loathe, worst    desperately, dying to
0.9    love, masterpiece, brilliant      awful, can't bear, sick of, avoid   need, can't wait
0.8    big fan, great, excellent         leaves me cold, waste, letdown      really want
0.7    like, enjoy, good (usual)         don't like, boring, dull (usual)    want (usual of wants)
0.6    into, fond of                     not my thing, not for me            (usual of interested)
0.5    pretty good, okay, quite like     not keen, don't love, meh           might, maybe
=====  ================================  ==================================  =====================

*neutral* is always 0.5: its polarity is zero, so the number has no effect on weights.
"""

from __future__ import annotations

import re
from typing import Final

from penchant.extract.answer import clean


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


USUAL: Final = {"likes": 0.7, "dislikes": 0.7, "wants": 0.7, "interested": 0.6, "neutral": 0.5}

#: Per stance, strongest first.
_CUES: Final = {
    "likes": (
        (1.0, _any(r"ador\w+", r"obsess\w+", "(?:all.time )?favou?rites?", r"best\b.{0,25}\bever")),
        (1.0, _any("can'?t get enough", "(?<!not )crazy about", "worship", "live for", "to die for")),
        (0.9, _any("lov(?:e|es|ed|ing|ely)", "masterpiece", "brilliant", "amazing", "fantastic", "perfect", "superb")),
        (0.9, _any("blew me away", "addicted", "hooked", "sucker for", "more than anything", "immensely")),
        (0.8, _any("(?:big|huge|massive|great) fan", "great", "excellent", "wonderful", "awesome", "beautiful")),
        (0.8, _any("never (?:gets? old|disappoints?)")),
        (0.7, _any("lik(?:e|es|ed|ing)", r"enjoy\w*", "good", r"prefer\w*", "fun")),
        (0.6, _any("into", "fond of", "partial to", "soft spot")),
    ),
    "dislikes": (
        (1.0, _any("hat(?:e|es|ed|ing)", "(?:can'?t|cannot|couldn'?t|can not) stand", r"loath\w+", r"detest\w*")),
        (1.0, _any(r"despis\w+", "worst", r"abhor\w*", "never again")),
        (0.9, _any("awful", "terrible", "horrible", "(?:can'?t|cannot) bear", "sick of", r"avoid\w*", r"disgust\w*")),
        (0.9, _any("unwatchable", "unbearable", "garbage", "rubbish")),
        (0.8, _any("leaves? me cold", "waste of", r"disappoint\w*", "let ?down", "put me to sleep", "tired of")),
        (0.8, _any("had enough", r"annoy\w*", "no more", "walked out")),
        (
            0.7,
            _any("don'?t like", "didn'?t like", r"dislik\w+", "not a fan", "bor(?:e|es|ed|ing)", "dull", "overrated"),
        ),
        (0.6, _any("not my (?:thing|taste|cup of tea)", "(?:not|isn'?t|aren'?t) for me", "does nothing for me")),
        (0.6, _any("not into")),
    ),
    "wants": (
        (1.0, _any(r"desperate\w*", "dying (?:to|for)", "craving", "kill for")),
        (0.9, _any("need(?:s|ed)?", "must have")),
        (0.8, _any("really (?:want|fancy|feel like)")),
    ),
    "interested": (
        (1.0, _any("dying to")),
        (0.9, _any("can'?t wait", "looking forward")),
        (0.8, _any("really (?:want|curious)", "love to", "keen", r"fascinat\w+")),
        (0.7, _any("want(?:s|ed)? to", "would like to", "i'?d like to", "next on")),
    ),
}
_STRONGER: Final = re.compile(
    r"(?<!\w)(?:really|absolutely|(?:so|very) much|very|truly|totally|utterly|deeply|completely|hugely)(?!\w)|!!",
    re.IGNORECASE,
)
_SOFTER: Final = _any(
    "kind of",
    "kinda",
    "sort of",
    "somewhat",
    "a bit",
    "a little",
    "more or less",
    "fairly",
    "mildly",
    "slightly",
    "i guess",
    "i suppose",
    "pretty good",
    "okay",
    "ok",
    "alright",
    "not bad",
    "isn'?t bad",
    "quite",
    "maybe",
    "perhaps",
    "might",
    "possibly",
    "some day",
    "not really",
    "not (?:so |too |that )?(?:keen|crazy)",
    "not (?:so|too|that) (?:into|fond)",
    "don'?t (?:really )?love",
    "(?:don'?t|didn'?t|doesn'?t) (?:really|much) (?:like|enjoy|care)",
    "(?:don'?t|didn'?t) (?:hate|mind)",
    "wouldn'?t mind",
    "(?:not|isn'?t|wasn'?t) my favou?rite",
    "vaguely",
    "meh",
    "less so",
    "not so much",
    "could do without",
)
_CLAUSE_ENDS: Final = re.compile(
    r"[.!?;\n]+(?=\s|$)|(?<!\w)(?:but|although|though|while|whereas|however|yet)(?!\w)|"
    r", (?=(?:and|so) i\b|i\b|give me\b|my\b)",
    re.IGNORECASE,
)


def intensity(text: str, start: int, end: int, stance: str) -> float:
    """Strength in [0, 1] of ``stance`` to the mention ``text[start:end]``; the stance itself gives the sign.

    Raises:
        KeyError: ``stance`` is no stance word.
    """
    usual = USUAL[stance]
    if stance == "neutral":
        return usual
    clause = _clause(clean(text), start, end)
    # A quote like "Love Actually" is no cue.
    value = next((value for value, words in _CUES[stance] if words.search(clause)), usual)
    if _SOFTER.search(clause):
        return min(value, 0.5)
    if _STRONGER.search(clause):
        value += 0.1
    return round(min(value, 1.0), 2)


def _clause(text: str, start: int, end: int) -> str:
    before = max((hit.end() for hit in _CLAUSE_ENDS.finditer(text, 0, start)), default=0)
    after = next((hit.end() for hit in _CLAUSE_ENDS.finditer(text, end)), len(text))
    return f"{text[before:start]}¤{text[end:after]}"
