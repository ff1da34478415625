"""What kg asks of an encoder: texts in, unit vectors out.  Who it is, the front door decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns texts into vectors whose dot product says how near they are in meaning."""

    @property
    def name(self) -> str:
        """Name and version of the model: vectors of different names must not be compared."""
        ...

    @property
    def size(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of ``texts``: float32, shape (number of texts, ``size``), in the order of the texts."""
        ...
