"""Learn from a handful of examples what sets them apart, and say so only when the examples agree.

Three ideas, each measured by ``benchmarks/refine.py``:

* *Whitening*: the same sentences with other topics show which directions of the vector space are mere topic; these are
  shrunk (within-class covariance normalisation, Hatch et al., Interspeech 2006).
* *Examples against a background*: logistic regression with an L2 penalty, the two sides weighing the same, the many
  versions of one example sharing one weight.
* *A jury*: each juror is trained without one part of the examples and of the background, and speaks in standard
  deviations above that part of the background.  The verdict is the lowest score: a sentence that only resembles one
  example, by its topic or a chance word, loses the juror who never saw that example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: At most so many jurors; with more examples each leaves out several.
JURORS: Final = 6
#: Added to the topic covariance, whose trace is about 0.3 spread over 384 directions.
RIDGE: Final = 0.001
#: The weight of the evidence against the penalty, both chosen on the development sub-stances.
_EVIDENCE: Final = 30.0
_PENALTY: Final = 0.1
#: How many standard deviations every juror must hear: this, and more when the examples themselves stand out far.
_LEAST: Final = 1.0
_SHARE_OF_EXAMPLES: Final = 0.2
_STEPS: Final = 30


@dataclass(frozen=True, slots=True)
class Jury:
    """A trained judge of one question.

    Args:
        directions: one column a juror, shape (size of a vector, jurors).
        centre: mean score of the background that a juror hadn't seen.
        spread: its standard deviation.
        threshold: the lowest juror must be above this, in spreads.
        apart: median score of the examples before a juror who hadn't seen them, in spreads: below about 1 they can
            hardly be told from the background.
    """

    directions: NDArray[np.float64]
    centre: float
    spread: float
    threshold: float
    apart: float

    def margin(self, vector: NDArray[Any]) -> float:
        """How far the most doubtful juror is above the threshold; positive means yes."""
        lowest = float((vector @ self.directions).min())
        return (lowest - self.centre) / self.spread - self.threshold


def whitening(groups: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """A matrix that shrinks the directions in which vectors of one group differ; ``vectors @ matrix`` applies it."""
    import numpy as np

    within = np.concatenate([np.asarray(g, dtype=np.float64) - g.mean(axis=0) for g in groups])
    covariance = within.T @ within / len(within)
    inverse = np.linalg.inv(covariance + RIDGE * np.eye(covariance.shape[0]))
    return np.asarray(np.linalg.cholesky(inverse) * np.sqrt(RIDGE))


def convene(examples: Sequence[NDArray[Any]], background: NDArray[Any], white: NDArray[np.float64]) -> Jury:
    """Train the jurors.

    Args:
        examples: for each example the vectors of its versions, shape (versions, size); at least two examples.
        background: vectors of what shows the contrary, shape (rows, size).
        white: from ``whitening``.
    """
    import numpy as np

    jurors = min(JURORS, len(examples))
    part = np.arange(len(background)) % jurors
    columns = []
    for juror in range(jurors):
        heard = [versions for i, versions in enumerate(examples) if i % jurors != juror]
        columns.append(white @ _learn(heard, background[part != juror], white))
    directions = np.stack(columns, axis=1)
    unheard = (background @ directions)[np.arange(len(background)), part]
    centre, spread = float(unheard.mean()), max(float(unheard.std()), 1e-9)
    own = [float(unit(versions.mean(axis=0)) @ directions[:, i % jurors]) for i, versions in enumerate(examples)]
    apart = (float(np.median(own)) - centre) / spread
    return Jury(directions, centre, spread, _LEAST + _SHARE_OF_EXAMPLES * max(apart, 0.0), apart)


def _learn(
    examples: Sequence[NDArray[Any]], background: NDArray[Any], white: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights of the regression, found by Newton's method."""
    import numpy as np

    rows = np.concatenate([*examples, background]) @ white
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    truth = np.concatenate([np.ones(len(rows) - len(background)), np.zeros(len(background))])
    share = [np.full(len(versions), 1 / (len(versions) * len(examples))) for versions in examples]
    weight = np.concatenate([*share, np.full(len(background), 1 / len(background))]) * _EVIDENCE
    penalty = np.full(rows.shape[1], _PENALTY)
    penalty[-1] = 1e-6
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-(rows @ found)))
        slope = rows.T @ (weight * (chance - truth)) + penalty * found
        bend = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(found[:-1])


def unit(vector: NDArray[Any]) -> NDArray[np.float64]:
    """``vector`` at length one; a vector of noughts stays."""
    import numpy as np

    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12))
