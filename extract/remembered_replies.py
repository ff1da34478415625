"""Replies of a language model kept in a file, so that a long reading goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from penchant.extract.language_model import LanguageModel, Mention, Passage, Reply

#: Passages read between two writes: what an interruption can cost.
BATCH: Final = 64


class RememberedReplies:
    """A language model that is asked each passage once; its replies stand in a file of JSON lines.

    The file may hold the replies of several models; another fingerprint is another model.  A line that an interruption
    cut short is read anew.

    Args:
        model: who is asked.
        file: where the replies are kept; made when the first is written.
    """

    def __init__(self, model: LanguageModel, file: Path) -> None:
        self._model = model
        self._file = file
        self._known: dict[str, Reply] = {}
        if file.exists():
            with file.open(encoding="utf-8") as lines:
                for line in lines:
                    with suppress(ValueError, KeyError, TypeError):
                        row = json.loads(line)
                        self._known[row["key"]] = _reply(row["reply"])

    @property
    def fingerprint(self) -> str:
        """The model's own."""
        return self._model.fingerprint

    def read(self, passages: Sequence[Passage]) -> list[Reply]:
        """As :meth:`LanguageModel.read`; only what is not known is asked.

        Raises:
            ModelError: the model cannot be asked.
        """
        new = list(dict.fromkeys(p for p in passages if self._key(p) not in self._known))
        for start in range(0, len(new), BATCH):
            part = new[start : start + BATCH]
            replies = self._model.read(part)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as out:
                for passage, reply in zip(part, replies, strict=True):
                    key = self._key(passage)
                    self._known[key] = reply
                    out.write("\n" + json.dumps({"key": key, "reply": asdict(reply)}, ensure_ascii=False))
        return [self._known[self._key(passage)] for passage in passages]

    def _key(self, passage: Passage) -> str:
        whole = json.dumps([self.fingerprint, passage.text, passage.context])
        return sha256(whole.encode()).hexdigest()


def _reply(row: dict[str, Any]) -> Reply:
    return Reply(
        raw=row["raw"],
        mentions=tuple(Mention(**each) for each in row["mentions"]),
        status=row["status"],
        unfounded=tuple((quote, stance) for quote, stance in row["unfounded"]),
        doubted=tuple(Mention(**each) for each in row["doubted"]),
    )
