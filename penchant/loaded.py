"""What takes seconds to load and stays loaded: language model, encoder, label index, embedding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from penchant.errors import StoreError
from penchant.kg.workspace import Workspace
from penchant.settings import ReadingSettings

if TYPE_CHECKING:
    from penchant.extract.extractor import Extractor
    from penchant.extract.language_model import LanguageModel
    from penchant.kg.encoder import Encoder
    from penchant.kg.label_index import LabelIndex
    from penchant.reading import TimedLinker
    from penchant.recommend.concept_vectors import ConceptVectors
    from penchant.recommend.embedding import EmbeddingModel
    from penchant.recommend.interest_graph import InterestGraph


@dataclass(slots=True)
class Loaded:
    """Models and indices of one workspace, each loaded when it is first asked for."""

    workspace: Workspace
    reading: ReadingSettings
    _extractor: Extractor | None = None
    _model: LanguageModel | None = None
    _linker: TimedLinker | None = None
    _encoder: Encoder | None = None
    _index: LabelIndex | None = None
    _embedding: EmbeddingModel | None = None
    _vectors: ConceptVectors | None = None

    def extractor(self) -> tuple[Extractor, TimedLinker]:
        """The extractor with its linker.

        Raises:
            ModelError: a model is not in the cache and cannot be fetched, or cannot be loaded.
        """
        from penchant.extract.linking import Linker

        if self._extractor is None or self._linker is None:
            from penchant.extract.circumstances import Circumstances
            from penchant.extract.extractor import Extractor
            from penchant.models import encoder, language_model, refiner
            from penchant.reading import TimedLinker

            self._encoder = self._encoder or encoder(self.reading)
            self._linker = TimedLinker(Linker(self.label_index(), self._encoder))
            self._model = self._model or language_model(self.reading)
            self._extractor = Extractor(
                self._model,
                self._linker,
                refiner=refiner(self.workspace.vocabulary, self._encoder),
                circumstances=Circumstances(self.workspace.vocabulary),
            )
        elif self._index is None:
            self._linker.linker = Linker(self.label_index(), self._encoder)
        return self._extractor, self._linker

    def read_with(self, model: LanguageModel) -> None:
        """Texts are read by ``model`` from here on."""
        self._model, self._extractor = model, None

    def ontology_changes(self) -> None:
        """Another edition of the ontology is in force: concepts have other names, stances other special cases."""
        self.names_change()
        self._extractor = None

    def label_index(self) -> LabelIndex:
        """The index of all names, built anew when catalogue or world have changed, or by an older version."""
        if self._index is None:
            from penchant.kg.label_build import build
            from penchant.kg.label_index import LabelIndex

            path = self.workspace.folder / "index" / "labels.sqlite"
            try:
                self._index = LabelIndex.open(path)
            except StoreError:
                path.parent.mkdir(exist_ok=True)
                build(self.workspace.store, path, self.workspace.graphs.base)
                self._index = LabelIndex.open(path)
        return self._index

    def embedding(self) -> EmbeddingModel | None:
        """The trained embedding, or None where nothing has been trained."""
        folder = self.workspace.folder / "model"
        if self._embedding is None and (folder / "config.json").exists():
            from penchant.recommend.embedding import EmbeddingModel

            self._embedding = EmbeddingModel.load(folder)
        return self._embedding

    def concept_vectors(self) -> ConceptVectors | None:
        """The concept vectors, or None where none have been made.

        Raises:
            ModelError: they are damaged, or of another version.
        """
        from penchant.vectors_build import PLACE

        path = self.workspace.folder / PLACE
        if self._vectors is None and path.exists():
            from penchant.recommend.concept_vectors import ConceptVectors

            self._vectors = ConceptVectors.load(path)
        return self._vectors

    def vectors_that_rank(self) -> ConceptVectors | None:
        """The concept vectors, if the blend gives them a weight: else they are not even opened."""
        from penchant.recommend.blend import WITHOUT_MODEL, BlendWeights
        from penchant.recommend.members.content import CONCEPT_VECTORS

        wanted = any(weights.of(CONCEPT_VECTORS) for weights in (BlendWeights(), WITHOUT_MODEL))
        return self.concept_vectors() if wanted else None

    def vectors_change(self) -> None:
        """The concept vectors were made anew."""
        self._vectors = None

    def keep(self, model: EmbeddingModel, graph: InterestGraph | None = None) -> None:
        """Save a model that was just trained, and use it from now on.

        Args:
            model: the model.
            graph: what it was trained on, so that it can say whom it rests on and be told to count without them.
        """
        from penchant.kg.artefacts import take_out, write_contributions

        folder = self.workspace.folder / "model"
        with self.workspace.writing:
            model.save(folder)
            self._embedding = model
            if graph is None:
                return
            write_contributions(folder, graph.contributions())
            gone = {person for person in graph.persons if not self._stands(person)}
            if gone and take_out(folder, gone):  # forgotten while it was being trained
                self._embedding = None

    def people_go(self) -> None:
        """Somebody was forgotten: what is loaded may rest on them."""
        self.names_change()
        self._embedding = None

    def _stands(self, person: str) -> bool:
        return self.workspace.store.contains_graph(self.workspace.graphs.user(NamedNode(person)))

    def names_change(self) -> None:
        """The label index is stale from here on; it is built anew when it is needed."""
        self.close()
        (self.workspace.folder / "index" / "labels.sqlite").unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of open files."""
        if self._index is not None:
            self._index.close()
            self._index = None
