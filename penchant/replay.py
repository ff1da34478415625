"""Everything that was refused, tried again, kind by kind and run by run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from penchant.kg.refusals import Refusal
from penchant.loaded import Loaded
from penchant.refused_records import READABLE, run_kind
from penchant.replay_mentions import replay_mentions
from penchant.replay_outcome import Outcome, ReplayReport
from penchant.replay_rows import replay_rows
from penchant.replay_texts import Reader, replay_texts


def replay(loaded: Loaded, refusals: Iterable[Refusal], progress: Callable[[int], None]) -> ReplayReport:
    """Try ``refusals`` again; each becomes *replayed* in the transaction that holds what came of it.

    Items come first, so that events find them, and mentions last.  What is refused for the same reason as before, and
    was not mended, stays as it is.

    Args:
        loaded: the workspace, with what reads texts.
        refusals: open or mended ones; of others is only said that they were tried before.
        progress: called with the number of refusals done.
    """
    outcomes: list[Outcome] = []
    groups: dict[tuple[int, int], list[Refusal]] = defaultdict(list)
    order = (*READABLE[::-1], "mentions")  # items, events, texts
    for refusal in refusals:
        if refusal.state == "replayed":
            outcomes.append(Outcome(refusal.id, "skipped", "tried again before", refusal.replayed))
            continue
        kind = "mentions" if refusal.kind == "mention" else run_kind(loaded.workspace, refusal)
        if kind in order:
            groups[order.index(kind), refusal.run].append(refusal)
        else:
            reason = f"a line of a {kind} source is not read by itself; mend the source, and load it again"
            outcomes.append(Outcome(refusal.id, "skipped", reason))
    for (place, run), several in sorted(groups.items(), key=lambda pair: pair[0]):
        outcomes += _group(loaded, order[place], run, several)
        progress(len(outcomes))
    runs = {outcome.run for outcome in outcomes if outcome.run is not None and outcome.fate != "skipped"}
    return ReplayReport(tuple(sorted(runs)), tuple(outcomes))


def _group(loaded: Loaded, kind: str, run: int, refusals: list[Refusal]) -> list[Outcome]:
    workspace = loaded.workspace

    def reader() -> Reader:
        extractor, _ = loaded.extractor()
        return extractor

    if kind == "mentions":
        return replay_mentions(workspace, run, refusals)
    if kind == "texts":
        return replay_texts(workspace, reader, run, refusals, batch=loaded.reading.batch)
    return replay_rows(loaded, kind, run, refusals)
