"""The three ways in which the shipped readers read: ``fast``, ``balanced``, ``best``.

``fast``: MiniLM marks the words.  ``balanced``: the language model reads what MiniLM is unsure of.  ``best``: both read
everything, and their answers are weighed.  What each costs and how well it reads stands in docs/extraction.md.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from penchant.errors import SettingError
from penchant.extract.language_model import LanguageModel

Mode = Literal["fast", "balanced", "best"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)


def model_for_mode(mode: Mode, *, threads: int | None = None, offline: bool = False) -> LanguageModel:
    """The shipped readers, joined as the mode says.  Fetches the weights if need be.

    Args:
        mode: which.
        threads: CPU threads of torch; None leaves torch's own choice.
        offline: never fetch.

    Raises:
        SettingError: there is no such mode.
        ModelError: a model is not there or cannot be loaded.
    """
    if mode not in MODES:
        raise SettingError(f"there is no mode {mode!r}", expected=", ".join(MODES), where="--mode")
    from penchant.extract.second_opinion import OneReader, TwoReaders, Weighing
    from penchant.extract.tagger import Tagger
    from penchant.extract.transformers_model import ADAPTER, TransformersModel

    weighing = Weighing.load()
    tagger = Tagger(threads=threads, offline=offline)
    if mode == "fast":
        return OneReader(tagger, weighing)
    model = TransformersModel(adapter=ADAPTER, tuned=True, threads=threads, offline=offline, draft=tagger.drafts)
    return TwoReaders(model, tagger, weighing, only_if_unsure=mode == "balanced")
