"""What rules have concluded about a person, as evidence that fusion weighs."""

from __future__ import annotations

from penchant.kg.evidence import of_stance
from penchant.kg.fusion import Evidence
from penchant.kg.records import Inference
from penchant.ontology.behaviour import Vocabulary


def of_inference(inference: Inference, vocabulary: Vocabulary) -> Evidence:
    """Evidence from one inference; it counts only where there is no other evidence."""
    return of_stance(
        vocabulary.stance(inference.stance),
        iri=inference.iri,
        about=inference.about,
        strength=inference.intensity,
        quality=inference.confidence,
        at=inference.at,
        inferred=True,
    )
