"""A trained embedding as it is served: numpy arrays in a folder, no torch.

A person is the set of their interests.  With interest weights *wᵢ* (dislikes shrunk by the model's ``dislike``
coefficient) and thing vectors *vᵢ*, the DistMult head of a person and the score of item *j* are::

    h = Σ wᵢ·vᵢ / √Σ wᵢ²          s(j) = Σ_d h_d · r_d · v_jd + b_j

so each interest's share in the score, wᵢ/√Σw² · ⟨vᵢ, r, v_j⟩, is exact, and a new interest counts at once.
DistMult: Yang et al. 2014, https://arxiv.org/abs/1412.6575.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from penchant.errors import ModelError, UnknownError
from penchant.kg.artefacts import ARRAYS, CONFIG, CONTRIBUTIONS, COUNTS

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

#: Version of the folder's layout.
LAYOUT: Final = 1
_IDS: Final = "ids.json"


@dataclass(frozen=True, slots=True)
class Shares:
    """Where a score comes from; ``total`` is the score.

    Args:
        interests: thing → its part of the score; may be negative.
        bias: what the item gets from everybody, whatever the person cares about.
    """

    interests: dict[str, float]
    bias: float

    @property
    def total(self) -> float:
        """Sum of all parts."""
        return sum(self.interests.values()) + self.bias


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """Vectors of things, and how to score items for a person with them.

    Args:
        things: IRIs, items first.
        n_items: how many of ``things`` are items.
        vectors: shape (things, dimension).
        relation: shape (dimension,), the DistMult vector of "cares about".
        bias: shape (items,).
        popularity: shape (items,), how many people had a positive interest when the model was trained.
        dislike: what a negative weight is multiplied by, in [0, 1].
        config: hyperparameters, seed, counts and time of the graph, as they stand in ``config.json``.
    """

    things: tuple[str, ...]
    n_items: int
    vectors: FloatArray
    relation: FloatArray
    bias: FloatArray
    popularity: FloatArray
    dislike: float
    config: dict[str, Any] = field(default_factory=dict)
    _number: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_number", {iri: n for n, iri in enumerate(self.things)})

    @property
    def items(self) -> tuple[str, ...]:
        """IRIs of the items, in the order of every score array."""
        return self.things[: self.n_items]

    def item_number(self, item: str) -> int | None:
        """Position of ``item`` in a score array, or None if the model has never seen it."""
        number = self._number.get(item)
        return number if number is not None and number < self.n_items else None

    def knows(self, thing: str) -> bool:
        """Whether the model has a vector for ``thing``."""
        return thing in self._number

    def user_vector(self, weights: Mapping[str, float]) -> FloatArray:
        """Shape (dimension,): the person who cares so much about these things, ready for :meth:`score`.

        Things that the model has never seen are left out; zeros if it has seen none.
        """
        return self.encode(*self._known(weights))

    def encode(self, numbers: IntArray, weights: FloatArray) -> FloatArray:
        """Like :meth:`user_vector`, for things given by number; shape (dimension,)."""
        return np.asarray((self._scaled(weights) @ self.vectors[numbers]) * self.relation, dtype=np.float32)

    def score(self, vector: FloatArray) -> FloatArray:
        """Shape (items,): higher is likelier; comparable between the items of one person only."""
        return np.asarray(self.vectors[: self.n_items] @ vector + self.bias, dtype=np.float32)

    def shares(self, weights: Mapping[str, float], item: str) -> Shares:
        """What each interest adds to the score of ``item``.

        Raises:
            UnknownError: the model has never seen the item.
        """
        target = self.item_number(item)
        if target is None:
            raise UnknownError("the model has no vector for it", where=item, remedy="Train again")
        numbers, raw = self._known(weights)
        parts = self._scaled(raw) * (self.vectors[numbers] @ (self.relation * self.vectors[target]))
        return Shares(
            {self.things[n]: float(part) for n, part in zip(numbers, parts, strict=True)}, float(self.bias[target])
        )

    def _known(self, weights: Mapping[str, float]) -> tuple[IntArray, FloatArray]:
        known = sorted((n, w) for iri, w in weights.items() if w and (n := self._number.get(iri)) is not None)
        return np.array([n for n, _ in known], dtype=np.int64), np.array([w for _, w in known], dtype=np.float32)

    def _scaled(self, weights: FloatArray) -> FloatArray:
        signed = np.where(weights < 0, weights * np.float32(self.dislike), weights).astype(np.float32)
        norm = np.sqrt(np.square(signed).sum())
        return signed / norm if norm else signed

    def save(self, folder: Path) -> None:
        """Write the model to ``folder``, which is made; a model that is there is replaced."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        arrays = {
            "vectors": self.vectors,
            "relation": self.relation,
            "bias": self.bias,
            COUNTS: self.popularity,
        }
        (folder / CONTRIBUTIONS).unlink(missing_ok=True)  # it speaks of the model that is replaced
        save_file({k: np.ascontiguousarray(v, dtype=np.float32) for k, v in arrays.items()}, folder / ARRAYS)
        _write_json(folder / _IDS, {"things": list(self.things), "n_items": self.n_items})
        _write_json(folder / CONFIG, {**self.config, "layout": LAYOUT, "dislike": self.dislike})

    @classmethod
    def load(cls, folder: Path) -> EmbeddingModel:
        """The model in ``folder``.

        Raises:
            ModelError: there is none, it is damaged, or it is of another version.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
            ids = json.loads((folder / _IDS).read_text(encoding="utf-8"))
            arrays = load_file(folder / ARRAYS)
            if config["layout"] != LAYOUT:
                raise ModelError(
                    f"the model has layout {config['layout']}",
                    expected=f"layout {LAYOUT}",
                    where=str(folder),
                    remedy="Train again",
                )
            model = cls(
                things=tuple(ids["things"]),
                n_items=int(ids["n_items"]),
                vectors=arrays["vectors"],
                relation=arrays["relation"],
                bias=arrays["bias"],
                popularity=arrays[COUNTS],
                dislike=float(config["dislike"]),
                config=config,
            )
        except FileNotFoundError as error:
            raise ModelError("there is no trained model", where=str(folder), remedy="Run `penchant train`") from error
        except (ValueError, KeyError, TypeError, OSError, SafetensorError) as error:
            raise ModelError(
                f"the model cannot be read ({error})", where=str(folder), remedy="Run `penchant train` again"
            ) from error
        if model.vectors.shape[0] != len(model.things) or model.bias.shape != (model.n_items,):
            raise ModelError(
                "names and vectors differ in number", where=str(folder), remedy="Run `penchant train` again"
            )
        return model


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
