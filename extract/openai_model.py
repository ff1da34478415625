"""A language model behind any endpoint that speaks OpenAI's chat completions.

vLLM, llama.cpp's server, Ollama and hosted services do.  The answer's shape is demanded by ``response_format`` with a
JSON schema.  The server cannot be made to quote literally, so what isn't in the passage, character for character after
``answer.clean``, is handed back as unfounded. Texts leave this machine.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from penchant.errors import ModelError
from penchant.extract import few_shot
from penchant.extract.answer import clean, place
from penchant.extract.language_model import CUT, DECODED, TIMED_OUT, Mention, Passage, Reply

#: Raw confidence where the server gives no log-probabilities.
UNKNOWN_CONFIDENCE: Final = 0.5
KEY_VARIABLE: Final = "OPENAI_API_KEY"


class QuotedStance(BaseModel):
    """One mention; the quote comes first so that the stance is chosen knowing it."""

    model_config = ConfigDict(extra="forbid")

    quote: str = Field(max_length=200)
    stance: Literal["likes", "dislikes", "wants", "interested", "neutral"]


class Answer(BaseModel):
    """What the endpoint has to answer."""

    model_config = ConfigDict(extra="forbid")

    mentions: list[QuotedStance] = Field(max_length=16)


class OpenAIModel:
    """A model behind a chat-completions endpoint.

    The raw confidence of a mention is the geometric mean of the token probabilities of its quote times the product of
    those of its stance, as the server reports them (some servers report them after masking); 0.5 where it reports none.

    Args:
        url: base of the interface, e.g. ``http://localhost:8000/v1``.
        model: the endpoint's name for the model.
        api_key: sent as bearer token; ``$OPENAI_API_KEY`` when None.
        seconds: time limit of one request; a passage that exceeds it is ``timed out``.
        attempts: tries on busy or failing servers (429, 5xx), with growing pauses.
        parallel: requests at a time.
        most_tokens: length of an answer at which it is cut.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        api_key: str | None = None,
        seconds: float = 60.0,
        attempts: int = 3,
        parallel: int = 4,
        most_tokens: int = 400,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise ModelError(f"the endpoint {url!r} is no web address", expected="http://… or https://…")
        self._url = url.rstrip("/") + "/chat/completions"
        self._name = model
        self._key = os.environ.get(KEY_VARIABLE, "") if api_key is None else api_key
        self._seconds, self._attempts, self._parallel, self._most = seconds, attempts, parallel, most_tokens
        shape = json.dumps([Answer.model_json_schema(), few_shot.INSTRUCTION, few_shot.EXAMPLES, most_tokens])
        digest = hashlib.sha256(f"{url}\n{shape}".encode()).hexdigest()[:12]
        self.fingerprint = f"{model}+{digest}"

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """Ask about every passage, several at a time.

        Raises:
            ModelError: the endpoint refuses, or cannot be reached after all attempts.
        """
        if not passages:
            return []
        with ThreadPoolExecutor(max_workers=min(self._parallel, len(passages))) as pool:
            return list(pool.map(self._one, passages))

    def _one(self, passage: Passage) -> Reply:
        if not any(c.isalnum() for c in passage.text):
            return Reply("", (), DECODED)
        try:
            answered = self._post(self._body(passage))
        except TimeoutError:
            return Reply("", (), TIMED_OUT)
        try:
            choice = answered["choices"][0]
            raw = str(choice["message"]["content"] or "")
            finished = choice.get("finish_reason") != "length"
        except (KeyError, IndexError, TypeError) as problem:
            raise ModelError(
                f"the endpoint's answer lacks {problem}", expected="a chat completion", where=self._url
            ) from problem
        try:
            parsed = Answer.model_validate_json(raw)
        except ValidationError:
            # An answer in another shape says nothing that may be trusted; the raw text is kept for the ledger.
            return Reply(raw, (), CUT)
        return _reply(raw, parsed, passage, _chances(choice), DECODED if finished else CUT)

    def _body(self, passage: Passage) -> dict[str, Any]:
        messages = [{"role": "system", "content": f"{few_shot.INSTRUCTION} Answer in JSON."}]
        for text, pairs in few_shot.EXAMPLES:
            shown = Answer(mentions=[QuotedStance(quote=q, stance=s) for q, s in pairs])  # type: ignore[arg-type]
            messages.append({"role": "user", "content": text})
            messages.append({"role": "assistant", "content": shown.model_dump_json()})
        before = f"(They were asked: {clean(passage.context)[-300:]})\n" if passage.context else ""
        messages.append({"role": "user", "content": before + clean(passage.text)})
        return {
            "model": self._name,
            "messages": messages,
            "temperature": 0,
            "seed": 0,
            "max_tokens": self._most,
            "logprobs": True,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "mentions", "strict": True, "schema": Answer.model_json_schema()},
            },
        }

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers)  # noqa: S310
        said = ""
        for attempt in range(self._attempts):
            if attempt:
                time.sleep(0.5 * 2**attempt)
            try:
                with urllib.request.urlopen(request, timeout=self._seconds) as stream:  # noqa: S310
                    answer = json.load(stream)
            except urllib.error.HTTPError as problem:
                said = f"{problem.code} {problem.reason}: {problem.read(300).decode(errors='replace')}"
                if problem.code != 429 and problem.code < 500:
                    break
            except TimeoutError:
                raise
            except urllib.error.URLError as problem:
                if isinstance(problem.reason, TimeoutError):
                    raise TimeoutError from problem
                said = str(problem.reason)
            except (ValueError, OSError) as problem:
                said = str(problem)
            else:
                if isinstance(answer, dict):
                    return answer
                said = "an answer that is no JSON object"
        raise ModelError(
            f"the endpoint cannot be asked: {said}",
            where=self._url,
            remedy=f"Check address, model name and {KEY_VARIABLE}",
        )


def _reply(raw: str, parsed: Answer, passage: Passage, chances: list[tuple[int, int, float]], status: str) -> Reply:
    spans = place([m.quote for m in parsed.mentions], passage.text)
    mentions, unfounded, after = [], [], 0
    for mention, span in zip(parsed.mentions, spans, strict=True):
        quoted = json.dumps(mention.quote, ensure_ascii=False)[1:-1]
        at = raw.find(quoted, after)
        stance_at = raw.find(mention.stance, at + len(quoted)) if at >= 0 else -1
        confidence = _confidence(chances, (at, at + len(quoted)), (stance_at, stance_at + len(mention.stance)))
        after = max(after, stance_at)
        if span is None:
            unfounded.append((mention.quote, mention.stance))
        else:
            mentions.append(Mention(passage.text[span[0] : span[1]], *span, mention.stance, confidence))
    return Reply(raw, tuple(mentions), status, tuple(unfounded))


def _chances(choice: dict[str, Any]) -> list[tuple[int, int, float]]:
    """(start, end, log-probability) of each token in the answer's text; empty where the server gives none."""
    found, at = [], 0
    for token in ((choice.get("logprobs") or {}).get("content")) or []:
        end = at + len(str(token.get("token", "")))
        found.append((at, end, float(token.get("logprob", 0.0))))
        at = end
    return found


def _confidence(chances: list[tuple[int, int, float]], quote: tuple[int, int], stance: tuple[int, int]) -> float:
    parts = [[p for s, e, p in chances if s < span[1] and span[0] < e] for span in (quote, stance)]
    if quote[0] < 0 or stance[0] < 0 or not parts[0] or not parts[1]:
        return UNKNOWN_CONFIDENCE
    return round(math.exp(sum(parts[0]) / len(parts[0]) + sum(parts[1])), 6)
