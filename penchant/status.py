"""What a workspace holds, at a glance."""

from __future__ import annotations

from penchant.kg.artefacts import forgotten_since
from penchant.kg.check import graph_sizes
from penchant.kg.compact import is_due
from penchant.kg.sensitive import SensitiveTopics
from penchant.kg.workspace import Workspace


def status(workspace: Workspace) -> dict[str, object]:
    """Triples by graph, the ledger's account, the last runs, the model, policies in force, and what is due."""
    model = workspace.folder / "model"
    return {
        "folder": str(workspace.folder),
        "base_iri": workspace.graphs.base,
        "graphs": graph_sizes(workspace),
        "account": workspace.ledger.account(),
        "runs": workspace.ledger.runs()[:10],
        "trained": (model / "config.json").exists(),
        "trained_with_forgotten": forgotten_since(model),
        "sensitive_topics": SensitiveTopics.of(workspace).topics,
        "rewrite_due": is_due(workspace),
        "redone_after_crash": workspace.redone,
    }
