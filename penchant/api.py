"""The front door in Python: one workspace, opened with :func:`open` or made with :func:`create`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from penchant import adding, names
from penchant.errors import SourceError
from penchant.kg import workspace as kg_workspace
from penchant.kg.check import Finding, check
from penchant.kg.consent import demand
from penchant.kg.export import export
from penchant.kg.merges import identifiers
from penchant.kg.ntriples import Slice
from penchant.kg.proposal import BadLine, TextRecord
from penchant.kg.store import Answer
from penchant.kg.workspace import DEFAULT_BASE, Workspace
from penchant.kg.world import WorldReport, load_world
from penchant.loaded import Loaded
from penchant.ontology.terms import RECOMMENDATION
from penchant.queries import loader
from penchant.rows import AddReport
from penchant.settings import ReadingSettings, workspace_folder
from penchant.status import status

if TYPE_CHECKING:
    from penchant.backup_door import BackupDoor
    from penchant.extract.extractor import Extractor
    from penchant.extract.language_model import LanguageModel
    from penchant.kg.fuse_all import FuseReport
    from penchant.kg.infer import InferenceReport
    from penchant.ledger_door import LedgerDoor
    from penchant.links_door import LinksDoor
    from penchant.ontology_door import OntologyDoor
    from penchant.person_door import PersonDoor
    from penchant.reading import TextsReport, TimedLinker
    from penchant.recommend.embedding import EmbeddingModel
    from penchant.recommend.explain import Explanation
    from penchant.recommend.rank import Recommendations
    from penchant.recommend.training import Progress as TrainingProgress
    from penchant.vectors_door import VectorsDoor

Progress = Callable[[int], None]


@dataclass(slots=True)
class Penchant(AbstractContextManager["Penchant"]):
    """An open workspace with everything that can be done to it.

    Models are loaded when they are first needed and stay loaded.  Use it in a ``with`` statement, or call
    :meth:`close`.  One process has a workspace open at a time.
    """

    workspace: Workspace
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    _loaded: Loaded = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._loaded = Loaded(self.workspace, self.reading)

    def close(self) -> None:
        """Write everything to disk and let go of the folder."""
        self._loaded.close()
        self.workspace.close()

    def __exit__(self, *_: object) -> None:
        self.close()

    # In

    def add_items(self, path: Path | str) -> AddReport:
        """Add or replace items of the catalogue (CSV, JSON lines; plain or packed)."""
        return adding.add_items(self._loaded, path)

    def add_events(
        self, path: Path | str, *, scale: tuple[float, float] | None = None, progress: Progress = lambda _: None
    ) -> AddReport:
        """Add what people did with items (CSV, JSON lines, Activity Streams 2.0).

        Args:
            path: a file, or ``-``.
            scale: worst and best rating of the source; those of the behaviour kind unless given.
            progress: called with the number of people brought up to date.
        """
        return adding.add_events(self._loaded, path, scale, progress)

    def add_texts(
        self,
        source: Path | str | Iterable[TextRecord | BadLine],
        *,
        person: str | None = None,
        progress: Progress = lambda _: None,
    ) -> TextsReport:
        """Read texts and write what people say they care about.

        Args:
            source: a file (JSON lines, CSV, plain text; packed or not), ``-``, or records.
            person: who wrote the texts that do not say.
            progress: called with the number of lines done.
        """
        return adding.add_texts(self._loaded, source, person, progress)

    def say(self, person: str, text: str, *, at: datetime | None = None) -> TextsReport:
        """Read one text of one person, now."""
        return self.add_texts([TextRecord(person, text, at or datetime.now(UTC), source="say", line=1)])

    def load_world(
        self,
        path: Path | str,
        source: str = "wikidata",
        *,
        properties: Iterable[str] = (),
        languages: Iterable[str] = ("en", "zh"),
        subjects: Iterable[str] | None = None,
        progress: Progress = lambda _: None,
    ) -> WorldReport:
        """Merge a slice of a dump (truthy N-Triples; plain, .gz, .bz2, .xz) into ``world/<source>``.

        Args:
            path: the dump.
            source: what the graph is called.
            properties: IRIs or prefixed names (``wdt:P136``) to keep; none keeps every link between things.
            languages: languages of labels to keep.
            subjects: keep only what is said about these things.
            progress: called with the number of statements kept.
        """
        if not Path(path).exists():
            raise SourceError("no such file", where=str(path))
        self._loaded.names_change()
        wanted = Slice(
            properties=frozenset(names.resolved(name).value.encode() for name in properties),
            languages=frozenset(language.lower().encode() for language in languages),
            subjects=None if subjects is None else frozenset(names.resolved(s).value.encode() for s in subjects),
        )
        report = load_world(self.workspace, Path(path), source, wanted, progress=progress)
        run = self.workspace.ledger.begin("derive", source)
        adding.derive(self.workspace, run)
        self.workspace.checkpoint()
        return report

    @property
    def ontology(self) -> OntologyDoor:
        """What can be done to the ontology in force: apply an edit, undo it, list editions, compare."""
        from penchant.ontology_door import OntologyDoor

        return OntologyDoor(self._loaded)

    @property
    def ledger(self) -> LedgerDoor:
        """What was refused: look at it, mend it, try it again."""
        from penchant.ledger_door import LedgerDoor

        return LedgerDoor(self._loaded)

    @property
    def links(self) -> LinksDoor:
        """What words were linked to, and decisions of people about it."""
        from penchant.links_door import LinksDoor

        return LinksDoor(self._loaded)

    @property
    def vectors(self) -> VectorsDoor:
        """Concept vectors: make them, and ask what lies near a person or a thing."""
        from penchant.vectors_door import VectorsDoor

        return VectorsDoor(self._loaded)

    @property
    def people(self) -> PersonDoor:
        """What is known of one person: see, correct, take along, merge, limit and erase it."""
        from penchant.person_door import PersonDoor

        return PersonDoor(self._loaded)

    @property
    def backups(self) -> BackupDoor:
        """Snapshots, made while other threads go on."""
        from penchant.backup_door import BackupDoor

        return BackupDoor(self._loaded)

    def infer(self, person: str | None = None, *, progress: Progress = lambda _: None) -> InferenceReport:
        """Let the rules of prior knowledge conclude what people are likely to care about.

        Args:
            person: about whom; everybody if None.
            progress: called with the number of people done.
        """
        from penchant.kg.infer import infer

        return infer(self.workspace, None if person is None else [self.person(person)], progress)

    def fuse(
        self, person: str | None = None, *, dry_run: bool = False, progress: Progress = lambda _: None
    ) -> FuseReport:
        """Work engagements and interests out anew, from events, texts and corrections; nothing changes if all is well.

        Args:
            person: whose; everybody's if None.
            dry_run: count what would change, and change nothing.
            progress: called with the number of people done.
        """
        from penchant.kg.fuse_all import fuse_all

        people = None if person is None else [self.person(person)]
        return fuse_all(self.workspace, people, dry_run=dry_run, progress=progress)

    # Out

    def train(
        self, *, progress: Callable[[TrainingProgress], None] | None = None, **settings: Any
    ) -> dict[str, object]:
        """Train the embedding that ranks, on the graph as it is; its settings and figures.

        Training that is cut off goes on from its last checkpoint when it is started again.

        Args:
            progress: called after every epoch.
            settings: fields of :class:`penchant.recommend.training.TrainingSettings`.

        Raises:
            TrainingError: there is nothing to train on.
        """
        from penchant.recommend.reading import read_graph
        from penchant.recommend.training import TrainingSettings, train

        run = self.workspace.ledger.begin("train", "graph")
        graph = read_graph(self.workspace.store)
        model = train(
            graph,
            TrainingSettings(**settings),
            progress=progress,
            checkpoint=self.workspace.folder / "training",
        )
        self._loaded.keep(model, graph)
        self.workspace.ledger.finish(run, note=model.config)
        return model.config

    def recommend(self, person: str, k: int = 10) -> Recommendations:
        """The ``k`` items that ``person`` is likeliest to care about next, best first.

        Raises:
            UnknownError: nothing is known of that person.
            ConsentError: the person refuses recommendations.
        """
        from penchant.recommend.rank import recommend

        who = self.person(person)
        demand(self.workspace, who, RECOMMENDATION)
        return recommend(self.workspace.store, self.model(), who, k, vectors=self._loaded.vectors_that_rank())

    def explain(self, person: str, item: str, *, among: Recommendations | None = None) -> Explanation:
        """Why ``item`` would be recommended to ``person``: exact shares, and a path to the person's own words.

        Args:
            person: for whom.
            item: what.
            among: the list it was recommended in, if it is at hand: saves ranking once more.

        Raises:
            UnknownError: there is no such person or item.
            ConsentError: the person refuses recommendations.
        """
        from penchant.recommend.explain import explain

        who = self.person(person)
        demand(self.workspace, who, RECOMMENDATION)
        ranking = among.ranking if among is not None else None
        return explain(
            self.workspace.store,
            self.model(),
            who,
            self.item(item),
            ranking=ranking,
            vectors=self._loaded.vectors_that_rank(),
        )

    def query(self, name: str, values: Mapping[str, str] | None = None) -> Answer:
        """Answer of a shipped query, its parameters given as text.

        Raises:
            UnknownError: there is no such query.
            QueryError: a parameter is missing, or one too many.
        """
        query = loader.load(name)
        return self.workspace.store.query(
            name, {k: names.term(self.workspace, query, k, v) for k, v in (values or {}).items()}
        )

    def ask(self, sparql: str) -> Answer:
        """Answer of a SPARQL 1.1 query, given as text."""
        return self.workspace.store.ask_text(sparql)

    def export(
        self, output: IO[bytes], format: str = "ttl", *, person: str | None = None, ontology: bool = False
    ) -> int:
        """Write the graph, or one person's, in another tool's format; the number of triples written."""
        graphs = self.workspace.graphs
        chosen = None
        if person is not None:
            chosen = [graphs.user(one) for one in identifiers(self.workspace, self.person(person))]
        return export(self.workspace.store, output, format, chosen, without=() if ontology else (graphs.ontology,))

    def check(self) -> list[Finding]:
        """What is not sound in the workspace; empty when all is."""
        return check(self.workspace)

    def status(self) -> dict[str, object]:
        """What the workspace holds: triples by graph, the ledger's account, runs, the model, policies, what is due."""
        return status(self.workspace)

    # Names

    def person(self, id: str) -> NamedNode:
        """The person whom sources call ``id``.

        Raises:
            UnknownError: nothing is known of that person.
        """
        return names.person(self.workspace, id)

    def item(self, id: str) -> NamedNode:
        """The item that the shop calls ``id``; an IRI or a prefixed name (``wd:Q25188``) will do.

        Raises:
            UnknownError: it is not in the catalogue.
        """
        return names.item(self.workspace, id)

    # Models

    def extractor(self) -> tuple[Extractor, TimedLinker]:
        """The extractor with its linker; calling it early takes the loading out of the first text's time."""
        return self._loaded.extractor()

    def read_with(self, model: LanguageModel) -> None:
        """From now on, texts are read by ``model`` and not by the one that the settings name."""
        self._loaded.read_with(model)

    def model(self) -> EmbeddingModel | None:
        """The trained embedding, or None where nothing has been trained."""
        return self._loaded.embedding()


def create(folder: Path | str | None = None, *, base_iri: str = DEFAULT_BASE, plain_ids: bool = False) -> Penchant:
    """Make a workspace and open it; see :func:`penchant.kg.workspace.create`."""
    return Penchant(kg_workspace.create(_folder(folder), base_iri=base_iri, plain_ids=plain_ids))


def open(folder: Path | str | None = None, *, reading: ReadingSettings | None = None) -> Penchant:
    """Open a workspace: ``folder``, else ``$PENCHANT_WORKSPACE``, else ``./penchant-data``.

    Raises:
        WorkspaceError: there is none, or another process has it open.
    """
    return Penchant(kg_workspace.open_workspace(_folder(folder)), reading or ReadingSettings())


def _folder(folder: Path | str | None) -> Path:
    return workspace_folder(Path(folder) if folder is not None else None)
