"""Films in the messages of LAPS: linked, called by their title, and taken up by the writer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from penchant.kg.normalise import normal
from penchant.road.laps_films import Films, concept, iri_of

_URL: Final = re.compile(r"(?:https?://|www\.)\S+")
_NUMBER: Final = re.compile(r"(?:/title/|\b)(tt\d{6,9})\b")
_PAGE: Final = re.compile(r"(?:wikipedia\.org/wiki/|rottentomatoes\.com/m/)([^/?#\s]+)")
_WORD: Final = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*|&")
#: A name in capitals: "Planes, Trains and Automobiles", "Guardians of the Galaxy Vol. 3".
_CAPITAL: Final = r"(?:[A-Z0-9][\w'’.-]*[\w!]|[A-Z0-9]\b)"
_NAME: Final = rf"{_CAPITAL}(?:(?:,? (?:&|of|the|and|to|in|a|an|on|for|with|from|at|vs\.?|or|de|la))*[:,]? {_CAPITAL})*"
_QUOTED: Final = re.compile(r"(?:[\"“]|(?<!\w)['‘])([A-Z0-9][^\"“”\n]{0,60}?)(?:[\"”]|['’](?!\w))")
_RECOMMENDED: Final = re.compile(
    r"(?:\b(?:recommend(?:ed|ing)?|suggest(?:ed|ing)?|watch(?:ed|ing)?|try|seen|called|titled|entitled|about|movie|film"
    rf"|would be|is|was)\b(?: the| a)?(?: new| classic)?(?: movie| film)?(?: called)?:? )({_NAME})"
)
_SUBJECT: Final = re.compile(rf"^\W*({_NAME})(?= (?:is|was|stars|has|features|\(|on|-|would)\b|\s*\n|\s*$)")
_NAMED_LAST: Final = re.compile(rf"({_NAME})[\"'”’]?(?: \(\d{{4}}\))?\W*$")
#: What stands behind a title and is none of it.
_PLACE: Final = re.compile(r" (?:on|at|from) (?:Disney|Netflix|Amazon|Prime|Hulu|Apple|HBO|Max|Sky|\d{4}).*$| \d{4}$")
#: What begins a sentence before a title.
_LEAD: Final = re.compile(r"^(?:(?:Watch|Try|Consider|See|So|Then|And|Maybe|Also|Yes|Ok|Or)[,:]? )+(?=[A-Z0-9])")
_LETTERS: Final = re.compile(r"[A-Za-z]{2}")
#: Words that start a sentence or a reference and are no title.
_NO_TITLE: Final = re.compile(
    r"here|there|this|that|its?|i|if|you|the|an?|my|your|and|also|imdb|netflix|hulu|disney|amazon|prime|max|see|well"
    r"|what|how|do|does|please|check|another|one|two|yes|ok|okay|great|link|movie|film|let|have|in|for|as|pg|r|tv"
    r"|based|so|enjoy|thanks?|url|sure"
)
#: Those of them that may begin one.
_START: Final = ("the", "a", "an", "my", "one", "two", "it", "its")
#: Titles of two general words that mostly are no title where they stand in a text.
_GENERAL: Final = re.compile(
    r"true|crime|romantic|comedy|black|dark|science|fiction|film|noir|movie|family|scary|action|horror|drama|musical"
    r"|christmas|classic|new|old|good|best|first|last|the|an?|of"
)
#: Letters from which a title of four words or more counts without capitals: few sentences hold one by chance.
_LONG: Final = 17
_ARTICLES: Final = ("the", "a", "an")
#: Words of a title that need no capital.
SMALL: Final = (
    "a",
    "an",
    "and",
    "at",
    "by",
    "de",
    "for",
    "from",
    "in",
    "la",
    "of",
    "on",
    "or",
    "the",
    "to",
    "vs",
    "with",
    "&",
)
_APPROVED: Final = re.compile(
    r"\b(?:sounds?|looks?|seems?|like|loved?|perfect|great|excellent|fantastic|brilliant|awesome|ideal|wonderful|fine|good"
    r"|nice|interest\w+|excited|suits?|fits?|ticks?|happy|satisfied|exactly|cool|intriguing|promising|enjoy|right up"
    r"|give (?:it|this|that(?: one)?) a (?:go|shot|try|watch)|(?:this|that)(?: is|['’]s) the one|gladly"
    r"|(?:will|['’]ll|ill|would|going to|gonna|definitely) (?:\w+ )?(?:watch|check|see|give|try|take|look)"
    r"|check (?:it|that|this|them|both|these)|might watch|look into it|meaning to (?:see|watch))\b",
    re.IGNORECASE,
)
#: Asks for something else, or doubts: nothing in the reply is taken up then.
_REFUSED: Final = re.compile(
    r"\b(?:another (?:\w+ )?(?:one|suggestion|recommendation|option|title)|others?\s*\?|any others?|something else"
    r"|other (?:ideas?|films?|movies?|options?|recommendations?|suggestions?|than)|else\s*\?|instead"
    r"|different (?:ones?|movies?|films?|\w+ations?|\w*suggestions?|director|genre)"
    r"|one more (?:rec|sug|movie|film)\w*|other\s+\w+ movie|(?:any|some)thing (?:more|newer)|back ?up|alternatives?"
    r"|not (?:sure|really|interested|for (?:me|us)|today|what)|(?:don|wouldn|doesn)['’]?t (?:think|like|want|really)"
    r"|(?:have|['’]ve) (?:already |both )?seen (?:that|this)(?: one)?(?: actually| before)?,? (?:do|can|any|is)"
    r"|hate|dislike|nah|another night|should be more|(?:any|some) newer|more (?:adult|serious|modern|recent)"
    r"|(?:nice|kind) of you"
    r"|(?:can|could) you (?:find|suggest|recommend|give))\b",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"[.!?;\n]+|,? (?:but|however|although|though)\b", re.IGNORECASE)
_DENIED: Final = re.compile(
    r"\b(?:not|never|no|\w+n['’]t|dont|doesnt|isnt|wouldnt)\b|^\W*(?:so )?(?:what|how|where|if)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a film: its IRI, and the title that the message gives it, or the empty string."""

    iri: str
    title: str = ""


