"""What rules have concluded about a person, as evidence that fusion weighs."""

from __future__ import annotations

from pyoxigraph import NamedNode

from penchant.kg.evidence import of_stance
from penchant.kg.fusion import Evidence
from penchant.kg.literals import as_float, as_time
from penchant.kg.records import Inference
from penchant.kg.store import Store
from penchant.ontology.behaviour import Vocabulary


def stored_inferences(store: Store, person: NamedNode, vocabulary: Vocabulary) -> list[Evidence]:
    """Evidence from the inferences about ``person`` that the store holds."""
    found = []
    for row in store.rows("person/inferences", {"person": person}):
        iri, about = row["inference"], row.get("canonical", row["about"])
        stance, rule = row["stance"], row["rule"]
        assert isinstance(iri, NamedNode)
        assert isinstance(about, NamedNode)
        assert isinstance(stance, NamedNode)
        assert isinstance(rule, NamedNode)
        inference = Inference(
            iri=iri,
            holder=person,
            about=about,
            stance=stance,
            intensity=as_float(row["intensity"]),
            confidence=as_float(row["confidence"]),
            at=as_time(row["at"]),
            rule=rule,
        )
        found.append(of_inference(inference, vocabulary))
    return found


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
