"""A workspace: one folder with the store, the ledger, the event log and the artefacts.

::

    workspace.json   version, base IRI, kind of identifiers
    key              secret of the identifiers (absent for plain ones); keep it, and keep it to yourself
    store/           Oxigraph
    ledger.sqlite    what came in and what became of it
    salt             of the list of those who were forgotten; absent while nobody was
    erasing.json     who is being forgotten; carried to the end on opening
    rewrite.due      the store's files hold strings of what was deleted, see kg/compact.py
    events/          single events, Parquet
    ontology/        editions of the ontology that were applied; none where the shipped one is in force
    index/           label index and concept vectors, rebuilt at will
    model/           trained embedding
    backups/         snapshots, where no other folder was named
    staging/         what is being made; nothing in it outlives the process that made it
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from penchant.errors import SettingError, WorkspaceError
from penchant.kg.changes import difference
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.gate import Gate
from penchant.kg.graphs import Graphs
from penchant.kg.identifiers import Namer
from penchant.kg.ledger import Ledger
from penchant.kg.ontology_in_force import OntologyInForce, read_edition, shipped
from penchant.kg.store import Change
from penchant.ontology.behaviour import Vocabulary

#: Version of the data model: folders, ledger, graphs.  :mod:`penchant.kg.upgrade` brings older workspaces here.
VERSION = 3
DEFAULT_BASE = "https://data.penchant.example/"


@dataclass(slots=True)
class Workspace:
    """An open workspace.  Close it, or use it in a ``with`` statement.

    Threads may share it.  Who writes to more than one of store, ledger, event log and artefacts holds ``writing`` from
    the first of them to the last, so that a snapshot never falls between; the lock may be taken again by its holder.
    """

    folder: Path
    store: EmbeddedStore
    ledger: Ledger
    namer: Namer
    graphs: Graphs
    ontology: OntologyInForce = field(default_factory=shipped)
    redone: int = 0
    writing: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)
    _gate: Gate | None = field(default=None, repr=False)

    @property
    def gate(self) -> Gate:
        """The shapes in force, compiled when they are first needed."""
        if self._gate is None:
            self._gate = Gate(self.ontology.shapes)
        return self._gate

    @property
    def vocabulary(self) -> Vocabulary:
        """Stances and behaviour kinds of the ontology in force."""
        return self.ontology.vocabulary

    def follow(self, ontology: OntologyInForce) -> None:
        """Use another edition of the ontology from now on."""
        self.ontology = ontology
        self._gate = None

    def commit(self, run: int, change: Change) -> None:
        """Write ``change`` to the ledger, then to the store.  Durable at the next :meth:`checkpoint`."""
        if change:
            with self.writing:
                self.ledger.pend(run, change)
                self.store.apply(change)

    def checkpoint(self) -> None:
        """Flush the store, then let the ledger forget the changes it kept in case of a crash."""
        with self.writing:
            self.store.flush()
            self.ledger.done()

    def close(self) -> None:
        """Flush and close."""
        self.checkpoint()
        self.store.close()
        self.ledger.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def create(folder: Path, *, base_iri: str = DEFAULT_BASE, plain_ids: bool = False) -> Workspace:
    """Make a workspace in ``folder`` and open it.

    Args:
        folder: a folder that does not exist or is empty.
        base_iri: what all IRIs of this workspace start with; fixed for ever.
        plain_ids: keep people's ids readable in IRIs.  For demos and tests: an export then names people.

    Raises:
        WorkspaceError: there is something in the folder already.
        SettingError: the base IRI is none.
    """
    if folder.exists() and any(folder.iterdir()):
        raise WorkspaceError(
            "the folder is not empty",
            expected="a new folder",
            where=str(folder),
            remedy="It may be a workspace already; try `penchant status`",
        )
    base = base_iri if base_iri.endswith(("/", "#")) else base_iri + "/"
    try:
        Graphs(base).ontology  # noqa: B018  (validates the IRI)
    except ValueError as error:
        raise SettingError(f"{base_iri!r} is no IRI ({error})", where="base_iri") from error
    folder.mkdir(parents=True, exist_ok=True)
    if not plain_ids:
        key = folder / "key"
        key.touch(mode=0o600)
        key.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    about = {"version": VERSION, "base_iri": base, "identifiers": "plain" if plain_ids else "hmac"}
    write_about(folder, about)
    return open_workspace(folder)


def open_workspace(folder: Path) -> Workspace:
    """Open the workspace in ``folder`` and carry out what a crash may have left undone.

    Raises:
        WorkspaceError: it is no workspace, of another version, or open in another process.
    """
    about = read_about(folder)
    demand_version(folder, about)
    workspace = assemble(folder, about)
    from penchant.kg.forget import resume  # which need what is defined here
    from penchant.kg.write_events import finish_events

    resume(workspace)
    finish_events(workspace)
    return workspace


def assemble(folder: Path, about: Mapping[str, object]) -> Workspace:
    """Open the parts of a workspace whose files are as this version writes them.

    Args:
        folder: the workspace.
        about: what its ``workspace.json`` says, whatever the version.
    """
    from penchant.kg.compact import settle  # which needs what is defined here

    namer = read_namer(folder, about)
    settle(folder)
    store = EmbeddedStore.open(folder / "store")
    ledger = Ledger(folder / "ledger.sqlite")
    workspace = Workspace(folder, store, ledger, namer, Graphs(namer.base))
    for leftover in folder.glob("staging/backup-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    workspace.redone = _redo(workspace)
    workspace.follow(read_edition(folder, ledger.edition()))
    _install_ontology(workspace)
    return workspace


def read_namer(folder: Path, about: Mapping[str, object]) -> Namer:
    """What gives the workspace's things their IRIs.

    Raises:
        WorkspaceError: its key cannot be read.
    """
    base = str(about["base_iri"])
    if about["identifiers"] != "hmac":
        return Namer(base, None)
    try:
        return Namer(base, bytes.fromhex((folder / "key").read_text(encoding="ascii").strip()))
    except (OSError, ValueError) as error:
        raise WorkspaceError(
            f"its key cannot be read ({error})", where=str(folder / "key"), remedy="Restore it from a backup"
        ) from error


def read_about(folder: Path) -> dict[str, object]:
    """``workspace.json``, checked.

    Raises:
        WorkspaceError: it is not there or broken.
    """
    try:
        about = json.loads((folder / "workspace.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise WorkspaceError(
            "there is no workspace",
            where=os.fspath(folder),
            remedy=f"Make one with `penchant -w {folder} init`",
        ) from error
    except (OSError, ValueError) as error:
        raise WorkspaceError(f"it cannot be read ({error})", where=str(folder / "workspace.json")) from error
    if not isinstance(about, dict) or not isinstance(about.get("version"), int) or "identifiers" not in about:
        raise WorkspaceError("it says nothing of a workspace", where=str(folder / "workspace.json"))
    return about


def write_about(folder: Path, about: Mapping[str, object]) -> None:
    """Write ``workspace.json``, whole or not at all."""
    draft = folder / "workspace.json.tmp"
    draft.write_text(json.dumps(dict(about), indent=2) + "\n", encoding="utf-8")
    draft.replace(folder / "workspace.json")


def demand_version(folder: Path, about: Mapping[str, object]) -> None:
    """Raise a :class:`WorkspaceError` that says what to do where the workspace is of another version than ours."""
    version = about["version"]
    assert isinstance(version, int)
    if version < VERSION:
        raise WorkspaceError(
            f"its data are of version {version}",
            expected=f"version {VERSION}",
            where=str(folder),
            remedy=f"Bring it up to date with `penchant -w {folder} migrate`; a backup is made first",
        )
    if "upgrading" in about:
        raise WorkspaceError(
            "it is being brought to a newer version, and not to the end",
            where=str(folder),
            remedy=f"Go on with `penchant -w {folder} migrate`",
        )
    if version > VERSION:
        raise WorkspaceError(
            f"its data are of version {version}, written by a newer Penchant",
            expected=f"version {VERSION}",
            where=str(folder),
            remedy="Install the newer Penchant, or restore a backup of before",
        )


def _redo(workspace: Workspace) -> int:
    redone = 0
    for pending in workspace.ledger.pending():
        if pending.load_file is None or pending.load_graph is None:
            workspace.store.apply(pending.change)
        elif pending.load_file.exists() and not workspace.store.contains_graph(pending.load_graph):
            workspace.store.load(pending.load_file, pending.load_graph)
        redone += 1
    if redone:
        workspace.checkpoint()
    return redone


def _install_ontology(workspace: Workspace) -> None:
    """Bring the ``ontology`` graph to what the ontology in force says: a new release may say more than the last."""
    graph = workspace.graphs.ontology
    change = difference(set(workspace.store.dump(graph)), workspace.ontology.quads(graph))
    if change:
        workspace.commit(workspace.ledger.begin("ontology", "installed"), change)
        workspace.checkpoint()
