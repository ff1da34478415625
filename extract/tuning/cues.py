"""Word lists that decide which labels of the public sets can be read from the text alone."""

from __future__ import annotations

import re
from typing import Final

#: A sentence with one of these may say a preference, so it is no safe example of "none".
PREFERENCE: Final = re.compile(
    r"\b(lik\w*|lov\w*|hat\w*|prefer\w*|enjoy\w*|fav\w*|fan|adore\w*|want\w*|look\w* for|mood|into|recommend\w*|"
    r"suggest\w*|interest\w*|great|good|bad|best|better|worst|boring|funny|awesome|amazing|need|avoid|dislike\w*|"
    r"not really|can't stand|any|something|allerg\w*|vegan|vegetarian|would|maybe|check|try|sounds?|know)\b",
    re.IGNORECASE,
)

#: The text asks for a kind of thing.
ASKING: Final = re.compile(
    r"\b(look\w* (for|to)|lookin|want\w*|need|in the mood|mood for|recommend\w*|suggest\w*|find|show me|feel like|"
    r"would like|i'd like|any|could you|can you|help me|search\w*|give me|fancy)\b",
    re.IGNORECASE,
)

#: The text says that its writer likes something, in words that do not also ask.
LIKING: Final = re.compile(
    r"\b((?<!would )(?<!'d )(?<!feel )(?<!something )(?<!movie )(?<!movies )like|liked|love[ds]?|enjoy\w*|fav\w*|fan|"
    r"prefer\w*|adore\w*|into)\b",
    re.IGNORECASE,
)

PRAISE: Final = re.compile(
    r"\b(great|good|best|awesome|amazing|excellent|fantastic|wonderful|hilarious|funny|cool|perfect|brilliant|fun)\b",
    re.IGNORECASE,
)

NEGATION: Final = re.compile(
    r"\b(not|no|never|don'?t|didn'?t|doesn'?t|isn'?t|wasn'?t|can'?t|hate\w*|dislike\w*|avoid\w*|bor\w+|worst|bad|"
    r"terrible|awful|stupid|without|except|nothing)\b",
    re.IGNORECASE,
)

#: The writer means to see, read or try a named thing.
TRYING: Final = re.compile(
    r"\b(check\w*|see|watch|try|look into|give (it|that|them)|rent|haven'?t seen|hear\w*|sounds?|never seen|list)\b",
    re.IGNORECASE,
)

#: Film genres; ReDial labels films only, so a message that names one of these is not fully labelled.
GENRE: Final = re.compile(
    r"\b(comed\w+|horrors?|action|dramas?|romance\w*|romantic\w*|thrillers?|sci-?\s?fi|science fiction|fantasy|"
    r"animat\w+|cartoons?|musicals?|westerns?|documentar\w+|myster\w+|family|kids?|scary|funny|super ?hero\w*|"
    r"adventure|crime|war|rom ?coms?|classics?|disney|marvel|pixar|suspense\w*|sports?|foreign|slashers?|zombies?|"
    r"genres?)\b",
    re.IGNORECASE,
)

#: Somebody else's attitude.
OTHERS: Final = re.compile(
    r"\b(my|our|the) (husband|wife|kids?|boys?|girls?|child\w*|son|daughter|family|friends?|mum|mom|dad|partner|"
    r"boyfriend|girlfriend)\b"
    r".{0,20}\b(like|love|hate|enjoy|prefer|dislike|favou?rite|doesn't|don't)",
    re.IGNORECASE,
)
