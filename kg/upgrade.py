"""Bring a workspace of an older data model to the version of today, step by step, with a backup first.

==  ==================================================================================================================
2   The ledger gives every row an identifier and a state, and knows people by their sources' names.  Interests are
    fused anew: behaviour counts by sessions, and ratings by what a person usually gives.  An edited core gets the
    terms for sessions, consent, retention and merged people.
3   The ledger has room for what a mention points at, for conditions, aspects and the words of an opinion, and for what
    a text states of two things.  An edited core gets the terms for them.
==  ==================================================================================================================

Killed at any moment, it goes on where it was when it is called again; until it has ended the workspace does not open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from penchant.kg.backup import default_folder, snapshot
from penchant.kg.check import Finding, check
from penchant.kg.derive import derivation_change
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.fuse_all import fuse_all
from penchant.kg.upgrade_ledger import upgrade_ledger, upgrade_ledger_to_3
from penchant.kg.upgrade_ontology import add_terms
from penchant.kg.workspace import VERSION, assemble, demand_version, open_workspace, read_about, read_namer, write_about
from penchant.ontology import terms as t

Progress = Callable[[int], None]

#: Terms of the core that version 2 of the data model brought.
TERMS_OF_2: Final = (
    t.EXTRACTION,
    t.MERGED_INTO,
    t.PURPOSE,
    t.RECOMMENDATION,
    t.REFUSES,
    t.RETENTION_DAYS,
    t.SESSIONS,
    t.TRAINING,
)
#: Those of version 3.
TERMS_OF_3: Final = (
    *(t.CLAIM, t.RELATION, *t.RELATIONS.values(), t.CLAIM_SUBJECT, t.HAS_RELATION, t.CLAIM_OBJECT),
    *(t.ANTECEDENT, t.OPINION, t.OPINION_START, t.OPINION_END),
)


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """What an upgrade did.

    Args:
        before: version that was found.
        after: version of today.
        backup: snapshot of the workspace as it was; None where nothing had to be done.
        changes: what has changed, in words.
        findings: what is not sound afterwards; empty when all is.
    """

    before: int
    after: int
    backup: Path | None
    changes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def upgrade(
    folder: Path, *, backup: Path | None = None, make_backup: bool = True, progress: Progress = lambda _: None
) -> UpgradeReport:
    """Bring the workspace in ``folder`` to the version of today.

    Args:
        folder: the workspace; nobody has it open.
        backup: where the snapshot goes; ``backups/<time>`` of the workspace unless given.
        make_backup: leave the snapshot out where the workspace is a copy of one itself.
        progress: called with the number of people whose interests were fused anew.

    Raises:
        WorkspaceError: it is no workspace, open in another process, or of a newer version than this program.
        StoreError: the backup cannot be written; nothing has changed then.
    """
    about = read_about(folder)
    state = about.get("upgrading")
    if not isinstance(state, Mapping):
        found = int(str(about["version"]))
        if found >= VERSION:
            demand_version(folder, about)
            return UpgradeReport(found, VERSION, None)
        made = _snapshot(folder, backup) if make_backup else None
        state = {"found": found, "from": found, "backup": None if made is None else str(made)}
        # An older program refuses the workspace from here on, and so does this one until the end.
        about = {**about, "version": VERSION, "upgrading": state}
        write_about(folder, about)
    changes: list[str] = []
    for version in range(int(str(state["from"])), VERSION):
        changes += UPGRADES[version](folder, about, progress)
        about = {**about, "upgrading": {**state, "from": version + 1}}
        write_about(folder, about)
    write_about(folder, {name: value for name, value in about.items() if name != "upgrading"})
    with open_workspace(folder) as workspace:
        findings = tuple(check(workspace))
    kept = Path(str(state["backup"])) if state["backup"] else None
    return UpgradeReport(int(str(state["found"])), VERSION, kept, tuple(changes), findings)


def _snapshot(folder: Path, target: Path | None) -> Path:
    with closing(EmbeddedStore.open(folder / "store")) as store:
        return snapshot(folder, store, target or default_folder(folder), nullcontext())


def _one_to_two(folder: Path, about: Mapping[str, object], progress: Progress) -> list[str]:
    changes = []
    namer, logged = read_namer(folder, about), _people_of_log(folder / "events")
    ledger = upgrade_ledger(folder / "ledger.sqlite", namer, logged)
    if ledger is not None:
        changes.append(f"ledger: {ledger.rows:,} rows have numbers and states now; {ledger.people:,} people entered")
    changes += _new_terms(folder, TERMS_OF_2)
    with assemble(folder, about) as workspace:
        rows = workspace.store.rows("person/everybody")
        everybody = {row["person"] for row in rows if isinstance(row["person"], NamedNode)}
        fused = fuse_all(workspace, everybody | {namer.person(id) for id in logged}, progress=progress)
        changes.append(
            f"interests: {fused.people:,} people fused anew, {fused.changed:,} of them changed"
            f" (+{fused.added:,} −{fused.removed:,} triples)"
        )
        run = workspace.ledger.begin("derive", "upgrade")
        workspace.commit(run, derivation_change(workspace))
        workspace.ledger.finish(run)
    return changes


def _two_to_three(folder: Path, about: Mapping[str, object], progress: Progress) -> list[str]:
    changes = []
    if upgrade_ledger_to_3(folder / "ledger.sqlite"):
        changes.append("ledger: mentions have room for what they point at, and texts for what they state")
    return changes + _new_terms(folder, TERMS_OF_3)


def _new_terms(folder: Path, terms: Sequence[NamedNode]) -> list[str]:
    editions = add_terms(folder, terms)
    numbers = ", ".join(map(str, editions))
    return [f"ontology: {len(terms)} new terms stand after the edited core of edition {numbers}"] if editions else []


def _people_of_log(events: Path) -> set[str]:
    import pyarrow.parquet as pq

    found: set[str] = set()
    for path in sorted(events.glob("events-*.parquet")):
        found.update(pq.read_table(path, columns=["person"])["person"].unique().to_pylist())
    return found


#: Version → what brings a workspace from it to the next one.  Each does nothing twice.
UPGRADES: Final[Mapping[int, Callable[[Path, Mapping[str, object], Progress], list[str]]]] = {
    1: _one_to_two,
    2: _two_to_three,
}
