"""What can be set for a training, and what it reports while it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Hyperparameters; the defaults are the measured recipe.

    Args:
        dimension: length of a vector.
        epochs: passes over all people, at most.
        patience: training on an inner split stops when so many epochs brought nothing better; all interests are
            then trained for the best number of epochs.  0 trains for ``epochs`` without looking.
        held_out: share of each person's likes that the inner split holds out.
        batch: people per step, at most; an epoch has at least four steps.
        learning_rate: of Adam.
        query_dropout: share of a query's numbers zeroed.
        set_dropout: share of a person's interests hidden from the encoder in each step.
        dislike: what a negative weight is multiplied by in the encoder.
        fact_weight: weight of the world's facts in the loss; 0 leaves them out.
        fact_share: share of the (head, relation) groups seen per epoch.
        decay: L2 penalty on the vectors a step touches.
        seed: of everything random.
    """

    dimension: int = 64
    epochs: int = 60
    patience: int = 10
    held_out: float = 0.1
    batch: int = 512
    learning_rate: float = 0.02
    query_dropout: float = 0.6
    set_dropout: float = 0.5
    dislike: float = 0.3
    fact_weight: float = 0.3
    fact_share: float = 0.1
    decay: float = 0.0
    seed: int = 2031


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands after an epoch.

    Args:
        phase: ``length`` while the number of epochs is looked for, then ``all``.
        epoch: epochs done.
        epochs: epochs to do, at most.
        loss: mean over the epoch's steps.
        quality: NDCG@20 on the held-out likes, in phase ``length``; else None.
        seconds: since the phase started.
    """

    phase: str
    epoch: int
    epochs: int
    loss: float
    quality: float | None
    seconds: float
