"""Every IRI that code uses, once.  A test checks each against the ontology files."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

#: IRI of the core ontology; its terms follow after ``#``.
CORE: Final = "https://w3id.org/penchant/ontology"
PEN: Final = CORE + "#"
#: IRI of the module of sensitive topics, and of the scheme that its topics stand in.
SENSITIVE: Final = "https://w3id.org/penchant/sensitive"
SENSITIVE_TOPICS: Final = SENSITIVE + "#Topics"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
PROV: Final = "http://www.w3.org/ns/prov#"
SCHEMA: Final = "https://schema.org/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
DCTERMS: Final = "http://purl.org/dc/terms/"
SH: Final = "http://www.w3.org/ns/shacl#"
WD: Final = "http://www.wikidata.org/entity/"
WDT: Final = "http://www.wikidata.org/prop/direct/"

#: Prefixes for people: queries, exports, the command line.
PREFIXES: Final[dict[str, str]] = {
    "pen": PEN,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "prov": PROV,
    "schema": SCHEMA,
    "foaf": FOAF,
    "dcterms": DCTERMS,
    "wd": WD,
    "wdt": WDT,
}


def _pen(name: str) -> NamedNode:
    return NamedNode(PEN + name)


TYPE: Final = NamedNode(RDF + "type")
LABEL: Final = NamedNode(RDFS + "label")
PREF_LABEL: Final = NamedNode(SKOS + "prefLabel")
ALT_LABEL: Final = NamedNode(SKOS + "altLabel")
BROADER: Final = NamedNode(SKOS + "broader")
IDENTIFIER: Final = NamedNode(DCTERMS + "identifier")
BROADER_TRANSITIVE: Final = NamedNode(SKOS + "broaderTransitive")
IN_SCHEME: Final = NamedNode(SKOS + "inScheme")
DEFINITION: Final = NamedNode(SKOS + "definition")
EXAMPLE: Final = NamedNode(SKOS + "example")
REPLACES: Final = NamedNode(DCTERMS + "replaces")
EXACT_MATCH: Final = NamedNode(SKOS + "exactMatch")
WAS_DERIVED_FROM: Final = NamedNode(PROV + "wasDerivedFrom")
WAS_GENERATED_BY: Final = NamedNode(PROV + "wasGeneratedBy")

# Classes
PERSON: Final = _pen("Person")
AGENT: Final = NamedNode(FOAF + "Agent")
CONCEPT: Final = _pen("Concept")
ITEM: Final = _pen("Item")
EVIDENCE: Final = _pen("Evidence")
OBSERVATION: Final = _pen("Observation")
ENGAGEMENT: Final = _pen("Engagement")
CORRECTION: Final = _pen("Correction")
INFERENCE: Final = _pen("Inference")
INTEREST: Final = _pen("Interest")
CLAIM: Final = _pen("Claim")
RELATION: Final = _pen("Relation")
FACET: Final = _pen("Facet")
STANCE: Final = _pen("Stance")
BEHAVIOUR_KIND: Final = _pen("BehaviourKind")
TEXT: Final = _pen("Text")
RUN: Final = _pen("Run")
RULE: Final = _pen("Rule")
PURPOSE: Final = _pen("Purpose")
CONCEPT_SCHEME: Final = NamedNode(SKOS + "ConceptScheme")
SKOS_CONCEPT: Final = NamedNode(SKOS + "Concept")

# Shortcuts: person → concept or item
INTERESTED_IN: Final = _pen("interestedIn")
LIKES: Final = _pen("likes")
DISLIKES: Final = _pen("dislikes")
WANTS: Final = _pen("wants")
SHORTCUTS: Final = frozenset({INTERESTED_IN, LIKES, DISLIKES, WANTS})

# Object properties
HOLDER: Final = _pen("holder")
ABOUT: Final = _pen("about")
HAS_FACET: Final = _pen("facet")
HAS_STANCE: Final = _pen("stance")
KIND: Final = _pen("kind")
IN_TEXT: Final = _pen("inText")
HAS_CONCEPT: Final = _pen("hasConcept")
BENEFICIARY: Final = _pen("beneficiary")
HAS_RULE: Final = _pen("rule")
REFINES: Final = _pen("refines")
REFUSES: Final = _pen("refuses")
MERGED_INTO: Final = _pen("mergedInto")
CLAIM_SUBJECT: Final = _pen("subject")
HAS_RELATION: Final = _pen("relation")
CLAIM_OBJECT: Final = _pen("object")

# Data properties
WEIGHT: Final = _pen("weight")
INTENSITY: Final = _pen("intensity")
CONFIDENCE: Final = _pen("confidence")
CONFLICT: Final = _pen("conflict")
SUPPORT: Final = _pen("support")
FIRST_SEEN: Final = _pen("firstSeen")
LAST_SEEN: Final = _pen("lastSeen")
OBSERVED_AT: Final = _pen("observedAt")
QUOTE: Final = _pen("quote")
START: Final = _pen("start")
END: Final = _pen("end")
COUNT: Final = _pen("count")
SESSIONS: Final = _pen("sessions")
RETENTION_DAYS: Final = _pen("retentionDays")
VALUE: Final = _pen("value")
RELIABILITY: Final = _pen("reliability")
HALF_LIFE_DAYS: Final = _pen("halfLifeDays")
POLARITY: Final = _pen("polarity")
AVAILABLE: Final = _pen("available")
ASPECT: Final = _pen("aspect")
CONDITION: Final = _pen("condition")
ANTECEDENT: Final = _pen("antecedent")
OPINION: Final = _pen("opinion")
OPINION_START: Final = _pen("opinionStart")
OPINION_END: Final = _pen("opinionEnd")
SOURCE: Final = _pen("source")
BEST_RATING: Final = _pen("bestRating")
WORST_RATING: Final = _pen("worstRating")
MARKS_KNOWN: Final = _pen("marksKnown")
STANCE_WORD: Final = _pen("word")

# Annotation property: stance → its shortcut property
SHORTCUT: Final = _pen("shortcut")

# Facets
ATTITUDE: Final = _pen("Attitude")
ATTENTION: Final = _pen("Attention")
INTENT: Final = _pen("Intent")

# Purposes
EXTRACTION: Final = _pen("Extraction")
TRAINING: Final = _pen("Training")
RECOMMENDATION: Final = _pen("Recommendation")

# Stances
LIKES_STANCE: Final = _pen("LikesStance")
DISLIKES_STANCE: Final = _pen("DislikesStance")
NEUTRAL_STANCE: Final = _pen("NeutralStance")
INTERESTED_STANCE: Final = _pen("InterestedStance")
WANTS_STANCE: Final = _pen("WantsStance")

# Relations that people state
MADE_BY: Final = _pen("MadeBy")
KIND_OF: Final = _pen("KindOf")
SIMILAR_TO: Final = _pen("SimilarTo")
PART_OF: Final = _pen("PartOf")
RELATIONS: Final[dict[str, NamedNode]] = {
    "made by": MADE_BY,
    "kind of": KIND_OF,
    "similar to": SIMILAR_TO,
    "part of": PART_OF,
}

#: The word a model writes for each stance, and nothing else it may write.
STANCE_WORDS: Final[dict[str, NamedNode]] = {
    "likes": LIKES_STANCE,
    "dislikes": DISLIKES_STANCE,
    "wants": WANTS_STANCE,
    "interested": INTERESTED_STANCE,
    "neutral": NEUTRAL_STANCE,
}
