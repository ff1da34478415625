"""LAPS, IARD, ReDial, CCPE and ConEL-2: their rows, conversations, and the labels that training reads from them."""

from __future__ import annotations

import json
import lzma
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penchant.extract.evaluation.folder import Found, Json, rows, set_folder
from penchant.extract.evaluation.parts import Split, of_split, official, sample
from penchant.extract.tuning import ccpe, iard, laps, redial
from penchant.extract.tuning.example import Example

_YEAR: Final = re.compile(r"\((?:19|20)\d\d\)")


@dataclass(frozen=True, slots=True)
class PublicSet:
    """How the rows of a set are told and read.

    Args:
        form: keys that its rows have.
        fits: whether a row is one of this set.
        conversation: identifier that training uses for the row.
    """

    form: str
    fits: Callable[[Json], bool]
    conversation: Callable[[Json], str]


def _has(*keys: str) -> Callable[[Json], bool]:
    return lambda row: all(key in row for key in keys)


def _iard_key(row: Json) -> str:
    return f"redial:{row['conversation_id'] if 'conversation_id' in row else row['conversationId']}"


SETS: Final[Mapping[str, PublicSet]] = {
    "laps": PublicSet("worker_id and sessions", _has("worker_id", "sessions"), lambda row: f"laps:{row['worker_id']}"),
    "iard": PublicSet(
        "conversation_id and conversation (or conversationId and dialogue_info)",
        lambda row: _has("conversation_id", "conversation")(row) or _has("conversationId", "dialogue_info")(row),
        _iard_key,
    ),
    "redial": PublicSet(
        "conversationId, movieMentions, initiatorQuestions and messages",
        _has("conversationId", "movieMentions", "initiatorQuestions", "initiatorWorkerId", "messages"),
        lambda row: f"redial:{row['conversationId']}",
    ),
    "conel": PublicSet(
        "dialogue_id and turns with el_annotations",
        lambda row: _has("dialogue_id", "turns")(row) and any("el_annotations" in turn for turn in row["turns"]),
        lambda row: f"conel:{row['dialogue_id']}",
    ),
    "ccpe": PublicSet(
        "data_json_index and utterances",
        lambda row: _has("data_json_index", "utterances")(row) and "entity_names" in (row["utterances"] or [{}])[0],
        lambda row: f"ccpe:{row['data_json_index']}",
    ),
}


def load(folder: Path, name: str, split: Split, *, limit: int | None = None, seed: int = 0) -> list[Json]:
    """Rows of a public set that are of the split; a conversation that stands in several files comes once.

    Args:
        folder: of the set, or of all sets.
        name: a key of :data:`SETS`.
        split: which conversations.
        limit: at most so many conversations.
        seed: chooses which.

    Raises:
        SourceError: no file is of the set, or none of its conversations of the split.
    """
    known = SETS[name]
    found = rows(folder, name, known.fits, known.form)
    place = set_folder(folder, name)
    in_tests = {known.conversation(each.row) for each in found if is_test_file(each.file)}
    if name == "conel":
        in_tests -= _in_other_files(folder)
    some = of_split(
        _once(found, name),
        known.conversation,
        split,
        official(folder, place) | in_tests,
        place,
    )
    kept = sample(map(known.conversation, some), limit, seed)
    return [row for row in some if known.conversation(row) in kept]


def is_test_file(name: str) -> bool:
    """Whether a file's name says that it is an official test: ``movie_test.jsonl``, ``test_data.jsonl.xz``."""
    return "test" in re.split(r"[^a-z]+", name.lower())


def examples(name: str, some: Sequence[Json], seed: int = 0) -> list[Example]:
    """The labels that the loaders of training read from these rows, with IARD's PRO of unknown stance.

    The loaders read folders, so the rows are laid out in one.
    """
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        (place / name).mkdir()
        if name == "laps":
            _write(place / "laps" / "rows.jsonl", some)
            return list(laps.load(place, ["rows.jsonl"]))
        if name == "redial":
            _write(place / "redial" / "rows.jsonl.xz", some)
            return list(redial.load(place, seed, ["rows.jsonl.xz"]))
        if name == "ccpe":
            _write(place / "ccpe" / "ccpe_aligned.jsonl.xz", some)
            return list(ccpe.load(place))
        _write(place / "iard" / "usersimcrs_iard_gold.jsonl", [row for row in some if "conversation" in row])
        _write(place / "iard" / "umap2020_IARD_Cai.jsonl", [row for row in some if "dialogue_info" in row])
        return _without_polarity(list(iard.load(place)), some)


def _in_other_files(folder: Path) -> set[str]:
    """Dialogues of ConEL-2 in files that are no test: its two parts share dialogues, but not their splits."""
    some = rows(folder, "conel", _has("dialogue_id", "turns"), SETS["conel"].form)
    return {SETS["conel"].conversation(each.row) for each in some if not is_test_file(each.file)}


def _write(path: Path, some: Iterable[Json]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in some).encode()
    path.write_bytes(lzma.compress(text, preset=0) if path.suffix == ".xz" else text)


def _once(found: Sequence[Found], name: str) -> list[Json]:
    """Each conversation from the first file that has it; IARD's two annotations of one are both kept."""
    first: dict[tuple[str, str], str] = {}
    kept = []
    for each in found:
        kind = "gold" if name == "iard" and "conversation" in each.row else ""
        key = (SETS[name].conversation(each.row), kind)
        if name == "laps" or first.setdefault(key, each.file) == each.file:
            kept.append(each.row)
    return kept


def _without_polarity(some: Sequence[Example], dialogues: Sequence[Json]) -> list[Example]:
    """IARD's examples; what stands under PRO, "provides a preference", of either polarity, gets an unknown stance."""
    provided: dict[tuple[str, str], set[str]] = {}
    for row in dialogues:
        for turn in row.get("conversation", []):
            values = {
                _letters(str(value))
                for act in turn["dialogue_acts"]
                if act["intent"] == "PRO"
                for _, value, *_ in act["slot_values"]
                if value
            }
            provided.setdefault((_iard_key(row), _letters(str(turn["utterance"]))), set()).update(values)
    kept = []
    for example in some:
        values = provided.get((example.conversation, _letters(example.text)), set())
        pairs = tuple((quote, "?" if _letters(quote) in values else stance) for quote, stance in example.pairs)
        kept.append(Example(example.source, example.conversation, example.text, example.context, pairs))
    return kept


def _letters(text: str) -> str:
    """Letters and digits alone, without years: equal for a text as annotated and as the loader tidies it."""
    plain = _YEAR.sub(" ", text).replace("&quot;", "").replace("%3F", "?")
    return "".join(c for c in plain.lower() if c.isalnum())
