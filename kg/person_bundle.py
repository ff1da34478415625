"""A portable bundle of everything that is known of one human being: linked data, tables, and what the columns mean.

The same workspace gives the same bytes.  What others said before a text of the person is left out: it is theirs.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad

from penchant.errors import InputError
from penchant.kg import event_log
from penchant.kg.copies import BUNDLE, is_own
from penchant.kg.ledger_of_person import refused_of, texts_of
from penchant.kg.person_pieces import Piece
from penchant.kg.person_view import PersonView, Wish, view
from penchant.kg.workspace import Workspace
from penchant.ontology import terms as t
from penchant.ontology.entries import local_name

_README: Final = Path(__file__).resolve().with_suffix(".txt")
#: The earliest time that a ZIP file can give; the same for all, so that bytes agree.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_NAMING: Final = (t.LABEL, t.PREF_LABEL)

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was written: where, and how many rows each table has."""

    path: Path
    rows: dict[str, int]


def write_bundle(workspace: Workspace, person: NamedNode, path: Path) -> Bundle:
    """Write all that is known of the human being that ``person`` is to a new folder, or a new file ending in ``.zip``.

    Raises:
        InputError: something is there already, or it is the workspace's own place.
    """
    if path.exists() and (path.is_file() or any(path.iterdir())):
        raise InputError("something is there already", expected="a new folder, or a new .zip file", where=str(path))
    if is_own(workspace.folder, path):
        raise InputError("this place belongs to the workspace", expected="another folder or file", where=str(path))
    files, rows = _files(workspace, view(workspace, person))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".tmp")
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in files.items():
                packed.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    else:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        for name, content in files.items():
            (draft / name).write_bytes(content)
    if path.exists():
        path.rmdir()  # empty: it was looked at above
    draft.replace(path)
    return Bundle(path, rows)


def _files(workspace: Workspace, known: PersonView) -> tuple[dict[str, bytes], dict[str, int]]:
    ids = [id for _, id in known.identifiers if id is not None]
    tables: dict[str, tuple[str, Sequence[Sequence[Cell]]]] = {
        "interests.csv": (
            "person thing name_en name_zh facet stance weight confidence conflict support first last",
            list(_interests(workspace, known)),
        ),
        "evidence.csv": (
            "thing facet sort stance quote start end text source kind count sessions value usual intensity counts"
            " first last told_in rule grounds for_whom evidence antecedent aspect opinion condition",
            list(_evidence(known)),
        ),
        "claims.csv": ("subject relation object quote confidence at text source claim", list(_claims(known))),
        "events.csv": ("person item kind at value source line id retracted", list(_events(workspace, ids))),
        "texts.csv": ("person text at source line id status reason words", texts_of(workspace.ledger, ids)),
        "refused.csv": ("sort source line reason raw", refused_of(workspace.ledger, ids)),
    }
    files = {name: _table(columns.split(), rows) for name, (columns, rows) in tables.items()}
    files["graph.jsonld"] = _graph(workspace, known)
    files[BUNDLE] = _consent(known)
    files["README.txt"] = _README.read_bytes()
    return dict(sorted(files.items())), {name: len(rows) for name, (_, rows) in tables.items()}


def _interests(workspace: Workspace, known: PersonView) -> Iterator[Sequence[Cell]]:
    for one in known.interests:
        names = _names(workspace, one.about)
        yield (
            *(known.person.value, one.about.value, names.get("en", names.get("", "")), names.get("zh", "")),
            *(local_name(one.facet), local_name(one.stance), one.weight, one.confidence, one.conflict, one.support),
            *(_time(one.first), _time(one.last)),
        )


def _evidence(known: PersonView) -> Iterator[Sequence[Cell]]:
    for one in known.interests:
        for piece in one.evidence:
            yield _piece(piece, one.facet)
    for wish in known.wishes:
        yield _wish(wish)


