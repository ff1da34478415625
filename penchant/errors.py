"""Every error that Penchant raises on purpose, in one tree.

::

    PenchantError
    ├── SettingError          a setting has a value it cannot have
    ├── InputError            what was handed in cannot be used as it is
    │   ├── SourceError       a file or stream cannot be read (format, encoding, truncated)
    │   ├── ConsentError      a person refuses what was asked for
    │   └── UnknownError      a person, item, concept, query or graph that is not there
    ├── QueryError            a query lacks a parameter, has one too many, or is not SPARQL
    ├── OntologyError         the ontology or its shapes break a rule
    ├── GateError             data that the shapes refuse reached a place that may not refuse
    ├── StoreError            the store cannot be opened, read or written
    │   └── WorkspaceError    the workspace folder is missing, taken, locked or of another version
    ├── ModelError            a model cannot be fetched, loaded or asked
    └── TrainingError         there is nothing to train on, or training cannot go on

Each says four things: what was expected, what was found, where, and what to do.  A single bad line
in a source is no error: it becomes a row in the ledger, and reading goes on.
"""

from __future__ import annotations


class PenchantError(Exception):
    """Base of the tree.

    Args:
        found: what was met, in plain words; starts the message.
        expected: what would have been right.
        where: file, line, span, IRI or setting.
        remedy: what the reader can do now.
    """

    #: Exit status of the command line: 2 for the caller's mistake, 3 for a failure of ours or the machine's.
    exit_status = 3

    def __init__(self, found: str, *, expected: str = "", where: str = "", remedy: str = "") -> None:
        self.found = found
        self.expected = expected
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.found}" if self.where else self.found
        if self.expected:
            text += f"; expected {self.expected}"
        if self.remedy:
            text += f". {self.remedy}"
        return text

    def as_dict(self) -> dict[str, str]:
        """The one JSON shape of an error: ``error`` (class name), ``found``, ``expected``, ``where``, ``remedy``."""
        return {
            "error": type(self).__name__,
            "found": self.found,
            "expected": self.expected,
            "where": self.where,
            "remedy": self.remedy,
        }


class SettingError(PenchantError):
    """A setting has a value it cannot have."""

    exit_status = 2


class InputError(PenchantError):
    """What was handed in cannot be used as it is."""

    exit_status = 2


class SourceError(InputError):
    """A file or stream cannot be read: wrong format, wrong encoding, truncated."""


class ConsentError(InputError):
    """A person refuses what was asked for."""


class UnknownError(InputError):
    """A person, item, concept, query or graph that is not there."""


class QueryError(PenchantError):
    """A query lacks a parameter, has one too many, or is not SPARQL 1.1."""

    exit_status = 2


class OntologyError(PenchantError):
    """The ontology or its shapes break a rule."""


class GateError(PenchantError):
    """Data that the shapes refuse reached a place that may not refuse it."""


class StoreError(PenchantError):
    """The store cannot be opened, read or written."""


class WorkspaceError(StoreError):
    """The workspace folder is missing, taken, locked, or of another version."""

    exit_status = 2


class ModelError(PenchantError):
    """A model cannot be fetched, loaded or asked."""


class TrainingError(PenchantError):
    """There is nothing to train on, or training cannot go on."""
