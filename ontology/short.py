"""IRIs as people read them: ``pen:View`` instead of the whole."""

from __future__ import annotations

from pyoxigraph import NamedNode

from penchant.ontology.terms import PREFIXES


def short(iri: NamedNode | str) -> str:
    """``iri`` with a known prefix, or else in angle brackets."""
    text = iri.value if isinstance(iri, NamedNode) else iri
    for prefix, namespace in PREFIXES.items():
        if text.startswith(namespace) and text != namespace:
            return f"{prefix}:{text.removeprefix(namespace)}"
    return f"<{text}>"
