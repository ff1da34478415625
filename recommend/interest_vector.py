"""The interest model of the specification: one vector that lies near everything a person cares about.

With vectors *uᵢ* of things and signed weights *wᵢ*, the interest vector minimises ::

    J(v) = Σ |wᵢ|·‖v − sgn(wᵢ)·uᵢ‖² + λ‖v‖²
    ∇J(v) = 2 Σ |wᵢ|·(v − sgn(wᵢ)·uᵢ) + 2λv          v* = Σ wᵢuᵢ / (Σ |wᵢ| + λ)

The specification has *J* with weights of 1, Σ‖v − uᵢ‖² + λ‖v‖², but prints its gradient with the sign of the first sum
turned round (2Σ(uᵢ − v) + 2λv): whoever steps against that one walks away from the interests.  The one above is the
derivative of *J*.

Weights below 0 are our extension: what is disliked draws *v* to the opposite of its vector.  A negative weight on
‖v − u‖² would do the same as long as likes outweigh dislikes, and have no minimum where they do not.

*J* is a quadratic with the curvature 2(Σ|wᵢ| + λ) in every direction, so that the closed form is the answer, and
descending to it (:func:`by_sgd`, :func:`by_adam`) is a check on it: serving needs neither them nor torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float64]

#: How strongly a vector is held at zero: as much as one thing of weight 1 that lies there.  It says how much is known
#: (little evidence, short vector) and orders no item differently.
RIDGE: Final = 1.0
#: How near SGD and Adam come to the closed form with their default steps: largest difference of an entry, for vectors
#: of length 1.
TOLERANCE: Final = 1e-3


def objective(v: Array, vectors: Array, weights: Array, ridge: float = RIDGE) -> float:
    """*J(v)*.

    Args:
        v: shape (dimension,).
        vectors: shape (things, dimension).
        weights: shape (things,), signed.
        ridge: λ, not below 0.
    """
    apart = v - np.sign(weights)[:, None] * vectors
    return float(np.abs(weights) @ np.square(apart).sum(axis=1) + ridge * (v @ v))


def gradient(v: Array, vectors: Array, weights: Array, ridge: float = RIDGE) -> Array:
    """∇J at ``v``, shape (dimension,); arguments as for :func:`objective`."""
    apart = v - np.sign(weights)[:, None] * vectors
    found: Array = 2 * (np.abs(weights) @ apart) + 2 * ridge * v
    return found


def closed_form(vectors: Array, weights: Array, ridge: float = RIDGE) -> Array:
    """The minimum *v*, shape (dimension,); zeros where nothing weighs anything.  Arguments as for :func:`objective`."""
    return scaled(weights, ridge) @ vectors


def scaled(weights: Array, ridge: float = RIDGE) -> Array:
    """What each thing's vector is multiplied by in the minimum, shape (things,): wᵢ / (Σ|wⱼ| + λ)."""
    mass = float(np.abs(weights).sum()) + ridge
    return weights / mass if mass > 0 else np.zeros_like(weights)


def by_sgd(
    vectors: Array, weights: Array, ridge: float = RIDGE, *, epochs: int = 200, batch: int = 8, seed: int = 0
) -> Array:
    """The minimum by stochastic gradient descent: ``batch`` things a step, in a new order every epoch.

    The rate falls with the epochs (Robbins & Monro 1951): held, the last few things seen would pull *v* to and fro.

    Args:
        vectors: shape (things, dimension).
        weights: shape (things,), signed.
        ridge: λ.
        epochs: passes over the things.
        batch: things in a step.
        seed: of the order.
    """
    steps = max(1, -(-len(weights) // batch))

    def optimiser(v: torch.Tensor, curvature: float) -> Any:
        import torch

        # A step weighs its things so many times: at this rate none goes beyond them.
        return torch.optim.SGD([v], lr=1.0 / (steps * curvature))

    return _descend(vectors, weights, ridge, optimiser, lambda epoch: 1 / (1 + epoch), (epochs, batch, seed))


def by_adam(vectors: Array, weights: Array, ridge: float = RIDGE, *, epochs: int = 300, rate: float = 0.02) -> Array:
    """The minimum by Adam (Kingma & Ba 2015), all things a step, at a rate that falls to nothing.

    Args:
        vectors: shape (things, dimension).
        weights: shape (things,), signed.
        ridge: λ.
        epochs: steps.
        rate: of the first step.
    """

    def optimiser(v: torch.Tensor, _: float) -> Any:
        import torch

        return torch.optim.Adam([v], lr=rate)

    return _descend(vectors, weights, ridge, optimiser, lambda epoch: 1 - epoch / epochs, (epochs, len(weights), 0))


def _descend(
    vectors: Array,
    weights: Array,
    ridge: float,
    optimiser: Callable[[torch.Tensor, float], Any],
    rate: Callable[[int], float],
    plan: tuple[int, int, int],
) -> Array:
    import torch

    epochs, batch, seed = plan
    curvature = 2 * (float(np.abs(weights).sum()) + ridge)
    v = torch.zeros(vectors.shape[1], dtype=torch.float64, requires_grad=True)
    if not curvature:
        return v.detach().numpy()
    targets = torch.from_numpy(np.sign(weights)[:, None] * vectors)
    mass = torch.from_numpy(np.abs(weights))
    stepper = optimiser(v, curvature)
    first = float(stepper.param_groups[0]["lr"])
    for epoch, parts in enumerate(_orders(len(weights), batch, epochs, seed)):
        stepper.param_groups[0]["lr"] = first * rate(epoch)
        for part in parts:
            stepper.zero_grad()
            # Times the number of parts: the steps of an epoch add up to the gradient of the whole, so often.
            loss = len(parts) * (mass[part] @ (v - targets[part]).square().sum(dim=1)) + ridge * (v @ v)
            loss.backward()  # type: ignore[no-untyped-call]
            stepper.step()
    found: Array = v.detach().numpy()
    return found


def _orders(things: int, batch: int, epochs: int, seed: int) -> Iterator[list[NDArray[np.int64]]]:
    """For each epoch, the things in parts; in their own order where one part holds them all."""
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = np.arange(things) if batch >= things else rng.permutation(things)
        yield [order[at : at + batch] for at in range(0, max(1, things), max(1, batch))]
