"""MiniLM sentence vectors through plain transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penchant.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 64
# What the model was trained on; longer texts are cut there.
TOKENS = 256


class MiniLMEncoder:
    """all-MiniLM-L6-v2 (Wang et al. 2020, arXiv:2002.10957; English): the mean of the token vectors, made unit length.

    Loads at the first call (about two seconds).  On a CPU about 150 sentences a second and core.

    Args:
        folder: folder with the model; by default ``weights.ensure("minilm")``, at the first call.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._loaded: tuple[Any, Any] | None = None

    @property
    def name(self) -> str:
        """``all-MiniLM-L6-v2``."""
        return "all-MiniLM-L6-v2"

    @property
    def size(self) -> int:
        """384."""
        return 384

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of ``texts``, float32, shape (number of texts, 384); an empty text gets a vector too.

        Raises:
            ModelError: the model cannot be fetched or loaded.
        """
        import numpy as np
        import torch

        out = np.zeros((len(texts), self.size), dtype=np.float32)
        if not texts:
            return out
        tokenizer, model = self._model()
        # Alike lengths together, so that little of a batch is padding.
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                part = order[start : start + BATCH]
                given = tokenizer(
                    [texts[i] for i in part], padding=True, truncation=True, max_length=TOKENS, return_tensors="pt"
                )
                states = model(**given).last_hidden_state
                mask = given["attention_mask"].unsqueeze(-1).to(states.dtype)
                mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
                out[part] = torch.nn.functional.normalize(mean, dim=1).to(torch.float32).numpy()
        return out

    def _model(self) -> tuple[Any, Any]:
        if self._loaded is None:
            from transformers import AutoModel, AutoTokenizer
            from transformers.utils import logging

            logging.disable_progress_bar()
            if self._folder is None:
                from penchant.extract import weights

                self._folder = weights.ensure("minilm")
            try:
                tokenizer = AutoTokenizer.from_pretrained(str(self._folder), local_files_only=True)
                model = AutoModel.from_pretrained(str(self._folder), local_files_only=True).eval()
            except (OSError, ValueError) as error:
                raise ModelError(
                    f"the encoder cannot be loaded ({error})", where=str(self._folder), remedy="penchant model get"
                ) from error
            self._loaded = (tokenizer, model)
        return self._loaded
