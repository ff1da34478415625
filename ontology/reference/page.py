"""A Markdown page with headings and links between them, as GitHub makes anchors of headings."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LINK = re.compile("\\[([^\\[\\]]*)\\]\\(#\x00([^\x00]*)\x00\\)")


class Page:
    """Lines of a page; links may lead to headings that come later."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._anchors: dict[str, str] = {}
        self._taken: dict[str, int] = {}

    def heading(self, level: int, text: str, key: str = "") -> None:
        """A heading; ``key`` is what links to it name.  A second heading of one key is not linked to."""
        slug = slug_of(text)
        count = self._taken.get(slug, 0)
        self._taken[slug] = count + 1
        if key:
            self._anchors.setdefault(key, f"{slug}-{count}" if count else slug)
        self.add("", f"{'#' * level} {text}", "")

    def anchor(self, key: str, of: str) -> None:
        """Let links to ``key`` lead to the heading ``of``."""
        if of in self._anchors:
            self._anchors.setdefault(key, self._anchors[of])

    def add(self, *lines: str) -> None:
        """Lines as they are."""
        self._lines += lines

    def table(self, head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """A table; bars in cells are escaped."""
        names = list(head)
        self.add(_row(names), _row("---" for _ in names), *(_row(row) for row in rows), "")

    def text(self) -> str:
        """The page; links to what has no heading become plain words."""

        def resolved(match: re.Match[str]) -> str:
            anchor = self._anchors.get(match[2])
            return f"[{match[1]}](#{anchor})" if anchor else match[1]

        text = _LINK.sub(resolved, "\n".join(self._lines))
        return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def link(text: str, key: str) -> str:
    """A link to the heading with ``key``, wherever it stands."""
    return f"[{text}](#\x00{key}\x00)"


def plain(text: str) -> str:
    """``text`` in one line, with the marks of Markdown taken literally."""
    return re.sub(r"([\\`*\[\]<>])", r"\\\1", " ".join(text.split()))


def slug_of(heading: str) -> str:
    """GitHub's anchor of a heading: lower case, without punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
