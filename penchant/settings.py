"""Settings: each has one home, one default, and one sentence that says what it costs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penchant.extract.modes import Mode

WORKSPACE_VARIABLE: Final = "PENCHANT_WORKSPACE"
DEFAULT_WORKSPACE: Final = "penchant-data"


def workspace_folder(given: Path | None = None) -> Path:
    """The workspace folder: what was given, else ``$PENCHANT_WORKSPACE``, else ``./penchant-data``."""
    return given or Path(os.environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE)


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How texts are read.

    Args:
        model: ``smollm2`` (the readers that ship, joined as ``mode`` says), ``rules`` (cue words: a baseline, far worse
            and a thousand times faster), a folder or name that transformers can load, or ``openai:URL#MODEL`` for any
            OpenAI-compatible endpoint.  A larger model reads better and costs more.
        mode: ``best`` (the language model and the fast reader read everything), ``balanced`` (the language model reads
            what the fast reader is unsure of) or ``fast`` (the fast reader alone): what each costs and how well it
            reads stands in docs/extraction.md.  Other models have no modes.
        encoder: re-rank link candidates with MiniLM: better links, about 90 MB of memory and 10 ms a mention.
        batch: texts that are read and written together; larger is faster, and a crash repeats more.
        threads: threads of the model; 0 leaves the choice to torch, which is faster on an idle machine and, measured,
            ten times slower on a busy one, where threads wait for each other.
    """

    model: str = "smollm2"
    mode: Mode = "best"
    encoder: bool = True
    batch: int = 64
    threads: int = 1
