"""Figures of linking: counts by conversation, and what is made of their sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from penchant.extract.evaluation.link_cases import Case, Link
from penchant.extract.evaluation.span_scores import confidence_counts, ece
from penchant.extract.evaluation.tally import Array, Sums, f1, ratio
from penchant.extract.linking import LinkDecision

#: Among how many candidates the meaning of a mention is looked for.
RECALLS: Final = (1, 5, 10)


def given(case: Case, decision: LinkDecision, sharing: str | None) -> dict[str, float]:
    """What a mention adds to the sums.

    Args:
        case: the mention.
        decision: what was decided.
        sharing: who has the name of what it means, ``alone`` where nothing else has; None where the index lacks it, so
            that the right answer is NIL.
    """
    known, alone = sharing is not None, sharing == "alone"
    right = decision.link == (case.gold if known else None)
    counts: dict[str, float] = {"cases": 1, "right": right, "links": decision.link is not None}
    if known:
        counts |= {"known": 1, "known/right": right, "alone": alone, "alone/right": alone and right}
        rank = next((at for at, each in enumerate(decision.candidates, 1) if each.iri == case.gold), None)
        counts |= {f"known/within/{k}": rank is not None and rank <= k for k in RECALLS}
    else:
        counts |= {"nil": 1, "nil/right": right}
    counts |= dict(confidence_counts(decision.confidence, right=right))
    grouped = {"cases": counts["cases"], "right": right}
    for group, value in {**case.groups, "name": sharing or "not in the index"}.items():
        counts |= {f"by/{group}/{value}/{name}": count for name, count in grouped.items()}
    return counts


def of_given(sums: Sums) -> dict[str, Array]:
    """Figures of mentions that were given.

    ``accuracy``, for which NIL is right where the index lacks the thing; ``accuracy_known`` over the mentions whose
    thing it holds, ``accuracy_alone`` over those of them whose thing shares its name with none; precision, recall and
    F1 of links, and of NIL; ``recall_at_k`` of the candidates; ``ece`` of the confidences.
    """
    links, right, nil = sums["links"], sums["known/right"], sums["nil"]
    nothing = sums["cases"] - links
    found = {
        "mentions": sums["cases"],
        "accuracy": ratio(sums["right"], sums["cases"]),
        "accuracy_known": ratio(right, sums["known"]),
        "accuracy_alone": ratio(sums["alone/right"], sums["alone"]),
        "precision": ratio(right, links),
        "recall": ratio(right, sums["known"]),
        "f1": f1(right, links, sums["known"]),
    }
    if nil.any():
        found |= {
            "nil_mentions": nil,
            "nil_precision": ratio(sums["nil/right"], nothing),
            "nil_recall": ratio(sums["nil/right"], nil),
            "nil_f1": f1(sums["nil/right"], nothing, nil),
        }
    found |= {f"recall_at_{k}": ratio(sums[f"known/within/{k}"], sums["known"]) for k in RECALLS}
    return found | {"ece": ece(sums)}


def spans(prefix: str, gold: Sequence[Link], said: Sequence[Link], *, linked: bool = True) -> dict[str, float]:
    """What a text adds to the sums: hits where place and meaning, or an overlap and the meaning, or the place agree.

    Args:
        prefix: of the names.
        gold: what the text holds.
        said: what was found in it.
        linked: whether anybody said what it means; else places alone count.
    """
    counts: dict[str, float] = {
        f"{prefix}/places": len(gold),
        f"{prefix}/places/said": len(said),
        f"{prefix}/places/hits": _paired(gold, said, _meet),
    }
    if linked:
        named, told = ([link for link in links if link.iri is not None] for links in (gold, said))
        counts |= {f"{prefix}/labels": len(named), f"{prefix}/said": len(told)}
        counts[f"{prefix}/strict"] = _paired(named, told, lambda one, other: one == other)
        counts[f"{prefix}/overlap"] = _paired(
            named, told, lambda one, other: one.iri == other.iri and _meet(one, other)
        )
    return counts


def of_spans(prefix: str, sums: Sums, *, places: bool = False) -> dict[str, Array]:
    """Precision, recall and F1, strict and by overlap; with ``places``, of the places alone too."""
    labels, said = sums[f"{prefix}/labels"], sums[f"{prefix}/said"]
    found = {f"{prefix}_mentions": sums[f"{prefix}/places"]}
    for way in ("strict", "overlap"):
        hits = sums[f"{prefix}/{way}"]
        found |= {
            f"{prefix}_{way}_precision": ratio(hits, said),
            f"{prefix}_{way}_recall": ratio(hits, labels),
            f"{prefix}_{way}_f1": f1(hits, said, labels),
        }
    if places:
        hits, told, all_places = sums[f"{prefix}/places/hits"], sums[f"{prefix}/places/said"], sums[f"{prefix}/places"]
        found |= {
            f"{prefix}_found_precision": ratio(hits, told),
            f"{prefix}_found_recall": ratio(hits, all_places),
            f"{prefix}_found_f1": f1(hits, told, all_places),
        }
    return found


def by_group(sums: Sums) -> dict[str, dict[str, dict[str, float]]]:
    """Accuracy of the groups of mentions: ``{"form": {"small": {"mentions": …, "accuracy": …}}}``."""
    parts: dict[str, dict[str, dict[str, float]]] = {}
    for group in sums.under("by/"):
        for value in sums.under(f"by/{group}/"):
            some = sums.below(f"by/{group}/{value}/")
            accuracy = float(ratio(some["right"], some["cases"])[0])
            parts.setdefault(group, {})[value] = {"mentions": float(some["cases"][0]), "accuracy": round(accuracy, 4)}
    return parts


def _paired(gold: Sequence[Link], said: Sequence[Link], fits: Callable[[Link, Link], bool]) -> int:
    """How many can be paired, each once; in the order of the text."""
    free = list(said)
    hits = 0
    for link in gold:
        match = next((each for each in free if fits(link, each)), None)
        if match is not None:
            free.remove(match)
            hits += 1
    return hits


def _meet(one: Link, other: Link) -> bool:
    return one.start < other.end and other.start < one.end
