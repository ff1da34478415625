"""Python's search for cycles, made rare while very many quads are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

#: New objects after which Python looks for cycles among them.  Quads and terms count, and hold none: at Python's own
#: 700, half of the time of writing engagements went into looking at them again and again.
OBJECTS: Final = 50_000


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Let Python look for cycles only after :data:`OBJECTS` new objects; at the end, as it did before."""
    before = gc.get_threshold()
    gc.set_threshold(max(OBJECTS, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
