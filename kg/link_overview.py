"""Mentions by the words that they quote: what those were linked to, how surely, and what else they may mean."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from penchant.kg.link_decisions import key_of
from penchant.kg.proposal import LinkCandidate

#: A link that the linker is less sure of is doubtful.
DOUBTFUL: Final = 0.6
#: Candidates that are shown of a name.
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class LinkCount:
    """A thing that words were linked to, or NIL (``link`` is None).

    Args:
        link: IRI of the thing.
        label: its name.
        mentions: how many.
        confidence: mean confidence of the link.
        decided: how many of them a person has decided, or mended.
    """

    link: str | None
    label: str
    mentions: int
    confidence: float
    decided: int


@dataclass(frozen=True, slots=True)
class NameLinks:
    """All mentions that quote the same words.

    Args:
        key: normal form of the words.
        words: the spelling met most often.
        mentions: how many.
        people: by how many people.
        links: what they were linked to, most often first.
        candidates: what was ranked for any of them, each with its highest score; what somebody has decided, too.
        doubtful: how many the linker has linked, or not linked, with less than ``DOUBTFUL`` confidence.
        ids: the mentions, newest first.
    """

    key: str
    words: str
    mentions: int
    people: int
    links: tuple[LinkCount, ...]
    candidates: tuple[LinkCandidate, ...]
    doubtful: int
    ids: tuple[str, ...]

    @property
    def nil(self) -> int:
        """How many are linked to nothing."""
        return sum(one.mentions for one in self.links if one.link is None)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    words: str
    person: str
    link: str | None
    confidence: float
    candidates: tuple[LinkCandidate, ...]
    decided: bool


def overview(
    db: sqlite3.Connection,
    *,
    words: str | None = None,
    ids: Collection[str] | None = None,
    nil: bool = False,
    doubtful: bool = False,
    limit: int | None = 50,
) -> list[NameLinks]:
    """Mentions of the newest readings, by words; those met most often first.

    Args:
        db: the ledger.
        words: only these, in any spelling of one normal form; then held-back and rejected mentions count, too.
        ids: only in texts of these people, as sources call them.
        nil: only words of which a mention is linked to nothing.
        doubtful: only words of which a link is doubtful.
        limit: at most so many; None for all.
    """
    groups: dict[str, list[_Row]] = defaultdict(list)
    for row in _rows(db, None if words is None else key_of(words), ids):
        groups[key_of(row.words)].append(row)
    found = [_name(key, rows) for key, rows in groups.items()]
    if nil:
        found = [one for one in found if one.nil]
    if doubtful:
        found = [one for one in found if one.doubtful]
    return sorted(found, key=lambda one: (-one.mentions, one.key))[:limit]


def _rows(db: sqlite3.Connection, key: str | None, ids: Collection[str] | None) -> Iterator[_Row]:
    where, values = "t.status = 'read' AND t.superseded = 0 AND m.start < m.\"end\"", []
    if key is None:
        where += " AND m.status IN ('accepted', 'merged')"
    if ids is not None:
        where += " AND t.person IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(sorted(ids)))
    sql = (
        "SELECT m.id, coalesce(nullif(m.antecedent, ''), m.quote), t.person, m.link, m.link_confidence, m.candidates,"
        " d.mention IS NOT NULL FROM mentions m JOIN texts t ON t.id = m.text"
        f" LEFT JOIN decided_mentions d ON d.mention = m.id WHERE {where} ORDER BY m.id"
    )
    for id, words, person, link, confidence, candidates, decided in db.execute(sql, values):
        if key is None or key_of(words) == key:
            ranked = tuple(LinkCandidate(*one) for one in json.loads(candidates))
            yield _Row(int(id), words, person, link, float(confidence), ranked, bool(decided))


def _name(key: str, rows: list[_Row]) -> NameLinks:
    spellings = Counter(row.words for row in rows)
    best: dict[str, LinkCandidate] = {}
    for row in rows:
        for candidate in row.candidates:
            if candidate.iri not in best or candidate.score > best[candidate.iri].score:
                best[candidate.iri] = candidate
    by_link: dict[str | None, list[_Row]] = defaultdict(list)
    for row in rows:
        by_link[row.link].append(row)
    links = [
        LinkCount(
            link=link,
            label=best[link].label if link in best else "",
            mentions=len(several),
            confidence=round(sum(row.confidence for row in several) / len(several), 4),
            decided=sum(row.decided for row in several),
        )
        for link, several in by_link.items()
    ]
    ranked = sorted(best.values(), key=lambda c: (-c.score, c.iri))
    return NameLinks(
        key=key,
        words=min(spellings, key=lambda text: (-spellings[text], text)),
        mentions=len(rows),
        people=len({row.person for row in rows}),
        links=tuple(sorted(links, key=lambda one: (-one.mentions, one.link or ""))),
        candidates=tuple(ranked[:_SHOWN]),
        doubtful=sum(row.confidence < DOUBTFUL and not row.decided for row in rows),
        ids=tuple(f"mention:{row.id}" for row in reversed(rows)),
    )
