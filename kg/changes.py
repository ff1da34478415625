"""Changes of the store, worked out from what stands and what is wanted, and several as one."""

from __future__ import annotations

from pyoxigraph import Quad

from penchant.kg.store import Change


def difference(present: set[Quad], wanted: set[Quad]) -> Change:
    """The smallest change from ``present`` to ``wanted``, in a stable order."""
    return Change(tuple(sorted(present - wanted, key=str)), tuple(sorted(wanted - present, key=str)))


class NetChange:
    """Adds up changes that follow on one another into one that does the same at once.

    Each must delete only what stands before it, and insert only what does not, as those of :func:`difference` do.
    """

    def __init__(self) -> None:
        self._deleted: set[Quad] = set()
        self._inserted: set[Quad] = set()

    def add(self, change: Change) -> None:
        """Put ``change`` after what was added before."""
        for quad in change.delete:
            if quad in self._inserted:
                self._inserted.discard(quad)
            else:
                self._deleted.add(quad)
        for quad in change.insert:
            if quad in self._deleted:
                self._deleted.discard(quad)
            else:
                self._inserted.add(quad)

    def change(self) -> Change:
        """All of it as one change, in a stable order."""
        return Change(tuple(sorted(self._deleted, key=str)), tuple(sorted(self._inserted, key=str)))
