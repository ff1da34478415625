"""One passage on its way through a language model: what is decided, how probable it was, what comes next.

The choice is greedy among what the grammar allows.  A guess of the answer can be checked against it: as far as the
guess says what the greedy choice would have said, its tokens need no step of their own (speculative decoding; Leviathan
et al., ICML 2023, with a greedy target).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from penchant.errors import ModelError
from penchant.extract.language_model import CUT, DECODED, Passage

if TYPE_CHECKING:
    import torch


@dataclass(slots=True)
class Row:
    """One passage while it is decoded.

    Args:
        passage: what is read.
        prompt: its tokens.
        matcher: the ``llguidance.LLMatcher`` of its answer; None where there is nothing to quote.
        guess: tokens of an answer that may be right.
        end: the token that ends an answer.
        most: length of an answer, in tokens, at which it is cut.
        written: every token decided so far.
        chances: probabilities of the first of them, before the grammar took any away.
        status: why it ended (``language_model.DECODED`` …); empty as long as it goes on.
    """

    passage: Passage
    prompt: list[int]
    matcher: Any
    guess: list[int]
    end: int
    most: int
    written: list[int] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    status: str = ""

    def read(self, logits: torch.Tensor, before: int, guess: Sequence[int] = ()) -> int:
        """Take in what the model says, and decide as far as that goes.

        Args:
            logits: shape (tokens, vocabulary); the first follows the prompt and ``before`` tokens of the answer, the
                others follow the tokens of ``guess`` one by one.
            before: tokens of ``written`` that the first logits know of.
            guess: tokens that were given to the model and are not decided.

        Returns:
            How many tokens of the guess are right.
        """
        import torch

        scale = torch.logsumexp(logits, dim=-1)
        for at in range(logits.shape[0]):
            here = before + at
            if here == len(self.written):
                self._choose(logits[at])
            if here == len(self.chances) and here < len(self.written):
                self.chances.append(float((logits[at, self.written[here]] - scale[at]).exp()))
            self._close()
            if self.status or (at < len(guess) and self.written[here] != guess[at]):
                return at
        return len(guess)

    def _choose(self, logits: torch.Tensor) -> None:
        """Decide the next token, or several where there is no choice; or end."""
        matcher = self.matcher
        if matcher.is_stopped():
            self.status = DECODED
            return
        forced = matcher.compute_ff_tokens()
        if forced:
            matcher.consume_tokens(forced)
            self.written += forced
        else:
            token = self._best(logits)
            if token == self.end:
                self.status = DECODED
                return
            matcher.consume_token(token)
            self.written.append(token)
        if matcher.is_error():
            raise ModelError(f"decoding failed: {matcher.get_error()}", where=self.passage.text[:60])

    def _best(self, logits: torch.Tensor) -> int:
        """The likeliest token that the grammar allows.

        The likeliest of all is asked for first: mostly it is allowed, and asking for one costs less than a mask.
        """
        import numpy as np
        import torch

        token = int(logits.argmax())
        allowed = self.matcher.is_accepting() if token == self.end else self.matcher.validate_tokens([token]) == 1
        if allowed:
            return token
        bits = np.frombuffer(self.matcher.compute_bitmask(), dtype=np.uint8)
        mask = torch.from_numpy(np.unpackbits(bits, bitorder="little")[: logits.shape[0]].astype(bool))
        return int(logits.masked_fill(~mask.to(logits.device), float("-inf")).argmax())

    def _close(self) -> None:
        """Note that the row has ended, by itself or by its length."""
        if self.status:
            return
        if self.matcher.is_stopped() and len(self.chances) == len(self.written):
            self.status = DECODED
        elif len(self.written) >= self.most:
            self.status = CUT