def links(message: str) -> Iterator[Link]:
    """IMDb links of a message in order, each number once, with the title beside it where one is plain to see."""
    seen: set[str] = set()
    end = 0
    for match in _URL.finditer(message):
        number = _NUMBER.search(unquote(match.group()))
        if number and number[1] not in seen:
            seen.add(number[1])
            yield Link(iri_of(number[1]), _title(message[end : match.start()], message[match.end() :]))
        end = match.end()


def pages(message: str) -> Iterator[str]:
    """Titles in the addresses of Wikipedia and Rotten Tomatoes, a year in brackets kept."""
    for match in _URL.finditer(message):
        if page := _PAGE.search(unquote(match.group())):
            words = page[1].replace("_", " ").strip()
            yield re.sub(r"\s*\((?:film|movie)\)$", "", words)


def titles(message: str, films: Films, linked: Collection[str], vouched: Mapping[str, str]) -> list[str]:
    """Films called by their title in a message, in order, the longest title first, without overlap.

    A title of two words or more counts where each of its words but the small ones has a capital or a digit, or where it
    has at least four words and 17 letters; one of a single word only where it has a capital and the film is linked in
    the conversation.  Names of people and of genres ("True Crime") are no titles, nor is an article with one word where
    a capital follows ("The Midnight" in "The Midnight Sky").

    Args:
        message: as written; links are passed over.
        films: the catalogue.
        linked: films linked so far in the conversation.
        vouched: normal title → film, for titles that the memory of the session holds; they count however written.
    """
    text = _URL.sub(lambda m: "\n" + " " * (len(m.group()) - 1), message)
    words = list(_WORD.finditer(text))
    forms = [normal(word.group()) if word.group() != "&" else "and" for word in words]
    found: list[str] = []
    i = 0
    while i < len(words):
        for n in range(min(10, len(words) - i), 0, -1):
            written = [word.group() for word in words[i : i + n]]
            if _cut_off(words, text, i, n) and forms[i] in _ARTICLES:
                continue
            if iri := _called(written, forms[i : i + n], films, linked, vouched):
                found.append(iri)
                i += n
                break
        else:
            i += 1
    return found


def taken(reply: str) -> bool:
    """Whether a reply takes up what was recommended.

    It asks for nothing else and doubts nothing, and one of its clauses has a word of approval or intent without a
    negation or a question word.
    """
    if _REFUSED.search(reply):
        return False
    return any(_APPROVED.search(clause) and not _DENIED.search(clause) for clause in _CLAUSE.split(reply))


def _title(before: str, after: str) -> str:
    if page := list(pages(before[-120:])):
        return page[-1]
    near = _URL.sub(" ", before).rstrip()[-300:]
    for pattern, text in (
        (_NAMED_LAST, near),
        (_QUOTED, near),
        (_RECOMMENDED, near),
        (_SUBJECT, after.lstrip()[:100]),
        (_SUBJECT, near),
    ):
        some = [_LEAD.sub("", _PLACE.sub("", m[1])).strip(" .,:") for m in pattern.finditer(text)]
        some = [name for name in some if _may_be_title(name)]
        if some:
            return some[-1]
    return ""


def _may_be_title(name: str) -> bool:
    words = name.casefold().split()
    if not words or not _LETTERS.search(name) or all(map(_NO_TITLE.fullmatch, words)):
        return False
    return words[0] in _START or not _NO_TITLE.fullmatch(words[0])


def _cut_off(words: list[re.Match[str]], text: str, i: int, n: int) -> bool:
    """Whether an article with one word is the beginning of a longer name."""
    if n != 2 or i + n == len(words):
        return False
    following = words[i + n]
    return text[words[i + 1].end() : following.start()] == " " and following.group()[0].isupper()


def _called(
    written: list[str], forms: list[str], films: Films, linked: Collection[str], vouched: Mapping[str, str]
) -> str:
    form = " ".join(forms[1:] if forms[0] in _ARTICLES and len(forms) > 1 else forms)
    if form in vouched:
        return vouched[form]
    if not films.bears(form):
        return ""
    capital = all(w[0].isupper() or w[0].isdigit() or (i and w in SMALL) for i, w in enumerate(written))
    if len(written) == 1:
        iri = films.titled(form, linked) if capital and len(form) > 1 else ""
        return iri if iri in linked else ""
    long = len(written) >= 4 and sum(map(len, forms)) >= _LONG
    if not (capital or long) or all(map(_GENERAL.fullmatch, forms)) or written[-1] in SMALL:
        return ""
    if forms[0] not in _ARTICLES and concept("star", " ".join(written)) in films.people:
        return ""
    return films.titled(form, linked)
