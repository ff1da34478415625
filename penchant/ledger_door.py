"""What can be done with what was refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from penchant.errors import InputError
from penchant.kg.account import Account, RowsAccount
from penchant.kg.mending import keep_mended
from penchant.kg.merges import identifiers
from penchant.kg.refusals import STATES, Refusal, Wanted, refusal, refusals
from penchant.ledger_entry import Entry, entry
from penchant.loaded import Loaded
from penchant.mends import mended
from penchant.replay import replay
from penchant.replay_outcome import ReplayReport

Refusals = list[Refusal]
Runs = list[dict[str, object]]
Rows = list[RowsAccount]


@dataclass(frozen=True, slots=True)
class LedgerDoor:
    """The ledger; :attr:`penchant.api.Penchant.ledger`."""

    _loaded: Loaded

    def list(
        self,
        *,
        run: int | None = None,
        kind: str | None = None,
        reason: str | None = None,
        state: str = "open",
        person: str | None = None,
        limit: int | None = 100,
    ) -> Refusals:
        """What was refused, by run, source and line.

        Args:
            run: number of the run that it came in with.
            kind: ``line``, ``event``, ``item``, ``text`` or ``mention``.
            reason: words that the reason holds.
            state: ``open``, ``mended``, ``replayed`` or ``all``.
            person: whose it is, under any of their identifiers; a line is theirs if it names them.
            limit: at most so many; None for all.

        Raises:
            InputError: there is no such kind or state.
        """
        states = STATES if state == "all" else (state,)
        return refusals(self._db, self._wanted(run, kind, reason, states, person), limit)

    def show(self, id: str) -> Entry:
        """Everything that belongs to the refusal ``id`` (``line:12``, ``event:7``, ``text:33``, ``mention:102``).

        Raises:
            InputError: that is no id.
            UnknownError: nothing of this id was refused.
        """
        return entry(self._loaded.workspace, refusal(self._db, id))

    def mend(self, id: str, fields: Mapping[str, Any], *, whole: bool = False) -> Entry:
        """Write down beside the original what is to be read instead, when it is tried again.

        Args:
            id: the refusal.
            fields: fields with their new values.
            whole: whether they are a whole record, and nothing of the old one is kept.

        Raises:
            InputError: what comes of it would be refused again, or it was tried again already.
            UnknownError: nothing of this id was refused.
        """
        workspace = self._loaded.workspace
        found = refusal(self._db, id)
        content = mended(workspace, found, fields, whole=whole)
        with workspace.writing, workspace.ledger.transaction():
            keep_mended(workspace.ledger, found, content)
        return self.show(id)

    def replay(
        self,
        *ids: str,
        run: int | None = None,
        kind: str | None = None,
        reason: str | None = None,
        everything: bool = False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> ReplayReport:
        """Try again what is open or mended; see :func:`penchant.replay.replay`.

        Args:
            ids: these refusals; those that the other arguments choose if none is named.
            run: those of this run.
            kind: those of this kind.
            reason: those whose reason holds these words.
            everything: all of them.
            progress: called with the number of refusals done.

        Raises:
            InputError: nothing says which.
            UnknownError: nothing of an id was refused.
            ModelError: a text is to be read, and the model cannot be loaded or can read none.
        """
        if ids:
            chosen = [refusal(self._db, id) for id in dict.fromkeys(ids)]
        elif everything or (run, kind, reason) != (None, None, None):
            chosen = refusals(self._db, self._wanted(run, kind, reason, ("open", "mended"), None), None)
        else:
            raise InputError("nothing says what to try again", expected="ids, --run, --kind, --reason or --all")
        return replay(self._loaded, chosen, progress)

    def account(self, run: int | None = None) -> Account:
        """The four levels of texts, of ``run`` or of all runs over texts."""
        return self._loaded.workspace.ledger.account(run)

    def rows_accounts(self, run: int | None = None) -> Rows:
        """What became of lines of events and items, of ``run`` or of all runs over them."""
        return self._loaded.workspace.ledger.rows_accounts(run)

    def runs(self) -> Runs:
        """All runs, newest first."""
        return self._loaded.workspace.ledger.runs()

    @property
    def _db(self) -> Any:
        return self._loaded.workspace.ledger.connection

    def _wanted(
        self, run: int | None, kind: str | None, reason: str | None, states: tuple[str, ...], person: str | None
    ) -> Wanted:
        return Wanted(run, kind, reason, states, None if person is None else self._identifiers(person))

    def _identifiers(self, person: str) -> tuple[str, ...]:
        workspace = self._loaded.workspace
        known = (workspace.ledger.called(iri) for iri in identifiers(workspace, workspace.namer.person(person)))
        return tuple(sorted({person, *(id for id in known if id is not None)}))
