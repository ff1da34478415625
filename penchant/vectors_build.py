"""Concept vectors made from the graph: the texts of its things, through the encoder, into one file."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from penchant.errors import ModelError
from penchant.kg.durable import replace
from penchant.kg.thing_texts import ThingTexts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from penchant.kg.encoder import Encoder
    from penchant.recommend.concept_vectors import ConceptVectors

#: Where the vectors lie in a workspace: among what can be made anew at will.
PLACE: Final = Path("index") / "concept_vectors.safetensors"
#: Texts that are encoded at once and kept at once: a crash repeats no more.
BATCH: Final = 512

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class VectorsReport:
    """What making the vectors did.

    Args:
        things: how many have a vector.
        items: how many of them are items.
        texts: different texts that they have.
        encoded: texts that were encoded now; 0 where nothing has changed since the last time.
        views: view → how many things have it.
        bytes: size of the file.
        path: the file.
    """

    things: int
    items: int
    texts: int
    encoded: int
    views: dict[str, int]
    bytes: int
    path: Path


def build(
    texts: ThingTexts,
    encoder: Encoder,
    path: Path,
    *,
    weights: dict[str, float] | None = None,
    progress: Progress = lambda _, __: None,
) -> tuple[ConceptVectors, VectorsReport]:
    """Make the vectors of ``texts`` and write them to ``path``; nothing is encoded where the file has them already.

    Each different text is encoded once, in an order and in batches that depend on the texts alone: cut off and gone
    on with, it gives the same bytes.

    Args:
        texts: what is said of the things.
        encoder: what encodes; asked only where there is something to encode.
        path: the file; batches that are done lie beside it until all are.
        weights: view → what it counts; the weights of :mod:`penchant.recommend.concept_vectors` unless given.
        progress: called with the texts that are done and how many there are.

    Raises:
        ModelError: there is nothing to make vectors of, or the encoder cannot be loaded.
    """
    from penchant.recommend.concept_vectors import VIEW_WEIGHTS, ConceptVectors

    if not texts.things:
        raise ModelError(
            "there is nothing to make vectors of",
            expected="items or a world",
            remedy="Add some with `penchant add items` or `penchant add world`",
        )
    views = tuple(view for view, of in texts.views.items() if any(of))
    different = sorted({text for view in views for text in texts.views[view] if text}, key=lambda one: (len(one), one))
    stamp = _stamp(texts, encoder)
    wanted = dict(weights or VIEW_WEIGHTS)
    made, encoded = _same(path, stamp), 0
    if made is None:
        vectors, encoded = _encode(different, encoder, path.with_suffix(".parts") / stamp, progress)
        units = _placed(texts, views, different, vectors)
        made = ConceptVectors(texts.things, texts.n_items, views, units, encoder.name, stamp, wanted)
        made.save(path)
        shutil.rmtree(path.with_suffix(".parts"), ignore_errors=True)
    elif {view: made.weights.get(view, 1.0) for view in views} != {view: wanted.get(view, 1.0) for view in views}:
        made = ConceptVectors(made.things, made.n_items, made.views, made.units, made.encoder, stamp, wanted)
        made.save(path)
    counts = {view: sum(1 for text in texts.views[view] if text) for view in views}
    size = path.stat().st_size
    return made, VectorsReport(len(texts.things), texts.n_items, len(different), encoded, counts, size, path)


def _same(path: Path, stamp: str) -> ConceptVectors | None:
    """What lies at ``path``, if it was made of the same texts by the same encoder."""
    from penchant.recommend.concept_vectors import ConceptVectors

    try:
        found = ConceptVectors.load(path)
    except ModelError:
        return None  # made anew, whatever is wrong with it
    return found if found.stamp == stamp else None


def _stamp(texts: ThingTexts, encoder: Encoder) -> str:
    digest = hashlib.sha256(f"{encoder.name}\0{encoder.size}\0{texts.n_items}\0{BATCH}".encode())
    for part in (texts.things, *(of for name, view in texts.views.items() for of in ((name,), view))):
        digest.update(b"\1")
        for one in part:
            digest.update(one.encode("utf-8", "backslashreplace") + b"\0")
    return digest.hexdigest()


def _encode(
    different: Sequence[str], encoder: Encoder, parts: Path, progress: Progress
) -> tuple[NDArray[np.float16], int]:
    """Vectors of the texts, and how many were made now; batches that lie in ``parts`` are taken from there."""
    import numpy as np

    for older in parts.parent.glob("*"):
        if older != parts:
            shutil.rmtree(older, ignore_errors=True)
    parts.mkdir(parents=True, exist_ok=True)
    vectors = np.zeros((len(different), encoder.size), dtype=np.float16)
    encoded = 0
    for start in range(0, len(different), BATCH):
        batch = different[start : start + BATCH]
        kept = parts / f"{start // BATCH:06}.npy"
        found = _kept(kept, (len(batch), encoder.size))
        if found is None:
            found = encoder.encode(batch).astype(np.float16)
            content = io.BytesIO()
            np.save(content, found)
            replace(kept, content.getvalue())
            encoded += len(batch)
        vectors[start : start + len(batch)] = found
        progress(start + len(batch), len(different))
    return vectors, encoded


def _kept(path: Path, shape: tuple[int, int]) -> NDArray[np.float16] | None:
    import numpy as np

    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found if found.dtype == np.float16 and found.shape == shape else None


def _placed(
    texts: ThingTexts, views: Sequence[str], different: Sequence[str], vectors: NDArray[np.float16]
) -> NDArray[np.float16]:
    """Each thing's vectors, shape (things, views, size)."""
    import numpy as np

    number = {text: n for n, text in enumerate(different)}
    units = np.zeros((len(texts.things), len(views), vectors.shape[1]), dtype=np.float16)
    for at, view in enumerate(views):
        said = [(thing, number[text]) for thing, text in enumerate(texts.views[view]) if text]
        if said:
            things, numbers = np.array(said).T
            units[things, at] = vectors[numbers]
    return units
