"""A workspace: one folder with the store, the ledger, the event log and the artefacts.

::

    workspace.json   version, base IRI, kind of identifiers
    key              secret of the identifiers (absent for plain ones); keep it, and keep it to yourself
    store/           Oxigraph
    ledger.sqlite    what came in and what became of it
    events/          single events, Parquet
    ontology/        editions of the ontology that were applied; none where the shipped one is in force
    index/           label index, rebuilt at will
    model/           trained embedding
"""

from __future__ import annotations

import json
import os
import secrets
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

VERSION = 1
DEFAULT_BASE = "https://data.penchant.example/"


@dataclass(slots=True)
class Workspace:
    """An open workspace.  Close it, or use it in a ``with`` statement."""

    folder: Path
    store: EmbeddedStore
    ledger: Ledger
    namer: Namer
    graphs: Graphs
    ontology: OntologyInForce = field(default_factory=shipped)
    redone: int = 0
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
            self.ledger.pend(run, change)
            self.store.apply(change)

    def checkpoint(self) -> None:
        """Flush the store, then let the ledger forget the changes it kept in case of a crash."""
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
    (folder / "workspace.json.tmp").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    (folder / "workspace.json.tmp").replace(folder / "workspace.json")
    return open_workspace(folder)


def open_workspace(folder: Path) -> Workspace:
    """Open the workspace in ``folder`` and carry out what a crash may have left undone.

    Raises:
        WorkspaceError: it is no workspace, of another version, or open in another process.
    """
    about = read_about(folder)
    base = str(about["base_iri"])
    key = None
    if about["identifiers"] == "hmac":
        try:
            key = bytes.fromhex((folder / "key").read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"its key cannot be read ({error})", where=str(folder / "key"), remedy="Restore it from a backup"
            ) from error
    store = EmbeddedStore.open(folder / "store")
    ledger = Ledger(folder / "ledger.sqlite")
    workspace = Workspace(folder, store, ledger, Namer(base, key), Graphs(base))
    workspace.redone = _redo(workspace)
    workspace.follow(read_edition(folder, ledger.edition()))
    _install_ontology(workspace)
    return workspace


def read_about(folder: Path) -> dict[str, object]:
    """``workspace.json``, checked.

    Raises:
        WorkspaceError: it is not there, broken, or of another version.
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
    if not isinstance(about, dict) or about.get("version") != VERSION:
        raise WorkspaceError("it is of another version", expected=f"version {VERSION}", where=str(folder))
    return about


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
