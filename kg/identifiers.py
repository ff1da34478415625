"""IRIs of our own things: stable, and silent about what they name.

``base32(HMAC-SHA256(workspace key, kind, owner, canonical parts))`` (RFC 2104, RFC 4648), so that nobody who holds
an export can confirm a guess such as "is this ana@example.org?" without the key.  ``plain`` identifiers, for demos
and tests, keep a person's or item's own id readable and use a fixed key for the rest.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import NamedNode

_PLAIN_KEY = b"penchant plain identifiers"


@dataclass(frozen=True, slots=True)
class Namer:
    """Makes IRIs under ``base`` (which ends in ``/``); ``key`` None means plain identifiers."""

    base: str
    key: bytes | None = None

    def person(self, id: str) -> NamedNode:
        """The person whom a source calls ``id``."""
        return self._own("u", id)

    def item(self, id: str) -> NamedNode:
        """The item that the shop calls ``id``; items are public, so their ids stay readable."""
        return NamedNode(f"{self.base}item/{quote(id, safe='')}")

    def run(self, number: int) -> NamedNode:
        """The run with this number in the ledger."""
        return NamedNode(f"{self.base}run/{number}")

    def text(self, person: NamedNode, *parts: str) -> NamedNode:
        """A text of ``person``, known by the source's id or by its time and content."""
        return self._hashed("text", person.value, *parts)

    def observation(self, text: NamedNode, *parts: str) -> NamedNode:
        """An observation in ``text``, known by its span, stance and concept."""
        return self._hashed("observation", text.value, *parts)

    def claim(self, text: NamedNode, *parts: str) -> NamedNode:
        """A claim in ``text``, known by its span, relation, subject and object."""
        return self._hashed("claim", text.value, *parts)

    def engagement(self, person: NamedNode, item: NamedNode, kind: NamedNode) -> NamedNode:
        """What ``person`` did of one kind with ``item``."""
        return self._hashed("engagement", person.value, item.value, kind.value)

    def interest(self, person: NamedNode, about: NamedNode, facet: NamedNode) -> NamedNode:
        """The interest of ``person`` in ``about`` in one facet."""
        return self._hashed("interest", person.value, about.value, facet.value)

    def rule(self, name: str) -> NamedNode:
        """The rule of prior knowledge called ``name``; rules are public, so their names stay readable."""
        return NamedNode(f"{self.base}rule/{quote(name, safe='')}")

    def inference(self, person: NamedNode, about: NamedNode, rule: str) -> NamedNode:
        """What the rule called ``rule`` concludes about ``person`` and ``about``."""
        return self._hashed("inference", person.value, about.value, rule)

    def concept(self, person: NamedNode, label: str) -> NamedNode:
        """A concept that only ``person`` has named so far."""
        return self._hashed("concept", person.value, " ".join(label.casefold().split()))

    def correction(self, person: NamedNode, about: NamedNode, facet: NamedNode) -> NamedNode:
        """What ``person`` says themselves of their interest in ``about`` in one facet; the last word counts."""
        return self._hashed("correction", person.value, about.value, facet.value)

    def beneficiary(self, person: NamedNode, words: str) -> NamedNode:
        """Somebody for whom ``person`` wishes something, known by the words they use ("my daughter")."""
        return self._hashed("agent", person.value, " ".join(words.casefold().split()))

    def _own(self, kind: str, id: str) -> NamedNode:
        if self.key is None:
            return NamedNode(f"{self.base}{kind}/{quote(id, safe='')}")
        return self._hashed(kind, "", id)

    def _hashed(self, kind: str, owner: str, *parts: str) -> NamedNode:
        # Lengths keep ("a", "bc") and ("ab", "c") apart.
        message = "".join(f"{len(part)}:{part};" for part in (kind, owner, *parts))
        digest = hmac.digest(self.key or _PLAIN_KEY, message.encode(), "sha256")[:20]
        return NamedNode(f"{self.base}{kind}/{base64.b32encode(digest).decode().lower()}")
