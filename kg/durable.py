"""Files that are written whole or not at all, and that stay after a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Make ``content`` what ``path`` holds; only its owner may read it."""
    draft = path.with_name(path.name + ".tmp")
    draft.touch(mode=0o600)
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make names that came to ``folder``, or went, durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
