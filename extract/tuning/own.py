"""Sentences of our own, put together from frames and names: what the public sets lack.

Films, shops, food, music, books, news and leisure; negation, contrast, lists, other people, the past, hypotheses,
questions, facts. ``frames.toml`` holds the sentences with the definition of each stance, ``vocabulary.toml`` the
names.  The same seed gives the same sentences.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from penchant.extract.answer import BEFORE, clean
from penchant.extract.tuning.example import Example

_HERE: Final = Path(__file__).parent
_OPEN, _MID, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARK: Final = re.compile(f"{_OPEN}([a-z]*){_MID}(.*?){_CLOSE}", re.DOTALL)
_STANCES: Final = ("likes", "dislikes", "wants", "interested", "neutral", "none")
_GROUPS: Final = ("work", "work", "work", "person", "person", "kind", "kind", "kind", "kind", "thing", "thing", "one")
_SHARES: Final = (30, 28, 11, 12, 9, 20)


@dataclass(frozen=True, slots=True)
class Named:
    """A mention ready to be spoken: words around the marked name, and how a verb agrees with it."""

    text: str
    plural: bool
    group: str
    domain: str


class Writer:
    """Writes sentences from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.used: set[str] = set()
        self.frames: dict[str, Any] = tomllib.loads((_HERE / "frames.toml").read_text(encoding="utf-8"))
        self.kinds: dict[str, Any] = tomllib.loads((_HERE / "vocabulary.toml").read_text(encoding="utf-8"))["kinds"]

    def texts(self, count: int) -> Iterator[tuple[str, str | None, tuple[tuple[str, str], ...]]]:
        """Yield (text, context, pairs)."""
        for _ in range(count):
            self.used.clear()
            draw = self.chance.random()
            context: str | None = None
            said: tuple[tuple[str, str], ...] = ()
            if draw < 0.08:
                marked, context = self._answered()
            elif draw < 0.20:
                marked, context, said = self._referred()
            elif draw < 0.36:
                marked = self._finish(self._pair())
            elif draw < 0.54:
                marked = self._finish(self._clause(self._stance()))
            elif draw < 0.68:
                marked = self._finish(self._clause("none"))
            else:
                marked = self._several(2 if draw < 0.87 else 3 if draw < 0.96 else 4)
            marked = self._style(marked)
            yield _MARK.sub(r"\2", marked), context, said + _pairs(marked)

    def _stance(self) -> str:
        return self.chance.choices(_STANCES, _SHARES)[0]

    def _named(self, stance: str, group: str | None = None, domain: str | None = None) -> Named:
        """Pick a name of the group, at home in the domain when one is given."""
        fitting = [
            (name, kind)
            for name, kind in sorted(self.kinds.items())
            if (kind["group"] == group if group else kind["group"] != "one")
            and (domain is None or kind["domain"] == domain)
        ]
        if not fitting:
            return self._named(stance, group)
        # Films first: they are what the first demonstrations talk about.
        _, kind = self.chance.choices(fitting, [3 if k["domain"] == "film" else 2 for _, k in fitting])[0]
        word = self.chance.choice([w for w in kind["words"] if w not in self.used] or kind["words"])
        self.used.add(word)
        head = tail = ""
        if "heads" in kind and self.chance.random() < 0.5:
            head = self.chance.choice([h for h in kind["heads"] if h or word not in kind.get("no_bare", [])])
        elif "tails" in kind and not (word in kind.get("bare", []) and self.chance.random() < 0.5):
            tail = self.chance.choice(kind["tails"])
        if word in kind.get("no_bare", []):
            tail, head = " news", ""
        spoken = tail.strip().split("'s ")[-1]
        plural = spoken.endswith("s") or head.startswith(
            ("films", "movies", "songs", "novels", "books", "news", "things")
        )
        if head.startswith("news"):
            plural = False
        if not head and not tail:
            plural = bool(kind.get("plural")) or word in kind.get("plurals", ()) or word in ("the Coen brothers", "BTS")
            if kind.get("topic"):
                plural = word.endswith(("s",)) and word not in ("local politics", "economics", "tennis", "news")
        marked = f"{_OPEN}{'' if stance == 'none' else stance}{_MID}{word}{_CLOSE}"
        return Named(f"{head}{marked}{tail}", plural, str(kind["group"]), str(kind["domain"]))

    def _clause(self, stance: str, domain: str | None = None) -> str:
        if stance == "none" and self.chance.random() < 0.3:
            return str(self.chance.choice(self.frames["none"]["bare"]))
        groups = {"wants": ("kind", "thing", "one")}.get(stance, _GROUPS)
        named = self._named(stance, self.chance.choice(groups), domain)
        frames = self.frames[stance]
        if named.group == "one" and "one" not in frames:
            named = self._named(stance, "kind", domain)
        pool = list(frames.get(named.group, ()))
        if "any" in frames and named.group != "one" and (not pool or self.chance.random() < 0.6):
            pool = list(frames["any"])
        frame = str(self.chance.choice(pool))
        if named.group != "one" and self.chance.random() < 0.18 and frame.count("{x}") + frame.count("{X}") == 1:
            named = self._list(stance, named, domain)
        if stance == "wants" and "?" not in frame and frame.endswith(("{x}", "{X}")) and self.chance.random() < 0.25:
            frame += str(self.chance.choice(self.frames["styles"]["conditions"]))
        return self._fill(frame, named, None)

    def _list(self, stance: str, first: Named, domain: str | None) -> Named:
        more = [
            first,
            *(
                self._named(stance, first.group, domain or first.domain)
                for _ in range(self.chance.choice((1, 1, 2, 3)))
            ),
        ]
        word = "or" if stance in ("dislikes", "wants") and self.chance.random() < 0.4 else "and"
        comma = "," if len(more) > 2 and self.chance.random() < 0.3 else ""
        text = ", ".join(n.text for n in more[:-1]) + f"{comma} {word} {more[-1].text}"
        return Named(text, True, first.group, first.domain)

    def _pair(self) -> str:
        chosen = self.chance.choice(self.frames["pairs"])
        frame = str(self.chance.choice(chosen["text"]))
        first, second = chosen["stances"]
        if "groups" in chosen:
            one, other = chosen["groups"]
            x = self._named(first, one)
            y = self._named(second, other, x.domain if other == "kind" else None)
        elif "wants" in chosen["stances"]:
            x = self._named(first, self.chance.choice(("kind", "thing")))
            y = self._named(second, x.group, x.domain)
        else:
            x = self._named(first or "none")
            y = self._named(second or "none", None if self.chance.random() < 0.4 else x.group, x.domain)
        return self._fill(frame, x, y)

    def _answered(self) -> tuple[str, str]:
        chosen = self.chance.choice(self.frames["answers"])
        stance = chosen["stance"] or "none"
        group = self.chance.choice(("kind", "thing")) if stance == "wants" else None
        named = self._named(stance, group)
        if stance != "none" and self.chance.random() < 0.4:
            named = self._list(stance, named, None)
        ask = self._fill(str(self.chance.choice(chosen["ask"])), named, None)
        text = self._fill(str(self.chance.choice(chosen["text"])), named, None)
        return text, _MARK.sub(r"\2", ask)

    def _referred(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """An answer that points at what the question names: the answer, the question, what it says of those."""
        chosen = self.chance.choice(self.frames["references"])
        group = self.chance.choice(("work", "work", "person", "thing", "kind"))
        x = self._named("none", group)
        y = self._named("none", group, x.domain)
        z_stance = str(chosen.get("z", ""))
        z = self._named(z_stance or "none", "kind" if z_stance == "wants" else group, x.domain)
        ask = self._fill(str(self.chance.choice(chosen["ask"])), x, y)
        text = self._fill(str(self.chance.choice(chosen["text"])), x, y, z)
        names = [(str(chosen.get(key, "")), _MARK.search(named.text)) for key, named in (("x", x), ("y", y))]
        said = tuple((BEFORE + clean(hit[2]), stance) for stance, hit in names if stance and hit)
        return self._finish(text), _MARK.sub(r"\2", ask), said

    def _several(self, count: int) -> str:
        domain = self.chance.choice(("film", "film", "film", "music", "food", "shop", "news", "book", "leisure", None))
        text = self._clause(self._stance(), domain)
        for _ in range(count - 1):
            join = str(self.chance.choice(self.frames["styles"]["joins"]))
            following = self._clause(self._stance(), domain)
            new = join.rstrip().endswith((".", "!")) or ". " in join
            text += join + (
                _capital(following) if new else re.sub(r"^(My|Everyone)\b", lambda h: h.group().lower(), following)
            )
        return self._finish(text)

    def _fill(self, frame: str, x: Named, y: Named | None, z: Named | None = None) -> str:
        values = {
            "z": z.text if z else "",
            "Z": z.text if z else "",
            "x": x.text,
            "X": x.text,
            "y": y.text if y else "",
            "other": str(self.chance.choice(self.frames["styles"]["others"])),
            "is": "are" if x.plural else "is",
            "was": "were" if x.plural else "was",
            "has": "have" if x.plural else "has",
            "does": "do" if x.plural else "does",
            "s": "" if x.plural else "s",
            "es": "" if x.plural else "es",
            "it": "them" if x.plural else "it",
        }
        text = re.sub(r"\{(\w+)\}", lambda hit: values[hit.group(1)], frame)
        return re.sub(r"(?<=[a-z,] )(My|Everyone)\b", lambda hit: hit.group().lower(), text)

    def _finish(self, text: str) -> str:
        styles = self.frames["styles"]
        if self.chance.random() < 0.12:
            text += str(self.chance.choice(styles["reasons"]))
        if self.chance.random() < 0.18:
            opener = str(self.chance.choice(styles["openers"]))
            text = opener + (_capital(text) if opener.endswith("! ") else text)
        first = re.match(r"(is|are|what|who|do|does|have|can|could|where|any|got|how|would|did)\b", text)
        ender = "?" if first and ". " not in text and ", but" not in text else str(self.chance.choice(styles["enders"]))
        return _capital(text) + ender

    def _style(self, text: str) -> str:
        draw = self.chance.random()
        if draw < 0.18:
            text = text.lower()
        if draw < 0.10:
            text = text.replace("'", "")
        elif draw > 0.93:
            text = text.replace("'", "’")
        elif draw > 0.90:
            text = _slip(text, self.chance)
        return text


def _capital(text: str) -> str:
    """Capital first letter, but never inside a name."""
    return text if text.startswith(_OPEN) and not text[text.index(_MID) + 1].islower() else _raise_first(text)


def _raise_first(text: str) -> str:
    at = text.index(_MID) + 1 if text.startswith(_OPEN) else 0
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


def _slip(text: str, chance: random.Random) -> str:
    """Swap two letters of one word outside the names, as hurried fingers do."""
    words = text.split(" ")
    plain = [i for i, w in enumerate(words) if len(w) > 4 and w.isalpha()]
    if plain and _OPEN not in " ".join(words[i] for i in plain):
        i = chance.choice(plain)
        at = chance.randrange(1, len(words[i]) - 2)
        words[i] = words[i][:at] + words[i][at + 1] + words[i][at] + words[i][at + 2 :]
    return " ".join(words)


def _pairs(marked: str) -> tuple[tuple[str, str], ...]:
    found = []
    for hit in _MARK.finditer(marked):
        if hit.group(1) and (clean(hit.group(2)), hit.group(1)) not in found:
            found.append((clean(hit.group(2)), hit.group(1)))
    return tuple(found)


def load(count: int, seed: int = 7) -> Iterator[Example]:
    """Yield ``count`` different sentences; each is its own conversation."""
    seen: set[str] = set()
    writer = Writer(seed)
    while len(seen) < count:
        for text, context, pairs in writer.texts(count):
            if text not in seen and len(seen) < count:
                seen.add(text)
                yield Example("own", f"own:{text}", text, context, pairs)
