"""The model's logits at the places where they are needed, and nowhere else.

The matrix over the whole vocabulary is a fifth of a small model: worth its time only for tokens that are decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import torch

_PROBE: Final = (1, 2, 3)
_CLOSE: Final = 1e-3


class LastLogits:
    """A causal model of transformers that gives the logits of the last tokens of each row, of some more than of others.

    Models that do more to their logits than multiply (some scale or bend them) are asked for the same number in every
    row, through their own front.

    Args:
        model: the model.
        device: where torch computes.
    """

    def __init__(self, model: Any, device: str) -> None:
        self._model = model
        self.direct: Final = _only_multiplies(model, device)

    def __call__(self, keep: Sequence[int], **inputs: Any) -> list[torch.Tensor]:
        """Run the model.

        Args:
            keep: for each row, of how many tokens at its end.
            inputs: what the model's ``forward`` takes.

        Returns:
            For each row its logits, shape (tokens, vocabulary), float32.
        """
        import torch

        if not self.direct:
            logits = self._model(**inputs, logits_to_keep=max(keep)).logits.float()
            return [own[own.shape[0] - count :] for own, count in zip(logits, keep, strict=True)]
        hidden = self._model.base_model(**inputs).last_hidden_state
        picked = torch.cat([own[own.shape[0] - count :] for own, count in zip(hidden, keep, strict=True)])
        return list(self._model.get_output_embeddings()(picked).float().split(list(keep)))


def _only_multiplies(model: Any, device: str) -> bool:
    """Whether the logits are the last hidden state times the output embeddings, seen on a few tokens."""
    import torch

    head = model.get_output_embeddings()
    if head is None or model.base_model is model:
        return False
    with torch.inference_mode():
        ids = torch.tensor([_PROBE], device=device)
        whole = model(input_ids=ids, use_cache=False).logits
        parts = head(model.base_model(input_ids=ids, use_cache=False).last_hidden_state)
        return whole.shape == parts.shape and torch.allclose(whole, parts, atol=_CLOSE, rtol=_CLOSE)
