"""Names and aliases of the graph's things, for linking: exact by normal form, fuzzy by trigrams and single slips.

One SQLite file, read only once it is built (see :mod:`penchant.kg.label_build`).  It knows the catalogue and the
world, never a person's graph.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penchant.errors import StoreError
from penchant.kg import normalise
from penchant.kg.label_forms import SHORT, WAYS, left_out, spellings

VERSION: Final = "3"

#: How well a name of each kind speaks for its thing.
KINDS: Final[dict[str, float]] = {
    "label": 1.0,
    "alias": 0.96,
    "short": 0.95,  # without its general word, or in the singular: "horror" for "horror films"
    "part": 0.86,  # one side of a colon: "The Empire Strikes Back"
    "surname": 0.72,
}
#: Kinds of thing that have a name of their own: titles, people, companies, places.
NAMED: Final = frozenset(
    {"film", "series", "book", "music", "game", "band", "actor", "director", "author", "person", "company", "place"}
)

# Names compared letter by letter for one fuzzy look-up: the rarest trigrams first, until so many names are met.
_NAMES_COMPARED = 1_500
_FEWEST_TRIGRAMS = 3
_WORST_RATIO = 70.0
# Forms looked up by one query.
_FORMS_ASKED = 900


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be meant.

    Args:
        iri: its IRI; an item's, where the world's thing is the same as an item.
        label: its main name, for people.
        is_item: whether it is an item of the catalogue.
        degree: number of facts about it in the catalogue and the world.
        hints: kinds of thing it is: ``film``, ``actor``, ``genre`` …
        year: year it came out, where known.
    """

    iri: str
    label: str
    is_item: bool
    degree: int
    hints: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An entry with the name by which it was met.

    Args:
        entry: the thing.
        name: normal form of the name.
        kind: what kind of name it is, a key of ``KINDS``.
        way: how the mention was changed to meet it, a key of ``WAYS``.
        score: how alike mention and name are, in [0, 1], kind and way included.
    """

    entry: Entry
    name: str
    kind: str
    way: str
    score: float


class LabelIndex:
    """A built index, open for reading.  Threads may share it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        if meta.get("version") != VERSION:
            raise StoreError("the label index is of another version", expected=VERSION, remedy="Build it again")
        #: What the builder stamped it with; tells whether it is stale.
        self.stamp = meta["stamp"]
        #: Number of things.
        self.size = int(meta["size"])
        #: The largest degree of any thing.
        self.top_degree = int(meta["top_degree"])

    @classmethod
    def open(cls, path: Path) -> LabelIndex:
        """The index in the file ``path``.

        Raises:
            StoreError: there is none, or it is broken or of another version.
        """
        if not path.is_file():
            raise StoreError("there is no label index", where=str(path), remedy="Build it")
        try:
            # Immutable: a new version is another file under the same name.
            link = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            return cls(link)
        except (sqlite3.Error, KeyError, ValueError) as error:
            raise StoreError(f"it is no label index ({error})", where=str(path), remedy="Build it again") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def exact(self, text: str) -> list[Match]:
        """Things one of whose names is ``text``, or what ``text`` says in other words, best first.

        Case, marks, punctuation, a leading article and the plural make no difference; general words (``horror
        movies``), synonyms (``sci-fi``) and phrases (``movies by …``) cost a little.
        """
        return _best(self.named(spellings(text)))

    def named(self, forms: Mapping[str, tuple[float, str]]) -> list[Match]:
        """Everything that has one of the forms as a name, in no order.

        Args:
            forms: normal forms, each with how well it keeps what was said, in [0, 1], and by which way it came.
        """
        wanted, matches = list(forms), []
        for first in range(0, len(wanted), _FORMS_ASKED):
            some = wanted[first : first + _FORMS_ASKED]
            rows = self._db.execute(
                "SELECT f.text, n.kind, e.iri, e.label, e.is_item, e.degree, e.hints, e.year FROM form f"
                f" JOIN name n ON n.form = f.id JOIN entry e ON e.id = n.entry WHERE f.text IN ({_holes(some)})",
                some,
            )
            for name, kind, *entry in rows:
                value, way = forms[name]
                match = Match(_entry(entry), name, kind, way, round(value * KINDS[kind], 4))
                if way != "wider" or "genre" in match.entry.hints:
                    matches.append(match)
        return matches

    def fuzzy(self, text: str, limit: int = 10) -> list[Match]:
        """The ``limit`` things whose names are spelt most like ``text``, best first; few or none if nothing is near.

        The score is the larger of the Indel ratio of the normal forms and 0.95 times that of their sorted words, times
        the name's kind.  Short names that are one slip away (a character more, fewer, other, or two changed round) are
        found too, whatever that ratio; so is a name behind a slip in its article (``teh``).
        """
        from rapidfuzz import fuzz, process
        from rapidfuzz.distance import OSA

        form = normalise.take_apart(text).form
        found: dict[int, tuple[str, float]] = {}
        tried = {normalise.after_opener(form): WAYS["phrase"], form: 1.0}
        if (bare := normalise.after_slipped_article(form)) != form:
            tried[bare] = WAYS["article"]
        for wanted, cost in tried.items():
            short = self._one_slip(wanted)
            for key, name in short.items():
                if (edits := OSA.distance(wanted, name)) <= 1:
                    found[key] = (name, cost * (1.0 - edits / max(len(wanted), len(name))))
            names = self._near(wanted) | short
            for scorer, weight in ((fuzz.ratio, 1.0), (fuzz.token_sort_ratio, 0.95)):
                hits = process.extract(wanted, names, scorer=scorer, limit=3 * limit, score_cutoff=_WORST_RATIO)
                for name, ratio, key in hits:
                    score = cost * weight * ratio / 100
                    if score > found.get(key, ("", 0.0))[1]:
                        found[key] = (name, score)
        keys = sorted(found, key=lambda k: (-found[k][1], found[k][0]))[: 3 * limit]
        rows = self._db.execute(
            "SELECT n.form, n.kind, e.iri, e.label, e.is_item, e.degree, e.hints, e.year FROM name n"
            f" JOIN entry e ON e.id = n.entry WHERE n.form IN ({_holes(keys)})",
            keys,
        )
        matches = (
            Match(_entry(r[2:]), found[r[0]][0], r[1], "spelling", round(found[r[0]][1] * KINDS[r[1]], 4)) for r in rows
        )
        return _best(matches)[:limit]

    def starting(self, text: str, most: int = 12) -> list[Match]:
        """Things with a name that starts with the words of ``text``; none, if that is true of more than ``most`` names.

        ``Shawshank`` meets one film, ``The`` nothing.  The score grows with the share of the name that was said.
        """
        form = normalise.take_apart(text).form
        if len(form) < 5:
            return []
        rows = self._db.execute(
            "SELECT f.text, n.kind, e.iri, e.label, e.is_item, e.degree, e.hints, e.year FROM form f"
            " JOIN name n ON n.form = f.id JOIN entry e ON e.id = n.entry WHERE f.text > ? AND f.text < ? LIMIT ?",
            (form + " ", form + "!", most + 1),
        ).fetchall()
        if len(rows) > most:
            return []
        matches = []
        for name, kind, *entry in rows:
            score = WAYS["start"] * (0.69 + 0.33 * len(form) / len(name)) * KINDS[kind]
            matches.append(Match(_entry(entry), name, kind, "start", round(score, 4)))
        return _best(matches)

    def names_with(self, word: str) -> int:
        """Number of names that hold the normal word ``word``: how little it tells."""
        row = self._db.execute("SELECT forms FROM word WHERE text = ?", (word,)).fetchone()
        return int(row[0]) if row else 0

    def get(self, iri: str) -> Entry | None:
        """The thing with this IRI, if the index knows it."""
        row = self._db.execute(
            "SELECT iri, label, is_item, degree, hints, year FROM entry WHERE iri = ?", (iri,)
        ).fetchone()
        return _entry(row) if row else None

    def _one_slip(self, form: str) -> dict[int, str]:
        """Short names that share the form, or one with a character left out, by their keys."""
        if not 1 < len(form) <= SHORT + 1:
            return {}
        keys = left_out(form)
        rows = self._db.execute(
            f"SELECT f.id, f.text FROM slip s JOIN form f ON f.id = s.form WHERE s.text IN ({_holes(keys)})",
            keys,
        )
        return dict(rows.fetchall())

    def _near(self, form: str) -> dict[int, str]:
        """Names that share rare trigrams with ``form`` and are about as long, by their keys."""
        grams = sorted({form[i : i + 3] for i in range(len(form) - 2)})
        if not grams:
            return {}
        known = self._db.execute(f"SELECT forms, text FROM gram WHERE text IN ({_holes(grams)})", grams)
        chosen: list[str] = []
        total = 0
        for count, gram in sorted(known):
            if total + count > _NAMES_COMPARED and len(chosen) >= _FEWEST_TRIGRAMS:
                break
            chosen.append(gram)
            total += count
        if not chosen:
            return {}
        query = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in chosen)
        least, most = int(len(form) * 0.6), int(len(form) * 1.6) + 1
        rows = self._db.execute(
            "SELECT f.id, f.text FROM trigram t JOIN form f ON f.id = t.rowid"
            " WHERE trigram MATCH ? AND length(f.text) BETWEEN ? AND ?",
            (query, least, most),
        )
        return dict(rows.fetchall())


def _holes(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _entry(row: Sequence[object]) -> Entry:
    iri, label, is_item, degree, hints, year = row
    return Entry(str(iri), str(label), bool(is_item), int(str(degree)), tuple(str(hints).split()), _year(year))


def _year(value: object) -> int | None:
    return None if value is None else int(str(value))


def _best(matches: Iterable[Match]) -> list[Match]:
    """The best match of each thing, best first."""
    best: dict[str, Match] = {}
    for match in matches:
        known = best.get(match.entry.iri)
        if known is None or (match.score, match.name) > (known.score, known.name):
            best[match.entry.iri] = match
    return sorted(best.values(), key=lambda m: (-m.score, -m.entry.degree, m.entry.iri))
