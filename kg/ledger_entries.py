"""What the ledger takes and gives, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyoxigraph import NamedNode

from penchant.kg.proposal import Proposal, Reading, Statement, TextRecord, Window
from penchant.kg.store import Change


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mention: ``accepted``, ``merged``, ``rejected`` or ``abstained``, and why."""

    proposal: Proposal
    status: str
    reason: str = ""
    observation: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class StatementVerdict:
    """What became of one statement: ``accepted``, ``merged`` or ``rejected``, and why."""

    statement: Statement
    status: str
    reason: str = ""
    claim: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class TextEntry:
    """A text with its IRI, its fate (``read``, ``duplicate``, ``failed``) and the fate of its mentions.

    ``seen`` is how many mentions the extractor handed over; as many verdicts there must be.
    """

    record: TextRecord
    iri: NamedNode
    status: str
    reason: str = ""
    windows: tuple[Window, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    seen: int = 0
    statements: tuple[StatementVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Experience:
    """Behaviour that somebody has told of in a text.

    Args:
        text: the text.
        about: the item, or the thing of the world that it is.
        kind: local name of the behaviour kind.
        at: when.
    """

    text: NamedNode
    about: NamedNode
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change that the store may not have seen yet."""

    id: int
    change: Change
    load_file: Path | None = None
    load_graph: NamedNode | None = None


def entry_of(
    reading: Reading, iri: NamedNode, verdicts: tuple[Verdict, ...], statements: tuple[StatementVerdict, ...] = ()
) -> TextEntry:
    """The ledger entry of a reading once its proposals have been judged."""
    status = "failed" if reading.failed else "read"
    seen = len(reading.proposals) + len(reading.abstained)
    return TextEntry(reading.record, iri, status, reading.failed, reading.windows, verdicts, seen, statements)
