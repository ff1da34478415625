"""Concept vectors of a workspace: make them, and ask what lies near a person or a thing."""

from __future__ import annotations

from dataclasses import dataclass

from penchant import names
from penchant.errors import ModelError, UnknownError
from penchant.kg.catalogue import item_iri
from penchant.kg.consent import demand
from penchant.kg.item_quads import as_iri
from penchant.loaded import Loaded
from penchant.ontology.terms import RECOMMENDATION
from penchant.recommend.concept_vectors import ConceptVectors
from penchant.settings import ReadingSettings
from penchant.vectors_build import PLACE, Progress, VectorsReport, build


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing that lies near.

    Args:
        thing: its IRI.
        label: its name.
        cosine: of its vector with what was asked about, in [−1, 1].
        is_item: whether it can be recommended.
    """

    thing: str
    label: str
    cosine: float
    is_item: bool


@dataclass(frozen=True, slots=True)
class VectorsDoor:
    """Concept vectors; :attr:`penchant.api.Penchant.vectors`."""

    _loaded: Loaded

    def build(self, *, progress: Progress = lambda _, __: None) -> VectorsReport:
        """Make a vector of every item and concept that catalogue and world know; see :mod:`penchant.vectors_build`.

        Encodes about 50 texts a second and core, one to three texts a thing; nothing where nothing has changed.  What
        was cut off goes on when it is started again.

        Args:
            progress: called with the texts that are done and how many there are.

        Raises:
            ModelError: the workspace knows nothing, or the encoder cannot be fetched or loaded.
        """
        from penchant.kg.thing_texts import read_texts
        from penchant.models import encoder

        workspace = self._loaded.workspace
        maker = encoder(ReadingSettings(encoder=True))
        assert maker is not None
        run = workspace.ledger.begin("vectors", "graph")
        texts = read_texts(workspace.store, workspace.graphs.base)
        _, report = build(texts, maker, workspace.folder / PLACE, progress=progress)
        self._loaded.vectors_change()
        note = {"things": report.things, "texts": report.texts, "encoded": report.encoded, "encoder": maker.name}
        workspace.ledger.finish(run, note=note)
        return report

    def near(self, what: str, k: int = 10) -> list[Neighbour]:
        """The ``k`` things nearest to an item or concept, or to a person's interest vector; nearest first.

        What was asked about is left out, and of a person everything that they have shown an interest in.  It is no
        recommendation: nothing is dropped for being disliked or not to be had.

        Args:
            what: an item's id, an IRI, a prefixed name, or what sources call a person.
            k: how many, at most.

        Raises:
            ModelError: no vectors have been made.
            UnknownError: it is neither a thing that has a vector nor a person of whom something is known.
            ConsentError: the person refuses recommendations.
        """
        from penchant.recommend.labels import label

        vectors = self._vectors()
        thing = self._thing(vectors, what)
        if thing is not None:
            found = vectors.near(vectors.vector(thing), k, without=(thing,))
        else:
            weights = self._weights(what)
            found = vectors.near(vectors.interest_vector(weights), k, without=tuple(weights))
        store = self._loaded.workspace.store
        items = set(vectors.items)
        return [Neighbour(one.thing, label(store, one.thing), one.cosine, one.thing in items) for one in found]

    def _vectors(self) -> ConceptVectors:
        vectors = self._loaded.concept_vectors()
        if vectors is None:
            raise ModelError(
                "there are no concept vectors",
                where=str(self._loaded.workspace.folder / PLACE),
                remedy="Run `penchant vectors build`",
            )
        return vectors

    def _thing(self, vectors: ConceptVectors, what: str) -> str | None:
        """The thing that is meant, if one is."""
        workspace = self._loaded.workspace
        iri = item_iri(workspace, what) or as_iri(what)
        if iri is None or iri.value.startswith(workspace.graphs.base + "u/"):
            return None
        if not vectors.knows(iri.value):
            raise UnknownError(
                "there is no concept vector of it",
                where=iri.value,
                remedy="If the graph has come to know it since, run `penchant vectors build` again",
            )
        return iri.value

    def _weights(self, person: str) -> dict[str, float]:
        from penchant.recommend.reading import read_weights

        workspace = self._loaded.workspace
        try:
            who = names.person(workspace, person)
        except UnknownError as error:
            raise UnknownError(
                f"{person!r} is neither a thing nor a person",
                expected="an item's id, an IRI, a prefixed name such as wd:Q103569, or a person",
            ) from error
        demand(workspace, who, RECOMMENDATION)
        return read_weights(workspace.store, who)
