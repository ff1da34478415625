"""Which language model and encoder the settings name, and what the ontology in force asks of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from penchant.errors import SettingError
from penchant.extract.language_model import LanguageModel
from penchant.kg.encoder import Encoder
from penchant.ontology.behaviour import Stance, Vocabulary
from penchant.settings import ReadingSettings

if TYPE_CHECKING:
    from penchant.extract.refine import Refiner


def language_model(settings: ReadingSettings) -> LanguageModel:
    """The model that reads texts.

    ``smollm2`` stands for the readers that ship, joined as the mode says; ``rules`` for the baseline that needs no
    weights; ``openai:URL#MODEL`` for any OpenAI-compatible endpoint; anything else for a folder with a model that
    transformers can load.

    Raises:
        SettingError: the name means none of these.
        ModelError: the model is not there, or cannot be loaded.
    """
    if settings.model == "rules":
        from penchant.extract.rule_model import RuleModel

        return RuleModel()
    if settings.model == "smollm2":
        from penchant.extract.modes import model_for_mode

        return model_for_mode(settings.mode, threads=settings.threads or None)
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
            expected="smollm2, rules, openai:URL#MODEL, or a folder with a model that transformers can load",
            where="--model",
        )
    from penchant.extract.transformers_model import TransformersModel

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


def refiner(vocabulary: Vocabulary, near: Encoder | None = None) -> Refiner | None:
    """What tells the special cases of stances apart in texts; None where the ontology has none that can be told.

    One with too few English examples cannot; the check of the ontology warns of it.

    Args:
        vocabulary: stances in force.
        near: the encoder, where it is loaded already.

    Raises:
        ModelError: the encoder is not in the cache and cannot be fetched.
    """
    from penchant.extract.refine import LEAST_EXAMPLES, Refiner, SubStance, english

    def examples(stance: Stance) -> tuple[str, ...]:
        return english(sentence for language, sentence in stance.examples if language == "en")

    special = [
        SubStance(stance.word, vocabulary.stance(stance.refines).word, examples(stance))
        for stance in vocabulary.refinements()
        if stance.refines is not None and len(examples(stance)) >= LEAST_EXAMPLES
    ]
    if not special:
        return None
    near = near or encoder(ReadingSettings(encoder=True))
    assert near is not None
    return Refiner(near, special, {stance.word: examples(stance) for stance in vocabulary.shipped_stances()})
