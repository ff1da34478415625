"""Concept vectors: what each item and concept means, as vectors of texts about it, kept in one file.

A thing has several *views* (its names; what the world says of it; a description), each a unit vector of an encoder.
Joined, they are one unit vector: the views side by side, each times the root of its weight, divided by the length ::

    u = (√a₁·x₁, √a₂·x₂, …) / ‖…‖          ⟨u, u'⟩ = Σ aₖ⟨xₖ, x'ₖ⟩ / Σ aₖ   where both have every view

The file holds the views, so that their weights can be changed without asking the encoder again.  Where the texts come
from is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from penchant.errors import ModelError, UnknownError
from penchant.kg.durable import replace
from penchant.recommend.embedding import Shares
from penchant.recommend.interest_vector import RIDGE
from penchant.recommend.members.content import ContentMember

FloatArray = NDArray[np.float32]
HalfArray = NDArray[np.float16]

#: Version of the file's layout.
LAYOUT: Final = 1
#: What a view counts in the joined vector.  On MindReader's validation cases 0.25 to 1 for names make no difference,
#: either view alone is worse (docs/interest_model.md); descriptions were not measured.
VIEW_WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({"names": 0.5, "facts": 1.0, "description": 1.0})
_NOTE: Final = "penchant"
_REMEDY: Final = "Run `penchant vectors build`"


@dataclass(frozen=True, slots=True)
class Near:
    """A thing and its cosine with what was asked about."""

    thing: str
    cosine: float


@dataclass(frozen=True, slots=True)
class ConceptVectors:
    """Vectors of things by IRI.

    Args:
        things: IRIs, items first.
        n_items: how many of ``things`` are items.
        views: names of the views.
        units: shape (things, views, size), half precision; zeros where a thing lacks a view.
        encoder: name of what made them: vectors of different encoders must not be compared.
        stamp: hash of the texts and the encoder.
        weights: what each view counts.
    """

    things: tuple[str, ...]
    n_items: int
    views: tuple[str, ...]
    units: HalfArray
    encoder: str
    stamp: str
    weights: Mapping[str, float] = field(default_factory=lambda: VIEW_WEIGHTS)
    _member: ContentMember = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        joined = join(self.units, [self.weights.get(view, 1.0) for view in self.views])
        object.__setattr__(self, "_member", ContentMember(self.things, self.n_items, joined))

    @property
    def items(self) -> tuple[str, ...]:
        """IRIs of the items, in the order of every score array."""
        return self.things[: self.n_items]

    @property
    def vectors(self) -> FloatArray:
        """Joined vectors, shape (things, views × size); length 1, or 0 where nothing is said of a thing."""
        return self._member.vectors

    def item_number(self, item: str) -> int | None:
        """Position of ``item`` in a score array, or None if it has no vector."""
        return self._member.item_number(item) if self._member.knows(item) else None

    def knows(self, thing: str) -> bool:
        """Whether something is said of ``thing``."""
        return self._member.knows(thing)

    def score(self, weights: Mapping[str, float], *, ridge: float = RIDGE) -> FloatArray:
        """⟨v, u⟩ of every item with the interest vector of these interests, shape (items,); no torch is needed."""
        return self.member(ridge=ridge).score(weights)

    def shares(self, weights: Mapping[str, float], item: str, *, ridge: float = RIDGE) -> Shares:
        """What each interest adds to the score of ``item``; exact, for the score is linear in the vectors.

        Raises:
            UnknownError: nothing is known of the item.
        """
        if self._member.item_number(item) is None:
            raise UnknownError("there is no concept vector of it", where=item, remedy=_REMEDY)
        return Shares(self.member(ridge=ridge).shares(weights, item), 0.0)

    def member(
        self, things: Sequence[str] | None = None, n_items: int | None = None, *, ridge: float = RIDGE
    ) -> ContentMember:
        """What scores many people at once.

        Args:
            things: in whose order weights come and, up to ``n_items``, scores go: those of an
                :class:`~penchant.recommend.interest_graph.InterestGraph`.  Its own, unless given.
            n_items: how many of ``things`` are items.
            ridge: λ of the interest vector.
        """
        own = self._member
        if things is not None:
            return own.of(tuple(things), len(things) if n_items is None else n_items, ridge=ridge)
        return own if ridge == own.ridge else replace_field(own, ridge=ridge)

    def near(self, vector: FloatArray, k: int = 10, *, without: Sequence[str] = ()) -> list[Near]:
        """The ``k`` things whose vectors have the largest cosine with ``vector``; equal ones by IRI.

        Args:
            vector: shape (views × size,), of any length but 0.
            k: how many, at most.
            without: things that are left out.
        """
        length = float(np.linalg.norm(vector))
        if not length:
            return []
        cosines = np.asarray(self.vectors @ (vector / length), dtype=np.float64)
        left_out = set(without)
        order = sorted(range(len(cosines)), key=lambda at: (-cosines[at], self.things[at]))
        found = (Near(self.things[at], float(cosines[at])) for at in order if self.things[at] not in left_out)
        return [one for one, _ in zip(found, range(k), strict=False)]

    def vector(self, thing: str) -> FloatArray:
        """The joined vector of ``thing``, shape (views × size,).

        Raises:
            UnknownError: nothing is said of it.
        """
        if not self.knows(thing):
            raise UnknownError("there is no concept vector of it", where=thing, remedy=_REMEDY)
        return self._member.vector(thing)

    def interest_vector(self, weights: Mapping[str, float], *, ridge: float = RIDGE) -> FloatArray:
        """*v* of a person who cares so much about these things, shape (views × size,); zeros if none is known."""
        return self.member(ridge=ridge).interest_vector(weights)

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all; the same vectors give the same bytes."""
        from safetensors.numpy import save

        said = {
            "encoder": self.encoder,
            "layout": LAYOUT,
            "n_items": self.n_items,
            "stamp": self.stamp,
            "views": list(self.views),
            "weights": {view: self.weights.get(view, 1.0) for view in self.views},
        }
        names = np.frombuffer("\n".join(self.things).encode(), dtype=np.uint8)
        # One entry, because the order of several is not fixed.
        note = {_NOTE: json.dumps(said, ensure_ascii=False, sort_keys=True)}
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, save({"units": np.ascontiguousarray(self.units), "things": names}, note))

    @classmethod
    def load(cls, path: Path) -> ConceptVectors:
        """The vectors in the file ``path``.

        Raises:
            ModelError: it is not there, it is damaged, or it is of another version.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as stored:
                said: dict[str, Any] = json.loads((stored.metadata() or {})[_NOTE])
                if said["layout"] != LAYOUT:
                    raise ModelError(
                        f"the concept vectors have layout {said['layout']}",
                        expected=f"layout {LAYOUT}",
                        where=str(path),
                        remedy=_REMEDY,
                    )
                things = tuple(stored.get_tensor("things").tobytes().decode().split("\n"))
                units = stored.get_tensor("units")
            _demand_sound(units, len(things), len(said["views"]), int(said["n_items"]))
            return cls(
                things=things,
                n_items=int(said["n_items"]),
                views=tuple(said["views"]),
                units=units,
                encoder=str(said["encoder"]),
                stamp=str(said["stamp"]),
                weights=MappingProxyType({str(view): float(of) for view, of in said["weights"].items()}),
            )
        except FileNotFoundError as error:
            raise ModelError("there are no concept vectors", where=str(path), remedy=_REMEDY) from error
        except (ValueError, KeyError, TypeError, OSError, SafetensorError) as error:
            raise ModelError(
                f"the concept vectors cannot be read ({error})", where=str(path), remedy=f"{_REMEDY} again"
            ) from error


def join(units: HalfArray, weights: Sequence[float]) -> FloatArray:
    """Views side by side, each times the root of its weight, at length 1; shape (things, views × size), float32.

    A thing without any view has zeros.

    Args:
        units: shape (things, views, size).
        weights: of the views, none below 0.
    """
    single = units.astype(np.float32)
    length = np.linalg.norm(single, axis=2, keepdims=True)
    single /= np.where(length > 0, length, 1)  # half precision has left them a little off
    single *= np.sqrt(np.asarray(weights, dtype=np.float32))[None, :, None]
    flat = single.reshape(len(units), -1)
    whole = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.where(whole > 0, whole, 1), dtype=np.float32)


def _demand_sound(units: HalfArray, things: int, views: int, n_items: int) -> None:
    if units.dtype != np.float16 or units.ndim != 3 or units.shape[:2] != (things, views) or not 0 <= n_items <= things:
        raise ValueError(f"vectors of shape {units.shape} for {things} things with {views} views")
    lengths = np.linalg.norm(units.astype(np.float32), axis=2)
    if not np.all((np.abs(lengths - 1) < 0.01) | (lengths == 0)):
        raise ValueError("there are vectors that are not of length 1")
