"""What a person makes of something that was refused, checked before the ledger keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from penchant.errors import InputError, SourceError, UnknownError
from penchant.extract import fields as read
from penchant.extract.intensity import intensity
from penchant.kg.catalogue import item_iri
from penchant.kg.item_quads import as_iri
from penchant.kg.judge import judge
from penchant.kg.merges import identifiers
from penchant.kg.proposal import BadLine, Decided, LinkCandidate, Proposal, Reading, TextRecord
from penchant.kg.refusals import Refusal
from penchant.kg.stored_reading import StoredText, as_fields, from_fields, stored_text, text_of
from penchant.kg.workspace import Workspace
from penchant.mended_fields import with_changes
from penchant.ontology import terms as t
from penchant.refused_records import fields_of, read_again, run_kind

_NONE: Final = ("", "none", "nil")
_MENTION_FIELDS: Final = (
    "quote",
    "start",
    "stance",
    "link",
    "intensity",
    "confidence",
    "experience",
    "beneficiary",
    "at",
    "antecedent",
    "condition",
    "aspect",
)


def mended(workspace: Workspace, refusal: Refusal, changes: Mapping[str, Any], *, whole: bool) -> dict[str, object]:
    """What is to be read instead of ``refusal``.

    Args:
        workspace: whose ontology and catalogue say what is meant.
        refusal: what was refused.
        changes: fields with their new values.
        whole: whether ``changes`` is a record by itself, and nothing of the old one is kept.

    Raises:
        InputError: it was tried again already, what comes of the changes would be refused, too, or they cannot be
            stored.
        UnknownError: a mention is to be linked to something that nobody knows.
    """
    if refusal.state == "replayed":
        raise InputError(
            f"it was tried again in run {refusal.replayed}",
            where=refusal.id,
            remedy=f"See what came of it with `penchant ledger show {refusal.id}`",
        )
    if not changes:
        raise InputError("nothing is changed", expected="a field with its value", where=refusal.id)
    _demand_storable(refusal, changes)
    if refusal.kind == "mention":
        return as_fields(_mention(workspace, refusal, changes))
    old = None if whole else fields_of(workspace, refusal)
    if old is None and not whole:
        raise InputError(
            "the line has no fields to be set",
            where=refusal.id,
            remedy="Give the whole record with --record",
        )
    record = dict(changes) if old is None else _with(workspace, refusal, old, changes)
    _demand_storable(refusal, record)
    for found in read_again(workspace, refusal, record):
        if isinstance(found, BadLine):
            raise InputError(f"it would be refused again: {found.reason}", where=refusal.id)
    return record


def _demand_storable(refusal: Refusal, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        try:
            json.dumps({name: value}, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError as error:
            shown = name.encode("utf-8", "backslashreplace").decode()
            raise InputError(
                f"{shown} holds half a surrogate pair", expected="text that UTF-8 can carry", where=refusal.id
            ) from error


def _with(workspace: Workspace, refusal: Refusal, old: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return with_changes(run_kind(workspace, refusal), old, changes)
    except SourceError as error:
        raise InputError(error.found, expected=error.expected, where=refusal.id) from error


def _mention(workspace: Workspace, refusal: Refusal, changes: Mapping[str, Any]) -> Proposal:
    if unknown := sorted(set(changes) - set(_MENTION_FIELDS)):
        raise InputError(
            f"a mention has no field {unknown[0]!r}", expected=f"one of {', '.join(_MENTION_FIELDS)}", where=refusal.id
        )
    text = stored_text(workspace.ledger.connection, text_of(workspace.ledger.connection, refusal.number))
    if text.superseded:
        raise past(refusal)
    own = next(mention for mention in text.mentions if mention.id == refusal.number)
    old = own.proposal if refusal.mended is None else from_fields(refusal.mended)
    try:
        new = _changed(workspace, text.record, old, changes)
    except SourceError as error:
        raise InputError(error.found, expected=error.expected, where=refusal.id) from error
    if reason := _refused(workspace, text, new):
        raise InputError(f"it would be refused again: {reason}", where=refusal.id)
    return new


def past(refusal: Refusal) -> InputError:
    """A later reading of the text has taken the place of the one that the mention is of."""
    return InputError(
        "its text was read anew since",
        where=refusal.id,
        remedy="Look for the mention among those of the newer reading: `penchant ledger list --kind mention`",
    )


def _changed(workspace: Workspace, record: TextRecord, old: Proposal, changes: Mapping[str, Any]) -> Proposal:
    text = record.text
    quote = str(changes.get("quote", old.quote))
    start = _start(text, quote, old.start, changes.get("start"))
    stance = str(changes.get("stance", old.stance)).strip()
    experience = str(changes.get("experience", old.experience)).strip()
    link, candidates, decided = old.link, old.candidates, old.decided
    if "link" in changes:
        link, candidates = _link(workspace, workspace.namer.person(record.person), changes["link"], old)
        decided = Decided(None, link, 1.0, candidates, mended=True)
    at = changes.get("at", old.at)
    return replace(
        old,
        quote=quote,
        start=start,
        end=start + len(quote),
        stance=stance,
        intensity=_intensity(text, start, start + len(quote), stance, old, changes),
        # A person who says what is meant is sure of it.
        confidence=_share(changes.get("confidence", 1.0), "confidence"),
        link=link,
        link_confidence=1.0,
        candidates=candidates,
        experience=workspace.vocabulary.kind(experience).name if experience else "",
        beneficiary=str(changes.get("beneficiary", old.beneficiary)),
        at=None if at in (None, "") else read.time(at),
        antecedent=str(changes.get("antecedent", old.antecedent)),
        condition=str(changes.get("condition", old.condition)),
        aspect=str(changes.get("aspect", old.aspect)),
        decided=decided,
    )


def _start(text: str, quote: str, old: int, given: object) -> int:
    """Where the quote stands: as given, where the old one stood, or at the place nearest to that."""
    if given is not None:
        return int(read.number(given, "start"))
    places = [at for at in range(len(text)) if quote and text.startswith(quote, at)]
    if not places:
        raise SourceError(f"{quote[:60]!r} does not stand in the text", expected="words of the text, letter for letter")
    return min(places, key=lambda at: (abs(at - old), at))


def _intensity(text: str, start: int, end: int, stance: str, old: Proposal, changes: Mapping[str, Any]) -> float:
    if "intensity" in changes:
        return _share(changes["intensity"], "intensity")
    if not stance:
        return 0.0
    if old.intensity and old.stance == stance:
        return old.intensity
    try:
        return intensity(text, start, end, stance)
    except KeyError:  # a stance of one's own, which no rule knows the usual strength of
        if old.intensity:
            return old.intensity
        raise SourceError("no intensity", expected="intensity=… from 0 to 1") from None


def _link(
    workspace: Workspace, person: NamedNode, value: object, old: Proposal
) -> tuple[str | None, tuple[LinkCandidate, ...]]:
    name = "" if value is None else str(value).strip()
    if name.casefold() in _NONE:
        return None, old.candidates
    iri = item_iri(workspace, name) or as_iri(name)
    if iri is None:
        raise UnknownError(
            f"{name[:60]!r} is no item or concept", expected="the shop's id, an IRI, a prefixed name (wd:Q…), or none"
        )
    if any(candidate.iri == iri.value for candidate in old.candidates):
        return iri.value, old.candidates
    if not _is_known(workspace, person, iri):
        raise UnknownError(
            f"nothing is known of {name[:200]!r}",
            expected="an item or concept of the catalogue, the world or the ontology, or none",
        )
    return iri.value, (LinkCandidate(iri.value, _label(workspace, iri), 1.0), *old.candidates)


def _is_known(workspace: Workspace, person: NamedNode, iri: NamedNode) -> bool:
    """Whether ``iri`` is a thing of the catalogue or the world, or a concept of the ontology or of ``person``."""
    graphs = workspace.graphs
    own = {graphs.ontology, *(graphs.user(one) for one in identifiers(workspace, person))}
    for predicate in (t.TYPE, t.LABEL, t.PREF_LABEL):
        for quad in workspace.store.quads(subject=iri, predicate=predicate):
            if quad.graph_name in own:
                if quad.object in (t.CONCEPT, t.SKOS_CONCEPT):
                    return True
            elif isinstance(quad.graph_name, NamedNode) and not quad.graph_name.value.startswith(graphs.users):
                return True
    return False


def _label(workspace: Workspace, iri: NamedNode) -> str:
    labels = (q.object for p in (t.LABEL, t.PREF_LABEL) for q in workspace.store.quads(subject=iri, predicate=p))
    return min((label.value for label in labels if isinstance(label, Literal)), default=iri.value)


def _share(value: object, field: str) -> float:
    found = read.number(value, field)
    if not 0 <= found <= 1:
        raise SourceError(f"{field} is {found:g}", expected="a number from 0 to 1")
    return found


def _refused(workspace: Workspace, text: StoredText, proposal: Proposal) -> str:
    (judged,) = judge(workspace, text.run, [(text.iri, Reading(text.record, text.windows, (proposal,)))])
    (verdict,) = judged.entry.verdicts
    return "" if verdict.status in ("accepted", "merged") else verdict.reason
