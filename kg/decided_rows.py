"""Rows of the ledger for what people have decided about links, as they come and go with texts and their writers.

What stood before a decision is kept beside the mention.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping

from pyoxigraph import NamedNode

from penchant.kg.proposal import LinkCandidate, Proposal
from penchant.kg.stored_reading import decided_fields


def keep_decided(db: sqlite3.Connection, mentions: Mapping[int, Proposal]) -> None:
    """Bring what is kept beside ``mentions``, by their number, to what they say; nothing stays beside the others."""
    db.executemany("DELETE FROM decided_mentions WHERE mention = ?", [(id,) for id in mentions])
    rows = []
    for id, proposal in mentions.items():
        if proposal.decided is not None:
            before = json.dumps(decided_fields(proposal.decided), ensure_ascii=False, sort_keys=True)
            rows.append((id, proposal.decided.decision, before))
    db.executemany("INSERT INTO decided_mentions (mention, decision, before) VALUES (?, ?, ?)", rows)


def candidates_json(candidates: Iterable[LinkCandidate]) -> str:
    """Candidates as the ledger keeps them: ``[[iri, label, score], …]``."""
    return json.dumps([[c.iri, c.label, round(c.score, 4)] for c in candidates], ensure_ascii=False)


def drop_decided(db: sqlite3.Connection, texts: Iterable[tuple[int]]) -> None:
    """Delete what is kept beside the mentions of ``texts``, which are about to go."""
    sql = "DELETE FROM decided_mentions WHERE mention IN (SELECT id FROM mentions WHERE text = ?)"
    db.executemany(sql, texts)


def drop_decisions_without_text(db: sqlite3.Connection) -> None:
    """Delete what was decided at one place of a text that is gone: it holds words of the text."""
    db.execute("DELETE FROM link_decisions WHERE text IS NOT NULL AND text NOT IN (SELECT iri FROM texts)")


def erase_decisions(db: sqlite3.Connection, people: Iterable[NamedNode], blank: Callable[[str], str]) -> None:
    """Delete what was decided of these people's texts alone, and ``blank`` what others' decisions say of them."""
    db.executemany("DELETE FROM link_decisions WHERE person = ?", [(person.value,) for person in people])
    rows = db.execute("SELECT decided_by, because, undone_by, id FROM link_decisions").fetchall()
    sql = "UPDATE link_decisions SET decided_by = ?, because = ?, undone_by = ? WHERE id = ?"
    for *told, id in rows:
        blanked = [blank(text) for text in told]
        if blanked != told:
            db.execute(sql, (*blanked, id))
