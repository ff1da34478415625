"""Words that sources use for kinds of behaviour, and for taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from penchant.errors import SourceError
from penchant.extract import fields

_WORDS: Final[dict[str, str]] = {
    "View": "view viewed impression pageview page_view open opened visit visited arrive",
    "Click": "click clicked tap select selected clickthrough",
    "Read": "read finished_reading",
    "Watch": "watch watched play played stream streamed view_video",
    "Listen": "listen listened scrobble heard",
    "Save": "save saved bookmark bookmarked add added follow followed subscribe subscribed wishlist watchlist"
    " add_to_cart cart addtocart star_item",
    "Share": "share shared announce announced repost retweet boost recommend recommended",
    "Like": "like liked love loved favorite favourite favorited favourited upvote star starred thumbs_up endorse agree",
    "Dislike": "dislike disliked hate hated downvote thumbs_down disagree",
    "Rate": "rate rated rating review reviewed score",
    "Buy": "buy bought purchase purchased order ordered checkout",
    "Own": "own owned have has",
    "Seen": "seen already_seen known",
    "Skip": "skip skipped ignore ignored hide hidden dismiss dismissed block not_interested",
}

#: Word of a source (lower case, without ``Action`` at its end) → local name of a behaviour kind.
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {word: kind for kind, many in _WORDS.items() for word in many.split()}
)
_UNDONE: Final[dict[str, str]] = {
    "like": "unlike unliked unlove unfavorite unfavorited unfavourite unfavourited unstar unvote remove_like",
    "dislike": "undislike undisliked remove_dislike",
    "save": "unsave unsaved unbookmark unbookmarked unfollow unfollowed unsubscribe unsubscribed remove_bookmark"
    " remove_from_wishlist remove_from_watchlist",
    "add_to_cart": "remove_from_cart removefromcart removed_from_cart remove removed",
    "share": "unshare unshared unboost unrepost unretweet",
    "rate": "unrate unrated unreview remove_rating delete_rating",
    "buy": "return returned refund refunded cancel cancelled canceled cancel_order chargeback",
    "own": "disown disowned",
    "skip": "unskip unhide unhidden unblock unblocked undismiss",
}

#: Word for what is taken back → words of sources for taking it back.
UNDONE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({of: tuple(m.split()) for of, m in _UNDONE.items()})
#: Activities of Activity Streams 2.0 (§ 3.1 of its vocabulary) whose object is what is taken back.
TAKES_BACK: Final = frozenset({"undo", "delete"})

_OF = {word: of for of, many in UNDONE.items() for word in many}


def kind_of(value: object, kinds: Mapping[str, str], default: str | None = None) -> tuple[str, bool]:
    """Local name of the behaviour kind that a field says, and whether it says that such behaviour is taken back.

    Args:
        value: a word, or several of which one will do.
        kinds: words, small letters → local name.
        default: the kind where there is no word.

    Raises:
        SourceError: there is no word, or none that is known.
    """
    words = [v for v in (value if isinstance(value, list) else [value]) if v is not None]
    if not words and default is not None:
        return default, False
    if not words:
        raise SourceError("no kind", expected=f"one of {', '.join(sorted(set(kinds.values())))}")
    for word in words:
        name = plain(fields.words(word, "kind"))
        forms = (name, name.removesuffix("action"), name.replace("-", "_"))
        for form in forms:
            if form in kinds:
                return kinds[form], False
        for form in forms:
            if _OF.get(form) in kinds:
                return kinds[_OF[form]], True
    raise SourceError(
        f"unknown kind {str(value)[:60]!r}",
        expected=f"{', '.join(sorted(set(kinds.values())))}, or a usual word for one",
    )


def takes_back(value: object, kinds: Mapping[str, str]) -> bool:
    """Whether a field says that its activity is an ``Undo`` or a ``Delete``, where no kind is called so."""
    words = value if isinstance(value, list) else [value]
    return any(isinstance(w, str) and plain(w) in TAKES_BACK and plain(w) not in kinds for w in words)


def plain(name: str) -> str:
    """``name`` as kinds are compared: the part after the last ``#``, ``/`` or ``:``, small letters, no spaces."""
    local = name.strip().replace("\\", "/").rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]
    return local.casefold().replace(" ", "_")
