"""Train the embedding: item softmax over whole interest sets, with the world's facts beside it.

The recipe that was measured best: for "cares about", a softmax over items only with a person's liked items as
one multi-hot target; the person encoded from a random part of their interests; for the world's relations and
their inverses, cross entropy over all things on a share of the (head, relation) groups per epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from penchant.errors import TrainingError
from penchant.recommend.embedding import EmbeddingModel
from penchant.recommend.inner_split import hold_out, quality
from penchant.recommend.interest_graph import InterestGraph
from penchant.recommend.training_run import Run
from penchant.recommend.training_settings import Progress as Progress
from penchant.recommend.training_settings import TrainingSettings as TrainingSettings


def train(
    graph: InterestGraph,
    settings: TrainingSettings | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 600.0,
) -> EmbeddingModel:
    """Train on ``graph`` with one thread; the same graph and settings give the same model.

    Args:
        graph: what people care about and what the world says.
        settings: hyperparameters.
        progress: called after every epoch.
        checkpoint: folder for the state of a run that is cut off; the next call goes on from it.
        checkpoint_seconds: least time between two states.

    Raises:
        TrainingError: there is nothing to train on, or the loss is no number any more.
    """
    settings = settings or TrainingSettings()
    _check(graph)
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        epochs, curve = _length(graph, settings, progress)
        run = Run(graph, settings, progress)
        if checkpoint:
            run.keep(checkpoint, checkpoint_seconds)
        run.train("all", epochs)
        return run.model({"as_of": graph.as_of or None, "epochs": epochs, "quality_by_epoch": curve})
    finally:
        torch.set_num_threads(threads)


def _length(
    graph: InterestGraph, settings: TrainingSettings, progress: Callable[[Progress], None] | None
) -> tuple[int, list[float]]:
    """Best number of epochs on the inner split, and the quality after each."""
    split = hold_out(graph, settings.held_out, settings.seed) if settings.patience else None
    if not split:
        return settings.epochs, []
    curve: list[float] = []

    def look(run: Run) -> bool:
        curve.append(round(quality(run.model({}), split), 6))
        return len(curve) - curve.index(max(curve)) > settings.patience

    Run(split.graph, settings, progress).train("length", settings.epochs, look=look, curve=curve)
    return curve.index(max(curve)) + 1, curve


def _check(graph: InterestGraph) -> None:
    if not graph.n_items:
        raise TrainingError("the catalogue is empty", remedy="Add items first")
    if not graph.popularity().any():
        raise TrainingError(
            "nobody has a positive interest in an item", remedy="Add texts or events that name items of the catalogue"
        )
