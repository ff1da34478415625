"""Which language model and which encoder the settings name."""

from __future__ import annotations

from pathlib import Path

from penchant.errors import SettingError
from penchant.extract.language_model import LanguageModel
from penchant.kg.encoder import Encoder
from penchant.settings import ReadingSettings


def language_model(settings: ReadingSettings) -> LanguageModel:
    """The model that reads texts.

    ``smollm2`` is the one that ships; ``openai:URL#MODEL`` any OpenAI-compatible endpoint; anything else a folder
    with a model that transformers can load.

    Raises:
        SettingError: the name means none of these.
        ModelError: the model is not there, or cannot be loaded.
    """
    from penchant.extract.transformers_model import TransformersModel, default_model

    if settings.model == "smollm2":
        return default_model(threads=settings.threads or None)
    if settings.model.startswith("openai:"):
        from penchant.extract.openai_model import OpenAIModel

        url, _, name = settings.model.removeprefix("openai:").partition("#")
        if not name:
            raise SettingError(f"{settings.model!r} names no model", expected="openai:URL#MODEL", where="--model")
        return OpenAIModel(url, name)
    folder = Path(settings.model)
    if not folder.is_dir():
        raise SettingError(
            f"{settings.model!r} is no model",
            expected="smollm2, openai:URL#MODEL, or a folder with a model that transformers can load",
            where="--model",
        )
    return TransformersModel(folder, threads=settings.threads or None)


def encoder(settings: ReadingSettings) -> Encoder | None:
    """The encoder that re-ranks link candidates, or None where the settings do without.

    Raises:
        ModelError: it is not in the cache and cannot be fetched.
    """
    if not settings.encoder:
        return None
    from penchant.extract.encoder import MiniLMEncoder
    from penchant.extract.weights import ensure

    return MiniLMEncoder(ensure("minilm"))
