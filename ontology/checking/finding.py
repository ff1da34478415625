"""What a check has to say."""

from __future__ import annotations

from dataclasses import dataclass

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with an ontology.

    Args:
        term: IRI of the term it is about; empty for the file as a whole.
        rule: short name of the rule that is broken.
        found: what was met.
        remedy: what to do about it.
        severity: ``error``, or ``warning`` for what can stay as it is.
        where: name of the file, query or place it was met in.
    """

    term: str
    rule: str
    found: str
    remedy: str
    severity: str = ERROR
    where: str = ""
