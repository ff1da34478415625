"""What linking is asked: mentions with what they mean, and turns with all that is named in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    """A mention.

    Args:
        conversation: identifier.
        text: what was written.
        start: where the mention begins in it.
        end: where it ends.
        gold: IRI of what it means.
        context: turns before, the newest last.
        groups: names of groups and what it is in each, such as ``form`` → ``misspelt``.
    """

    conversation: str
    text: str
    start: int
    end: int
    gold: str
    context: tuple[str, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def quote(self) -> str:
        """The mention."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Link:
    """A place in a text and what it means.

    Args:
        start: where it begins.
        end: where it ends.
        iri: what it means; None for nothing that is known.
    """

    start: int
    end: int
    iri: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person wrote, with everything that is named in it.

    Args:
        conversation: identifier.
        text: what was written.
        context: turns before, the newest last.
        links: what is named; None where nobody said what anything means.
        own: what the writer speaks of as the writer's own ("my favourite sport").
    """

    conversation: str
    text: str
    context: tuple[str, ...]
    links: tuple[Link, ...] | None
    own: tuple[Link, ...]
