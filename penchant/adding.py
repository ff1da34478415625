"""Items, events and texts into the house: source → reader → gate → ledger → graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from penchant.kg.catalogue import write_items
from penchant.kg.derive import derivation_change
from penchant.kg.proposal import BadLine, EventRecord, TextRecord
from penchant.kg.workspace import Workspace
from penchant.kg.write_events import log_events, write_engagements
from penchant.loaded import Loaded
from penchant.rows import AddReport, add_rows, finished

if TYPE_CHECKING:
    from penchant.reading import TextsReport

Progress = Callable[[int], None]


def add_items(loaded: Loaded, path: Path | str) -> AddReport:
    """See :meth:`penchant.api.Penchant.add_items`."""
    from penchant.extract.items import read_items

    workspace = loaded.workspace
    run = workspace.ledger.begin("items", Path(path).name)
    loaded.names_change()
    unknown: Counter[str] = Counter()
    report = add_rows(
        workspace,
        run,
        read_items(path, is_property=lambda name: workspace.ontology.schema.property(name) is not None),
        lambda rows: write_items(workspace, run, rows, unknown),
    )
    derive(workspace, run)
    return finished(workspace, replace(report, unknown_fields=dict(sorted(unknown.items()))))


def add_events(loaded: Loaded, path: Path | str, scale: tuple[float, float] | None, progress: Progress) -> AddReport:
    """See :meth:`penchant.api.Penchant.add_events`."""
    from penchant.extract.events import kinds_of, read_events, scales_of

    workspace, vocabulary = loaded.workspace, loaded.workspace.vocabulary
    options = None if scale is None else {"scale": list(scale)}
    run = workspace.ledger.begin("events", Path(path).name, read_with=options)
    people: set[str] = set()

    def write(rows: list[EventRecord]) -> tuple[int, int]:
        logged = log_events(workspace, run, rows)
        people.update(logged.people)
        return len(rows) - logged.rejected - logged.withheld, logged.rejected

    events = read_events(path, kinds=kinds_of(vocabulary), scales=scales_of(vocabulary), scale=scale)
    report = add_rows(workspace, run, events, write)
    quads = write_engagements(workspace, run, people, progress)
    return finished(workspace, replace(report, people=len(people), quads=quads))


def add_texts(
    loaded: Loaded,
    source: Path | str | Iterable[TextRecord | BadLine],
    person: str | None,
    progress: Progress,
) -> TextsReport:
    """See :meth:`penchant.api.Penchant.add_texts`."""
    from penchant.extract.sources import read_texts
    from penchant.reading import read_into

    records: Iterable[TextRecord | BadLine]
    options: dict[str, object] | None = None
    if isinstance(source, str | Path):
        now = datetime.now(UTC)
        name, records = Path(source).name, read_texts(source, default_person=person, at=now)
        options = {"at": now.isoformat(), **({"person": person} if person else {})}
    else:
        name, records = "records", source
    extractor, linker = loaded.extractor()
    return read_into(
        *(loaded.workspace, extractor, linker, name, records),
        batch=loaded.reading.batch,
        read_with=options,
        progress=progress,
    )


def derive(workspace: Workspace, run: int) -> None:
    """Bring closures and item–concept links to what catalogue and world say."""
    workspace.commit(run, derivation_change(workspace))