def _piece(piece: Piece, facet: NamedNode) -> Sequence[Cell]:
    said = piece.sort == "said"
    return (
        *(piece.about.value, local_name(facet), piece.sort, local_name(piece.stance) if piece.stance else None),
        *(piece.quote, piece.start if said else None, piece.end if said else None),
        *(piece.text.value if piece.text else None, piece.source, local_name(piece.kind) if piece.kind else None),
        *(piece.count or None, piece.sessions or None, piece.value, piece.usual),
        *(round(piece.intensity, 4), round(piece.counts, 4), _time(piece.first), _time(piece.at)),
        *(_iris(piece.told_in), local_name(piece.rule) if piece.rule else None, _iris(piece.grounds)),
        *(None, piece.iri.value, piece.antecedent or None, piece.aspect or None, piece.opinion or None),
        piece.condition or None,
    )


def _wish(wish: Wish) -> Sequence[Cell]:
    return (
        *(
            wish.about.value,
            None,
            "wish",
            local_name(wish.stance),
            wish.quote,
            None,
            None,
            wish.text.value,
            wish.source,
        ),
        *([None] * 5),
        *(None, None, _time(wish.at), _time(wish.at), None, None, None, wish.words, wish.iri.value),
        *([None] * 4),
    )


def _claims(known: PersonView) -> Iterator[Sequence[Cell]]:
    for one in known.stated:
        yield (
            *(one.subject.value, local_name(one.relation), one.object.value, one.quote, one.confidence, _time(one.at)),
            *(one.text.value, one.source, one.iri.value),
        )


def _events(workspace: Workspace, ids: Iterable[str]) -> Iterator[Sequence[Cell]]:
    for id in ids:
        for row in sorted(event_log.scan(workspace.folder / "events", id), key=lambda row: (row.at, repr(row))):
            yield (
                *(row.person, row.item, row.kind, _time(row.at), row.value, row.source, row.line, row.id),
                row.retracted,
            )


def _graph(workspace: Workspace, known: PersonView) -> bytes:
    """The person's graphs, what links their identifiers, names of what they speak of, and the ontology's words."""
    graphs = workspace.graphs
    own = [quad for iri, _ in known.identifiers for quad in workspace.store.dump(graphs.user(iri))]
    for iri, _ in known.identifiers:
        own += workspace.store.quads(subject=iri, predicate=t.MERGED_INTO, graph=graphs.links)
    named = {node for quad in own for node in (quad.predicate, quad.object) if isinstance(node, NamedNode)}
    found = set(own)
    for term in named:
        found.update(_said_of(workspace, term))
    quads = sorted(found, key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object)))
    written = ox.serialize(quads, format=ox.RdfFormat.JSON_LD, prefixes=t.PREFIXES)
    assert written is not None
    return written


def _said_of(workspace: Workspace, term: NamedNode) -> Iterator[Quad]:
    """Names of a thing; of a word of the ontology, also what it is and means."""
    for predicate in _NAMING:
        yield from workspace.store.quads(subject=term, predicate=predicate)
    for predicate in (t.TYPE, t.DEFINITION):
        yield from workspace.store.quads(subject=term, predicate=predicate, graph=workspace.graphs.ontology)


def _consent(known: PersonView) -> bytes:
    said = {
        "people": [iri.value for iri, _ in known.identifiers],
        "identifiers": [id for _, id in known.identifiers],
        "refuses": [local_name(purpose) for purpose in known.consent.refused],
        "keep_days": known.consent.keep_days,
    }
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def _names(workspace: Workspace, thing: NamedNode) -> dict[str, str]:
    """Language → name; of several the first by alphabet."""
    found: dict[str, str] = {}
    quads = (quad for predicate in _NAMING for quad in workspace.store.quads(subject=thing, predicate=predicate))
    labels = [quad.object for quad in quads if isinstance(quad.object, Literal)]
    for label in sorted(labels, key=lambda one: (one.language or "", one.value)):
        found.setdefault(label.language or "", label.value)
    return found


def _table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return stream.getvalue().encode()


def _iris(several: Iterable[NamedNode]) -> str:
    return " ".join(iri.value for iri in several)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
